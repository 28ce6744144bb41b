"""One turn, told from the top: parse → resolve → remember → recall → decide → answer, then one commit.

Each step calls one thing and says what it found. Knows the order of the steps and nothing of what they do; whatever is computed from text
runs in worker threads, so that the server keeps answering others.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo

from langgraph.graph import END, START, StateGraph

from agent.answer import Phrase, Reply, courtesies, word
from agent.api_models import TurnRequest
from agent.asking import answer_in_turn
from agent.goals import decide
from agent.heard import Decision
from agent.identify import in_conversation
from agent.indexing import PATIENCE, Indexer
from agent.noting import goal_facts
from agent.playbook import Playbook
from agent.sense import Sense
from agent.turn_body import body, understood
from agent.turn_heard import heard
from agent.turn_memory import commit_of, heard_before, parses, remembered, reply_entities
from agent.turn_state import STEPS, Tell, TurnState, Update, customer_of, is_answered, known_entities, recorded_at
from graph.anchors import anchors
from graph.entities import records
from graph.facts import Changes
from graph.memory import CustomerMemory, Memory
from graph.model import Commit, Customer, Entity, EntityId, Scope, Snapshot, Turn, TurnId, derived_id
from graph.store import RevisionConflict
from nlp.discourse import remember
from nlp.ellipsis import understand
from nlp.pipeline import Pipeline
from nlp.types import Channel, Discourse, Embedder, New, Parse, PriorTurn, Resolution, Span, TimeAnchor, Understanding

_EXAMPLES_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)  # a playbook's examples are read at some instant; which one says nothing
_ASKED = ("how ", "what ", "which ", "who ", "whose ")
_RECALLED = 8  # turns further back that a callback chooses among

Step = Callable[[TurnState], Awaitable[Update]]


@dataclass(frozen=True)
class Tools:
    """What the steps work with; the same for all turns."""

    memory: Memory
    pipeline: Pipeline
    embedder: Embedder
    phrase: Phrase


class Workflow:
    """Compiled once; `run` is called for each accepted turn of a customer, one at a time."""

    def __init__(self, memory: Memory, pipeline: Pipeline, embedder: Embedder, phrase: Phrase = word) -> None:
        self._tools = Tools(memory, pipeline, embedder, phrase)
        self.indexer = Indexer(memory)
        self._senses: dict[str, Sense] = {}
        self._graph = self._compiled()

    async def run(
        self,
        scope: Scope,
        turn: Turn,
        request: TurnRequest,
        playbook: Playbook,
        tell: Tell = lambda _understood: None,
        *,
        current: Customer | None = None,
    ) -> dict[str, Any]:
        """As `reception.Runner.run`: commits all that the turn changes and gives the contract's answer. Raises RevisionConflict."""
        began = time.perf_counter()
        memory = self._tools.memory.of(scope, business=playbook.business.name)
        given: dict[str, object] = {
            "scope": scope,
            "turn": turn,
            "request": request,
            "playbook": playbook,
            "memory": memory,
            "timings": {},
            "missing": {},
            "tell": tell,
            "current": current,
        }
        state = cast(TurnState, await self._graph.ainvoke(given))
        state["timings"]["total"] = _ms(began)
        return await self._committed(state)

    def _compiled(self) -> Any:
        story = StateGraph(TurnState)
        steps = dict(zip(STEPS, (self._parse, self._resolve, self._remember, self._recall, self._decide, self._answer), strict=True))
        for name, step in steps.items():
            story.add_node(f"{name}_step", cast(Any, _timed(name, step)))
        for one, other in zip((START, *(f"{s}_step" for s in STEPS)), (*(f"{s}_step" for s in STEPS), END), strict=True):
            story.add_edge(one, other)
        return story.compile()

    # the steps

    async def _parse(self, state: TurnState) -> Update:
        """The text by itself, with times counted from the turn's own instant, against the memory as it is now."""
        turn, playbook, memory = state["turn"], state["playbook"], await self._at_hand(state)
        before = await memory.snapshot()
        if any(done.id == turn.id for done in before.turns):
            raise RevisionConflict(f"turn {turn.id} is done already: another worker had it in hand; its answer is kept")
        turn = turn if state["request"].session_id else in_conversation(turn, before.sessions.values())
        loop = asyncio.get_running_loop()
        recall = self._recaller(memory, turn, loop, state["missing"])
        discourse = await memory.discourse(turn, awaiting=_awaiting(before, playbook), recall=recall)
        counted = anchors(before, discourse.turns, zone=playbook.business.zone)
        parse = await asyncio.to_thread(self._read, turn.text, turn, playbook, counted)
        sensed = asyncio.create_task(self._sensed(playbook, parse)) if is_answered(state) else None
        return {
            "turn": turn, "memory": memory, "before": before, "discourse": discourse, "anchors": counted, "parse": parse, "sensed": sensed,
        }  # fmt: skip

    async def _resolve(self, state: TurnState) -> Update:
        """Whom and what it means, and what it left out."""

        def read(text: str) -> Parse:
            return self._read(text, state["turn"], state["playbook"], state["anchors"], composed=True)

        meant = await asyncio.to_thread(self._understood, state["parse"], state["discourse"], read)
        return {"meant": meant}

    async def _remember(self, state: TurnState) -> Update:
        """Entities and facts, as changes: nothing is written yet."""
        touched, changes = await asyncio.to_thread(remembered, state)
        state["tell"](understood({**state, "entities": touched}))
        return {"entities": touched, "changes": changes}

    async def _recall(self, state: TurnState) -> Update:
        """What memory says to a question in the turn."""
        if not is_answered(state):
            return {"told": None}
        told = await asyncio.to_thread(answer_in_turn, self._tools.pipeline.lexicon, state["before"], state["meant"], state["turn"])
        return {"told": told}

    async def _decide(self, state: TurnState) -> Update:
        """What the goals become and what to say."""
        if not is_answered(state):
            return {"decision": None}
        sense = await state["sensed"] if state["sensed"] else self._sense(state["playbook"])
        decision = await asyncio.to_thread(lambda: decide(sense, list(state["before"].goals.values()), heard(state, sense)))
        whole = replace(state["before"], entities=known_entities(state))
        noted = goal_facts(decision.goals, whole, state["turn"], state["playbook"], customer_of(state), recorded_at(state))
        made = state["changes"] if not _called_off(decision) else replace(state["changes"], ends=())
        changes = Changes((*made.facts, *noted.facts), (*made.ends, *noted.ends), (*made.written, *noted.facts))
        return {"decision": decision, "changes": changes}

    async def _answer(self, state: TurnState) -> Update:
        """The words, and the reply as a turn of its own, which later turns can refer to."""
        decision, turn = state["decision"], state["turn"]
        if decision is None:
            return {"reply": None, "reply_turn": None, "reply_parse": None}
        reply = self._tools.phrase(decision, turn.channel, state["playbook"], at=turn.at, variant=turn.number)
        said, parse, touched = await asyncio.to_thread(self._said, state, reply)
        return {"reply": reply, "reply_turn": said, "reply_parse": parse, "entities": touched}

    # what the steps call

    async def _at_hand(self, state: TurnState) -> CustomerMemory:
        """The memory, read once for the whole turn. An earlier turn of the agent of which only a part was heard is recorded before
        anything is understood against it."""
        memory = await state["memory"].pinned(state["current"])
        before = await memory.snapshot()
        cut = heard_before(before, state["request"])
        if cut is None:
            return memory
        recorded = before.customer.recorded_at or state["turn"].at
        await memory.commit(Commit(before.customer.revision, recorded, turns=(cut,)))
        return await state["memory"].pinned()

    def _read(self, text: str, turn: Turn, playbook: Playbook, counted: Sequence[TimeAnchor] = (), *, composed: bool = False) -> Parse:
        """composed: by us, from words that were read before; a reply is so anyway."""
        fluent, country = composed or turn.reply_to is not None, playbook.business.country
        return self._tools.pipeline.parse(text, at=turn.at, zone=ZoneInfo(turn.zone), anchors=counted, country=country, fluent=fluent)

    def _understood(self, parse: Parse, discourse: Discourse, read: Callable[[str], Parse]) -> Understanding:
        pipeline = self._tools.pipeline
        return understand(parse, discourse, pipeline.lexicon, reparse=read, tagger=pipeline.tagger)

    async def _sensed(self, playbook: Playbook, parse: Parse) -> Sense:
        """The playbook's sense, which has looked at the turn's clauses by then: their vectors are made while the turn is resolved."""

        def looked() -> Sense:
            sense = self._sense(playbook)
            sense.perceive(parse)
            return sense

        return await asyncio.to_thread(looked)

    def _sense(self, playbook: Playbook) -> Sense:
        """The playbook's examples with their vectors, made when it is first needed."""
        if playbook.digest not in self._senses:
            read = partial(self._tools.pipeline.parse, at=_EXAMPLES_AT, zone=playbook.business.zone)
            self._senses[playbook.digest] = Sense(playbook, self._tools.embedder, read)
        return self._senses[playbook.digest]

    def _said(self, state: TurnState, reply: Reply) -> tuple[Turn, Parse, dict[EntityId, Entity]]:
        """The reply as an agent's turn, its parse, and the turn's entities with those it mentions: it makes no facts."""
        said = _reply_turn(state, reply)
        parse = self._read(reply.text, said, state["playbook"])
        discourse = state["discourse"]
        new_id = partial(state["memory"].new_entity, said.id)
        after = replace(discourse, speaker="agent", turn_id=said.id, turns=(*discourse.turns, _as_prior(state)), new_id=new_id)
        meant = self._understood(parse, after, lambda text: self._read(text, said, state["playbook"]))
        ours = courtesies(reply.text)
        meant = replace(meant, resolutions=tuple(r for r in meant.resolutions if not _in_passing(r, ours)))
        touched = reply_entities(state, meant, said, parse)
        return replace(said, understood=meant.text, mentions=records(meant.resolutions, parse)), parse, touched

    def _recaller(
        self, memory: CustomerMemory, turn: Turn, loop: asyncio.AbstractEventLoop, missing: dict[str, str]
    ) -> Callable[[str, Channel | None], Sequence[PriorTurn]]:
        """Turns further back, for callbacks: called from a worker thread. missing: gets what could not be asked for them."""

        async def found(query: str, channel: Channel | None) -> Sequence[PriorTurn]:
            await self.indexer.caught_up(memory.scope, within=PATIENCE)
            hits = await memory.recall(query, k=_RECALLED, as_of=turn.at, channel=channel)
            missing.update(hits.missing)
            return await memory.prior_turns([h.turn_id for h in hits if h.turn_id != turn.id])

        return lambda query, channel: asyncio.run_coroutine_threadsafe(found(query, channel), loop).result()

    # the commit

    async def _committed(self, state: TurnState) -> dict[str, Any]:
        answer = body(state)
        commit = commit_of(state, answer)
        await state["memory"].commit(commit, (), parses(state))
        self.indexer.add(state["scope"], commit.turns, commit.facts)
        return answer


def _called_off(decision: Decision) -> bool:
    """Whether what the turn cancels is a goal: then nothing else that it might name."""
    return any(goal.status == "cancelled" for goal in decision.goals)


def _in_passing(resolution: Resolution, ours: Sequence[Span]) -> bool:
    """What a reply brings up and nobody will come back to: in phrases of our own, somebody indefinite ("I can ask a colleague"), what is
    asked for ("how many bedrooms")."""
    mention = resolution.mention
    if any(s.start <= mention.span.start < s.end for s in ours) or mention.text.lower().startswith(_ASKED):
        return True
    return isinstance(resolution, New) and mention.type == "person" and mention.definiteness == "indefinite"


def _timed(name: str, step: Step) -> Step:
    async def run(state: TurnState) -> Update:
        began = time.perf_counter()
        update = await step(state)
        return {**update, "timings": {**state["timings"], name: _ms(began)}}

    return run


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)


def _awaiting(before: Snapshot, playbook: Playbook) -> str | None:
    """The question that the goal on top has left open."""
    top = max((g for g in before.goals.values() if g.status == "active"), key=lambda g: g.order, default=None)
    spec = playbook.goal(top.name) if top else None
    slot = next((s for s in spec.slots if top and s.name == top.awaiting), None) if spec else None
    return slot.ask if slot else None


def _as_prior(state: TurnState) -> PriorTurn:
    turn, meant, parse = state["turn"], state["meant"], state["parse"]
    prior, _ = remember(state["discourse"], parse, meant.resolutions, number=turn.number, understood=meant.text)
    return prior


def _reply_turn(state: TurnState, reply: Reply) -> Turn:
    """The reply before it is understood: right after the turn that it answers, at the same instant."""
    turn = state["turn"]
    id = reply.turn_id or TurnId(derived_id(state["scope"].tenant, turn.id, "reply"))
    return Turn(
        id=id, key=None, session=turn.session, number=turn.number + 1, channel=turn.channel, speaker="agent", at=turn.at,
        received_at=turn.received_at, text=reply.text, zone=turn.zone, status="done", reply_to=turn.id,
    )  # fmt: skip
