"""A turn as memory hears it, and the facts in the making that it gives: frozen values.

Knows a parse and what its mentions refer to; not how a draft is made nor what it does to facts known before.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from graph.model import Entity, EntityId, Fact, FactId, Turn, derived_id
from graph.persons import Words
from nlp.syntax import Tree
from nlp.types import Parse, Relation, Span


@dataclass(frozen=True)
class Prior:
    """The turn before of the other side, which this one may answer."""

    parse: Parse
    referents: Sequence[str | None]


@dataclass(frozen=True)
class Heard:
    """One turn taken as it was meant. `own`: whether `parse` is of the turn's own text (else of its completion)."""

    parse: Parse
    referents: Sequence[str | None]
    turn: Turn
    own: bool
    entities: Mapping[EntityId, Entity]  # those of memory and the new ones
    customer: EntityId
    business: EntityId
    recorded_at: datetime
    prior: Prior | None = None
    values: Mapping[int, str] = field(default_factory=dict[int, str])  # of mentions that stand for a time or an amount said before

    @cached_property
    def words(self) -> Words:
        return Words(self.parse, self.referents, self.entities, self.customer, self.business, self.turn.speaker)

    @cached_property
    def tree(self) -> Tree:
        return Tree.of(self.parse.tokens)

    @cached_property
    def clauses(self) -> dict[int, list[Relation]]:
        """Relations by the sentence in which they start."""
        found: dict[int, list[Relation]] = {}
        for relation in self.parse.relations:
            found.setdefault(self.sentence(relation.span), []).append(relation)
        return found

    def sentence(self, span: Span) -> int:
        return bisect_right(self.parse.sentences, (span.start, len(self.parse.text) + 1))

    @property
    def speaker(self) -> EntityId:
        return self.customer if self.turn.speaker == "customer" else self.business

    def referent(self, mention: int | None) -> EntityId | None:
        found = self.referents[mention] if mention is not None and mention < len(self.referents) else None
        return EntityId(found) if found else None

    def entity(self, entity: EntityId | None) -> Entity | None:
        return self.entities.get(entity) if entity else None

    def evidence(self, span: Span) -> Span:
        return self.parse.source_span(span) if self.own else Span(0, len(self.turn.text))


@dataclass(frozen=True)
class Draft:
    """A fact in the making; `relation` -1 for one that a noun phrase alone says ("my wife Dana")."""

    subject: EntityId
    predicate: str
    object: EntityId | None
    value: str | None
    value_type: str | None
    role: str
    relation: int
    span: Span
    text: str
    told: str  # the clause to the customer, "you"
    said: str  # the object's words
    polarity: Literal["positive", "negative"] = "positive"
    modality: Literal["asserted", "uncertain", "reported"] = "asserted"
    said_by: EntityId | None = None
    tense: Literal["past", "present", "future"] = "present"
    lemmas: tuple[str, ...] = ()
    when: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    cues: frozenset[str] = field(default_factory=frozenset[str])
    single: bool = False  # whether such a fact has one value at a time
    instead_of: FactId | None = None  # the stored fact that it takes the place of, where the words tell which


def fact_of(heard: Heard, draft: Draft, n: int) -> Fact:
    """The draft as the turn's n-th fact."""
    return Fact(
        id=FactId(derived_id(heard.turn.id, "fact", n)),
        subject=draft.subject,
        predicate=draft.predicate,
        object=draft.object,
        value=draft.value,
        value_type=draft.value_type,
        text=draft.text,
        turn=heard.turn.id,
        span=draft.span,
        clause=f"{heard.turn.id}#{draft.relation}",
        role=draft.role,
        recorded_at=heard.recorded_at,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        confidence=0.5 if draft.modality == "uncertain" else 0.9,
        polarity=draft.polarity,
        modality=draft.modality,
        said_by=draft.said_by,
        tense=draft.tense,
        lemmas=draft.lemmas,
        when=draft.when,
        said=draft.said,
        told=draft.told,
    )
