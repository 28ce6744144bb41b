"""A line to the API: of a running server, or of an app in this process on the data folder itself. The same requests either way.

Knows HTTP and problems; nothing of what is asked.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import httpx

from agent.settings import Settings
from graph.model import TenantId

TIMEOUT = 120.0


class Refused(Exception):
    """The API answered with a problem, or not at all; the message says which."""


@dataclass(frozen=True, slots=True)
class Line:
    http: httpx.AsyncClient

    async def get(self, path: str, **query: str | bool | int | None) -> Any:
        return await self.send("GET", path, query=query)

    async def post(self, path: str, body: object) -> Any:
        return await self.send("POST", path, body=body)

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: dict[str, str | bool | int | None] | None = None,
        patience: float | None = TIMEOUT,
    ) -> Any:
        """The JSON of the answer. patience: seconds to wait for it, None for as long as it takes. Raises Refused."""
        given = {name: value for name, value in (query or {}).items() if value is not None}
        try:
            answer = await self.http.request(method, path, params=given, json=body, timeout=patience)
        except httpx.HTTPError as error:
            raise Refused(f"{self.http.base_url} does not answer: {error or type(error).__name__}") from error
        if answer.is_success:
            return answer.json()
        raise Refused(_detail(answer))

    async def every(self, path: str, **query: str | bool | int | None) -> list[dict[str, Any]]:
        """All pages of a list."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.get(path, limit=500, cursor=cursor, **query)
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found

    async def customer(self, who: str) -> str:
        """The id of the one customer whom an id or an address names. Raises Refused."""
        found = await self.get("/v1/customers", address=who)
        if len(found["items"]) == 1:
            return found["items"][0]["customer_id"]
        if found["items"]:
            raise Refused(f"{len(found['items'])} customers are reached at {who}; name one by its id")
        return (await self.get(f"/v1/customers/{quote(who, safe='')}"))["customer_id"]


def _detail(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
        return f"{problem['detail']} ({problem['status']} {problem['title']})"
    except (ValueError, KeyError, TypeError):
        return f"{answer.status_code} {answer.reason_phrase} from {answer.url}; is this a Throughline server?"


@asynccontextmanager
async def remote(url: str, key: str | None) -> AsyncGenerator[Line]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT) as http:
        yield Line(http)


@asynccontextmanager
async def local(settings: Settings, tenant: TenantId, *, what: str) -> AsyncGenerator[Line]:
    """Whoever may read the data folder needs no key. what: the command. Raises as `App.build` and `App.start`."""
    from agent.api import create_api  # noqa: PLC0415  (not needed for a server elsewhere, and not quick to import)
    from agent.app import App  # noqa: PLC0415

    app = App.build(replace(settings, api_keys=None), what=what, tenant=tenant)
    try:
        await app.start()
        transport = httpx.ASGITransport(create_api(app), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=TIMEOUT) as http:
            yield Line(http)
    finally:
        await app.close()
