"""How sure a choice among candidates is: the share of the best one, made to mean how often such choices are right.

Knows scores and the figures of `data/ranker.json`, fitted by `nlp.train_ranker`. Knows nothing of language.
"""

import math
from collections.abc import Iterator, Sequence

from nlp import ranker
from nlp.ranker import Features

_LEAST = 1e-3
_TELLING = ("statement", "name", "same noun", "turns", "own complement", "details differ", "details shared", "number differs")


def share(scores: Sequence[float]) -> float:
    """The softmax share of the first of them, the best, in (0, 1]."""
    return 1.0 / sum(math.exp(s - scores[0]) for s in scores)


def figures(scores: Sequence[float], view: int, family: str, best: Features) -> Features:
    """What a choice tells of itself.

    scores: of the candidates, best first; view: entities that were in view; family: of the weights; best: the best candidate's figures.
    """
    first = min(max(share(scores), _LEAST), 1 - _LEAST)
    return {
        f"of {family}": 1.0,
        "share": math.log(first / (1 - first)),
        "candidates": math.log(len(scores)),
        "crowd": math.log1p(view),
        "best": min(max(scores[0], -4.0), 4.0),
        **{f"best {name}": best[name] for name in _TELLING if name in best},
    }


def confidence(sort: str, told: Features) -> float:
    """The chance that the best candidate is the right one, in [0, 1]. sort: `pronoun` or `nominal`; told: see `figures`."""
    return 1.0 / (1.0 + math.exp(-ranker.score(f"sure {sort}", told)))


def bins(made: Sequence[tuple[float, bool]], count: int = 10) -> Iterator[tuple[int, float, float]]:
    """Decisions (how sure, whether right) by equal-width bins that have any: how many, their mean confidence, the share of right ones."""
    for n in range(count):
        inside = [(sure, right) for sure, right in made if min(int(sure * count), count - 1) == n]
        if inside:
            yield len(inside), sum(s for s, _ in inside) / len(inside), sum(r for _, r in inside) / len(inside)


def calibration_error(made: Sequence[tuple[float, bool]]) -> float:
    """The mean distance of confidence and share of right ones over the bins, weighed by their decisions; in [0, 1]."""
    return sum(n * abs(sure - right) for n, sure, right in bins(made)) / max(1, len(made))
