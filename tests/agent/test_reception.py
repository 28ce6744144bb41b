"""Order, safety and identity of turns, with a real store and a worker that understands nothing."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.api_models import TurnRequest
from agent.leases import Leases
from agent.playbook import SHIPPED, Playbook, Playbooks, load_playbooks
from agent.problems import Problem
from agent.reception import Reception
from agent.turn_state import Tell
from graph.model import Address, Customer, Scope, TenantId, Turn
from graph.sqlite_store import SqliteStore
from graph.store import KeyReused, RevisionConflict, StoreUnavailable
from nlp.types import Channel
from tests.agent.conftest import NOON, Echo

TENANT = TenantId("dental")
PHONE = "+15125550101"


def said(text: str, channel: Channel = "sms", address: str | None = PHONE, **more: Any) -> TurnRequest:
    return TurnRequest.model_validate({"channel": channel, "address": address, "text": text, "at": NOON, **more})


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[SqliteStore]:
    opened = SqliteStore(tmp_path / "log.sqlite3")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def echo(store: SqliteStore) -> Echo:
    return Echo(store)


@pytest.fixture
def playbooks() -> Playbooks:
    return load_playbooks(SHIPPED)


def reception_of(runner: Any, store: SqliteStore, playbooks: Playbooks) -> Reception:
    async def ready() -> Any:
        return runner

    return Reception(store, playbooks, Leases(store, lambda: NOON), runner=ready, clock=lambda: NOON)


@pytest.fixture
def reception(store: SqliteStore, echo: Echo, playbooks: Playbooks) -> Reception:
    return reception_of(echo, store, playbooks)


async def test_the_number_is_the_customer_on_calls_and_text_messages(reception: Reception, store: SqliteStore) -> None:
    text = await reception.handle(TENANT, said("hi"))
    call = await reception.handle(TENANT, said("hi", "voice", "(512) 555-0101"))
    chat = await reception.handle(TENANT, said("hi", "webchat", PHONE))
    assert text["customer_id"] == call["customer_id"] != chat["customer_id"]
    known = await store.customer(Scope(TENANT, text["customer_id"]))
    assert known is not None
    assert {(a.channel, a.value) for a in known.addresses} == {("sms", PHONE), ("voice", PHONE)}


async def test_nothing_crosses_tenants(reception: Reception) -> None:
    mine, theirs = [await reception.handle(TenantId(t), said("hi", turn_id="1")) for t in ("dental", "law")]
    assert mine["customer_id"] != theirs["customer_id"]
    assert not theirs["replayed"]
    with pytest.raises(Problem) as refused:
        await reception.handle(TenantId("law"), said("hi", address=None, customer_id=mine["customer_id"]))
    assert refused.value.status == 404


async def test_a_turn_again_is_the_first_answer_and_changes_nothing(reception: Reception, echo: Echo) -> None:
    first = await reception.handle(TENANT, said("hi", turn_id="SM1"))
    again = await reception.handle(TENANT, said("hi", turn_id="SM1", at=NOON + timedelta(days=3)))
    assert again == {**first, "replayed": True}
    assert first["turn_id"] == "SM1"
    assert echo.runs == ["hi"]
    with pytest.raises(KeyReused):
        await reception.handle(TENANT, said("bye", turn_id="SM1"))


async def test_the_same_id_on_another_channel_is_another_turn(reception: Reception) -> None:
    text = await reception.handle(TENANT, said("hi", turn_id="1"))
    call = await reception.handle(TENANT, said("yes", "voice", turn_id="1"))
    assert text["customer_id"] == call["customer_id"]
    assert text["turn_id"] != call["turn_id"]


async def test_turns_of_a_customer_are_taken_in_the_order_they_came(reception: Reception, echo: Echo, store: SqliteStore) -> None:
    texts = [f"turn {n}" for n in range(30)]
    channels: list[Channel] = ["sms", "voice"]
    answers = await asyncio.gather(*(reception.handle(TENANT, said(t, channels[n % 2])) for n, t in enumerate(texts)))
    assert echo.runs == texts
    turns, _ = await store.turns(Scope(TENANT, answers[0]["customer_id"]), None, 100, None)
    assert [t.text for t in turns] == texts


async def test_one_in_hand_is_waited_for(store: SqliteStore, echo: Echo, playbooks: Playbooks) -> None:
    reception = reception_of(echo, store, playbooks)
    first, again = await asyncio.gather(*(reception.handle(TENANT, said("hi", turn_id="SM1")) for _ in range(2)))
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert echo.runs == ["hi"]


class Failing(Echo):
    """Fails with each of these errors first, then works."""

    def __init__(self, store: SqliteStore, *errors: Exception) -> None:
        super().__init__(store)
        self.errors = list(errors)

    async def run(
        self, scope: Scope, turn: Turn, request: TurnRequest, playbook: Playbook, tell: Tell, *, current: Customer | None = None
    ) -> dict[str, Any]:
        if self.errors:
            raise self.errors.pop(0)
        return await super().run(scope, turn, request, playbook, tell, current=current)


async def test_a_turn_that_failed_is_kept_and_finished_by_its_redelivery(store: SqliteStore, playbooks: Playbooks) -> None:
    reception = reception_of(Failing(store, ZeroDivisionError()), store, playbooks)
    with pytest.raises(ZeroDivisionError):
        await reception.handle(TENANT, said("hi", turn_id="SM1"))
    answer = await reception.handle(TENANT, said("hi", turn_id="SM1", at=NOON + timedelta(days=1)))
    assert not answer["replayed"]
    kept = await store.turn(Scope(TENANT, answer["customer_id"]), answer["turn_id"])
    assert kept is not None
    assert (kept.status, kept.at) == ("done", NOON)


async def test_what_was_cut_off_is_finished_after_the_next_start(store: SqliteStore, echo: Echo, playbooks: Playbooks) -> None:
    failing = Failing(store, *(ZeroDivisionError() for _ in range(3)))  # the first turn is tried again before the second
    before = reception_of(failing, store, playbooks)
    for text in ("one", "two"):
        with pytest.raises(ZeroDivisionError):
            await before.handle(TENANT, said(text))
    after = reception_of(echo, store, playbooks)
    assert await after.finish(NOON + timedelta(hours=1)) == 2
    assert echo.runs == ["one", "two"]
    assert await after.finish(NOON + timedelta(hours=1)) == 0


async def test_another_worker_s_write_in_between_makes_the_turn_run_again(store: SqliteStore, playbooks: Playbooks) -> None:
    reception = reception_of(Failing(store, RevisionConflict("moved"), RevisionConflict("moved")), store, playbooks)
    assert (await reception.handle(TENANT, said("hi")))["understood"] == "hi"


class Slow(Echo):
    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self.going, self.go_on = asyncio.Event(), asyncio.Event()

    async def run(
        self, scope: Scope, turn: Turn, request: TurnRequest, playbook: Playbook, tell: Tell, *, current: Customer | None = None
    ) -> dict[str, Any]:
        self.going.set()
        await self.go_on.wait()
        return await super().run(scope, turn, request, playbook, tell, current=current)


async def test_a_turn_is_finished_though_the_caller_went_away(store: SqliteStore, playbooks: Playbooks) -> None:
    slow = Slow(store)
    reception = reception_of(slow, store, playbooks)
    call = asyncio.create_task(reception.handle(TENANT, said("hi", turn_id="SM1")))
    await slow.going.wait()
    call.cancel()
    closing = asyncio.create_task(reception.close())
    await asyncio.sleep(0)
    assert not closing.done()
    slow.go_on.set()
    await closing
    found = await store.find_turn(TENANT, "sms", "SM1")
    assert found is not None
    assert found[1].status == "done"


async def test_a_conversation_is_found_by_channel_and_idle_time(reception: Reception) -> None:
    first = await reception.handle(TENANT, said("one"))
    soon = await reception.handle(TENANT, said("two", at=NOON + timedelta(hours=5)))
    call = await reception.handle(TENANT, said("three", "voice", at=NOON + timedelta(hours=5)))
    late = await reception.handle(TENANT, said("four", at=NOON + timedelta(days=4)))
    named = await reception.handle(TENANT, said("five", at=NOON + timedelta(days=9), session_id=first["session_id"]))
    assert first["session_id"] == soon["session_id"] == named["session_id"]
    assert len({first["session_id"], call["session_id"], late["session_id"]}) == 3


async def test_another_customer_s_session_does_not_exist(reception: Reception, store: SqliteStore) -> None:
    theirs = await reception.handle(TENANT, said("hi"))
    for session in (theirs["session_id"], "nonsense"):
        with pytest.raises(Problem) as refused:
            await reception.handle(TENANT, said("hi", address="+15125550199", session_id=session))
        assert refused.value.status == 404
    assert await store.find_customer(TENANT, [Address("sms", "+15125550199")]) is None


async def test_a_session_is_on_one_channel(reception: Reception) -> None:
    text = await reception.handle(TENANT, said("hi"))
    with pytest.raises(Problem) as refused:
        await reception.handle(TENANT, said("hi", "voice", session_id=text["session_id"]))
    assert refused.value.status == 422


async def test_a_customer_may_be_named_by_id(reception: Reception) -> None:
    known = await reception.handle(TENANT, said("hi"))
    named = await reception.handle(TENANT, said("hello", "api", None, customer_id=known["customer_id"]))
    assert named["customer_id"] == known["customer_id"]


async def test_no_turn_runs_while_an_operator_acts(reception: Reception, echo: Echo) -> None:
    known = await reception.handle(TENANT, said("one"))
    async with reception.alone(Scope(TENANT, known["customer_id"])):
        waiting = asyncio.create_task(reception.handle(TENANT, said("two")))
        await asyncio.sleep(0.05)
        assert echo.runs == ["one"]
    await waiting
    assert echo.runs == ["one", "two"]


async def test_an_earlier_turn_that_was_cut_off_is_done_first(store: SqliteStore, playbooks: Playbooks) -> None:
    failing = Failing(store, StoreUnavailable("gone"))
    reception = reception_of(failing, store, playbooks)
    with pytest.raises(StoreUnavailable):
        await reception.handle(TENANT, said("one", turn_id="1"))
    await reception.handle(TENANT, said("two"))
    assert failing.runs == ["one", "two"]
    assert (await reception.handle(TENANT, said("one", turn_id="1")))["replayed"]


async def test_a_turn_that_fails_by_itself_does_not_keep_others_waiting(store: SqliteStore, playbooks: Playbooks) -> None:
    failing = Failing(store, ZeroDivisionError(), ZeroDivisionError())
    reception = reception_of(failing, store, playbooks)
    with pytest.raises(ZeroDivisionError):
        await reception.handle(TENANT, said("one", turn_id="1"))
    for text in ("two", "three"):
        await reception.handle(TENANT, said(text))
    assert failing.runs == ["two", "three"]
    assert await reception.finish(NOON + timedelta(hours=1)) == 0, "it is this process's fault again and again"
    assert not (await reception.handle(TENANT, said("one", turn_id="1")))["replayed"]
