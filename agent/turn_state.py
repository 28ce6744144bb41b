"""What the steps of a turn hand on to each other, and the few questions that several of them ask of it.

Knows the values of every step; computes nothing that a step is there for.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict

from agent.answer import Reply
from agent.api_models import TurnRequest
from agent.heard import Decision, MemoryAnswer
from agent.playbook import Playbook
from agent.sense import Sense
from graph.facts import Changes
from graph.memory import CustomerMemory
from graph.model import Customer, Entity, EntityId, Scope, Snapshot, Turn
from nlp.types import Discourse, Parse, TimeAnchor, Understanding
from nlp.wording import referent_of

Tell = Callable[[dict[str, Any]], None]
Update = Mapping[str, object]  # what a step adds to the state
STEPS = ("parse", "resolve", "remember", "recall", "decide", "answer")


class TurnState(TypedDict):
    """What the steps hand on. `sensed`: the playbook's sense, once it has looked at a turn that is answered. `timings`: milliseconds by
    step. `missing`: what could not be asked, with the reason. `tell`: gets what was understood as soon as that is known. `current`: the
    customer as the store had it when the turn was begun, where it was asked then."""

    scope: Scope
    turn: Turn
    request: TurnRequest
    playbook: Playbook
    memory: CustomerMemory
    before: Snapshot
    discourse: Discourse
    anchors: tuple[TimeAnchor, ...]
    parse: Parse
    sensed: asyncio.Task[Sense] | None
    meant: Understanding
    entities: dict[EntityId, Entity]  # new states of those that the turn touched
    changes: Changes
    told: MemoryAnswer | None
    decision: Decision | None
    reply: Reply | None
    reply_turn: Turn | None
    reply_parse: Parse | None
    timings: dict[str, float]
    missing: dict[str, str]
    tell: Tell
    current: Customer | None


def is_answered(state: TurnState) -> bool:
    """Whether the turn gets a reply."""
    return state["request"].respond and state["turn"].speaker == "customer"


def recorded_at(state: TurnState) -> datetime:
    """The later of the turn's instant and the last recorded one: nothing said late changes what was known before."""
    last = state["before"].customer.recorded_at
    return max(state["turn"].at, last) if last else state["turn"].at


def customer_of(state: TurnState) -> EntityId:
    """The customer's own entity."""
    return EntityId(state["discourse"].customer)


def known_entities(state: TurnState) -> dict[EntityId, Entity]:
    """All entities of the memory as they are after the turn."""
    return {**state["before"].entities, **state["entities"]}


def said_or_meant(state: TurnState) -> Understanding:
    """What the turn says, for goals and facts: its complete meaning, but in its own words while a goal is open. The goal knows what was
    asked; words that complete an answer are the question's own, and would start, fill and note what nobody said."""
    meant, said = state["meant"], state["parse"]
    if not goal_is_open(state):
        return meant
    return replace(meant, parse=said, referents=tuple(map(referent_of, meant.resolutions)))


def goal_is_open(state: TurnState) -> bool:
    """Whether the turn comes in the middle of a goal."""
    return any(goal.status == "active" for goal in state["before"].goals.values())
