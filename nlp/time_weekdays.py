"""Weekdays, alone and with what makes them certain: a date, a week, a month. Knows English and the calendar; no clock times."""

from dataclasses import replace
from datetime import date, timedelta

from nlp.time_atoms import Atom, Placed, Ref
from nlp.time_calendar import DAY, Days, months, nth_weekday, one, week
from nlp.time_dates import day_of_month, month_after, month_date, nth_day, numeric
from nlp.time_units import named_unit, which
from nlp.time_words import Line, counts, lists, ordinal, parts
from nlp.types import Grain


def weekday_at(line: Line, i: int) -> int | None:
    """Monday is 0; None where the word is none or more likely another ("he sat", "the sun")."""
    word = line.at(i)
    if word in counts("plural_weekdays") and line.at(i + 1) in parts():
        return counts("plural_weekdays")[word]
    if word not in counts("weekdays"):
        return None
    if word in lists("doubtful_weekdays"):
        token = line.token(i)
        if token is not None and token.pos in ("VERB", "AUX"):
            return None
        neighbour = line.at(i + 1) in parts() or (line.at(i + 1) == "at") or line.at(i + 1) == "."
        if line.at(i - 1) not in lists("day_cues") and not neighbour:
            return None
    return counts("weekdays")[word]


def coming_weekday(ref: Ref, weekday: int) -> date:
    """The weekday without a year or week: in the week spoken of, else the last one in the past, else the coming one, never today."""
    if ref.floor is not None:
        return ref.floor + timedelta(days=(weekday - ref.floor.weekday()) % 7)
    if ref.frame is not None and ref.frame.grain in (Grain.WEEK, Grain.WEEKEND):
        return week(ref.frame.start).start + weekday * DAY
    if ref.past:
        return ref.today - timedelta(days=(ref.today.weekday() - weekday - 1) % 7 + 1)
    return ref.today + timedelta(days=(weekday - ref.today.weekday() - 1) % 7 + 1)


def weekday_atom(line: Line, i: int) -> Atom | None:
    """ "Friday", "this Friday", "Thursday the 12th", "Friday, April 10", "Tuesday of next week"."""
    how, j = which(line, i)
    weekday = weekday_at(line, j)
    if weekday is None:
        return None
    j += 1 + (line.at(j + 1) == "." and line.at(j) in lists("doubtful_weekdays") and bool(line.at(j + 2)))
    if how is None:
        longer = _weekday_of(line, i, j, weekday)
        if longer is not None:
            return longer
    return Atom(i, j, days=lambda ref: one(_placed_weekday(ref, weekday, how)))


def _placed_weekday(ref: Ref, weekday: int, how: int | None) -> date:
    monday = week(ref.today).start
    if how == 1:
        return monday + (7 + weekday) * DAY
    if how == 0:
        day = monday + weekday * DAY
        return day if day >= ref.today or ref.past else day + 7 * DAY
    if how == -1:
        return coming_weekday(replace(ref, past=True, floor=None, frame=None), weekday)
    return coming_weekday(ref, weekday) if how is None else coming_weekday(replace(ref, past=False, floor=None, frame=None), weekday)


def _weekday_of(line: Line, i: int, j: int, weekday: int) -> Atom | None:
    """A weekday made certain by what follows it: a date, a day of the month, a week."""
    k = j + (line.at(j) == ",")
    dated = month_date(line, k) or numeric(line, k)
    if dated is not None:
        return replace(dated, first=i)
    k += line.at(k) == "the"
    number = ordinal(line, k)
    if number is not None and 1 <= number[0] <= 31 and (number[2] or k > j) and line.closes(number[1]) and line.at(number[1]) != "of":
        return Atom(i, number[1], days=lambda ref: _weekday_and_day(ref, weekday, number[0]))
    k = j + (line.at(j) in ("of", "in", ","))
    within = named_unit(line, k)
    if within is not None and within.days is not None and within.grain is Grain.WEEK:
        return Atom(i, within.last, days=lambda ref: in_week(within.days, weekday, ref))
    if line.at(j) == "week" and line.at(j - 2) not in ("this", "next", "last"):
        return Atom(i, j + 1, days=lambda ref: one(coming_weekday(ref, weekday) + 7 * DAY))
    return None


def in_week(placed: Placed | None, weekday: int, ref: Ref) -> Days | None:
    found = placed(ref) if placed else None
    return found and one(week(found.start).start + weekday * DAY)


def _weekday_and_day(ref: Ref, weekday: int, number: int) -> Days | None:
    """The nearest day in the direction of the clause that is both; else the day of the month alone."""
    step = -1 if ref.past else 1
    start = ref.today.year * 12 + ref.today.month - 1
    for n in range(24):
        day = nth_day(months(start + n * step, 1, Grain.MONTH), number)
        if day and day.weekday() == weekday and (day <= ref.today if ref.past else day >= ref.today):
            return one(day)
    return day_of_month(ref, number)


def nth_weekday_of(line: Line, i: int) -> Atom | None:
    """ "the first Monday in May", "the last Friday of the month"."""
    j = i + (line.at(i) == "the")
    number = -1 if line.at(j) == "last" else (ordinal(line, j) or (0, 0, False))[0]
    after = j + 1 if number == -1 else (ordinal(line, j) or (0, j, False))[1]
    weekday = weekday_at(line, after) if number else None
    if weekday is None or line.at(after + 1) not in ("of", "in"):
        return None
    found = month_after(line, after + 2)
    return found and Atom(i, found[1], days=lambda ref: _nth_in(found[0](ref), weekday, number))


def _nth_in(of: Days | None, weekday: int, number: int) -> Days | None:
    day = nth_weekday(of, weekday, number) if of else None
    return day and one(day)
