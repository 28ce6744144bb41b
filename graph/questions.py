"""A question -> the facts that answer it, or an abstention with its reason. Pure.

A question is matched as a relation with a hole: every word that carries meaning must be accounted for by one clause of memory, and
the hole must be filled by something of the kind that is asked for. What nobody said is not answered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.asked import read
from graph.comparing import asks_difference, compared
from graph.counting import counted
from graph.fact_index import narrowed
from graph.identity import identity
from graph.kinds import kinds
from graph.known_clauses import Match, clauses, known_as
from graph.likeness import Classes, Search, Similarity, renamed
from graph.matching import matches
from graph.model import Entity, EntityId, Fact, FactId, FactIndex
from graph.question_terms import Question
from graph.reckoning import aged, asks_sum, begun, lasted, reasoned, summed, tells_sum
from graph.screening import Screen
from graph.telling import Answer, Teller, nothing, tells_something
from nlp.kinds import is_kind


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
    search = Search(asked, question, similarity, classes, known_at)
    reckoned = compared(search, known, teller) or summed(search, known, teller)
    if reckoned is not None:
        return reckoned
    if asks_difference(question):
        return nothing("too little was said to compare")
    if asked.unknown and not _mentioned(asked.unknown, known, question.entities):
        return counted(asked, question, known, teller) or nothing(f"no {asked.unknown[0]} was ever mentioned")
    named = identity(asked, question, known, teller)
    if named is not None and not named.abstained:
        return named

    def find(search: Search) -> list[Match]:
        told, turns = narrowed(search, index, facts) if index is not None and asked.terms else (known, None)
        return matches(search, clauses(told, question.entities, Screen(search), turns))

    found = find(search)
    if not found and (other := renamed(search, known)) is not search:
        found = find(other)
    whole = asks_sum(search)
    found = [m for m in found if tells_something(asked, m) and (not whole or tells_sum(m))]
    reckoned = lasted(search, find, teller, better_than=found[0].score if found else 0.0)
    if found and named is None and reckoned is None:
        return teller.told(asked, found)
    reckoned = reckoned or aged(search, known, teller) or reasoned(search, find, known, teller) or begun(search, find, known, teller)
    if reckoned is not None:
        return reckoned
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
    if open_ones:
        open_ones -= {n for n in open_ones if any(is_kind(h, n) == 1 for e in entities.values() for h in e.heads)}
    for fact in facts if open_ones else ():
        open_ones.difference_update(fact.lemmas)
    return not open_ones
