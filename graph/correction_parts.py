"""What a turn's words put right: the parts that are denied, and those that stand in their place. Pure.

Knows one turn as it was heard; not what was said before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.courtesies import is_verdict
from graph.drafts import Heard
from graph.model import EntityId
from graph.rivals import Signals
from nlp.function_words import ORDINALS
from nlp.number_words import numeral
from nlp.syntax import within
from nlp.types import Mention, Relation, Span, TimeExpression, Token

Kind = Literal["clock", "day", "duration", "phone", "email", "money", "number", "code", "address", "thing", "person", "place", "name"]

_KINDS: dict[str, Kind] = {
    "phone": "phone", "email": "email", "money": "money", "number": "number", "code": "code", "address": "address", "person": "person",
    "place": "place",
}  # fmt: skip
_TALK = frozenset(
    {"mean", "misspeak", "mistype", "misspell", "misread", "mishear", "mix", "mix_up", "correct", "scratch", "strike", "spell"}
)
_NOTING = frozenset({"put", "put_down", "write", "write_down", "note", "note_down", "enter", "mark", "mark_down", "make"})
_SLIPS = frozenset({"slip", "typo", "misprint", "mix-up", "misspelling"})
_CALLED_SLIP = re.compile(rf" (?:was|is|were) (?:just |only )?an? (?:{'|'.join(sorted(_SLIPS))})\b", re.IGNORECASE)
_SAYING = frozenset({"say", "tell", "write", "type", "text", "put", "mention", "give", "send", "read", "list", "enter"})
_PASSED = frozenset({"DET", "ADP", "PRON", "ADJ", "NUM", "PROPN", "NOUN", "PUNCT", "SYM", "PART"})
_CLOCKS = ("minute", "hour", "part")
_PICKED = ORDINALS | {"other", "previous", "same"}
_WRONG = frozenset({"wrong", "incorrect", "mistaken"})  # "the wrong date" names no date
_SPELLED = re.compile(r",? with (?:an?|one|two|three|double) [a-z]'?s?$", re.IGNORECASE)
_NUMBER = re.compile(r"\d")
LONGEST = 2000  # characters of a turn that may put something right
_MARK = re.compile(r"[.!?]+(?=\s|$)|(?<!\d)[,]|,(?!\d)|[;:](?!\d)|\s[-–—]+\s|[–—]|\bbut\b|\s(?=(?:rather than|instead of)\b)")


@dataclass(frozen=True, slots=True)
class Part:
    """Words that name a time, an amount or a thing. `denied`: said to be not so. `alone`: in no clause that says something with it."""

    span: Span
    said: str
    kind: Kind
    head: str  # lemma
    entity: EntityId | None = None
    value: str | None = None
    modifiers: tuple[str, ...] = ()
    denied: bool = False
    alone: bool = True
    clause: int | None = None  # the relation that it stands in
    spelled: bool = False  # said to be written so: "with one n"


def is_talk(relation: Relation) -> bool:
    """Of what was said itself rather than of the world: "I meant …", "I got that wrong"."""
    verb = relation.predicate.split("_", maxsplit=1)[0]
    subject = relation.argument("subject")
    own = subject is None or subject.text.lower() in ("i", "we", "that", "it")
    if is_slip(relation):
        return True
    if verb == "change" and any(a.lemma in ("mind", "heart") for a in relation.arguments):
        return True
    wrong = verb in ("get", "have", "be") and any(
        a.lemma in ("wrong", "mistake", "typo", "mistaken", "incorrect") for a in relation.arguments
    )
    return own and (relation.predicate in _TALK or verb in _TALK or wrong)


def is_slip(relation: Relation) -> bool:
    """ "Trevor was a slip", "the 12th was a typo": of words that were wrong."""
    return relation.predicate == "be" and any(a.role == "attribute" and a.lemma in _SLIPS for a in relation.arguments)


def pairs(heard: Heard, said: Signals) -> list[tuple[Part | None, Part]]:
    """(what was wrong, what is right); None where the words leave open what was wrong. Nobody corrects a word in pages of text."""
    found = [p for p in parts(heard, said) if not _is_supposed(heard, p)] if len(heard.parse.text) <= LONGEST else []
    denied, kept = [p for p in found if p.denied], [p for p in found if not p.denied]
    kept = list({(p.said.lower(), p.kind, p.alone): p for p in kept}.values())
    made: list[tuple[Part | None, Part]] = []
    for wrong in denied:
        near = sorted(
            (p for p in kept if _alike(wrong, p) and not _is_told_of(heard, p, wrong)),
            key=lambda p: (p.kind != wrong.kind and not p.alone, _apart(wrong, p)),
        )
        if near and (near[0].alone or said.strong or said.weak or _apart(wrong, near[0]) < 14):
            made.append((wrong, near[0]))
    alone = [p for p in kept if p.alone]
    alone = [p for p in alone if p.kind != "thing"] if len(alone) > 1 else alone
    if not made and not denied and len(alone) == 1 and (said.strong or said.weak):
        made.append((None, alone[0]))
    return made


def _alike(one: Part, other: Part) -> bool:
    loose = {"thing", "name", "place", "person"}
    if "number" in (one.kind, other.kind) and numeral(one.said) and numeral(other.said):
        return True
    return one.kind == other.kind or (one.kind in loose and other.kind in loose) or {one.kind, other.kind} == {"number", "code"}


def _is_told_of(heard: Heard, part: Part, wrong: Part) -> bool:
    """ "The paper should be cream, not yellow": what it is said of stands in nothing's place."""
    clause = heard.parse.relations[part.clause] if part.clause is not None else None
    subject = clause.argument("subject") if clause is not None else None
    if clause is None or subject is None or not _meet(subject.span, part.span) or part.kind != "thing":
        return False
    return clause.predicate == "be" and any(a.role == "attribute" and a.span.start < wrong.span.start for a in clause.arguments)


def _apart(one: Part, other: Part) -> int:
    return max(one.span.start - other.span.end, other.span.start - one.span.end)


def parts(heard: Heard, said: Signals) -> Iterator[Part]:
    """In the order of the words, stretch by stretch between marks and joining words."""
    for stretch in _stretches(heard.parse.text):
        words = heard.parse.text[stretch.start : stretch.end].lower()
        denied = re.match(r"(?:(?:and|it's|that's|it is) )?(?:not|instead of|rather than)\s+", words)
        inner = Span(stretch.start + denied.end(), stretch.end) if denied else stretch
        if not said.is_talk(words) and not is_verdict(words):
            yield from _of_stretch(heard, said, inner, denied is not None)


def _stretches(text: str) -> Iterator[Span]:
    """Cut where one thing said ends: at marks that do not stand within a number or a name, at "but"."""
    start = 0
    for mark in _MARK.finditer(text):
        if mark.start() > start:
            yield _stripped(text, start, mark.start())
        start = mark.end()
    if start < len(text):
        yield _stripped(text, start, len(text))


def _stripped(text: str, start: int, end: int) -> Span:
    inner = text[start:end]
    return Span(start + len(inner) - len(inner.lstrip(" *\"'")), start + len(inner.rstrip(" .!?\"'")))


def _of_stretch(heard: Heard, said: Signals, stretch: Span, denied: bool) -> Iterator[Part]:
    taken: list[Span] = []
    for time in heard.parse.times:
        if time.part_of is None and time.kind != "recurring" and _in(time.span, stretch):
            taken.append(time.span)
            yield _part(heard, said, time.span, _kind_of_time(time), time.text.lower(), denied, value=time.value)
    for mention in sorted(heard.parse.mentions, key=lambda m: (m.span.start - m.span.end, m.index)):
        if _is_part(mention) and _in(mention.span, stretch) and not any(_meet(mention.span, t) for t in taken):
            taken.append(mention.span)
            if not _is_pick(mention) and _WRONG.isdisjoint(mention.modifiers):
                yield _of_mention(heard, said, mention, denied)
    if not taken and (words := _plain(heard, stretch)):
        yield _of_words(heard, said, words, denied)


def _plain(heard: Heard, stretch: Span) -> list[Token]:
    """The words of a stretch that name something, after its verb if it has one."""
    inside = within(heard.parse.tokens, stretch)
    verb = max((n for n, t in enumerate(inside) if t.pos in ("VERB", "AUX")), default=-1)
    inside = inside[verb + 1 :]
    while inside and inside[0].pos in ("INTJ", "ADP", "PUNCT", "PART", "ADV", "CCONJ"):
        inside = inside[1:]
    names = any(t.pos in ("NOUN", "PROPN", "NUM", "ADJ", "X") or _NUMBER.search(t.text) for t in inside)
    return inside if names else []


def _of_words(heard: Heard, said: Signals, words: Sequence[Token], denied: bool) -> Part:
    span = Span(words[0].span.start, words[-1].span.end)
    text = heard.parse.text[span.start : span.end]
    last = words[-1]
    kind: Kind = "name" if last.text[:1].isupper() else "thing"
    if _NUMBER.search(text) or all(t.pos == "NUM" for t in words):
        kind = "code" if re.search(r"\d", text) and re.search(r"[a-z]", text, re.IGNORECASE) and len(words) == 1 else "number"
    named = [m for m in heard.parse.mentions if m.head == last.i and _in(m.span, span)]
    entity = next((e for m in named if (e := heard.referent(m.index)) is not None), None)
    return _part(heard, said, span, kind, last.lemma.lower(), denied, value=text if kind in ("number", "code") else None, entity=entity)


def _is_part(mention: Mention) -> bool:
    plain = mention.kind not in ("speaker", "pronoun", "time", "callback", "ellipsis") and not mention.members
    return plain and mention.role != "possessor" and not mention.text.lower().startswith("not ")


def _is_pick(mention: Mention) -> bool:
    """ "The last one": it chooses among what was offered, and is no word for a thing as "the blue one" is."""
    return mention.head_lemma in ("one", "ones") and not _PICKED.isdisjoint(mention.modifiers)


def _in(inner: Span, outer: Span) -> bool:
    """But for a full stop."""
    return outer.start <= inner.start and inner.end <= outer.end + 1


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _of_mention(heard: Heard, said: Signals, mention: Mention, denied: bool) -> Part:
    kind = _KINDS.get(mention.type, "name" if mention.kind == "name" else "thing")
    return _part(
        heard, said, mention.span, kind, mention.head_lemma, denied, value=mention.value, entity=heard.referent(mention.index),
        modifiers=mention.modifiers,
    )  # fmt: skip


def _is_supposed(heard: Heard, part: Part) -> bool:
    """ "If it's more than 90, …": a number of what may be puts nothing right."""
    clause = heard.parse.relations[part.clause] if part.clause is not None else None
    if clause is None or clause.modality != "hypothesis":
        return False
    return clause.link == "if" or any(r.link == "if" and r.parent == clause.index for r in heard.parse.relations)


def _part(
    heard: Heard, said: Signals, span: Span, kind: Kind, head: str, denied: bool, *, value: str | None = None,
    entity: EntityId | None = None, modifiers: tuple[str, ...] = (),
) -> Part:  # fmt: skip
    text = _SPELLED.sub("", heard.parse.text[span.start : span.end].strip(" .,;!?"))
    spelled = _SPELLED.search(heard.parse.text.rstrip(" .,;!?")) is not None or "spell" in heard.parse.text.lower()
    clause = _clause(heard, span)
    wrong = (
        denied
        or (clause is not None and _is_no_such(clause))
        or _CALLED_SLIP.match(heard.parse.text, span.end) is not None
        or _is_denied(heard.parse.tokens, span)
        or (said.strong and clause is not None and was_said(clause))
    )
    alone = clause is None or is_talk(clause) or is_choice(clause)
    return Part(span, text, kind, head, entity, value, modifiers, wrong, alone, clause.index if clause is not None else None, spelled)


def _is_no_such(clause: Relation) -> bool:
    """ "It's not Dr. Vogel, …": denies a name or a thing, and says nothing else."""
    subject = clause.argument("subject")
    return clause.negated and clause.predicate == "be" and subject is not None and subject.text.lower() in ("it", "that", "this")


def _kind_of_time(time: TimeExpression) -> Kind:
    if time.kind == "duration":
        return "duration"
    return "clock" if time.grain in _CLOCKS else "day"


def _clause(heard: Heard, span: Span) -> Relation | None:
    around = [r for r in heard.parse.relations if any(_meet(a.span, span) for a in r.arguments if a.relation is None)]
    return min(around, key=lambda r: r.span.end - r.span.start, default=None)


def was_said(clause: Relation) -> bool:
    """ "I said the 12th", "I was wrong about the kitchen"."""
    verb, subject = clause.predicate.split("_", maxsplit=1)[0], clause.argument("subject")
    own = subject is not None and subject.text.lower() in ("i", "we")
    return own and ((verb in _SAYING and clause.tense == "past") or any(a.role == "about" for a in clause.arguments))


def is_choice(clause: Relation) -> bool:
    """ "It should be …", "let's do …", "it's …": says nothing of its own with what it names."""
    verb, subject = clause.predicate.split("_", maxsplit=1)[0], clause.argument("subject")
    if any(a.lemma == "rather" for a in clause.arguments):
        return True
    if clause.predicate in _NOTING and clause.modality == "request":
        return True
    named = subject is None or subject.text.lower() in ("it", "that", "this", "'s", "us", "they", "those")
    return named and verb in ("be", "do", "go", "make", "say", "take", "have", "read", "try", "use") and not clause.negated


def _is_denied(tokens: Sequence[Token], span: Span) -> bool:
    """After a "not" (or "instead of") that denies these words alone, not a verb."""
    before = [t for t in tokens if t.span.end <= span.start]
    for n in range(len(before) - 1, max(len(before) - 5, -1), -1):
        word = before[n].text.lower()
        if word == "not":
            return n == 0 or before[n - 1].pos not in ("AUX", "VERB")
        if word in ("of", "than") and n and before[n - 1].text.lower() in ("instead", "rather"):
            return True
        if before[n].pos not in _PASSED or before[n].text in (",", ";", ".", "-", "–", "—", ":"):
            return False
    return False
