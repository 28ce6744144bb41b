"""How far confidence can be believed: of links made with so much confidence, how many were right, and the expected calibration error.

`python -m tests.benchmarks.reliability FILE [DIALOGUES]`, FILE with marked dialogues in the format of the training data; at most
so many dialogues of each source. What counts is what was decided: every third-person pronoun, noun phrase and name that is marked and was
linked, with the confidence that the link was given, by whatever rule. It is right if what it was linked to was mentioned by a marked
antecedent; a first mention that was linked is wrong. First and second persons, which are not chosen, and what was left open do not count.
The sources of one corpus ("gum-court", "gum-news") are taken together as well.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from nlp.antecedent_examples import decisions, play
from nlp.calibration import bins, calibration_error
from nlp.pipeline import Pipeline
from nlp.train_agreement import Dialogue


def dialogues(path: Path, limit: int) -> Iterator[Dialogue]:
    seen: Counter[str] = Counter()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            dialogue: Dialogue = json.loads(line)
            seen[dialogue["source"]] += 1
            if seen[dialogue["source"]] <= limit:
                yield dialogue


def made(pipeline: Pipeline, path: Path, limit: int) -> dict[tuple[str, str], list[tuple[float, bool]]]:
    """How sure and whether right, by corpus and sort of mention."""
    found: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for dialogue in dialogues(path, limit):
        for decision in decisions(dialogue, play(pipeline, dialogue)):
            for name in {decision.source, decision.source.partition("-")[0]}:
                for sort in (decision.sort, "all"):
                    found[name, sort].append((decision.sure, decision.right))
    return found


def main(path: Path, limit: int) -> None:
    for (corpus, sort), each in sorted(made(Pipeline(), path, limit).items()):
        print(f"\n{corpus}, {sort}: {len(each)} links, expected calibration error {calibration_error(each):.3f}")
        print("confidence    links  right")
        for count, sure, right in bins(each):
            print(f"{sure:10.2f}  {count:7}  {right:5.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200)
