"""A server that is killed while four writers stream turns: nothing that was answered is lost or doubled, what was cut off is finished."""

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

WRITERS = 4
BEFORE_KILL = 24  # answers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def started(data: Path, port: int) -> Process:
    """A server process that is ready."""
    environment = {**os.environ, "THROUGHLINE_DATA_DIR": str(data), "THROUGHLINE_PORT": str(port)}
    server = await asyncio.create_subprocess_exec(sys.executable, "-m", "agent.cli", "serve", env=environment, stdout=DEVNULL)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        until = time.monotonic() + 300
        while time.monotonic() < until and server.returncode is None:
            try:
                if (await http.get("/readyz")).status_code == 200:
                    return server
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.2)
    raise AssertionError(f"the server is not ready: exit code {server.returncode}")


def turn(writer: int, number: int) -> dict[str, Any]:
    return {
        "channel": "sms",
        "address": f"+1512555010{writer}",
        "text": f"My box number {writer}{number:03} is in Austin.",
        "turn_id": f"{writer}-{number}",
        "respond": number % 2 == 0,
    }


async def write(http: httpx.AsyncClient, writer: int, answered: dict[str, dict[str, Any]], enough: asyncio.Event) -> None:
    for number in range(1000):
        try:
            answer = await http.post("/v1/turns", json=turn(writer, number))
        except httpx.HTTPError:
            return
        assert answer.status_code == 200
        answered[f"{writer}-{number}"] = answer.json()
        if len(answered) >= BEFORE_KILL:
            enough.set()


async def said_by(http: httpx.AsyncClient, writer: int) -> list[str]:
    """The customer's turns as the server keeps them."""
    customer = (await http.get("/v1/customers", params={"address": f"+1512555010{writer}"})).json()["items"][0]["customer_id"]
    sessions = (await http.get(f"/v1/customers/{customer}/sessions")).json()["items"]
    found: list[str] = []
    for session in sessions:
        turns = (await http.get(f"/v1/sessions/{session['session_id']}/turns", params={"limit": 500})).json()["items"]
        found += [each["turn_id"] for each in turns if each["speaker"] == "customer"]
    return found


async def test_a_killed_server_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    port, answered, enough = free_port(), dict[str, dict[str, Any]](), asyncio.Event()
    server = await started(tmp_path / "data", port)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as http:
        writers = [asyncio.create_task(write(http, n, answered, enough)) for n in range(WRITERS)]
        await asyncio.wait_for(enough.wait(), 300)
        server.kill()
        await asyncio.gather(server.wait(), *writers)
    server = await started(tmp_path / "data", port)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as http:
            await _check(http, answered)
    finally:
        server.send_signal(signal.SIGTERM)
        assert await server.wait() == 0


async def _check(http: httpx.AsyncClient, answered: dict[str, dict[str, Any]]) -> None:
    for writer in range(WRITERS):
        last = max(int(key.split("-")[1]) for key in answered if key.startswith(f"{writer}-"))
        cut_off = turn(writer, last + 1)
        finished = await http.post("/v1/turns", json=cut_off)
        assert finished.status_code == 200
        kept = Counter(await said_by(http, writer))
        assert kept == Counter(f"{writer}-{number}" for number in range(last + 2)), "each once"
        for number in range(last + 1):
            again = (await http.post("/v1/turns", json=turn(writer, number))).json()
            assert again == {**answered[f"{writer}-{number}"], "replayed": True}
        hits = await http.get(f"/v1/customers/{finished.json()['customer_id']}/recall", params={"q": f"box {writer}{last:03}", "k": 5})
        assert f"{writer}{last:03}" in " ".join(hit["text"] for hit in hits.json()["hits"])
