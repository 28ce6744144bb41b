"""Utterances with their complete wording, as labels for words: which words of the conversation go where, and what goes out.

Knows the uniform format of training data and how two wordings are aligned; no model.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TypedDict

from nlp.span_words import Row, Said, Word, is_content, row, words_of

AROUND = 3  # function words at most before or after what is inserted


class Turn(TypedDict):
    speaker: str
    text: str


class Rewrite(TypedDict):
    id: str
    source: str
    context: list[Turn]
    utterance: str
    rewrites: list[str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """gaps: for each context word 0 for nothing, else 1 + the number of utterance words before the gap that it goes into; gone: for each
    utterance word whether it goes out; around: (gap, function words before, function words after)."""

    row: Row
    gaps: tuple[int, ...]
    gone: tuple[bool, ...]
    around: tuple[tuple[int, str, str], ...]


def rewrites(path: Path, sources: Iterable[str]) -> Iterator[Rewrite]:
    """The file's items of those sources, in order."""
    wanted = frozenset(sources)
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            item: Rewrite = json.loads(line)
            if item["source"] in wanted:
                yield item


def labelled(item: Rewrite) -> Labelled:
    """The first rewrite against what was said, the utterance as the customer's."""
    turns = [Said(turn["speaker"] == "customer", turn["text"]) for turn in item["context"] if turn["text"].strip()]
    seen = row(turns, Said(True, item["utterance"]))
    meant = [w.text for w in words_of(item["rewrites"][0])]
    lower = [w.text.lower() for w in seen.utterance]
    gaps, gone = [0] * len(seen.context), [False] * len(lower)
    around: list[tuple[int, str, str]] = []
    for kind, first, last, start, end in SequenceMatcher(None, lower, [w.lower() for w in meant], autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for n in range(first, last):
            gone[n] = True
        lead, tail = _covered(meant[start:end], seen.context, gaps, 1 + first)
        if 1 + first in gaps:
            around.append((first, lead, tail))
    return Labelled(seen, tuple(gaps), tuple(gone), tuple(around))


def commonest(found: Iterable[Labelled], place: int, size: int) -> tuple[str, ...]:
    """The commonest function words before (`place` 1) or after (2) what is inserted, none of them first."""
    counts = Counter(str(each[place]) for example in found for each in example.around)
    counts.pop("", None)
    return "", *sorted(counts, key=lambda text: (-counts[text], text))[: size - 1]


def _covered(said: Sequence[str], context: Sequence[Word], gaps: list[int], label: int) -> tuple[str, str]:
    """Labels the stretches of the context that `said` is made of; gives the function words before the first and after the last."""
    lower, n = [w.lower() for w in said], 0
    first = last = -1
    while n < len(said):
        length = _longest(lower[n:], context)
        if not length:
            n += 1
            continue
        first, last = (n if first < 0 else first), n + length
        _mark(lower[n : n + length], context, gaps, label)
        core = [w for w in range(n, n + length) if is_content(said[w])]
        _mark(lower[core[0] : core[-1] + 1], context, gaps, label)
        n += length
    return (_function_words(lower[:first]), _function_words(lower[last:])) if first >= 0 else ("", "")


def _longest(said: Sequence[str], context: Sequence[Word]) -> int:
    """How many of the words from the first on stand so in one turn of the context, at least one of them with content; 0 for none."""
    best = 0
    for start in range(len(context)):
        size = 0
        while (
            size < len(said)
            and start + size < len(context)
            and context[start + size].turn == context[start].turn
            and context[start + size].text.lower() == said[size]
        ):
            size += 1
        while size and not is_content(said[size - 1]):
            size -= 1
        best = max(best, size)
    return best


def _mark(run: Sequence[str], context: Sequence[Word], gaps: list[int], label: int) -> None:
    texts = [w.text.lower() for w in context]
    for start in range(len(texts) - len(run) + 1):
        if texts[start : start + len(run)] == list(run) and not any(gaps[start : start + len(run)]):
            gaps[start : start + len(run)] = [label] * len(run)


def _function_words(said: Sequence[str]) -> str:
    return "" if len(said) > AROUND or any(is_content(w) for w in said) else " ".join(said)
