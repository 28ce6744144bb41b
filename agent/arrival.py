"""A turn arrives: who is it from, is it known already? It is kept before anything else is done with it.

Knows the store and how customers are named; nothing of the order in which turns are worked on, nor of language.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from agent.api_models import TurnRequest
from agent.identify import AddressError, same_customer
from agent.playbook import Playbook, Playbooks
from agent.problems import Problem, not_found
from graph.model import Address, Customer, CustomerId, Scope, SessionId, TenantId, Turn, TurnId, derived_id
from graph.store import AlreadyExists, KeyReused, Store


@dataclass(frozen=True, slots=True)
class Arrival:
    """again: whether the turn was delivered before."""

    scope: Scope
    turn: Turn
    again: bool


class Arrivals:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def known(self, tenant: TenantId, request: TurnRequest) -> Arrival | None:
        """The turn where it came before, whoever's it is: of what comes again only the text is compared. Raises KeyReused."""
        found = await self._store.find_turn(tenant, request.channel, request.turn_id) if request.turn_id else None
        if found is None:
            return None
        scope, turn = found
        if turn.text != request.text:
            raise KeyReused(f"turn_id {turn.key!r} on {turn.channel} was used for another text; give each text an id of its own")
        return Arrival(scope, turn, again=True)

    async def kept(self, tenant: TenantId, request: TurnRequest, playbook: Playbook, now: datetime) -> Arrival:
        """Kept as new, or found kept by another worker in this moment. Raises Problem, StoreError."""
        addresses = addresses_of(request, playbook.business.country)
        customer = await self._customer(tenant, request, addresses, now)
        scope, reached = Scope(tenant, customer.id), addresses[0] if addresses else _reached(customer, request)
        request = request.model_copy(update={"address": reached.value, "customer_id": customer.id})
        turn, new = await self._accepted(scope, _turn(request, playbook, now))
        return (None if new else await self.known(tenant, request)) or Arrival(scope, turn, again=not new)

    async def _accepted(self, scope: Scope, turn: Turn) -> tuple[Turn, bool]:
        try:
            return await self._store.accept(scope, turn)
        except AlreadyExists:  # the customer has a turn of this id on another channel
            return await self._store.accept(scope, replace(turn, id=TurnId(derived_id("turn", turn.channel, turn.key))))

    async def _customer(self, tenant: TenantId, request: TurnRequest, addresses: tuple[Address, ...], now: datetime) -> Customer:
        customer = await self._known_customer(tenant, request, addresses)
        if request.session_id is not None:
            await self._check_session(tenant, customer, request)
        if customer is None:
            fresh = Customer(CustomerId(uuid.uuid4().hex), tenant, addresses[:1], created_at=now)
            return await self._store.create_customer(fresh)
        if request.customer_id is None and not any(each.channel == request.channel for each in customer.addresses):
            return await self._store.link_address(Scope(tenant, customer.id), replace(addresses[0], linked_at=now))
        return customer

    async def _known_customer(self, tenant: TenantId, request: TurnRequest, addresses: tuple[Address, ...]) -> Customer | None:
        """`customer_id` decides where both are given; the address then only tells where the turn was said."""
        if request.customer_id is None:
            return await self._store.find_customer(tenant, addresses)
        customer = await self._store.customer(Scope(tenant, CustomerId(request.customer_id)))
        if customer is None:
            raise not_found("customer", request.customer_id)
        return customer

    async def _check_session(self, tenant: TenantId, customer: Customer | None, request: TurnRequest) -> None:
        found = await self._store.session_scope(tenant, SessionId(request.session_id or ""))
        if found is None or customer is None or found[0].customer != customer.id:
            raise not_found("session", request.session_id or "")
        if found[1].channel != request.channel:
            raise Problem(422, f"session {found[1].id} is on {found[1].channel}, not on {request.channel}", loc=("body", "session_id"))


def _turn(request: TurnRequest, playbook: Playbook, now: datetime) -> Turn:
    """In a conversation of its own, unless one is named: which one it continues is known when all before it is done."""
    id = TurnId(request.turn_id or uuid.uuid4().hex)
    return Turn(
        id=id,
        key=request.turn_id,
        session=SessionId(request.session_id or derived_id("session", request.channel, id)),
        number=-1,
        channel=request.channel,
        speaker=request.speaker,
        at=(request.at or now).astimezone(UTC),
        received_at=now,
        text=request.text,
        zone=playbook.business.timezone,
        request=request.model_dump(mode="json", exclude={"text"}),
    )


def playbook_of(playbooks: Playbooks, tenant: TenantId) -> Playbook:
    """Raises Problem where a folder of playbooks has none for the tenant."""
    try:
        return playbooks.of(tenant)
    except KeyError as error:
        raise Problem(503, str(error.args[0])) from error


def addresses_of(request: TurnRequest, country: str) -> tuple[Address, ...]:
    """All that name the customer, () where only `customer_id` does. Raises Problem."""
    if request.address is None:
        return ()
    try:
        return same_customer(request.channel, request.address, country)
    except AddressError as error:
        raise Problem(422, str(error), loc=("body", "address")) from error


def _reached(customer: Customer, request: TurnRequest) -> Address:
    on_channel = (each for each in customer.addresses if each.channel == request.channel)
    return next(on_channel, customer.addresses[0] if customer.addresses else Address(request.channel, ""))
