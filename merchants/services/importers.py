"""Who imports a statement when a command names only the merchant number, and perhaps a person."""

from django.db import connection, transaction

from config.actors import Actor
from config.errors import Conflict, NotFound
from config.text import Text
from merchants import access
from merchants.models import Membership, User

NOBODY = Text("没有用手机号或邮箱「{who}」登录的人。请核对 --as。", "Nobody logs in as “{who}”. Check --as.")
UNKNOWN = Text(
    "还没有商户登记过商户号 {mid}。请用 --as 写明由谁导入（手机号或邮箱）。",
    "No merchant has the merchant number {mid}. Say with --as who imports (phone or e-mail).",
)
SEVERAL = Text(
    "不止一家商户登记了商户号 {mid}。请用 --as 写明由谁导入（手机号或邮箱）。",
    "More than one merchant has the merchant number {mid}. Say with --as who imports (phone or e-mail).",
)
NOT_THEIRS = Text(
    "「{who}」不是登记了商户号 {mid} 的商户的成员。", "“{who}” is no member of a merchant with the number {mid}."
)


def importer(mid: str, who: str = "") -> Actor:
    """The member who imports for the merchant `mid`: the person named, else the owner of the only merchant that has it.

    A number that nobody has yet belongs to whoever is named. Raises NotFound and Conflict, each saying what to name.
    """
    members = _members(mid)
    if who:
        return _named(mid, who, members)
    if not members:
        raise NotFound(UNKNOWN.format(mid=mid))
    owners = [member for member in members if member[3] == "merchant.owner"]
    if len({organisation for _, _, organisation, _ in owners}) != 1:
        raise Conflict(SEVERAL.format(mid=mid))
    return _actor(owners[0])


def _named(mid: str, who: str, members: list[tuple]) -> Actor:
    phone = who if who.startswith("+") else f"+86{who}"
    person = User.objects.filter(email__iexact=who) if "@" in who else User.objects.filter(phone=phone)
    user = person.order_by("id").first()
    if user is None:
        raise NotFound(NOBODY.format(who=who))
    if not members:
        return access.actor_of(Membership(user=user))
    theirs = [member for member in members if member[1] == user.id]
    if not theirs:
        raise NotFound(NOT_THEIRS.format(who=who, mid=mid))
    return _actor(theirs[0])


def _actor(member: tuple) -> Actor:
    return access.actor_of(Membership(id=member[0], user_id=member[1]))


def _members(mid: str) -> list[tuple]:
    """Membership, person, organisation and seat of everybody at the merchants that know this number."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT membership_id, user_id, organisation_id, seat FROM app_merchant_of_mid(%s)", [mid])
        return cursor.fetchall()
