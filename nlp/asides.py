"""Asides taken out: "believe it or not", "if that matters", "just so you know", where they are set off from what is said.

Knows a list of such phrases and the pieces of a text; what stays keeps its place.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from nlp.pieces import Piece
from nlp.wordlists import lines

_STOPS = frozenset({",", ".", "!", ";", ":", "-", "–", "—", "(", ")"})
_PASSING = frozenset({("by", "the", "way")})  # at the start of a sentence also without a comma after them
_GOES_ON = frozenset({"but", "and", "so"})  # after an aside at the start, joins it to what follows


def without_asides(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without asides at their edges or between marks; a text that is nothing but an aside stays."""
    found = list(pieces)
    text, starts = _spelled(found)
    for match in reversed(list(_pattern().finditer(text))):
        if match.start() in starts and (match.end() == len(text) or match.end() + 1 in starts):
            found = _without(found, starts[match.start()], starts.get(match.end() + 1, len(found)))
    return found


@lru_cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{'|'.join(line for line in lines('asides.txt') if line)})(?!\S)")


def _spelled(pieces: Sequence[Piece]) -> tuple[str, dict[int, int]]:
    """The words parted by one space, and which piece starts at which character."""
    starts: dict[int, int] = {}
    at = 0
    for n, piece in enumerate(pieces):
        starts[at] = n
        at += len(piece.text) + 1
    return " ".join(p.lower for p in pieces), starts


def _without(pieces: list[Piece], first: int, last: int) -> list[Piece]:
    """Without pieces[first:last] and a mark that sets them off, where marks or edges stand on both sides."""
    opens = first == 0 or pieces[first - 1].text in _STOPS
    starts_sentence = first == 0 or pieces[first - 1].ends_sentence
    passing = starts_sentence and tuple(p.lower for p in pieces[first:last]) in _PASSING
    closes = last == len(pieces) or pieces[last].text in _STOPS or passing
    if not opens or not closes:
        return pieces
    if starts_sentence:
        while last < len(pieces) and (pieces[last].text in {",", ":", "-", "–", "—"} or pieces[last].lower in _GOES_ON):
            last += 1
    elif pieces[first - 1].text in {",", "-", "–", "—", "("}:
        first -= 1
        if last < len(pieces) and pieces[last].text in {")", "-", "–", "—"}:
            last += 1
    rest = pieces[last:]
    if not pieces[:first] and not any(p.is_word for p in rest):
        return pieces
    if starts_sentence and rest and rest[0].is_word and pieces[first].text[0].isupper():
        rest = [rest[0].capitalised(), *rest[1:]]
    return [*pieces[:first], *rest]
