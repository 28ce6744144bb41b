"""Makes `data/completion.safetensors` and its card: `python -m nlp.train_completion DIR`, DIR with rewrites.jsonl of training data.

Knows which sources are learnt from, how much of each, and how what is held out is judged. The same data give the same file on the same
kind of CPU. `--without SOURCE` leaves sources out and `--most N` takes no more than N of each, to see what the figures rest on;
`--out FOLDER` puts what comes of it elsewhere.
"""

import argparse
import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import torch

from nlp.embed import SentenceEmbedder
from nlp.learned import COMPLETION, LearnedTagger
from nlp.rewrite_examples import Labelled, Rewrite, commonest, labelled, rewrites
from nlp.rewrite_grammar import conversations
from nlp.rewrite_variants import without_answers
from nlp.span_batches import Encoder
from nlp.span_network import Insertions
from nlp.span_tagger import Insertion
from nlp.span_training import SEED, Around, Taught, insertion_loss, train
from nlp.span_words import Said, is_content, words_of
from nlp.weights import DATA, write

SOURCES = {  # and at most how many examples of each
    "gecor-complete": 9999,
    "gecor-coreference": 9999,
    "gecor-ellipsis": 9999,
    "followup": 400,
    "ikat2023": 9999,
    "ikat2025": 9999,
    "canard-sa": 2500,
}
BARE = ("ikat2023", "ikat2025", "canard-sa")  # learnt from once more as if nobody had heard the answers
TWICE = ("gecor-coreference", "gecor-ellipsis")  # the only dialogues of customers count twice
MADE = 2600  # conversations of the grammar
EPOCHS = 2
LEADS, TAILS = 40, 12  # kinds of function words before and after what is inserted
HELD = 10  # of so many dialogues one is held out


def main() -> None:
    options = _options()
    path: Path = options.data / "rewrites.jsonl"
    sources = {name: min(size, options.most) for name, size in SOURCES.items() if name not in options.without}
    items = [*rewrites(path, SOURCES)]
    held = [item for item in items if held_out(item)]
    real = _at_most(sources, items)
    again = [item for item in real if item["source"] in TWICE]
    made = conversations(min(MADE, options.most) if "grammar" not in options.without else 0)
    bare = _bare(item for item in items if item["source"] in sources and not held_out(item))
    kept = [*real, *again, *made, *bare[: options.most if "bare" not in options.without else 0]]
    encoder = Encoder(SentenceEmbedder())
    found = [labelled(item) for item in kept]
    around = Around(commonest(found, 1, LEADS), commonest(found, 2, TAILS))
    network = taught(encoder, found, around)
    notes = {"leads": json.dumps(around.leads), "tails": json.dumps(around.tails)}
    write(options.out, COMPLETION, network.state_dict(), notes)
    scores = judged(LearnedTagger(encoder, folder=options.out), [*held, *_bare(held)])
    text = card(path, kept, scores)
    (options.out / "completion.md").write_text(text, encoding="utf-8")
    print(text)


def held_out(item: Rewrite) -> bool:
    """Whether the dialogue is kept from training: the same for all of its utterances."""
    opening = json.dumps(item["context"][:1] or item["utterance"])
    return int(hashlib.md5(opening.encode()).hexdigest(), 16) % HELD == 0


def taught(encoder: Encoder, examples: Sequence[Labelled], around: Around) -> Insertions:
    """A network trained on the examples."""
    rows = [Taught(encoder.encoded(example.row), example) for example in examples]
    torch.manual_seed(SEED)
    network = Insertions(encoder.bert, LEADS, TAILS)
    train(network, rows, insertion_loss(network, around), epochs=EPOCHS, report=print)
    return network


def judged(tagger: LearnedTagger, items: Iterable[Rewrite]) -> Mapping[str, tuple[int, int, int]]:
    """By source: content words that were rightly added, that were added, and that the complete wording adds."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for item in items:
        turns = [Said(turn["speaker"] == "customer", turn["text"]) for turn in item["context"] if turn["text"].strip()]
        found = tagger.left_out(turns, Said(by_customer=True, text=item["utterance"])).insertions
        ours, wanted = _added(_inserted(found, turns, item["utterance"]), item), _added(item["rewrites"][0], item)
        for n, count in enumerate(((ours & wanted).total(), ours.total(), wanted.total())):
            counts[item["source"]][n] += count
    return {source: (right, made, wanted) for source, (right, made, wanted) in counts.items()}


def card(path: Path, items: Sequence[Rewrite], scores: Mapping[str, tuple[int, int, int]]) -> str:
    sizes = Counter(item["source"] for item in items)
    lines = [f"- {source}: {right / max(made, 1):.2f} / {right / max(wanted, 1):.2f}" for source, (right, made, wanted) in scores.items()]
    return _CARD.format(
        sizes=", ".join(f"{source} {size}" for source, size in sizes.items()),
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        scores="\n".join(lines),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DIR")
    parser.add_argument("--without", nargs="*", default=[], metavar="SOURCE", help=f"of {', '.join(SOURCES)}, grammar, bare")
    parser.add_argument("--most", type=int, default=9999, metavar="N")
    parser.add_argument("--out", type=Path, default=DATA, metavar="FOLDER")
    return parser.parse_args()


def _at_most(sources: Mapping[str, int], items: Sequence[Rewrite]) -> list[Rewrite]:
    """In an order of chance, without what is held out."""
    order = [*items]
    random.Random(5).shuffle(order)
    taken: Counter[str] = Counter()
    kept: list[Rewrite] = []
    for item in order:
        if not held_out(item) and taken[item["source"]] < sources.get(item["source"], 0):
            taken[item["source"]] += 1
            kept.append(item)
    return kept


def _bare(items: Iterable[Rewrite]) -> list[Rewrite]:
    """As if nobody had heard the answers, in an order of chance, the questions on articles last. `items` in their order."""
    found = [*without_answers(item for item in items if item["source"] in BARE)]
    random.Random(6).shuffle(found)
    return sorted(found, key=lambda item: item["source"].startswith("canard"))


def _inserted(found: Iterable[Insertion], turns: Sequence[Said], text: str) -> str:
    for insertion in sorted(found, key=lambda i: i.span, reverse=True):
        parts = [turns[-part.turn].text[part.span.start : part.span.end] for part in insertion.parts]
        text = " ".join((text[: insertion.span.start], *parts, text[insertion.span.end :]))
    return text


def _added(text: str, item: Rewrite) -> Counter[str]:
    """The words of content that the text has and the utterance has not."""
    said = Counter(w.text.lower() for w in words_of(item["utterance"]))
    return Counter(w.text.lower() for w in words_of(text) if is_content(w.text)) - said


_CARD = """# completion.safetensors

Says which words of a conversation an utterance leaves out, where they belong, and which of its own words they replace.

- Model: the packaged sentence encoder (all-MiniLM-L6-v2): its first three layers as they are, the other three tuned, with small tables for
  who said a word, how long ago, and what kind of word it is; each word of at most 110 before the utterance goes into one of the
  utterance's gaps or nowhere. Only what was tuned is in the file, in half precision. Made by `python -m nlp.train_completion DIR`.
- Data: {sizes}, of rewrites.jsonl (sha256 {digest});
  `-bare` are the same dialogues with the questions alone, the first of them in full; `grammar` are conversations of
  `rewrite_shapes.txt` and `rewrite_grammar.json`, written for this.
  GECOR (Quan et al. 2019, CC BY 4.0), FollowUp (Liu et al. 2019, Apache-2.0), TREC iKAT (Aliannejadi et al., MIT),
  CANARD (Elgohary et al. 2019, CC BY-SA 4.0; leave it out with `--without canard-sa`).
- One dialogue in ten held out, words added, precision / recall (by this network alone):
{scores}
- Limits: it copies and never words anew; it has learnt from the customer's side of English conversations only.
"""


if __name__ == "__main__":
    main()
