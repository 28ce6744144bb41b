"""A whole customer as one value, and as the JSON of an export. Pure.

Knows the format of exports and the vocabulary of graph.model. Neither the tenant nor what is derived (vectors, the index of mentions) is
part of an export; the order of everything in it is fixed. Must not know where customers are kept.
"""

from dataclasses import dataclass
from typing import Any, TypeVar, cast

from graph.encoding import decode, encode
from graph.model import Customer, Entity, Fact, Goal, OperatorAct, Scope, Session, TenantId, Turn

T = TypeVar("T")

FORMAT, VERSION = "throughline-customer", 1


@dataclass(frozen=True, slots=True)
class Archive:
    """One customer: what was said and done (sessions, turns, acts), and what was made of it (entities, facts, goals). sessions, entities,
    facts, goals and acts in the order they came, turns in the order of their places."""

    customer: Customer
    sessions: tuple[Session, ...]
    turns: tuple[Turn, ...]
    entities: tuple[Entity, ...]
    facts: tuple[Fact, ...]
    goals: tuple[Goal, ...]
    acts: tuple[OperatorAct, ...]

    @property
    def scope(self) -> Scope:
        return Scope(self.customer.tenant, self.customer.id)


def empty(customer: Customer) -> Archive:
    """Somebody of whom nothing is known but how they are reached."""
    return Archive(customer, (), (), (), (), (), ())


def opened(tenant: TenantId, exported: dict[str, Any]) -> Archive:
    """An export read back, as this tenant's. Raises ValueError for a body that is none."""
    if exported.get("format") != FORMAT or exported.get("version") != VERSION:
        raise ValueError(f"not an export of version {VERSION}: its 'format' is to be {FORMAT!r} and its 'version' {VERSION}")
    head = exported.get("customer")
    return Archive(
        customer=decode(Customer, {**cast(dict[str, Any], head), "tenant": tenant} if isinstance(head, dict) else head),
        sessions=_listed(exported, "sessions", Session),
        turns=_listed(exported, "turns", Turn),
        entities=_listed(exported, "entities", Entity),
        facts=_listed(exported, "facts", Fact),
        goals=_listed(exported, "goals", Goal),
        acts=_listed(exported, "acts", OperatorAct),
    )


def packed(archive: Archive) -> dict[str, Any]:
    """The inverse of `opened`, but for the tenant."""
    head = encode(archive.customer)
    return {"format": FORMAT, "version": VERSION, **encode(archive), "customer": {key: head[key] for key in head if key != "tenant"}}


def _listed(exported: dict[str, Any], name: str, cls: type[T]) -> tuple[T, ...]:
    try:
        return decode(tuple[cls, ...], exported.get(name))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
