"""What an utterance leaves out, marked word by word in the conversation before it: a small network on the packaged sentence encoder.

Knows words and the network's figures; no parse, no referents, no customer. What it gives are insertions to be weighed against rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.span_words import Row, Said, is_content
from nlp.types import Span
from nlp.wordlists import words

Figures = NDArray[np.float32]

_CARRIED = 0.8  # of the threshold, for words beside one that reaches it
_IN_NAME = 0.5  # of the threshold, for the other words of a name
_REPLACING = 0.7  # of the threshold, where a pronoun goes out
_BRIDGED = 2  # words between two marked ones that go along with them
_AS_SURE = 0.9  # of the surest stretch for one place, for others that go there with it: what is less sure was meant instead of it


class Part(NamedTuple):
    """A stretch of an earlier turn's text; `turn` 1 is the one before the utterance."""

    turn: int
    span: Span


@dataclass(frozen=True, slots=True)
class Insertion:
    """Parts of what was said that belong in the place of `span` of the utterance (empty: only inserted), with function words around
    them; `probability` of the surest word in (0, 1]."""

    span: Span
    parts: tuple[Part, ...]
    lead: str
    tail: str
    probability: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What an utterance leaves out: `insertions` in the order of their places; `likely`: of each word said before, in lower case, the
    probability in [0, 1] that it belongs somewhere in the utterance."""

    insertions: tuple[Insertion, ...] = ()
    likely: Mapping[str, float] = field(default_factory=dict[str, float])


class Tagger(Protocol):
    """Finds what an utterance leaves out."""

    def left_out(self, turns: Sequence[Said], utterance: Said) -> LeftOut:
        """`turns` oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Scores:
    """taken: (context words, 1 + gaps), each row sums to 1, column 0 for nothing; gone: (utterance words,)."""

    taken: Figures
    gone: Figures


@dataclass(frozen=True, slots=True)
class Run:
    """Context words first to last (inclusive) that go into one gap."""

    first: int
    last: int
    gap: int
    probability: float


def runs(row: Row, scores: Scores, threshold: float) -> list[Run]:
    """The stretches of the context that are likely enough to be meant, each once, in the order said.

    A word of at least `threshold` carries along its neighbours of at least so much of it, and the other words of a name."""
    best = scores.taken[:, 1:].argmax(axis=1)
    sure = scores.taken[:, 1:].max(axis=1)
    needed = [_needed(row, scores, gap, threshold) for gap in range(len(row.utterance) + 1)]
    weak = [n for n in range(len(row.context)) if sure[n] >= needed[best[n]] * (_IN_NAME if _in_name(row, n) else _CARRIED)]
    found = [_trimmed(row, run) for run in _joined(row, weak, best, sure) if run.probability >= needed[run.gap]]
    said = {w.text.lower() for n, w in enumerate(row.utterance) if scores.gone[n] < 0.5}
    news = [run for run in found if run is not None and not _content(row, run) <= said]
    surest = {run.gap: run for run in sorted(news, key=_rank)}
    sure_enough = [
        run for run in news if run is surest[run.gap] or run.probability >= max(threshold, _AS_SURE * surest[run.gap].probability)
    ]
    return [run for run in sure_enough if not _said_better(row, run, sure_enough)]


def _needed(row: Row, scores: Scores, gap: int, threshold: float) -> float:
    """The threshold of a gap: lower before a word that stands for something said before and goes out, since there something must go in."""
    replaces = gap < len(row.utterance) and scores.gone[gap] >= 0.5 and row.utterance[gap].text.lower() in words("anaphors.txt")
    return threshold * _REPLACING if replaces else threshold


def _in_name(row: Row, n: int) -> bool:
    """Whether the word and one beside it, of one turn, have capitals."""
    beside = [row.context[at] for at in (n - 1, n + 1) if 0 <= at < len(row.context)]
    word = row.context[n]
    return word.text[:1].isupper() and any(w.turn == word.turn and w.text[:1].isupper() for w in beside)


def _joined(row: Row, marked: Sequence[int], best: NDArray[np.intp], sure: Figures) -> Iterator[Run]:
    """Marked words of one turn and gap that stand together, or apart by function words only."""
    current: Run | None = None
    for n in marked:
        if current is not None and _continues(row, current, n, int(best[n])):
            current = replace(current, last=n, probability=max(current.probability, float(sure[n])))
            continue
        if current is not None:
            yield current
        current = Run(n, n, int(best[n]), float(sure[n]))
    if current is not None:
        yield current


def _continues(row: Row, run: Run, n: int, gap: int) -> bool:
    between = row.context[run.last + 1 : n]
    near = len(between) <= _BRIDGED and row.context[n].turn == row.context[run.last].turn and gap == run.gap
    return near and not any(is_content(w.text) or w.text in ".?!,;:" for w in between)


def _trimmed(row: Row, run: Run) -> Run | None:
    """Without function words and signs at its end; None where no word of content is left."""
    last = run.last
    while last >= run.first and not is_content(row.context[last].text):
        last -= 1
    first = run.first
    while first < last and not row.context[first].text[:1].isalnum():
        first += 1
    return replace(run, first=first, last=last) if last >= first else None


def _content(row: Row, run: Run) -> set[str]:
    return {w.text.lower() for w in row.context[run.first : run.last + 1] if is_content(w.text)}


def _said_better(row: Row, run: Run, all_runs: Sequence[Run]) -> bool:
    """Whether a surer or longer run brings the same words."""
    own = _content(row, run)
    for other in all_runs:
        theirs = _content(row, other)
        if other is not run and own <= theirs and (own < theirs or _rank(other) > _rank(run)):
            return True
    return False


def likely(row: Row, scores: Scores) -> dict[str, float]:
    """As `LeftOut` says."""
    found: dict[str, float] = {}
    for word, nothing in zip(row.context, scores.taken[:, 0], strict=True):
        text = word.text.lower()
        found[text] = max(found.get(text, 0.0), 1 - float(nothing))
    return found


def _rank(run: Run) -> tuple[float, int]:
    return run.probability, run.first


def place(row: Row, gap: int, scores: Scores) -> Span:
    """What an insertion into the gap replaces: the words after it that go out; else it stands after the word before the gap, signs at
    the end left out."""
    last = gap
    while last < len(row.utterance) and scores.gone[last] >= 0.5:
        last += 1
    if last > gap:
        return Span(row.utterance[gap].span.start, row.utterance[last - 1].span.end)
    while gap and not row.utterance[gap - 1].text[:1].isalnum():
        gap -= 1
    at = row.utterance[gap - 1].span.end if gap else 0
    return Span(at, at)


def part_of(row: Row, run: Run) -> Part:
    first, last = row.context[run.first], row.context[run.last]
    return Part(first.turn, Span(first.span.start, last.span.end))
