"""The composition root: everything is built and wired here, once.

Knows which implementation stands for which protocol and what must be open before what; decides nothing about a turn.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from filelock import FileLock

from agent import serialise
from agent.api_models import AskRequest, TurnRequest
from agent.arrival import playbook_of
from agent.data_folder import hold
from agent.indexing import index_missing
from agent.keys import KeyRing
from agent.leases import Leases
from agent.metrics import Metrics
from agent.playbook import Playbooks, load_playbooks
from agent.problems import Problem
from agent.reception import Reception
from agent.settings import PREFIX, Settings, SettingsError
from graph.edge_vectors import EdgeVectors
from graph.memory import CustomerMemory, Memory
from graph.model import Customer, Scope, TenantId
from graph.sqlite_store import SqliteStore
from graph.store import Store
from graph.vectors import Vectors

if TYPE_CHECKING:
    from agent.workflow import Workflow
    from nlp.embed import SentenceEmbedder
    from nlp.pipeline import Pipeline

log = logging.getLogger(__name__)

DEFAULT_TENANT = TenantId("default")
PATIENCE = 60.0  # seconds that a request waits for the models to load


@dataclass(frozen=True, slots=True)
class Engine:
    """What can exist only once the models are loaded."""

    pipeline: "Pipeline"
    embedder: "SentenceEmbedder"
    memory: Memory
    workflow: "Workflow"


class App:
    """Built, started, closed, once each; in between it takes turns and gives access to memories."""

    def __init__(
        self,
        settings: Settings,
        *,
        keys: KeyRing | None,
        playbooks: Playbooks,
        tenant: TenantId,
        folder: FileLock,
        clock: Callable[[], datetime],
        report: Callable[[str], None],
    ) -> None:
        """Use `build`."""
        self.settings, self.keys, self.playbooks, self.clock, self.report = settings, keys, playbooks, clock, report
        self.tenant = tenant
        self.store: Store = SqliteStore(settings.data_dir / "throughline.sqlite3")
        self.vectors: Vectors | None = None
        self.metrics = Metrics()
        self.reception = Reception(self.store, playbooks, Leases(None, clock), runner=self._workflow, clock=clock)
        self._folder = folder
        self._loading: asyncio.Task[Engine] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._missing = {"store": "not open", "language model": "not loaded", "sentence model": "not loaded", "vectors": "not open"}

    @classmethod
    def build(
        cls,
        settings: Settings,
        *,
        what: str = "serve",
        tenant: TenantId = DEFAULT_TENANT,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        report: Callable[[str], None] = lambda _line: None,
    ) -> "App":
        """Checks all that can be checked without waiting, and takes the data folder.

        what: the command that holds the folder. tenant: whose everything is where there are no keys. report: gets a line for each step
        of progress. Raises SettingsError, KeysError, PlaybookError, DataFolderInUse."""
        _check_supported(settings)
        keys = KeyRing(settings.api_keys) if settings.api_keys is not None else None
        playbooks = load_playbooks(settings.playbook)
        _check_tenants(playbooks, {entry.grant.tenant for entry in keys.entries()} if keys else {tenant})
        return cls(settings, keys=keys, playbooks=playbooks, tenant=tenant, folder=hold(settings, what), clock=clock, report=report)

    async def start(self) -> None:
        """Opens the store, and begins to load the models; `ready` waits for them. Raises StoreUnavailable."""
        await self.store.open()
        del self._missing["store"]
        self._loading = asyncio.create_task(self._load())

    async def loaded(self) -> Engine:
        """Waits until the models are loaded and everything is open, however long that takes. Raises what it failed with."""
        if self._loading is None:
            raise Problem(503, "the server is not started yet", headers={"Retry-After": "5"})
        return await asyncio.shield(self._loading)

    async def ready(self) -> Engine:
        """As `loaded`; raises Problem when it takes longer than a request may wait."""
        try:
            return await asyncio.wait_for(self.loaded(), PATIENCE)
        except TimeoutError:
            raise Problem(503, f"still starting: {', '.join(self._missing)}", headers={"Retry-After": "5"}) from None

    async def missing(self) -> dict[str, str]:
        """What keeps the app from serving, by name with the state it is in; empty when it is ready."""
        found = dict(self._missing)
        if "store" not in found:
            found |= await _silent("store", self.store.ping())
        if self.vectors is not None and "vectors" not in found:
            found |= await _silent("vectors", self.vectors.ping())
        return found

    async def handle(self, tenant: TenantId, message: TurnRequest) -> dict[str, Any]:
        """Takes one turn; the contract's answer. Raises Problem, StoreError."""
        try:
            answer = await self.reception.handle(tenant, message)
        except Exception:
            self.metrics.failed(message.channel, message.speaker)
            raise
        self.metrics.turn(message.channel, message.speaker, answer)
        return answer

    async def memory(self, scope: Scope) -> CustomerMemory:
        engine = await self.ready()
        return engine.memory.of(scope, business=playbook_of(self.playbooks, scope.tenant).business.name)

    async def restore(self, tenant: TenantId, exported: dict[str, Any]) -> Customer:
        """Takes an export back in. Raises ValueError for what is none, AlreadyExists."""
        memory = (await self.ready()).memory
        customer = await memory.restore(tenant, exported)
        await index_missing(memory)
        return customer

    async def recall(self, scope: Scope, query: str, *, k: int, as_of: datetime | None) -> list[dict[str, Any]]:
        """The contract's hits."""
        memory = await self.memory(scope)
        await self.settled(scope)
        hits = await memory.recall(query, k=k, as_of=as_of or await memory.now(self.clock()))
        return [serialise.hit(each) for each in hits]

    async def ask(self, scope: Scope, question: AskRequest) -> dict[str, Any]:
        """The contract's answer to a question; changes nothing."""
        from agent import asking  # noqa: PLC0415  (with spaCy it takes seconds to import: not before /healthz)

        memory, engine = await self.memory(scope), await self.ready()
        now = await memory.now(self.clock())
        number = (await self.store.counts(scope))["turns"] + 1
        business = playbook_of(self.playbooks, scope.tenant).business
        turn = asking.asking_turn(uuid.uuid4().hex, question.as_of or now, business.timezone, "", number)
        return await asking.ask(memory, engine.pipeline, question, now=now, turn=turn, country=business.country)

    async def settled(self, scope: Scope | None = None) -> None:
        """Until the vectors of this customer's turns, or of all, are written."""
        if self._loading is None or not self._loading.done() or self._loading.cancelled() or self._loading.exception() is not None:
            return
        indexer = self._loading.result().workflow.indexer
        await (indexer.settled(scope) if scope is not None else indexer.close())

    async def close(self) -> None:
        """Finishes the turns in hand, then closes everything."""
        for task in (self._catching_up, self._loading):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await self.reception.close()
        await self.settled()
        if self.vectors is not None:
            await self.vectors.close()
        await self.store.close()
        self._folder.release()

    async def _workflow(self) -> "Workflow":
        return (await self.ready()).workflow

    async def _load(self) -> Engine:
        pipeline = await self._step("language model", self._load_pipeline)
        embedder = await self._step("sentence model", self._load_embedder)
        from agent.workflow import Workflow  # noqa: PLC0415  (with all that it needs it takes seconds to import: not before /healthz)

        self.vectors = EdgeVectors(self.settings.data_dir / "vectors", size=embedder.size)
        await self.vectors.open()
        del self._missing["vectors"]
        memory = Memory(
            self.store, self.vectors, embedder, reparse=lambda turn: pipeline.parse(turn.text, at=turn.at, zone=ZoneInfo(turn.zone))
        )
        engine = Engine(pipeline, embedder, memory, Workflow(memory, pipeline, embedder))
        self._catching_up = asyncio.create_task(self._catch_up())
        return engine

    async def _step(self, name: str, load: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        self._missing[name] = "loading"
        try:
            loaded = await asyncio.to_thread(load)
        except Exception as error:
            self._missing[name] = str(error)
            raise
        del self._missing[name]
        self.report(f"{name} loaded in {time.perf_counter() - began:.1f} s")
        return loaded

    def _load_pipeline(self) -> "Pipeline":
        from nlp.pipeline import Pipeline  # noqa: PLC0415

        shared = self.playbooks.shared
        return Pipeline(self.settings.spacy_model, country=shared.business.country if shared else "US")

    def _load_embedder(self) -> "SentenceEmbedder":
        from nlp.embed import SentenceEmbedder  # noqa: PLC0415

        return SentenceEmbedder(self.settings.sentence_model)

    async def _catch_up(self) -> None:
        """What was accepted and cut off before this start is finished now, and searched vectors that are missing are written."""
        finished = await self.reception.finish(self.clock())
        indexed = await index_missing((await self.loaded()).memory)
        if finished or indexed:
            self.report(f"after an interruption: finished {finished} turns, indexed {indexed}")


def _check_supported(settings: Settings) -> None:
    for name, url in (("GRAPH_URL", settings.graph_url), ("VECTORS_URL", settings.vectors_url)):
        if url is not None:
            raise SettingsError(f"{PREFIX}{name} is {url!r}: this version has the embedded store only; leave it unset")


def _check_tenants(playbooks: Playbooks, tenants: Iterable[TenantId]) -> None:
    for tenant in sorted(tenants):
        try:
            playbooks.of(tenant)
        except KeyError as error:
            raise SettingsError(str(error.args[0])) from error


async def _silent(name: str, ping: Any) -> dict[str, str]:
    try:
        await ping
    except Exception as error:
        return {name: str(error)}
    return {}
