"""Years: as they are spoken, and which numbers are years. Knows English; no calendar but the length of a year."""

from nlp.time_atoms import Atom
from nlp.time_calendar import year
from nlp.time_words import Line, cardinal, counts, lists
from nlp.types import Grain


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


def year_cued(line: Line, i: int) -> Atom | None:
    """ "2019" where something says that it is a year: "in 2019", "since 2019", "from 2015 to 2019"."""
    said = spoken_year(line, i)
    if said is None or line.at(said[1]) == "-":
        return None
    cued = line.at(i - 1) in lists("year_cues") and line.closes(said[1])
    if not cued and not _opens_years(line, i, said[1]) and not _closes_years(line, i):
        return None
    return Atom(i, said[1], days=lambda _ref: year(said[0]), grain=Grain.YEAR)


def _opens_years(line: Line, i: int, last: int) -> bool:
    """ "Between 2015 and 2019", "from 2015 to 2019"."""
    joined = {"between": ("and",), "from": ("to", "until", "till", "through")}.get(line.at(i - 1), ())
    return line.at(last) in joined and spoken_year(line, last + 1) is not None


def _closes_years(line: Line, i: int) -> bool:
    return line.at(i - 1) in ("to", "and") and line.at(i - 3) in ("from", "between") and spoken_year(line, i - 2) is not None


def year_alone(line: Line, i: int) -> Atom | None:
    said = spoken_year(line, i)
    return said and Atom(i, said[1], days=lambda _ref: year(said[0]), grain=Grain.YEAR)
