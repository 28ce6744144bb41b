"""A merge of two customers undone. Pure.

Knows what graph.merging keeps in the act of a merge, and whose is what came since. Must not know stores, nor how a turn is understood:
what was said since the merge was understood with both memories, and is to be taken up again with the one that it belongs to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph.archive import Archive, opened
from graph.log import Entry, Said, conversation, entries, next_number, numbered, turns_of
from graph.model import Address, Customer, OperatorAct, SessionId, TenantId, Turn, derived_id
from graph.relabelling import relabelled

Theirs = Callable[[str, str], bool]  # of a channel and an address there: whether it is the other's


@dataclass(frozen=True, slots=True)
class Since:
    """What came after the merge. waiting: turns that are accepted and not done, which are in no log yet."""

    entries: list[Entry]
    waiting: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """Two customers as they were before they were merged, and what has come to each since."""

    into: Archive
    other: Archive
    since_into: Since
    since_other: Since


def open_merge(archive: Archive) -> OperatorAct | None:
    """The last merge that was not undone; earlier ones lie in what it merged."""
    return next((act for act in reversed(archive.acts) if is_open(act)), None)


def is_open(act: OperatorAct) -> bool:
    return act.kind == "merge" and "other" in act.body


def parts(archive: Archive, merge: OperatorAct) -> tuple[Archive, Archive]:
    """The two customers right before the merge. What was accepted by then and done later counts as come later."""
    tenant = archive.customer.tenant
    return _as_it_was(tenant, merge.body["into"], archive, {}), _as_it_was(tenant, merge.body["other"], archive, merge.body["renamed"])


def _as_it_was(tenant: TenantId, kept: dict[str, Any], archive: Archive, renamed: dict[str, str]) -> Archive:
    now = {str(turn.id): turn for turn in archive.turns}
    acts = {act.id: act for act in archive.acts}
    order: list[tuple[str, int, bool]] = kept["turns"]
    listed = [(now[renamed.get(id, id)], number, done) for id, number, done in order]
    turns = tuple(replace(turn, number=number) for turn, number, done in listed if done or turn.status != "done")
    before = opened(tenant, {**kept, "turns": [], "acts": []})
    named = relabelled(replace(archive, turns=turns, entities=(), facts=(), goals=()), {new: old for old, new in renamed.items()})
    return replace(before, turns=named.turns, acts=tuple(acts[id] for id in kept["acts"]))


def later(archive: Archive, merge: OperatorAct) -> tuple[list[Turn], list[OperatorAct]]:
    """The turns and acts that are in neither of the `parts`."""
    into, other = parts(archive, merge)
    renamed: dict[str, str] = merge.body["renamed"]
    turns = {*(turn.id for turn in into.turns), *(renamed.get(turn.id, turn.id) for turn in other.turns)}
    acts = {act.id for act in (merge, *into.acts, *other.acts)}
    return [turn for turn in archive.turns if turn.id not in turns], [act for act in archive.acts if act.id not in acts]


def apart(archive: Archive, merge: OperatorAct, theirs: Theirs) -> Apart:
    """The merge undone. What was said since through an address of the other goes with the address, and what was retracted since of what the
    other knew goes with that; all else stays. A conversation that both had a part in becomes two."""
    into, other = parts(archive, merge)
    turns, acts = later(archive, merge)
    said = conversation(turns)
    lost = [each for each in said if theirs(each.turn.channel, _reached(each.turn, archive))]
    kept = [each for each in said if each not in lost]
    retracted = _retractions(acts, {each.id for each in other.facts}, merge) + _retractions(acts, _facts_of(archive, lost), merge)
    gone = {act.id for act in retracted}
    into = replace(into, customer=_without(archive.customer, into.customer, theirs, merge), acts=(*into.acts, _stripped(merge)))
    return Apart(
        into=into,
        other=other,
        since_into=_since(into, kept, [act for act in acts if act.id not in gone], _sessions(other, lost)),
        since_other=_since(other, lost, retracted, _sessions(into, kept)),
    )


def _reached(turn: Turn, archive: Archive) -> str:
    """The address that the turn was said through, else that of its conversation."""
    session = next((each.address for each in archive.sessions if each.id == turn.session), "")
    return str((turn.request or {}).get("address") or session)


def _facts_of(archive: Archive, said: Sequence[Said]) -> set[str]:
    turns = {each.turn.id for each in said}
    return {fact.id for fact in archive.facts if fact.turn in turns}


def _retractions(acts: Sequence[OperatorAct], facts: set[str], merge: OperatorAct) -> list[OperatorAct]:
    """Those of these facts, which they name as they were named before the merge."""
    before: dict[str, str] = {new: old for old, new in merge.body["renamed"].items()}
    named = [(act, before.get(str(act.body.get("fact_id")), str(act.body.get("fact_id")))) for act in acts if act.kind == "retract"]
    return [replace(act, body={**act.body, "fact_id": fact}) for act, fact in named if fact in facts]


def _stripped(merge: OperatorAct) -> OperatorAct:
    """Nothing of the other stays but that there was a merge."""
    return replace(merge, body={"customer_id": merge.body["customer_id"]})


def _without(now: Customer, before: Customer, theirs: Theirs, merge: OperatorAct) -> Customer:
    """As before, with the addresses that were linked since, but for those that are the other's on one more channel. What was recorded
    since the merge stays recorded after it."""
    own = {(each.channel, each.value) for each in before.addresses}

    def stays(address: Address) -> bool:
        return (address.channel, address.value) in own or not theirs(address.channel, address.value)

    return replace(before, addresses=tuple(filter(stays, now.addresses)), recorded_at=merge.at)


def _sessions(whose: Archive, said: Sequence[Said]) -> set[SessionId]:
    return {each.id for each in whose.sessions} | {each.turn.session for each in said}


def _since(whose: Archive, said: Sequence[Said], acts: list[OperatorAct], taken: set[SessionId]) -> Since:
    """taken: conversations that the other one has."""
    own = {each.id for each in whose.sessions}

    def seated(turn: Turn) -> Turn:
        if turn.session in own or turn.session not in taken:
            return turn
        return replace(turn, session=SessionId(derived_id("apart", whose.customer.id, turn.session)))

    placed = [Said(seated(each.turn), seated(each.reply) if each.reply else None) for each in said]
    turns = turns_of(numbered(placed, next_number(whose.turns)))
    return Since(entries(turns, acts), tuple(turn for turn in turns if turn.status != "done"))
