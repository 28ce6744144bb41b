"""What can be found of a customer's memory while vectors do not answer or are not written: turns and facts by words, entities and time.

Knows the snapshot and the store; no ranking. All facts are looked at, and of the turns those that told the best of them, that mention
what is asked about, that fall into its time, and the last ones: reading every turn of a long memory would take seconds.
"""

import asyncio
from collections.abc import Mapping, Sequence

from graph.clues import Clues
from graph.model import Fact, FactId, Scope, Snapshot, Turn, TurnId
from graph.points import best_first
from graph.searchable import fact_terms, turn_terms
from graph.store import Store
from graph.vectors import Found, Place, PointKind, Scored, VectorQuery
from graph.word_search import scored

TELLING_FACTS = 100  # whose turns are looked at
MENTIONING = 200  # turns that mention what is asked about, the most telling ones


async def at_hand(scope: Scope, snapshot: Snapshot, asked: VectorQuery, clues: Clues, *, store: Store) -> tuple[Found, Found]:
    """Turns and facts. dense: all candidates, of which no likeness is known. words: BM25, its IDF over the candidates and all facts."""
    facts, telling = await asyncio.to_thread(_telling, snapshot.facts, asked.terms)
    wanted = [*(fact.turn for fact in telling), *_mentioning(clues), *sorted(clues.told)]
    read = await store.turns_by_id(scope, list(dict.fromkeys(wanted)))
    turns = {turn.id: turn for turn in (*read, *snapshot.turns) if allowed(turn, asked)}
    return await asyncio.to_thread(_found, turns, facts, snapshot.facts, asked.terms)


def beside(found: Found, more: Found) -> Found:
    """What the vectors found, and with it what only `more` has: as likely by meaning as the least of the found, and by its words."""
    there = {scored.place.id for scored in (*found.dense, *found.words)}
    least = min((scored.score for scored in found.dense), default=0.0)
    likely = (Scored(scored.place, least) for scored in more.dense if scored.place.id not in there)
    sharing = (scored for scored in more.words if scored.place.id not in there)
    return Found((*found.dense, *likely), best_first((*found.words, *sharing)))


def allowed(turn: Turn, asked: VectorQuery) -> bool:
    """Whether the turn was said when and where the query wants."""
    return turn.status == "done" and (asked.until is None or turn.at <= asked.until) and asked.channel in (None, turn.channel)


def _telling(known: Mapping[FactId, Fact], asked: Sequence[str]) -> tuple[dict[FactId, Sequence[str]], list[Fact]]:
    """The stems of all facts, and the facts that have most to do with what is asked."""
    facts: dict[FactId, Sequence[str]] = {id: fact_terms(fact) for id, fact in known.items()}
    scores = scored(facts, asked)
    return facts, [known[id] for id in sorted(scores, key=lambda id: (-scores[id], id))[:TELLING_FACTS]]


def _mentioning(clues: Clues) -> list[TurnId]:
    return sorted(clues.entities, key=lambda id: (-clues.entities[id][0], id))[:MENTIONING]


def _found(
    turns: Mapping[TurnId, Turn], facts: Mapping[FactId, Sequence[str]], known: Mapping[FactId, Fact], asked: Sequence[str]
) -> tuple[Found, Found]:
    words: dict[tuple[PointKind, str], Sequence[str]] = {
        **{("turn", id): turn_terms(turn) for id, turn in turns.items()},
        **{("fact", id): stems for id, stems in facts.items()},
    }
    scores = scored(words, asked)
    said = [_place("turn", turn.id, turn) for turn in turns.values()]
    told = [_place("fact", id, turns[fact.turn]) for id, fact in known.items() if fact.turn in turns]

    def found(places: Sequence[Place]) -> Found:
        best = sorted((Scored(p, scores[p.kind, p.id]) for p in places if (p.kind, p.id) in scores), key=lambda s: (-s.score, s.place.id))
        return Found(tuple(Scored(place, 0.0) for place in places), tuple(best))

    return found(said), found(told)


def _place(kind: PointKind, id: str, turn: Turn) -> Place:
    return Place(id, kind, turn.id, turn.session, turn.number, turn.speaker, turn.at)
