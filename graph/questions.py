"""A question -> the facts that answer it, or an abstention with its reason. Pure.

A question is matched as a relation with a hole: every word that carries meaning must be accounted for by one clause of memory, and
the hole must be filled by something of the kind that is asked for. What nobody said is not answered.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from graph.asked import Question, read
from graph.identity import identity
from graph.kinds import kinds
from graph.known_clauses import clauses, known_as
from graph.likeness import Classes, Search, Similarity
from graph.matching import matches
from graph.model import Entity, EntityId, Fact
from graph.screening import Screen
from graph.telling import Answer, Teller, nothing


def answer(
    question: Question, facts: Collection[Fact], known_at: datetime, *, similarity: Similarity, classes: Classes, to_customer: bool
) -> Answer:
    """`facts`: all versions; those not known at `known_at` are left out. `to_customer`: worded as "you", else in the third person."""
    asked = read(question)
    if asked is None:
        return Answer("I don't see a question there.", True, "no question")
    known = [f for f in facts if f.known(known_at)]
    if asked.unknown and not _mentioned(asked.unknown, known, question.entities):
        return nothing(f"no {asked.unknown[0]} was ever mentioned")
    teller = Teller(question, known_at, to_customer)
    named = identity(asked, question, known, teller)
    if named is not None:
        return named
    search = Search(asked, question, similarity, classes, known_at)
    found = matches(search, clauses(known, question.entities, Screen(search)))
    return teller.told(asked, found) if found else nothing("never mentioned")


def _mentioned(nouns: Sequence[str], facts: Collection[Fact], entities: Mapping[EntityId, Entity]) -> bool:
    types = {e.type for e in entities.values() if not e.is_customer and not e.is_business}
    nouns = [n for n in nouns if not types & set(kinds().entities.get(n, ()))]
    words = {w for f in facts for w in f.lemmas} | {h for e in entities.values() for h in known_as(e)}
    return all(n.lower() in words for n in nouns)
