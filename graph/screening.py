"""A quick look at facts before clauses are made of them: which have enough of a question in them to be worth it. Pure.

Never leaves out what `graph.matching` would take: a term counts in full where it may count at all.
"""

from collections.abc import Container, Iterable, Mapping

from graph.known_clauses import known_as, words_beside
from graph.likeness import Search, is_like
from graph.matching import ENOUGH, SURE
from graph.model import Entity, EntityId, Fact


class Screen:
    """Implements `graph.known_clauses.Screen` for one question."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._terms = search.asked.terms
        self._entities: Mapping[EntityId, Entity] = search.question.entities
        self._total = sum(t.weight for t in self._terms)
        self._of_word: dict[str, int] = {}
        self._of_entity: dict[EntityId, int] = {}
        self._of_clause: dict[tuple[str, ...], int] = {}
        self._group: dict[EntityId, frozenset[EntityId]] = {}  # with its members, of each entity asked about

    def bits(self, fact: Fact) -> int:
        bits = self._entity(fact.subject) | (self._entity(fact.object) if fact.object else 0)
        own = self._of_clause.get(fact.lemmas)
        if own is None:  # facts of one clause share their words
            own = self._of_clause[fact.lemmas] = self._words(fact.lemmas)
        return bits | own | self._words(words_beside(fact.predicate, fact.value, fact.value_type))

    def possible(self, bits: int) -> bool:
        """Nothing counts by what stands around it alone."""
        return bool(bits) or not self._terms

    def enough(self, bits: int, context: Container[EntityId]) -> bool:
        if not self._terms:
            return True
        got, verbs = 0.0, True
        for n, term in enumerate(self._terms):
            met = bool(bits >> n & 1) or (term.entity is not None and term.entity in context)
            if term.named and not met:
                return False
            verbs &= met or not term.verb
            got += term.weight * met
        return got >= ENOUGH * self._total and (verbs or got >= SURE * self._total or len(self._terms) == 1)

    def _word(self, word: str) -> int:
        known = self._of_word.get(word)
        if known is None:
            known = sum(1 << n for n, term in enumerate(self._terms) if is_like(self._search, term, word))
            self._of_word[word] = known
        return known

    def _entity(self, entity: EntityId) -> int:
        known = self._of_entity.get(entity)
        if known is None:
            found = self._entities.get(entity)
            known = self._called(found) if found is not None else 0
            known |= sum(
                1 << n for n, term in enumerate(self._terms) if term.entity is not None and self._is_meant(term.entity, entity, found)
            )
            owner = self._entities.get(found.owner) if found is not None and found.owner is not None else None
            self._of_entity[entity] = known | (self._called(owner) if owner is not None else 0)
        return self._of_entity[entity]

    def _called(self, entity: Entity) -> int:
        return self._words(known_as(entity))

    def _words(self, words: Iterable[str]) -> int:
        bits = 0
        for word in words:
            bits |= self._word(word)
        return bits

    def _is_meant(self, asked: EntityId, entity: EntityId, found: Entity | None) -> bool:
        """The entity itself, its owner, or a group and one of its members, either way around."""
        meant = self._group.get(asked)
        if meant is None:
            group = self._entities.get(asked)
            meant = self._group[asked] = frozenset({asked, *(group.members if group is not None else ())})
        return entity in meant or (found is not None and (found.owner in meant or asked in found.members))
