"""Makes `data/repairs.safetensors` and its card: `python -m nlp.train_repairs DIR`, DIR with rewrites.jsonl and references.jsonl.

Knows which sources are learnt from and how what is held out is judged. The same data give the same file on the same kind of CPU.
`--without SOURCE` leaves sources out; `--out FOLDER` puts what comes of it elsewhere.
"""

import argparse
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from nlp.embed import SentenceEmbedder
from nlp.learned import REPAIRS, LearnedPointer
from nlp.pieces import split
from nlp.repair_pointer import slip_row, word_pieces
from nlp.rewrite_examples import rewrites
from nlp.slip_examples import Slip, annotated, fluent_turns, made, swapped
from nlp.span_batches import Encoder
from nlp.span_network import Pointer
from nlp.span_training import SEED, Taught, pointer_loss, train
from nlp.weights import DATA, write

SLIPS = ("disfl-sa",)
TALK = ("vispro", "litbank", "gum-news", "gum-academic")  # of references.jsonl: fluent turns
REQUESTS = ("gecor-complete", "ikat2023", "ikat2025", "followup")  # of rewrites.jsonl: fluent too
MADE = 4500
SWAPPED = 1500  # slips made of fluent wordings
CALM = 4000  # fluent turns
EPOCHS = 3
HELD = 10  # of so many texts one is held out
FLUENT = 4  # of so many slips one is also learnt from as it should have been said


def main() -> None:
    options = _options()
    sources = tuple(source for source in SLIPS if source not in options.without)
    items = list(rewrites(options.data / "rewrites.jsonl", sources))
    kept = [item for item in items if not held_out(item["rewrites"][0])]
    calm = list(_turns(options.data))
    learnt = list(fluent_turns(text for text in calm if not held_out(text)))
    random.Random(SEED).shuffle(learnt)
    meant = [Slip(tuple(word_pieces(split(item["rewrites"][0])))) for item in kept[::FLUENT]]
    found = [slip for slip in (*annotated(kept), *swapped(kept, SWAPPED), *made(MADE), *learnt[:CALM], *meant) if len(slip.pieces) > 1]
    encoder = Encoder(SentenceEmbedder())
    write(options.out, REPAIRS, taught(encoder, found).state_dict(), {})
    pointer = LearnedPointer(encoder, folder=options.out)
    slips = list(annotated(item for item in items if held_out(item["rewrites"][0])))
    fluent = list(fluent_turns(text for text in calm if held_out(text)))
    text = card(options.data, found, (share_right(pointer, slips), 1 - share_right(pointer, fluent), len(slips), len(fluent)))
    (options.out / "repairs.md").write_text(text, encoding="utf-8")
    print(text)


def held_out(text: str) -> bool:
    return int(hashlib.md5(text.encode()).hexdigest(), 16) % HELD == 0


def taught(encoder: Encoder, examples: Sequence[Slip]) -> Pointer:
    """A network trained on the examples."""
    rows = [Taught(encoder.encoded(slip_row(slip.pieces)), slip) for slip in examples]
    torch.manual_seed(SEED)
    network = Pointer(encoder.bert)
    train(network, rows, pointer_loss(network), epochs=EPOCHS, report=print)
    return network


def share_right(pointer: LearnedPointer, slips: Sequence[Slip]) -> float:
    """Of how many just what was taken back is found; of fluent ones, nothing."""
    right = sum(pointer.slip(slip.pieces) == slip.back for slip in slips)
    return right / max(len(slips), 1)


def card(folder: Path, examples: Sequence[Slip], scores: tuple[float, float, int, int]) -> str:
    digests = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("rewrites.jsonl", "references.jsonl")]
    return _CARD.format(
        slips=sum(slip.back is not None for slip in examples),
        fluent=sum(slip.back is None for slip in examples),
        digests=digests,
        scores=scores,
    )


def _turns(folder: Path) -> Iterator[str]:
    with (folder / "references.jsonl").open(encoding="utf-8") as lines:
        for dialogue in map(json.loads, lines):
            if dialogue["source"] in TALK:
                yield from (turn["text"] for turn in dialogue["turns"])
    yield from (item["utterance"] for item in rewrites(folder / "rewrites.jsonl", REQUESTS))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DIR")
    parser.add_argument("--without", nargs="*", default=[], metavar="SOURCE", help=f"of {', '.join(SLIPS)}")
    parser.add_argument("--out", type=Path, default=DATA, metavar="FOLDER")
    return parser.parse_args()


_CARD = """# repairs.safetensors

Says which words of an utterance its speaker took back: "on Tuesday no I mean" in "on Tuesday no I mean on Wednesday".

- Model: the packaged sentence encoder (all-MiniLM-L6-v2): its first three layers as they are, the other three tuned; pointers to the
  first and the last word that goes, and to what takes its place where that comes later ("the sedan on Friday, no, the truck"), or to
  none. Only what was tuned is in the file, in half precision. Made by `python -m nlp.train_repairs DIR`.
- Data: {slips} utterances with a slip and {fluent} without, of rewrites.jsonl (sha256 {digests[0]}),
  references.jsonl (sha256 {digests[1]}) and `fluent_cues.txt` and the grammar of conversations, written for
  this. Disfl-QA (Gupta et al. 2021, CC BY 4.0; its questions from SQuAD, CC BY-SA 4.0; leave it out with `--without disfl-sa`), VisPro
  (Yu et al. 2019; VisDial, Das et al. 2017, CC BY 4.0), LitBank (Bamman et al. 2020, CC BY 4.0), GUM (Zeldes 2017; Zhu et al. 2021, CC BY).
- One text in ten held out: just what was taken back is found in {scores[0]:.3f} of {scores[2]} slips that are one stretch of words, or
  one that is put right later; something is taken for a slip in {scores[1]:.3f} of {scores[3]} fluent turns with a word such as "no",
  "wait" or "sorry".
- Limits: looks only where such a word stands; takes out one stretch of words at a time; puts nothing elsewhere but what takes its place.
"""


if __name__ == "__main__":
    main()
