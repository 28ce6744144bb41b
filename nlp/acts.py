"""Dialogue acts: what an utterance does (agrees, denies, calls off, asks …), from lists of phrases and their place in a clause.

Knows words and clauses only. It must not know what was asked before: "no" is a denial here, of what is for others to say.

Source: the inventory follows ISO 24617-2's general-purpose and feedback functions, cut to what a service dialogue turns on.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from nlp.types import Token

_LISTS = Path(__file__).parent / "data" / "acts.json"
_BREAK = re.compile(r"[.!?;:,()\n…—–]+|\s-\s|\b(?:but|because|'cause)\b")
_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]*")
_WH = re.compile(
    r"^(?:(?:who|what|whose|which)(?:'s|'re|'d|'ll|s)?(?! (?:i|we|he|she|they|you|a) )\b.+"
    r"|(?:where|when|why|how)(?:'s|'re|'d|'ll|s)\b.+"
    r"|(?:where|when|why|how)(?: come| about| (?:much|many|long|often|old|far|soon|late|early)\b.*?|(?<=how) [a-z]+(?: [a-z]+){0,2}|) "
    r"(?:is|are|was|were|am|do|does|did|can|could|will|would|should|have|has|had|may|might|must|isn't|aren't|don't|doesn't|didn't|can't|won't"
    r"|about|come|much|many|long)\b.*"
    r"|(?:at|in|on|for|from|to|with|of|by|until|since) (?:who|whom|what|which|whose|when|where)\b.*|what about .+|how about .+)"
)
_INVERTED = re.compile(
    r"^(?!do (?:it|that|this)$)(?:is|are|was|were|am|do|does|did|can|could|will|would|should|have|has|had|may|might|must|shall"
    r"|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|can't|couldn't|won't|wouldn't|shouldn't|haven't|hasn't|hadn't) "
    r"(?:i|you|u|we|he|she|it|they|there|this|that|these|those|the|my|your|our|his|her|their|its|any|anyone|anybody|someone|somebody|y'all|all)\b"
    r"|^(?:is|was|does|did|can|could|will|would|should|may|might|must) an? "  # "have a", "do a" and "had a" open orders and notes
)
_CONDITION = re.compile(r"\b(?:if|in case|unless|whenever|were i to|suppose)\b")
_PAST_OR_THIRD = re.compile(
    r"\b(?:he|she|they|my [\w'-]+|[a-z]+ed) (?:had |has |have |will |would |wants? to |was |were |)(?:to )?(?:cancel|call)"
)
_NEGATED = re.compile(r"\b(?:don't|do not|never|not|didn't|won't|please don't)(?: \w+)? (?:cancel|call|stop|drop|scrap|forget)\b")
_BEGGED = ("please", "please thank you", "please thanks")  # said by itself, to an offer
_DIRECT = ("affirm", "deny", "unsure", "never_mind", "cancel", "wait", "repeat", "why", "refuse", "skip")


@dataclass(frozen=True, slots=True)
class _Patterns:
    whole: re.Pattern[str]
    start: re.Pattern[str]
    anywhere: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Lists:
    acts: Mapping[str, _Patterns]
    filler: re.Pattern[str]
    softener: re.Pattern[str]
    indirect: re.Pattern[str]


def _any_of(phrases: Sequence[str]) -> str:
    return "(?:" + "|".join(phrases) + ")" if phrases else r"(?!)"


@cache
def _lists() -> _Lists:
    raw = cast(dict[str, object], json.loads(_LISTS.read_text(encoding="utf-8")))
    acts = cast(dict[str, dict[str, list[str]]], raw["acts"])
    return _Lists(
        acts={
            name: _Patterns(
                whole=re.compile(f"^{_any_of(p['whole'])}$"),
                start=re.compile(f"^{_any_of(p['start'])}$"),
                anywhere=re.compile(rf"(?<![\w']){_any_of(p['any'])}(?![\w'])"),
            )
            for name, p in acts.items()
        },
        filler=re.compile(rf"^(?:{_any_of(cast(list[str], raw['fillers']))}\b[ ,]*)+"),
        softener=re.compile(rf"(?: {_any_of(cast(list[str], raw['softeners']))})+$"),
        indirect=re.compile(rf"(?<![\w']){_any_of(cast(list[str], raw['indirect']))}"),
    )


def _plain(text: str) -> str:
    straight = text.translate(str.maketrans("’‘“”", "''\"\"")).lower()
    return re.sub(r"\s+", " ", re.sub(r"[\"*_]", " ", straight)).strip()


def clauses(text: str) -> tuple[str, ...]:
    """The stretches between punctuation marks and "but", lower case, outer space off; empty ones left out."""
    return tuple(c for c in (part.strip(" '") for part in _BREAK.split(_plain(text))) if c)


def _forms(clause: str, lists: _Lists) -> tuple[str, ...]:
    """The clause as said, without what leads into it, without what softens its end, and without both."""
    bare = lists.filler.sub("", clause).strip()
    forms = (clause, bare, lists.softener.sub("", clause).strip(), lists.softener.sub("", bare).strip())
    return tuple(dict.fromkeys(f for f in forms if f))


def _clause_acts(clause: str, lists: _Lists) -> set[str]:
    forms = _forms(clause, lists)
    found: set[str] = set()
    for name, patterns in lists.acts.items():
        if any(patterns.whole.match(f) or patterns.start.match(f) for f in forms) or patterns.anywhere.search(clause):
            found.add(name)
    if "deny" in found and not clause.startswith("no problem"):
        found.discard("affirm")
    if "cancel" in found and (_NEGATED.search(clause) or _PAST_OR_THIRD.search(clause)):
        found.discard("cancel")
    return found


def _sentence_acts(sentence: str, lists: _Lists) -> list[set[str]]:
    found = [_clause_acts(c, lists) for c in clauses(sentence)]
    return [acts - {"cancel"} for acts in found] if _CONDITION.search(sentence) else found


def _question_acts(text: str, lists: _Lists) -> set[str]:
    found: set[str] = set()
    for sentence in _SENTENCE.findall(_plain(text)):
        body = sentence.strip(" .!?\n,")
        if not body:
            continue
        parts = [form for clause in clauses(body) for form in _forms(clause, lists)]
        if any(_WH.match(p) for p in (*parts, *_forms(body, lists))):
            found |= {"question", "wh_question"}
        elif lists.indirect.search(body):
            wh = re.search(r"\b(?:where|what|when|how|who|which|why)\b", body)
            found |= {"question", "wh_question" if wh else "yes_no_question"}
        elif any(_INVERTED.match(p) for p in parts) or "?" in sentence:
            found |= {"question", "yes_no_question"}
    return found


def _interjections(tokens: Iterable[Token]) -> set[str]:
    """ "no" and "yes" that the parser takes for interjections, where no comma sets them off."""
    words = {t.text.lower() for t in tokens if t.tag == "UH" and t.dep in ("intj", "ROOT", "discourse")}
    return {act for act, forms in (("deny", {"no", "nope", "nah"}), ("affirm", {"yes", "yeah", "yep", "yup"})) if words & forms}


def find_acts(text: str, tokens: Sequence[Token]) -> frozenset[str]:
    """The acts of the whole utterance; empty for plain statements.

    text: normalised. tokens: of the same text; an empty sequence only loses interjections without a comma. An utterance may hold
    several acts ("No, make it 11." denies and corrects). `ack` is an "okay" that agrees to nothing in particular; where it is all that
    was said, `affirm` stands beside it. `unsure` covers "I don't know" and "maybe".
    """
    lists = _lists()
    per_clause = [acts for sentence in _SENTENCE.findall(_plain(text)) for acts in _sentence_acts(sentence, lists)]
    found: set[str] = {act for acts in per_clause for act in acts}
    found |= _interjections(tokens) | _question_acts(text, lists)
    whole = _plain(text).strip(" .!?,")
    found |= {"affirm"} if whole in _BEGGED else set[str]()
    found |= {name for name in _DIRECT if lists.acts[name].whole.match(re.sub(r"[,.!?]+", "", whole))} - (
        {"affirm"} if "deny" in found else set()
    )
    return frozenset(_settle(found, per_clause))


def _settle(found: set[str], per_clause: Sequence[set[str]]) -> set[str]:
    """Takes back what a neighbour explains better: a mere "okay" before something else, "wait" inside "no wait"."""
    weak = [acts for acts in per_clause if "affirm" in acts]
    if "ack" in found and weak and all("ack" in acts for acts in weak):
        rest = [acts for acts in per_clause if not acts & {"ack", "thank", "greet"}]
        if rest:
            found.discard("affirm")
    if "never_mind" in found and "cancel" not in found and "correct" in found:
        found.discard("never_mind")
    if found & {"repeat", "why"}:
        found.add("question")
    if "question" in found and "affirm" in found and "request" not in found and len(per_clause) == 1:
        found.discard("affirm")
    return found
