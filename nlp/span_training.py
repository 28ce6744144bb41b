"""How the span networks are trained: batches of like length, one schedule, chance from one seed.

Knows tensors and labels; no text and no files. The same examples give the same weights on the same kind of CPU.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from nlp.rewrite_examples import Labelled
from nlp.slip_examples import Slip
from nlp.span_batches import together
from nlp.span_network import Batch, Insertions, Pointer

Label = TypeVar("Label")

SEED = 20261123
ROWS = 16  # of one batch
FAST, SLOW = 1e-3, 1.5e-4  # learning rates of heads, and of the encoder's tuned layers
WARM = 0.06  # the share of steps in which the rates rise


@dataclass(frozen=True, slots=True)
class Taught(Generic[Label]):
    """One row as tensors, with what it should come out as."""

    batch: Batch
    label: Label


def train(
    network: nn.Module,
    examples: Sequence[Taught[Label]],
    loss: Callable[[Batch, Sequence[Label]], Tensor],
    *,
    epochs: int,
    report: Callable[[str], None] = lambda _line: None,
) -> None:
    """Tunes the network in place."""
    slow = [p for name, p in network.named_parameters() if name.startswith("encoder.layers")]
    fast = [p for name, p in network.named_parameters() if not name.startswith("encoder.layers")]
    optimiser = torch.optim.AdamW([{"params": slow, "lr": SLOW}, {"params": fast, "lr": FAST}], weight_decay=0.01)
    chance = random.Random(SEED)
    steps = epochs * ((len(examples) + ROWS - 1) // ROWS)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step / steps))
    network.train()
    done, lost = 0, 0.0
    for _ in range(epochs):
        for rows in _batches(examples, chance):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = loss(together([r.batch for r in rows]), [r.label for r in rows])
            optimiser.zero_grad()
            found.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done, lost = done + 1, lost + found.item()
            if done % 50 == 0:
                report(f"{done} of {steps} steps, loss {lost / 50:.4f}")
                lost = 0.0
    network.eval()


def _rate(share: float) -> float:
    return min(share / WARM, (1 - share) / (1 - WARM)) if share < 1 else 0.0


def _batches(examples: Sequence[Taught[Label]], chance: random.Random) -> Iterator[Sequence[Taught[Label]]]:
    """All examples once, in batches of about the same length, the batches in any order."""
    jittered = sorted(range(len(examples)), key=lambda n: examples[n].batch.mask.shape[1] * chance.uniform(0.85, 1.15))
    starts = list(range(0, len(jittered), ROWS))
    chance.shuffle(starts)
    return ([examples[n] for n in jittered[start : start + ROWS]] for start in starts)


@dataclass(frozen=True, slots=True)
class Around:
    """The function words that may stand before and after what is inserted, the empty ones first."""

    leads: tuple[str, ...]
    tails: tuple[str, ...]


def insertion_loss(network: Insertions, around: Around) -> Callable[[Batch, Sequence[Labelled]], Tensor]:
    leads, tails = ({text: n for n, text in enumerate(texts)} for texts in (around.leads, around.tails))

    def loss(batch: Batch, labels: Sequence[Labelled]) -> Tensor:
        scores, goes, gaps, words = network(batch)
        scores, goes = scores.float(), goes.float()
        wanted = torch.full(scores.shape[:2], -100)
        gone = torch.full(goes.shape, -100.0)
        for n, label in enumerate(labels):
            wanted[n, : len(label.gaps)] = torch.tensor(label.gaps, dtype=torch.long)
            gone[n, : len(label.gone)] = torch.tensor(label.gone, dtype=torch.float)
        wanted = wanted.masked_fill(batch.context < 0, -100)
        weight = torch.where(wanted > 0, 2.0, 1.0)
        source = nn.functional.cross_entropy(scores.transpose(1, 2), wanted, reduction="none", ignore_index=-100)
        found = (source * weight).sum() / (wanted >= 0).sum()
        real = (gone >= 0) & (batch.utterance >= 0)
        found = found + 0.5 * nn.functional.binary_cross_entropy_with_logits(goes[real], gone[real])
        return found + 0.2 * _around_loss(network, labels, wanted, gaps, words, leads, tails)

    return loss


def _around_loss(
    network: Insertions,
    labels: Sequence[Labelled],
    wanted: Tensor,
    gaps: Tensor,
    words: Tensor,
    leads: dict[str, int],
    tails: dict[str, int],
) -> Tensor:
    """Of the function words at the gaps that something goes into."""
    places = [(n, gap, leads.get(lead, 0), tails.get(tail, 0)) for n, label in enumerate(labels) for gap, lead, tail in label.around]
    if not places:
        return words.sum() * 0
    taken = nn.functional.one_hot(wanted.clamp(min=0), gaps.shape[1] + 1)[..., 1:].to(words.dtype)
    lead, tail = network.around(gaps, words, taken)
    rows, at, first, last = (torch.tensor(column) for column in zip(*places, strict=True))
    return nn.functional.cross_entropy(lead[rows, at].float(), first) + nn.functional.cross_entropy(tail[rows, at].float(), last)


def pointer_loss(network: Pointer) -> Callable[[Batch, Sequence[Slip]], Tensor]:
    def loss(batch: Batch, labels: Sequence[Slip]) -> Tensor:
        spans, later = network(batch)
        wanted = [(slip.back.first + 1) * spans.shape[2] + slip.back.last + 1 if slip.back else 0 for slip in labels]
        found = nn.functional.cross_entropy(spans.float().flatten(1), torch.tensor(wanted))
        places = torch.tensor([_later(slip) for slip in labels])
        return found + later.shape[1] * nn.functional.cross_entropy(later.float().transpose(1, 2), places)

    return loss


def _later(slip: Slip) -> tuple[int, int, int]:
    """What `Pointer` points at beside the slip: words counted from 1, 0 for none."""
    right = slip.back.later if slip.back else None
    return (right.cue + 1, right.first + 1, right.last + 1) if right else (0, 0, 0)
