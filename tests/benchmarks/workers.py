"""Several workers, each a process of its own, on one Neo4j: writers on the same customers through all of them at once.

Checks that no turn and no fact is lost or doubled, also where a turn is delivered to two workers at a time, and that each customer's memory
is the one that a single worker makes of the same turns in the same order; prints turns a second.
`python -m tests.benchmarks.workers [WORKERS …]`, default 1 2 4. Uses the Neo4j that THROUGHLINE_TEST_GRAPH_URL names, which must be for
tests only, or starts its own; the vector store is the one of the tests.
"""

import asyncio
import json
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from os import environ
from pathlib import Path
from typing import Any

import httpx

from agent.local_neo4j import free_port
from tests.graph.qdrant_service import service, serving
from tests.neo4j_server import Reach, session_server

CUSTOMERS, WRITERS, TURNS = 4, 3, 6  # of each customer, of each writer
DOUBLED = 3  # every third turn goes to two workers at once
PATIENCE = 600.0  # seconds for all workers to load
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PLACES = ("Austin", "Denver", "Boston", "Reno")
_OWN = frozenset({"received_at", "created_at", "timings_ms", "revision", "replayed", "linked_at"})  # what differs from run to run


async def main(counts: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, session_server(Path(folder) / "neo4j") as graph, serving(service()) as vectors:
        for count in counts:
            async with workers(count, graph, vectors, Path(folder)) as lines:
                await run(lines)


@asynccontextmanager
async def workers(count: int, graph: Reach, vectors: str, folder: Path) -> AsyncGenerator[list[httpx.AsyncClient]]:
    """Lines to that many, all ready."""
    ports = [free_port() for _ in range(count)]
    started = [await _started(port, graph, vectors, folder) for port in ports]
    lines = [httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) for port in ports]
    try:
        await asyncio.gather(*(_ready(line) for line in lines))
        yield lines
    finally:
        for line in lines:
            await line.aclose()
        for process in started:
            process.send_signal(signal.SIGTERM)
        await asyncio.gather(*(process.wait() for process in started))


async def _started(port: int, graph: Reach, vectors: str, folder: Path) -> Process:
    settings = {"GRAPH_URL": graph.url, "GRAPH_USER": graph.user, "GRAPH_PASSWORD": graph.password, "VECTORS_URL": vectors}
    given = {f"THROUGHLINE_{name}": value for name, value in {**settings, "PORT": str(port)}.items()}
    command = (sys.executable, "-m", "agent.cli", "serve")
    kept = {name: value for name, value in environ.items() if not name.startswith("THROUGHLINE_")}
    return await asyncio.create_subprocess_exec(*command, env={**kept, **given, "OMP_NUM_THREADS": "1"}, stdout=DEVNULL)


async def _ready(line: httpx.AsyncClient) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                if (await line.get("/readyz")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.5)


async def run(lines: list[httpx.AsyncClient]) -> None:
    began, label = time.perf_counter(), f"{len(lines)}-{time.time_ns()}"
    async with asyncio.TaskGroup() as group:
        writing = [group.create_task(_write(lines, label, customer, writer)) for customer in range(CUSTOMERS) for writer in range(WRITERS)]
    took = time.perf_counter() - began
    answers = [answer for writer in writing for answer in writer.result()]
    for customer in sorted({answer["customer_id"] for answer in answers}):
        await _check(lines, customer, [answer for answer in answers if answer["customer_id"] == customer])
    turns = CUSTOMERS * WRITERS * TURNS
    print(
        f"{len(lines)} workers: {turns} turns of {CUSTOMERS} customers in {took:.1f} s, {turns / took:.1f} a second; none lost or doubled"
    )


def _turn(label: str, customer: int, writer: int, number: int) -> dict[str, Any]:
    at = START + timedelta(minutes=10 * number + writer)
    return {
        "channel": "sms",
        "address": f"+1512{int(label.rsplit('-', 1)[1]) // 1000 % 100_000:05}{customer:02}",
        "text": f"My box number {writer}{number:02} is in {PLACES[(writer + number) % len(PLACES)]}.",
        "turn_id": f"{label}-{customer}-{writer}-{number}",
        "at": at.isoformat(),
        "respond": False,
    }


async def _write(lines: list[httpx.AsyncClient], label: str, customer: int, writer: int) -> list[dict[str, Any]]:
    """One writer's turns one after the other, each to the next worker; some to two of them at a time."""
    answers: list[dict[str, Any]] = []
    for number in range(TURNS):
        turn = _turn(label, customer, writer, number)
        chosen = [lines[(writer + number + more) % len(lines)] for more in range(2 if number % DOUBLED == 0 else 1)]
        given = await asyncio.gather(*(line.post("/v1/turns", json=turn) for line in chosen))
        assert all(answer.status_code == 200 for answer in given), [answer.text for answer in given]
        bodies = [answer.json() for answer in given]
        assert all(_same(body) == _same(bodies[0]) for body in bodies), "one turn, one answer"
        answers.append(bodies[0])
    return answers


async def _check(lines: list[httpx.AsyncClient], customer: str, answers: list[dict[str, Any]]) -> None:
    made = await _export(lines[-1], customer)
    assert Counter(turn["id"] for turn in made["turns"]) == Counter(answer["turn_id"] for answer in answers), "each turn once"
    told = {fact["fact_id"] for answer in answers for fact in answer["facts"]}  # what is said again is confirmed, under the same id
    assert Counter(fact["id"] for fact in made["facts"]) == Counter(told), "each fact once"
    alone = await _played_alone(lines[0], made)
    assert _same(alone) == _same(made), "what one worker alone makes of it"


async def _played_alone(line: httpx.AsyncClient, made: dict[str, Any]) -> dict[str, Any]:
    """What one worker makes of the same turns, one after the other in their order."""
    customer = made["customer"]["id"]
    assert (await line.delete(f"/v1/customers/{customer}")).status_code == 200
    nobody = {**made["customer"], "revision": 0, "last_turn_at": None, "recorded_at": None}
    empty = {name: [] if isinstance(value, list) else value for name, value in made.items()} | {"customer": nobody}
    assert (await line.post("/v1/customers/import", json=empty)).status_code == 200
    for turn in made["turns"]:
        body = {**turn["request"], "text": turn["text"], "session_id": None}
        answer = await line.post("/v1/turns", json={name: value for name, value in body.items() if value is not None})
        assert answer.status_code == 200, answer.text
    return await _export(line, customer)


async def _export(line: httpx.AsyncClient, customer: str) -> dict[str, Any]:
    return (await line.get(f"/v1/customers/{customer}/export")).json()


def _same(value: Any) -> str:
    """As text that two runs have in common: without clocks, operators' acts, and with sessions by the order they came in."""
    text = json.dumps(_without(value), sort_keys=True)
    for number, session in enumerate(dict.fromkeys(_sessions(value))):
        text = text.replace(session, f"session {number}")
    return text


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(each) for name, each in value.items() if name not in _OWN and name != "acts"}
    return [_without(each) for each in value] if isinstance(value, list) else value


def _sessions(value: dict[str, Any]) -> list[str]:
    return [each["session"] for each in value["turns"]] if "turns" in value else [value["session_id"]]


if __name__ == "__main__":
    asyncio.run(main([int(each) for each in sys.argv[1:]] or [1, 2, 4]))
