"""What a clause tells beside any wish: that something is wrong, that something was found, and whether it is somebody else's.

Knows words and grammar. Must not know a playbook's words, nor what follows from what is told.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from agent.heard import Heard
from agent.slot_choice import stem
from nlp.syntax import starting
from nlp.types import Span, Token

_TROUBLES = Path(__file__).parent / "data" / "troubles.txt"
_OFF = re.compile(
    r"\b(?:c[ao]m(?:e|es|ing)|f[ea]ll(?:s|ing)?|br[oe]a?k(?:e|s|ing)?|(?:cut|shut)(?:s|ting)?|went|goes|going|wore)"
    r" (?:off|out|down|apart|loose)\b"
)
_NOT = re.compile(
    r"\b(?:won't|wont|doesn't|doesnt|isn't|isnt|aren't|arent|don't|didn't|not|never|hasn't|hasnt|haven't|can't|cannot|couldn't)\b"
)
_CEASES = re.compile(r"\b(?:stop|stops|stopped|quit|refuses?)\b")
_KEEPS = re.compile(r"\b(?:keeps?|kept) [a-z]+ing\b|\bcan't get (?:it|him|her|them|the [a-z]+|my [a-z]+) (?:to|out|off|open)\b")
_WITHOUT = re.compile(r"(?:\b(?:have|has|got|there's|there is|there are|we're|still|with|and) |^)(?:out of|no) ([a-z]+)")
_OVER = re.compile(r"\b(?:any ?more|no longer|gone|fixed|healed|fine|again (?:fine|good)|better now|solved|(?<!-)ended)\b")
_SPEAKER = re.compile(r"^\W*(?:i|we|you|i'm|i've|we're|we've)\b")
_COMING_UPON = frozenset({"see", "find", "notice", "hear", "discover", "spot", "catch"})
_BEING_THERE = frozenset({"be", "have", "get", "keep", "come"})  # told of the past, it need not be so now
_OTHERS = frozenset({
    "neighbor", "neighbour", "friend", "buddy", "coworker", "colleague", "boss", "cousin", "brother", "sister", "aunt", "uncle", "nephew",
    "niece", "tenant", "classmate", "teammate",
})  # fmt: skip


COURTESY = frozenset({"good", "fine", "great", "fair", "perfect", "sound", "wait", "morn"})
_SUITING = frozenset({"available", "free", "ok", "okay", "better", "best", "possible", "ready", "right", "correct", "sure", "important"})


@cache
def _troubles() -> frozenset[str]:
    lines = _TROUBLES.read_text(encoding="utf-8").splitlines()
    return frozenset(stem(word) for line in lines if not line.startswith("#") for word in line.split())


def is_trouble(text: str) -> bool:
    """Whether something is told to be wrong or missing: "the lid won't close", "it leaks", "no hot water"; not what is over or denied."""
    said = text.lower().replace("’", "'")
    if _OVER.search(said):
        return False
    without = _WITHOUT.search(said)
    if _KEEPS.search(said) or (without and stem(without[1]) not in _troubles()):
        return True
    bad = _OFF.search(said) is not None or any(stem(w) in _troubles() for w in re.findall(r"[a-z][a-z-]+", said))
    denied = _NOT.search(said) is not None
    if _SPEAKER.match(said):
        return bad and not denied
    return (bad + denied + (_CEASES.search(said) is not None)) % 2 == 1  # "won't start", "won't stop leaking"; not "stopped leaking"


def is_finding(tokens: Sequence[Token], *, past: bool) -> bool:
    """Whether the clause's verb tells that something is there or was come upon: "we've got …", "I saw …", "there are …"."""
    verb = next((t for t in tokens if t.dep in ("ROOT", "conj", "ccomp") and t.pos in ("VERB", "AUX")), None)
    return verb is None or verb.lemma.lower() in (_COMING_UPON if past else _COMING_UPON | _BEING_THERE)


def is_of_others(tokens: Sequence[Token]) -> bool:
    """Whether the subject is somebody outside the household, or what is theirs: "my neighbor has …", "my sister's car …"."""
    subject = next((t for t in tokens if t.dep in ("nsubj", "nsubjpass")), None)
    owners = {t.head for t in tokens if t.dep == "poss" and t.lemma.lower() in _OTHERS}
    if subject is None:
        return False
    called = {subject.lemma.lower(), *(t.lemma.lower() for t in tokens if t.head == subject.i)}  # "my neighbor Ed"
    return bool(called & _OTHERS) or subject.i in owners


def is_report(heard: Heard, span: Span) -> bool:
    """A clause that tells of something, not of what the speaker wants, has or means."""
    tokens = starting(heard.parse.tokens, span)
    subject = next((t for t in tokens if t.dep in ("nsubj", "nsubjpass")), None)
    if subject is None or subject.text.lower() in ("i", "we", "you"):
        return False
    return any(t.pos == "VERB" for t in tokens) or _is_quality(heard, subject, tokens)


def _is_quality(heard: Heard, subject: Token, tokens: Sequence[Token]) -> bool:
    """ "The screen is blank": how a thing is; "Tuesday is good" and "that's fine" tell of nothing."""
    timed = any(t.span.start <= subject.span.start < t.span.end for t in heard.parse.times)
    how = [t for t in tokens if t.dep == "acomp" and t.head == subject.head and t.lemma.lower() not in COURTESY | _SUITING]
    return bool(how) and not timed and subject.pos in ("NOUN", "PROPN")
