"""One turn from end to end: the real models, a real store and real vectors in a temporary folder.

The store is stood before only where something must go wrong at a moment: another worker's commit, a failure right before the commit.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.api_models import TurnRequest
from agent.leases import Leases
from agent.reception import Reception
from agent.workflow import Workflow
from graph.edge_vectors import EdgeVectors
from graph.memory import Memory
from graph.model import Commit, Customer, Scope, Snapshot, TenantId, Turn
from graph.sqlite_store import SqliteStore
from graph.state import place
from graph.store import RevisionConflict
from tests.agent.conftest import NOON, Engine

TENANT = TenantId("t")
_numbers = count(5125550100)


@dataclass
class Gate:
    """A store that is the real one but for commits: each waits for what is to come before it, and may be cut off."""

    store: SqliteStore
    cut_off: bool = False
    overtaken_by: Commit | None = None
    refused: Commit | None = None  # the last that was cut off

    async def commit(self, scope: Scope, commit: Commit) -> Customer:
        if self.cut_off:
            self.refused = commit
            raise ConnectionAbortedError("the power is gone")
        if self.overtaken_by is not None:
            other, self.overtaken_by = self.overtaken_by, None
            await self.store.commit(scope, other)
        return await self.store.commit(scope, commit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@dataclass
class Desk:
    """A reception with a workflow behind it, and one customer who writes."""

    gate: Gate
    workflow: Workflow
    reception: Reception
    address: str

    async def say(self, text: str, **more: Any) -> dict[str, Any]:
        request = {"channel": "sms", "address": self.address, "at": NOON, **more}
        return await self.reception.handle(TENANT, TurnRequest(text=text, **request))

    async def memory(self, answer: dict[str, Any]) -> Snapshot:
        found = await self.gate.store.snapshot(Scope(TENANT, answer["customer_id"]), 50)
        assert found is not None
        return found


@pytest.fixture
async def desk(engine: Engine, tmp_path: Path) -> AsyncGenerator[Desk]:
    gate = Gate(SqliteStore(tmp_path / "store.sqlite3"))
    vectors = EdgeVectors(tmp_path / "vectors", size=engine.embedder.size)
    await gate.store.open()
    await vectors.open()
    memory = Memory(gate, vectors, engine.embedder, reparse=lambda t: engine.pipeline.parse(t.text, at=t.at, zone=ZoneInfo(t.zone)))
    workflow = Workflow(memory, engine.pipeline, engine.embedder)

    async def runner() -> Workflow:
        return workflow

    reception = Reception(gate, engine.playbooks, Leases(None, lambda: NOON), runner=runner, clock=lambda: NOON)
    yield Desk(gate, workflow, reception, f"+1{next(_numbers)}")
    await workflow.indexer.close()
    await vectors.close()
    await gate.store.close()


def named(answer: dict[str, Any], mention: str) -> dict[str, Any]:
    return next(r for r in answer["resolutions"] if r["text"].lower() == mention)


def facts_of(answer: dict[str, Any]) -> dict[str, str]:
    return {f["predicate"]: f["change"] for f in answer["facts"]}


async def test_a_turn_commits_what_it_answers(desk: Desk) -> None:
    answer = await desk.say("My wife Dana lives in Austin.", turn_id="SM1")
    kept = await desk.memory(answer)
    assert [(t.speaker, t.status) for t in kept.turns] == [("customer", "done"), ("agent", "done")]
    said, reply = kept.turns
    assert (said.id, said.understood, said.answer) == (answer["turn_id"], answer["understood"], answer)
    assert [m.text for m in said.mentions] == [r["text"] for r in answer["resolutions"] if r["kind"] != "time"]
    assert (reply.id, reply.text, reply.reply_to) == (answer["reply"]["turn_id"], answer["reply"]["text"], said.id)
    assert {f.id for f in kept.facts.values()} == {f["fact_id"] for f in answer["facts"]} != set()
    assert {e["entity_id"] for e in answer["entities"]} <= set(kept.entities)
    assert [s.id for s in kept.sessions.values()] == [answer["session_id"]]
    assert (kept.customer.recorded_at, kept.customer.last_turn_at) == (NOON, NOON)


async def test_every_step_is_timed(desk: Desk) -> None:
    timings = (await desk.say("My wife Dana lives in Austin."))["timings_ms"]
    assert list(timings) == ["parse", "resolve", "remember", "recall", "decide", "answer", "total"]
    assert all(taken >= 0 for taken in timings.values())
    assert timings["total"] >= max(timings.values()) > 0


async def test_a_question_is_answered_from_memory_with_the_turn_that_said_it(desk: Desk) -> None:
    told = await desk.say("My wife Dana lives in Austin.")
    answer = await desk.say("Where does Dana live?", at=NOON + timedelta(minutes=1))
    assert answer["reply"]["act"] == "answer"
    assert "Austin" in answer["reply"]["text"]
    assert told["turn_id"] in {c["turn_id"] for c in answer["reply"]["citations"]}
    assert answer["facts"] == []


async def test_without_respond_a_turn_is_only_remembered(desk: Desk) -> None:
    answer = await desk.say("My wife Dana lives in Austin. Where does she live?", respond=False)
    kept = await desk.memory(answer)
    assert answer["reply"] is None
    assert len(kept.turns) == 1
    assert facts_of(answer)


async def test_a_reply_makes_no_facts_and_an_agent_s_turn_gets_no_reply(desk: Desk) -> None:
    told = await desk.say("My wife Dana lives in Austin.")
    asked = await desk.say("Where does Dana live?", at=NOON + timedelta(minutes=1))
    answer = await desk.say("Anything else?", speaker="agent", at=NOON + timedelta(minutes=2))
    kept = await desk.memory(answer)
    assert "Austin" in asked["reply"]["text"]
    assert answer["reply"] is None
    assert {f.turn for f in kept.facts.values()} == {told["turn_id"]}


async def test_a_reply_can_be_referred_to(desk: Desk) -> None:
    await desk.say("We have a blue truck and a red car.", speaker="agent")
    answer = await desk.say("I'll take the second one.", at=NOON + timedelta(minutes=1))
    assert named(answer, "the second one")["entity"] == "red car"


async def test_a_late_turn_is_recorded_no_earlier_than_what_is_known(desk: Desk) -> None:
    await desk.say("My wife Dana lives in Austin.", at=NOON)
    late = await desk.say("My brother Omar lives in Denver.", at=NOON - timedelta(days=3))
    kept = await desk.memory(late)
    recorded = {f.recorded_at for f in kept.facts.values() if f.turn == late["turn_id"]}
    assert recorded == {NOON}
    assert (kept.customer.recorded_at, kept.customer.last_turn_at) == (NOON, NOON)


# what goes wrong


def elsewhere(kept: Snapshot, at: datetime) -> Commit:
    """Another worker's commit, of nothing but a revision."""
    return Commit(expected_revision=kept.customer.revision, recorded_at=at)


async def accepted(desk: Desk, scope: Scope, text: str, **more: Any) -> tuple[Turn, TurnRequest]:
    """A turn as reception hands it on, not worked on yet."""
    request = TurnRequest(channel="sms", address=desk.address, text=text, at=NOON, **more)
    turn = Turn(
        id=text, key=None, session="s", number=-1, channel="sms", speaker="customer", at=NOON, received_at=NOON,
        text=text, zone="America/Chicago",
    )  # fmt: skip
    return (await desk.gate.store.accept(scope, turn))[0], request


async def test_a_conflict_leaves_nothing_half_written(desk: Desk, engine: Engine) -> None:
    first = await desk.say("Hello.")
    scope, before = Scope(TENANT, first["customer_id"]), await desk.memory(first)
    turn, request = await accepted(desk, scope, "My wife Dana lives in Austin.")
    desk.gate.overtaken_by = elsewhere(before, NOON)
    with pytest.raises(RevisionConflict):
        await desk.workflow.run(scope, turn, request, engine.playbooks.of(TENANT))
    after = await desk.memory(first)
    assert after.customer.revision == before.customer.revision + 1
    assert (after.turns, after.entities, after.facts, after.goals) == (before.turns, before.entities, before.facts, before.goals)
    assert [t.id for _, t in await desk.gate.store.unfinished(TENANT, NOON + timedelta(hours=1))] == [turn.id]


async def test_after_a_conflict_the_turn_runs_again_on_what_is_there_now(desk: Desk) -> None:
    first = await desk.say("Hello.")
    before = await desk.memory(first)
    desk.gate.overtaken_by = elsewhere(before, NOON)
    answer = await desk.say("My wife Dana lives in Austin.", at=NOON + timedelta(minutes=1))
    kept = await desk.memory(answer)
    assert kept.customer.revision == before.customer.revision + 2
    assert {f.id for f in kept.facts.values()} == {f["fact_id"] for f in answer["facts"]} != set()


async def test_two_turns_at_once_are_both_kept_whole(desk: Desk) -> None:
    await desk.say("Hello.")
    soon = NOON + timedelta(minutes=1)
    said = ("My wife Dana lives in Austin.", "My brother Omar lives in Denver.")
    answers = await asyncio.gather(*(desk.say(text, at=soon) for text in said))
    kept = await desk.memory(answers[0])
    assert {f.id for f in kept.facts.values()} == {f["fact_id"] for a in answers for f in a["facts"]}
    assert [place(t) for t in kept.turns] == sorted({place(t) for t in kept.turns})
    assert [t.text for t in kept.turns if t.speaker == "customer"][1:] == list(said)


async def test_a_turn_cut_off_before_its_commit_is_finished_by_its_redelivery_with_the_same_ids(desk: Desk) -> None:
    desk.gate.cut_off = True
    with pytest.raises(ConnectionAbortedError):
        await desk.say("My wife Dana lives in Austin.", turn_id="SM1")
    desk.gate.cut_off, lost = False, desk.gate.refused
    assert lost is not None
    answer = await desk.say("My wife Dana lives in Austin.", turn_id="SM1", at=NOON + timedelta(hours=1))
    kept = await desk.memory(answer)
    assert answer["replayed"] is False
    assert [t.id for t in kept.turns] == [t.id for t in lost.turns]
    assert [t.at for t in kept.turns] == [NOON, NOON], "as it came first"
    assert list(kept.facts) == [f.id for f in lost.facts] != []
    assert {e.id for e in lost.entities} == set(kept.entities)
    again = await desk.say("My wife Dana lives in Austin.", turn_id="SM1")
    assert again == {**answer, "replayed": True}
    assert await desk.memory(answer) == kept


async def test_what_was_understood_is_told_before_it_is_written(desk: Desk) -> None:
    told: list[dict[str, Any]] = []
    desk.gate.cut_off = True
    request = TurnRequest(channel="sms", address=desk.address, text="My wife Dana lives in Austin.", at=NOON, turn_id="SM1")
    with pytest.raises(ConnectionAbortedError):
        await desk.reception.handle(TENANT, request, told.append)
    desk.gate.cut_off = False
    answer = await desk.reception.handle(TENANT, request)
    assert told == [{name: answer[name] for name in ("turn_id", "understood", "resolutions")}]


async def test_a_person_takes_over_after_so_many_turns_that_could_not_be_understood(desk: Desk) -> None:
    acts = [
        (await desk.say(text, at=NOON + timedelta(minutes=n)))["reply"]["act"] for n, text in enumerate(("...", "?!", "…", "...", "--"))
    ]
    assert acts == ["clarify", "clarify", "handoff", "clarify", "clarify"], "then it is counted anew"
    for n, text in enumerate(("My wife Dana lives in Austin.", "...", "My cat likes fish.", "...", "..."), start=10):
        last = await desk.say(text, at=NOON + timedelta(minutes=n))
    assert last["reply"]["act"] == "clarify", "not in a row"


# what was heard of a reply


async def test_a_cut_off_reply_is_kept_as_it_was_worded_with_how_much_was_heard(desk: Desk) -> None:
    first = await desk.say("Hello.", channel="voice")
    text = first["reply"]["text"]
    second = await desk.say("My wife Dana lives in Austin.", channel="voice", heard=text[:4], at=NOON + timedelta(minutes=1))
    reply = next(t for t in (await desk.memory(second)).turns if t.id == first["reply"]["turn_id"])
    assert (reply.text, reply.heard) == (text, 4)


@pytest.mark.parametrize("heard", ["whole", "longer"])
async def test_a_reply_heard_to_its_end_was_not_cut_off(desk: Desk, heard: str) -> None:
    first = await desk.say("Hello.", channel="voice")
    text = first["reply"]["text"] + (" and more" if heard == "longer" else "")
    second = await desk.say("My wife Dana lives in Austin.", channel="voice", heard=text, at=NOON + timedelta(minutes=1))
    assert all(t.heard is None for t in (await desk.memory(second)).turns)


async def test_what_was_not_heard_cannot_be_meant(desk: Desk) -> None:
    offer = await desk.say("We have a blue truck and a red car.", channel="voice", speaker="agent")
    heard = "We have a blue truck and a"
    answer = await desk.say("How much is the red car?", channel="voice", heard=heard, at=NOON + timedelta(minutes=1))
    kept = await desk.memory(answer)
    assert (kept.turns[0].id, kept.turns[0].heard) == (offer["turn_id"], len(heard))
    assert named(answer, "the red car")["antecedent"] is None
