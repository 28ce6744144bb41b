"""A text as a row of pieces, each with the place it came from: what normalisation works on.

Knows characters; no words, no language. A step takes pieces and gives pieces; what it leaves alone stays the same object.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

_QUOTES = str.maketrans("‘’‚‛“”„‟´", "''''\"\"\"\"'")
_PIECE = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?')\]]"  # addresses of pages
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # and of mail
    r"|[$€£#]?\d[\d,.:/'-]*\d(?:[^\W\d_]+\d*)?|[$€£#]?\d+[^\W\d_]*(?:\d+\w*)?"  # 5:30, 12/05, 512-555-0142, 5pm, 2morrow, #4471
    r"|w/o?(?!\w)|b/c(?!\w)|a/c(?!\w)"
    r"|[^\W\d_]+\d\w*"  # b4, gr8, A1B2
    r"|[^\W\d_]+(?:'[^\W\d_]+)*'?(?<![^s]')"  # words with their apostrophes; a last one only after s
    r"|\S",
    re.IGNORECASE,
)


class Normalized(NamedTuple):
    """text[i] came from source[offsets[i]:ends[i]]; both have one more entry, len(source), for the end."""

    text: str
    offsets: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, number or sign that came from source[start:end]; `spaced`: whether space stands before it."""

    text: str
    start: int
    end: int
    spaced: bool

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def is_word(self) -> bool:
        return self.text[:1].isalpha()

    @property
    def ends_sentence(self) -> bool:
        return self.text[-1:] in ".!?"

    @property
    def is_stop(self) -> bool:
        """Punctuation that parts clauses."""
        return self.text in {".", "!", "?", ",", ";", ":", "-", "–", "—", "(", ")", "…", "..."}

    def capitalised(self) -> "Piece":
        return self.reading(self.text[0].upper() + self.text[1:])

    def reading(self, text: str) -> "Piece":
        return self if text == self.text else replace(self, text=text)


def plain(character: str) -> str:
    """What a character stands for: straight quotes, one kind of space, "" for what carries no words (controls, surrogates, emoji)."""
    if character.isspace():
        return " "
    straight = character.translate(_QUOTES)
    if straight.isascii():
        return straight if straight.isprintable() else ""
    return straight if straight.isprintable() and not _is_pictogram(straight) else ""


def _is_pictogram(character: str) -> bool:
    code = ord(character)
    return 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF or 0xFE00 <= code <= 0xFE0F or 0x2B00 <= code <= 0x2BFF or code == 0x20E3


def split(source: str) -> list[Piece]:
    kept = [(c, i) for i, original in enumerate(source) if (c := plain(original))]
    text = "".join(c for c, _ in kept)
    places = [i for _, i in kept]
    found: list[Piece] = []
    for m in _PIECE.finditer(text):
        piece = Piece(m.group(), places[m.start()], places[m.end() - 1] + 1, m.start() > 0 and text[m.start() - 1] == " ")
        if found and _new_line(source, found[-1], piece):
            found.append(Piece(".", found[-1].end, found[-1].end, False))
        found.append(piece)
    return found


def _new_line(source: str, before: Piece, after: Piece) -> bool:
    """Whether a line ends between them that is a sentence without its full stop."""
    return before.text[-1].isalnum() and after.text[0].isupper() and "\n" in source[before.end : after.start]


def join(pieces: Sequence[Piece], source: str) -> Normalized:
    """The text of the pieces with single spaces between them, and where each of its characters came from."""
    text: list[str] = []
    offsets: list[int] = []
    ends: list[int] = []
    for i, piece in enumerate(pieces):
        if i and piece.spaced:
            gap = pieces[i - 1].end
            text.append(" ")
            offsets.append(gap)
            ends.append(min(gap + 1, max(gap, piece.start)))
        text.append(piece.text)
        for start, end in _places(piece, source):
            offsets.append(start)
            ends.append(end)
    return Normalized("".join(text), (*offsets, len(source)), (*ends, len(source)))


def _places(piece: Piece, source: str) -> list[tuple[int, int]]:
    """For each character of the piece; what is spelled as in the source maps to itself, the rest to all that it replaces."""
    kept = [(c, i) for i in range(piece.start, piece.end) if (c := plain(source[i]).lower())]
    new = piece.text.lower()
    if len(new) != len(piece.text):  # a capital whose small form is longer
        return [(piece.start, piece.end)] * len(piece.text)
    head = _shared([c for c, _ in kept], new)
    tail = _shared([c for c, _ in kept[head:]][::-1], new[head:][::-1])
    middle_start = kept[head][1] if head < len(kept) else piece.end
    middle_end = kept[len(kept) - tail][1] if tail else piece.end
    middle = [(middle_start, max(middle_start, middle_end))] * (len(new) - head - tail)
    same = [(i, i + 1) for _, i in kept]
    return [*same[:head], *middle, *(same[len(same) - tail :] if tail else [])]


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many characters both begin with."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def spread(piece: Piece, words: Sequence[str]) -> list[Piece]:
    """One piece read as several words ("gonna", "idk"): each gets its share of the source, in order."""
    total, size = sum(map(len, words)), piece.end - piece.start
    bounds = [piece.start]
    for i in range(1, len(words)):
        share = piece.start + round(size * sum(map(len, words[:i])) / total)
        bounds.append(min(piece.end, max(share, bounds[-1] + 1)))
    bounds.append(piece.end)
    return [
        Piece(word, start, end, piece.spaced if i == 0 else True)
        for i, (word, (start, end)) in enumerate(zip(words, pairwise(bounds), strict=True))
    ]


def with_words(read: Normalized, missing: Mapping[int, str]) -> Normalized:
    """The text with words put in before the characters at these offsets, as if they stood where those do; a capital after them goes."""
    text, offsets, ends = "", list[int](), list[int]()
    for at, (offset, end) in enumerate(zip(read.offsets, read.ends, strict=True)):
        word = missing.get(at, "")
        small = read.text[at : at + 2].istitle() and word
        text += word + (read.text[at].lower() if small else read.text[at : at + 1])
        offsets += [*[offset] * len(word), offset]
        ends += [*[offset] * len(word), end]
    return Normalized(text, tuple(offsets), tuple(ends))
