"""Questions put to one customer's memory: in the middle of a conversation, or by `ask`.

Reads the question as a turn of whoever asks, has it resolved, and has memory answer it; changes nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from agent.api_models import AskRequest
from agent.heard import Citation, MemoryAnswer
from graph.anchors import anchors
from graph.asked import Question
from graph.memory import CustomerMemory
from graph.model import EntityId, SessionId, Snapshot, Turn, TurnId
from graph.questions import answer
from graph.recollection import PARSED
from graph.telling import Answer
from nlp.discourse import remember
from nlp.ellipsis import understand
from nlp.modality import Predicates
from nlp.pipeline import Pipeline
from nlp.types import Discourse, Lexicon, Parse, Understanding


@cache
def predicates() -> Predicates:
    return Predicates.load()


def answer_in_turn(lexicon: Lexicon, before: Snapshot, meant: Understanding, turn: Turn) -> MemoryAnswer | None:
    """What memory, as it was before the turn, says to the question in it; None where it asks nothing."""
    modalities = {r.modality for r in meant.parse.relations}
    sounds = bool({"question", "wh_question", "yes_no_question"} & meant.parse.acts) and "request" not in modalities
    if not sounds and "question" not in modalities:
        return None
    found = _answered(lexicon, before, meant, as_of=turn.at, known_at=turn.at, to_customer=True)
    return MemoryAnswer(found.text, tuple(Citation(c.turn, c.fact, c.text) for c in found.citations), found.abstained)


async def ask(
    memory: CustomerMemory, pipeline: Pipeline, asked: AskRequest, *, now: datetime, turn: Turn, country: str | None = None
) -> dict[str, Any]:
    """The contract's answer to `POST …/ask`. `turn`: a turn that is not kept, with the asker's zone, at `as_of`."""
    before = await memory.snapshot()
    discourse = await memory.discourse(turn)
    return await asyncio.to_thread(_asked, pipeline, before, discourse, asked, turn, now, country)


def _asked(
    pipeline: Pipeline, before: Snapshot, discourse: Discourse, asked: AskRequest, turn: Turn, now: datetime, country: str | None
) -> dict[str, Any]:
    zone = ZoneInfo(turn.zone)
    counted = anchors(before, discourse.turns, zone=zone)

    def read(text: str, *, composed: bool = False) -> Parse:
        return pipeline.parse(text, at=turn.at, zone=zone, anchors=counted, country=country, fluent=composed)

    discourse = _after(discourse, asked.previous, read, pipeline)
    parse = read(asked.question)
    meant = understand(parse, discourse, pipeline.lexicon, reparse=partial(read, composed=True), tagger=pipeline.tagger)
    found = _answered(pipeline.lexicon, before, meant, as_of=turn.at, known_at=now, to_customer=asked.asked_by == "customer")
    citations = [{"turn_id": c.turn, "fact_id": c.fact, "text": c.text} for c in found.citations]
    return {
        "answer": found.text,
        "abstained": found.abstained,
        "reason": found.reason or None,
        "citations": citations,
        "understood": meant.text,
    }


def _after(discourse: Discourse, previous: tuple[str, ...], read: Callable[..., Parse], pipeline: Pipeline) -> Discourse:
    """The discourse after the questions that this one follows up."""
    for n, text in enumerate(previous):
        asked = replace(discourse, turn_id=f"{discourse.turn_id}-{n}")
        parse = read(text)
        meant = understand(parse, asked, pipeline.lexicon, reparse=partial(read, composed=True), tagger=pipeline.tagger)
        number = asked.turns[-1].number + 1 if asked.turns else 0
        prior, changed = remember(asked, parse, meant.resolutions, number=number, understood=meant.text)
        discourse = replace(discourse, turns=(*asked.turns, prior)[-PARSED:], referents={**asked.referents, **changed})
    return discourse


def _answered(
    lexicon: Lexicon, before: Snapshot, meant: Understanding, *, as_of: datetime, known_at: datetime, to_customer: bool
) -> Answer:
    entities = before.entities
    question = Question(
        parse=meant.parse,
        referents=meant.referents,
        known=frozenset(map(str, entities)),
        customer=next((e.id for e in entities.values() if e.is_customer), EntityId("")),
        business=next((e.id for e in entities.values() if e.is_business), EntityId("")),
        entities=entities,
        as_of=as_of,
    )
    return answer(
        question,
        before.facts,
        known_at,
        similarity=lexicon.similarity,
        classes=predicates().synonyms,
        to_customer=to_customer,
        index=before.index,
    )


def asking_turn(turn_id: str, at: datetime, zone: str, session: str, number: int) -> Turn:
    """The question as a turn of its own, which nobody keeps."""
    return Turn(TurnId(turn_id), None, SessionId(session), number, "api", "customer", at, at, "", zone)
