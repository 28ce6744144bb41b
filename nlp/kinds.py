"""What nouns name a kind of what: a cello is an instrument, a couch a sofa, a delivery what delivers. Knows single nouns; no text.

Sources: data/kinds.txt (WordNet 3.0, made by data/make_kinds.py) and data/kinds_more.txt, written for what one says in business.
"""

from functools import lru_cache
from typing import NamedTuple

from nlp.wordlists import lines

_OTHER_SENSE = 0.6  # what a noun is only in another sense than its first


class Kinds(NamedTuple):
    same: frozenset[str]  # nouns that mean the same in its first sense
    first: frozenset[str]  # what it is a kind of in its first sense
    others: frozenset[str]  # … in others that are met often
    acts: frozenset[str]  # verbs that it is made of


@lru_cache
def _table(name: str) -> dict[str, str]:
    return {noun: rest for noun, _, rest in (line.partition(" ") for line in lines(name))}


@lru_cache(maxsize=20_000)
def kinds(noun: str) -> Kinds:
    """Of a lower-case noun in the singular; nothing of a word that is not listed."""
    first, _, others = _table("kinds.txt").get(noun, "").partition("|")
    words = first.split()
    same = frozenset(w[1:] for w in words if w[0] == "=")
    acts = frozenset(w[1:] for w in words if w[0] == "^")
    more = _table("kinds_more.txt").get(noun, "").split()
    return Kinds(same, frozenset([*more, *(w for w in words if w[0] not in "=^")]), frozenset(others.split()), acts)


def is_kind(narrow: str, wide: str) -> float:
    """How surely what is called `narrow` may be called `wide`, in [0, 1]: 1 for its first sense, less for another, 0 for neither."""
    of = kinds(narrow)
    return 1.0 if wide in of.first else _OTHER_SENSE if wide in of.others else 0.0


def same_kind(one: str, other: str) -> bool:
    """Whether two nouns mean the same."""
    return other in kinds(one).same or one in kinds(other).same


def is_listed(noun: str) -> bool:
    """Whether it is known what the noun is a kind of."""
    return bool(kinds(noun).first)
