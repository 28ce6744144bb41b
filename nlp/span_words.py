"""A conversation and the utterance after it as one row of words, each with the little that a tagger is told about it beside the word.

Knows words, who said them and when; no parse, no model. What is trained and what runs see the same row.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.types import Span
from nlp.wordlists import groups, words

CONTEXT_WORDS = 110  # of earlier turns, the latest ones whole
TURN_WORDS = 44  # of one earlier turn: its first words and its last, where the question stands
OPENING_WORDS = 22  # of the turn that opened the conversation, which names the topic
UTTERANCE_WORDS = 48
FEATURE_SIZES = (4, 10, 3, 3, 4, 4, 3)  # role, distance in turns, said on the other side too, function word, capitals, count, pronoun
_WORD = re.compile(r"\w+|[^\w\s]")


class Word(NamedTuple):
    """`turn`: 0 the utterance, 1 the turn before it, and so on; `span`: in that turn's text."""

    text: str
    span: Span
    turn: int


class Said(NamedTuple):
    by_customer: bool
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Context words in the order said, then the utterance's; `features`: shape (words, 7), 0 stands for none."""

    context: tuple[Word, ...]
    utterance: tuple[Word, ...]
    features: NDArray[np.int64]


_PIECES = frozenset({"s", "t", "d", "ll", "m", "re", "ve", "one", "ones"})  # what apostrophes leave, and the pronoun "one"


def words_of(text: str, turn: int = 0) -> list[Word]:
    return [Word(m.group(), Span(m.start(), m.end()), turn) for m in _WORD.finditer(text)]


def row(turns: Sequence[Said], utterance: Said) -> Row:
    """The utterance after `turns`, oldest first."""
    said = words_of(utterance.text)[:UTTERANCE_WORDS]
    context = _context(turns)
    return Row(tuple(context), tuple(said), _features(context, said, turns, utterance))


def is_content(word: str) -> bool:
    """Whether the word carries meaning by itself; days, months and numbers do."""
    return word[:1].isalnum() and word.lower() not in _closed()


@cache
def _closed() -> frozenset[str]:
    open_groups = {"number", "weekday", "month"}
    return _PIECES.union(*(members for name, members in groups("function_words.txt").items() if name not in open_groups))


def _context(turns: Sequence[Said]) -> list[Word]:
    """The latest turns until the room is full, and the one that opened the conversation."""
    opening = words_of(turns[0].text, len(turns))[: OPENING_WORDS if len(turns) > 1 else TURN_WORDS] if turns else []
    room = CONTEXT_WORDS - len(opening)
    kept: list[list[Word]] = []
    for distance, turn in enumerate(reversed(turns[1:]), 1):
        heard = words_of(turn.text, distance)
        if len(heard) > TURN_WORDS:
            heard = heard[: TURN_WORDS * 2 // 3] + heard[-TURN_WORDS // 3 :]
        if len(heard) > room:
            break
        room -= len(heard)
        kept.append(heard)
    return [*opening, *(word for heard in reversed(kept) for word in heard)]


def _features(context: Sequence[Word], said: Sequence[Word], turns: Sequence[Said], utterance: Said) -> NDArray[np.int64]:
    own, others = {w.text.lower() for w in said}, {w.text.lower() for w in context}
    counts = Counter(w.text.lower() for w in (*context, *said))
    anaphors = words("anaphors.txt")
    found = np.zeros((len(context) + len(said), len(FEATURE_SIZES)), dtype=np.int64)
    for n, word in enumerate((*context, *said)):
        speaker = turns[-word.turn] if word.turn else utterance
        role = 3 if not word.turn else 1 if speaker.by_customer == utterance.by_customer else 2
        lower = word.text.lower()
        found[n] = (
            role,
            min(word.turn, 8) + 1,
            1 + (lower in (own if word.turn else others)),
            1 + (not is_content(word.text)),
            1 + (word.text[:1].isupper()) + (word.text[:1].isdigit()) * 2,
            min(counts[lower], 3),
            1 + (lower in anaphors),
        )
    return found
