"""Training dialogues played through reference resolution: for each mention that is marked, its candidates and how right each would be,
and what was decided and how right that was.

Knows the uniform format of references.jsonl. What is right is measured as the overlap of a candidate's earlier mentions with the
marked ones, so that a candidate whose mentions were put together wrongly counts for less.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from nlp.callbacks import resolve_callbacks
from nlp.coref import resolve, told_by
from nlp.discourse import remember
from nlp.pipeline import Pipeline
from nlp.pronoun_choice import Scored
from nlp.pronoun_features import family_of
from nlp.ranker import Features
from nlp.train_agreement import Dialogue, Marked, Place
from nlp.types import Discourse, Linked, Mention, Parse, PriorTurn, Referent, Resolution, Span
from nlp.wording import referent_of

_AT, _ZONE = datetime(2026, 3, 2, 15, tzinfo=UTC), ZoneInfo("America/Chicago")
_WINDOW = 30
_EVERY_PHRASE = ("gum-news", "gum-academic")  # sources whose unmarked noun phrases are new
_WIDE = 60  # characters
_PICTURES = "vispro"  # what a pronoun without antecedents means there was seen, not said
_FIXED = (0.7, 0.8, 0.95, 0.98)  # confidences that rest on a rule, not on scores
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


class Decision(NamedTuple):
    """A mention that is marked and was linked. `told` is what the choice tells of itself, None where nothing was chosen by scores."""

    source: str
    dialogue: str
    sort: str  # pronoun, nominal, name
    sure: float
    right: bool
    told: Features | None


class Played(NamedTuple):
    """One turn as it was understood. `view`: entities that earlier turns brought into view."""

    number: int
    parse: Parse
    resolutions: tuple[Resolution, ...]
    chosen: dict[int, tuple[Mention, Sequence[Scored]]]  # by index of mention
    view: int


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
    return learnt_from(dialogue, play(pipeline, dialogue))


def learnt_from(dialogue: Dialogue, played: Sequence[Played]) -> list[Example]:
    marks = Marks.of(dialogue)
    made = (_example(dialogue, marks, p.parse, p.number, mention, scored, p.view) for p in played for mention, scored in p.chosen.values())
    return [example for example in made if example is not None]


def play(pipeline: Pipeline, dialogue: Dialogue) -> list[Played]:
    """The turns with anything in them, in order."""
    found, turns = list[Played](), list[PriorTurn]()
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
        chosen: dict[int, tuple[Mention, Sequence[Scored]]] = {}
        resolutions = resolve(
            parse,
            discourse,
            pipeline.lexicon,
            settled=resolve_callbacks(parse, discourse, pipeline.lexicon),
            watch=lambda mention, scored, chosen=chosen: chosen.__setitem__(mention.index, (mention, scored)),
        )
        prior, changed = remember(discourse, parse, resolutions, number=number)
        turns, referents = [*turns, prior], {**referents, **changed}
        found.append(Played(number, parse, resolutions, chosen, view))
    return found


def decisions(dialogue: Dialogue, played: Sequence[Played]) -> list[Decision]:
    """Every third-person mention that is marked and was linked; one that goes back to nothing was linked wrongly.

    Appositions and predicates do not count: no source marks them as the same.
    """
    marks, found = Marks.of(dialogue), list[Decision]()
    said: dict[str, list[tuple[int, Span]]] = {}
    for turn in played:
        for resolution in turn.resolutions:
            own = turn.parse.source_span(resolution.mention.span)
            if isinstance(resolution, Linked) and (golds := _golds(marks, turn.number, own)) is not None:
                decision = _decision(dialogue, turn, resolution, golds, said.get(resolution.referent or "", []))
                found += [decision] if decision is not None else []
            referent = referent_of(resolution)
            if referent is not None:
                said.setdefault(referent, []).append((turn.number, own))
    return found


def _decision(
    dialogue: Dialogue, turn: Played, made: Linked, golds: frozenset[Place], before: Sequence[tuple[int, Span]]
) -> Decision | None:
    mention = made.mention
    if mention.person != 3 or mention.kind == "speaker" or mention.value is not None or mention.same_as is not None:
        return None
    if mention.kind == "pronoun" and not golds and dialogue["source"] == _PICTURES:
        return None
    sort = mention.kind if mention.kind in ("pronoun", "name") else "nominal"
    back = [(int(made.antecedent.turn_id), made.antecedent.span)] if made.antecedent else []
    right = any(at == gold[0] and _meets(span, Span(*gold[1:])) for at, span in (*back, *before) for gold in golds)
    by = "pronoun" if sort == "pronoun" else "nominal"
    scored = [s for s in turn.chosen.get(mention.index, (mention, ()))[1] if by == "pronoun" or s.score >= 0.0]
    chose = bool(scored) and len(made.candidates) > 0 and made.confidence not in _FIXED
    told = told_by(by, mention, scored, turn.view) if chose else None
    return Decision(dialogue["source"], dialogue["id"], sort, made.confidence, right, told)


def _golds(marks: Marks, number: int, own: Span) -> frozenset[Place] | None:
    """What the mention that is marked there goes back to; None where none is marked."""
    at = next((p for p in marks.by_place if p[0] == number and _share(own, Span(*p[1:])) >= _SAME), None)
    return None if at is None else frozenset(map(_place, marks.by_place[at]["antecedents"]))


def _example(
    dialogue: Dialogue, marks: Marks, parse: Parse, number: int, mention: Mention, scored: Sequence[Scored], view: int
) -> Example | None:
    family = family_of(mention) if mention.kind == "pronoun" else "nominal"
    marked = _golds(marks, number, parse.source_span(mention.span))
    golds = marked or frozenset[Place]()
    unmarked = marked is None and (family != "nominal" or dialogue["source"] not in _EVERY_PHRASE)
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


def _meets(own: Span, gold: Span) -> bool:
    """Whether they overlap; what is so wide that it would meet anything does not."""
    wide = own.end - own.start > max(_WIDE, 3 * (gold.end - gold.start))
    return own.start < gold.end and gold.start < own.end and not wide


def _share(one: Span, other: Span) -> float:
    both = max(0, min(one.end, other.end) - max(one.start, other.start))
    return both / (one.end - one.start + other.end - other.start - both) if both else 0.0


def _place(mark: Marked) -> Place:
    return mark["turn"], mark["start"], mark["end"]
