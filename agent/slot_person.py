"""Who fills a slot for a person: named, described ("my son"), or the speaker.

Knows mentions and what they were taken to refer to; not what the person is wanted for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.heard import Clause, Heard
from nlp.function_words import ANYBODY
from nlp.types import Mention, Span

_INTRODUCED = re.compile(
    r"(?:\b(?:it's|its|it is|this is|i'm|im|i am|my name is|my name's|name's|name is|call me)"
    r"|^\W*(?:hi|hello|hey|good \w+)\b[ ,]*(?:there\b[ ,]*)?)\s*$",
    re.IGNORECASE,
)
_CALLED = re.compile(r"\b(?:this is|my name is|my name's|call me)\s*$", re.IGNORECASE)  # whatever name follows
_SELF = re.compile(
    r"\b(?:for (?:me|myself|us)|(?:it's|it is|its|just|only) (?:me|myself)|me|myself|my own|mine|under my name|in my name)\b", re.IGNORECASE
)
_SUITS = re.compile(
    r"\b(?:\w+er|best|good|fine|great|hard|ok|okay|works?|convenient|enough|perfect|possible|too \w+) for (?:me|myself|us)\b", re.IGNORECASE
)  # whom a thing suits, it need not be for
_FOR = re.compile(r"\b(?:for|on behalf of|under|in the name of)\s+(?:(?:my|our|the|his|her)\s+(?:[\w-]+,?\s+){0,3})?$", re.IGNORECASE)
_NEEDING = frozenset({"need", "want", "get", "have", "take"})
_ANYBODY = ANYBODY | {"noone"}
_HOUSEHOLD = frozenset({
    "wife", "husband", "spouse", "partner", "girlfriend", "boyfriend", "fiance", "fiancé", "fiancee", "fiancée", "mom", "mum",
    "mother", "dad", "father", "parent", "son", "daughter", "kid", "child", "baby", "toddler", "boy", "girl", "twin", "stepson",
    "stepdaughter", "stepmother", "stepfather", "grandma", "grandpa", "grandmother", "grandfather", "grandson", "granddaughter",
    "brother", "sister", "sibling", "aunt", "uncle", "niece", "nephew", "cousin", "friend", "roommate", "mother-in-law",
    "father-in-law",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    span: Span
    text: str
    entity: str | None = None


def introduced(heard: Heard) -> Person | None:
    """The name by which the speaker introduces themselves in this turn: "it's Grigor", "Hi, Ngozi Eze.", "Samir Khoury here"."""
    people = _people(heard)
    for mention in heard.parse.mentions:
        before = heard.parse.text[: mention.span.start]
        if mention.kind != "name" or (mention not in people and not _CALLED.search(before)):
            continue
        named = heard.named.get(mention.index)
        after = heard.parse.text[mention.span.end :]
        is_customer = named is not None and bool(heard.customer) and named.entity == heard.customer
        if is_customer or _INTRODUCED.search(before) or re.match(r"\s+(?:here|speaking|calling|writing)\b", after, re.IGNORECASE):
            return Person(mention.text, mention.span, mention.text, named.entity if named else None)
    return None


def find_person(
    heard: Heard,
    clauses: Sequence[Clause],
    *,
    asked: bool,
    starting: bool,
    correcting: bool = False,
    taken: Sequence[Span] = (),
    instead_of: str | None = None,
) -> Person | None:
    """Whom the slot is filled with, None where nobody is meant. correcting: somebody may be put in another's place, unasked. instead_of:
    the entity that is put right, who may be named again.

    First who stands after "for", then (in the answer to the question, or in the clause that starts the goal) who else is named, then the
    speaker: by "for me", or because they introduced themselves while starting or answering and nobody else was named.
    """
    speaker = introduced(heard)
    others = [m for m in _people(heard) if _inside(m.span, clauses) and not (speaker and m.span == speaker.span)]
    others = [m for m in others if not any(t.start < m.span.end and m.span.start < t.end for t in taken)]
    others = [m for m in others if not _is_speaker(m, heard) and (asked or correcting or m.kind != "nominal" or _is_of_household(m))]
    owners = {m.possessor for m in others}
    others = others if asked or not correcting else [m for m in others if not _acts(m, heard)]
    fresh = [m for m in others if m.index not in owners and not _is_entity(m, instead_of, heard)] if instead_of else []
    others = fresh or others
    beneficiary = next((m for m in others if _FOR.search(heard.parse.text[: m.span.start])), None)
    if beneficiary or (others and (asked or starting or correcting)):
        return _as_person(beneficiary or others[0], heard)
    said_self = next((c for c in clauses if _SELF.search(_SUITS.sub(" ", c.text))), None)
    if said_self and (asked or starting or correcting or re.search(r"\bfor (?:me|myself)\b", said_self.text, re.IGNORECASE)):
        return _speaker_or_customer(speaker, heard, said_self)
    return speaker if speaker and (asked or starting or correcting) else None


def _acts(mention: Mention, heard: Heard) -> bool:
    """ "Actually my husband is home then": who is only told about, beside what is put right. "My son is the patient", "my son needs it"
    say for whom it is."""
    tokens = heard.parse.tokens
    head = tokens[mention.head]
    verb = tokens[head.head]
    if head.dep not in ("nsubj", "nsubjpass") or verb.pos not in ("VERB", "AUX") or verb.lemma.lower() in _NEEDING:
        return False
    return not any(t.head == verb.i and t.dep == "attr" for t in tokens)


def _is_of_household(mention: Mention) -> bool:
    """Somebody for whom the speaker may act: "my son", not "my landlord"."""
    return mention.definiteness == "possessive" and mention.head_lemma.lower() in _HOUSEHOLD


def _is_entity(mention: Mention, entity: str | None, heard: Heard) -> bool:
    named = heard.named.get(mention.index)
    return named is not None and named.entity == entity


def _speaker_or_customer(speaker: Person | None, heard: Heard, clause: Clause) -> Person | None:
    later = [m for m in _people(heard) if m.kind == "name" and m.span.start > clause.span.start]
    if speaker is None and later:  # "it's for me, Thabo Molefe"
        return _as_person(later[0], heard)
    if speaker:
        return speaker
    return Person(heard.customer_name or "me", clause.span, clause.text, heard.customer or None)


def _people(heard: Heard) -> list[Mention]:
    """Third persons that are no pronouns; of a description and the name beside it, the name ("my son Leo" -> Leo)."""
    people = [m for m in heard.parse.mentions if m.type == "person" and m.person == 3 and m.kind in ("name", "nominal", "pronoun")]
    people = [m for m in people if m.head_lemma.lower() not in _ANYBODY and (m.kind != "pronoun" or _resolved_person(m, heard))]
    renamed = {m.same_as for m in people if m.kind == "name" and m.same_as is not None}
    return [m for m in people if m.index not in renamed and not any(_names_it(m, n) for n in people)]


def _names_it(described: Mention, name: Mention) -> bool:
    """ "my son" right before "Leo"."""
    close = 0 <= name.span.start - described.span.end <= 2 or (
        described.span.start <= name.span.start and name.span.end <= described.span.end
    )
    return described.kind == "nominal" and name.kind == "name" and name.index != described.index and close


def _resolved_person(mention: Mention, heard: Heard) -> bool:
    named = heard.named.get(mention.index)
    return named is not None and named.type == "person" and named.name is not None and named.name.lower() not in _ANYBODY


def _is_speaker(mention: Mention, heard: Heard) -> bool:
    named = heard.named.get(mention.index)
    return mention.kind != "name" and named is not None and bool(heard.customer) and named.entity == heard.customer


def _as_person(mention: Mention, heard: Heard) -> Person:
    named = heard.named.get(mention.index)
    name = named.name if named and named.name and named.name != "customer" else mention.text
    name = mention.text if mention.kind == "name" and len(mention.text) >= len(name) else name
    return Person(name, mention.span, mention.text, named.entity if named else None)


def _inside(span: Span, clauses: Sequence[Clause]) -> bool:
    return any(c.span.start <= span.start < c.span.end for c in clauses)
