"""Utterances with the slip of the tongue that stands in them, and fluent ones that sound as if they had one.

Knows the uniform format of training data, and how slips are made of sentences of the grammar; no model. Used by training only.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby, islice, product

from nlp.pieces import Piece, split
from nlp.repair_pointer import Later, TakenBack, may_slip, word_pieces
from nlp.rewrite_examples import Rewrite
from nlp.rewrite_grammar import fluent, sentences
from nlp.wordlists import lines

SEED = 11
LATER = 0.4  # of the slips of a word are put right only at the sentence's end, where the sentence goes on after it
_LONGEST = 44  # words
_COMMON = frozenset({"no", "no wait", "sorry", "i mean", "wait no", "no sorry", "actually", "or rather", "make that"})


@dataclass(frozen=True, slots=True)
class Slip:
    """A text, and what goes of its words as `word_pieces` counts them; None where it is fluent."""

    pieces: tuple[Piece, ...]
    back: TakenBack | None = None


def annotated(items: Iterable[Rewrite]) -> Iterator[Slip]:
    """Of utterances with a slip those whose fluent wording is what is left when one stretch goes, or when it makes room for words that
    come later."""
    for item in items:
        found = _taken_back(item["utterance"], item["rewrites"][0])
        if found is not None:
            yield found


def swapped(items: Sequence[Rewrite], number: int) -> Iterator[Slip]:
    """Fluent wordings said with a name or number of the next one's, which is put right at the end: "in Paris in 1361 no in Rome"."""
    chance = random.Random(SEED)
    texts = [item["rewrites"][0].split() for item in items]
    tries = (chance.randrange(1, len(texts)) for _ in range(4 * number if len(texts) > 1 else 0))
    found = (_swapped(texts[n], texts[n - 1], chance) for n in tries)
    return islice((slip for slip in found if slip is not None and len(slip.pieces) <= _LONGEST), number)


def fluent_turns(texts: Iterable[str]) -> Iterator[Slip]:
    """Turns of conversations, novels and the like in which a word stands that elsewhere takes something back."""
    for text in texts:
        pieces = word_pieces(split(text))
        if 2 < len(pieces) <= _LONGEST and may_slip(pieces):
            yield Slip(tuple(pieces))


def made(number: int) -> Iterator[Slip]:
    """Of each three one slip of a word, one false start, one fluent sentence with such a word."""
    chance = random.Random(SEED)
    patterns = files("nlp").joinpath("data/fluent_cues.txt").read_text(encoding="utf-8").splitlines()
    calm = [p for p in patterns if p and not p.startswith("#")]
    for n in range(number):
        if n % 3 == 2:
            yield Slip(tuple(word_pieces(split(fluent(chance.choice(calm), chance)))))
            continue
        make = _restarted if n % 3 else _replaced_later if chance.random() < LATER else _replaced
        found = make(_cue(chance), chance)
        if found is not None:
            yield found


def _taken_back(said: str, meant: str) -> Slip | None:
    pieces = word_pieces(split(said))
    ours, theirs = [p.lower for p in pieces], [p.lower for p in word_pieces(split(meant))]
    size = len(ours) - len(theirs)
    if size <= 0 or len(ours) > _LONGEST:
        return None
    starts = [n for n in range(len(theirs) + 1) if ours[:n] == theirs[:n] and ours[n + size :] == theirs[n:]]
    back = TakenBack(starts[0], starts[0] + size - 1) if starts else _put_right_later(ours, theirs)
    return Slip(tuple(pieces), back) if back else None


def _put_right_later(said: Sequence[str], meant: Sequence[str]) -> TakenBack | None:
    """What was said is A slip B cue right …, what was meant A right B: the one with the fewest words put right."""
    shared = next((n for n, (a, b) in enumerate(zip(said, meant, strict=False)) if a != b), len(meant))
    for size, first in product(range(1, len(meant) + 1), range(shared + 1)):
        right, between = meant[first : first + size], meant[first + size :]
        for last, cue in ((end - 1, end + len(between)) for end in range(first + 1, len(said) - len(between))):
            if len(right) == size and said[last + 1 : cue] == between:
                starts = [n for n in range(cue + 1, len(said) - size + 1) if said[n : n + size] == right]
                if starts:
                    return TakenBack(first, last, Later(cue, starts[0], starts[0] + size - 1))
    return None


def _replaced(cue: str, chance: random.Random) -> Slip | None:
    """A sentence said with one thing and put right with another: "on Tuesday, no, on Wednesday"."""
    told = _told_twice(chance)
    if told is None:
        return None
    one, other, head, tail = told
    again = chance.choice((0, 0, 1, 2)) if head > 2 else 0
    start = head - again
    return _joined(other[:head], one[head : len(one) - tail], cue, other[start:], start, chance)


def _replaced_later(cue: str, chance: random.Random) -> Slip | None:
    """The same, put right when the sentence is at its end: "the sedan on Friday, no, the truck rather"."""
    told = _told_twice(chance)
    if told is None or not told[3]:
        return None
    one, other, head, tail = told
    right, wrong = other[head : len(other) - tail], one[head : len(one) - tail]
    back = min(chance.choice((0, 0, 1)), head)
    then = " ".join((*other[head - back : head], *right)).rstrip(".?!,") + _ending(" ".join(wrong), chance)
    text = _said(one, cue, then, chance)
    return _taken_back(text, " ".join(other))


def _swapped(meant: Sequence[str], other: Sequence[str], chance: random.Random) -> Slip | None:
    """`meant` said with a name or number of the other text, and put right; None where they have none of one sort."""
    pairs = [
        (own, foreign)
        for own in _figures(meant)
        for foreign in _figures(other)
        if meant[own[0]][0].isdigit() == other[foreign[0]][0].isdigit() and len(own) <= 4 and len(foreign) <= 4
    ]
    if not pairs:
        return None
    own, foreign = chance.choice(pairs)
    right, wrong = (" ".join(text[n] for n in place).rstrip(".?!,") for text, place in ((meant, own), (other, foreign)))
    start = own[0] - chance.choice((0, 0, 1))
    then = " ".join((*meant[start : own[0]], right)) + _ending(wrong, chance)
    text = _said((*meant[: own[0]], wrong, *meant[own[-1] + 1 :]), _cue(chance), then, chance)
    return _taken_back(text, " ".join(meant)) if right.lower() != wrong.lower() else None


def _figures(words: Sequence[str]) -> list[list[int]]:
    """The places of each name and number behind the first word."""
    big = [n > 0 and (word[0].isupper() or word[0].isdigit()) for n, word in enumerate(words)]
    return [[*run] for is_big, run in groupby(range(len(words)), key=big.__getitem__) if is_big]


def _cue(chance: random.Random) -> str:
    cues = [line for line in lines("repair_cues.txt") if line]
    return chance.choice(cues if chance.random() < 0.4 else [cue for cue in cues if cue in _COMMON])


def _ending(wrong: str, chance: random.Random) -> str:
    """What may be said behind what was put right."""
    return chance.choice((*[""] * 5, " rather", " instead", " sorry", " actually", f" not {wrong}"))


def _told_twice(chance: random.Random) -> tuple[list[str], list[str], int, int] | None:
    """The words of two sentences, and how many both begin and end with; None where they differ in more than a few words."""
    one, other = (text.split() for text in sentences(chance))
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    wrong = len(one) - tail - head
    return (one, other, head, tail) if 0 < wrong <= 4 and len(other) > head + tail else None


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
    text = _said((*before, *wrong), cue, " ".join(after), chance)
    return _taken_back(text, " ".join((*before[:start], *after)))


def _said(first: Sequence[str], cue: str, then: str, chance: random.Random) -> str:
    """In one of the ways in which people set off the cue, some of it typed without capitals."""
    style = chance.choice((" {} ", ", {}, ", ", {} ", " {}, ", " {} ", " {} ", " uh {} ", " um, {}, "))
    text = " ".join(first).rstrip(".?!,") + style.format(cue) + then
    return text.lower().rstrip(".?!") if chance.random() < 0.3 else text
