"""A circuit opens when nothing answers, lets nobody wait meanwhile, and is not opened by what ended late."""

import asyncio

import pytest

from graph.circuit import Circuit

LONG = 30.0  # seconds, after which something hangs for good


class Away(Exception):
    """There is no answer."""


class Server:
    """Answers while it is there; what was sent while it stalled is never answered."""

    def __init__(self) -> None:
        self.there = True
        self.asked = 0
        self.over = asyncio.Event()  # the time of those who wait for an answer

    async def answer(self) -> str:
        self.asked += 1
        if not self.there:
            raise Away("nobody answers")
        return "answer"

    async def stall(self) -> str:
        await self.over.wait()
        raise Away("no answer in time")


async def put(server: Server, circuit: Circuit) -> str:
    return await circuit.call(server.answer, Away)


def circuit_to(server: Server) -> Circuit:
    async def ask() -> None:
        await server.answer()

    return Circuit(ask, Away)


async def until_closed(server: Server, circuit: Circuit) -> None:
    async with asyncio.timeout(LONG):
        while True:
            try:
                await put(server, circuit)
                return
            except Away:
                await asyncio.sleep(0.02)


async def fails(server: Server, circuit: Circuit) -> bool:
    try:
        await put(server, circuit)
    except Away:
        return True
    return False


async def stalling(server: Server, circuit: Circuit) -> asyncio.Task[str]:
    """A call under way, which fails once it is over with the stall."""
    call = asyncio.create_task(circuit.call(server.stall, Away))
    await asyncio.sleep(0)
    return call


async def test_after_a_failure_calls_fail_without_asking_until_it_answers() -> None:
    server = Server()
    circuit = circuit_to(server)
    server.there = False
    assert await fails(server, circuit)
    asked = server.asked
    assert all([await fails(server, circuit) for _ in range(50)]) and server.asked == asked
    server.there = True
    await until_closed(server, circuit)
    await circuit.close()


async def test_a_call_of_an_outage_that_ends_after_it_does_not_open_the_circuit_again() -> None:
    server = Server()
    circuit = circuit_to(server)
    stalled = await stalling(server, circuit)
    server.there = False
    assert await fails(server, circuit)
    server.there = True
    await until_closed(server, circuit)
    server.over.set()
    with pytest.raises(Away, match="in time"):
        await stalled
    assert not await fails(server, circuit)
    await circuit.close()


async def test_a_call_that_ends_badly_after_a_later_one_was_answered_opens_nothing() -> None:
    server = Server()
    circuit = circuit_to(server)
    stalled = await stalling(server, circuit)
    assert not await fails(server, circuit)
    server.over.set()
    with pytest.raises(Away):
        await stalled
    assert not await fails(server, circuit)
    await circuit.close()


async def test_the_last_of_several_that_fail_opens_it_whichever_ends_first() -> None:
    server = Server()
    circuit = circuit_to(server)
    first = await stalling(server, circuit)
    assert not await fails(server, circuit)
    second = await stalling(server, circuit)
    server.over.set()
    await asyncio.gather(first, second, return_exceptions=True)
    assert await fails(server, circuit)
    await circuit.close()


async def test_what_is_no_failure_of_the_server_opens_nothing() -> None:
    server = Server()
    circuit = circuit_to(server)

    async def wrong() -> None:
        raise ValueError("the call itself is wrong")

    with pytest.raises(ValueError, match="itself"):
        await circuit.call(wrong, Away)
    assert not await fails(server, circuit)
    await circuit.close()


async def test_closing_ends_the_questions() -> None:
    server = Server()
    circuit = circuit_to(server)
    before = asyncio.all_tasks()
    server.there = False
    assert await fails(server, circuit)
    await circuit.close()
    assert asyncio.all_tasks() == before
