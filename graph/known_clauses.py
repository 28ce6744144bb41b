"""Facts by the clause that gave them, with all the words by which it can be asked for. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

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


def clauses(facts: Collection[Fact], entities: Mapping[EntityId, Entity]) -> list[Clause]:
    """Facts by the clause that gave them, in the order of their recording."""
    groups: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda f: (f.recorded_at, f.id)):
        groups.setdefault(f"{fact.clause}/{fact.recorded_at.isoformat()}", []).append(fact)
    found = [_clause(tuple(group), entities) for group in groups.values()]
    spoken_of: dict[TurnId, set[EntityId]] = {}
    for clause in found:
        spoken_of.setdefault(clause.first.turn, set()).update(clause.entities)
    turns = list(spoken_of)
    around = {t: frozenset(spoken_of[t] | (spoken_of[turns[n - 1]] if n else set())) for n, t in enumerate(turns)}
    return [replace(c, context=around[c.first.turn]) for c in found]


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


def known_as(entity: Entity) -> set[str]:
    names = {w for n in (entity.name, *(a for a in entity.aliases if a[:1].isupper())) for w in re.findall(r"\w+", n.lower())}
    return names | set(entity.heads) | set(entity.attributes)


def _split(predicate: str) -> set[str]:
    parts = {w for w in predicate.split("_") if len(w) > 2}
    return parts | {w.removesuffix("s") for w in parts} | {predicate}
