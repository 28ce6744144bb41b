"""Several workers on one store: turns of a customer are taken one at a time in the order of their numbers, whichever worker got them.

Workers are receptions in one process, each with a connection of its own and a runner that understands nothing; tests/benchmarks/workers.py
does the same with whole processes."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.api_models import TurnRequest
from agent.leases import LEASE, Leases
from agent.playbook import SHIPPED, Playbook, load_playbooks
from agent.reception import Reception
from agent.turn_state import Tell
from graph.model import Customer, Scope, TenantId, Turn
from graph.store import Store, StoreUnavailable
from tests.agent.conftest import NOON, Echo
from tests.graph.conftest import OpenStore

TENANT = TenantId("dental")
SOON = timedelta(seconds=1)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Worker:
    """runs: what was worked on, by any of the workers. pause: asked before each run."""

    store: Store
    runs: list[str]
    lasting: timedelta
    pause: Callable[[Turn], Awaitable[None]] | None = None
    leases: Leases = field(init=False)
    reception: Reception = field(init=False)

    def __post_init__(self) -> None:
        self.leases = Leases(self.store, now, lasting=self.lasting)
        self.reception = Reception(self.store, load_playbooks(SHIPPED), self.leases, runner=self._ready, clock=now)

    async def say(self, text: str, **more: Any) -> dict[str, Any]:
        body = {"channel": "sms", "address": "+15125550101", "text": text, "at": NOON, **more}
        return await self.reception.handle(TENANT, TurnRequest.model_validate(body))

    async def run(
        self, scope: Scope, turn: Turn, request: TurnRequest, playbook: Playbook, tell: Tell, *, current: Customer | None = None
    ) -> dict[str, Any]:
        if self.pause is not None:
            await self.pause(turn)
        answer = await Echo(self.store).run(scope, turn, request, playbook, tell, current=current)
        self.runs.append(turn.text)
        return answer

    async def _ready(self) -> "Worker":
        return self


@pytest.fixture
async def workers(open_store: OpenStore, tmp_path: Path) -> AsyncGenerator[tuple[Worker, Worker]]:
    async for pair in _workers(open_store, tmp_path, LEASE):
        yield pair


@pytest.fixture
async def hasty(open_store: OpenStore, tmp_path: Path) -> AsyncGenerator[tuple[Worker, Worker]]:
    """Workers whose leases last so short that they may run out under them."""
    async for pair in _workers(open_store, tmp_path, SOON):
        yield pair


async def _workers(open_store: OpenStore, folder: Path, lasting: timedelta) -> AsyncGenerator[tuple[Worker, Worker]]:
    runs: list[str] = []
    one, other = [Worker(await open_store(folder), runs, lasting) for _ in range(2)]
    yield one, other
    for each in (one, other):
        await each.reception.close()


async def kept(worker: Worker, answer: dict[str, Any]) -> list[Turn]:
    turns, _ = await worker.store.turns(Scope(TENANT, answer["customer_id"]), None, 500, None)
    return turns


async def test_turns_at_once_on_two_workers_are_taken_in_the_order_of_their_numbers(workers: tuple[Worker, Worker]) -> None:
    texts = [f"turn {n}" for n in range(10)]
    answers = await asyncio.gather(*(workers[n % 2].say(text) for n, text in enumerate(texts)))
    assert [each["understood"] for each in answers] == texts
    assert not any(each["replayed"] for each in answers)
    turns = await kept(workers[0], answers[0])
    assert workers[0].runs == [each.text for each in turns], "worked on in order"
    assert sorted(workers[0].runs) == sorted(texts), "each once"
    assert len({each["session_id"] for each in answers}) == 1, "and all in one conversation"


async def test_one_turn_delivered_to_two_workers_at_once_is_one_turn(workers: tuple[Worker, Worker]) -> None:
    answers = await asyncio.gather(*(workers[n % 2].say("hi", turn_id="SM1") for n in range(6)))
    assert workers[0].runs == ["hi"]
    assert {each["replayed"] for each in answers} == {False, True}, "first to whoever kept it or worked on it, again to all others"
    assert all({**each, "replayed": False} == {**answers[0], "replayed": False} for each in answers)
    assert len(await kept(workers[0], answers[0])) == 1


async def test_a_turn_in_another_worker_s_hands_is_waited_for(hasty: tuple[Worker, Worker]) -> None:
    one, other = hasty
    going, go_on = asyncio.Event(), asyncio.Event()

    async def pause(_turn: Turn) -> None:
        going.set()
        await go_on.wait()

    one.pause = pause
    first = asyncio.create_task(one.say("one", turn_id="SM1"))
    await going.wait()
    again, second = asyncio.create_task(other.say("one", turn_id="SM1")), asyncio.create_task(other.say("two"))
    await asyncio.sleep(1.5 * SOON.total_seconds())  # longer than a lease lasts: it is prolonged
    assert other.runs == []
    assert await other.reception.finish(now()) == 0, "nor does anybody else take it up"
    go_on.set()
    assert (await again) == {**(await first), "replayed": True}
    assert (await second)["understood"] == "two"
    assert one.runs == ["one", "two"]


async def test_the_lease_of_a_worker_that_died_runs_out(workers: tuple[Worker, Worker]) -> None:
    one, other = workers
    scope = Scope(TENANT, (await one.say("one"))["customer_id"])
    assert await one.store.hold(scope, "dead", now=now(), until=now() + SOON)
    assert (await other.say("two"))["understood"] == "two"


async def test_what_one_worker_could_not_finish_another_does(workers: tuple[Worker, Worker]) -> None:
    one, other = workers

    async def gone(_turn: Turn) -> None:
        raise StoreUnavailable("gone")

    one.pause = gone
    for text in ("one", "two"):
        with pytest.raises(StoreUnavailable):
            await one.say(text, turn_id=text)
    assert await other.reception.finish(now()) == 2
    assert other.runs == ["one", "two"]
    one.pause = None
    assert (await one.say("one", turn_id="one"))["replayed"]


async def test_an_operator_s_act_keeps_every_worker_s_turns_waiting(workers: tuple[Worker, Worker]) -> None:
    one, other = workers
    scope = Scope(TENANT, (await one.say("one"))["customer_id"])
    async with one.reception.alone(scope):
        waiting = asyncio.create_task(other.say("two"))
        await asyncio.sleep(0.2)
        assert one.runs == ["one"]
    await waiting
    assert one.runs == ["one", "two"]


async def test_a_lease_that_was_lost_doubles_nothing(workers: tuple[Worker, Worker]) -> None:
    one, other = workers

    async def overtaken(turn: Turn) -> None:
        one.pause = None
        for worker in workers:  # whoever holds it: it is as if it had run out
            await other.store.release(Scope(TENANT, known["customer_id"]), worker.leases.holder)
        assert (await other.say(turn.text, turn_id="SM2"))["understood"] == "two"

    known = await one.say("one")
    one.pause = overtaken
    assert (await one.say("two", turn_id="SM2"))["understood"] == "two"
    assert one.runs == ["one", "two"]
    assert len(await kept(one, known)) == 2
