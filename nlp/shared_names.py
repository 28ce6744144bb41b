"""Titles that share one surname: "Mr. and Mrs. Halloran" read as "Mr. Halloran and Mrs. Halloran", two persons with a name each.

Knows pieces of text and titles; no parse.
"""

from collections.abc import Sequence

from nlp.function_words import TITLES
from nlp.pieces import Piece


def with_shared_names(pieces: Sequence[Piece]) -> list[Piece]:
    """The name put in after the first title; there it comes from no character of the source."""
    found: list[Piece] = []
    for i, piece in enumerate(pieces):
        found.append(piece)
        after = i + 1  # where what follows the title begins
        if _is_dot(pieces, i) and i and pieces[i - 1].lower in TITLES:
            title = i - 1
        elif piece.lower in TITLES and not _is_dot(pieces, i + 1):
            title = i
        else:
            continue
        if title and pieces[title - 1].lower in ("and", "&"):
            continue  # the second of the two has the name already
        if (name := _shared(pieces, after)) is not None:
            found.append(Piece(name, piece.end, piece.end, True))
    return found


def _shared(pieces: Sequence[Piece], at: int) -> str | None:
    """The surname behind "and" and a second title that stand at `at`; None where something else does."""
    if at + 1 >= len(pieces) or pieces[at].lower not in ("and", "&") or pieces[at + 1].lower not in TITLES:
        return None
    first = at + 3 if _is_dot(pieces, at + 2) else at + 2
    last = first
    while last < len(pieces) and pieces[last].is_word and pieces[last].text[0].isupper() and (last == first or pieces[last].spaced):
        last += 1
    return pieces[last - 1].text.removesuffix("'s").removesuffix("'") if last > first else None


def _is_dot(pieces: Sequence[Piece], i: int) -> bool:
    return i < len(pieces) and pieces[i].text == "."
