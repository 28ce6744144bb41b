"""How far confidence can be believed: of choices made with so much confidence, how many were right, and the expected calibration error.

`python -m tests.benchmarks.reliability FILE [DIALOGUES]`, FILE with marked dialogues in the format of the training data; at most
so many dialogues of each source. Every choice among candidates for a marked pronoun or noun phrase counts; first and second persons,
which are not chosen, do not. The sources of one corpus ("gum-court", "gum-news") are taken together as well.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from nlp import ranker
from nlp.antecedent_examples import examples
from nlp.calibration import confidence
from nlp.pipeline import Pipeline
from nlp.train_agreement import Dialogue
from nlp.train_ranker import choices

BINS = 10


class Choice(NamedTuple):
    sure: float
    right: bool


def dialogues(path: Path, limit: int) -> Iterator[Dialogue]:
    seen: Counter[str] = Counter()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            dialogue: Dialogue = json.loads(line)
            seen[dialogue["source"]] += 1
            if seen[dialogue["source"]] <= limit:
                yield dialogue


def made(pipeline: Pipeline, path: Path, limit: int) -> dict[tuple[str, str], list[Choice]]:
    """By corpus and sort of mention."""
    weights = {family: dict(table) for family, table in ranker.weights().items()}
    found: dict[tuple[str, str], list[Choice]] = defaultdict(list)
    for dialogue in dialogues(path, limit):
        for example, scores, merit in choices(examples(pipeline, dialogue), weights):
            sort = "nominal" if example.family == "nominal" else "pronoun"
            choice = Choice(confidence(sort, scores, example.view), merit > 0)
            corpus = example.source.partition("-")[0]
            for name in {example.source, corpus}:
                found[name, sort].append(choice)
                found[name, "both"].append(choice)
    return found


def calibration_error(made: Sequence[Choice]) -> float:
    """The mean distance of confidence and share of right ones over equal-width bins, weighed by their choices; in [0, 1]."""
    return sum(len(b) * abs(sure - right) for b, sure, right in bins(made)) / max(1, len(made))


def bins(made: Sequence[Choice]) -> Iterator[tuple[list[Choice], float, float]]:
    """The choices of each bin that has any, with their mean confidence and the share of right ones."""
    for n in range(BINS):
        inside = [c for c in made if min(int(c.sure * BINS), BINS - 1) == n]
        if inside:
            yield inside, sum(c.sure for c in inside) / len(inside), sum(c.right for c in inside) / len(inside)


def main(path: Path, limit: int) -> None:
    for (corpus, sort), each in sorted(made(Pipeline(), path, limit).items()):
        print(f"\n{corpus}, {sort}: {len(each)} choices, expected calibration error {calibration_error(each):.3f}")
        print("confidence  choices  right")
        for inside, sure, right in bins(each):
            print(f"{sure:10.2f}  {len(inside):7}  {right:5.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200)
