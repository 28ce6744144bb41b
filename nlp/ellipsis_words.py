"""The word lists of completing what was left out. Knows words, nothing else."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Words:
    lead: frozenset[str]
    tail: frozenset[str]
    affirm: frozenset[str]
    deny: frozenset[str]
    polite: frozenset[str]
    desire: frozenset[str]
    kinds: frozenset[str]
    mass: frozenset[str]
    locating: frozenset[str]
    unspecific: frozenset[str]
    attributes: frozenset[str]
    indifferent: str  # a regular expression


@cache
def ellipsis_words() -> Words:
    lists: dict[str, str] = json.loads(files("nlp").joinpath("data/ellipsis.json").read_text(encoding="utf-8"))
    indifferent = lists.pop("indifferent")
    return Words(**{name: frozenset(words.split()) for name, words in lists.items()}, indifferent=indifferent)
