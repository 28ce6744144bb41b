"""Training dialogues played through reference resolution: for each mention that is marked, its candidates and how right each would be.

Knows the uniform format of references.jsonl. What is right is measured as the overlap of a candidate's earlier mentions with the
marked ones, so that a candidate whose mentions were put together wrongly counts for less.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from nlp.agreement import FORMS
from nlp.callbacks import resolve_callbacks
from nlp.coref import resolve
from nlp.discourse import remember
from nlp.pipeline import Pipeline
from nlp.pronoun_choice import Scored
from nlp.ranker import Features
from nlp.train_agreement import Dialogue, Marked, Place
from nlp.types import Discourse, Mention, Parse, PriorTurn, Referent, Span

_AT, _ZONE = datetime(2026, 3, 2, 15, tzinfo=UTC), ZoneInfo("America/Chicago")
_WINDOW = 30
_EVERY_PHRASE = ("gum-news", "gum-academic")  # sources whose unmarked noun phrases are new
_SAME = 0.4  # overlap over union from which a phrase of ours is a marked one


class Row(NamedTuple):
    features: Features
    merit: float  # F1 with the marked antecedents, in [0, 1]


class Example(NamedTuple):
    source: str
    dialogue: str
    family: str  # of the weights
    rows: tuple[Row, ...]
    new: bool  # it goes back to nothing
    view: int  # entities that were in view


class Marks(NamedTuple):
    """The marked mentions of one dialogue by place, and all places that are said to be mentions."""

    by_place: dict[Place, Marked]
    every: frozenset[Place]

    @classmethod
    def of(cls, dialogue: Dialogue) -> "Marks":
        own = {(m["turn"], m["start"], m["end"]): m for m in dialogue["mentions"]}
        back = (_place(a) for m in dialogue["mentions"] for a in m["antecedents"])
        return cls(own, frozenset([*own, *back]))


def read(path: Path, sources: Sequence[str]) -> Iterator[Dialogue]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            dialogue: Dialogue = json.loads(line)
            if dialogue["source"] in sources:
                yield dialogue


def examples(pipeline: Pipeline, dialogue: Dialogue) -> list[Example]:
    marks, found = Marks.of(dialogue), list[Example]()
    turns: list[PriorTurn] = []
    referents = {"customer": Referent("customer", "customer", "person"), "business": Referent("business", "business", "organisation")}
    for number, turn in enumerate(dialogue["turns"]):
        if not turn["text"].strip():
            continue
        parse = pipeline.parse(turn["text"], at=_AT, zone=_ZONE)
        discourse = Discourse(
            speaker="agent" if turn["speaker"] == "agent" else "customer", channel="webchat", at=_AT, session_id="s",
            turn_id=str(number), customer="customer", business="business", turns=tuple(turns[-_WINDOW:]), referents=referents,
            new_id=lambda span, number=number: f"{number}:{span.start}-{span.end}",
        )  # fmt: skip
        view = len({m.referent for t in turns[-_WINDOW:] for m in t.mentions if m.referent is not None})
        chosen: list[tuple[Mention, Sequence[Scored]]] = []
        resolutions = resolve(
            parse,
            discourse,
            pipeline.lexicon,
            settled=resolve_callbacks(parse, discourse, pipeline.lexicon),
            watch=lambda mention, scored, chosen=chosen: chosen.append((mention, scored)),
        )
        prior, changed = remember(discourse, parse, resolutions, number=number)
        turns, referents = [*turns, prior], {**referents, **changed}
        made = (_example(dialogue, marks, parse, number, mention, scored, view) for mention, scored in chosen)
        found += [example for example in made if example is not None]
    return found


def _example(
    dialogue: Dialogue, marks: Marks, parse: Parse, number: int, mention: Mention, scored: Sequence[Scored], view: int
) -> Example | None:
    family = (
        ({"he": "he_she", "she": "he_she"}.get(form := FORMS.get(mention.head_lemma, "that"), form))
        if mention.kind == "pronoun"
        else "nominal"
    )
    own = parse.source_span(mention.span)
    at = next((p for p in marks.by_place if p[0] == number and _share(own, Span(*p[1:])) >= _SAME), None)
    golds = frozenset(map(_place, marks.by_place[at]["antecedents"])) if at is not None else frozenset[Place]()
    unmarked = at is None and (family != "nominal" or dialogue["source"] not in _EVERY_PHRASE)
    if unmarked or not scored or (family != "nominal" and not golds):
        return None
    rows = tuple(Row(s.features, _merit(s, (number, mention.span.start), golds, marks.every)) for s in scored)
    return Example(dialogue["source"], dialogue["id"], family, rows, not golds, view + mention.index)


def _merit(candidate: Scored, before: tuple[int, int], golds: frozenset[Place], every: frozenset[Place]) -> float:
    if candidate.said is not None:
        back = candidate.said.antecedent
        places = [(int(back.turn_id), back.span)]
    else:
        places = [(int(s.turn_id), s.span) for s in candidate.known.seen if (int(s.turn_id), s.mention.span.start) < before]
    right = {g for at, span in places if (g := _marked(at, span, golds)) is not None}
    marked = len(right) + sum(1 for at, span in places if _marked(at, span, golds) is None and _marked(at, span, every) is not None)
    return 2 * len(right) / (marked + len(golds)) if right else 0.0


def _marked(turn: int, span: Span, places: frozenset[Place]) -> Place | None:
    return next((p for p in sorted(places) if p[0] == turn and _share(span, Span(*p[1:])) >= _SAME), None)


def _share(one: Span, other: Span) -> float:
    both = max(0, min(one.end, other.end) - max(one.start, other.start))
    return both / (one.end - one.start + other.end - other.start - both) if both else 0.0


def _place(mark: Marked) -> Place:
    return mark["turn"], mark["start"], mark["end"]
