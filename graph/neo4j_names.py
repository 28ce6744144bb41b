"""Labels and relationship types of the graph in Neo4j: which types of entities and which predicates have one.

Knows the word lists. Must not know how a query is made. Neo4j keeps every name of a label or relationship type for good, in a table of
65,536 that no deletion shrinks; predicates come out of what people say. So only words of lists become names: no customer can fill the
table, and what was erased leaves no word of its own behind. Any other predicate is a `RELATES_TO`, and a property says which.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from graph.predicates import lexicon

OTHER = "RELATES_TO"


def second_labels() -> list[str]:
    """Every label that tells an entity's type."""
    return list(_names()[0].values())


def labels_of(kind: str) -> list[str]:
    """The second label of an entity of that type; none for a type of no list."""
    found = _names()[0].get(kind)
    return [found] if found else []


def relationship(predicate: str) -> str:
    """The type of a relationship between the entities of a fact: LIVES_IN for `lives_in`."""
    return _names()[1].get(predicate, OTHER)


@cache
def _names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    read = json.loads((resources.files("graph") / "data" / "neo4j" / "names.json").read_text("utf-8"))
    words = lexicon()
    known = (words.canonical.values(), words.single, words.single_nouns, words.person_nouns, words.change_verbs, words.ending_verbs)
    return read["labels"], _types(read["relationships"], *known, words.cancelling, words.report, words.stative)


def _types(*lists: Iterable[str]) -> dict[str, str]:
    return {word: word.replace(" ", "_").replace("-", "_").upper() for words in lists for word in words}
