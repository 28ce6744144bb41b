"""From settings to what serves turns: models are loaded and stores are opened, in the background; a server that does not answer is asked
again until it does.

Knows which implementation stands for which protocol and what must be there before what; nothing of turns.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from agent.problems import Problem
from agent.settings import Settings
from graph.edge_vectors import EdgeVectors
from graph.memory import Memory
from graph.sqlite_store import SqliteStore
from graph.store import Store, StoreUnavailable
from graph.vectors import Vectors, VectorsUnavailable

if TYPE_CHECKING:
    from agent.workflow import Workflow
    from graph.model import Turn
    from nlp.embed import SentenceEmbedder
    from nlp.pipeline import Pipeline
    from nlp.types import Parse

PATIENCE = 60.0  # seconds that a request waits for the models to load
PING = 3.0  # seconds that a store has to show that it is there
_SLICE = 0.0005  # seconds: a network in another thread waits so long for the interpreter, three times as long at Python's own 5 ms
_FIRST, _LONGEST = 0.25, 2.0  # seconds between two tries to open a store
_NOT_TRIED = {"not open", "not loaded", "loading"}
LANGUAGE, SENTENCES, GRAPH, VECTORS = "language model", "sentence model", "graph", "vectors"


@dataclass(frozen=True, slots=True)
class Engine:
    """What can exist only once the models are loaded and the stores were open."""

    pipeline: "Pipeline"
    embedder: "SentenceEmbedder"
    memory: Memory
    workflow: "Workflow"


class Startup:
    """Begun and ended once each."""

    def __init__(self, settings: Settings, *, country: str, report: Callable[[str], None]) -> None:
        """country: where texts come from unless a playbook says otherwise. report: gets a line for each step of progress."""
        self._settings, self._country, self._report = settings, country, report
        self.store = store_of(settings)
        self._vectors: Vectors | None = None
        self._missing = {GRAPH: "not open", LANGUAGE: "not loaded", SENTENCES: "not loaded", VECTORS: "not open"}
        self._away: set[str] = set()  # servers that were asked and did not answer
        self._stuck = asyncio.Event()  # set while there are any
        self._loading: asyncio.Task[Engine] | None = None
        self.engine: Engine | None = None

    async def begin(self) -> None:
        """Raises StoreUnavailable where an embedded graph cannot be opened: waiting would not help."""
        if self._settings.graph_url is None:
            await self.store.open()
            del self._missing[GRAPH]
        self._loading = asyncio.create_task(self._load())

    async def loaded(self) -> Engine:
        """Waits until all is there, however long that takes. Raises what it failed with."""
        if self._loading is None:
            raise _not_yet("the server is not started yet")
        return await asyncio.shield(self._loading)

    async def ready(self) -> Engine:
        """As `loaded`; raises Problem at once where a server is away, and when it takes longer than a request may wait."""
        if self.engine is not None:
            return self.engine
        loaded, away = asyncio.ensure_future(self.loaded()), asyncio.ensure_future(self._stuck.wait())
        await asyncio.wait({loaded, away}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        away.cancel()
        if loaded.done():
            return loaded.result()
        loaded.cancel()
        raise _not_yet("still starting: " + "; ".join(f"{name}: {state}" for name, state in self._missing.items()))

    async def tried(self) -> dict[str, str]:
        """As `missing`, once everything was tried: it is there, or it is known why not."""
        while self._loading is not None and not self._loading.done() and _NOT_TRIED & set(self._missing.values()):
            await asyncio.wait([self._loading], timeout=0.1)
        return await self.missing()

    async def missing(self) -> dict[str, str]:
        """What keeps the process from serving, by name with the state it is in; empty when it is ready."""
        pings = {GRAPH: self.store.ping, **({VECTORS: self._vectors.ping} if self._vectors else {})}
        asked = [name for name in pings if name not in self._missing]
        states = await asyncio.gather(*(_state(pings[name]()) for name in asked))
        return self._missing | {name: state for name, state in zip(asked, states, strict=True) if state}

    async def end(self) -> None:
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)

    async def close(self) -> None:
        """The stores, when nothing uses them any more."""
        if self._vectors is not None:
            await self._vectors.close()
        await self.store.close()

    async def _load(self) -> Engine:
        sys.setswitchinterval(_SLICE)
        opening = asyncio.create_task(self._opened(GRAPH, self.store.open)) if GRAPH in self._missing else None
        try:
            embedder = await self._made(SENTENCES, self._embedder)
            pipeline = await self._made(LANGUAGE, lambda: self._pipeline(embedder))
            self._vectors = vectors_of(self._settings, embedder.size)
            await self._opened(VECTORS, self._vectors.open)
            if opening is not None:
                await opening
        finally:
            if opening is not None:
                opening.cancel()
        self.engine = self._wired(pipeline, embedder, self._vectors)
        return self.engine

    def _wired(self, pipeline: "Pipeline", embedder: "SentenceEmbedder", vectors: Vectors) -> Engine:
        from agent.workflow import Workflow  # noqa: PLC0415  (with all that it needs it takes seconds to import: not before /healthz)

        def reparse(turn: "Turn") -> "Parse":
            return pipeline.parse(turn.text, at=turn.at, zone=ZoneInfo(turn.zone), fluent=turn.reply_to is not None)

        memory = Memory(self.store, vectors, embedder, reparse)
        return Engine(pipeline, embedder, memory, Workflow(memory, pipeline, embedder))

    async def _opened(self, name: str, open: Callable[[], Awaitable[None]]) -> None:
        """Tried until it is open, or fails by something that waiting does not mend."""
        pause = _FIRST
        while True:
            try:
                await open()
                break
            except (StoreUnavailable, VectorsUnavailable) as error:
                self._note(name, str(error))
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST)
        del self._missing[name]
        self._away.discard(name)
        if not self._away:
            self._stuck.clear()
        self._report(f"{name} open")

    def _note(self, name: str, state: str) -> None:
        if self._missing[name] != state:
            self._report(f"{name}: {state}; trying again until it answers")
        self._missing[name] = state
        self._away.add(name)
        self._stuck.set()

    async def _made(self, name: str, load: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        self._missing[name] = "loading"
        try:
            loaded = await asyncio.to_thread(load)
        except Exception as error:
            self._missing[name] = str(error)
            raise
        del self._missing[name]
        self._report(f"{name} loaded in {time.perf_counter() - began:.1f} s")
        return loaded

    def _pipeline(self, embedder: "SentenceEmbedder") -> "Pipeline":
        from nlp.learned import LearnedPointer, LearnedTagger  # noqa: PLC0415
        from nlp.pipeline import Pipeline  # noqa: PLC0415
        from nlp.span_batches import Encoder  # noqa: PLC0415

        encoder = Encoder(embedder)
        slips, tagger = LearnedPointer(encoder), LearnedTagger(encoder)
        return Pipeline(self._settings.spacy_model, self._country, slips=slips, tagger=tagger)

    def _embedder(self) -> "SentenceEmbedder":
        from nlp.embed import SentenceEmbedder  # noqa: PLC0415

        return SentenceEmbedder(self._settings.sentence_model)


def store_of(settings: Settings) -> Store:
    """Not open yet."""
    if settings.graph_url is None:
        return SqliteStore(settings.data_dir / "throughline.sqlite3")
    from graph.neo4j_store import Neo4jStore  # noqa: PLC0415  (only where it is used: its driver is not quick to import)

    return Neo4jStore(settings.graph_url, user=settings.graph_user, password=settings.graph_password, database=settings.graph_database)


def vectors_of(settings: Settings, size: int) -> Vectors:
    """Not open yet. size: dimensions of the sentence model."""
    if settings.vectors_url is None:
        return EdgeVectors(settings.data_dir / "vectors", size=size)
    from graph.qdrant_vectors import QdrantVectors  # noqa: PLC0415  (its client takes a second to import)

    return QdrantVectors(settings.vectors_url, api_key=settings.vectors_api_key, size=size)


def _not_yet(detail: str) -> Problem:
    return Problem(503, detail, headers={"Retry-After": "2"})


async def _state(ping: Coroutine[Any, Any, None]) -> str | None:
    """What is wrong, None where it answers."""
    try:
        await asyncio.wait_for(ping, PING)
    except TimeoutError:
        return f"does not answer within {PING:g} s"
    except Exception as error:
        return str(error)
    return None
