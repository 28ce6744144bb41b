"""Words for things: names, else the fullest noun phrase that was used, as the present speaker would say them.

Knows phrases, earlier turns and what memory holds; chooses no referent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nlp.function_words import ANYBODY
from nlp.noun_core import core_span
from nlp.phrases import Mark, Phrase
from nlp.types import Discourse, Linked, Mention, New, Parse, PriorMention, PriorTurn, Resolution, Span, Speaker, TimeExpression

Edits = list[tuple[Span, Phrase]]

ISO = re.compile(r"\d{4}-\d\d(-\d\d)?(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")
DEPENDENT_POSSESSIVES = frozenset({"his", "her", "its", "their"})
_SHIFT = {"i": "you", "me": "you", "my": "your", "mine": "yours", "we": "you", "us": "you", "our": "your", "ours": "yours", "you": "I"}
_SHIFT_BACK = {"your": "my", "yours": "mine"}
_MAXIMUM = 90  # characters of a noun phrase that may stand for a pronoun
_SAYING_NOTHING = frozenset({"one", "ones", "other", "same", "thing", "that", "this", "anything", "something", "everything", "nothing"})
_DETERMINED = frozenset(
    [
        "the",
        "my",
        "your",
        "his",
        "her",
        "its",
        "our",
        "their",
        "both",
        "all",
        "each",
        "every",
        "no",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
    ]
)


def turn_phrase(parse: Parse, resolutions: Sequence[Resolution]) -> Phrase:
    """The turn as said, with what its mentions refer to and its dates."""
    marks = tuple(Mark(r.mention.span, referent_of(r)) for r in resolutions)
    return Phrase(parse.text, marks, dates(parse))


def prior_phrase(prior: PriorTurn) -> Phrase:
    """An earlier turn as said, with what its mentions refer to and its dates."""
    marks = tuple(Mark(m.mention.span, m.referent) for m in prior.mentions)
    return Phrase(prior.parse.text, marks, dates(prior.parse))


def referent_of(resolution: Resolution | None) -> str | None:
    """The entity that a resolution names, if it names one."""
    return resolution.referent if isinstance(resolution, Linked | New) else None


def dates(parse: Parse) -> tuple[tuple[int, str], ...]:
    """(offset, ISO value) after each time that doesn't say its own year; the ends of a range are told by the whole."""
    return tuple(sorted((t.span.end, t.value) for t in parse.times if _needs_date(t)))


def _needs_date(time: TimeExpression) -> bool:
    if time.part_of is not None or time.kind not in ("point", "range"):
        return False
    return all(ISO.fullmatch(end) for end in time.value.split("/")) and not re.search(r"\b\d{4}\b", time.text)


@dataclass(frozen=True)
class Describer:
    """Finds words for the things that the conversation and the memory know, as the speaker of the turn would say them."""

    discourse: Discourse

    def describe(self, referent: str, depth: int = 0) -> Phrase | None:
        """A name, else the fullest noun phrase that it was called by in the earlier turns in view, else the memory's words for it."""
        known = self.discourse.referents.get(referent)
        if referent in (self.discourse.customer, self.discourse.business):
            return None
        if known and known.name[:1].isupper() and not known.members:
            return Phrase.of(self._introduced(known.name, referent), referent)
        said = self._said(referent, depth)
        if said is not None:
            return said
        if known and known.members:
            return Phrase.of(known.name, referent)
        return Phrase.of(_definite(known.name), referent) if known and known.name.lower() not in _SAYING_NOTHING else None

    def noun_phrase(self, prior: PriorTurn, span: Span, depth: int = 0) -> Phrase:
        """That stretch of an earlier turn with its pronouns replaced, first and second persons as seen from the present speaker."""
        phrase = prior_phrase(prior)
        edits: Edits = []
        for mention in prior.mentions:
            inner = mention.mention
            if not (span.start <= inner.span.start and inner.span.end <= span.end) or inner.span == span:
                continue
            if inner.kind == "pronoun" and mention.referent and depth < 2:
                words = self.describe(mention.referent, depth + 1)
                edits += [(inner.span, inflected(inner, prior.parse, words))] if words else []
        for token in prior.parse.tokens:
            shifted = shifted_person(token.text, prior.speaker, self.discourse.speaker, subject=token.dep in ("nsubj", "nsubjpass"))
            if span.start <= token.span.start and token.span.end <= span.end and shifted != token.text:
                edits.append((token.span, Phrase(shifted)))
        return edited_within(phrase, span, edits)

    def _introduced(self, name: str, referent: str) -> str:
        """The name with the article or owner that it was last said with: "the Outback", "my Tacoma"."""
        for prior, mention in self._mentions(referent):
            first, _, rest = mention.mention.text.partition(" ")
            if rest.lower() == name.lower() and (first.lower() == "the" or first.lower() in ("my", "our", "your")):
                return f"{shifted_person(first.lower(), prior.speaker, self.discourse.speaker)} {name}"
            if mention.mention.text.lower() == name.lower():
                return name
        return name

    def _said(self, referent: str, depth: int) -> Phrase | None:
        best: tuple[tuple[int, int], Phrase] | None = None
        for prior, mention in self._mentions(referent):
            if not speaks(mention.mention) or len(mention.mention.text) > _MAXIMUM:
                continue
            rank = (int(mention.mention.kind == "name"), min(len(mention.mention.modifiers), 2))
            if best is None or rank > best[0]:
                phrase = self.noun_phrase(prior, core_span(prior.parse, mention.mention), depth)
                text = _definite(phrase.text)
                best = rank, replace(prefixed(phrase, text), marks=(Mark(Span(0, len(text)), referent),))
        return best[1] if best else None

    def _mentions(self, referent: str) -> list[tuple[PriorTurn, PriorMention]]:
        """Its mentions in view, the latest first."""
        return self._places.get(referent, [])

    @cached_property
    def _places(self) -> dict[str, list[tuple[PriorTurn, PriorMention]]]:
        places: dict[str, list[tuple[PriorTurn, PriorMention]]] = {}
        for prior in reversed(self.discourse.turns):
            for mention in reversed(prior.mentions):
                if mention.referent is not None:
                    places.setdefault(mention.referent, []).append((prior, mention))
        return places


def outermost(edits: Edits) -> Edits:
    """Without those that lie within another; of two with one span the first."""
    kept: Edits = []
    for span, phrase in sorted(edits, key=lambda e: (e[0].start, -e[0].end)):
        if not kept or span.start >= kept[-1][0].end:
            kept.append((span, phrase))
    return kept


def edited_within(phrase: Phrase, span: Span, edits: Edits) -> Phrase:
    """The part of the phrase within `span`, with those edits that lie inside it."""
    inside = [(s, p) for s, p in outermost(edits) if span.start <= s.start and s.end <= span.end]
    moved = [(Span(s.start - span.start, s.end - span.start), p) for s, p in inside]
    return phrase.cut(span).edited(moved)


def inflected(pronoun: Mention, parse: Parse, words: Phrase) -> Phrase:
    """The words in the pronoun's place: with 's for a possessive before its noun, with a capital where it had one."""
    lower = pronoun.text.lower()
    dependent = parse.tokens[pronoun.head].tag == "PRP$"  # "her car"; not the "her" of "see her"
    if (lower in DEPENDENT_POSSESSIVES and dependent) or lower in ("whose",):
        words = replace(words, text=words.text + ("'" if words.text.endswith("s") and lower == "their" else "'s"))
    return replace(words, text=as_started(pronoun.text, words.text))


def shifted_person(word: str, said_by: Speaker, now_by: Speaker, *, subject: bool = True) -> str:
    """ "you" in the other's mouth is "I" in mine; unchanged where the speakers are the same."""
    lower = word.lower()
    if said_by == now_by or lower not in (_SHIFT | _SHIFT_BACK):
        return word
    shifted = "me" if lower == "you" and not subject else (_SHIFT | _SHIFT_BACK)[lower]
    return shifted if shifted == "I" else as_started(word, shifted) if word != "I" else shifted


def prefixed(phrase: Phrase, text: str) -> Phrase:
    """The phrase under a text that is longer or shorter at its start."""
    moved = phrase.shifted(len(text) - len(phrase.text))
    return replace(moved, text=text, marks=tuple(m for m in moved.marks if m.span.start >= 0))


def _definite(text: str) -> str:
    """ "a grinding noise" -> "the grinding noise"; a name, a possessive or a number stays."""
    first, _, rest = text.partition(" ")
    if first.lower() in ("a", "an", "some", "this", "that", "these", "those", "any", "another") and rest:
        return f"the {rest}"
    if first.lower() in _DETERMINED | ANYBODY or text[:1].isupper() or first[:1].isdigit() or "'s " in text:
        return f"the {rest}" if first == "The" else _lowered(text)
    return f"the {text}"


def _lowered(text: str) -> str:
    first = text.partition(" ")[0]
    return text[:1].lower() + text[1:] if first.lower() in _DETERMINED and first.istitle() else text


def as_started(like: str, text: str) -> str:
    """With a capital where what it stands for had one."""
    return text[:1].upper() + text[1:] if like[:1].isupper() and like != "I" else text


def speaks(mention: Mention) -> bool:
    """Whether the mention's own words tell what it is."""
    return mention.kind in ("name", "nominal", "callback") and mention.head_lemma not in _SAYING_NOTHING
