"""Atoms of time joined to whole expressions: a day with its clock time, a range with its ends. Knows neighbours; no calendar."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from nlp.time_amounts import amount_atom
from nlp.time_anaphora import anaphoric_atom
from nlp.time_atoms import Atom
from nlp.time_clocks import clock_atom
from nlp.time_dates import day_in_same_month, is_verb
from nlp.time_days import day_atom
from nlp.time_words import Line, counts, names, openers
from nlp.types import Grain

_TO_CLOCK = frozenset(
    {"at", "@", "around", "about", "from", "between", "by", "after", "before", "until", "till", "til", "like", "say", "for"}
)
_TO_DAY = frozenset({"on", "of", "in"})
_THROUGH = frozenset({"to", "through", "thru", "until", "till", "til", "-", "–", "—"})
_CLOCKED = (Grain.MINUTE, Grain.HOUR)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One whole expression: an atom, or a range `first` up to `last` of two."""

    first: int
    last: int
    atom: Atom
    closing: Atom | None = None


def phrases(line: Line) -> tuple[Phrase, ...]:
    """All that may be times, in order and without overlaps."""
    return _with_ranges(line, _joined(line, _atoms(line)))


def _atoms(line: Line) -> list[Atom]:
    found: list[Atom] = []
    i = 0
    while i < len(line.words):
        if not line.at(i).isdecimal() and line.at(i) not in openers():
            i += 1
            continue
        clock = clock_atom(line, i)
        dated = clock is not None and line.at(clock.last) in counts("months") and not is_verb(line, clock.last)  # "from 4 to 8 May"
        choices = (anaphoric_atom(line, i), amount_atom(line, i), day_atom(line, i), None if dated else clock)
        atom = max((c for c in choices if c is not None), key=_length, default=None)
        if atom is not None:
            found.append(atom)
        i = atom.last if atom is not None else i + 1
    return found


def _length(atom: Atom) -> tuple[int, bool]:
    return atom.last, not atom.weak


def _joined(line: Line, atoms: Sequence[Atom]) -> list[Atom]:
    found: list[Atom] = []
    for atom in atoms:
        joined = _join(line, found[-1], atom) if found else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(atom)
    return found


def _join(line: Line, a: Atom, b: Atom) -> Atom | None:
    """Both as one, where each says what the other leaves open and nothing but a small word stands between."""
    gap = tuple(line.at(i) for i in range(a.last, b.first))
    if len(gap) > 2 or (gap and gap[0] == "," and b.weak and len(gap) == 1):
        return None
    if gap[:1] == (",",) and is_left_out(line, a.first - 1):  # "any day but Wednesday, after 3"
        return None
    words = gap[1:] if gap[:1] == (",",) else gap
    link = words[0] if len(words) == 1 else ""
    if len(words) > 1:
        return None
    if b.clock is not None and b.days is None and a.clock is None and b.exact is None:
        return _day_then_clock(a, b, link)
    if a.clock is not None and a.days is None and b.clock is None and (b.days is not None or b.part) and (not link or link in _TO_DAY):
        return None if a.weak and not _exact_clock(a) and not b.part else _merged(a, b, a.bound)
    if a.clock and a.days and not a.part and b.part and not (b.days or b.clock or gap):
        return _merged(a, b, a.bound)
    if bool(a.part) != bool(b.part) and not (a.clock or b.clock) and (not link or link in _TO_DAY):
        day, part = (a, b) if b.part else (b, a)
        return _merged(a, b, None) if (day.days or day.recurring) and not part.days and not day.duration else None
    return None


def is_left_out(line: Line, last: int) -> bool:
    """Whether the words up to there take the time out of others: "any day but Wednesday", "other than Friday", "except for the 3rd"."""
    if line.at(last) in ("except", "excluding", "excepting", "barring"):
        return True
    pair = (line.at(last - 1), line.at(last))
    if pair in (("except", "for"), ("other", "than"), ("apart", "from"), ("aside", "from")):
        return True
    every = any(line.at(i) in ("any", "every", "all", "anytime", "whenever", "everyday", "anyday") for i in range(max(last - 6, 0), last))
    return line.at(last) == "but" and line.at(last - 1) != "," and every


def _day_then_clock(a: Atom, b: Atom, link: str) -> Atom | None:
    if not (a.days or a.part or a.recurring or (a.exact and a.grain is Grain.DAY)) or a.duration or (link and link not in _TO_CLOCK):
        return None
    if a.days and not a.recurring and a.grain not in (Grain.DAY, Grain.PART):
        return None
    if link == "for" and not b.closing:
        return None
    if b.weak and not link and not _exact_clock(b):
        return None
    return _merged(a, b, names("bounds").get(link) if b.closing is None else None)


def _exact_clock(atom: Atom) -> bool:
    return atom.closing is not None or (atom.clock is not None and atom.clock.to_minute)


def _merged(a: Atom, b: Atom, bound: str | None) -> Atom:
    return Atom(
        a.first,
        b.last,
        days=a.days or b.days,
        clock=a.clock or b.clock,
        closing=a.closing or b.closing,
        part=a.part or b.part,
        exact=a.exact or b.exact,
        recurring=a.recurring or b.recurring,
        grain=a.grain if a.clock else b.grain if b.clock else Grain.PART,
        bound=bound or a.bound or b.bound,
    )


def _with_ranges(line: Line, atoms: Sequence[Atom]) -> tuple[Phrase, ...]:
    found: list[Phrase] = []
    skip = False
    for a, b in zip_longest(atoms, atoms[1:]):
        if skip:
            skip = False
            continue
        closing = b if b is not None and _ranged(line, a, b) else None
        short = day_in_same_month(line, a) if closing is None or closing.days is None else None
        end = short or closing
        skip = end is not None and b is not None and b.first < end.last
        if end is None:
            found.append(Phrase(a.first, a.last, a))
        else:
            opener = line.at(a.first - 1) in ("from", "between")
            found.append(Phrase(a.first - opener, end.last, replace(a, weak=False), replace(end, weak=False)))
    return tuple(p for p in found if not p.atom.weak)


def _ranged(line: Line, a: Atom, b: Atom) -> bool:
    """Whether b closes a range that a opens: "from the 16th through the 20th", "between Monday and Wednesday"."""
    gap = [line.at(i) for i in range(a.last, b.first)]
    gap = gap[:1] if gap[1:] == ["on"] or gap[1:] == ["at"] else gap
    if len(gap) != 1 or a.closing or b.closing or a.duration or b.duration or a.recurring or b.recurring:
        return False
    before = line.at(a.first - 1)
    if gap[0] == "and":
        return before == "between" and bool(a.days) == bool(b.days)
    if gap[0] not in _THROUGH or (gap[0] == "to" and before != "from" and not (a.days and b.days)):
        return False
    if before in ("to", "move", "moved"):
        return False
    if gap[0] in ("to", "until", "till", "til") and before != "from" and _moves(line, a.first):
        return False
    return bool(a.days or a.exact) and bool(b.days or b.exact or b.clock)


def _moves(line: Line, i: int) -> bool:
    """ "move Monday to Friday" and "Monday's to Friday" name an old and a new day, no range."""
    return any(
        line.at(j).startswith(("mov", "chang", "push", "switch", "resched", "shift", "bump", "swap")) for j in range(max(i - 8, 0), i)
    )
