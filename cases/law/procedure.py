"""Which procedure a claim for money goes through at first instance (民事诉讼法 art. 160, 165, 166). Bounds are rows.

It answers from the sum, the province and what is told of the case; the court decides.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cases.law.figures import TO_BE_CHECKED, sources
from cases.law.periods import Rule, WrongUse
from config.errors import Conflict
from config.money import plain
from config.text import Text

CODES = ("SMALL-HALF", "SMALL-TWICE")
PROCEDURES = {
    "small": Text("小额诉讼程序（一审终审）", "small claims procedure (final at first instance)"),
    "simplified": Text("简易程序", "simplified procedure"),
    "ordinary": Text("普通程序", "ordinary procedure"),
}
LAW = Text("民事诉讼法第 160、165、166 条", "Civil Procedure Law, art. 160, 165, 166")
GROWS_OLD = timedelta(days=400)  # each province announces new figures every year
# 166: no small claims. 160 and 解释 257: not the simplified procedure either.
NOT_SMALL = {
    "not_money": Text("请求不只是给付金钱", "more than money is claimed"),
    "title": Text("涉及人身关系或财产确权", "it is about personal status or title"),
    "foreign": Text("涉外案件", "a foreign element"),
    "appraisal": Text("需要评估、鉴定，或对已有的评估、鉴定有异议", "an appraisal is needed or disputed"),
    "counterclaim": Text("对方提出反诉", "the other side counterclaims"),
}
NOT_SIMPLE = {
    "missing": Text("被告下落不明", "the defendant cannot be found"),
    "complex": Text("事实不清或争议较大", "facts are unclear or much in dispute"),
}
AGREED = "agreed"
FLAGS = {
    **NOT_SMALL,
    **NOT_SIMPLE,
    AGREED: Text("双方约定适用小额诉讼", "both sides agree on small claims"),
}
PROVINCES = {
    "北京": "Beijing", "天津": "Tianjin", "河北": "Hebei", "山西": "Shanxi", "内蒙古": "Inner Mongolia",
    "辽宁": "Liaoning", "吉林": "Jilin", "黑龙江": "Heilongjiang", "上海": "Shanghai", "江苏": "Jiangsu",
    "浙江": "Zhejiang", "安徽": "Anhui", "福建": "Fujian", "江西": "Jiangxi", "山东": "Shandong", "河南": "Henan",
    "湖北": "Hubei", "湖南": "Hunan", "广东": "Guangdong", "广西": "Guangxi", "海南": "Hainan", "重庆": "Chongqing",
    "四川": "Sichuan", "贵州": "Guizhou", "云南": "Yunnan", "西藏": "Tibet", "陕西": "Shaanxi", "甘肃": "Gansu",
    "青海": "Qinghai", "宁夏": "Ningxia", "新疆": "Xinjiang",
}  # fmt: skip
ENDINGS = ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")


@dataclass(frozen=True, slots=True)
class Procedure:
    procedure: str
    threshold: Decimal  # up to which small claims are mandatory
    agreed_up_to: Decimal  # up to which both sides may agree on them
    why: tuple[Text, ...]
    source: Text

    def as_json(self) -> dict[str, object]:
        """The answer of the `procedure` command and the API, in the reader's language."""
        return {
            "procedure": self.procedure,
            "threshold": f"{self.threshold:.2f}",
            "agreed_up_to": f"{self.agreed_up_to:.2f}",
            "why": [str(reason) for reason in self.why],
            "source": str(self.source),
        }


def province(name: str) -> str:
    """A province by any of its usual names: 江苏, 江苏省, Jiangsu. Raises WrongUse for what is none."""
    bare = name.strip()
    for ending in ENDINGS:
        bare = bare.removesuffix(ending)
    for zh, en in PROVINCES.items():
        if bare == zh or name.strip().lower().removesuffix(" province") == en.lower():
            return zh
    text = Text(
        "没有「{name}」这个省份，请写成 江苏 或 Jiangsu。",
        "There is no province “{name}”; write its name in English or Chinese, such as Jiangsu.",
    )
    raise WrongUse(text.format(name=name))


def procedure(
    amount: Decimal, place: str, on: date, rows: Mapping[str, Mapping[str, Rule]], flags: Collection[str] = ()
) -> Procedure:
    """The procedure for a claim of `amount` yuan filed `on` a day in `place` (a key of PROVINCES).

    `rows` are those of CODES on that day. Raises WrongUse for an unknown flag, Conflict where the province has no row.
    """
    if unknown := sorted(set(flags) - set(FLAGS)):
        text = Text("不认识 {flag}，可用的：{flags}。", "{flag} is unknown; there are: {flags}.")
        raise WrongUse(text.format(flag=unknown[0], flags=", ".join(FLAGS)))
    half, twice = (_row(rows.get(code, {}), place, on) for code in CODES)
    found, why = _decide(amount, Decimal(half.value or 0), Decimal(twice.value or 0), flags)
    cited = sources((half, twice))
    if on - min(half.valid_from, twice.valid_from) > GROWS_OLD:
        old = Text("{place}的标准是 {day} 起的，之后可能已更新，请核对高级人民法院的公布。",
                   "The figures of {place} hold from {day} and may have changed since: check with its high court.")  # fmt: skip
        why.append(old.format(place=Text(place, PROVINCES[place]), day=half.valid_from))
        if half.confirmed and twice.confirmed:
            cited = Text(cited.zh + TO_BE_CHECKED.zh, cited.en + TO_BE_CHECKED.en)
    source = Text(f"{LAW.zh}；{cited.zh}", f"{LAW.en}; {cited.en}")
    return Procedure(found, Decimal(half.value or 0), Decimal(twice.value or 0), tuple(why), source)


def _decide(amount: Decimal, half: Decimal, twice: Decimal, flags: Collection[str]) -> tuple[str, list[Text]]:
    if against := [reason for flag, reason in NOT_SIMPLE.items() if flag in flags]:
        return "ordinary", [*against, Text("不适用简易程序和小额诉讼", "neither simplified nor small claims procedure")]
    if against := [reason for flag, reason in NOT_SMALL.items() if flag in flags]:
        return "simplified", [*against, Text("不适用小额诉讼（第 166 条）", "no small claims procedure (art. 166)")]
    values = {"half": plain(half), "twice": plain(twice)}
    if amount <= half:
        text = Text("不超过年平均工资的 50%（{half} 元）：应当适用小额诉讼，一审终审（第 165 条）",
                    "up to half of the average wage ({half} yuan): small claims are mandatory and final (art. 165)")  # fmt: skip
        return "small", [text.format(**values)]
    if amount > twice:
        text = Text("超过年平均工资的 2 倍（{twice} 元）：不能约定适用小额诉讼（第 165 条）",
                    "above twice the average wage ({twice} yuan): small claims cannot be agreed on (art. 165)")  # fmt: skip
        return "simplified", [text.format(**values)]
    text = Text("超过年平均工资的 50%（{half} 元）、不超过 2 倍（{twice} 元）：双方约定的才适用小额诉讼（第 165 条）",
                "above half ({half} yuan) and up to twice the average wage ({twice} yuan): small claims only where both"
                " sides agree (art. 165)")  # fmt: skip
    if AGREED in flags:
        return "small", [text.format(**values), FLAGS[AGREED]]
    return "simplified", [text.format(**values)]


def _row(rows: Mapping[str, Rule], place: str, on: date) -> Rule:
    if found := rows.get(f"province={place}"):
        return found
    known = sorted(condition.removeprefix("province=") for condition in rows)
    names = Text("、".join(known) or "无", ", ".join(PROVINCES.get(name, name) for name in known) or "none")
    text = Text("没有{place}在 {day} 的小额诉讼标准（现有：{known}）。请查该省高级人民法院公布的数额，由管理员补充规则行。",
                "The small claims figures of {place} on {day} are not known (known: {known}). Look up what its high court"
                " announced; an administrator adds the rows.")  # fmt: skip
    raise Conflict(text.format(place=Text(place, PROVINCES[place]), day=on, known=names))
