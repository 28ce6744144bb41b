"""Whole memories changed: replayed from the log, merged, taken apart.

Knows which customers must be left alone meanwhile, and in which order vectors and store are written, so that whatever is cut off is
mended later. What becomes of a memory is decided by graph.merging, graph.parting and agent.replay.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from agent.app import App
from agent.arrival import playbook_of
from agent.identify import CARRIER
from agent.indexing import index_missing
from agent.playbook import Playbook
from agent.problems import Problem, not_found
from graph.archive import Archive, opened, packed
from graph.differences import Difference, differences
from graph.merging import merge_act, merged
from graph.model import CustomerId, OperatorAct, Scope, TenantId, derived_id
from graph.parting import Since, Theirs, apart, is_open, open_merge
from graph.state import place
from graph.store import RevisionConflict, Rewrite
from graph.vectors import VectorsError

if TYPE_CHECKING:
    from agent.replay import Stage

TRIES = 5  # against turns that are accepted in the very moment of writing


async def replay(app: App, scope: Scope, *, dry_run: bool) -> tuple[Difference, ...]:
    """What the log makes of the customer that is not so yet; written, unless it is a dry run. Turns that come in meanwhile are not kept
    waiting, but for those at the end."""
    playbook = playbook_of(app.playbooks, scope.tenant)
    async with _stage(app) as stage:
        found = await _archive(app, scope)
        made = await stage.rebuilt(found, playbook)
        if dry_run:
            return differences(found, made)
        async with _alone(app, scope):
            for _ in range(TRIES):
                now = await _archive(app, scope)
                made = made if now == found else await stage.rebuilt(now, playbook)
                found = now
                if made == found or await _written(app, scope.tenant, {scope.customer: (found, _moved_on(made, found.customer.revision))}):
                    return differences(found, made)
    raise _restless(scope)


async def merge(app: App, scope: Scope, other: CustomerId) -> OperatorAct:
    """The other customer becomes this one. Raises Problem."""
    if other == scope.customer:
        raise Problem(409, f"customer {other} cannot be merged with itself", loc=("body", "customer_id"))
    if await app.store.customer(Scope(scope.tenant, other)) is None:
        raise not_found("customer", other)
    async with _alone(app, scope, Scope(scope.tenant, other)):
        for _ in range(TRIES):
            mine, theirs = await _archive(app, scope), await _archive(app, Scope(scope.tenant, other))
            act = merge_act(mine, theirs, app.clock(), revision=mine.customer.revision)
            if await _written(app, scope.tenant, {scope.customer: (mine, merged(mine, theirs, act)), other: (theirs, None)}):
                return act
    raise _restless(scope)


async def unmerge(app: App, scope: Scope, merge_id: str) -> CustomerId:
    """The merge undone; whom it gives back. Raises Problem."""
    async with _stage(app) as stage, _alone(app, scope):
        for _ in range(TRIES):
            both = await _archive(app, scope)
            act = _mergeable(both, merge_id)
            mine, theirs = await _taken_apart(app, stage, both, act)
            if await _written(app, scope.tenant, {scope.customer: (both, mine), theirs.customer.id: (None, theirs)}):
                return theirs.customer.id
    raise _restless(scope)


def _mergeable(both: Archive, merge_id: str) -> OperatorAct:
    """The merge of that id. Raises Problem where there is none, or it is not the last that is not undone."""
    act = next((each for each in both.acts if each.id == merge_id and each.kind == "merge"), None)
    if act is None:
        raise not_found("merge", merge_id)
    if not is_open(act):
        raise Problem(409, f"the merge {merge_id} was undone already")
    last = open_merge(both)
    if last is not act and last is not None:
        raise Problem(409, f"the merge {merge_id} was followed by another, {last.id}: undo that one first")
    return act


async def _taken_apart(app: App, stage: "Stage", both: Archive, act: OperatorAct) -> tuple[Archive, Archive]:
    """Each as before, with what was said since taken up again by the one whose it is."""
    playbook = playbook_of(app.playbooks, both.customer.tenant)
    reached = [(each["channel"], each["value"]) for each in act.body["other"]["customer"]["addresses"]]
    found = apart(both, act, _reaching(reached))
    mine = await _gone_on(stage, found.into, found.since_into, playbook)
    theirs = await _gone_on(stage, found.other, found.since_other, playbook)
    undone = _unmerge_act(both, act, app.clock())
    head = replace(mine.customer, recorded_at=undone.at)
    return (
        _moved_on(replace(mine, customer=head, acts=(*mine.acts, undone)), both.customer.revision),
        _moved_on(theirs, theirs.customer.revision),
    )


async def _gone_on(stage: "Stage", start: Archive, since: Since, playbook: Playbook) -> Archive:
    made = await stage.upon(start, since.entries, start.customer, playbook)
    head = replace(made.customer, addresses=start.customer.addresses)
    return replace(made, customer=head, turns=tuple(sorted((*made.turns, *since.waiting), key=place)))


def _unmerge_act(both: Archive, merge: OperatorAct, now: datetime) -> OperatorAct:
    customer = both.customer
    recorded = max(filter(None, (now, customer.recorded_at)))
    body = {"merge_id": merge.id, "customer_id": merge.body["customer_id"]}
    id = derived_id(customer.tenant, customer.id, "unmerge", customer.revision)
    return OperatorAct(id, "unmerge", recorded, body, customer.revision)


def _reaching(addresses: list[tuple[str, str]]) -> Theirs:
    """A number is somebody's on both of the carrier's channels."""
    numbers = {value for channel, value in addresses if channel in CARRIER}
    return lambda channel, value: (channel, value) in addresses or (channel in CARRIER and value in numbers)


def _moved_on(archive: Archive, revision: int) -> Archive:
    return replace(archive, customer=replace(archive.customer, revision=revision + 1))


async def _archive(app: App, scope: Scope) -> Archive:
    found = await app.store.export(scope)
    if found is None:
        raise not_found("customer", scope.customer)
    return opened(scope.tenant, found)


@asynccontextmanager
async def _alone(app: App, *scopes: Scope) -> AsyncGenerator[None]:
    """No turn of these is worked on, nor written to the vectors. In one order, so that nobody waits in a circle."""
    async with AsyncExitStack() as held:
        for scope in sorted(scopes, key=lambda each: each.customer):
            await held.enter_async_context(app.reception.alone(scope))
            await app.settled(scope)
        yield


async def _written(app: App, tenant: TenantId, changed: Mapping[CustomerId, tuple[Archive | None, Archive | None]]) -> bool:
    """What each was and becomes; False where one has moved on since. Vectors are taken away before and written after: where that is cut off
    in between, their turns are not marked as written, and are found by whoever looks for such."""
    memory = (await app.ready()).memory
    scopes = [Scope(tenant, each) for each in changed]
    for scope in scopes:
        await memory.store.unmark_indexed(scope)
        await memory.vectors.erase(scope)
    rewrites = {
        whose: Rewrite(was.customer.revision if was else None, packed(becomes) if becomes else None)
        for whose, (was, becomes) in changed.items()
    }
    try:
        await memory.store.rewrite(tenant, rewrites)
    except RevisionConflict:
        return False
    finally:
        for scope in scopes:
            memory.of(scope).recollection.forget(scope)
        with suppress(VectorsError):
            for scope in scopes:  # once more: another may have been writing what was read before
                if await memory.store.customer(scope) is None:
                    async with memory.writing(scope):
                        await memory.vectors.erase(scope)
                await index_missing(memory, whose=scope)
    return True


@asynccontextmanager
async def _stage(app: App) -> "AsyncGenerator[Stage]":
    from agent.replay import stage  # noqa: PLC0415  (with spaCy it takes seconds to import: not before /healthz)

    engine = await app.ready()
    async with stage(engine.pipeline, engine.embedder) as opened_stage:
        yield opened_stage


def _restless(scope: Scope) -> Problem:
    return Problem(503, f"customer {scope.customer} changes all the time; try again later", headers={"Retry-After": "1"})
