"""The composition root: everything is built and wired here, once.

Knows what must be there before what, and what ends in which order; decides nothing about a turn.
"""

import asyncio
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

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
from agent.reception import Reception
from agent.settings import Settings, SettingsError
from agent.startup import Engine, Startup
from agent.upkeep import Upkeep
from graph.memory import CustomerMemory
from graph.model import Customer, Scope, TenantId
from graph.vectors import VectorsError

if TYPE_CHECKING:
    from agent.turn_state import Tell
    from agent.workflow import Workflow

DEFAULT_TENANT = TenantId("default")
SETTLING = 3.0  # seconds that a request waits for vectors that are being written


class App:
    """Built, started, closed, once each; in between it takes turns and gives access to memories."""

    def __init__(
        self,
        settings: Settings,
        *,
        keys: KeyRing | None,
        playbooks: Playbooks,
        tenant: TenantId,
        folder: FileLock | None,
        clock: Callable[[], datetime],
        report: Callable[[str], None],
    ) -> None:
        """Use `build`."""
        self.settings, self.keys, self.playbooks, self.clock, self.report = settings, keys, playbooks, clock, report
        self.tenant = tenant
        self.metrics = Metrics()
        country = playbooks.shared.business.country if playbooks.shared else "US"
        self._startup = Startup(settings, country=country, report=report)
        self.store = self._startup.store
        leases = Leases(self.store if settings.shared else None, clock)
        self.reception = Reception(self.store, playbooks, leases, runner=self._workflow, clock=clock)
        self._folder = folder
        self._starting: asyncio.Task[None] | None = None
        self._upkeep: Upkeep | None = None

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
        """Checks all that can be checked without waiting, and takes the data folder where something is embedded in it.

        what: the command that holds the folder. tenant: whose everything is where there are no keys. report: gets a line for each step
        of progress. Raises SettingsError, KeysError, PlaybookError, DataFolderInUse."""
        keys = KeyRing(settings.api_keys) if settings.api_keys is not None else None
        playbooks = load_playbooks(settings.playbook)
        _check_tenants(playbooks, {entry.grant.tenant for entry in keys.entries()} if keys else {tenant})
        folder = hold(settings, what) if settings.embedded else None
        return cls(settings, keys=keys, playbooks=playbooks, tenant=tenant, folder=folder, clock=clock, report=report)

    async def start(self) -> None:
        """Opens the stores and begins to load the models; `ready` waits for them. Raises StoreUnavailable for an embedded store that
        cannot be opened; a server that does not answer is waited for in the background."""
        await self._startup.begin()
        self._starting = asyncio.create_task(self._begin_upkeep())

    async def loaded(self) -> Engine:
        """Waits until the models are loaded and everything is open, however long that takes. Raises what it failed with."""
        return await self._startup.loaded()

    async def ready(self) -> Engine:
        """As `loaded`; raises Problem when it takes longer than a request may wait."""
        return await self._startup.ready()

    async def tried(self) -> dict[str, str]:
        """What is missing once the models are loaded and each store was asked."""
        return await self._startup.tried()

    async def missing(self) -> dict[str, str]:
        """What keeps the app from serving, by name with the state it is in; empty when it is ready."""
        return await self._startup.missing()

    async def handle(self, tenant: TenantId, message: TurnRequest, tell: "Tell" = lambda _understood: None) -> dict[str, Any]:
        """Takes one turn; the contract's answer. tell: gets what was understood as soon as that is known, where the turn is worked on
        here and now. Raises Problem, StoreError."""
        try:
            answer = await self.reception.handle(tenant, message, tell)
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
        with suppress(VectorsError):  # they are written once the vector store answers
            await index_missing(memory, whose=Scope(tenant, customer.id))
        return customer

    async def recall(self, scope: Scope, query: str, *, k: int, as_of: datetime | None) -> dict[str, Any]:
        """The contract's answer: hits, and what could not be asked for them."""
        memory, engine = await self.memory(scope), await self.ready()
        await engine.workflow.indexer.caught_up(scope, within=SETTLING)
        found = await memory.recall(query, k=k, as_of=as_of or await memory.now(self.clock()))
        return {"hits": [serialise.hit(each) for each in found], "missing": dict(found.missing)}

    async def ask(self, scope: Scope, question: AskRequest) -> dict[str, Any]:
        """The contract's answer to a question; changes nothing."""
        from agent import asking  # noqa: PLC0415  (with spaCy it takes seconds to import: not before /healthz)

        memory, engine = await self.memory(scope), await self.ready()
        now = await memory.now(self.clock())
        number = (await self.store.counts(scope))["turns"] + 1
        business = playbook_of(self.playbooks, scope.tenant).business
        turn = asking.asking_turn(uuid.uuid4().hex, question.as_of or now, business.timezone, number, by=question.asked_by)
        return await asking.ask(memory, engine.pipeline, question, now=now, turn=turn, country=business.country)

    async def settled(self, scope: Scope | None = None) -> None:
        """Until the vectors of this customer's turns are written, or a vector store that does not answer is not waited for any longer;
        without a customer until nothing of anybody waits."""
        engine = self._startup.engine
        if engine is not None:
            indexer = engine.workflow.indexer
            await (indexer.settled(scope, within=SETTLING) if scope is not None else indexer.close())

    async def close(self) -> None:
        """Finishes the turns in hand, then closes everything."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._upkeep is not None:
            await self._upkeep.end()
        await self._startup.end()
        await self.reception.close()
        await self.settled()
        await self._startup.close()
        if self._folder is not None:
            self._folder.release()

    async def _workflow(self) -> "Workflow":
        return (await self.ready()).workflow

    async def _begin_upkeep(self) -> None:
        memory = (await self.loaded()).memory
        self._upkeep = Upkeep(self.reception, memory, clock=self.clock, report=self.report)
        self._upkeep.begin()


def _check_tenants(playbooks: Playbooks, tenants: Iterable[TenantId]) -> None:
    for tenant in sorted(tenants):
        try:
            playbooks.of(tenant)
        except KeyError as error:
            raise SettingsError(str(error.args[0])) from error
