"""Log-in by phone or e-mail: how allauth reads and writes our people, and how codes leave (through the outbox)."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    pass
