"""Phone numbers as people type them and as they are kept (E.164). No rows and no messages here."""

import phonenumbers

HOME = "CN"  # a number without country code is a Chinese one


def e164(typed: str) -> str:
    """The number in E.164, "" when it is none: 138 0000 0000 and +86 138-0000-0000 are one number."""
    try:
        number = phonenumbers.parse(typed, HOME)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
