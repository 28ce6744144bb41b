"""A Qdrant server as far as the program uses one, and a wire to it that fails.

The service speaks the HTTP API; qdrant-client's local mode, which Qdrant keeps congruent with its server, answers. So what goes over the
wire is what a real server is sent and sends. The wire is a socket of its own before any server: it refuses, stalls, breaks off, returns.
"""

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter
from qdrant_client import AsyncQdrantClient, models

Json = dict[str, Any]
Fault = Literal["none", "stall", "break off"]
KEY = "a key of the service"


def service(*, version: str = "1.19.2", key: str | None = None) -> FastAPI:
    """version: what it says it is. key: what it wants to be sent."""
    app, kept = FastAPI(), AsyncQdrantClient(":memory:")

    @app.middleware("http")
    async def known_only(request: Request, following: Any) -> Any:
        if key is not None and request.headers.get("api-key") != key:
            return JSONResponse({"status": {"error": "Must provide an API key"}}, 401)
        parts = request.url.path.split("/")
        inside = (len(parts) > 3 and parts[3] != "exists") or (len(parts) == 3 and request.method == "GET")
        if inside and not await kept.collection_exists(parts[2]):
            return JSONResponse({"status": {"error": f"Not found: Collection `{parts[2]}` doesn't exist!"}}, 404)
        return await following(request)

    @app.get("/")
    async def told() -> Json:
        return {"title": "qdrant - vector search engine", "version": version}

    @app.get("/collections/{name}/exists")
    async def exists(name: str) -> Json:
        return _answer({"exists": await kept.collection_exists(name)})

    @app.get("/collections/{name}")
    async def collection(name: str) -> Json:
        return _answer(await kept.get_collection(name))

    @app.put("/collections/{name}")
    async def create(name: str, request: Request) -> Any:
        if await kept.collection_exists(name):
            return JSONResponse({"status": {"error": f"Wrong input: Collection `{name}` already exists!"}}, 409)
        body = models.CreateCollection.model_validate(await request.json())
        return _answer(await kept.create_collection(name, vectors_config=body.vectors, sparse_vectors_config=body.sparse_vectors))

    @app.delete("/collections/{name}")
    async def drop(name: str) -> Json:
        return _answer(await kept.delete_collection(name))

    @app.put("/collections/{name}/index")
    async def index(name: str, request: Request) -> Json:
        models.CreateFieldIndex.model_validate(await request.json())
        return _answer(_DONE)

    @app.put("/collections/{name}/points")
    async def upsert(name: str, request: Request) -> Json:
        await kept.upsert(name, models.PointsList.model_validate(await request.json()).points)
        return _answer(_DONE)

    @app.post("/collections/{name}/points")
    async def retrieve(name: str, request: Request) -> Json:
        body = models.PointRequest.model_validate(await request.json())
        return _answer(await kept.retrieve(name, body.ids, with_payload=body.with_payload or True))

    @app.post("/collections/{name}/points/query/batch")
    async def query(name: str, request: Request) -> Json:
        return _answer(await kept.query_batch_points(name, models.QueryRequestBatch.model_validate(await request.json()).searches))

    @app.post("/collections/{name}/points/count")
    async def count(name: str, request: Request) -> Json:
        body = models.CountRequest.model_validate(await request.json())
        return _answer(await kept.count(name, count_filter=body.filter, exact=True))

    @app.post("/collections/{name}/points/delete")
    async def delete(name: str, request: Request) -> Json:
        selected: Any = TypeAdapter[Any](models.PointsSelector).validate_python(await request.json())
        await kept.delete(name, selected)
        return _answer(_DONE)

    return app


_DONE = {"operation_id": 0, "status": "completed"}


def _answer(result: Any) -> Json:
    return {"result": TypeAdapter[Any](type(result)).dump_python(result, mode="json"), "status": "ok", "time": 0.0}


@contextmanager
def serving(app: FastAPI) -> Generator[str]:
    """Served on a thread of its own; gives the url."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class Wire:
    """Carries bytes to the server and back, as long as there is no fault."""

    def __init__(self, url: str) -> None:
        self._port = int(url.rsplit(":", 1)[1])
        self._own = 0
        self._listener: asyncio.Server | None = None
        self._carrying: set[asyncio.Task[None]] = set()
        self.fault: Fault = "none"
        self.taken = 0  # connections that came in

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._own}"

    async def listen(self) -> None:
        """On the same port each time."""
        self._listener = await asyncio.start_server(self._carry, "127.0.0.1", self._own)
        self._own = self._listener.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Whoever connects is refused, who is connected is cut off."""
        assert self._listener
        self._listener.close()
        for task in tuple(self._carrying):
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken += 1
        task = asyncio.current_task()
        assert task
        self._carrying.add(task)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(self._pump(reader, back, "there"), self._pump(there, writer, "back"))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._carrying.discard(task)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        while data := await reader.read(65_536):
            if self.fault == "stall":
                await asyncio.sleep(3600)
            if self.fault == "break off" and way == "back":
                writer.write(data[: len(data) // 2])
                await writer.drain()
                raise ConnectionError("broken off in the middle of an answer")
            writer.write(data)
            await writer.drain()
        with suppress(OSError):
            writer.write_eof()


@asynccontextmanager
async def wired(url: str) -> AsyncGenerator[Wire]:
    wire = Wire(url)
    await wire.listen()
    try:
        yield wire
    finally:
        await wire.refuse()
