"""What one turn writes: entities and facts from what was understood, then the one commit with everything in it. Pure.

Knows the turn's state and the memory's values; nothing of goals' rules or wording.
"""

from dataclasses import replace
from typing import Any

from agent.api_models import TurnRequest
from agent.turn_state import TurnState, customer_of, goal_is_open, known_entities, recorded_at, said_or_meant
from graph import entities, facts
from graph.drafts import Heard, Prior
from graph.fact_index import noted
from graph.model import Commit, Entity, EntityId, Fact, FactId, Session, Snapshot, Turn, TurnId
from nlp.types import Linked, Parse, Understanding


def remembered(state: TurnState) -> tuple[dict[EntityId, Entity], facts.Changes]:
    """The entities that the turn's mentions touch, in their new states, and what its clauses change among the facts."""
    turn, before, meant, discourse = state["turn"], state["before"], said_or_meant(state), state["discourse"]
    touched = entities.absorbed(before.entities, meant.resolutions, turn, state["parse"])
    own = meant.parse is state["parse"]
    heard = Heard(
        parse=meant.parse,
        referents=meant.referents,
        turn=turn,
        own=own,
        entities={**before.entities, **touched},
        customer=customer_of(state),
        business=EntityId(discourse.business),
        recorded_at=recorded_at(state),
        prior=_asked_before(state),
        values=_values(meant) if own else {},
    )
    changes = facts.derive(heard, _told(before))
    return {**touched, **entities.renamed(heard.entities, changes.facts)}, changes


def _told(before: Snapshot) -> dict[FactId, Fact]:
    """The facts that turns told in so many words: what goals noted is theirs to change."""
    told = dict(before.facts)
    for fact in noted(before):
        del told[fact.id]
    return told


def _values(meant: Understanding) -> dict[int, str]:
    """What mentions stand for that are no values by themselves, by index: "that number"."""
    return {r.mention.index: r.value for r in meant.resolutions if isinstance(r, Linked) and r.value and r.mention.value is None}


def _asked_before(state: TurnState) -> Prior | None:
    """The other side's last turn of the session, which this one may answer; what a goal asks is noted by the goal."""
    discourse, said = state["discourse"], state["before"].turns
    if goal_is_open(state) and said and said[-1].reply_to is not None:
        return None
    last = discourse.turns[-1] if discourse.turns else None
    if last is None or last.speaker == discourse.speaker or not last.parse.tokens:
        return None
    return Prior(last.parse, tuple(m.referent for m in last.mentions))


def heard_before(before: Snapshot, request: TurnRequest) -> Turn | None:
    """The agent's last turn with how much of it was played, where that was said now and was not all of it."""
    last = next((t for t in reversed(before.turns) if t.speaker == "agent"), None)
    if request.heard is None or last is None or len(request.heard) >= len(last.text) or last.heard == len(request.heard):
        return None
    return replace(last, heard=len(request.heard))


def commit_of(state: TurnState, answer: dict[str, Any]) -> Commit:
    """All that the turn changes. `answer`: the contract's, kept for redeliveries."""
    turn, before, reply, decision = state["turn"], state["before"], state["reply_turn"], state["decision"]
    done = replace(
        turn,
        status="done",
        understood=state["meant"].text,
        mentions=entities.records(state["meant"].resolutions, state["parse"]),
        answer=answer,
        versions=(("playbook", state["playbook"].digest),),
        revision=before.customer.revision,
    )
    return Commit(
        expected_revision=before.customer.revision,
        recorded_at=recorded_at(state),
        turns=(done, *([reply] if reply else [])),
        session=_session(before, turn, state["request"]),
        entities=tuple(state["entities"].values()),
        facts=state["changes"].facts,
        ends=state["changes"].ends,
        goals=decision.goals if decision else (),
        last_turn_at=max(filter(None, (turn.at, before.customer.last_turn_at))),
    )


def _session(before: Snapshot, turn: Turn, request: TurnRequest) -> Session:
    """The conversation that the turn is part of, begun with it where there is none yet."""
    found = before.sessions.get(turn.session) or Session(turn.session, turn.channel, request.address or "", turn.at, turn.at)
    return replace(found, started_at=min(found.started_at, turn.at), last_turn_at=max(found.last_turn_at, turn.at))


def parses(state: TurnState) -> dict[TurnId, Parse]:
    """Those that reading the text again would give: without times that were counted from earlier turns."""
    found = {state["turn"].id: state["parse"]} if not any(t.antecedent for t in state["parse"].times) else {}
    reply, parse = state["reply_turn"], state["reply_parse"]
    return {**found, reply.id: parse} if reply and parse else found


def reply_entities(state: TurnState, meant: Understanding, said: Turn, parse: Parse) -> dict[EntityId, Entity]:
    """The turn's entities with what its reply adds by mentioning them."""
    return {**state["entities"], **entities.absorbed(known_entities(state), meant.resolutions, said, parse)}
