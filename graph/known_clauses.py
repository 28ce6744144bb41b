"""Facts by the clause that gave them, with all the words by which it can be asked for. Pure."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from graph.model import Entity, EntityId, Fact, TurnId


@dataclass(frozen=True)
class Clause:
    """The facts that one clause gave, with all the words that it can be known by."""

    facts: tuple[Fact, ...]
    words: frozenset[str]
    entities: frozenset[EntityId]
    context: frozenset[EntityId] = frozenset()  # of the rest of its turn, and of the turn before

    @property
    def first(self) -> Fact:
        return self.facts[0]


@dataclass(frozen=True)
class Match:
    """A clause that answers. score: share of the question that it accounts for, with what speaks for or against it; holds: at the instant
    that is asked for."""

    clause: Clause
    score: float
    filler: Fact | None
    holds: bool


def clauses(facts: Collection[Fact], entities: Mapping[EntityId, Entity], *, touches: Callable[[Fact], bool]) -> list[Clause]:
    """Facts by the clause that gave them, in the order of their recording; clauses none of whose facts is touched are left out."""
    groups: dict[tuple[str, datetime], list[Fact]] = {}
    spoken_of: dict[TurnId, set[EntityId]] = {}
    for fact in sorted(facts, key=lambda f: (f.recorded_at, f.id)):
        groups.setdefault((fact.clause, fact.recorded_at), []).append(fact)
        spoken_of.setdefault(fact.turn, set()).update(_ends(fact, entities))
    before = dict(zip(spoken_of, [None, *spoken_of], strict=False))
    found: list[Clause] = []
    for group in groups.values():
        if any(map(touches, group)):
            turn = group[0].turn
            earlier = before[turn]
            context = frozenset(spoken_of[turn] | (spoken_of[earlier] if earlier else set()))
            found.append(replace(_clause(tuple(group), entities), context=context))
    return found


def _ends(fact: Fact, entities: Mapping[EntityId, Entity]) -> list[EntityId]:
    """Subject and object, and whose they are."""
    ends = [fact.subject, fact.object] if fact.object else [fact.subject]
    return [*ends, *(owner for e in ends if e in entities and (owner := entities[e].owner))]


def _clause(facts: tuple[Fact, ...], entities: Mapping[EntityId, Entity]) -> Clause:
    ids = frozenset(e for f in facts for e in (f.subject, f.object) if e)
    owners = frozenset(o for e in ids if (o := entities[e].owner if e in entities else None))
    words = {w for f in facts for w in f.lemmas}
    words |= {w for f in facts for w in _split(f.predicate)}
    words |= {w for e in (*ids, *owners) if e in entities for w in known_as(entities[e])}
    words |= {w for f in facts for w in _of_value(f)}
    members = frozenset(m for e in ids if e in entities for m in entities[e].members)
    return Clause(facts, frozenset(words), ids | owners | members)


def _of_value(fact: Fact) -> set[str]:
    """Words that a value is asked by without having been said."""
    digits = set(re.findall(r"\d+", fact.value or ""))
    kinds = {"phone": {"phone", "number"}, "email": {"email", "mail", "address"}, "money": {"dollar", "price", "cost"}}
    asked = {"want", "ask", "request"} if fact.predicate.startswith("asks_to_") else set[str]()
    return digits | kinds.get(fact.value_type or "", set()) | asked


def known_as(entity: Entity) -> frozenset[str]:
    return _words_of(entity.name, entity.aliases, entity.heads, entity.attributes)


@lru_cache(maxsize=50_000)
def _words_of(name: str, aliases: tuple[str, ...], heads: tuple[str, ...], attributes: tuple[str, ...]) -> frozenset[str]:
    """Kept: from one question to the next few entities change."""
    names = {w for n in (name, *(a for a in aliases if a[:1].isupper())) for w in re.findall(r"\w+", n.lower())}
    return frozenset(names | set(heads) | set(attributes))


def words_of(fact: Fact) -> frozenset[str]:
    """The words of one fact itself, without those of what it is about."""
    return frozenset(fact.lemmas).union(_split(fact.predicate), _of_value(fact))


def _split(predicate: str) -> set[str]:
    parts = {w for w in predicate.split("_") if len(w) > 2}
    return parts | {w.removesuffix("s") for w in parts} | {predicate}
