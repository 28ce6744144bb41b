"""The contract's answer to a turn, from what its steps found. Pure; `agent.serialise` knows each part's shape."""

from collections.abc import Mapping
from typing import Any

from agent import serialise
from agent.answer import Reply
from agent.turn_state import STEPS, TurnState, known_entities
from graph import entities
from graph.model import Entity, EntityId, Goal, GoalId, Turn
from nlp.time_links import with_antecedents


def body(state: TurnState) -> dict[str, Any]:
    """The 200 body of `POST /v1/turns`, with `missed`: whether nothing was made of the turn; and `missing`: what could not be asked, where
    something could not."""
    turn, before, decision = state["turn"], state["before"], state["decision"]
    known = known_entities(state)
    reply, said = state["reply"], state["reply_turn"]
    changed = decision.goals if decision else ()
    goals: dict[GoalId, Goal] = {**before.goals, **{g.id: g for g in changed}}
    return {
        "turn_id": turn.id,
        "session_id": turn.session,
        "customer_id": state["scope"].customer,
        "replayed": False,
        "understood": state["meant"].text,
        "resolutions": _resolutions(state, known),
        "entities": [serialise.entity_seen(e, new=e.id not in before.entities) for e in state["entities"].values()],
        "facts": [serialise.fact(f, known) for f in state["changes"].written],
        "goals": serialise.goals_of(goals.values(), [g.id for g in changed]),
        "reply": _reply(reply, said) if reply and said else None,
        "timings_ms": {name: state["timings"].get(name, 0.0) for name in (*STEPS, "total")},
        "missed": decision is not None and not decision.understood,
        **({"missing": dict(state["missing"])} if state["missing"] else {}),
    }


def understood(state: TurnState) -> dict[str, Any]:
    """What is known of the turn before it is decided what to say."""
    resolutions = _resolutions(state, known_entities(state))
    return {"turn_id": state["turn"].id, "understood": state["meant"].text, "resolutions": resolutions}


def _resolutions(state: TurnState, known: Mapping[EntityId, Entity]) -> list[dict[str, Any]]:
    """Of mentions and times, in the order of the text; the wider first."""
    parse = state["parse"]
    found = [serialise.resolution(r, known) for r in entities.records(state["meant"].resolutions, parse)]
    for time_said in with_antecedents(parse, state["discourse"]):
        span = parse.source_span(time_said.span)
        found.append(serialise.time_resolution(time_said, parse.source, span.start, span.end))
    return sorted(found, key=lambda r: (r["start"], -r["end"]))


def _reply(reply: Reply, said: Turn) -> dict[str, Any]:
    citations = [{"turn_id": c.turn_id, "fact_id": c.fact_id, "text": c.text} for c in reply.citations]
    return {"turn_id": said.id, "text": reply.text, "act": reply.act, "citations": citations}
