"""All expressions of days: those of dates, weekdays and units, and relative days, seasons, holidays. Knows no clock times."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

from nlp.time_atoms import Atom, Placed, Ref
from nlp.time_calendar import DAY, Days, edge, holiday, one, season, week, weekend
from nlp.time_dates import (
    bare_month,
    is_verb,
    month_alone,
    month_date,
    numeric,
    ordinal_day,
    placed_yearly,
    quarter,
    year_after,
)
from nlp.time_units import named_unit, which
from nlp.time_weekdays import in_week, nth_weekday_of, weekday_at, weekday_atom
from nlp.time_words import Line, counts, lists, names
from nlp.time_years import year_alone, year_cued
from nlp.types import Grain


def day_atom(line: Line, i: int) -> Atom | None:
    """The longest expression of days that begins at word `i`."""
    found = [atom for atom in (rule(line, i) for rule in _RULES) if atom is not None]
    return max(found, key=lambda atom: atom.last, default=None)


def _season(line: Line, i: int) -> Atom | None:
    """ "the summer", "last fall", "summer 2025", "winter of 2024"."""
    article = line.at(i) == "the"
    how, j = which(line, i + article) if article else which(line, i)
    word = line.at(j)
    first_month = counts("seasons").get(word)
    if first_month is None or is_verb(line, j):
        return None
    said, last = year_after(line, j + 1)
    cue = line.at(i - 1) in lists("season_cues")
    certain = how is not None or said is not None or cue or (article and word not in lists("doubtful_seasons"))
    if not certain or not line.closes(last):
        return None
    return Atom(i, last, days=lambda ref: placed_yearly(ref, how, said, lambda y: season(first_month, y)), grain=Grain.SEASON)


def _of_week(line: Line, i: int) -> Atom | None:
    """ "the week of the 14th", "next week Thursday", "next week on Monday"."""
    unit = named_unit(line, i)
    if unit is None or unit.grain is not Grain.WEEK or unit.days is None:
        return None
    placed, j = unit.days, unit.last
    if line.at(j) == "of":
        day = month_date(line, j + 1) or ordinal_day(line, j + 1) or _holiday(line, j + 1)
        return Atom(i, day.last, days=lambda ref: _around(day.days, ref), grain=Grain.WEEK) if day is not None else None
    j += line.at(j) in ("on", ",")
    weekday = weekday_at(line, j)
    if weekday is None or unit.weak:
        return None
    return Atom(i, j + 1, days=lambda ref: in_week(placed, weekday, ref))


def _around(placed: Placed | None, ref: Ref) -> Days | None:
    found = placed(ref) if placed else None
    return found and week(found.start)


@lru_cache
def _holidays() -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, rule in names("holidays").items():
        words = tuple(name.split())
        found.setdefault(words[0], []).append((words, rule))
    return {first: tuple(sorted(rules, key=lambda r: -len(r[0]))) for first, rules in found.items()}


def _holiday(line: Line, i: int) -> Atom | None:
    how, j = which(line, i)
    j += line.at(i) == "the" and how is None
    for words, rule in _holidays().get(line.at(j), ()):
        if all(line.at(j + n) == word for n, word in enumerate(words)):
            said, last = year_after(line, j + len(words))
            placed = partial(_placed_holiday, rule=rule, how=how, said=said)
            if line.at(last) == "weekend":
                return Atom(i, last + 1, days=partial(_long_weekend, placed), grain=Grain.WEEKEND)
            return Atom(i if how is not None else j, last, days=placed)
    return None


def _placed_holiday(ref: Ref, rule: str, how: int | None, said: int | None) -> Days | None:
    years = [said] if said is not None else [ref.today.year + n for n in (-2, -1, 0, 1, 2)]
    days = [day for n in years if (day := holiday(rule, n)) is not None]
    if said is not None:
        return one(days[0]) if days else None
    base = ref.floor or ref.today
    if how == -1 or (ref.past and ref.floor is None):
        return next((one(d) for d in reversed(days) if d < base or (d == base and how is None)), None)
    return next((one(d) for d in days if d >= base and (how != 1 or d.year > base.year)), None)


def _long_weekend(placed: Placed, ref: Ref) -> Days | None:
    """The Saturday and Sunday nearest to the holiday."""
    found = placed(ref)
    return found and weekend(found.start - (7 * DAY if found.start.weekday() <= 1 else 0 * DAY))


def _edge(line: Line, i: int) -> Atom | None:
    """ "the end of the month", "mid-June", "early next week", "later this week"."""
    j = i + (line.at(i) == "the")
    j += line.at(j) in ("very", "tail")
    piece = names("edges").get(line.at(j))
    if line.at(j) in ("first", "last") and line.at(j + 1) == "day" and line.at(j + 2) == "of":
        j, piece = j + 1, "end" if line.at(j) == "last" else "start"
    if piece is None:
        return None
    linked = line.at(j + 1) in ("of", "-", "in")
    k = j + 1 + linked
    if piece in ("end", "start", "middle", "half", "rest") and not linked and line.at(j) not in ("mid", "rest", "later"):
        return None
    unit = (
        named_unit(line, k)
        or month_alone(line, k)
        or _season(line, k)
        or year_alone(line, k)
        or (_relative(line, k) if piece in ("rest", "past") else None)
    )
    unit = unit or (bare_month(line, k) if linked or piece in ("middle", "early", "late") else None)
    if unit is None or unit.days is None:
        return None
    placed = unit.days
    return Atom(i, unit.last, days=lambda ref: _placed_edge(placed, piece, ref), grain=Grain.DAY)


def _placed_edge(placed: Placed, piece: str, ref: Ref) -> Days | None:
    found = placed(ref)
    if found is None:
        return None
    if piece in ("rest", "past"):
        first, after = (max(found.start, ref.today), found.end) if piece == "rest" else (found.start, min(found.end, ref.today + DAY))
        return (
            replace(found, start=first, end=after, grain=Grain.DAY if found.grain is Grain.DAY else Grain.WEEK) if first < after else found
        )
    return edge(found, "middle" if piece == "half" else piece)


def _relative(line: Line, i: int) -> Atom | None:
    """ "today", "the day after tomorrow", "tomorrow"."""
    table = counts("relative_days")
    word = line.at(i)
    if word in table:
        shift = table[word]
        part = "night" if word in lists("nights") else None
        return Atom(i, i + 1, days=lambda ref: one(ref.today + shift * DAY), part=part)
    part = line.at(i + 1)
    if word in ("this", "last") and part in lists("plain_parts") and not (word == "this" and part == "night"):
        return Atom(i, i + 2, days=lambda ref: one(ref.today - (word == "last") * DAY), part=part)
    if word.isdecimal() and line.tight(i + 1) and word + line.at(i + 1) in table:
        return replace(_joined_spelling(line, i), first=i)
    j = i + (word == "the")
    if line.at(j) in lists("plain_parts") and line.at(j + 1) == "before" and line.at(j + 2) == "last":
        return Atom(i, j + 3, days=lambda ref: one(ref.today - 2 * DAY), part=line.at(j))  # "the night before last"
    if line.at(j) == "day" and line.at(j + 1) in ("after", "before") and line.at(j + 2) in table:
        shift = table[line.at(j + 2)] + (1 if line.at(j + 1) == "after" else -1)
        return Atom(i, j + 3, days=lambda ref: one(ref.today + shift * DAY))
    return None


def _joined_spelling(line: Line, i: int) -> Atom:
    word = line.at(i) + line.at(i + 1)
    shift, part = counts("relative_days")[word], "night" if word in lists("nights") else None
    return Atom(i, i + 2, days=lambda ref: one(ref.today + shift * DAY), part=part)


_RULES: tuple[Callable[[Line, int], Atom | None], ...] = (
    _relative, weekday_atom, _of_week, month_date, ordinal_day, month_alone, _season,
    named_unit, year_cued, quarter, _holiday, _edge, nth_weekday_of, numeric,
)  # fmt: skip
