"""Nouns of questions by the kind of thing that answers them: types of entities and of values, colours. Words are in `data/kinds.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Kinds:
    """entities, values: by noun, the types of entities or values that are of its kind; narrower: by noun, nouns that say more;
    opposites: pairs of words of which one denies the other, either way around."""

    entities: Mapping[str, tuple[str, ...]]
    values: Mapping[str, tuple[str, ...]]
    narrower: Mapping[str, tuple[str, ...]]
    opposites: frozenset[tuple[str, str]]
    colours: frozenset[str]


@cache
def kinds() -> Kinds:
    """Read on first use: importing has no effect."""
    read = json.loads((resources.files("graph") / "data" / "kinds.json").read_text("utf-8"))
    tables = ({noun: tuple(each) for noun, each in read[name].items()} for name in ("entities", "values", "narrower"))
    opposites = frozenset(pair for one, other in read["opposites"] for pair in ((one, other), (other, one)))
    return Kinds(*tables, opposites=opposites, colours=frozenset(read["colours"]))
