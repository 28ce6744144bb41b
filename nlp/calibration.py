"""How sure a choice among candidates is: the share of the best one, made to mean how often such choices are right.

Knows scores and the figures of `data/ranker.json`, fitted by `nlp.train_ranker`. Knows nothing of language.
"""

import math
from collections.abc import Sequence

from nlp import ranker
from nlp.ranker import Features

_LEAST = 1e-3


def share(scores: Sequence[float]) -> float:
    """The softmax share of the first of them, the best, in (0, 1]."""
    return 1.0 / sum(math.exp(s - scores[0]) for s in scores)


def figures(scores: Sequence[float], view: int) -> Features:
    """What a choice tells of itself. scores: of the candidates, best first; view: entities that were in view."""
    first = min(max(share(scores), _LEAST), 1 - _LEAST)
    return {
        "always": 1.0,
        "share": math.log(first / (1 - first)),
        "candidates": math.log(len(scores)),
        "crowd": math.log1p(view),
        "best": min(max(scores[0], -4.0), 4.0),
    }


def confidence(family: str, scores: Sequence[float], view: int) -> float:
    """The chance that the best candidate is the right one, in [0, 1]. family: `pronoun` or `nominal`."""
    return 1.0 / (1.0 + math.exp(-ranker.score(f"sure {family}", figures(scores, view))))
