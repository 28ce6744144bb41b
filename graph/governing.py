"""Acts of a person on a memory, as the commits that they are. Pure: the instant is given.

Knows snapshots and the log; must not know who may do what, nor where it is kept.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, cast

from graph.encoding import encode
from graph.log import described
from graph.model import Address, Commit, FactEnd, FactId, OperatorAct, Snapshot, derived_id


def retraction(snapshot: Snapshot, fact: FactId, reason: str, now: datetime) -> Commit | None:
    """Ends the recorded time of the fact; None where there is no such fact, or no longer."""
    known = snapshot.facts.get(fact)
    if known is None or known.retracted_at is not None:
        return None
    body = {"fact_id": fact, "reason": reason, "fact": described(known, snapshot.entities)}
    commit = _commit(snapshot, "retract", now, body)
    return replace(commit, ends=(FactEnd(fact, retracted_at=commit.recorded_at),))


def linking(snapshot: Snapshot, address: Address, now: datetime) -> Commit:
    """Says that the address was linked."""
    return _commit(snapshot, "link", now, {"channel": address.channel, "value": address.value, "verified": address.verified})


def _commit(snapshot: Snapshot, kind: Literal["retract", "link"], now: datetime, body: dict[str, Any]) -> Commit:
    """Nothing is recorded earlier than what is known already."""
    customer = snapshot.customer
    recorded = max(now, customer.recorded_at) if customer.recorded_at else now
    act = OperatorAct(derived_id(customer.tenant, customer.id, kind, customer.revision), kind, recorded, body, customer.revision)
    return Commit(expected_revision=customer.revision, recorded_at=recorded, act=act)


def imported(exported: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The export of somebody who is taken in, with that in the log. Of whom nothing is known has no log yet: the first commit begins the
    memory, here as elsewhere. What is no export stays as it is, for the store to refuse."""
    head, acts = exported.get("customer"), exported.get("acts")
    if not isinstance(head, dict) or not isinstance(acts, list):
        return exported
    owner = cast(dict[str, Any], head)
    revision = owner.get("revision", 0)
    if type(revision) is not int or revision == 0:
        return exported
    act = OperatorAct(derived_id(owner.get("id"), "import", revision), "import", now, {}, revision)
    return {**exported, "customer": {**owner, "revision": revision + 1}, "acts": [*cast(list[object], acts), encode(act)]}
