"""What surrounds every request, as ASGI middleware: a ceiling for bodies, and the count of what was answered.

Knows the ASGI messages; nothing of routes' meaning.
"""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.metrics import Metrics

MAX_BODY = 4_000_000  # bytes: 100,000 characters, each escaped as JSON may, and the rest
MAX_IMPORT = 256_000_000
IMPORT = "/v1/customers/import"
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class BodyCeiling:
    """Answers 413 for a larger body, before it is read where its length is told, else as soon as it is too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ceiling = MAX_IMPORT if scope["path"] == IMPORT else MAX_BODY
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > ceiling:
                raise HTTPException(413, f"the body is larger than {ceiling} bytes")
            return message

        await self._app(scope, counted, send)


class Counted:
    """Counts requests by the route's template, method and status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "(none)")
            method = scope["method"] if scope["method"] in _METHODS else "(other)"
            self._metrics.request(route, method, status)
