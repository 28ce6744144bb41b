"""Where a slip of the tongue begins and ends: a small network on the packaged sentence encoder points at both.

Knows words in their order and the network's figures; no conversation. What the rules of `nlp.repairs` need not see: no word classes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

import numpy as np

from nlp.pieces import Piece
from nlp.repairs import denies, word_kind
from nlp.span_words import FEATURE_SIZES, Row, Word, is_content
from nlp.types import Span
from nlp.wordlists import groups, words


@dataclass(frozen=True, slots=True)
class Later:
    """What puts a slip right only after more was said ("the sedan on Friday, no, the truck"): of the words from `cue` on those from
    `first` to `last` take the slip's place, and the rest goes. All inclusive."""

    cue: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Words `first` to `last` go, both inclusive: the slip with its cue, or where `later` puts it right, the slip alone."""

    first: int
    last: int
    later: Later | None = None


class SlipFinder(Protocol):
    """Finds what a speaker took back."""

    def slip(self, said: Sequence[Piece]) -> TakenBack | None:
        """What goes, None where the words are fluent."""
        ...


_SLIPS = 2  # in one sentence at most
_SETTING_OFF = frozenset({",", "-", "–", "—", "...", "…"})
_PREFERRING = (("rather", "than"), ("instead", "of"))  # what stands before is what is wanted
_NARROW = frozenset({"weekday", "month", "number"})
_PAIRS = frozenset({("make", "that"), ("make", "it"), ("not", "that")})


def word_pieces(pieces: Sequence[Piece]) -> list[Piece]:
    """Without signs: the words and numbers that a slip is counted in."""
    return [p for p in pieces if _is_said(p)]


def _is_said(piece: Piece) -> bool:
    return piece.text[:1].isalnum() or piece.text[:1] in "$€£#"


def may_slip(said: Sequence[Piece]) -> bool:
    """Whether anything is there with which people take something back, or a second question begins."""
    questions = groups("function_words.txt")["wh"]
    return has_cue(said) or sum(w.lower in questions for w in said) > 1


def has_cue(said: Sequence[Piece]) -> bool:
    """Whether any word stands there with which people take something back."""
    lower, listed = [w.lower for w in said], words("slip_cues.txt") | words("slip_hints.txt")
    return any(w in listed for w in lower) or any(pair in _PAIRS for pair in pairwise(lower))


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
    """Each sentence without what its speaker took back, which never reaches over the sentence's end. What puts a slip right later
    stands where the slip stood, and keeps its place in the source."""
    found: list[Piece] = []
    for spoken in _sentences(pieces):
        sentence = spoken
        for _ in range(_SLIPS):
            places = [n for n, piece in enumerate(sentence) if _is_said(piece)]
            said = [sentence[n] for n in places]
            back = slips.slip(said)
            if back is None or back.last + 1 == len(said) or _mistaken(sentence, places, back) or _prefers(said[: back.last + 1]):
                break
            sentence = _put_right(sentence, back, back.later, places) if back.later else _without(sentence, back, places)
        found += sentence
    return found


def _prefers(gone: Sequence[Piece]) -> bool:
    """ "December rather than November": takes nothing back."""
    return tuple(word.lower for word in gone[-2:]) in _PREFERRING


def _sentences(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    current: list[Piece] = []
    for piece in pieces:
        current.append(piece)
        if piece.ends_sentence:
            yield current
            current = []
    if current:
        yield current


def _mistaken(sentence: Sequence[Piece], places: Sequence[int], back: TakenBack) -> bool:
    """Whether the signs and words around tell that nothing was taken back, or something else."""
    if denies(sentence, places[back.later.cue if back.later else back.last]):
        return True
    if back.later:
        slip, right = (sentence[places[n]] for n in (back.last, back.later.last))
        kinds = {word_kind(slip), word_kind(right) if right.lower != "one" else word_kind(slip)}  # "the gray one" is no number
        return len(kinds) > 1 and not _NARROW.isdisjoint(kinds)  # no hour takes a weekday's place
    begins, ends = places[back.first], places[back.last + 1]
    if has_cue(sentence[begins:ends]):
        return False
    # "to Karen at the office, I mean Priya" without Priya's place; "what it costs, who comes and when"
    return has_cue(sentence[ends:]) or any(piece.is_stop for piece in sentence[begins:ends])


def _end_of(sentence: Sequence[Piece], places: Sequence[int], back: TakenBack, later: Later) -> int:
    """Behind what takes the slip's place, with the noun that the slip ends with: "the small van … the big van", not "the big"."""
    end = places[later.last] + 1
    noun = sentence[places[back.last]].lower
    return end + (end < len(sentence) and sentence[end].lower == noun != sentence[end - 1].lower)


def _without(sentence: Sequence[Piece], back: TakenBack, places: Sequence[int]) -> list[Piece]:
    """Without what goes, the signs that set it off, and with the capital that was lost at the start. places: of each word in the
    sentence."""
    first, last = places[back.first], places[back.last]
    before, after = _ended(sentence[:first]), [*sentence[last + 1 :]]
    while after and after[0].text in _SETTING_OFF:
        after.pop(0)
    return [*before, *(after if before else _begun(after, sentence[first]))]


def _put_right(sentence: Sequence[Piece], back: TakenBack, later: Later, places: Sequence[int]) -> list[Piece]:
    """With what was said later in the slip's place; of what stood around it there only the sentence's last sign stays."""
    first, last = places[back.first], places[back.last]
    right = sentence[places[later.first] : _end_of(sentence, places, back, later)]
    right = [replace(right[0], spaced=sentence[first].spaced), *right[1:]]
    end = sentence[-1:] if sentence[-1].ends_sentence else list[Piece]()
    before = sentence[:first]
    between = _ended(sentence[last + 1 : places[later.cue]])
    return [*before, *(right if before else _begun(right, sentence[first])), *between, *end]


def _ended(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the signs that set off what comes next."""
    found = [*pieces]
    while found and found[-1].text in _SETTING_OFF:
        found.pop()
    return found


def _begun(pieces: Sequence[Piece], first: Piece) -> list[Piece]:
    """With the capital of what was first until now."""
    return [pieces[0].capitalised(), *pieces[1:]] if pieces and first.text[:1].isupper() else [*pieces]
