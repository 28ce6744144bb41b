"""`throughline serve`: one process that serves HTTP until it is told to end, and then finishes what it has in hand.

Knows sockets, signals and what is shown on the terminal; nothing of turns.
"""

import asyncio
import json
import logging
import signal
import socket
import time
from importlib.metadata import version
from types import FrameType

import uvicorn

from agent.api import create_api
from agent.app import App
from agent.settings import PREFIX, Settings, check_exposure

FIRST_TURN = {"channel": "sms", "address": "+15125550101", "text": "Hi, it's Maria Lopez. My son Leo chipped a tooth this morning."}


class PortTaken(Exception):
    """The address cannot be listened on; the message names it and the remedy."""


async def serve(settings: Settings) -> int:
    """Serves until SIGTERM or SIGINT; the process's exit code. Raises what `App.build` and `App.start` raise, SettingsError, PortTaken."""
    logging.getLogger("neo4j").setLevel(logging.ERROR)  # what is tried again is told once, by the app
    check_exposure(settings)
    listening = _listen(settings)
    app = App.build(settings, report=_show)
    try:
        await app.start()
        config = uvicorn.Config(create_api(app), lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=60)
        server = uvicorn.Server(config)
        _show(_heading(app))
        announcing = asyncio.create_task(_announce(app, server, time.monotonic()))
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, _nothing)  # uvicorn raises the signal once more when it is done: there is work to finish then
        await server.serve(sockets=[listening])
        return await announcing if announcing.done() else _cancelled(announcing)
    finally:
        listening.close()
        await app.close()


def _nothing(_signal: int, _frame: FrameType | None) -> None:
    """What is left to do when the signal comes again is done anyway."""


def _listen(settings: Settings) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        remedy = f"set {PREFIX}HOST and {PREFIX}PORT to others, or end what listens there"
        raise PortTaken(f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}; {remedy}") from error
    return listening


async def _announce(app: App, server: uvicorn.Server, began: float) -> int:
    """Says when all is ready and where to go; where loading fails, says why and ends the server. The exit code."""
    try:
        await app.loaded()
    except Exception as error:
        _show(f"cannot start: {error}")
        server.should_exit = True
        return 1
    _show(_directions(app.settings, time.monotonic() - began))
    return 0


def _cancelled(announcing: asyncio.Task[int]) -> int:
    announcing.cancel()
    return 0


def _heading(app: App) -> str:
    settings = app.settings
    embedded = f"embedded in {settings.data_dir.resolve()}"
    keys = f"{len(app.keys.entries())} in {settings.api_keys}" if app.keys else "none: one tenant, reached from this machine only"
    return "\n".join(
        (
            f"Throughline {version('throughline')}",
            f"  graph     {settings.graph_url or embedded}",
            f"  vectors   {settings.vectors_url or embedded}",
            f"  playbook  {settings.playbook}",
            f"  API keys  {keys}",
            f"  alive on  {settings.url}, loading models …",
        )
    )


def _directions(settings: Settings, seconds: float) -> str:
    key = " -H 'Authorization: Bearer KEY'" if settings.api_keys else ""
    body = json.dumps(FIRST_TURN).replace("'", "'\\''")
    return "\n".join(
        (
            f"ready after {seconds:.1f} s",
            f"  console   {settings.url}/",
            f"  API       {settings.url}/docs",
            "  terminal  .venv/bin/throughline chat --url " + settings.url,
            "  a turn    curl -s " + f"{settings.url}/v1/turns -H 'Content-Type: application/json'{key} \\",
            f"              -d '{body}'",
        )
    )


def _show(line: str) -> None:
    print(line, flush=True)
