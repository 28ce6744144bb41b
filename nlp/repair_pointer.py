"""Where a slip of the tongue begins and ends: a small network on the packaged sentence encoder points at both.

Knows words in their order and the network's figures; no conversation. What the rules of `nlp.repairs` need not see: no word classes.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np

from nlp.pieces import Piece
from nlp.span_words import FEATURE_SIZES, Row, Word, is_content
from nlp.types import Span
from nlp.wordlists import groups, words


class SlipFinder(Protocol):
    """Finds what a speaker took back."""

    def slip(self, said: Sequence[Piece]) -> tuple[int, int] | None:
        """First and last word of what goes, None where the words are fluent."""
        ...


_SLIPS = 2  # in one sentence at most
_SETTING_OFF = frozenset({",", "-", "–", "—", "...", "…"})
_PAIRS = frozenset({("make", "that"), ("make", "it"), ("not", "that")})


def word_pieces(pieces: Sequence[Piece]) -> list[Piece]:
    """Without signs: the words and numbers that a slip is counted in."""
    return [p for p in pieces if p.text[:1].isalnum() or p.text[:1] in "$€£#"]


def may_slip(said: Sequence[Piece]) -> bool:
    """Whether any word stands there with which people take something back, or a second question begins."""
    lower = [w.lower for w in said]
    listed = words("slip_cues.txt") | words("slip_hints.txt")
    questions = groups("function_words.txt")["wh"]
    return any(w in listed for w in lower) or any(pair in _PAIRS for pair in pairwise(lower)) or sum(w in questions for w in lower) > 1


def unwished(said: Sequence[Piece]) -> list[Piece]:
    """Without the verb of a wish ("I'd like", "would like", "you like"), which is no hint of a slip."""
    return [w for n, w in enumerate(said) if w.lower != "like" or not n or not said[n - 1].lower.endswith(("'d", "’d", "would", "you"))]


def slip_row(said: Sequence[Piece]) -> Row:
    """The words as a row without context."""
    lower, cues = [w.lower for w in said], words("slip_cues.txt")
    features = np.zeros((len(said), len(FEATURE_SIZES)), dtype=np.int64)
    for n, word in enumerate(said):
        cue = lower[n] in cues or tuple(lower[n : n + 2]) in _PAIRS
        features[n] = (
            3,
            1,
            1 + cue,
            1 + (not is_content(word.text)),
            1 + word.text[:1].isupper() + word.text[:1].isdigit() * 2,
            min(lower.count(lower[n]), 3),
            1,
        )
    return Row((), tuple(Word(w.text, Span(w.start, w.end), 0) for w in said), features)


def without_slips(pieces: Sequence[Piece], slips: SlipFinder) -> list[Piece]:
    """Each sentence without what its speaker took back, which never reaches over the sentence's end."""
    found: list[Piece] = []
    for spoken in _sentences(pieces):
        sentence = spoken
        for _ in range(_SLIPS):
            said = word_pieces(sentence)
            place = slips.slip(said)
            if place is None or place[1] + 1 == len(said):
                break
            sentence = _without(sentence, said[place[0]], said[place[1]])
        found += sentence
    return found


def _sentences(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    current: list[Piece] = []
    for piece in pieces:
        current.append(piece)
        if piece.ends_sentence:
            yield current
            current = []
    if current:
        yield current


def _without(sentence: Sequence[Piece], first: Piece, last: Piece) -> list[Piece]:
    """Without the pieces from first to last, the signs that set them off, and with the capital that was lost at the start."""
    before, after = [p for p in sentence if p.start < first.start], [p for p in sentence if p.start > last.start]
    while before and before[-1].text in _SETTING_OFF:
        before.pop()
    while after and after[0].text in _SETTING_OFF:
        after.pop(0)
    if not before and after and first.text[:1].isupper():
        after[0] = after[0].capitalised()
    return [*before, *after]
