"""The one model by which candidates are scored: a sum of weighted features for each family of referring words.

Knows figures by name and the weights in `data/ranker.json`, made by `nlp.train_ranker` and described in `data/ranker.md`. Knows
nothing of language.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

Features = dict[str, float]
Weights = Mapping[str, Mapping[str, float]]


@cache
def weights() -> Weights:
    """By family, then by feature; what is not there weighs nothing."""
    return json.loads(files("nlp").joinpath("data/ranker.json").read_text(encoding="utf-8"))


def score(family: str, features: Features) -> float:
    """A log-probability up to a constant that all candidates of one mention share."""
    known = weights()[family]
    return sum(known.get(name, 0.0) * value for name, value in features.items())
