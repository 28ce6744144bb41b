"""Weeks, months, years chosen from now: "next week", "the weekend after next". Knows English and the calendar; no clock times."""

from nlp.time_atoms import Atom, Ref
from nlp.time_calendar import DAY, Days, containing, moved, weekend
from nlp.time_words import Line, counts, names
from nlp.types import Grain

_UNITS = frozenset({"week", "weekend", "month", "quarter", "year"})


def which(line: Line, i: int) -> tuple[int | None, int]:
    """How "next", "this", "last", "this coming" choose (1, 0, -1, 2), and the next word."""
    table = counts("next_words")
    j = i + (line.at(i) in ("the", "this") and line.at(i + 1) in table and line.at(i + 1) != "this")
    return (table[line.at(j)], j + 1) if line.at(j) in table else (None, i)


def named_unit(line: Line, i: int) -> Atom | None:
    """ "next week", "the month", "last weekend", "the weekend after next"."""
    how, j = which(line, i)
    article = line.at(i) == "the" and how is None
    j += article
    unit = unit_of(line.at(j))
    if line.at(j) == "week" and line.at(j + 1) == "end":
        unit, j = "weekend", j + 1
    if unit not in _UNITS or (how is None and not article) or line.at(j).endswith("s"):
        return None
    last, grain = j + 1, Grain(unit)
    if article and line.at(last) in ("after", "before"):
        step = 2 if line.at(last) == "after" else -2
        if line.at(last + 1) in ("next", "last") and (line.at(last + 1) == "next") == (step > 0):
            return Atom(i, last + 2, days=lambda ref: containing(unit, moved(ref.today, step, unit)), grain=grain)
        return None
    weak = article and unit != "weekend"
    return Atom(i, last, days=lambda ref: _placed_unit(ref, unit, how), grain=grain, weak=weak)


def unit_of(word: str) -> str:
    return names("units").get(word, "")


def _placed_unit(ref: Ref, unit: str, how: int | None) -> Days:
    if unit == "weekend" and how in (None, 2) and ref.past:
        found = weekend(ref.today)
        return found if found.start <= ref.today else weekend(ref.today - 7 * DAY)
    step = how if how in (1, -1) else 1 if how == 2 and unit != "weekend" else 0
    return containing(unit, moved(ref.today, step, unit))
