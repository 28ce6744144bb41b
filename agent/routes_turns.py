"""`POST /v1/turns` and its stream: say something.

Knows the shape of server-sent events; the turn itself is the app's.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from agent.access import Served, Talker
from agent.api_models import TurnRequest
from agent.app import App
from agent.problems import problem_body, problem_of
from graph.model import TenantId

router = APIRouter(prefix="/v1", tags=["say"])
_TOKEN = re.compile(r"\s*\S+\s*")


@router.post("/turns")
async def take_turn(app: Served, tenant: Talker, turn: TurnRequest) -> dict[str, Any]:
    """Says something to, or for, the business; what was understood, remembered and answered."""
    return await app.handle(tenant, turn)


@router.post("/turns/stream", response_class=StreamingResponse)
async def take_turn_streaming(app: Served, tenant: Talker, turn: TurnRequest) -> StreamingResponse:
    """The same as server-sent events: `understood`, `token`…, `done` (the whole body of POST /v1/turns), or `error` (a problem)."""
    return StreamingResponse(_events(app, tenant, turn), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _events(app: App, tenant: TenantId, turn: TurnRequest) -> AsyncGenerator[str]:
    """`understood` goes out as soon as it is known. The turn is finished even when nobody listens any more."""
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    answering = asyncio.create_task(app.handle(tenant, turn, told.put_nowait))
    understood = asyncio.create_task(told.get())
    await asyncio.wait({answering, understood}, return_when=asyncio.FIRST_COMPLETED)
    early = understood.done()
    if early:
        yield _event("understood", understood.result())
    understood.cancel()
    try:
        answer = await answering
    except Exception as error:  # the response has begun: what failed is told as an event
        problem = problem_of(error)
        yield _event("error", problem_body(problem.status, problem.detail))
        return
    if not early:  # it was answered before, or another worker took it
        yield _event("understood", {name: answer[name] for name in ("turn_id", "understood", "resolutions")})
    for token in _TOKEN.findall(answer["reply"]["text"]) if answer["reply"] else ():
        yield _event("token", {"text": token})
    yield _event("done", answer)


def _event(name: str, content: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"
