"""A question -> the facts that answer it, or an abstention with its reason. Pure.

A question is matched as a relation with a hole: every word that carries meaning must be accounted for by one clause of memory, and
the hole must be filled by something of the kind that is asked for. What nobody said is not answered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.asked import Question, read
from graph.counting import counted
from graph.fact_index import narrowed
from graph.identity import identity
from graph.kinds import kinds
from graph.known_clauses import clauses, known_as
from graph.likeness import Classes, Search, Similarity
from graph.matching import matches
from graph.model import Entity, EntityId, Fact, FactId, FactIndex
from graph.screening import Screen
from graph.telling import Answer, Teller, nothing


def answer(
    question: Question,
    facts: Mapping[FactId, Fact],
    known_at: datetime,
    *,
    similarity: Similarity,
    classes: Classes,
    to_customer: bool,
    index: FactIndex | None = None,
) -> Answer:
    """`facts`: all versions; those not known at `known_at` are left out. `to_customer`: worded as "you", else in the third person.
    `index`: of these facts, so that not all of them need be looked at."""
    asked = read(question)
    if asked is None:
        return Answer("I don't see a question there.", True, "no question")
    known = _Known(facts, known_at)
    teller = Teller(question, known_at, to_customer)
    if asked.unknown and not _mentioned(asked.unknown, known, question.entities):
        return counted(asked, question, known, teller) or nothing(f"no {asked.unknown[0]} was ever mentioned")
    named = identity(asked, question, known, teller)
    if named is not None and not named.abstained:
        return named
    search = Search(asked, question, similarity, classes, known_at)
    if index is not None and asked.terms:
        told, turns = narrowed(search, index, facts)
    else:
        told, turns = known, None
    found = matches(search, clauses(told, question.entities, Screen(search), turns))
    if found and named is None:
        return teller.told(asked, found)
    return counted(asked, question, known, teller) or named or nothing("never mentioned")


@dataclass(frozen=True)
class _Known:
    """The facts that were known by then: most questions never go through all of them."""

    facts: Mapping[FactId, Fact]
    at: datetime

    def __iter__(self) -> Iterator[Fact]:
        return (fact for fact in self.facts.values() if fact.known(self.at))


def _mentioned(nouns: Sequence[str], facts: Iterable[Fact], entities: Mapping[EntityId, Entity]) -> bool:
    types = {e.type for e in entities.values() if not e.is_customer and not e.is_business}
    open_ones = {n.lower() for n in nouns if not types & set(kinds().entities.get(n, ()))}
    open_ones -= {h for e in entities.values() for h in known_as(e)} if open_ones else set()
    for fact in facts if open_ones else ():
        open_ones.difference_update(fact.lemmas)
    return not open_ones
