"""The routes that change or carry away a customer's memory: for operators.

Knows paths and bodies of the contract. Each act waits for the customer's turn in hand and lets none in meanwhile.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from agent import rewriting, serialise
from agent.access import Admin, AdminScope, Id, Served
from agent.api_models import AddressRequest, MergeRequest, ReplayRequest, RetractRequest, UnmergeRequest
from agent.arrival import playbook_of
from agent.identify import AddressError, normalised
from agent.problems import Problem, not_found
from agent.routes_look import summary
from graph.governing import imported
from graph.model import Address, CustomerId, FactId, Scope

router = APIRouter(prefix="/v1/customers", tags=["govern"])

Json = dict[str, Any]


@router.post("/{customer_id}/facts/{fact_id}/retract")
async def retract(app: Served, scope: AdminScope, fact_id: Id, body: RetractRequest) -> Json:
    """The system no longer holds the fact to be so; the history keeps it."""
    memory = await app.memory(scope)
    async with app.reception.alone(scope):
        fact = await memory.retract(FactId(fact_id), body.reason, app.clock())
    if fact is None:
        raise not_found("fact", fact_id)
    return serialise.fact(fact, (await memory.snapshot()).entities)


@router.post("/{customer_id}/addresses")
async def link(app: Served, scope: AdminScope, body: AddressRequest) -> Json:
    """The customer is reached there too, from now on."""
    country = playbook_of(app.playbooks, scope.tenant).business.country
    try:
        value = normalised(body.channel, body.value, country)
    except AddressError as error:
        raise Problem(422, str(error), loc=("body", "value")) from error
    memory = await app.memory(scope)
    async with app.reception.alone(scope):
        await memory.link_address(Address(body.channel, value, verified=body.verified), app.clock())
    return await summary(app, scope)


@router.post("/{customer_id}/merge")
async def merge(app: Served, scope: AdminScope, body: MergeRequest) -> Json:
    """The other customer's memory becomes this one's, and so do the addresses; the other id is then nobody's. It can be undone."""
    act = await rewriting.merge(app, scope, CustomerId(body.customer_id))
    return {"merge_id": act.id, **await summary(app, scope)}


@router.post("/{customer_id}/unmerge")
async def unmerge(app: Served, scope: AdminScope, body: UnmergeRequest) -> Json:
    """Both are as before. What was said since through an address of the other goes with the address, all else stays, each understood
    anew by itself."""
    other = await rewriting.unmerge(app, scope, body.merge_id)
    return {"merge_id": body.merge_id, **await summary(app, scope), "separated": await summary(app, Scope(scope.tenant, other))}


@router.post("/{customer_id}/replay")
async def replay(app: Served, scope: AdminScope, body: ReplayRequest) -> Json:
    """Entities, facts and goals are made anew from what was said and done, and what that changes is told; with `dry_run` only told."""
    found = await rewriting.replay(app, scope, dry_run=body.dry_run)
    return {"customer_id": scope.customer, "dry_run": body.dry_run, "changes": [serialise.difference(each) for each in found]}


@router.get("/{customer_id}/export")
async def export(app: Served, scope: AdminScope) -> Json:
    """Everything of the customer; `POST /v1/customers/import` takes it back, here or elsewhere."""
    found = await (await app.memory(scope)).export()
    if found is None:
        raise not_found("customer", scope.customer)
    return found


@router.post("/import")
async def restore(app: Served, tenant: Admin, exported: Annotated[dict[str, Any], Body()]) -> Json:
    """Restores an export with its ids and times."""
    try:
        customer = await app.restore(tenant, imported(exported, app.clock()))
    except ValueError as error:
        raise Problem(422, f"no customer can be made of this: {error}", loc=("body",)) from error
    return await summary(app, Scope(tenant, customer.id))


@router.delete("/{customer_id}")
async def erase(app: Served, scope: AdminScope) -> Json:
    """Erases graph, vectors and text; what was erased is told in numbers."""
    memory = await app.memory(scope)
    async with app.reception.alone(scope):
        await app.settled(scope)
        erased = await memory.erase()
    if erased is None:
        raise not_found("customer", scope.customer)
    return {"customer_id": scope.customer, "erased": erased}
