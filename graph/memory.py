"""One customer's memory: all that the agent may do with it.

Knows how store, vectors and the pure views of graph fit together. Must not know how text is parsed (it is given `reparse`), nor what
time it is: every *now* is an argument.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from weakref import WeakValueDictionary

from graph import recall, timeline, views
from graph.governing import linking, retraction
from graph.model import (
    Address,
    Commit,
    Customer,
    Entity,
    EntityId,
    Fact,
    FactId,
    Goal,
    Scope,
    Session,
    SessionId,
    Snapshot,
    TenantId,
    Turn,
    TurnId,
    derived_id,
)
from graph.paging import LIMIT, checked, page
from graph.recollection import Recollection, Reparse
from graph.referents import Known, founders
from graph.store import RevisionConflict, Store
from graph.vectors import Point, Vectors, VectorsError
from nlp.types import Channel, Discourse, Embedder, Interval, Parse, PriorTurn, Referent, Span

_log = logging.getLogger(__name__)
_TRIES = 20  # of an operator's act, against turns that come in meanwhile

Recall = Callable[[str, Channel | None], Sequence[PriorTurn]]


class Memory:
    """The memories of all customers. `reparse` gives the parse of a stored turn's text, at the turn's own instant and zone."""

    def __init__(self, store: Store, vectors: Vectors, embedder: Embedder, reparse: Reparse, *, kept: int = 128) -> None:
        """kept: how many customers' memories stay at hand."""
        self.store = store
        self.vectors = vectors
        self.embedder = embedder
        self._recollection = Recollection(store, reparse, size=kept)
        self._writing: WeakValueDictionary[Scope, asyncio.Lock] = WeakValueDictionary()

    def writing(self, scope: Scope) -> asyncio.Lock:
        """Held while the customer's vectors are written or erased in this process, so that nothing is written of one who is gone."""
        return self._writing.setdefault(scope, asyncio.Lock())

    def of(self, scope: Scope, *, business: str = "the business") -> "CustomerMemory":
        """business: its name, for its own entity in the customer's graph."""
        return CustomerMemory(scope, business, self.store, self.vectors, self.embedder, self._recollection, self.writing(scope))

    def at_hand(self, scope: Scope, current: Customer | None) -> Snapshot | None:
        """The customer's memory where it was read already and still is what the store has. current: the customer in the store."""
        return self._recollection.at_hand(scope, current)

    async def restore(self, tenant: TenantId, exported: dict[str, Any]) -> Customer:
        """Everything back in its place; its vectors are to be written anew (`Store.unindexed`). Raises as `Store.restore`."""
        return await self.store.restore(tenant, exported)


@dataclass(frozen=True, slots=True)
class CustomerMemory:
    """A light handle. Whatever reads raises UnknownCustomer where there is none of this scope; lists raise BadCursor, and ValueError for
    a limit outside 1..500."""

    scope: Scope
    business: str
    store: Store
    vectors: Vectors
    embedder: Embedder
    recollection: Recollection
    writing: asyncio.Lock  # as `Memory.writing`
    seen: Known | None = None  # what a handle for one turn saw when it was made

    # one turn

    async def pinned(self, current: Customer | None = None) -> "CustomerMemory":
        """A handle that reads the revision of the store once, now, and looks at the memory as it was then: for one turn. current: the
        customer, where the store was asked just now."""
        return replace(self, seen=await self.recollection.known(self.scope, self.business, current))

    async def snapshot(self) -> Snapshot:
        """The memory at the store's revision, with the last turns that are done, and with the entities of customer and business."""
        return (await self._known()).snapshot

    async def _known(self) -> Known:
        return self.seen or await self.recollection.known(self.scope, self.business)

    async def discourse(self, turn: Turn, *, awaiting: str | None = None, recall: Recall = lambda _query, _channel: ()) -> Discourse:
        """What the turn is understood against: the turns before it and all that memory holds. awaiting: the question that the agent left
        open, in its words. recall: finds turns further back; `prior_turns` makes them."""
        whose = await self._known()
        entities = whose.snapshot.entities.values()
        return Discourse(
            speaker=turn.speaker,
            channel=turn.channel,
            at=turn.at,
            session_id=turn.session,
            turn_id=turn.id,
            customer=next(each.id for each in entities if each.is_customer),
            business=next(each.id for each in entities if each.is_business),
            turns=await self.recollection.before(self.scope, whose, turn),
            referents=whose.referents,
            awaiting=awaiting,
            recall=recall,
            new_id=lambda span: self.new_entity(turn.id, span),
            called=self.recollection.called(self.scope),
        )

    def new_entity(self, turn: TurnId, span: Span) -> EntityId:
        """The id of an entity that the turn brings up there: the same each time, also where the customer was imported."""
        return EntityId(derived_id(self.scope.customer, turn, span.start, span.end))

    async def prior_turns(self, ids: Sequence[TurnId]) -> tuple[PriorTurn, ...]:
        """Earlier turns, parsed, in the order of their numbers."""
        found = await self.store.turns_by_id(self.scope, ids)
        return await self.recollection.parsed(self.scope, await self._known(), [each for each in found if each.status == "done"])

    async def referents(self) -> Mapping[str, Referent]:
        return (await self._known()).referents

    async def commit(self, commit: Commit, points: Sequence[Point] = (), parses: Mapping[TurnId, Parse] = MappingProxyType({})) -> Customer:
        """Writes all of it or nothing, then the vectors. parses: of turns in the commit, as `reparse` would give them, to save the next
        turn the time. Raises RevisionConflict: read the snapshot again and redo."""
        if commit.expected_revision == 0:
            commit = await self._founded(commit)
        customer = await self.store.commit(self.scope, commit)
        self.recollection.moved(self.scope, commit)
        for turn, parse in parses.items():
            self.recollection.learn(self.scope, turn, parse)
        await self.index(points)
        return customer

    async def _founded(self, commit: Commit) -> Commit:
        """The first commit keeps the entities of customer and business too, before all others."""
        given = {each.id for each in commit.entities}
        whole = replace(await self.snapshot(), entities={})
        missing = (each for each in founders(whole, self.scope, self.business) if each.id not in given)
        entities = sorted((*missing, *commit.entities), key=lambda each: (not each.is_customer, not each.is_business))
        return replace(commit, entities=tuple(entities))

    async def index(self, points: Sequence[Point]) -> None:
        """Writes vectors and marks their turns. The graph is the truth: what cannot be written now is found by `Store.unindexed` later."""
        if not points:
            return
        try:
            await self.vectors.upsert(points)
        except VectorsError as error:
            _log.warning("vectors of customer %s were not written and stay to be repaired: %s", self.scope.customer, error)
            return
        await self.store.mark_indexed(self.scope, list(dict.fromkeys(point.turn_id for point in points)))

    # look

    async def now(self, clock: datetime) -> datetime:
        """*Now* as a default: the later of the clock and of the last that was said."""
        customer = (await self.snapshot()).customer
        return max(filter(None, (clock, customer.last_turn_at, customer.recorded_at)))

    async def entity(self, wanted: EntityId) -> Entity | None:
        """With all that turned out to be the same."""
        entities = (await self.snapshot()).entities
        return views.whole(entities).get(views.root(entities, wanted))

    async def entities(
        self, *, q: str | None = None, type: str | None = None, limit: int = LIMIT, cursor: str | None = None
    ) -> tuple[list[Entity], str | None]:
        """In the order they came up; with `q`, those that it names, best match first."""
        known = views.whole((await self.snapshot()).entities).values()
        found = [each for each in known if type is None or each.type == type]
        return page(enumerate(found if q is None else [each for _, each in views.ranked(found, q)]), limit, cursor)

    async def facts(
        self,
        *,
        as_of: datetime,
        known_at: datetime,
        entity: str | None = None,
        predicate: str | None = None,
        history: bool = False,
        limit: int = LIMIT,
        cursor: str | None = None,
    ) -> tuple[list[Fact], str | None]:
        """Facts true at `as_of` as they were known at `known_at`, in the order they came; with `history` every version known then.
        entity: an id, or a name: then of those that match it best."""
        snapshot = await self.snapshot()
        found = views.history(snapshot, known_at) if history else views.holding(snapshot, as_of, known_at)
        if entity is not None:
            found = views.concerning(found, views.named(snapshot, entity))
        return page(((number, fact) for number, fact in found if predicate in (None, fact.predicate)), limit, cursor)

    async def recall(
        self, query: str, *, k: int, as_of: datetime, channel: Channel | None = None, times: Sequence[Interval] = ()
    ) -> recall.Recalled:
        """As `graph.recall.recall`."""
        found = recall.recall(
            self.scope,
            await self.snapshot(),
            query,
            store=self.store,
            vectors=self.vectors,
            embedder=self.embedder,
            k=k,
            as_of=as_of,
            channel=channel,
            times=times,
        )
        return await found

    async def graph(self, *, as_of: datetime, known_at: datetime, around: EntityId | None = None, hops: int = 1) -> views.Graph | None:
        """The facts of `facts` at the same two times as edges; of those within `hops` of `around`. None where there is no such entity."""
        snapshot = await self.snapshot()
        if around is not None and around not in snapshot.entities:
            return None
        return views.graph(snapshot, as_of=as_of, known_at=known_at, around=around, hops=hops)

    async def timeline(
        self, entity: EntityId, *, start: datetime | None = None, end: datetime | None = None
    ) -> tuple[timeline.Event, ...] | None:
        """Its events from `start` up to, not with, `end`; None where there is no such entity."""
        snapshot = await self.snapshot()
        if entity not in snapshot.entities:
            return None
        ids = views.one_and_same(snapshot.entities, entity)
        goals = snapshot.goals.values()
        facts = [fact for fact in snapshot.facts.values() if fact.subject in ids or fact.object in ids]
        mentioning = {turn.id: turn for turn in await self.store.mentioning(self.scope, sorted(ids))}
        others = dict.fromkeys([*(fact.turn for fact in facts), *(goal.started_turn for goal in goals)])
        said = await self.store.turns_by_id(self.scope, [each for each in others if each not in mentioning])
        turns = mentioning | {turn.id: turn for turn in said}
        return timeline.timeline(ids, snapshot.facts, turns, goals, start=start, end=end)

    async def sessions(self, *, limit: int = LIMIT, cursor: str | None = None) -> tuple[list[Session], str | None]:
        """Oldest first."""
        return await self.store.sessions(self.scope, checked(limit), cursor)

    async def turns(
        self, session: SessionId | None = None, *, limit: int = LIMIT, cursor: str | None = None
    ) -> tuple[list[Turn], str | None]:
        """In the order of their numbers, those of one session or all."""
        return await self.store.turns(self.scope, session, checked(limit), cursor)

    async def goals(self, *, limit: int = LIMIT, cursor: str | None = None) -> tuple[list[Goal], str | None]:
        """Newest first."""
        kept = list(enumerate((await self.snapshot()).goals.values()))
        return page(((-number, goal) for number, goal in reversed(kept)), limit, cursor)

    # govern

    async def retract(self, fact: FactId, reason: str, now: datetime) -> Fact | None:
        """Ends the recorded time of the fact, and says so in the log; None where there is no such fact. One retracted stays as it is."""
        return (await self._acted(lambda snapshot: retraction(snapshot, fact, reason, now))).facts.get(fact)

    async def link_address(self, address: Address, now: datetime) -> Customer:
        """Links it from now on, and says so in the log. Raises AddressTaken."""
        await self.store.link_address(self.scope, replace(address, linked_at=address.linked_at or now))
        return (await self._acted(lambda snapshot: linking(snapshot, address, now))).customer

    async def _acted(self, act: Callable[[Snapshot], Commit | None]) -> Snapshot:
        """The snapshot after the act, done again where a turn came in between. Raises RevisionConflict where that never ends."""
        for _ in range(_TRIES):
            commit = act(await self.snapshot())
            if commit is None:
                break
            try:
                await self.commit(commit)
                break
            except RevisionConflict:
                continue
        else:
            raise RevisionConflict(f"customer {self.scope.customer} changes all the time; try again later")
        return await self.snapshot()

    async def export(self) -> dict[str, Any] | None:
        """As `Store.export`."""
        return await self.store.export(self.scope)

    async def erase(self) -> dict[str, int] | None:
        """Deletes vectors, graph and text from every file; counts of what is gone, None where there was nothing. The vectors go first: if
        this is cut off, the customer is still there to be erased; and once more at last, for what another worker wrote meanwhile."""
        async with self.writing:
            points = await self.vectors.erase(self.scope)
            erased = await self.store.erase(self.scope)
            if await self.vectors.count(self.scope):
                await self.vectors.erase(self.scope)
        self.recollection.forget(self.scope)
        return None if erased is None else {**erased, "vectors": points}
