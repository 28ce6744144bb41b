"""Utterances with the slip of the tongue that stands in them, and fluent ones that sound as if they had one.

Knows the uniform format of training data, and how slips are made of sentences of the grammar; no model. Used by training only.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from nlp.pieces import Piece, split
from nlp.repair_pointer import may_slip, word_pieces
from nlp.rewrite_examples import Rewrite
from nlp.rewrite_grammar import fluent, sentences
from nlp.wordlists import lines

SEED = 11
_LONGEST = 44  # words


@dataclass(frozen=True, slots=True)
class Slip:
    """Words `first` to `last` of the text (inclusive, as `word_pieces` counts them) go; both -1 where it is fluent."""

    pieces: tuple[Piece, ...]
    first: int = -1
    last: int = -1


def annotated(items: Iterable[Rewrite]) -> Iterator[Slip]:
    """Of utterances with a slip those whose fluent wording is what is left when one stretch goes."""
    for item in items:
        found = _taken_back(item["utterance"], item["rewrites"][0])
        if found is not None:
            yield found


def fluent_turns(texts: Iterable[str]) -> Iterator[Slip]:
    """Turns of conversations, novels and the like in which a word stands that elsewhere takes something back."""
    for text in texts:
        pieces = word_pieces(split(text))
        if 2 < len(pieces) <= _LONGEST and may_slip(pieces):
            yield Slip(tuple(pieces))


def made(number: int) -> Iterator[Slip]:
    """Of each three one slip of a word, one false start, one fluent sentence with such a word."""
    chance = random.Random(SEED)
    cues = [line for line in lines("repair_cues.txt") if line]
    common = [c for c in cues if c in {"no", "no wait", "sorry", "i mean", "wait no", "no sorry", "actually", "or rather", "make that"}]
    patterns = files("nlp").joinpath("data/fluent_cues.txt").read_text(encoding="utf-8").splitlines()
    calm = [p for p in patterns if p and not p.startswith("#")]
    for n in range(number):
        cue = chance.choice(cues if chance.random() < 0.4 else common)
        if n % 3 == 2:
            yield Slip(tuple(word_pieces(split(fluent(chance.choice(calm), chance)))))
            continue
        found = _replaced(cue, chance) if n % 3 == 0 else _restarted(cue, chance)
        if found is not None:
            yield found


def _taken_back(said: str, meant: str) -> Slip | None:
    pieces = word_pieces(split(said))
    ours, theirs = [p.lower for p in pieces], [p.lower for p in word_pieces(split(meant))]
    size = len(ours) - len(theirs)
    if size <= 0 or len(ours) > _LONGEST:
        return None
    starts = [n for n in range(len(theirs) + 1) if ours[:n] == theirs[:n] and ours[n + size :] == theirs[n:]]
    return Slip(tuple(pieces), starts[0], starts[0] + size - 1) if starts else None


def _replaced(cue: str, chance: random.Random) -> Slip | None:
    """A sentence said with one thing and put right with another: "on Tuesday, no, on Wednesday"."""
    one, other = (text.split() for text in sentences(chance))
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    wrong = one[head : len(one) - tail]
    if not wrong or len(wrong) > 4 or len(other) == head + tail:
        return None
    again = chance.choice((0, 0, 1, 2)) if head > 2 else 0
    start = head - again
    return _joined(other[:head], [*wrong], cue, other[start:], start, chance)


def _restarted(cue: str, chance: random.Random) -> Slip | None:
    """The beginning of one sentence, then another: "How much, no, when …"."""
    one, _ = (text.split() for text in sentences(chance))
    other, _ = (text.split() for text in sentences(chance))
    if one[0] == other[0] and len(one) < 3:
        return None
    size = chance.choice((1, 1, 2, 2, 3, 4))
    opening = one[: min(size, len(one) - 1)]
    return _joined([], opening, cue, other, 0, chance) if opening else None


def _joined(before: Sequence[str], wrong: Sequence[str], cue: str, after: Sequence[str], start: int, chance: random.Random) -> Slip | None:
    """`before` and `wrong` as said, the cue, then `after`, which goes on from word `start` of `before`."""
    style = chance.choice(("{} ", ", {}, ", ", {} ", " {}, ", " {} ", " {} ", " uh {} ", " um, {}, "))
    said = " ".join((*before, *wrong)).rstrip(".?!,") + (style if style.startswith((",", " ")) else " " + style).format(cue)
    text = said + " ".join(after)
    if chance.random() < 0.3:
        text = text.lower().rstrip(".?!")
    pieces = word_pieces(split(text))
    return _taken_back(text, " ".join((*before[:start], *after))) if len(pieces) <= _LONGEST else None
