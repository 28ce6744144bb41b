"""A customer's memory made anew from the log, by the steps that a live turn takes.

Knows logs, the workflow, and a stage to play on: a store in memory and vectors in a folder that goes with it. What was answered stays as it
was said: nobody is answered anew. Must not know the stores that are served from.
"""

import tempfile
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.answer import Reply
from agent.api_models import TurnRequest
from agent.heard import Decision
from agent.playbook import Playbook
from agent.workflow import Workflow
from graph.archive import Archive, empty, opened, packed
from graph.edge_vectors import EdgeVectors
from graph.log import Entry, Said, entries, retracted_by, turns_of, with_descriptions
from graph.memory import CustomerMemory, Memory
from graph.merging import merge_act, merged
from graph.model import Commit, Customer, FactEnd, OperatorAct, Turn
from graph.parting import later, open_merge, parts
from graph.sqlite_store import SqliteStore
from nlp.embed import SentenceEmbedder
from nlp.pipeline import Pipeline
from nlp.types import Channel

Played = Callable[[], None]  # called after each entry


class AsSaid:
    """Implements `Phrase`: the reply that was given, whatever is decided now."""

    def __init__(self) -> None:
        self.reply: Turn | None = None

    def __call__(
        self,
        decision: Decision,
        channel: Channel,  # noqa: ARG002  (the protocol's; what was said already has its form)
        playbook: Playbook,  # noqa: ARG002
        *,
        at: datetime,  # noqa: ARG002
        variant: int = 0,  # noqa: ARG002
    ) -> Reply:
        return Reply(self.reply.text, decision.act, turn_id=self.reply.id) if self.reply else Reply("", decision.act)


class Stage:
    """Where logs are played, one at a time."""

    def __init__(self, memory: Memory, workflow: Workflow, phrase: AsSaid) -> None:
        """Use `stage`."""
        self._memory, self._workflow, self._phrase = memory, workflow, phrase

    async def rebuilt(self, archive: Archive, playbook: Playbook, played: Played = lambda: None) -> Archive:
        """The customer as the log makes it now: equal to what is given where nothing that reads it has changed since it was written."""
        archive = with_descriptions(archive)
        merge = open_merge(archive)
        if merge is None:
            unknown = replace(archive.customer, addresses=(), last_turn_at=None, recorded_at=None, revision=0)
            start, since = empty(unknown), entries(archive.turns, archive.acts)
        else:
            into, other = [await self.rebuilt(each, playbook, played) for each in parts(archive, merge)]
            start = merged(into, other, merge_act(into, other, merge.at, revision=merge.revision or into.customer.revision, id=merge.id))
            since = entries(*later(archive, merge))
        return _as_logged(archive, await self.upon(start, since, archive.customer, playbook, played))

    async def upon(
        self, start: Archive, since: Sequence[Entry], whose: Customer, playbook: Playbook, played: Played = lambda: None
    ) -> Archive:
        """The customer as the entries make them of what they were at the start. whose: how they are reached, since when."""
        memory = self._memory.of(start.scope, business=playbook.business.name)
        await memory.store.restore(start.scope.tenant, packed(start))
        try:
            await self._indexed(memory, start)
            for entry in since:
                await self._link(memory, whose, entry)
                await (self._act(memory, entry) if isinstance(entry, OperatorAct) else self._say(memory, entry, playbook))
                played()
            made = opened(start.scope.tenant, await memory.export() or {})
            said = {turn.id: turn for turn in turns_of(each for each in since if isinstance(each, Said))}
            return replace(made, turns=tuple(_read(said.get(turn.id, turn), turn) for turn in made.turns))
        finally:
            await self._workflow.indexer.settled(start.scope)
            await memory.erase()

    async def _indexed(self, memory: CustomerMemory, start: Archive) -> None:
        """What was said before can be found."""
        self._workflow.indexer.add(start.scope, [turn for turn in start.turns if turn.status == "done"], start.facts)
        await self._workflow.indexer.settled(memory.scope)

    async def _link(self, memory: CustomerMemory, whose: Customer, entry: Entry) -> None:
        """The addresses that were the customer's by then."""
        by = entry.at if isinstance(entry, OperatorAct) else entry.turn.received_at
        for address in whose.addresses:
            if address.linked_at is None or address.linked_at <= by:
                await memory.store.link_address(memory.scope, address)

    async def _say(self, memory: CustomerMemory, said: Said, playbook: Playbook) -> None:
        """The turn as it came, in the conversation that it was part of."""
        self._phrase.reply = said.reply
        turn = replace(said.turn, status="accepted", understood="", mentions=(), answer=None, versions=(), heard=None)
        await self._workflow.run(memory.scope, turn, _request(turn, said.reply), playbook)

    async def _act(self, memory: CustomerMemory, act: OperatorAct) -> None:
        snapshot = await memory.snapshot()
        gone = retracted_by(act, snapshot.facts, snapshot.entities) if act.kind == "retract" else []
        ends = tuple(FactEnd(each, retracted_at=act.at) for each in gone)
        recorded = snapshot.customer.recorded_at if act.kind == "import" else None
        await memory.commit(Commit(snapshot.customer.revision, recorded or act.at, ends=ends, act=act))


def _request(turn: Turn, reply: Turn | None) -> TurnRequest:
    body = turn.request or {"channel": turn.channel, "address": "unknown", "speaker": turn.speaker, "respond": reply is not None}
    return TurnRequest.model_validate({**body, "text": turn.text, "session_id": turn.session})


def _as_logged(archive: Archive, made: Archive) -> Archive:
    """What is made of the log, with the log as it stands: only what merges keep is made anew with the rest."""
    turns = {turn.id: turn for turn in made.turns}
    acts = {act.id: act for act in made.acts}
    return replace(
        archive,
        turns=tuple(replace(_read(turn, turns.get(turn.id, turn)), revision=turn.revision) for turn in archive.turns),
        acts=tuple(acts.get(act.id, act) for act in archive.acts),
        entities=made.entities,
        facts=made.facts,
        goals=made.goals,
    )


def _read(logged: Turn, made: Turn) -> Turn:
    """The turn of the log, as it is understood now."""
    return replace(logged, understood=made.understood, mentions=made.mentions, versions=made.versions, revision=made.revision)


@asynccontextmanager
async def stage(pipeline: Pipeline, embedder: SentenceEmbedder) -> AsyncGenerator[Stage]:
    """A stage that leaves nothing behind. Only vectors and ids are written to the disk."""
    with tempfile.TemporaryDirectory(prefix="throughline-replay-") as folder:
        store, vectors = SqliteStore(None), EdgeVectors(Path(folder), size=embedder.size)
        await store.open()
        await vectors.open()
        try:
            memory = Memory(store, vectors, embedder, reparse=lambda turn: pipeline.parse(turn.text, at=turn.at, zone=ZoneInfo(turn.zone)))
            phrase = AsSaid()
            yield Stage(memory, Workflow(memory, pipeline, embedder, phrase), phrase)
        finally:
            await vectors.close()
            await store.close()
