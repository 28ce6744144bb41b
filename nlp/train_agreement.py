"""Makes `data/agreement.npz` and `data/agreement.md`: `python -m nlp.train_agreement DIR`, DIR with references.jsonl of training data.

Knows the uniform format of that file (turns, mentions, antecedents). Each noun phrase or name that a third-person pronoun goes back
to is an example of that pronoun's class. The same data give the same file.
"""

import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from nlp.agreement import FORMS
from nlp.agreement_model import CLASSES, Facts, facts, vectorise
from nlp.entities import find_mentions
from nlp.pipeline import Pipeline
from nlp.types import Lexicon, Mention, Span

SOURCES = ("vispro", "litbank", "gum-news", "gum-academic")  # licences that ask for credit at most; dialogues, novels, news, papers
STEPS, RATE, DECAY = 400, 1.0, 3e-4

Place = tuple[int, int, int]
Matrix = NDArray[np.float64]


class Turn(TypedDict):
    speaker: str
    text: str


class Marked(TypedDict):
    turn: int
    start: int
    end: int
    text: str
    kind: str
    antecedents: list["Marked"]


class Dialogue(TypedDict):
    id: str
    source: str
    turns: list[Turn]
    mentions: list[Marked]


class Example(NamedTuple):
    seen: Facts
    counts: tuple[int, ...]  # of each of CLASSES


def main(folder: Path, out: Path) -> None:
    pipeline = Pipeline()
    path = folder / "references.jsonl"
    found = [*examples(pipeline, dialogues(path)), *names(out)]
    weights = fit(found, pipeline.lexicon)
    np.savez_compressed(out / "agreement.npz", weights=weights.astype(np.float16))
    (out / "agreement.md").write_text(card(path, found, weights, pipeline.lexicon), encoding="utf-8")


def dialogues(path: Path) -> Iterator[Dialogue]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            dialogue: Dialogue = json.loads(line)
            if dialogue["source"] in SOURCES:
                yield dialogue


def examples(pipeline: Pipeline, source: Iterator[Dialogue]) -> Iterator[Example]:
    for dialogue in source:
        wanted = _labels(dialogue)
        for number in sorted({place[0] for place in wanted}):
            text = dialogue["turns"][number]["text"].replace("\n", " ")
            doc, tokens = pipeline.analyse(text)
            for mention in find_mentions(doc, tokens, (), ()):
                counts = _label(mention, number, wanted)
                if counts and mention.kind not in ("pronoun", "speaker"):
                    yield Example(facts(tokens, mention), tuple(counts[c] for c in CLASSES))


def names(folder: Path) -> Iterator[Example]:
    """Common first names, so that novels do not decide alone whom a name may stand for."""
    listed: dict[str, str] = json.loads((folder / "first_names.json").read_text(encoding="utf-8"))
    for form, those in listed.items():
        for name in those.split():
            for entity in ("PERSON", "") * 4:  # a name in use has many bearers, one in a novel has one
                kind = "person" if entity else "thing"
                seen = Facts(name, name, entity, kind, "", "", plural=False, name=True, definiteness="definite", group=False)
                yield Example(seen, tuple(int(c == form) for c in CLASSES))


def _labels(dialogue: Dialogue) -> dict[Place, Counter[str]]:
    """How often each place is what a pronoun of a class goes back to."""
    found: dict[Place, Counter[str]] = defaultdict(Counter)
    for mention in dialogue["mentions"]:
        form = FORMS.get(mention["text"].lower()) if mention["kind"] == "pronoun" else None
        for back in mention["antecedents"] if form else []:
            found[back["turn"], back["start"], back["end"]][str(form)] += 1
    return found


def _label(mention: Mention, turn: int, wanted: dict[Place, Counter[str]]) -> Counter[str] | None:
    near = [(_share(mention.span, Span(start, end)), counts) for (number, start, end), counts in wanted.items() if number == turn]
    best = max(near, key=lambda n: n[0], default=None)
    return best[1] if best and best[0] >= 0.5 else None


def _share(one: Span, other: Span) -> float:
    both = max(0, min(one.end, other.end) - max(one.start, other.start))
    return both / (one.end - one.start + other.end - other.start - both) if both else 0.0


def fit(found: list[Example], lexicon: Lexicon) -> Matrix:
    """Multinomial logistic regression, full-batch gradient descent with momentum; he and she weigh the same. Shape (classes, features)."""
    inputs = np.stack([vectorise(e.seen, lexicon) for e in found]).astype(np.float64)
    targets = np.array([e.counts for e in found], dtype=np.float64)
    targets = targets / targets.sum(axis=1, keepdims=True)
    balance = targets.sum(axis=0)
    targets[:, :2] *= balance[:2].mean() / balance[:2]
    weights: Matrix = np.zeros((len(CLASSES), inputs.shape[1]))
    pace = np.zeros_like(weights)
    for _ in range(STEPS):
        shares = softmax(inputs @ weights.T)
        gradient = (shares * targets.sum(axis=1, keepdims=True) - targets).T @ inputs / len(found) + DECAY * weights
        pace = 0.9 * pace - RATE * gradient
        weights = weights + pace
    return weights


def softmax(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def accuracy(found: list[Example], weights: Matrix, lexicon: Lexicon) -> float:
    inputs = np.stack([vectorise(e.seen, lexicon) for e in found])
    right = np.argmax(inputs @ weights.T, axis=1) == np.argmax(np.array([e.counts for e in found]), axis=1)
    return float(np.count_nonzero(right)) / len(found)


def card(path: Path, found: list[Example], weights: Matrix, lexicon: Lexicon) -> str:
    held = fit([e for n, e in enumerate(found) if n % 10], lexicon)
    right = accuracy([e for n, e in enumerate(found) if n % 10 == 0], held, lexicon)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"""# agreement.npz

Says which third-person pronoun a noun phrase or a name is likely to be taken up by: P({", ".join(CLASSES)}).

- Model: logistic regression, {weights.shape[0]} x {weights.shape[1]} weights in half precision, on spaCy's frozen word vectors, entity
  labels and the words of the phrase. Made by `python -m nlp.train_agreement DIR`.
- Data: {len(found)} phrases: common first names of `first_names.json`, written for this, and those in
  {", ".join(SOURCES)} of references.jsonl (sha256 {digest}).
  VisPro (Yu et al. 2019; VisDial, Das et al. 2017, CC BY 4.0), LitBank (Bamman et al. 2020, CC BY 4.0),
  GUM (Zeldes 2017; Zhu et al. 2021, CC BY).
- Right for {right:.3f} of every tenth phrase, held out.
- Limits: what names tell of a person's pronoun is a guess from their vectors; words such as "Mr." or "my wife" and every
  pronoun that was linked already come first.
"""


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent / "data")
