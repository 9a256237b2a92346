"""Legal periods and public holidays as dated rows: reference data of no tenant, added to and never changed.

The shipped rows are in cases/law/rules; `load_rules` brings them here. What is done with them is cases/law.
"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cases.law.calendar import Year, calendar_of
from cases.law.periods import Rule
from config.clock import Calendar
from config.text import Text


class LawRuleQuerySet(models.QuerySet["LawRule"]):
    def on(self, code: str, day: date) -> dict[str, Rule]:
        """The rules of a clock that hold on `day`, by the condition under which each applies; a later row wins."""
        rows = self.filter(code=code, valid_from__lte=day).order_by("valid_from", "id")
        return {row.applies_if: row.as_rule() for row in rows}


class LawRule(models.Model):
    """The length of one clock from one day on. Codes and what they mean are in cases/timetable.py."""

    code = models.CharField(max_length=12)
    applies_if = models.CharField(max_length=30, blank=True)  # "procedure=small", "document=ruling"; empty: always
    kind = models.CharField(max_length=1)  # L statutory, C agreed, P ours
    value = models.PositiveIntegerField(null=True)  # null: only by agreement or by the court
    unit = models.CharField(max_length=2)  # h, bd, d, m, y
    rolls = models.BooleanField(default=True)  # a last day off moves to the next workday
    least = models.PositiveIntegerField(null=True)  # bounds, in days, of a period that a court sets
    most = models.PositiveIntegerField(null=True)
    most_extended = models.PositiveIntegerField(null=True)  # whole length in `unit` with the longest extension
    source_zh = models.CharField(max_length=200)
    source_en = models.CharField(max_length=200)
    confirmed = models.BooleanField(default=True)  # the source's own text was read
    valid_from = models.DateField()

    objects = LawRuleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["code", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.code} {self.applies_if} {self.value or ''}{self.unit} {self.valid_from}"

    @classmethod
    def of(cls, rule: Rule) -> "LawRule":
        return cls(
            **{name: getattr(rule, name) for name in Rule.__slots__ if name != "source"},
            source_zh=rule.source.zh,
            source_en=rule.source.en,
        )

    def as_rule(self) -> Rule:
        fields = {name: getattr(self, name) for name in Rule.__slots__ if name != "source"}
        return Rule(**fields, source=Text(self.source_zh, self.source_en))


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def calendar(self) -> Calendar:
        """The workdays of all years known; of two notices for one year the announced one wins, then the later."""
        return calendar_of(row.as_year() for row in self.order_by("id"))


class Holiday(models.Model):
    """The days off and the make-up workdays of one year, whole, as one notice names them."""

    year = models.PositiveSmallIntegerField()
    announced = models.BooleanField()  # false: only days known before the State Council's notice
    days_off = ArrayField(models.DateField())
    make_up_days = ArrayField(models.DateField(), default=list)
    source = models.CharField(max_length=200)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["year"])]

    def __str__(self) -> str:
        return f"{self.year} {self.source}"

    @classmethod
    def of(cls, year: Year) -> "Holiday":
        return cls(**{name: getattr(year, name) for name in Year.__slots__})

    def as_year(self) -> Year:
        return Year(self.year, self.announced, tuple(self.days_off), tuple(self.make_up_days), self.source)
