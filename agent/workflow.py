"""One turn, told from the top: parse → resolve → remember → recall → decide → answer, then one commit.

Each step calls one thing and says what it found. Knows the order of the steps and nothing of what they do; whatever is computed from text
runs in worker threads, so that the server keeps answering others.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypedDict, cast
from zoneinfo import ZoneInfo

from langgraph.graph import END, START, StateGraph

from agent import serialise
from agent.answer import Reply, word
from agent.api_models import TurnRequest
from agent.asking import answer_in_turn
from agent.goals import decide
from agent.heard import Decision, Heard, MemoryAnswer, Named
from agent.indexing import Indexer
from agent.noting import goal_facts
from agent.playbook import Playbook, Playbooks
from agent.sense import Sense
from graph import clauses, entities, facts
from graph.anchors import anchors
from graph.memory import CustomerMemory, Memory
from graph.model import Commit, Entity, EntityId, Goal, Scope, Session, Snapshot, Turn, TurnId, derived_id
from nlp.discourse import remember
from nlp.ellipsis import understand
from nlp.pipeline import Pipeline
from nlp.time_links import with_antecedents
from nlp.types import Channel, Discourse, Embedder, Linked, Parse, PriorTurn, TimeAnchor, Understanding

Update = Mapping[str, object]  # what a step adds to the state
STEPS = ("parse", "resolve", "remember", "recall", "decide", "answer")


class TurnState(TypedDict):
    """What the steps hand on."""

    scope: Scope
    turn: Turn
    request: TurnRequest
    playbook: Playbook
    memory: CustomerMemory
    before: Snapshot
    discourse: Discourse
    anchors: tuple[TimeAnchor, ...]
    parse: Parse
    meant: Understanding
    entities: dict[EntityId, Entity]  # new states of those that the turn touched
    changes: facts.Changes
    told: MemoryAnswer | None
    decision: Decision | None
    reply: Reply | None
    reply_turn: Turn | None
    reply_parse: Parse | None
    timings: dict[str, float]


@dataclass(frozen=True)
class Tools:
    """What the steps work with; the same for all turns."""

    memory: Memory
    pipeline: Pipeline
    embedder: Embedder


class Workflow:
    """Compiled once; `run` is called for each accepted turn of a customer, one at a time."""

    def __init__(self, memory: Memory, pipeline: Pipeline, embedder: Embedder, playbooks: Playbooks) -> None:
        self._tools = Tools(memory, pipeline, embedder)
        self.indexer = Indexer(memory)
        self._senses: dict[str, Sense] = {}
        self._graph = self._compiled()
        self._playbooks = playbooks

    async def run(self, scope: Scope, turn: Turn, request: TurnRequest, playbook: Playbook) -> dict[str, Any]:
        """Commits all that the turn changes and gives the contract's answer. Raises RevisionConflict: run it again."""
        began = time.perf_counter()
        memory = self._tools.memory.of(scope, business=playbook.business.name)
        start: dict[str, object] = {"scope": scope, "turn": turn, "request": request, "playbook": playbook, "memory": memory, "timings": {}}
        state = cast(TurnState, await self._graph.ainvoke(start))
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
        """The text by itself, with times counted from the turn's own instant."""
        turn, memory, playbook = state["turn"], state["memory"], state["playbook"]
        await self._cut_off(state)
        before = await memory.snapshot()
        loop = asyncio.get_running_loop()
        discourse = await memory.discourse(turn, awaiting=_awaiting(before, playbook), recall=self._recaller(memory, turn, loop))
        counted = anchors(before, discourse.turns, zone=playbook.business.zone)
        parse = await asyncio.to_thread(self._read, turn.text, turn, playbook, counted)
        return {"before": before, "discourse": discourse, "anchors": counted, "parse": parse}

    async def _resolve(self, state: TurnState) -> Update:
        """Whom and what it means, and what it left out."""

        def read(text: str) -> Parse:
            return self._read(text, state["turn"], state["playbook"], state["anchors"])

        meant = await asyncio.to_thread(self._understood, state["parse"], state["discourse"], read)
        return {"meant": meant}

    async def _remember(self, state: TurnState) -> Update:
        """Entities and facts, as changes: nothing is written yet."""
        touched, changes = await asyncio.to_thread(_remembered, state)
        return {"entities": touched, "changes": changes}

    async def _recall(self, state: TurnState) -> Update:
        """What memory says to a question in the turn."""
        if not _is_answered(state):
            return {"told": None}
        told = await asyncio.to_thread(answer_in_turn, self._tools.pipeline.lexicon, state["before"], state["meant"], state["turn"])
        return {"told": told}

    async def _decide(self, state: TurnState) -> Update:
        """What the goals become and what to say."""
        if not _is_answered(state):
            return {"decision": None}
        sense = await asyncio.to_thread(self._sense, state["playbook"])
        decision = await asyncio.to_thread(lambda: decide(sense, list(state["before"].goals.values()), _heard(state, sense)))
        noted = goal_facts(decision.goals, state["before"], state["turn"], state["playbook"], _customer(state), _recorded(state))
        changes = state["changes"]
        return {
            "decision": decision,
            "changes": facts.Changes((*changes.facts, *noted.facts), (*changes.ends, *noted.ends), (*changes.written, *noted.facts)),
        }

    async def _answer(self, state: TurnState) -> Update:
        """The words, and the reply as a turn of its own, which later turns can refer to."""
        decision, turn = state["decision"], state["turn"]
        if decision is None:
            return {"reply": None, "reply_turn": None, "reply_parse": None}
        reply = word(decision, turn.channel, state["playbook"], at=turn.at, variant=turn.number)
        said, parse = await asyncio.to_thread(self._said, state, reply)
        return {"reply": reply, "reply_turn": said, "reply_parse": parse}

    async def _cut_off(self, state: TurnState) -> None:
        """An earlier turn of the agent of which only a part was heard: recorded before anything is understood against it."""
        heard = state["request"].heard
        before = await state["memory"].snapshot()
        last = next((t for t in reversed(before.turns) if t.speaker == "agent"), None)
        if heard is None or last is None or len(heard) >= len(last.text) or last.heard == len(heard):
            return
        recorded = before.customer.recorded_at or state["turn"].at
        commit = Commit(expected_revision=before.customer.revision, recorded_at=recorded, turns=(replace(last, heard=len(heard)),))
        await state["memory"].commit(commit)

    # what the steps call

    def _read(self, text: str, turn: Turn, playbook: Playbook, counted: Sequence[TimeAnchor] = ()) -> Parse:
        country = playbook.business.country
        return self._tools.pipeline.parse(text, at=turn.at, zone=ZoneInfo(turn.zone), anchors=counted, country=country)

    def _understood(self, parse: Parse, discourse: Discourse, read: Callable[[str], Parse]) -> Understanding:
        return understand(parse, discourse, self._tools.pipeline.lexicon, reparse=read)

    def _sense(self, playbook: Playbook) -> Sense:
        """The playbook's examples with their vectors, made when it is first needed."""
        if playbook.digest not in self._senses:
            now = datetime.fromisoformat("2026-01-01T12:00:00+00:00")  # examples are read at some instant; which one says nothing
            zone = playbook.business.zone
            self._senses[playbook.digest] = Sense(
                playbook, self._tools.embedder, lambda text: self._tools.pipeline.parse(text, at=now, zone=zone)
            )
        return self._senses[playbook.digest]

    def _said(self, state: TurnState, reply: Reply) -> tuple[Turn, Parse]:
        """The reply as an agent's turn: its mentions are resolved, and make no facts."""
        turn, discourse = state["turn"], state["discourse"]
        id = TurnId(derived_id(state["scope"].tenant, turn.id, "reply"))
        said = Turn(
            id=id, key=None, session=turn.session, number=turn.number + 1, channel=turn.channel, speaker="agent", at=turn.at,
            received_at=turn.received_at, text=reply.text, zone=turn.zone, status="done", reply_to=turn.id,
        )  # fmt: skip
        parse = self._read(reply.text, said, state["playbook"])
        after = replace(
            discourse,
            speaker="agent",
            turn_id=id,
            turns=(*discourse.turns, _as_prior(state)),
            new_id=partial(state["memory"].new_entity, id),
        )
        meant = self._understood(parse, after, lambda text: self._read(text, said, state["playbook"]))
        known = {**state["before"].entities, **state["entities"]}
        state["entities"].update(entities.absorbed(known, meant.resolutions, said, parse))
        return replace(said, understood=meant.text, mentions=entities.records(meant.resolutions, parse)), parse

    def _recaller(
        self, memory: CustomerMemory, turn: Turn, loop: asyncio.AbstractEventLoop
    ) -> Callable[[str, Channel | None], Sequence[PriorTurn]]:
        """Turns further back, for callbacks: called from a worker thread."""

        async def found(query: str, channel: Channel | None) -> Sequence[PriorTurn]:
            await self.indexer.settled(memory.scope)
            hits = await memory.recall(query, k=8, as_of=turn.at, channel=channel)
            return await memory.prior_turns([h.turn_id for h in hits if h.turn_id != turn.id])

        return lambda query, channel: asyncio.run_coroutine_threadsafe(found(query, channel), loop).result()

    # the commit

    async def _committed(self, state: TurnState) -> dict[str, Any]:
        turn, before = state["turn"], state["before"]
        answer = _body(state)
        done = replace(
            turn,
            status="done",
            understood=state["meant"].text,
            mentions=entities.records(state["meant"].resolutions, state["parse"]),
            answer=answer,
            versions=(("playbook", state["playbook"].digest),),
        )
        reply = state["reply_turn"]
        commit = Commit(
            expected_revision=before.customer.revision,
            recorded_at=_recorded(state),
            turns=(done, *([reply] if reply else [])),
            session=_session(before, turn, state["request"]),
            entities=tuple(state["entities"].values()),
            facts=state["changes"].facts,
            ends=state["changes"].ends,
            goals=state["decision"].goals if state["decision"] else (),
            last_turn_at=max(filter(None, (turn.at, before.customer.last_turn_at))),
        )
        await state["memory"].commit(commit, (), _parses(state))
        self.indexer.add(state["scope"], [done, *([reply] if reply else [])], state["changes"].facts)
        return answer


def _timed(name: str, step: Callable[[TurnState], Awaitable[Update]]) -> Callable[[TurnState], Awaitable[Update]]:
    async def run(state: TurnState) -> Update:
        began = time.perf_counter()
        update = await step(state)
        return {**update, "timings": {**state["timings"], name: _ms(began)}}

    return run


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)


def _is_answered(state: TurnState) -> bool:
    return state["request"].respond and state["turn"].speaker == "customer"


def _recorded(state: TurnState) -> datetime:
    """The later of the turn's instant and the last recorded one: nothing said late changes what was known before."""
    last = state["before"].customer.recorded_at
    return max(state["turn"].at, last) if last else state["turn"].at


def _customer(state: TurnState) -> EntityId:
    return EntityId(state["discourse"].customer)


def _awaiting(before: Snapshot, playbook: Playbook) -> str | None:
    """The question that the goal on top has left open."""
    top = max((g for g in before.goals.values() if g.status == "active"), key=lambda g: g.order, default=None)
    spec = playbook.goal(top.name) if top else None
    slot = next((s for s in spec.slots if top and s.name == top.awaiting), None) if spec else None
    return slot.ask if slot else None


def _remembered(state: TurnState) -> tuple[dict[EntityId, Entity], facts.Changes]:
    turn, before, meant, discourse = state["turn"], state["before"], state["meant"], state["discourse"]
    touched = entities.absorbed(before.entities, meant.resolutions, turn, state["parse"])
    heard = clauses.Heard(
        parse=meant.parse,
        referents=meant.referents,
        turn=turn,
        own=meant.parse is state["parse"],
        entities={**before.entities, **touched},
        customer=EntityId(discourse.customer),
        business=EntityId(discourse.business),
        recorded_at=_recorded(state),
        prior=_asked_before(discourse),
        values=_values(meant) if meant.parse is state["parse"] else {},
    )
    return touched, facts.derive(heard, before.facts)


def _values(meant: Understanding) -> dict[int, str]:
    return {r.mention.index: r.value for r in meant.resolutions if isinstance(r, Linked) and r.value and r.mention.value is None}


def _asked_before(discourse: Discourse) -> clauses.Prior | None:
    """The other side's last turn of the session, which this one may answer."""
    last = discourse.turns[-1] if discourse.turns else None
    if last is None or last.speaker == discourse.speaker or not last.parse.tokens:
        return None
    return clauses.Prior(last.parse, tuple(m.referent for m in last.mentions))


def _heard(state: TurnState, sense: Sense) -> Heard:
    """The turn as the goals need it."""
    meant, turn, before = state["meant"], state["turn"], state["before"]
    known = {**before.entities, **state["entities"]}
    customer = known.get(_customer(state))
    said = next((t for t in reversed(before.turns) if t.speaker == "agent"), None)
    return Heard(
        parse=meant.parse,
        turn=turn.id,
        session=turn.session,
        at=turn.at,
        clauses=sense.perceive(meant.parse),
        named=_named(meant, known),
        channel=turn.channel,
        customer=_customer(state),
        customer_name=customer.name if customer and customer.name != "customer" else None,
        known=_known_values(state),
        memory=state["told"],
        missed=_missed(before),
        said_before=said.text if said else "",
    )


def _named(meant: Understanding, known: Mapping[EntityId, Entity]) -> dict[int, Named]:
    by_index = {r.mention.index: r for r in meant.resolutions} if meant.parse.mentions else {}
    found: dict[int, Named] = {}
    for mention in meant.parse.mentions:
        referent = meant.referents[mention.index] if mention.index < len(meant.referents) else None
        entity = known.get(EntityId(referent)) if referent else None
        own = by_index.get(mention.index)
        candidates = tuple(c.name for c in getattr(own, "candidates", ())) if own is not None and type(own).__name__ == "Ambiguous" else ()
        found[mention.index] = Named(
            referent, entity.name if entity else None, entity.type if entity else mention.type, mention.value, candidates
        )
    return found


def _known_values(state: TurnState) -> dict[str, Any]:
    """What slots marked `known` take without asking: the number that the carrier vouches for, or the last one told."""
    before, turn = state["before"], state["turn"]
    told = {
        f.predicate: f.value
        for f in before.facts.values()
        if f.value_type in ("phone", "email") and f.subject == _customer(state) and f.retracted_at is None
    }
    carried = (
        next((a.value for a in before.customer.addresses if a.channel in ("sms", "voice")), None)
        if turn.channel in ("sms", "voice")
        else None
    )
    return {name: value for name, value in {**told, "phone": told.get("phone") or carried}.items() if value}


def _missed(before: Snapshot) -> int:
    """Replies in a row that could not be understood."""
    count = 0
    for turn in reversed(before.turns):
        if turn.speaker == "agent" or turn.answer is None:
            continue
        if not turn.answer.get("missed"):
            break
        count += 1
    return count


def _as_prior(state: TurnState) -> PriorTurn:
    turn, meant, parse = state["turn"], state["meant"], state["parse"]
    prior, _ = remember(state["discourse"], parse, meant.resolutions, number=turn.number, understood=meant.text)
    return prior


def _session(before: Snapshot, turn: Turn, request: TurnRequest) -> Session:
    """The conversation that the turn is part of, begun with it where there is none yet."""
    found = before.sessions.get(turn.session) or Session(turn.session, turn.channel, request.address or "", turn.at, turn.at)
    return replace(found, started_at=min(found.started_at, turn.at), last_turn_at=max(found.last_turn_at, turn.at))


def _parses(state: TurnState) -> dict[TurnId, Parse]:
    """Those that reading the text again would give: without times that were counted from earlier turns."""
    found = {state["turn"].id: state["parse"]} if not any(t.antecedent for t in state["parse"].times) else {}
    reply, parse = state["reply_turn"], state["reply_parse"]
    return {**found, reply.id: parse} if reply and parse else found


def _body(state: TurnState) -> dict[str, Any]:
    """The contract's answer."""
    turn, before, meant = state["turn"], state["before"], state["meant"]
    known = {**before.entities, **state["entities"]}
    reply, said, decision = state["reply"], state["reply_turn"], state["decision"]
    goals: dict[Any, Goal] = {**before.goals, **({g.id: g for g in decision.goals} if decision else {})}
    return {
        "turn_id": turn.id,
        "session_id": turn.session,
        "customer_id": state["scope"].customer,
        "replayed": False,
        "understood": meant.text,
        "resolutions": _resolutions(state, known),
        "entities": [serialise.entity_seen(e, new=e.id not in before.entities) for e in state["entities"].values()],
        "facts": [serialise.fact(f, known) for f in state["changes"].written],
        "goals": serialise.goals_of(goals.values(), [g.id for g in decision.goals] if decision else []),
        "reply": _reply(reply, said) if reply and said else None,
        "timings_ms": {name: state["timings"].get(name, 0.0) for name in (*STEPS, "total")},
        "missed": decision is not None and not decision.understood,
    }


def _resolutions(state: TurnState, known: Mapping[EntityId, Entity]) -> list[dict[str, Any]]:
    parse = state["parse"]
    records = entities.records(state["meant"].resolutions, parse)
    found = [serialise.resolution(r, known) for r in records]
    for time_said in with_antecedents(parse, state["discourse"]):
        span = parse.source_span(time_said.span)
        found.append(serialise.time_resolution(time_said, parse.source, span.start, span.end))
    return sorted(found, key=lambda r: (r["start"], -r["end"]))


def _reply(reply: Reply, said: Turn) -> dict[str, Any]:
    citations = [{"turn_id": c.turn_id, "fact_id": c.fact_id, "text": c.text} for c in reply.citations]
    return {"turn_id": said.id, "text": reply.text, "act": reply.act, "citations": citations}
