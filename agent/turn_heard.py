"""The turn as the goals need it: what was understood, in names, with what is known without asking.

Knows the turn's state; decides nothing.
"""

from collections.abc import Mapping
from typing import Any

from agent.heard import Heard, Named
from agent.playbook import Playbook
from agent.sense import Sense
from agent.turn_state import TurnState, customer_of, goal_is_open, known_entities, said_or_meant
from graph.model import Entity, EntityId, Snapshot, Turn, TurnId
from nlp.types import Ambiguous, Linked, PriorTurn, Understanding

CARRIED = ("sms", "voice")  # channels whose numbers the carrier vouches for


def heard(state: TurnState, sense: Sense) -> Heard:
    """What goes into the decision about the turn. `sense`: the playbook's, which embeds the turn's clauses."""
    meant, turn, before = said_or_meant(state), state["turn"], state["before"]
    known = known_entities(state)
    customer = known.get(customer_of(state))
    said = next((t for t in reversed(before.turns) if t.speaker == "agent"), None)
    return Heard(
        parse=meant.parse,
        turn=turn.id,
        session=turn.session,
        at=turn.at,
        clauses=sense.perceive(meant.parse),
        named=_named(meant, known),
        channel=turn.channel,
        customer=customer_of(state),
        customer_name=customer.name if customer and customer.name != "customer" else None,
        known=_known_values(state),
        memory=state["told"],
        missed=_missed(before),
        said_before=said.text if said else "",
        names=_names_in_slots(before, known, state["playbook"]),
        earlier=() if goal_is_open(state) else _earlier(state, known),
    )


def _earlier(state: TurnState, known: Mapping[EntityId, Entity]) -> tuple[Heard, ...]:
    """The customer's turns of this conversation since a goal was last open."""
    ended = max((g.updated_at for g in state["before"].goals.values()), default=None)
    said = (t for t in state["discourse"].turns if t.speaker == "customer" and t.session_id == state["turn"].session)
    return tuple(_told(prior, state["turn"], known) for prior in said if ended is None or prior.at > ended)


def _told(prior: PriorTurn, turn: Turn, known: Mapping[EntityId, Entity]) -> Heard:
    entities = {m.mention.index: known.get(EntityId(m.referent)) for m in prior.mentions if m.referent}
    named = {n: Named(e.id, e.name, e.type, prior.parse.mentions[n].value) for n, e in entities.items() if e is not None}
    return Heard(parse=prior.parse, turn=TurnId(prior.turn_id), session=turn.session, at=prior.at, named=named, channel=prior.channel)


def _named(meant: Understanding, known: Mapping[EntityId, Entity]) -> dict[int, Named]:
    """By index into the parse's mentions."""
    open_ones = {r.mention.index: tuple(c.name for c in r.candidates) for r in meant.resolutions if isinstance(r, Ambiguous)}
    values = {(r.mention.span, r.mention.text): r.value for r in meant.resolutions if isinstance(r, Linked)}
    found: dict[int, Named] = {}
    for mention in meant.parse.mentions:
        referent = meant.referents[mention.index] if mention.index < len(meant.referents) else None
        entity = known.get(EntityId(referent)) if referent else None
        name, type = (entity.name, entity.type) if entity else (None, mention.type)
        value = mention.value or values.get((mention.span, mention.text))
        found[mention.index] = Named(referent, name, type, value, open_ones.get(mention.index, ()))
    return found


def _names_in_slots(before: Snapshot, known: Mapping[EntityId, Entity], playbook: Playbook) -> dict[str, str]:
    """The names of the people that open goals hold, where they have one: a description begins with a small letter."""
    kinds = {(g.name, s.name): s.type for g in playbook.goals for s in g.slots}
    open_ones = (g for g in before.goals.values() if g.status in ("active", "paused"))
    held = (s.entity for g in open_ones for name, s in g.slots.items() if s.entity and kinds.get((g.name, name)) == "person")
    return {str(e): known[e].name for e in held if e in known and known[e].name[:1].isupper()}


def _known_values(state: TurnState) -> dict[str, Any]:
    """What slots marked `known` take without asking: the number that the carrier vouches for, or the last one told."""
    before, turn = state["before"], state["turn"]
    told = {
        f.predicate: f.value
        for f in before.facts.values()
        if f.value_type in ("phone", "email") and f.subject == customer_of(state) and f.retracted_at is None
    }
    on_carrier = (a.value for a in before.customer.addresses if a.channel in CARRIED)
    carried = next(on_carrier, None) if turn.channel in CARRIED else None
    return {name: value for name, value in {**told, "phone": told.get("phone") or carried}.items() if value}


def _missed(before: Snapshot) -> int:
    """Turns in a row that could not be understood, since a person was called the last time."""
    count = 0
    for turn in reversed(before.turns):
        if turn.speaker == "agent" or turn.answer is None:
            continue
        reply: dict[str, Any] = turn.answer.get("reply") or {}
        if not turn.answer.get("missed") or reply.get("act") == "handoff":
            break
        count += 1
    return count
