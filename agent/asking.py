"""Questions put to one customer's memory: in the middle of a conversation, or by `ask`.

Reads the question as a turn of whoever asks, has it resolved, and has memory answer it; changes nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any, Literal
from zoneinfo import ZoneInfo

from agent.api_models import AskRequest
from agent.heard import Citation, MemoryAnswer
from graph.anchors import anchors
from graph.memory import CustomerMemory
from graph.model import EntityId, SessionId, Snapshot, Turn, TurnId
from graph.question_terms import Question
from graph.questions import answer
from graph.recollection import PARSED
from graph.telling import Answer
from nlp.discourse import remember
from nlp.ellipsis import understand
from nlp.modality import Predicates
from nlp.pipeline import Pipeline
from nlp.types import Discourse, Lexicon, Linked, Parse, Understanding
from nlp.wording import referent_of

_PERSONS = frozenset({"he", "she", "they", "him", "her", "them", "his", "hers", "their", "theirs"})
_CUSTOMERS = frozenset({"customer", "client", "caller"})


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
    meant = _about_customer(meant, discourse, turn, before) if asked.asked_by == "business" else meant
    found = _answered(pipeline.lexicon, before, meant, as_of=turn.at, known_at=now, to_customer=asked.asked_by == "customer")
    if found.abstained and meant.parse is not parse:  # what was filled in may have been none of its business
        bare = replace(meant, text=parse.text, parse=parse, referents=tuple(map(referent_of, meant.resolutions)))
        found = _answered(pipeline.lexicon, before, bare, as_of=turn.at, known_at=now, to_customer=asked.asked_by == "customer")
    citations = [{"turn_id": c.turn, "fact_id": c.fact, "text": c.text} for c in found.citations]
    return {
        "answer": found.text,
        "abstained": found.abstained,
        "reason": found.reason or None,
        "citations": citations,
        "understood": meant.text,
    }


def _about_customer(meant: Understanding, discourse: Discourse, turn: Turn, before: Snapshot) -> Understanding:
    """A question that the business puts: "she" and "the caller" are the customer, where the question names nobody else for them."""
    asked = {turn.id, *(t.turn_id for t in discourse.turns if t.turn_id.startswith(turn.id))}
    gender = next((e.gender for e in before.entities.values() if e.is_customer), None)
    referents = list(meant.referents)
    for resolution in meant.resolutions if meant.parse.mentions else ():
        mention = resolution.mention
        within = isinstance(resolution, Linked) and resolution.antecedent is not None and resolution.antecedent.turn_id in asked
        pronoun = mention.kind == "pronoun" and mention.person == 3 and mention.head_lemma in _PERSONS
        fits = None in (gender, mention.gender) or gender == mention.gender
        noun = mention.kind == "nominal" and mention.head_lemma in _CUSTOMERS and mention.definiteness in ("definite", "demonstrative")
        if mention.index < len(referents) and ((pronoun and not within and fits) or noun):
            referents[mention.index] = discourse.customer
    if tuple(referents) == meant.referents:
        return meant
    return replace(meant, text=meant.parse.text, referents=tuple(referents))


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


def asking_turn(turn_id: str, at: datetime, zone: str, number: int, *, by: Literal["customer", "business"]) -> Turn:
    """The question as a turn of its own, which nobody keeps."""
    speaker = "agent" if by == "business" else "customer"
    return Turn(TurnId(turn_id), None, SessionId(""), number, "api", speaker, at, at, "", zone)
