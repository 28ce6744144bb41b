"""Dates, days of the month, months, quarters and years. Knows English and the calendar; no clock times."""

import re
from collections.abc import Callable
from datetime import date

from nlp.time_atoms import Atom, Ref
from nlp.time_calendar import DAY, Days, month, months, one
from nlp.time_units import named_unit, which
from nlp.time_words import Line, cardinal, counts, lists, ordinal
from nlp.time_years import spoken_year
from nlp.types import Grain

_ISO = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?![\d-])")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d\d))?(?![\d/-]|\.\d)")


def ordinal_day(line: Line, i: int) -> Atom | None:
    """ "the 15th", "the fifteenth", "the 3rd of May", "the first of next month"."""
    article = line.at(i) == "the"
    j = i + article
    number = ordinal(line, j)
    if number is None or not 1 <= number[0] <= 31:
        return None
    value, after, digits = number
    if line.at(after) == "of" and (found := month_after(line, after + 1)) is not None:
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
    return Atom(i, after, days=lambda ref: day_of_month(ref, value))


def _ends(line: Line, i: int) -> bool:
    return line.closes(i) and line.at(i) not in ("one", "of") and not (line.at(i) == "-" and line.tight(i))


def _in_month(of: Days | None, number: int) -> Days | None:
    day = nth_day(of, number) if of else None
    return day and one(day)


def nth_day(of: Days, number: int) -> date | None:
    day = of.start + (number - 1) * DAY
    return day if day < of.end else None


def day_of_month(ref: Ref, number: int) -> Days | None:
    """ "the 15th": in the month spoken of, else the coming one, else with a past the last one."""
    if ref.frame is not None and ref.frame.grain is Grain.MONTH and ref.floor is None:
        day = nth_day(ref.frame, number)
        return day and one(day)
    base = ref.floor or ref.today
    step = -1 if ref.past and ref.floor is None else 1
    start = base.year * 12 + base.month - 1
    for n in range(12):
        day = nth_day(months(start + n * step, 1, Grain.MONTH), number)
        if day and (day <= base if step < 0 else day >= base):
            return one(day)
    return None


def month_after(line: Line, i: int) -> tuple[Callable[[Ref], Days | None], int] | None:
    """The month in "the 3rd of May (2027)", "the first of the month"."""
    number = counts("months").get(line.at(i))
    if number is not None:
        said, after = year_after(line, _after_month(line, i))
        return (lambda ref: _placed_month(ref, number, said)), after
    unit = named_unit(line, i)
    return (unit.days, unit.last) if unit is not None and unit.days is not None and unit.grain is Grain.MONTH else None


def year_after(line: Line, i: int) -> tuple[int | None, int]:
    """The year that follows a date, and the next word."""
    j = i + (line.at(i) in (",", "of"))
    said = spoken_year(line, j)
    return said if said is not None else (None, i)


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


def month_date(line: Line, i: int) -> Atom | None:
    """ "April 9", "April 9th, 2027", "9 April", "the 9th April", "sept. third"."""
    number = counts("months").get(line.at(i))
    if number is not None:
        j = _after_month(line, i)
        j += line.at(j) == "the"
        day = ordinal(line, j) or _plain_day(line, j)
        if (
            day is None
            or not 1 <= day[0] <= 31
            or (line.at(i) in ("may", "march", "mar") and not line.closes(day[1]) and line.at(day[1]) != "-")
        ):
            return None
        said, last = year_after(line, day[1])
        return Atom(i, last, days=lambda ref: _placed_date(ref, number, day[0], said), month_day=said is None)
    day = ordinal(line, i + (line.at(i) == "the")) or _plain_day(line, i)
    if day is None or not 1 <= day[0] <= 31:
        return None
    if (later := _later_day(line, day)) is not None:
        number, said = later
        return Atom(i, day[1], days=lambda ref: _placed_date(ref, number, day[0], said))
    number = counts("months").get(line.at(day[1]))
    if number is None or (line.at(day[1]) in lists("doubtful_months") and line.at(day[1]) == "may" and is_verb(line, day[1])):
        return None
    said, last = year_after(line, day[1] + 1)
    return Atom(i, last, days=lambda ref: _placed_date(ref, number, day[0], said))


def _later_day(line: Line, day: tuple[int, int, bool]) -> tuple[int, int | None] | None:
    """(month, year) of "to 8 May" after "4", "– the 23rd of June" after "19": a day of the month that is named with the later one."""
    if line.at(day[1]) not in ("to", "-", "–", "through", "thru", "until", "till"):
        return None
    i = day[1] + 1 + (line.at(day[1] + 1) == "the")
    later = ordinal(line, i) or _plain_day(line, i)
    if later is None or not day[0] < later[0] <= 31:
        return None
    at = later[1] + (line.at(later[1]) == "of")
    number = counts("months").get(line.at(at))
    return None if number is None or is_verb(line, at) else (number, year_after(line, at + 1)[0])


def _after_month(line: Line, i: int) -> int:
    """The word after a month's name or abbreviation with its full stop ("Sept. 3")."""
    return i + 1 + (line.at(i + 1) == "." and len(line.at(i)) <= 4 and line.tight(i + 1) and line.at(i + 2).isdecimal())


def _plain_day(line: Line, i: int) -> tuple[int, int, bool] | None:
    found = cardinal(line, i)
    return (*found, True) if found and len(line.at(i)) != 4 | (not line.at(i).isdecimal()) else None


def is_verb(line: Line, i: int) -> bool:
    token = line.token(i)
    return token is not None and token.pos in ("VERB", "AUX")


def month_alone(line: Line, i: int) -> Atom | None:
    """ "May", "next May", "May 2027"."""
    how, j = which(line, i)
    word = line.at(j)
    number = counts("months").get(word)
    if number is None:
        return None
    said, last = year_after(line, j + 1)
    cue = line.at(i - 1) in lists("month_cues") or (line.at(i - 1) == "-" and line.at(i - 2) == "mid")
    cue = cue or (line.at(i - 1) in ("to", "and") and line.at(i - 2) in counts("months") and line.at(i - 3) in ("from", "between"))
    doubtful = word in lists("doubtful_months") and how is None and said is None and not cue
    if doubtful or (is_verb(line, j) and how is None and not cue):
        return None
    return Atom(i, last, days=lambda ref: placed_yearly(ref, how, said, lambda y: month(y, number)), grain=Grain.MONTH)


def bare_month(line: Line, i: int) -> Atom | None:
    number = counts("months").get(line.at(i))
    if number is None:
        return None
    said, last = year_after(line, i + 1)
    return Atom(i, last, days=lambda ref: placed_yearly(ref, None, said, lambda y: month(y, number)), grain=Grain.MONTH)


def placed_yearly(ref: Ref, how: int | None, said: int | None, of: Callable[[int], Days]) -> Days:
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


def quarter(line: Line, i: int) -> Atom | None:
    """ "Q3", "the third quarter of 2027"."""
    number, j = 0, i + 2
    if line.at(i) == "q" and line.tight(i + 1) and line.at(i + 1) in ("1", "2", "3", "4"):
        number = int(line.at(i + 1))
    elif line.at(i) == "the" and (said := ordinal(line, i + 1)) is not None and line.at(said[1]) == "quarter" and said[0] <= 4:
        number, j = said[0], said[1] + 1
    if not number:
        return None
    year_said, last = year_after(line, j)
    return Atom(
        i,
        last,
        days=lambda ref: placed_yearly(ref, None, year_said, lambda y: months(y * 12 + 3 * number - 3, 3, Grain.QUARTER)),
        grain=Grain.QUARTER,
    )


def numeric(line: Line, i: int) -> Atom | None:
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
    return _slashed(line, i, _NUMERIC.match(line.text, start))


def _slashed(line: Line, i: int, found: re.Match[str] | None) -> Atom | None:
    if found is None or (found[2] == "." and len(found[4] or "") != 4) or (found[2] == "-" and found[4] is None) or found[0] == "24/7":
        return None
    first, second = int(found[1]), int(found[3])
    number, day = (second, first) if (line.day_first and second <= 12) or first > 12 else (first, second)
    last = line.index(found.end())
    if not (1 <= number <= 12 and 1 <= day <= 31) or (found[4] is None and not line.closes(last)):
        return None
    said = None if found[4] is None else int(found[4]) + (0 if len(found[4]) == 4 else 1900 if int(found[4]) > 68 else 2000)
    return Atom(i, last, days=lambda ref: _placed_date(ref, number, day, said))


def day_in_same_month(line: Line, a: Atom) -> Atom | None:
    """ "to 7" after "March 3", "-14" after "April 11": a later day of that month."""
    if not a.month_day or line.at(a.last) not in ("to", "-", "–", "through", "thru", "until", "till"):
        return None
    number = ordinal(line, a.last + 1) or cardinal(line, a.last + 1)
    digits = line.at(a.last + 1)
    tight = number is None and line.at(a.last) in ("-", "–") and digits.isdecimal() and len(digits) <= 2
    value, last = (int(digits), a.last + 2) if tight else (number[0], number[1]) if number else (0, 0)
    if not 1 <= value <= 31 or not line.closes(last) or line.at(last) in ("am", "pm", ":"):
        return None
    return Atom(a.last + 1, last, days=lambda ref: _in_month(month(ref.floor.year, ref.floor.month), value) if ref.floor else None)
