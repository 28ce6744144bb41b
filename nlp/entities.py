"""Mentions of one text: names, noun phrases, pronouns, possessives, groups and spelled-out values.

Knows one text and its dependency parse. Knows nothing of earlier turns, of memory, or of what a mention refers to.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp import mention_features as features
from nlp.lexicon import SpacyLexicon
from nlp.mention_links import link
from nlp.mention_spans import Phrase, leftover_entities, phrases
from nlp.syntax import Tree, starting, within
from nlp.titles import titles
from nlp.types import Lexicon, Mention, Span, TimeExpression, Token
from nlp.values import Value

_VALUE_TYPES = {
    "phone": "phone",
    "email": "email",
    "money": "money",
    "number": "number",
    "code": "code",
    "address": "address",
    "digits": "code",
    "url": "address",
}


_KEYED = frozenset({"press", "dial", "enter", "type", "push", "choose", "option", "say"})  # verbs whose "one" is a digit


@dataclass(frozen=True, slots=True)
class _Found:
    phrase: Phrase
    value: Value | None = None
    title: bool = False


def find_mentions(doc: Doc, tokens: Sequence[Token], values: Sequence[Value], times: Sequence[TimeExpression]) -> tuple[Mention, ...]:
    """All mentions, sorted by start, the wider first; nested ones included ("my", "my wife", "my wife's car").

    `doc` gives the text and the vectors, `tokens` its parse. A phrase that is nothing but a time is no mention.
    """
    tree, lexicon, text = Tree.of(tokens), _lexicon(doc.vocab), doc.text
    found = _without_times(tree, [_Found(p) for p in phrases(tree)], times)
    covered = frozenset(t.i for f in found for t in within(tokens, f.phrase.span))
    found += _without_times(tree, [_Found(p) for p in leftover_entities(tokens, covered)], times)
    found = _whole(_with_values(tree, _with_titles(text, tree, found), values))
    unique = {(f.phrase.span, bool(f.phrase.heads)): f for f in found}
    ordered = sorted(unique.values(), key=lambda f: (f.phrase.span.start, -f.phrase.span.end, not f.phrase.heads, f.phrase.head))
    mentions = tuple(_mention(tree, text, n, f, lexicon) for n, f in enumerate(ordered))
    return link(tree, text, _with_members(mentions, [f.phrase for f in ordered]))


@cache
def _lexicon(vocab: Vocab) -> Lexicon:
    return SpacyLexicon(vocab)


def _without_times(tree: Tree, found: list[_Found], times: Sequence[TimeExpression]) -> list[_Found]:
    timed = frozenset(t.i for time in times for t in starting(tree.tokens, time.span))
    return [f for f in found if not timed.issuperset(f.phrase.heads or (f.phrase.head,))]


def _with_titles(text: str, tree: Tree, found: list[_Found]) -> list[_Found]:
    """Titles as one name each; the phrases that their words would make give way."""
    for span in titles(text, tree.tokens):
        inside = frozenset(t.i for t in starting(tree.tokens, span))
        head = next((i for i in sorted(inside) if tree.tokens[i].head not in inside or tree.tokens[i].head == i), max(inside))
        found = [f for f in found if f.phrase.head not in inside]
        found.append(_Found(Phrase(span, head), title=True))
    return found


def _with_values(tree: Tree, found: list[_Found], values: Sequence[Value]) -> list[_Found]:
    """Values as mentions of their own; a phrase of which a value is the head or the whole gives way to it."""
    given_way: set[int] = set()
    valued: dict[int, _Found] = {}
    for value in values:
        inside = _touched(tree.tokens, value.span)
        if not inside or value.kind not in _VALUE_TYPES or (value.kind == "number" and _counts(tree, inside)):
            continue
        covered = {t.i for t in inside}
        head = next((t for t in inside if t.head not in covered or t.head == t.i), inside[-1])
        if value.kind == "code" and any(tree.child(i, "det", "poss") is not None for i in covered):
            continue  # "the XR-250" is a thing by its model, no code to write down
        given_way |= covered
        for i in covered:
            valued.pop(i, None)
        valued[head.i] = _Found(Phrase(value.span, head.i), value)
    return [*(f for f in found if f.phrase.heads or f.phrase.head not in given_way), *valued.values()]


def _touched(tokens: Sequence[Token], span: Span) -> Sequence[Token]:
    """The tokens that share a character with the span, also one that starts before it."""
    inside = starting(tokens, span)
    before = (inside[0].i if inside else bisect_left(tokens, span.start, key=lambda t: t.span.start)) - 1
    return [tokens[before], *inside] if before >= 0 and tokens[before].span.end > span.start else inside


def _counts(tree: Tree, inside: Sequence[Token]) -> bool:
    """Whether a number only counts or numbers a noun: "two cars", "Suite 4", "one of them"."""
    last = inside[-1]
    if last.text.lower() == "one" and last.dep in ("nsubj", "nsubjpass", "dobj") and tree.tokens[last.head].lemma not in _KEYED:
        return True  # "only one is urgent", "can you make one": of things spoken of, no bare number
    return (
        last.dep in ("nummod", "compound", "quantmod", "det", "amod")
        or tree.child(last.i, "prep", "det") is not None
        or last.ent in ("DATE", "TIME")
    )


def _mention(tree: Tree, text: str, index: int, found: _Found, lexicon: Lexicon) -> Mention:
    phrase, head = found.phrase, tree.tokens[found.phrase.head]
    return Mention(
        index=index,
        span=phrase.span,
        text=text[phrase.span.start : phrase.span.end],
        kind="name" if found.title else "nominal" if found.value else features.kind_of(tree, phrase),
        head=head.i,
        head_lemma=head.text.lower() if found.title else features.head_lemma(head),
        type=_VALUE_TYPES[found.value.kind]
        if found.value
        else _title_type(head)
        if found.title
        else features.type_of(tree, phrase, lexicon),
        number="singular" if found.value or found.title else features.number_of(tree, phrase),
        person=3 if found.title else features.person_of(head),
        gender=None if found.value or found.title else features.gender_of(tree, phrase),
        definiteness="bare" if found.value else "definite" if found.title else features.definiteness_of(tree, phrase),
        role=features.role_of(tree, head),
        sentence=head.sentence,
        modifiers=() if found.value or found.title else features.modifiers_of(tree, phrase),
        value=found.value.value if found.value else None,
    )


def _title_type(head: Token) -> str:
    return {"PERSON": "person", "ORG": "organisation", "GPE": "place", "FAC": "place", "LOC": "place"}.get(head.ent, "document")


def _with_members(mentions: tuple[Mention, ...], found: list[Phrase]) -> tuple[Mention, ...]:
    by_head = {m.head: m.index for m, p in zip(mentions, found, strict=True) if not p.heads}
    named = [tuple(by_head[h] for h in p.heads) for p in found]
    return tuple(replace(m, members=members) for m, members in zip(mentions, named, strict=True))


def _whole(found: list[_Found]) -> list[_Found]:
    """Without the groups of which a member was taken for something else, a time for instance."""
    heads = {f.phrase.head for f in found if not f.phrase.heads}
    return [f for f in found if heads.issuperset(f.phrase.heads)]
