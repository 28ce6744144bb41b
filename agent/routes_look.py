"""The routes that show a customer's memory and change nothing.

Knows paths, queries and pages of the contract; what they show is the memory's.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, StringConstraints

from agent import serialise
from agent.access import Id, Reader, ReadScope, Served
from agent.api_models import AskRequest, Instant
from agent.arrival import playbook_of
from agent.identify import searched
from agent.problems import not_found
from graph.model import Customer, EntityId, Scope, SessionId, Snapshot
from graph.paging import LIMIT, MOST
from graph.timeline import EventKind, difference
from graph.views import one_and_same

router = APIRouter(prefix="/v1", tags=["look"])

Json = dict[str, Any]
Filter = Annotated[Annotated[str, StringConstraints(max_length=1000)] | None, BeforeValidator(lambda value: value or None)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str | None, Query(max_length=1000)]


def listed(items: list[Json], following: str | None) -> Json:
    return {"items": items, "next": following}


@router.get("/customers")
async def customers(app: Served, tenant: Reader, address: Filter = None, limit: Limit = LIMIT, cursor: Cursor = None) -> Json:
    """Customers, newest first; with `address` those who are reached there."""
    found: list[Customer] = []
    following: str | None = None
    country = playbook_of(app.playbooks, tenant).business.country
    for value in searched(address, country):
        found, following = await app.store.customers(tenant, value, limit, cursor)
        if found:
            break
    return listed([await summary(app, Scope(tenant, each.id), each) for each in found], following)


@router.get("/customers/{customer_id}")
async def customer(app: Served, scope: ReadScope) -> Json:
    """Who it is, how they are reached, how much is known, and what is under way."""
    return await summary(app, scope)


async def summary(app: Served, scope: Scope, known: Customer | None = None) -> Json:
    snapshot = await (await app.memory(scope)).snapshot()
    counts = await app.store.counts(scope)
    return serialise.customer(known or snapshot.customer, _name(snapshot), counts, serialise.goals_of(snapshot.goals.values()))


def _name(snapshot: Snapshot) -> str | None:
    """None until a name is known: the customer's own entity is called `customer` till then."""
    named = (each.name for each in snapshot.entities.values() if each.is_customer and each.name != "customer")
    return next(named, None)


@router.get("/customers/{customer_id}/sessions")
async def sessions(app: Served, scope: ReadScope, limit: Limit = LIMIT, cursor: Cursor = None) -> Json:
    """The conversations, oldest first."""
    found, following = await (await app.memory(scope)).sessions(limit=limit, cursor=cursor)
    return listed([serialise.session(each) for each in found], following)


@router.get("/sessions/{session_id}/turns")
async def turns(app: Served, tenant: Reader, session_id: Id, limit: Limit = LIMIT, cursor: Cursor = None) -> Json:
    """What was said in one conversation, in order, each turn with what its mentions refer to."""
    owner = await app.store.session_scope(tenant, SessionId(session_id))
    if owner is None:
        raise not_found("session", session_id)
    memory = await app.memory(owner[0])
    found, following = await memory.turns(SessionId(session_id), limit=limit, cursor=cursor)
    known = (await memory.snapshot()).entities
    return listed([serialise.turn(each, known) for each in found], following)


@router.get("/customers/{customer_id}/entities")
async def entities(
    *, app: Served, scope: ReadScope, q: Filter = None, type: Filter = None, limit: Limit = LIMIT, cursor: Cursor = None
) -> Json:
    """The things that the conversations were about; with `q` those that it names, best match first."""
    found, following = await (await app.memory(scope)).entities(q=q, type=type, limit=limit, cursor=cursor)
    return listed([serialise.entity_known(each) for each in found], following)


@router.get("/customers/{customer_id}/facts")
async def facts(
    *,
    app: Served,
    scope: ReadScope,
    entity: Filter = None,
    predicate: Filter = None,
    as_of: Instant | None = None,
    known_at: Instant | None = None,
    history: bool = False,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Json:
    """Facts true at `as_of` as they were known at `known_at`; with `history` every version known then."""
    memory = await app.memory(scope)
    now = await memory.now(app.clock())
    found, following = await memory.facts(
        as_of=as_of or now, known_at=known_at or now, entity=entity, predicate=predicate, history=history, limit=limit, cursor=cursor
    )
    known = (await memory.snapshot()).entities
    return listed([serialise.fact(each, known) for each in found], following)


@router.get("/customers/{customer_id}/entities/{entity_id}/timeline")
async def timeline(
    app: Served,
    scope: ReadScope,
    entity_id: Id,
    start: Annotated[Instant | None, Query(alias="from")] = None,
    end: Annotated[Instant | None, Query(alias="to")] = None,
    kind: EventKind | None = None,
) -> Json:
    """What happened to one thing, in order, from `from` up to, not with, `to`; with `kind` only such events."""
    memory = await app.memory(scope)
    entity = await memory.entity(EntityId(entity_id))
    events = await memory.timeline(EntityId(entity_id), start=start, end=end)
    if entity is None or events is None:
        raise not_found("entity", entity_id)
    return {"entity": serialise.entity_known(entity), "events": [serialise.event(each) for each in events if kind in (None, each.kind)]}


@router.get("/customers/{customer_id}/entities/{entity_id}/diff")
async def diff(
    *,
    app: Served,
    scope: ReadScope,
    entity_id: Id,
    start: Annotated[Instant, Query(alias="from")],
    end: Annotated[Instant, Query(alias="to")],
    known_from: Instant | None = None,
    known_to: Instant | None = None,
) -> Json:
    """What was true of one thing at `from` and no longer at `to`, and the other way round; as known at `known_from` and `known_to`
    (default now)."""
    memory = await app.memory(scope)
    now, snapshot = await memory.now(app.clock()), await memory.snapshot()
    entity = await memory.entity(EntityId(entity_id))
    if entity is None:
        raise not_found("entity", entity_id)
    ids = one_and_same(snapshot.entities, EntityId(entity_id))
    about = (fact for fact in snapshot.facts.values() if fact.subject in ids or fact.object in ids)
    found = difference(about, before=(start, known_from or now), after=(end, known_to or now))
    known = snapshot.entities
    return {
        "entity": serialise.entity_known(entity),
        "gained": [serialise.fact(each, known) for each in found.gained],
        "lost": [serialise.fact(each, known) for each in found.lost],
        "changed": [{"before": serialise.fact(old, known), "after": serialise.fact(new, known)} for old, new in found.changed],
    }


@router.get("/customers/{customer_id}/graph")
async def graph(
    *,
    app: Served,
    scope: ReadScope,
    as_of: Instant | None = None,
    known_at: Instant | None = None,
    around: Filter = None,
    hops: Annotated[int, Query(ge=0, le=20)] = 1,
) -> Json:
    """The facts of `/facts` at the same two times as a graph; with `around`, what is within `hops` of that entity."""
    memory = await app.memory(scope)
    now = await memory.now(app.clock())
    found = await memory.graph(
        as_of=as_of or now, known_at=known_at or now, around=EntityId(around) if around is not None else None, hops=hops
    )
    if found is None:
        raise not_found("entity", around or "")
    return serialise.graph(found, (await memory.snapshot()).entities)


@router.get("/customers/{customer_id}/recall")
async def recall(
    app: Served,
    scope: ReadScope,
    q: Annotated[str, StringConstraints(min_length=1, max_length=1000)],
    k: Annotated[int, Query(ge=1, le=100)] = 10,
    as_of: Instant | None = None,
) -> Json:
    """Turns and facts that have to do with `q`, best first, each with why it was found; `missing` says what could not be asked for them."""
    return await app.recall(scope, q, k=k, as_of=as_of)


@router.post("/customers/{customer_id}/ask")
async def ask(app: Served, scope: ReadScope, question: AskRequest) -> Json:
    """Answers a question from what was said, with citations, or says that it was never said."""
    return await app.ask(scope, question)


@router.get("/customers/{customer_id}/goals")
async def goals(app: Served, scope: ReadScope, limit: Limit = LIMIT, cursor: Cursor = None) -> Json:
    """Every goal, newest first."""
    found, following = await (await app.memory(scope)).goals(limit=limit, cursor=cursor)
    return listed([serialise.goal(each) for each in found], following)
