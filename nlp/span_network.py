"""The networks that mark spans in a row of words: the packaged encoder's lower layers as they are, the next ones tuned, small heads.

Knows tensors; no text. Imported only where a model is loaded, since torch takes seconds to import.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from nlp.span_words import FEATURE_SIZES

FROZEN = 3  # layers of the encoder that stay as they are; how many after them are tuned is each network's own
WIDTH = 384
INNER = 128


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one batch, padded. states: (rows, pieces, WIDTH) after the frozen layers; mask: (rows, pieces) of real pieces;
    features: (rows, pieces, 7); context and utterance: (rows, words) piece at which each word begins, -1 for padding; ends: (rows, 2)
    pieces of the two separators around the utterance."""

    states: Tensor
    mask: Tensor
    features: Tensor
    context: Tensor
    utterance: Tensor
    ends: Tensor


class Frozen(nn.Module):
    """Embeddings and the first layers of a BERT, as they are."""

    def __init__(self, bert: nn.Module) -> None:
        super().__init__()
        self.embeddings = cast(nn.Module, bert.embeddings)
        self.layers = cast(nn.ModuleList, cast(nn.Module, bert.encoder).layer)[:FROZEN]

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(rows, pieces) token ids -> (rows, pieces, WIDTH)."""
        states = self.embeddings(input_ids=ids)
        attention = _attention(mask, states.dtype)
        for layer in self.layers:
            states = layer(states, attention)
        return states


class Whole(nn.Module):
    """One of the networks with the layers that it stands on: from token ids to what it says."""

    def __init__(self, frozen: Frozen, network: nn.Module) -> None:
        super().__init__()
        self.frozen, self.network = frozen, network

    def forward(self, ids: Tensor, mask: Tensor, features: Tensor, context: Tensor, utterance: Tensor, ends: Tensor) -> Tensor:
        """ids: (rows, pieces); the others as in `Batch`. What the network gives for that batch."""
        return self.network(Batch(self.frozen(ids, mask), mask, features, context, utterance, ends))


class Tuned(nn.Module):
    """The layers after the frozen ones, which also see what is known of each word beside itself."""

    def __init__(self, bert: nn.Module, depth: int) -> None:
        super().__init__()
        layers = cast(Sequence[nn.Module], cast(nn.Module, bert.encoder).layer)
        self.layers = nn.ModuleList([copy.deepcopy(layer).float() for layer in layers[FROZEN : FROZEN + depth]])
        self.tables = nn.ModuleList([nn.Embedding(size, WIDTH, padding_idx=0) for size in FEATURE_SIZES])
        for table in self.tables:
            nn.init.zeros_(cast(nn.Embedding, table).weight)

    def forward(self, batch: Batch) -> Tensor:
        states = batch.states
        for n, table in enumerate(self.tables):
            states = states + table(batch.features[..., n])
        attention = _attention(batch.mask, states.dtype)
        for layer in self.layers:
            states = layer(states, attention)
        return states.float()


class Insertions(nn.Module):
    """Which words of the context go into which gap of the utterance, what goes out of it, and the function words around what goes in."""

    def __init__(self, bert: nn.Module, leads: int, tails: int) -> None:
        super().__init__()
        self.encoder = Tuned(bert, 3)
        self.source, self.left, self.right = (nn.Linear(WIDTH, INNER) for _ in range(3))
        self.stays, self.opens, self.goes = nn.Linear(WIDTH, 1), nn.Linear(INNER, 1), nn.Linear(WIDTH, 1)
        self.lead, self.tail = nn.Linear(2 * INNER, leads), nn.Linear(2 * INNER, tails)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Logits (rows, context words, 1 + gaps) of nothing and each gap; (rows, utterance words) of going; and what `lead` and `tail`
        of each gap are made from: (rows, gaps, INNER) and (rows, context words, INNER)."""
        states = self.encoder(batch)
        context, said = picked(states, batch.context), picked(states, batch.utterance)
        ends = picked(states, batch.ends)
        size = (batch.utterance >= 0).sum(1)
        before = torch.cat([ends[:, :1], said], 1)
        after = torch.cat([said, ends[:, 1:]], 1).scatter(1, size[:, None, None].expand(-1, 1, WIDTH), ends[:, 1:])
        gaps = torch.tanh(self.left(before) + self.right(after))
        words = self.source(context)
        scores = torch.einsum("bcd,bgd->bcg", words, gaps) / INNER**0.5 + self.opens(gaps).transpose(1, 2)
        closed = torch.arange(scores.shape[2])[None, None, :] > size[:, None, None]
        scores = scores.masked_fill(closed, -30.0)
        return torch.cat([self.stays(context), scores], 2), self.goes(said)[..., 0], gaps, words

    def around(self, gaps: Tensor, words: Tensor, taken: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the function words before and after what goes into each gap; `taken`: (rows, context words, gaps) in {0, 1}."""
        inserted = torch.einsum("bcg,bcd->bgd", taken, words) / taken.sum(1).clamp(min=1)[..., None]
        both = torch.cat([gaps, inserted], 2)
        return self.lead(both), self.tail(both)


class Pointer(nn.Module):
    """What a speaker took back: its first and last word, which are chosen together, since the one is where the word after the other goes
    on; and where the cue of what puts it right later begins, and the first and last word of that. The start of the row means none."""

    def __init__(self, bert: nn.Module) -> None:
        super().__init__()
        self.encoder = Tuned(bert, 3)
        self.ends, self.later = nn.Linear(WIDTH, 2), nn.Linear(WIDTH, 3)
        self.goes, self.goes_on = nn.Linear(WIDTH, INNER), nn.Linear(WIDTH, INNER)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Logits (rows, 1 + words, 1 + words) of the first and last word, and (rows, 3, 1 + words) of what comes later."""
        states = self.encoder(batch)
        places = torch.cat([torch.zeros_like(batch.utterance[:, :1]), batch.utterance], 1)
        words, absent = picked(states, places), (places < 0)[..., None]
        after = torch.cat([words[:, 1:], picked(states, batch.ends[:, 1:])], 1)
        first, last = self.ends(words).masked_fill(absent, -30.0).split(1, dim=2)
        spans = first + last.transpose(1, 2) + self.goes(words) @ self.goes_on(after).transpose(1, 2) / INNER**0.5
        order = torch.arange(spans.shape[1])
        ordered = (order[:, None] <= order) & ((order[:, None] > 0) | (order == 0))
        return spans.masked_fill(~ordered, -60.0), self.later(words).masked_fill(absent, -30.0).transpose(1, 2)


def picked(states: Tensor, places: Tensor) -> Tensor:
    """The states at the pieces in `places`; zero where that is -1."""
    found = states.gather(1, places.clamp(min=0)[..., None].expand(-1, -1, states.shape[2]))
    return found * (places >= 0)[..., None]


def _attention(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """The additive mask of attention, (rows, 1, 1, pieces)."""
    return (~mask)[:, None, None, :].to(dtype) * torch.finfo(dtype).min
