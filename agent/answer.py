"""A decision as words, for the channel it goes out on: short and plain by SMS, speakable by voice, lightly marked up in a web chat.

Knows wording only. It must not decide anything: the act, the goals and what is to be told are settled before. A model may later word the
same pieces; it would stand behind `Phrase`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Protocol, cast

import yaml

from agent.heard import Act, Citation, Decision, Piece
from agent.playbook import Playbook
from agent.slot_times import parts
from agent.spoken import clock, day, local_today, slot_value, speakable
from graph.model import Goal, TurnId
from nlp.types import Channel, Span

SMS_LIMIT = 320  # characters: two segments
_PHRASES = Path(__file__).parent / "data" / "phrases.yaml"
_SLOT = re.compile(r"\{(\w+)\}")
_LEADS = r"(?:(?:up to|for|on|at|in|with|to|by|of|from|about|under|until|near)\s+)?"
_AGREEING = {"is": "are", "has": "have", "was": "were"}  # with "you", where a name was expected
_YOURS = {
    "my": "your",
    "our": "your",
    "mine": "yours",
    "ours": "yours",
    "me": "you",
    "myself": "yourself",
    "i": "you",
    "i'm": "you're",
    "we": "you",
}


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    act: Act
    citations: tuple[Citation, ...] = ()
    turn_id: TurnId | None = None  # under which it was said, where that was before


class Phrase(Protocol):
    """Words for a decision on a channel; must say what its pieces say and nothing else."""

    def __call__(self, decision: Decision, channel: Channel, playbook: Playbook, *, at: datetime, variant: int = 0) -> Reply: ...


@dataclass(frozen=True, slots=True)
class _Wording:
    playbook: Playbook
    channel: Channel
    today: date
    variant: int
    in_goal: bool

    @property
    def voice(self) -> bool:
        return self.channel == "voice"


def word(decision: Decision, channel: Channel, playbook: Playbook, *, at: datetime, variant: int = 0) -> Reply:
    """Implements `Phrase` by templates. variant: any number; which of several equal phrases is taken (the turn's number, say)."""
    in_goal = any(p.kind in ("ask", "confirm", "time_of_day") for p in decision.pieces)
    wording = _Wording(playbook, channel, local_today(at, playbook.business.zone), variant, in_goal)
    said = [text for text in (_worded(piece, wording) for piece in decision.pieces) if text]
    citations = tuple(c for piece in decision.pieces for c in piece.citations)
    return Reply(_for_channel(" ".join(said), channel, playbook.business.country), decision.act, citations)


def _worded(piece: Piece, wording: _Wording) -> str:
    if piece.kind in ("ask", "confirm", "done", "tell"):
        text = render(piece.text, piece.goal, wording.playbook, wording.today, channel=wording.channel)
        return f"{text} {_phrase('offer', wording, options=_listed(piece.options))}" if piece.options else text
    if piece.kind in ("knowledge", "memory", "objection", "handoff", "repeat"):
        return piece.text
    if piece.kind == "time_of_day":
        return _rest_of_time(piece, wording)
    if piece.kind == "clarify":
        return _clarifying(piece, wording)
    title = _title(piece, wording)
    return _phrase(_key(piece, wording), wording, title=title, options=" or ".join(piece.options), business=wording.playbook.business.name)


def _key(piece: Piece, wording: _Wording) -> str:
    if piece.kind in ("again", "abstain") and not wording.in_goal:
        return f"{piece.kind}_no_goal"
    return "got" if piece.kind == "inform" and wording.in_goal else piece.kind


def _title(piece: Piece, wording: _Wording) -> str:
    spec = wording.playbook.goal(piece.goal.name) if piece.goal else None
    return spec.title if spec else ""


def _clarifying(piece: Piece, wording: _Wording) -> str:
    if piece.options:
        return _phrase("clarify_options", wording, options=_listed(piece.options))
    person = piece.text.lower() in ("he", "she", "they", "him", "her", "them", "his", "their")
    return _phrase("clarify_person" if person else "clarify", wording)


def _rest_of_time(piece: Piece, wording: _Wording) -> str:
    """Asks for the part of a time that is still missing."""
    goal = piece.goal
    on, at = parts(goal.slots[goal.awaiting].value) if goal and goal.awaiting in goal.slots else (None, None)
    if on:
        return _phrase("missing_clock", wording, value=day(on, wording.today, voice=wording.voice))
    return _phrase("missing_day", wording, value=clock(at, voice=wording.voice)) if at else piece.text


def _listed(options: Sequence[str]) -> str:
    return " or ".join((", ".join(options[:-1]), options[-1])) if len(options) > 1 else "".join(options)


@cache
def _phrases() -> Mapping[str, Sequence[str]]:
    return cast(dict[str, list[str]], yaml.safe_load(_PHRASES.read_text(encoding="utf-8")))


def courtesies(text: str) -> tuple[Span, ...]:
    """Where a reply says phrases of our own that bring nothing up: "Thank you, all is well here."."""
    fixed = dict.fromkeys(phrase for phrases in _phrases().values() for phrase in phrases if "{" not in phrase)
    return tuple(Span(at, at + len(phrase)) for phrase in fixed if (at := text.find(phrase)) >= 0)


def _phrase(key: str, wording: _Wording, **values: str) -> str:
    variants = _phrases()[key]
    return variants[wording.variant % len(variants)].format(**values)


def render(template: str, goal: Goal | None, playbook: Playbook, today: date, *, channel: Channel) -> str:
    """The template with its slots as said. A slot not filled renders as nothing, its comma and its preposition with it; articles agree."""
    text = template
    for name in _SLOT.findall(template):
        held = goal.slots.get(name) if goal else None
        if held is None:
            text = _without(text, name)
            continue
        said = _yours(slot_value(held.value, today, playbook.business.country, voice=channel == "voice"))
        said = f"**{said}**" if channel == "webchat" else said
        text = _put(text, name, said)
    text = re.sub(
        r"\b(you(?!rs?\b)) (?:is|has|was)\b", lambda m: f"{m[1]} {_AGREEING[m[0].rsplit(' ', 1)[1].lower()]}", text, flags=re.IGNORECASE
    )
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(^|[.!?] )(\**)([a-z])", lambda m: m[1] + m[2] + m[3].upper(), text)


def _without(text: str, name: str) -> str:
    text = re.sub(rf"(?:,\s*)?\b{_LEADS}\{{{name}\}}(?=\s*[.,!?;:])|{_LEADS}\{{{name}\}}(?:\s*,)?", "", text, count=1)
    return re.sub(r"^[\s,;:]+|\s+(?=[.,!?;:])", "", re.sub(r"\s{2,}", " ", text))


def _put(text: str, name: str, said: str) -> str:
    """Puts the words in, with one article that agrees: "A {x}" with "extraction" or with "a new tyre"."""
    bare = re.sub(r"^(\**)(?:an?|the)\s+", r"\1", said, flags=re.IGNORECASE)
    article = "an" if re.match(r"\**[aeiou]", bare, re.IGNORECASE) else "a"

    def with_article(match: re.Match[str]) -> str:
        given = match["article"]
        if re.match(r"\**your\b", bare):
            return bare
        return f"{article.capitalize() if given[0].isupper() else article} {bare}"

    text = re.sub(rf"\b(?P<article>[Aa]n?)\s+\{{{name}\}}", with_article, text)
    return text.replace(f"{{{name}}}", said)


def _yours(said: str) -> str:
    """The customer's own words turned round: "my car" is your car."""
    return re.sub(
        r"\b(?:my|our|mine|ours|me|myself|i'm|i|we)\b(?!['’.\w])", lambda m: _YOURS.get(m[0].lower(), m[0]), said, flags=re.IGNORECASE
    )


def _for_channel(text: str, channel: Channel, country: str) -> str:
    if channel == "voice":
        return speakable(text, country)
    if channel == "sms":
        return _short(
            text.translate(str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " "}))
        )
    return text


def _short(text: str) -> str:
    """At most two segments, cut after a sentence, else after a word; the last question is kept, since it is what moves the talk on."""
    if len(text) <= SMS_LIMIT:
        return text
    sentences = re.split(r"(?<=[.!?])\s+", text)
    last = sentences[-1] if sentences[-1].endswith("?") and len(sentences[-1]) < SMS_LIMIT // 2 else ""
    room = SMS_LIMIT - (len(last) + 1 if last else 0)
    kept = ""
    for sentence in sentences[: -1 if last else None]:
        if len(kept) + len(sentence) + 1 > room:
            break
        kept = f"{kept} {sentence}".strip()
    kept = kept or text[: room - 3].rsplit(" ", 1)[0] + "..."
    return f"{kept} {last}".strip()
