"""What the grammar of time reads before it is placed in the calendar: atoms, and what they are placed against. Knows no words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from nlp.time_calendar import Days
from nlp.types import Antecedent, Grain, Interval, TimeAnchor


@dataclass(frozen=True, slots=True)
class Ref:
    """What floating words are counted from.

    now: local. past: the clause tells of what has happened. floor: the first day that the end of a range may have.
    frame: a week or month spoken of just before. anchors: newest first.
    """

    now: datetime
    zone: ZoneInfo
    past: bool = False
    floor: date | None = None
    frame: Days | None = None
    anchors: tuple[TimeAnchor, ...] = ()
    hours: tuple[int, int] | None = None  # opening and closing, in minutes of the day

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in its place: see TimeExpression."""

    value: str
    grain: Grain
    interval: Interval
    antecedent: Antecedent | None = None
    ranged: bool = False


Placed = Callable[[Ref], Days | None]
Exact = Callable[[Ref], Moment | None]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. hour: as said. half: `am`, `pm`, `24` (needs none) or None. same: that of an earlier time."""

    hour: int = 0
    minute: int = 0
    half: str | None = None
    to_minute: bool = False
    zone: str | None = None
    same: bool = False


@dataclass(frozen=True, slots=True)
class Atom:
    """Words `first` up to `last` as one piece of a time.

    weak: only a time beside another. duration, recurring: ISO 8601. month_day: a date in a named month, that "to 7" may go on from.
    """

    first: int
    last: int
    days: Placed | None = None
    clock: Clock | None = None
    closing: Clock | None = None
    part: str | None = None
    exact: Exact | None = None
    duration: str | None = None
    recurring: str | None = None
    grain: Grain = Grain.DAY
    bound: str | None = None
    weak: bool = False
    month_day: bool = False
