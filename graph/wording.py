"""A clause in words: pronouns replaced by names, and persons as the reader needs them.

Knows a parse and what its mentions refer to. Must not know facts or stores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from graph.model import Entity, EntityId
from nlp.syntax import starting, within
from nlp.types import Mention, Parse, Relation, Span, Token

Voice = Literal["third", "customer"]  # about the customer by name, or to the customer as "you"

_TO_YOU = {"am": "are", "'m": "'re", "was": "were"}
_TO_THIRD = {"am": "is", "'m": "is", "are": "is", "'re": "is", "have": "has", "'ve": "has", "do": "does", "were": "was"}
_FULL = {"'ll": "will", "'d": "would", "'ve": "have", "'re": "are"}  # after a name
_KEPT_LINKS = ("complement", "relative", "because", "when", "before", "after", "if")
_EDGES = frozenset({"and", "but", "or", "so", ",", ";", ":", "-", "–", "—", ".", "!", "then", "well", "oh", "plus"})


@dataclass(frozen=True)
class Words:
    """What a clause is put into words with. `referents[i]` is what mention i of the parse refers to."""

    parse: Parse
    referents: Sequence[str | None]
    entities: Mapping[EntityId, Entity]
    customer: str
    business: str
    speaker: Literal["customer", "agent"] = "customer"

    @cached_property
    def joined(self) -> dict[int, list[Span]]:
        """The clauses that are merely joined to another, by that one's index."""
        found: dict[int, list[Span]] = {}
        for relation in self.parse.relations:
            if relation.parent is not None and relation.link not in _KEPT_LINKS:
                found.setdefault(relation.parent, []).append(relation.span)
        return found

    @cached_property
    def pronouns(self) -> dict[int, Mention]:
        """Pronouns by where they start."""
        return {m.span.start: m for m in self.parse.mentions if m.kind in ("pronoun", "speaker") and not m.members}

    @cached_property
    def phrases(self) -> dict[int, list[Mention]]:
        """Names and noun phrases by their heads."""
        found: dict[int, list[Mention]] = {}
        for mention in self.parse.mentions:
            if mention.kind not in ("pronoun", "speaker"):
                found.setdefault(mention.head, []).append(mention)
        return found

    @cached_property
    def subjects(self) -> dict[int, Mention]:
        """Pronouns by the verb that they are the subject of, the first of each."""
        found: dict[int, Mention] = {}
        for mention in self.parse.mentions:
            head = self.parse.tokens[mention.head]
            if mention.kind in ("speaker", "pronoun") and head.dep in ("nsubj", "nsubjpass"):
                found.setdefault(head.head, mention)
        return found

    @cached_property
    def led(self) -> frozenset[int]:
        """Verbs that have an auxiliary, which is the finite one."""
        return frozenset(t.head for t in self.parse.tokens if t.dep in ("aux", "auxpass"))

    def name(self, entity: str | None) -> str:
        found = self.entities.get(EntityId(entity)) if entity else None
        return found.name if found else ""


def clause_tokens(words: Words, relation: Relation) -> list[Token]:
    """The clause's own tokens: with its complements, relative clauses, reasons and times, without what is merely joined to it."""
    cut = words.joined.get(relation.index, [])
    inside = [t for t in within(words.parse.tokens, relation.span) if not any(_in(t.span, c) for c in cut)]
    while inside and (inside[-1].text.lower() in _EDGES or inside[-1].pos == "PUNCT" and inside[-1].text not in "\"')"):
        inside.pop()
    while inside and (inside[0].text.lower() in _EDGES or inside[0].pos in ("PUNCT", "INTJ") or inside[0].dep == "mark"):
        inside.pop(0)
    return inside


def sentence(words: Words, relation: Relation, voice: Voice) -> str:
    """The clause as a sentence without its full stop."""
    tokens = clause_tokens(words, relation)
    if not tokens:
        return ""
    if relation.modality == "request":
        return _request(words, relation, tokens, voice)
    said = _joined(words, _declared(_without_vocative(tokens), relation), voice)
    moved = next(
        (
            a
            for a in relation.arguments
            if tokens[-1].pos == "ADP" and a.role == tokens[-1].lemma.lower() and not _in(a.span, relation.span)
        ),
        None,
    )
    if moved is not None:
        said = f"{said} {phrase(words, moved.span, voice)}"
    said = f"{_missing_subject(words, relation, tokens, voice)}{said}"
    head = relative_head(words, relation, tokens)
    return capitalised(f"{head} {said.partition(' ')[2]}" if head else said)


def _without_vocative(tokens: list[Token]) -> list[Token]:
    """Without the name of whom a question is put to: "Rosalind, is the dryer old"."""
    comma = next((n for n, t in enumerate(tokens[:4]) if t.text == ","), None)
    after = tokens[comma + 1] if comma is not None and comma + 1 < len(tokens) else None
    called = comma is not None and all(t.pos in ("PROPN", "INTJ") for t in tokens[:comma])
    return tokens[comma + 1 :] if comma is not None and called and after is not None and after.pos in ("AUX", "VERB") else tokens


def _declared(tokens: list[Token], relation: Relation) -> list[Token]:
    """A question's words in the order of a statement: "is the dryer old" -> "the dryer is old"; denied where the relation is."""
    subject = relation.argument("subject") or relation.argument("object")
    first = tokens[0]
    if (
        subject is None
        or first.pos not in ("AUX", "VERB")
        or first.tag not in ("MD", "VBZ", "VBP", "VBD")
        or subject.span.start <= first.span.start
    ):
        return tokens
    head = next((t.i for t in tokens if _in(t.span, subject.span) and t.dep in ("nsubj", "nsubjpass", "attr", "ROOT")), len(tokens))
    inside = [t for t in tokens if _in(t.span, subject.span) and t.i <= max(head, tokens[1].i)]
    rest = [t for t in tokens[1:] if t not in inside]
    denied = relation.negated and not any(t.dep == "neg" for t in tokens)
    helps = first.lemma == "do" and not relation.negated
    not_ = [replace(first, text="not", lemma="not", tag="RB", pos="PART", dep="neg", i=-1, span=Span(-1, -1))] if denied else []
    return [*inside, *([] if helps else [first]), *not_, *rest]


def _request(words: Words, relation: Relation, tokens: Sequence[Token], voice: Voice) -> str:
    """ "Can you move it?" -> "You asked us to move it"; "Can I come in?" -> "You asked to come in"."""
    verb = next((n for n, t in enumerate(tokens) if t.text == relation.surface), 0)
    before = {t.i for t in tokens[:verb]}
    subject = next((m for m in starting(words.parse.mentions, relation.span) if m.head in before and m.role == "subject"), None)
    own = subject is not None and words.referents[subject.index] == words.customer
    rest = [t for t in tokens[verb:] if t.lemma.lower() != "please"]
    asker = "You" if voice == "customer" else words.name(words.customer)
    asked = "asked to" if own else "asked us to" if voice == "customer" else f"asked {words.name(words.business)} to"
    said = _joined(words, rest, voice).rstrip("?.! ")
    return f"{asker} {asked.replace(' to', ' not to') if relation.negated else asked} {said}"


def _missing_subject(words: Words, relation: Relation, tokens: Sequence[Token], voice: Voice) -> str:
    """Of a verb joined to another ("…, and works as a nurse"): the subject that stands with the first."""
    subject = relation.argument("subject")
    if subject is None or subject.mention is None or relation.link != "and" or tokens[0].pos not in ("VERB", "AUX"):
        return ""
    if subject.span.start >= tokens[0].span.start:
        return ""
    referent = words.referents[subject.mention]
    if referent == words.customer and voice == "customer":
        return "You "
    return f"{words.name(referent)} " if words.name(referent) else ""


def relative_head(words: Words, relation: Relation, tokens: Sequence[Token]) -> str:
    """What the "who" or "which" that a relative clause begins with stands for; "" for any other clause."""
    if relation.link != "relative" or tokens[0].tag not in ("WP", "WDT"):
        return ""
    subject = relation.argument("subject")
    if subject is None or subject.mention is None or subject.span.start >= tokens[0].span.start:
        return ""
    return words.name(words.referents[subject.mention]) or ""


def phrase(words: Words, span: Span, voice: Voice) -> str:
    """A part of the text with its pronouns replaced."""
    return _joined(words, within(words.parse.tokens, span), voice)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _in(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _joined(words: Words, tokens: Sequence[Token], voice: Voice) -> str:
    replaced = words.pronouns
    out: list[str] = []
    seen: set[str] = set()
    end = tokens[0].span.start if tokens else 0
    for token in tokens:
        mention = replaced.get(token.span.start)
        gap = "" if token.span.start == end and out else " " if out else ""
        word = _mention(words, mention, voice, seen) if mention is not None and mention.head == token.i else None
        if word is None:
            word = _verb(words, token, voice)
            _note(words, token, seen)
        if word.startswith("'") or (word in ("n't", ",", ".", "?", "!") and not gap):
            gap = ""
        elif not gap and out and word[:1].isalpha() and token.text.startswith("'"):
            gap = " "
        out.append(gap + word)
        end = token.span.end
    return "".join(out).strip()


def _note(words: Words, token: Token, seen: set[str]) -> None:
    """A name or noun phrase in the clause makes a later pronoun for it plain."""
    for mention in words.phrases.get(token.i, ()):
        referent = words.referents[mention.index]
        seen.update([referent] if referent else [])


def _mention(words: Words, mention: Mention, voice: Voice, seen: set[str]) -> str | None:
    """What a pronoun becomes; None where it stays."""
    referent = words.referents[mention.index] if mention.index < len(words.referents) else None
    if referent is None:
        return None
    owner = mention.role == "possessor"
    if referent == words.customer:
        return _customer(words, mention, voice, owner, seen)
    if referent == words.business:
        return _business(words, mention, voice, owner)
    name = words.name(referent)
    if not name or referent in seen or mention.kind == "speaker":
        return None
    seen.add(referent)
    return possessive(name) if owner else name


def _customer(words: Words, mention: Mention, voice: Voice, owner: bool, seen: set[str]) -> str | None:
    if voice == "customer":
        text = mention.text.lower()
        return "yours" if text in ("mine", "ours") else "yourself" if text.endswith(("self", "selves")) else "your" if owner else "you"
    name = words.name(words.customer)
    if words.customer in seen and owner:
        return "their"
    seen.add(words.customer)
    return possessive(name) if owner else name


def _business(words: Words, mention: Mention, voice: Voice, owner: bool) -> str | None:
    if voice == "customer":
        return "our" if owner else "we" if mention.role == "subject" else "us"
    name = words.name(words.business)
    return possessive(name) if owner else name


def _verb(words: Words, token: Token, voice: Voice) -> str:
    """The verb as its new subject needs it."""
    subject = _subject_of(words, token)
    if subject is None or words.referents[subject.index] is None:
        return token.text
    lowered = token.text.lower()
    if subject.kind == "pronoun":
        full = _FULL.get(lowered, token.text) if token.tag in ("MD", "VBP", "VBZ") else token.text
        return _third(token, full) if _is_one(words, subject) else full
    if words.referents[subject.index] not in (words.customer, words.business) or token.tag not in ("VBP", "VBD", "VBZ"):
        return token.text
    second = voice == "customer"
    if second:
        return _TO_YOU.get(lowered, token.text) if subject.text.lower() in ("i", "me") else token.text
    return _third(token, token.text)


def _third(token: Token, text: str) -> str:
    lowered = text.lower()
    if token.tag == "VBP" or lowered == "were":
        return _TO_THIRD.get(lowered, third_person(text))
    return text


def _is_one(words: Words, subject: Mention) -> bool:
    """A "they" that is replaced by the name of one."""
    found = words.entities.get(EntityId(words.referents[subject.index] or ""))
    return subject.text.lower() == "they" and found is not None and not found.members and found.number == "singular"


def _subject_of(words: Words, token: Token) -> Mention | None:
    """The pronoun that is the subject of this finite verb."""
    if token.pos not in ("VERB", "AUX"):
        return None
    if token.i in words.led:
        return None
    verbs = (token.i, token.head) if token.dep in ("aux", "auxpass") else (token.i,)
    return min((words.subjects[v] for v in verbs if v in words.subjects), key=lambda m: m.index, default=None)


def possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") and len(name) > 3 and name[0].islower() else f"{name}'s"


def third_person(verb: str) -> str:
    """The third person singular of a present-tense verb."""
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"
