"""What of a customer's memory has to do with some words: hits from meaning, words, entities and time, each with why.

Knows how a query is read without a parse, and what a hit shows; graph.ranking weighs. Must not know who asks or through which route. Where
the vectors do not answer, or are not written yet, words, entities and time of what the graph holds have to do, and every hit says so.

Hits are turns, with the facts they told in `why.facts`. A fact is a hit by itself only where its turn is not among them and it beats the
last of them: so that nothing is listed twice and no turn gives way to an equal. A replaced or retracted fact is no hit; the turn that
said it is, and names what replaced it.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log
from typing import Any, Literal

from graph import terms, views
from graph.at_hand import allowed, at_hand, beside
from graph.clues import Clues, named_in, speaker_named, speaker_names, told_in, with_roles, without
from graph.model import Fact, FactId, Scope, Snapshot, Turn, TurnId
from graph.ranking import Ranked, rank
from graph.store import Store
from graph.vectors import Found, VectorQuery, Vectors, VectorsError
from nlp.types import Channel, Embedder, Interval

_log = logging.getLogger(__name__)

CANDIDATES = 300  # turns by meaning, and as many by words
CANDIDATE_FACTS = 50
EVERYWHERE = 300  # mentions beyond which an entity tells no turn from another


@dataclass(frozen=True, slots=True)
class Hit:
    """why: parts of the score by name; `named` (entities that the query names), `facts` and `replaced_by` (fact ids) where there are."""

    kind: Literal["turn", "fact"]
    id: str
    turn_id: TurnId
    text: str
    at: datetime
    score: float
    why: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recalled:
    """hits: best first. missing: what could not be asked, by name with the reason; each hit's `why` has it too."""

    hits: tuple[Hit, ...]
    missing: Mapping[str, str]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)


async def recall(
    scope: Scope,
    snapshot: Snapshot,
    query: str,
    *,
    store: Store,
    vectors: Vectors,
    embedder: Embedder,
    k: int,
    as_of: datetime,
    channel: Channel | None = None,
    times: Sequence[Interval] = (),
) -> Recalled:
    """At most k hits, best first, of what was said at `as_of` or before (and on `channel`). times: what the query says of when."""
    names = speaker_names(snapshot.entities.values())
    vector = (await asyncio.to_thread(embedder.embed, [with_roles(query, names)]))[0]
    asked = VectorQuery(vector, terms.stems(without(query, names)), until=as_of, channel=channel)
    clues = Clues(speaker_named(query, names), await _mentions(scope, store, snapshot, query), tuple(times), told_in(snapshot, times))
    found, of_facts, missing = await _candidates(scope, snapshot, asked, clues, store=store, vectors=vectors)
    turns = rank(found, clues, k=k)
    facts = _apart(rank(of_facts, clues, k=2 * CANDIDATE_FACTS, scale=found), turns, snapshot, k=k, as_of=as_of)
    best = sorted((*turns, *facts), key=lambda each: -each.score)[:k]
    said = {turn.id: turn for turn in await store.turns_by_id(scope, list(dict.fromkeys(each.place.turn_id for each in best)))}
    told = facts_by_turn(snapshot, said, as_of)
    hits = (_hit(each, said[each.place.turn_id], snapshot, told, clues, as_of) for each in best if each.place.turn_id in said)
    return Recalled(tuple(replace(each, why={**each.why, "missing": missing}) if missing else each for each in hits), missing)


async def _candidates(
    scope: Scope, snapshot: Snapshot, asked: VectorQuery, clues: Clues, *, store: Store, vectors: Vectors
) -> tuple[Found, Found, dict[str, str]]:
    """Turns, facts, and what could not be asked for them."""
    try:
        found, of_facts = await asyncio.gather(
            vectors.search(scope, asked, limit=CANDIDATES), vectors.search(scope, replace(asked, kind="fact"), limit=CANDIDATE_FACTS)
        )
        lost = not found.dense and any(allowed(turn, asked) for turn in snapshot.turns)
        if not lost and not await store.unindexed(1, scope):
            return found, of_facts, {}
        state = "still being written"
    except VectorsError as error:
        _log.info("recall of customer %s does without vectors: %s", scope.customer, error)
        found = of_facts = Found((), ())
        state = "unavailable"
    more, more_facts = await at_hand(scope, snapshot, asked, clues, store=store)
    return beside(found, more), beside(of_facts, more_facts), {"vectors": state}


async def _mentions(scope: Scope, store: Store, snapshot: Snapshot, query: str) -> dict[TurnId, tuple[float, tuple[str, ...]]]:
    """Turns that mention what the query names, by whatever words; what is mentioned everywhere tells nothing."""
    telling: dict[TurnId, tuple[float, tuple[str, ...]]] = {}
    for entity in named_in(query, snapshot):
        if entity.mentions > EVERYWHERE:
            continue
        turns = await store.mentioning(scope, sorted(views.one_and_same(snapshot.entities, entity.id)))
        total = 1 + max((turn.number for turn in (*snapshot.turns, *turns)), default=0)
        rarity = 1 - log(max(1, len(turns))) / log(total) if total > 1 else 0.0
        for turn in turns:
            weight, names = telling.get(turn.id, (0.0, ()))
            telling[turn.id] = (max(weight, rarity), (*names, entity.name))
    return telling


def _apart(facts: Sequence[Ranked], turns: Sequence[Ranked], snapshot: Snapshot, *, k: int, as_of: datetime) -> tuple[Ranked, ...]:
    """Facts that stand and whose turns are no hits, one a turn, where they beat the last turn or there is room."""
    listed = {each.place.turn_id for each in turns}
    least = turns[-1].score if len(turns) >= k else float("-inf")
    chosen: dict[TurnId, Ranked] = {}
    for each in facts:
        fact = snapshot.facts.get(FactId(each.place.id))
        if fact and each.place.turn_id not in listed and each.score > least and _stands(fact, snapshot, as_of):
            chosen.setdefault(each.place.turn_id, each)
    return tuple(chosen.values())


def _stands(fact: Fact, snapshot: Snapshot, as_of: datetime) -> bool:
    return fact.known(as_of) and _replacement(fact, snapshot, as_of) is None


def _replacement(fact: Fact, snapshot: Snapshot, as_of: datetime) -> Fact | None:
    """The fact that had taken its place by then."""
    other = snapshot.facts.get(fact.replaced_by) if fact.replaced_by else None
    return other if other and other.recorded_at <= as_of else None


def facts_by_turn(snapshot: Snapshot, turns: Mapping[TurnId, Turn], as_of: datetime) -> dict[TurnId, list[Fact]]:
    """What these turns told, as far as it was recorded by then."""
    told: dict[TurnId, list[Fact]] = {}
    for fact in snapshot.facts.values():
        if fact.turn in turns and fact.recorded_at <= as_of:
            told.setdefault(fact.turn, []).append(fact)
    return told


def _hit(ranked: Ranked, turn: Turn, snapshot: Snapshot, told: Mapping[TurnId, Sequence[Fact]], clues: Clues, as_of: datetime) -> Hit:
    place, why = ranked.place, dict[str, Any](ranked.why)
    if turn.id in clues.entities:
        why["named"] = list(clues.entities[turn.id][1])
    if place.kind == "fact":
        return Hit("fact", place.id, turn.id, snapshot.facts[FactId(place.id)].text, turn.at, ranked.score, why)
    facts = told.get(turn.id, ())
    if standing := [fact.id for fact in facts if _stands(fact, snapshot, as_of)]:
        why["facts"] = standing
    if replaced := [other.id for fact in facts if (other := _replacement(fact, snapshot, as_of))]:
        why["replaced_by"] = replaced
    return Hit("turn", turn.id, turn.id, turn.text, turn.at, ranked.score, why)
