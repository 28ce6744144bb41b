"""What goals become by what is said, in businesses whose words no code knows; and the laws of the stack."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.goals import decide
from agent.heard import Decision, Heard
from agent.playbook import load_playbook
from agent.sense import Sense
from graph.model import Goal, SessionId, TurnId
from nlp.embed import SentenceEmbedder
from nlp.pipeline import Pipeline

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("America/Chicago"))
_CORPUS = Path(__file__).parents[1] / "corpus"
_TABLE, _STARTED = (
    [json.loads(line) for line in (_CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()] for name in ("slots", "starts")
)


@cache
def pipeline() -> Pipeline:
    return Pipeline()


@cache
def embedder() -> SentenceEmbedder:
    return SentenceEmbedder()


@cache
def sense_of(name: str) -> Sense:
    playbook = load_playbook(Path(__file__).parent / "playbooks" / f"{name}.yaml")
    return Sense(playbook, embedder(), lambda text: pipeline().parse(text, at=MONDAY, zone=playbook.business.zone))


@dataclass
class Talk:
    """One customer's conversation: the stack as it is handed on from turn to turn."""

    sense: Sense
    goals: dict[str, Goal] = field(default_factory=dict)
    said: int = 0
    last: Decision | None = None

    def say(self, text: str, session: str = "s", later: timedelta = timedelta(minutes=1)) -> Decision:
        self.said += 1
        at = MONDAY + self.said * timedelta(minutes=1) + later
        parse = pipeline().parse(text, at=at, zone=self.sense.playbook.business.zone)
        heard = Heard(
            parse, TurnId(f"t{self.said}"), SessionId(session), at, clauses=self.sense.perceive(parse), known={"phone": "+15125550101"}
        )
        self.last = decide(self.sense, list(self.goals.values()), heard)
        assert self.last == decide(self.sense, list(reversed(self.goals.values())), heard)
        self.goals |= {g.id: g for g in self.last.goals}
        return self.last

    def goal(self, name: str) -> Goal:
        return max((g for g in self.goals.values() if g.name == name), key=lambda g: g.order)

    def open(self) -> list[Goal]:
        return [g for g in self.goals.values() if g.status in ("active", "paused")]


def talk(name: str, *texts: str) -> Talk:
    begun = Talk(sense_of(name))
    for text in texts:
        begun.say(text)
    return begun


@pytest.mark.parametrize("row", _TABLE, ids=lambda row: " / ".join(row["turns"]))
def test_slots_are_filled(row: dict[str, Any]) -> None:
    goal = talk(row["playbook"], *row["turns"]).goal(row["goal"])
    assert (goal.status, goal.awaiting) == ("active", row["awaiting"])
    for name, value in row["slots"].items():
        held = goal.slots[name].value
        assert held == value if not isinstance(value, str) else value in held


_STARTS = [
    ("salon", "Hey do you have anything open Friday for a trim?", "book", "treatment", "haircut"),
    ("salon", "Also can I get a blowout on Saturday at noon?", "book", "treatment", "blow-dry"),
    ("salon", "My wife needs highlights before Sunday", "book", "treatment", "color"),
    ("salon", "my color looks awful", "complaint", None, None),
    ("school", "My daughter wants to learn Chinese.", "enrol", "language", "Mandarin"),
]


@pytest.mark.parametrize(("name", "text", "goal", "slot", "value"), _STARTS)
def test_what_is_wanted_is_told_from_what_it_is_wanted_for(name: str, text: str, goal: str, slot: str | None, value: str | None) -> None:
    """The examples of the playbook name other options than the turn does, or none."""
    begun = talk(name, text)
    assert [g.name for g in begun.open()] == [goal]
    assert slot is None or begun.goal(goal).slots[slot].value == value


@pytest.mark.parametrize("row", _STARTED, ids=lambda row: f"{row['playbook']}: {row['text']}")
def test_what_starts_a_goal_and_what_only_talks_of_it(row: dict[str, Any]) -> None:
    assert [g.name for g in talk(row["playbook"], row["text"]).open()] == ([row["goal"]] if row["goal"] else [])


def test_a_question_in_between_is_answered_and_the_goal_resumed() -> None:
    said = talk("pethotel", "I'd like to book a grooming")
    decision = said.say("will anyone be with the animals overnight?")
    assert decision.act == "resume"
    assert [p.kind for p in decision.pieces] == ["knowledge", "ask"]
    assert said.goal("xq_groom").awaiting == "g1"


def test_an_objection_is_met_and_the_question_stays_open() -> None:
    said = talk("school", "I want to learn Spanish")
    assert said.say("I'm probably too old to learn this").act == "object"
    assert "level" not in said.goal("enrol").slots


def test_confirmed_denied_and_changed() -> None:
    said = talk("movers", "I want to file a claim", "my desk", "80 dollars", "jo@example.org")
    assert said.last and said.last.act == "confirm"
    assert said.say("no").act == "ask"
    assert said.goal("claim").awaiting == "confirm"
    assert said.say("make it 90 dollars").act == "confirm"
    assert said.goal("claim").slots["worth"].value == {"amount": 90, "currency": "USD"}
    assert said.say("Yes, that's right").act == "done"
    assert said.goal("claim").status == "completed"


def test_another_goal_goes_first_and_the_one_left_is_taken_up_again() -> None:
    said = talk("movers", "I need a quote for a move")
    said.say("Actually, first I want to file a claim")
    assert [said.goal(n).status for n in ("claim", "quote")] == ["active", "paused"]
    said.say("never mind, cancel that")
    assert [said.goal(n).status for n in ("claim", "quote")] == ["cancelled", "active"]


def test_a_slot_goes_when_its_condition_does() -> None:
    said = talk("school", "I want to learn Spanish", "complete beginner", "for my son Tim", "yes", "Thursday at 3")
    assert "first" in said.goal("enrol").slots
    said.say("actually no trial")
    assert said.goal("enrol").slots["trial"].value is False
    assert "first" not in said.goal("enrol").slots


def test_the_next_session_resumes() -> None:
    said = talk("pethotel", "I'd like to book a grooming")
    decision = said.say("Hi, I texted you yesterday", session="another", later=timedelta(days=1))
    assert decision.act in ("resume", "ask")
    assert said.goal("xq_groom").awaiting == "g1"


def test_one_moment_is_granted_and_why_is_told() -> None:
    said = talk("pethotel", "I'd like to book a grooming")
    assert said.say("let me check and get back to you").act == "inform"
    assert [p.kind for p in said.say("why do you ask?").pieces] == ["why", "ask"]
    assert said.goal("xq_groom").status == "active"


def test_a_person_takes_over_when_nothing_is_understood() -> None:
    said = talk("pethotel", "I'd like to book a grooming")
    assert said.say("blah blub").act == "ask"
    assert said.say("fnord").act == "handoff"


def test_silence_is_asked_about() -> None:
    assert talk("school", "...").last == talk("school", "...").last
    said = talk("school", "I want to learn French")
    assert said.say("").act == "ask"


def test_a_completed_goal_is_begun_anew() -> None:
    said = talk("movers", "I want to file a claim", "my desk", "80 dollars", "jo@example.org", "yes")
    said.say("I want to file another claim")
    assert sorted(g.status for g in said.goals.values()) == ["active", "completed"]


def test_what_is_offered_and_at_what_price_is_told_from_the_catalog() -> None:
    said = talk("salon", "Do you do highlights?")
    assert said.last and said.last.act == "answer" and "color" in said.last.pieces[0].text
    assert "blow-dry" in said.say("what services do you offer").pieces[0].text
    assert said.say("Do you do massages?").act == "abstain"


def test_an_option_is_chosen_anew_by_naming_it_alone() -> None:
    said = talk("pethotel", "I need to board my dog", "Biscuit, a corgi", "the suite", "ok the kennel then")
    assert said.goal("xq_stay").slots["s2"].value == "standard kennel"
    assert said.goal("xq_stay").awaiting == "s3"
    said.say("the suite is where he stayed in May")
    assert said.goal("xq_stay").slots["s2"].value == "standard kennel"


def test_a_price_is_no_number_and_a_question_no_choice() -> None:
    said = talk("pethotel", "I need to board my dog", "Biscuit, a corgi", "What's the suite? 70 a night? That's a lot for one night.")
    assert {"s2", "s4"}.isdisjoint(said.goal("xq_stay").slots)
    assert said.last and said.last.act == "object"


def test_a_question_about_the_past_takes_a_day_gone_by_and_another_one_does_not() -> None:
    said = talk("salon", "My highlights came out orange.", "last Friday")
    assert said.goal("complaint").slots["visit"].value == "2026-02-27"
    assert "when" not in talk("salon", "I'd like a haircut", "anyone", "last Friday").goal("book").slots


def test_a_bare_word_answers_only_what_was_asked() -> None:
    said = talk("salon", "I want an appointment", "blah")
    assert "stylist" not in said.goal("book").slots


def test_somebody_described_gets_the_name_that_is_said_alone() -> None:
    said = talk("school", "My son would like to learn French", "beginner")
    assert "son" in said.goal("enrol").slots["student"].value
    said.say("Theo")
    assert said.goal("enrol").slots["student"].value == "Theo"


def booked() -> Talk:
    return talk("salon", "I'd like a trim on Friday at 10", "anyone", "yes")


def test_what_is_settled_can_be_changed_and_is_confirmed_again() -> None:
    said = booked()
    assert said.goal("book").status == "completed"
    assert said.say("Actually, make it 11.").act == "confirm"
    assert said.goal("book").slots["when"].value == "2026-03-06T11:00:00-05:00"
    assert said.say("yes").act == "done"


def test_another_time_that_is_not_said_yet_is_asked_for() -> None:
    said = booked()
    assert said.say("I have to reschedule").act == "ask"
    assert said.goal("book").awaiting == "when"


def test_what_is_settled_can_be_called_off() -> None:
    said = booked()
    said.say("I need to cancel my appointment")
    assert said.goal("book").status == "cancelled"


_CALLED_OFF = [
    ("vet", "I'd like a checkup for my cat Miso", "Never mind then, forget the checkup.", True),
    ("vet", "I'd like a checkup for my cat Miso", "Let's skip the visit, she's fine again.", True),
    ("vet", "I'd like a checkup for my cat Miso", "Skip the checkup, a nail trim is enough.", False),
    ("vet", "My beagle needs a checkup on Thursday at 2", "We're gone that week. Forget it for now.", True),
    ("vet", "My beagle needs a checkup on Thursday at 2", "nvm, 2:30", False),
    ("vet", "I'd like a checkup for my cat Miso", "My husband forgot the visit last year.", False),
    ("vet", "I'd like a checkup for my cat Miso", "I can drop her off before the visit.", False),
    ("heating", "my furnace stopped working", "On second thought, skip the repair, a new one is coming anyway.", True),
    ("heating", "my furnace stopped working", "Don't forget the repair on Monday was no good.", False),
]


@pytest.mark.parametrize(("name", "begun", "text", "off"), _CALLED_OFF)
def test_a_goal_is_called_off_by_name(name: str, begun: str, text: str, off: bool) -> None:
    assert (not talk(name, begun, text).open()) is off


def test_of_two_goals_the_one_that_is_named_is_called_off() -> None:
    said = talk("heating", "I want a quote for a new heat pump", "Before that, can you send a technician? It makes a grinding noise.")
    said.say("Forget the quote, though.")
    assert [(g.name, g.status) for g in said.open()] == [("schedule_repair", "active")]


@pytest.mark.parametrize("text", ["Thanks so much!", "My sister had hers at 11.", "Where are you?", "I said hi to Dana."])
def test_what_is_settled_stays_so(text: str) -> None:
    said = booked()
    said.say(text)
    assert said.goal("book").status == "completed"


_ANYTHING = [
    "I want to file a claim", "I need a quote for a move", "yes", "no", "From Austin.", "80 dollars", "my desk", "cancel that",
    "thanks", "Do you move pianos?", "the other company is cheaper", "actually, make it 90 dollars", "jo@example.org", "Friday", "",
    "what?", "three rooms",
]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(_ANYTHING), max_size=8))
def test_laws_of_the_stack(texts: Sequence[str]) -> None:
    said, ended = Talk(sense_of("movers")), dict[str, Goal]()
    for text in texts:
        said.say(text)
        active = [g for g in said.goals.values() if g.status == "active"]
        assert len(active) <= 1
        assert all(g.order < active[0].order for g in said.open() if active and g != active[0])
        assert not said.open() or active
        assert all(said.goals[i] == g for i, g in ended.items()), "what is called off stays so"
        ended = {i: g for i, g in said.goals.items() if g.status == "cancelled"}
        assert all(g.awaiting is None for g in said.goals.values() if g.status in ("completed", "cancelled"))
        assert all(_conditions_hold(said.sense, g) for g in said.goals.values())


def _conditions_hold(sense: Sense, goal: Goal) -> bool:
    spec = sense.playbook.goal(goal.name)
    assert spec
    held: Callable[[str, Any], bool] = lambda name, value: name in goal.slots and goal.slots[name].value == value  # noqa: E731
    return all(held(name, value) for slot in spec.slots if slot.name in goal.slots for name, value in slot.condition)
