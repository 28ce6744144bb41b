"""Rows of words as tensors: word pieces, the frozen layers' states, what is known of each word, and where words begin.

Knows the packaged encoder and its tokenizer; no labels. Imported only where a model is loaded, since torch takes seconds to import.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from nlp.embed import SentenceEmbedder
from nlp.span_network import Batch, Frozen
from nlp.span_words import FEATURE_SIZES, Row

MAX_PIECES = 256


class Encoding(Protocol):
    input_ids: list[int]

    def word_ids(self) -> list[int | None]: ...

    def sequence_ids(self) -> list[int | None]: ...


class Placed(NamedTuple):
    """A row before any layer: ids: (1, pieces) of tokens; the others as in `Batch`."""

    ids: Tensor
    mask: Tensor
    features: Tensor
    context: Tensor
    utterance: Tensor
    ends: Tensor


class Encoder:
    """The packaged encoder's tokenizer and lower layers."""

    def __init__(self, embedder: SentenceEmbedder) -> None:
        """Shares the layers of `embedder` where that is the packaged one."""
        self.bert, self._tokenizer = embedder.encoder()
        self.precision = next(self.bert.parameters()).dtype
        self.frozen = Frozen(self.bert)

    def encoded(self, row: Row) -> Batch:
        """A batch of one, after the frozen layers."""
        placed = self.placed(row)
        with torch.no_grad():
            states = self.frozen(placed.ids, placed.mask)
        return Batch(states, *placed[1:])

    def placed(self, row: Row) -> Placed:
        """The row's words as pieces; those that find no room count as absent."""
        context, said = [w.text for w in row.context], [w.text for w in row.utterance]
        pieces: Encoding = self._tokenizer(context, said, is_split_into_words=True, truncation="only_first", max_length=MAX_PIECES)
        words, sides = pieces.word_ids(), pieces.sequence_ids()
        size = len(pieces.input_ids)
        begins = _Places(len(context), len(said))
        features = torch.zeros((1, size, len(FEATURE_SIZES)), dtype=torch.long)
        known = torch.from_numpy(row.features)
        for at, (word, side) in enumerate(zip(words, sides, strict=True)):
            if word is not None and side is not None:
                features[0, at] = known[word + side * len(context)]
                begins.note(side, word, at)
        separators = [at for at, side in enumerate(sides) if side is None][1:]
        ids, mask = torch.tensor([pieces.input_ids]), torch.ones((1, size), dtype=torch.bool)
        return Placed(ids, mask, features, begins.of(0), begins.of(1), torch.tensor([separators]))


class _Places:
    """The piece at which each word of either side begins."""

    def __init__(self, *sizes: int) -> None:
        self._begins = [[-1] * size for size in sizes]

    def note(self, side: int, word: int, at: int) -> None:
        if self._begins[side][word] < 0:
            self._begins[side][word] = at

    def of(self, side: int) -> Tensor:
        return torch.tensor([self._begins[side]], dtype=torch.long)


def together(rows: Sequence[Batch]) -> Batch:
    """Batches of one, padded to one batch."""
    size = max(r.mask.shape[1] for r in rows)
    return Batch(
        states=_padded([r.states for r in rows], size, 0.0),
        mask=_padded([r.mask for r in rows], size, fill=False),
        features=_padded([r.features for r in rows], size, 0),
        context=_padded([r.context for r in rows], max(r.context.shape[1] for r in rows), -1),
        utterance=_padded([r.utterance for r in rows], max(r.utterance.shape[1] for r in rows), -1),
        ends=torch.cat([r.ends for r in rows]),
    )


def _padded(parts: Sequence[Tensor], size: int, fill: float) -> Tensor:
    found = parts[0].new_full((len(parts), size, *parts[0].shape[2:]), fill)
    for n, part in enumerate(parts):
        found[n, : part.shape[1]] = part[0]
    return found
