"""How a point is kept in Qdrant, embedded or on a server: its id, the key of its customer, what is stored beside its vectors.

Knows the names of the stored fields, which both implementations of `Vectors` share; neither of them. No text is among the fields.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from graph.model import Scope, SessionId, TurnId, derived_id
from graph.vectors import Place, Point, Scored

PLACE = ["id", "kind", "turn_id", "session", "number", "speaker", "at"]  # what a `Place` is made of
MARK = str(uuid.UUID(hex=derived_id("vectors", "generation")))  # the id of the point that keeps the generation; it is no customer's
GENERATION = "generation"


def customer_key(scope: Scope) -> str:
    """One value for tenant and customer: a filter that names a customer cannot forget the tenant."""
    return derived_id("vectors", scope.tenant, scope.customer)


def point_id(point: Point) -> str:
    """The same for the same scope, kind and id."""
    return str(uuid.UUID(hex=derived_id(customer_key(point.scope), point.kind, point.id)))


def payload(point: Point) -> dict[str, str | int | float]:
    """at: seconds since 1970."""
    return {
        "tenant": point.scope.tenant,
        "customer": customer_key(point.scope),
        "id": point.id,
        "kind": point.kind,
        "turn_id": point.turn_id,
        "session": point.session,
        "number": point.number,
        "channel": point.channel,
        "speaker": point.speaker,
        "at": point.at.timestamp(),
    }


def place(stored: Mapping[str, Any]) -> Place:
    """From the fields of `PLACE`."""
    return Place(
        id=stored["id"],
        kind=stored["kind"],
        turn_id=TurnId(stored["turn_id"]),
        session=SessionId(stored["session"]),
        number=stored["number"],
        speaker=stored["speaker"],
        at=datetime.fromtimestamp(stored["at"], UTC),
    )


def best_first(scored: Iterable[Scored]) -> tuple[Scored, ...]:
    return tuple(sorted(scored, key=lambda s: (-s.score, s.place.id)))
