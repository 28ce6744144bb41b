"""The networks of ours, loaded once: one marks what an utterance leaves out, the other where a slip of the tongue begins and ends.

Knows the weights beside this package and their digests; not what becomes of what they find. Imported only where models are loaded.

Measured on a busy core of an AMD EPYC (Zen 4), with 110 words of context: 18 ms an utterance; a slip in 20 words: 4 ms.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from nlp.pieces import Piece, split
from nlp.repair_pointer import Later, TakenBack, may_slip, slip_row, unwished
from nlp.span_batches import Encoder
from nlp.span_network import Insertions, Pointer, Whole
from nlp.span_tagger import Insertion, LeftOut, Run, Scores, likely, part_of, place, runs
from nlp.span_words import UTTERANCE_WORDS, Row, Said, row, words_of
from nlp.tracing import traced
from nlp.weights import DATA, Weights, read

Network = TypeVar("Network", bound=nn.Module)

LIKELY = 0.5  # of a word that belongs in the utterance, so that it is put there
TAKEN_BACK = 0.55  # of a slip, so that it goes
PUT_RIGHT = 0.04  # of five places at once, so that what comes later takes the slip's place
COMPLETION, REPAIRS = "completion.safetensors", "repairs.safetensors"


class LearnedTagger:
    """Implements `nlp.span_tagger.Tagger`. The same input gives the same output on the same kind of CPU."""

    def __init__(self, encoder: Encoder, *, folder: Path = DATA) -> None:
        """Raises ModelError where the file of weights is missing or is not the one that was trained."""
        weights = read(folder, COMPLETION)
        self._encoder = encoder
        self._leads, self._tails = (json.loads(weights.notes[name]) for name in ("leads", "tails"))
        self._network = _loaded(Insertions(encoder.bert, len(self._leads), len(self._tails)), weights, encoder)
        example = row([Said(by_customer=False, text="When would you like to come in?")], Said(by_customer=True, text="Tuesday, please."))
        self._run = traced(Whole(encoder.frozen, self._network), *encoder.placed(example))

    def left_out(self, turns: Sequence[Said], utterance: Said) -> LeftOut:
        """As `Tagger` says; nothing for an utterance of more than 48 words."""
        if not turns or not 0 < len(words_of(utterance.text)) <= UTTERANCE_WORDS:
            return LeftOut()
        seen = row(turns, utterance)
        with torch.inference_mode():
            taken, goes, gaps, words = self._run(*self._encoder.placed(seen))
            scores = Scores(taken[0].softmax(1).numpy(), goes[0].sigmoid().numpy())
            found = runs(seen, scores, LIKELY)
            filled = sorted({run.gap for run in found})
            insertions = tuple(self._insertion(seen, scores, found, gap, (gaps, words)) for gap in filled)
        return LeftOut(insertions, likely(seen, scores))

    def _insertion(self, seen: Row, scores: Scores, found: Sequence[Run], gap: int, made_from: tuple[Tensor, Tensor]) -> Insertion:
        here = [run for run in found if run.gap == gap]
        gaps, words = made_from
        taken = torch.zeros((1, words.shape[1], gaps.shape[1]))
        for run in here:
            taken[0, run.first : run.last + 1, gap] = 1
        lead, tail = (int(logits[0, gap].argmax()) for logits in self._network.around(gaps, words, taken))
        parts = tuple(part_of(seen, run) for run in here)
        return Insertion(place(seen, gap, scores), parts, self._leads[lead], self._tails[tail], max(run.probability for run in here))


class LearnedPointer:
    """Implements `nlp.repair_pointer.SlipFinder`. The same input gives the same output on the same kind of CPU."""

    def __init__(self, encoder: Encoder, *, folder: Path = DATA) -> None:
        """Raises ModelError where the file of weights is missing or is not the one that was trained."""
        self._encoder = encoder
        network = _loaded(Pointer(encoder.bert), read(folder, REPAIRS), encoder)
        example = slip_row(split("Tuesday, no, Wednesday"))
        self._run = traced(Whole(encoder.frozen, network), *encoder.placed(example))

    def slip(self, said: Sequence[Piece]) -> TakenBack | None:
        """As `SlipFinder` says; None without a look where no word stands that takes something back."""
        if not 2 < len(said) <= UTTERANCE_WORDS or not may_slip(unwished(said)):
            return None
        with torch.inference_mode():
            spans, later = self._run(*self._encoder.placed(slip_row(said)))
            return _taken_back(spans.flatten().softmax(0).view(spans.shape[1:]), later[0].softmax(1))


def _taken_back(spans: Tensor, later: Tensor) -> TakenBack | None:
    """What `Pointer` points at; spans: (1 + words, 1 + words), later: (3, 1 + words) probabilities. None where neither reading is
    likely."""
    cue, start, end = later
    begins = int(cue.argmax())
    if 1 < begins < cue.shape[0] - 1:
        slip, likely = _likeliest(spans[1:begins, 1:begins])
        right, fits = _likeliest(torch.triu(start[begins + 1 :, None] * end[None, begins + 1 :]))
        if likely * fits * float(cue[begins]) >= PUT_RIGHT:
            return TakenBack(*slip, Later(begins - 1, *(begins + n for n in right)))
    slip, likely = _likeliest(spans[1:, 1:])
    return TakenBack(*slip) if likely * float(cue[0]) >= TAKEN_BACK else None


def _likeliest(joint: Tensor) -> tuple[tuple[int, int], float]:
    """The likeliest first and last place, and how likely they are."""
    at = int(joint.argmax())
    return (at // joint.shape[1], at % joint.shape[1]), float(joint.flatten()[at])


def _loaded(network: Network, weights: Weights, encoder: Encoder) -> Network:
    """With its weights; its layers in the encoder's own precision."""
    network.get_submodule("encoder").to(encoder.precision)
    network.load_state_dict(weights.tensors)
    return network.eval()
