"""What was told before a goal began fills it, and what was told of something else does not."""

from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

import agent
from agent.goals import decide
from agent.heard import Heard
from agent.playbook import load_playbook
from agent.sense import Sense
from graph.model import SessionId, TurnId
from tests.agent.test_goals import MONDAY, embedder, pipeline, sense_of

_ROWS = [
    ("front_desk", ["Our dishwasher stopped draining last night."], "Can somebody come out tomorrow after 3?", "reason", "dishwasher"),
    ("front_desk", ["My garage door won't close all the way", "I can be home Thursday"], "Can someone come out?", "reason", "garage door"),
    (
        "front_desk",
        ["My mom needs a walk-in shower put in. Her bathroom is upstairs."],
        "Can we have someone come out?",
        "reason",
        "shower",
    ),
    ("front_desk", ["We want the fence replaced."], "I'd like to make an appointment for Friday at 2.", "reason", "fence"),
    ("front_desk", ["If I ever need a new roof, I'll call you."], "Can someone come out tomorrow at 2?", "reason", None),
    ("front_desk", ["My neighbor Ed needs a new fence."], "Can someone come out tomorrow at 2?", "reason", None),
    ("front_desk", ["Do you fix fences?"], "I'd like to make an appointment for Friday at 2.", "reason", None),
    ("front_desk", [], "I want to schedule a visit.", "reason", None),
    ("front_desk", [], "I want to schedule a consultation.", "reason", "consultation"),
    ("front_desk", ["Hi, this is Tom Reyes.", "Thanks so much!"], "I'd like to make an appointment.", "reason", None),
    ("front_desk", ["My husband is home on Fridays."], "Can I come by on Friday at 3?", "reason", None),
    ("front_desk", ["Our roof leaks."], "I'd like a call back about my last bill.", "about", "bill"),
    ("heating", ["The boiler makes a banging noise."], "Can you send a technician on Thursday?", "problem", "banging"),
]  # playbook, turns before, the turn that starts the goal, slot, what it holds


@cache
def _sense(name: str) -> Sense:
    if name != "front_desk":
        return sense_of(name)
    playbook = load_playbook(Path(agent.__file__).parent / "playbooks" / "default.yaml")
    return Sense(playbook, embedder(), lambda text: pipeline().parse(text, at=MONDAY, zone=playbook.business.zone))


@pytest.mark.parametrize(("name", "before", "said", "slot", "expected"), _ROWS, ids=lambda x: x if isinstance(x, str) else None)
def test_what_was_told_before(name: str, before: list[str], said: str, slot: str, expected: str | None) -> None:
    sense = _sense(name)
    turns = [
        Heard(
            pipeline().parse(text, at=MONDAY + n * timedelta(minutes=1), zone=sense.playbook.business.zone),
            TurnId(f"t{n}"),
            SessionId("s"),
            MONDAY + n * timedelta(minutes=1),
        )
        for n, text in enumerate([*before, said])
    ]
    *earlier, last = turns
    heard = Heard(last.parse, last.turn, last.session, last.at, clauses=sense.perceive(last.parse), earlier=tuple(earlier))
    held = decide(sense, [], heard).goals[0].slots.get(slot)
    if expected is None:
        assert held is None
    else:
        assert held is not None and expected in str(held.value)
