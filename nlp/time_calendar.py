"""Stretches of whole days and how they are written. Knows the calendar and zones; no words and no clock of its own."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from nlp.types import Antecedent, Grain, Interval

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Days from `start` up to but without `end`."""

    start: date
    end: date
    grain: Grain
    antecedent: Antecedent | None = None

    @property
    def value(self) -> str:
        """ISO 8601, as exact as said; of several days or months the first and the last."""
        last = self.end - DAY
        if self.grain is Grain.YEAR and self == year(self.start.year, self.antecedent):
            return f"{self.start.year:04}"
        if self.grain in (Grain.MONTH, Grain.QUARTER, Grain.SEASON, Grain.YEAR) and self.start.day == 1 and self.end.day == 1:
            first_month, last_month = (f"{d.year:04}-{d.month:02}" for d in (self.start, last))
            return first_month if first_month == last_month else f"{first_month}/{last_month}"
        return self.start.isoformat() if last == self.start else f"{self.start.isoformat()}/{last.isoformat()}"

    def interval(self, zone: ZoneInfo) -> Interval:
        return Interval(moment(self.start, 0, zone), moment(self.end, 0, zone))


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """That many minutes of clock time into the day; one that a change of the clocks skips is moved on, one that it repeats is the first."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    return wall.astimezone(UTC).astimezone(zone)


def one(day: date) -> Days:
    return Days(day, day + DAY, Grain.DAY)


def week(day: date) -> Days:
    """Monday to Sunday."""
    start = day - timedelta(days=day.weekday())
    return Days(start, start + 7 * DAY, Grain.WEEK)


def weekend(day: date) -> Days:
    """Saturday and Sunday of the week of that day."""
    start = week(day).start + 5 * DAY
    return Days(start, start + 2 * DAY, Grain.WEEKEND)


def months(number: int, count: int, grain: Grain) -> Days:
    """`count` months from month `number`, counted from the year 0."""
    first, after = (date(n // 12, n % 12 + 1, 1) for n in (number, number + count))
    return Days(first, after, grain)


def month(year_number: int, month_number: int) -> Days:
    return months(year_number * 12 + month_number - 1, 1, Grain.MONTH)


def year(number: int, antecedent: Antecedent | None = None) -> Days:
    return Days(date(number, 1, 1), date(number + 1, 1, 1), Grain.YEAR, antecedent)


def containing(unit: str, day: date) -> Days:
    """The whole unit that the day lies in."""
    if unit in ("week", "fortnight"):
        return week(day)
    if unit == "weekend":
        return weekend(day)
    if unit == "month":
        return month(day.year, day.month)
    if unit == "quarter":
        return months(day.year * 12 + (day.month - 1) // 3 * 3, 3, Grain.QUARTER)
    return year(day.year) if unit == "year" else one(day)


def moved(day: date, amount: int, unit: str) -> date:
    """The day so many units later; a day of the month that doesn't exist becomes the last."""
    per = {"day": 1, "week": 7, "weekend": 7, "fortnight": 14}
    if unit in per:
        return day + timedelta(days=amount * per[unit])
    number = day.year * 12 + day.month - 1 + amount * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
    return date(number // 12, number % 12 + 1, min(day.day, monthrange(number // 12, number % 12 + 1)[1]))


def season(first_month: int, year_number: int) -> Days:
    """Three months from `first_month` of that year; winter ends in the next."""
    return months(year_number * 12 + first_month - 1, 3, Grain.SEASON)


def edge(of: Days, which: str) -> Days:
    """A part of a stretch: its `start` or `end` (one day), its `middle`, its `early` or `late` third."""
    last = of.end - DAY
    if which == "start":
        return one(of.start)
    if which == "end":
        return one(last)
    if of.grain in (Grain.YEAR, Grain.QUARTER, Grain.SEASON):
        whole = (of.end.year - of.start.year) * 12 + of.end.month - of.start.month
        third = max(whole // 3, 1)
        number = of.start.year * 12 + of.start.month - 1
        return months(number + {"early": 0, "middle": third, "late": whole - third}[which], third, Grain.MONTH)
    length = (of.end - of.start).days
    third = max(round(length / 3), 1)
    if of.grain is Grain.WEEK:
        first, count = {"early": (0, 2), "middle": (2, 1), "late": (3, 2)}[which]
    else:
        first, count = {"early": (0, third), "middle": (third, third), "late": (2 * third, length - 2 * third)}[which]
    return Days(of.start + first * DAY, of.start + (first + count) * DAY, Grain.DAY if of.grain is Grain.WEEK else Grain.WEEK)


def nth_weekday(of: Days, weekday: int, n: int) -> date | None:
    """The n-th such weekday of a stretch, from the end for a negative n; None where there are fewer."""
    if n < 0:
        day = of.end - DAY - timedelta(days=(of.end - DAY).weekday() - weekday) % (7 * DAY) + (n + 1) * 7 * DAY
    else:
        day = of.start + timedelta(days=(weekday - of.start.weekday()) % 7 + 7 * (n - 1))
    return day if of.start <= day < of.end else None


def holiday(rule: str, year_number: int) -> date | None:
    """The day by rule: `MM-DD`, `nth MONTH WEEKDAY N [DAYS LATER]` or `easter DAYS`."""
    words = rule.split()
    if words[0] == "easter":
        return _easter(year_number) + timedelta(days=int(words[1]))
    if words[0] == "nth":
        day = nth_weekday(month(year_number, int(words[1])), int(words[2]), int(words[3]))
        return day and day + timedelta(days=int(words[4]) if len(words) > 4 else 0)
    month_number, _, day_number = rule.partition("-")
    return date(year_number, int(month_number), int(day_number))


def _easter(y: int) -> date:
    """Western Easter Sunday. Source: the anonymous Gregorian computus (Meeus, Jones, Butcher)."""
    a, b, c = y % 19, y // 100, y % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    return date(y, (h + k - 7 * m + 114) // 31, (h + k - 7 * m + 114) % 31 + 1)


def known_from(days: Days, antecedent: Antecedent | None) -> Days:
    return replace(days, antecedent=antecedent)


@lru_cache
def zoned(name: str) -> ZoneInfo:
    return ZoneInfo(name)
