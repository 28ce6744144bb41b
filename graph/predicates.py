"""Predicates by name and behaviour: what memory does with a fact depends on its predicate. Words are in `data/predicates.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

OWNING = frozenset({"has", "owns", "have", "get", "keep", "drive", "buy", "adopt"})
HAVING = OWNING | {"ride", "pay_for", "use", "insure", "lease", "rent"}  # also what is another's


@dataclass(frozen=True)
class Lexicon:
    """Predicates by name and behaviour: `graph/data/predicates.json`."""

    canonical: Mapping[str, str]
    single: frozenset[str]
    single_of_kind: frozenset[str]  # of one value at a time among those of a kind: on one plan, and on a bus
    single_nouns: frozenset[str]
    person_nouns: frozenset[str]
    change_verbs: frozenset[str]
    scale_verbs: frozenset[str]
    ending_verbs: frozenset[str]
    cancelling: frozenset[str]
    off_words: frozenset[str]
    report: frozenset[str]
    stative: frozenset[str]


@cache
def lexicon() -> Lexicon:
    read = json.loads((resources.files("graph") / "data" / "predicates.json").read_text("utf-8"))
    return Lexicon(read["canonical"], *(frozenset(read[name]) for name in list(Lexicon.__dataclass_fields__)[1:]))
