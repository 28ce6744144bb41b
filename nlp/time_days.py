"""The grammar of days: weekdays, dates, months, weeks, seasons, years, holidays. Knows English and the calendar; no clock times."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, partial

from nlp.time_atoms import Atom, Placed, Ref
from nlp.time_calendar import DAY, Days, containing, edge, holiday, month, months, moved, nth_weekday, one, season, week, weekend, year
from nlp.time_words import Line, cardinal, counts, lists, names, ordinal, parts
from nlp.types import Grain

_ISO = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?![\d-])")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d\d))?(?![\d/-]|\.\d)")
_UNITS = frozenset({"week", "weekend", "month", "quarter", "year"})


def day_atom(line: Line, i: int, day_first: bool) -> Atom | None:
    """The longest expression of days that begins at word `i`."""
    found = [atom for atom in (rule(line, i) for rule in _RULES) if atom is not None]
    numeric = _numeric(line, i, day_first)
    if numeric:
        found.append(numeric)
    return max(found, key=lambda atom: atom.last, default=None)


def _relative(line: Line, i: int) -> Atom | None:
    """ "today", "the day after tomorrow", "tomorrow"."""
    table = counts("relative_days")
    word = line.at(i)
    if word in table:
        shift = table[word]
        part = "night" if word in lists("nights") else None
        return Atom(i, i + 1, days=lambda ref: one(ref.today + shift * DAY), part=part)
    if word.isdecimal() and line.tight(i + 1) and word + line.at(i + 1) in table:
        return replace(_joined_spelling(line, i), first=i)
    j = i + (word == "the")
    if line.at(j) == "day" and line.at(j + 1) in ("after", "before") and line.at(j + 2) in table:
        shift = table[line.at(j + 2)] + (1 if line.at(j + 1) == "after" else -1)
        return Atom(i, j + 3, days=lambda ref: one(ref.today + shift * DAY))
    return None


def _joined_spelling(line: Line, i: int) -> Atom:
    word = line.at(i) + line.at(i + 1)
    shift, part = counts("relative_days")[word], "night" if word in lists("nights") else None
    return Atom(i, i + 2, days=lambda ref: one(ref.today + shift * DAY), part=part)


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


def _weekday(line: Line, i: int) -> Atom | None:
    """ "Friday", "this Friday", "Thursday the 12th", "Friday, April 10", "Tuesday of next week"."""
    how, j = _which(line, i)
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
    dated = _month_date(line, k) or _numeric(line, k, False)
    if dated is not None:
        return replace(dated, first=i)
    k += line.at(k) == "the"
    number = ordinal(line, k)
    if number is not None and 1 <= number[0] <= 31 and (number[2] or k > j) and line.closes(number[1]) and line.at(number[1]) != "of":
        return Atom(i, number[1], days=lambda ref: _weekday_and_day(ref, weekday, number[0]))
    k = j + (line.at(j) in ("of", "in", ","))
    within = _named_unit(line, k)
    if within is not None and within.days is not None and within.grain is Grain.WEEK:
        return Atom(i, within.last, days=lambda ref: _in_week(within.days, weekday, ref))
    if line.at(j) == "week" and line.at(j - 2) not in ("this", "next", "last"):
        return Atom(i, j + 1, days=lambda ref: one(coming_weekday(ref, weekday) + 7 * DAY))
    return None


def _in_week(placed: Placed | None, weekday: int, ref: Ref) -> Days | None:
    found = placed(ref) if placed else None
    return found and one(week(found.start).start + weekday * DAY)


def _weekday_and_day(ref: Ref, weekday: int, number: int) -> Days | None:
    """The nearest day in the direction of the clause that is both; else the day of the month alone."""
    step = -1 if ref.past else 1
    start = ref.today.year * 12 + ref.today.month - 1
    for n in range(24):
        day = _day_of(months(start + n * step, 1, Grain.MONTH), number)
        if day and day.weekday() == weekday and (day <= ref.today if ref.past else day >= ref.today):
            return one(day)
    return _day_of_month(ref, number)


def _day_of(of: Days, number: int) -> date | None:
    day = of.start + (number - 1) * DAY
    return day if day < of.end else None


def _day_of_month(ref: Ref, number: int) -> Days | None:
    """ "the 15th": in the month spoken of, else the coming one, else with a past the last one."""
    if ref.frame is not None and ref.frame.grain is Grain.MONTH and ref.floor is None:
        day = _day_of(ref.frame, number)
        return day and one(day)
    base = ref.floor or ref.today
    step = -1 if ref.past and ref.floor is None else 1
    start = base.year * 12 + base.month - 1
    for n in range(12):
        day = _day_of(months(start + n * step, 1, Grain.MONTH), number)
        if day and (day <= base if step < 0 else day >= base):
            return one(day)
    return None


def _ordinal_day(line: Line, i: int) -> Atom | None:
    """ "the 15th", "the fifteenth", "the 3rd of May", "the first of next month"."""
    article = line.at(i) == "the"
    j = i + article
    number = ordinal(line, j)
    if number is None or not 1 <= number[0] <= 31:
        return None
    value, after, digits = number
    if line.at(after) == "of" and (found := _month_after(line, after + 1)) is not None:
        return Atom(i, found[1], days=lambda ref: _in_month(found[0](ref), value), month_day=True)
    cue = line.at(i - 1) in (
        "on",
        "by",
        "until",
        "till",
        "til",
        "since",
        "from",
        "through",
        "thru",
        "before",
        "after",
        "to",
        "or",
        "and",
        "for",
        "between",
        "around",
    )
    spelled = article and cue and (value > 12 or line.at(i - 1) in ("on", "by", "until", "till", "through", "thru", "since"))
    if not ((digits and (article or cue)) or spelled or (article and value > 12)) or not _ends(line, after):
        return None
    return Atom(i, after, days=lambda ref: _day_of_month(ref, value))


def _ends(line: Line, i: int) -> bool:
    return line.closes(i) and line.at(i) not in ("one", "of") and not (line.at(i) == "-" and line.tight(i))


def _in_month(of: Days | None, number: int) -> Days | None:
    day = _day_of(of, number) if of else None
    return day and one(day)


def _month_after(line: Line, i: int) -> tuple[Callable[[Ref], Days | None], int] | None:
    """The month in "the 3rd of May (2027)", "the first of the month"."""
    number = counts("months").get(line.at(i))
    if number is not None:
        said, after = _year_after(line, i + 1 + (line.at(i + 1) == "."))
        return (lambda ref: _placed_month(ref, number, said)), after
    unit = _named_unit(line, i)
    return (unit.days, unit.last) if unit is not None and unit.days is not None and unit.grain is Grain.MONTH else None


def _year_after(line: Line, i: int) -> tuple[int | None, int]:
    """The year that follows a date, and the next word."""
    j = i + (line.at(i) in (",", "of"))
    said = spoken_year(line, j)
    return said if said is not None else (None, i)


def spoken_year(line: Line, i: int) -> tuple[int, int] | None:
    """ "2026", "twenty twenty six", "nineteen ninety", "two thousand nineteen"."""
    digits = line.number(i)
    if digits is not None and len(line.at(i)) == 4 and 1900 <= digits < 2100:
        return digits, i + 1
    first = cardinal(line, i)
    if first is None or line.at(i).isdecimal():
        return None
    numbers = counts("numbers")
    if line.at(i) in ("nineteen", "twenty") and numbers.get(line.at(i + 1), 0) >= 10:
        second = cardinal(line, i + 1)
        return (numbers[line.at(i)] * 100 + second[0], second[1]) if second else None
    if line.at(i) == "two" and line.at(i + 1) == "thousand":
        second = cardinal(line, i + 2 + (line.at(i + 2) == "and"))
        return (2000 + second[0], second[1]) if second else (2000, i + 2)
    return None


def _placed_month(ref: Ref, number: int, said: int | None) -> Days:
    """A month without a year: the coming or current one, with a past the last or current one."""
    if said is not None:
        return month(said, number)
    base = ref.floor or ref.today
    found = month(base.year, number)
    if ref.past and ref.floor is None:
        return found if found.start <= base else month(base.year - 1, number)
    return found if found.end > base else month(base.year + 1, number)


def _placed_date(ref: Ref, number: int, day: int, said: int | None) -> Days | None:
    """A date without a year: the coming one, with a past the last one; February 29 waits for its year."""
    if said is not None:
        return _in_month(month(said, number), day)
    base = ref.floor or ref.today
    past = ref.past and ref.floor is None
    for n in range(9):
        found = _in_month(month(base.year - n if past else base.year + n, number), day)
        if found and (found.start <= base if past else found.start >= base):
            return found
    return None


def _month_date(line: Line, i: int) -> Atom | None:
    """ "April 9", "April 9th, 2027", "9 April", "the 9th April", "sept. third"."""
    number, j = counts("months").get(line.at(i)), i + 1
    if number is not None:
        j += line.at(j) == "." and line.at(i) not in ("may", "june", "july")
        j += line.at(j) == "the"
        day = ordinal(line, j) or _plain_day(line, j)
        if (
            day is None
            or not 1 <= day[0] <= 31
            or (line.at(i) in ("may", "march", "mar") and not line.closes(day[1]) and line.at(day[1]) != "-")
        ):
            return None
        said, last = _year_after(line, day[1])
        return Atom(i, last, days=lambda ref: _placed_date(ref, number, day[0], said), month_day=said is None)
    day = ordinal(line, i + (line.at(i) == "the")) or _plain_day(line, i)
    if day is None or not 1 <= day[0] <= 31:
        return None
    number = counts("months").get(line.at(day[1]))
    if number is None or (line.at(day[1]) in lists("doubtful_months") and line.at(day[1]) == "may" and _verb(line, day[1])):
        return None
    said, last = _year_after(line, day[1] + 1)
    return Atom(i, last, days=lambda ref: _placed_date(ref, number, day[0], said))


def _plain_day(line: Line, i: int) -> tuple[int, int, bool] | None:
    found = cardinal(line, i)
    return (*found, True) if found and len(line.at(i)) != 4 | (not line.at(i).isdecimal()) else None


def _verb(line: Line, i: int) -> bool:
    token = line.token(i)
    return token is not None and token.pos in ("VERB", "AUX")


def _month(line: Line, i: int) -> Atom | None:
    """ "May", "next May", "May 2027"."""
    how, j = _which(line, i)
    word = line.at(j)
    number = counts("months").get(word)
    if number is None:
        return None
    said, last = _year_after(line, j + 1)
    cue = line.at(i - 1) in lists("month_cues") or (line.at(i - 1) == "-" and line.at(i - 2) == "mid")
    doubtful = word in lists("doubtful_months") and how is None and said is None and not cue
    if doubtful or (_verb(line, j) and how is None and not cue):
        return None
    return Atom(i, last, days=lambda ref: _placed_named(ref, how, said, lambda y: month(y, number)), grain=Grain.MONTH)


def _placed_named(ref: Ref, how: int | None, said: int | None, of: Callable[[int], Days]) -> Days:
    """A month or season that comes once a year: "next" is next year's, "last" the last that is over, else the coming or current one."""
    if said is not None:
        return of(said)
    base = ref.floor or ref.today
    choices = [of(base.year + n) for n in (-2, -1, 0, 1, 2)]
    if how == 1:
        return next(c for c in choices if c.start.year > base.year or (c.start > base and c.start.month == 12))
    if how == -1:
        return next(c for c in reversed(choices) if c.end <= base)
    if ref.past and ref.floor is None:
        return next(c for c in reversed(choices) if c.start <= base)
    return next(c for c in choices if c.end > base)


def _season(line: Line, i: int) -> Atom | None:
    """ "the summer", "last fall", "summer 2025", "winter of 2024"."""
    article = line.at(i) == "the"
    how, j = _which(line, i + article) if article else _which(line, i)
    word = line.at(j)
    first_month = counts("seasons").get(word)
    if first_month is None or _verb(line, j):
        return None
    said, last = _year_after(line, j + 1)
    cue = line.at(i - 1) in lists("season_cues")
    certain = how is not None or said is not None or cue or (article and word not in lists("doubtful_seasons"))
    if not certain or not line.closes(last):
        return None
    return Atom(i, last, days=lambda ref: _placed_named(ref, how, said, lambda y: season(first_month, y)), grain=Grain.SEASON)


def _which(line: Line, i: int) -> tuple[int | None, int]:
    """How "next", "this", "last", "this coming" choose (1, 0, -1, 2), and the next word."""
    table = counts("next_words")
    j = i + (line.at(i) in ("the", "this") and line.at(i + 1) in table and line.at(i + 1) != "this")
    return (table[line.at(j)], j + 1) if line.at(j) in table else (None, i)


def _named_unit(line: Line, i: int) -> Atom | None:
    """ "next week", "the month", "last weekend", "the weekend after next", "the week of the 14th"."""
    how, j = _which(line, i)
    article = line.at(i) == "the" and how is None
    j += article
    unit = counts_unit(line.at(j))
    if line.at(j) == "week" and line.at(j + 1) == "end":
        unit, j = "weekend", j + 1
    if unit not in _UNITS or (how is None and not (article or (unit == "weekend" and line.at(j) != "weekends"))):
        return None
    last, grain = j + 1, Grain(unit)
    if article and line.at(last) in ("after", "before"):
        step = 2 if line.at(last) == "after" else -2
        if line.at(last + 1) in ("next", "last") and (line.at(last + 1) == "next") == (step > 0):
            return Atom(i, last + 2, days=lambda ref: containing(unit, moved(ref.today, step, unit)), grain=grain)
        return None
    if unit == "week" and line.at(last) == "of":
        day = _month_date(line, last + 1) or _ordinal_day(line, last + 1) or _holiday(line, last + 1)
        if day is not None and day.days is not None:
            return Atom(i, day.last, days=lambda ref: _around(day.days, ref), grain=grain)
    on = last + (line.at(last) == "on")
    weekday = weekday_at(line, on) if unit == "week" and how is not None else None
    if weekday is not None:
        return Atom(i, on + 1, days=lambda ref: one(week(ref.today).start + (7 * (how if how in (1, -1) else 0) + weekday) * DAY))
    weak = article and unit != "weekend"
    return Atom(i, last, days=lambda ref: _placed_unit(ref, unit, how), grain=grain, weak=weak)


def counts_unit(word: str) -> str:
    return names("units").get(word, "")


def _around(placed: Placed | None, ref: Ref) -> Days | None:
    found = placed(ref) if placed else None
    return found and week(found.start)


def _placed_unit(ref: Ref, unit: str, how: int | None) -> Days:
    if unit == "weekend" and how in (None, 2) and ref.past:
        found = weekend(ref.today)
        return found if found.start <= ref.today else weekend(ref.today - 7 * DAY)
    step = how if how in (1, -1) else 1 if how == 2 and unit != "weekend" else 0
    return containing(unit, moved(ref.today, step, unit))


def _year(line: Line, i: int) -> Atom | None:
    """ "2019" where something says that it is a year: "in 2019", "since 2019"."""
    said = spoken_year(line, i)
    if said is None or line.at(i - 1) not in lists("year_cues") or not line.closes(said[1]) or line.at(said[1]) == "-":
        return None
    return Atom(i, said[1], days=lambda _ref: year(said[0]), grain=Grain.YEAR)


def _quarter(line: Line, i: int) -> Atom | None:
    """ "Q3", "the third quarter of 2027"."""
    number, j = 0, i + 2
    if line.at(i) == "q" and line.tight(i + 1) and line.at(i + 1) in ("1", "2", "3", "4"):
        number = int(line.at(i + 1))
    elif line.at(i) == "the" and (said := ordinal(line, i + 1)) is not None and line.at(said[1]) == "quarter" and said[0] <= 4:
        number, j = said[0], said[1] + 1
    if not number:
        return None
    year_said, last = _year_after(line, j)
    return Atom(
        i,
        last,
        days=lambda ref: _placed_named(ref, None, year_said, lambda y: months(y * 12 + 3 * number - 3, 3, Grain.QUARTER)),
        grain=Grain.QUARTER,
    )


@lru_cache
def _holidays() -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, rule in names("holidays").items():
        words = tuple(name.split())
        found.setdefault(words[0], []).append((words, rule))
    return {first: tuple(sorted(rules, key=lambda r: -len(r[0]))) for first, rules in found.items()}


def _holiday(line: Line, i: int) -> Atom | None:
    how, j = _which(line, i)
    j += line.at(i) == "the" and how is None
    for words, rule in _holidays().get(line.at(j), ()):
        if all(line.at(j + n) == word for n, word in enumerate(words)):
            said, last = _year_after(line, j + len(words))
            return Atom(i if how is not None else j, last, days=partial(_placed_holiday, rule=rule, how=how, said=said))
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


def _edge(line: Line, i: int) -> Atom | None:
    """ "the end of the month", "mid-June", "early next week", "later this week"."""
    j = i + (line.at(i) == "the")
    j += line.at(j) in ("very", "tail")
    which = names("edges").get(line.at(j))
    if which is None:
        return None
    linked = line.at(j + 1) in ("of", "-", "in")
    k = j + 1 + linked
    if which in ("end", "start", "middle", "half", "rest") and not linked and line.at(j) not in ("mid", "rest"):
        return None
    unit = (
        _named_unit(line, k)
        or _month(line, k)
        or _season(line, k)
        or _year_alone(line, k)
        or (_relative(line, k) if which in ("rest", "past") else None)
    )
    unit = unit or (_bare_month(line, k) if linked or which in ("middle", "early", "late") else None)
    if unit is None or unit.days is None:
        return None
    placed = unit.days
    return Atom(i, unit.last, days=lambda ref: _placed_edge(placed, which, ref), grain=Grain.DAY)


def _bare_month(line: Line, i: int) -> Atom | None:
    number = counts("months").get(line.at(i))
    if number is None:
        return None
    said, last = _year_after(line, i + 1)
    return Atom(i, last, days=lambda ref: _placed_named(ref, None, said, lambda y: month(y, number)), grain=Grain.MONTH)


def _year_alone(line: Line, i: int) -> Atom | None:
    said = spoken_year(line, i)
    return said and Atom(i, said[1], days=lambda _ref: year(said[0]), grain=Grain.YEAR)


def _placed_edge(placed: Placed, which: str, ref: Ref) -> Days | None:
    found = placed(ref)
    if found is None:
        return None
    if which in ("rest", "past"):
        first, after = (max(found.start, ref.today), found.end) if which == "rest" else (found.start, min(found.end, ref.today + DAY))
        return (
            replace(found, start=first, end=after, grain=Grain.DAY if found.grain is Grain.DAY else Grain.WEEK) if first < after else found
        )
    return edge(found, "middle" if which == "half" else which)


def _nth(line: Line, i: int) -> Atom | None:
    """ "the first Monday in May", "the last Friday of the month"."""
    j = i + (line.at(i) == "the")
    number = -1 if line.at(j) == "last" else (ordinal(line, j) or (0, 0, False))[0]
    after = j + 1 if number == -1 else (ordinal(line, j) or (0, j, False))[1]
    weekday = weekday_at(line, after) if number else None
    if weekday is None or line.at(after + 1) not in ("of", "in"):
        return None
    found = _month_after(line, after + 2)
    return found and Atom(i, found[1], days=lambda ref: _nth_in(found[0](ref), weekday, number))


def _nth_in(of: Days | None, weekday: int, number: int) -> Days | None:
    day = nth_weekday(of, weekday, number) if of else None
    return day and one(day)


def _numeric(line: Line, i: int, day_first: bool) -> Atom | None:
    """ "2026-04-09", "2026-04", "4/9", "4/9/26", "9.4.2026"."""
    word = line.at(i)
    if not (word.isascii() and word.isdecimal()) or (line.tight(i) and line.at(i - 1) not in "(\"'@") or line.at(i - 1) in ("$", "#"):
        return None
    start = line.words[i].start
    iso = _ISO.match(line.text, start)
    if iso is not None:
        last = line.index(iso.end())
        y, m, d = int(iso[1]), int(iso[2]), int(iso[3] or 0)
        return Atom(i, last, days=lambda _ref: _in_month(month(y, m), d) if d else month(y, m), grain=Grain.DAY if d else Grain.MONTH)
    return _slashed(line, i, _NUMERIC.match(line.text, start), day_first)


def _slashed(line: Line, i: int, found: re.Match[str] | None, day_first: bool) -> Atom | None:
    if found is None or (found[2] == "." and len(found[4] or "") != 4) or (found[2] == "-" and found[4] is None) or found[0] == "24/7":
        return None
    first, second = int(found[1]), int(found[3])
    number, day = (second, first) if (day_first and second <= 12) or first > 12 else (first, second)
    last = line.index(found.end())
    if not (1 <= number <= 12 and 1 <= day <= 31) or (found[4] is None and not line.closes(last)):
        return None
    said = None if found[4] is None else int(found[4]) + (0 if len(found[4]) == 4 else 1900 if int(found[4]) > 68 else 2000)
    return Atom(i, last, days=lambda ref: _placed_date(ref, number, day, said))


_RULES: tuple[Callable[[Line, int], Atom | None], ...] = (
    _relative, _weekday, _month_date, _ordinal_day, _month, _season, _named_unit, _year, _quarter, _holiday, _edge, _nth,
)  # fmt: skip


def day_in_same_month(line: Line, a: Atom) -> Atom | None:
    """ "to 7" after "March 3", "-14" after "April 11": a later day of that month."""
    if not a.month_day or line.at(a.last) not in ("to", "-", "–", "through", "thru", "until", "till"):
        return None
    number = ordinal(line, a.last + 1) or cardinal(line, a.last + 1)
    digits = line.at(a.last + 1)
    tight = number is None and line.at(a.last) in ("-", "–") and digits.isdecimal() and len(digits) <= 2
    value, last = (int(digits), a.last + 2) if tight else (number[0], number[1]) if number else (0, 0)
    if not 1 <= value <= 31 or not line.closes(last):
        return None
    return Atom(a.last + 1, last, days=lambda ref: _in_month(month(ref.floor.year, ref.floor.month), value) if ref.floor else None)
