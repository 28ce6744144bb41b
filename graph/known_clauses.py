"""Facts by the clause that gave them, with all the words by which it can be asked for. Pure."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Protocol

from graph.model import Entity, EntityId, Fact, TurnId

TYPED = frozenset({"vehicle", "animal"})  # types that things are asked by which have but a name: "what car do I drive?" of a Passat


@dataclass(frozen=True)
class Clause:
    """The facts that one clause gave, with all the words that it can be known by."""

    facts: tuple[Fact, ...]
    words: frozenset[str]
    entities: frozenset[EntityId]
    context: Container[EntityId]  # of the rest of its turn, and of the turn before

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


class Screen(Protocol):
    """Which of a question's terms a fact has anything of, as a bit each, and which of them make a clause worth looking at."""

    def bits(self, fact: Fact) -> int: ...

    def possible(self, bits: int) -> bool: ...

    def enough(self, bits: int, context: Container[EntityId]) -> bool: ...


def clauses(
    facts: Iterable[Fact], entities: Mapping[EntityId, Entity], screen: Screen, turns: Container[TurnId] | None = None
) -> list[Clause]:
    """Facts by the clause that gave them, in the order of their recording; only those that the screen lets through, of these turns."""
    groups: dict[tuple[str, TurnId], list[Fact]] = {}
    of_turn: dict[TurnId, list[Fact]] = {}
    for fact in sorted(facts, key=attrgetter("recorded_at")):
        groups.setdefault((fact.clause, fact.turn), []).append(fact)
        of_turn.setdefault(fact.turn, []).append(fact)
    before = dict(zip(of_turn, [None, *of_turn], strict=False))
    found: list[Clause] = []
    for group in groups.values():
        if turns is not None and group[0].turn not in turns:
            continue
        bits = 0
        for fact in group:
            bits |= screen.bits(fact)
        if not screen.possible(bits):
            continue
        turn = group[0].turn
        earlier = before[turn]
        context = _Context([*of_turn[turn], *(of_turn[earlier] if earlier else ())], entities)
        if screen.enough(bits, context):
            found.append(_clause(tuple(group), entities, context))
    return found


@dataclass
class _Context(Container[EntityId]):
    """What some facts are about, gathered when it is first asked for."""

    facts: list[Fact]
    entities: Mapping[EntityId, Entity]

    @cached_property
    def whole(self) -> frozenset[EntityId]:
        return frozenset(end for fact in self.facts for end in _ends(fact, self.entities))

    def __contains__(self, entity: object) -> bool:
        return entity in self.whole


def _ends(fact: Fact, entities: Mapping[EntityId, Entity]) -> list[EntityId]:
    """Subject and object, and whose they are."""
    ends = [fact.subject, fact.object] if fact.object else [fact.subject]
    return [*ends, *(owner for e in ends if e in entities and (owner := entities[e].owner))]


def _clause(facts: tuple[Fact, ...], entities: Mapping[EntityId, Entity], context: Container[EntityId]) -> Clause:
    ids = frozenset(e for f in facts for e in (f.subject, f.object) if e)
    owners = frozenset(o for e in ids if (o := entities[e].owner if e in entities else None))
    words = {w for f in facts for w in words_of(f)}
    words |= {w for e in (*ids, *owners) if e in entities for w in known_as(entities[e])}
    members = frozenset(m for e in ids if e in entities for m in entities[e].members)
    return Clause(facts, frozenset(words), ids | owners | members, context)


def _of_value(predicate: str, value: str | None, value_type: str | None) -> set[str]:
    """Words that a value is asked by without having been said."""
    digits = set(re.findall(r"\d+", value or ""))
    kinds = {"phone": {"phone", "number"}, "email": {"email", "mail", "address"}, "money": {"dollar", "price", "cost", "money"},
             "address": {"address"}}  # fmt: skip
    asked = {"want", "ask", "request"} if predicate.startswith("asks_to_") else set[str]()
    return digits | kinds.get(value_type or "", set()) | asked


def known_as(entity: Entity) -> frozenset[str]:
    words = _words_of(entity.name, entity.aliases, entity.heads, entity.attributes)
    return words | {entity.type} if entity.type in TYPED else words


@lru_cache(maxsize=50_000)
def _words_of(name: str, aliases: tuple[str, ...], heads: tuple[str, ...], attributes: tuple[str, ...]) -> frozenset[str]:
    """Kept: from one question to the next few entities change."""
    names = {w for n in (name, *(a for a in aliases if a[:1].isupper())) for w in re.findall(r"\w+", n.lower())}
    return frozenset(names | set(heads) | set(attributes))


def words_of(fact: Fact) -> frozenset[str]:
    """The words of one fact itself, without those of what it is about."""
    return frozenset(fact.lemmas) | words_beside(fact.predicate, fact.value, fact.value_type)


@lru_cache(maxsize=50_000)
def words_beside(predicate: str, value: str | None, value_type: str | None) -> frozenset[str]:
    """Those of its predicate and its value, which its clause need not have."""
    return frozenset(_split(predicate)).union(_of_value(predicate, value, value_type))


def _split(predicate: str) -> set[str]:
    parts = {w for w in predicate.split("_") if len(w) > 2}
    verb = predicate.rpartition("_")[0]  # with its particle: "fly_in" of "fly_in_when"
    return parts | {w.removesuffix("s") for w in parts} | {predicate, *([verb] if verb else [])}
