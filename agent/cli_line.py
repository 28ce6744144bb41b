"""How commands reach the API: against a running server, else on the data folder itself; and the options for it.

Knows options and connections; no command.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated

import typer

from agent.client import Line, local, remote
from agent.settings import PREFIX, Settings, read_settings
from graph.model import TenantId

Url = Annotated[str | None, typer.Option(envvar=f"{PREFIX}URL", help="A running server; else the data folder itself is opened.")]
Key = Annotated[str | None, typer.Option(envvar=f"{PREFIX}KEY", help="The API key for that server.")]
Tenant = Annotated[str, typer.Option(help="Whose customers, on the data folder itself.")]
Who = Annotated[str, typer.Argument(help="A customer: an address (+15125550101, a mail address, …) or an id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the JSON of the API.")]


def current() -> Settings:
    """From the environment and `.env`. Raises SettingsError."""
    return read_settings(os.environ, Path(".env"))


def run(work: Callable[[Line], Awaitable[None]], url: str | None, key: str | None, tenant: str, *, what: str) -> None:
    """Does the work on a line to the server, or to the data folder. what: the command."""

    def line() -> AbstractAsyncContextManager[Line]:
        return remote(url, key) if url else local(current(), TenantId(tenant), what=what)

    async def working() -> None:
        async with line() as opened:
            await work(opened)

    asyncio.run(working())


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
