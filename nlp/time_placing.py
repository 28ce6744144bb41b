"""Atoms of time put in their place in the calendar: which half of the day, which day, which instants. Knows the policy; no words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from nlp.time_anaphora import first_day, newest_clock, newest_day
from nlp.time_atoms import Atom, Clock, Moment, Ref
from nlp.time_calendar import DAY, Days, moment, one, zoned
from nlp.time_clocks import read_clock
from nlp.time_words import Line, parts
from nlp.types import Antecedent, Grain, Interval

_NEAR = 180  # minutes within which an earlier time of day decides the half
_LATE = ("night",)
_CLOCKED = (Grain.MINUTE, Grain.HOUR)


def place(atom: Atom, ref: Ref) -> Moment | None:
    """The atom's time; None where it counts from something that isn't known."""
    if atom.exact is not None:
        found = atom.exact(ref)
        if found is None or atom.clock is None:
            return found
        day = found.interval.start
        return day and _clocked(atom, one(day.astimezone(ref.zone).date()), ref, found.antecedent)
    if atom.days is not None:
        days = atom.days(ref)
        if days is None:
            return None
        if atom.clock is not None:
            return _clocked(atom, days, ref, days.antecedent)
        return _part(atom.part, days, ref) if atom.part else Moment(days.value, days.grain, days.interval(ref.zone), days.antecedent)
    if atom.clock is not None:
        return _clock_alone(atom, ref)
    return _part_alone(atom.part, ref) if atom.part else None


def _part(part: str, days: Days, ref: Ref) -> Moment:
    first, last = parts()[part]
    interval = Interval(moment(days.start, first * 60, ref.zone), moment(days.end - DAY, last * 60, ref.zone))
    return Moment(days.value, Grain.PART if days.grain is Grain.DAY else days.grain, interval, days.antecedent)


def _part_alone(part: str, ref: Ref) -> Moment:
    """ "in the morning": on the day spoken of, else the coming one, with a past the last one."""
    anchor = newest_day(ref)
    if anchor is not None:
        return _part(part, replace(one(first_day(anchor, ref)), antecedent=anchor.antecedent), ref)
    first, _ = parts()[part]
    begun = ref.now.hour >= first
    day = ref.today if begun == ref.past else ref.today - DAY if ref.past else ref.today + DAY
    return _part(part, one(day), ref)


def _clock_alone(atom: Atom, ref: Ref) -> Moment | None:
    """A time of day alone keeps the day spoken of; else it is the coming one, with a past the last one."""
    if atom.clock is not None and atom.clock.same:
        anchor = newest_clock(ref)
        return Moment(anchor.value, anchor.grain, anchor.interval, anchor.antecedent) if anchor else None
    anchor = newest_day(ref)
    if anchor is not None:
        return _clocked(atom, one(first_day(anchor, ref)), ref, anchor.antecedent)
    today = _clocked(atom, one(ref.today), ref, None)
    if today is None or today.interval.start is None:
        return today
    if ref.past:
        return today if today.interval.start <= ref.now else _clocked(atom, one(ref.today - DAY), ref, None)
    return today if today.interval.start > ref.now else _clocked(atom, one(ref.today + DAY), ref, None)


def _clocked(atom: Atom, days: Days, ref: Ref, antecedent: Antecedent | None) -> Moment | None:
    clock = atom.clock
    minutes = minutes_of(clock, atom, ref) if clock else None
    if clock is None or minutes is None:
        return None
    start = _instant(days.start, minutes, clock, ref)
    if atom.closing is not None:
        closing = _closing_minutes(atom, minutes)
        end = _instant(days.start, closing, replace(atom.closing, zone=atom.closing.zone), ref)
        if atom.closing.zone and not clock.zone:
            start = _instant(days.start, minutes, atom.closing, ref)
        return Moment(f"{start.isoformat()}/{end.isoformat()}", atom.grain, Interval(start, end), antecedent, ranged=True)
    return at_instant(start, Grain.MINUTE if clock.same else atom.grain, antecedent)


def at_instant(start: datetime, grain: Grain, antecedent: Antecedent | None) -> Moment:
    """A minute or an hour from `start`."""
    length = timedelta(minutes=1) if grain is Grain.MINUTE else timedelta(hours=1)
    end = (start.astimezone(UTC) + length).astimezone(start.tzinfo)
    return Moment(start.isoformat(), grain, Interval(start, end), antecedent)


def _instant(day: date, minutes: int, clock: Clock, ref: Ref) -> datetime:
    other = zoned(clock.zone) if clock.zone else None
    return moment(day, minutes, other).astimezone(ref.zone) if other else moment(day, minutes, ref.zone)


def minutes_of(clock: Clock, atom: Atom, ref: Ref) -> int | None:
    """Minutes since midnight: by what is said, a part of the day, an earlier time, the opening hours, the policy."""
    if clock.same:
        anchor = newest_clock(ref)
        start = anchor.interval.start if anchor else None
        local = start.astimezone(ref.zone) if start else None
        return local.hour * 60 + local.minute if local else None
    if clock.half is None and atom.closing is not None and atom.part is None:
        return _opening_minutes(clock, atom.closing, ref)
    if clock.half == "24":
        return clock.hour * 60 + clock.minute
    early = clock.hour % 12 * 60 + clock.minute
    if clock.half is not None:
        return early + 720 * (clock.half == "pm")
    if atom.part is not None:
        return _in_part(early, atom.part)
    return _by_conversation(early, ref)


def _in_part(early: int, part: str) -> int:
    """ "tonight at 8" is pm, "in the morning at 9" am; "at night at 12" ends the day."""
    first, last = parts()[part]
    if part in _LATE and early < 60:
        return 1440 + early
    return next((m for m in (early, early + 720) if first * 60 <= m <= last * 60), early + 720 * (first >= 12))


def _by_conversation(early: int, ref: Ref) -> int:
    usual = _usual(early)
    anchor = newest_clock(ref)
    if anchor is not None and anchor.interval.start is not None:
        said = anchor.interval.start.astimezone(ref.zone)
        minutes = said.hour * 60 + said.minute
        near = min((early, early + 720), key=lambda m: abs(m - minutes))
        if abs(near - minutes) <= _NEAR and _open(near, ref):
            return near
    other = early + 720 if usual == early else early
    return other if ref.hours is not None and not _open(usual, ref) and _open(other, ref) else usual


def _usual(early: int) -> int:
    return early if 420 <= early < 720 else early + 720


def _open(minutes: int, ref: Ref) -> bool:
    return ref.hours is None or ref.hours[0] <= minutes <= ref.hours[1]


def _opening_minutes(clock: Clock, closing: Clock, ref: Ref) -> int:
    """The start of a range without its own half: the closing's half if it lies before it there, else the other."""
    early = clock.hour % 12 * 60 + clock.minute
    if closing.half is None:
        return _by_conversation(early, ref)
    end = (
        closing.hour * 60 + closing.minute
        if closing.half == "24"
        else closing.hour % 12 * 60 + closing.minute + 720 * (closing.half == "pm")
    )
    if closing.half == "24":
        return max((m for m in (early, early + 720) if m < end), default=early)
    same = early + 720 * (closing.half == "pm")
    return same if same < end else early if closing.half == "pm" else early + 720


def _closing_minutes(atom: Atom, start: int) -> int:
    """The end of a range: as said, else the first reading after the start; past midnight where it must."""
    closing = atom.closing or Clock()
    if closing.half == "24":
        end = closing.hour * 60 + closing.minute
    else:
        early = closing.hour % 12 * 60 + closing.minute
        choices = [early + 720 * (closing.half == "pm")] if closing.half else [early, early + 720]
        end = next((m for m in choices if m > start), choices[0])
    return end if end > start else end + 1440


def after(ref: Ref, first: Moment) -> Ref:
    """What the second end of a range is counted from: not before the first."""
    start = first.interval.start
    floor = start.astimezone(ref.zone).date() if start else None
    return replace(ref, floor=floor, past=False, frame=None)


def span_of(first: Moment, last: Moment) -> Moment | None:
    """Both ends as one range; None where the last ends before the first starts."""
    start, end = first.interval.start, last.interval.end if last.grain not in _CLOCKED else last.interval.start
    if start is None or end is None or end <= start:
        return None
    ends = first.value.split("/")[0], last.value.split("/")[-1]
    return Moment("/".join(ends), last.grain, Interval(start, end), ranged=True)


def ends_of(whole: Moment) -> tuple[Moment, ...]:
    """The two instants of a range of clock times."""
    ends = (whole.interval.start, whole.interval.end)
    return tuple(at_instant(end, whole.grain, whole.antecedent) for end in ends if end is not None)


def clock_ends(line: Line, atom: Atom) -> tuple[tuple[int, int], ...]:
    """The words of each end of a range of clock times."""
    found: list[tuple[int, int]] = []
    i = atom.first
    while i < atom.last and len(found) < 2:
        read = read_clock(line, i)
        if read is not None and read[1] <= atom.last:
            found.append((i, read[1]))
        i = read[1] if read is not None else i + 1
    return tuple(found) if len(found) == 2 else ()


def recurrence(atom: Atom, ref: Ref) -> Interval | None:
    """The next instance of a recurring time, where its day is said or it comes daily."""
    if atom.days is None and atom.recurring != "P1D":
        return None
    placed = place(replace(atom, recurring=None, days=atom.days or _next_daily), ref)
    return placed.interval if placed else None


def _next_daily(ref: Ref) -> Days:
    return one(ref.today + DAY)
