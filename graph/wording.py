"""A clause in words: a sentence of its own, whatever it was joined to, asked or requested as.

Knows a parse and what its mentions refer to. Must not know facts or stores.
"""

from collections.abc import Sequence
from dataclasses import replace

from graph.persons import Voice, Words, joined
from nlp.syntax import starting, within
from nlp.types import Argument, Relation, Span, Token

_EDGES = frozenset({"and", "but", "or", "so", ",", ";", ":", "-", "–", "—", ".", "!", "then", "well", "oh", "plus"})


def clause_tokens(words: Words, relation: Relation) -> list[Token]:
    """The clause's own tokens: with its complements, relative clauses, reasons and times, without what is merely joined to it."""
    cut = words.joined.get(relation.index, [])
    inside = [t for t in within(words.parse.tokens, relation.span) if not any(_in(t.span, c) for c in cut)]
    while inside and (inside[-1].text.lower() in _EDGES or (inside[-1].pos == "PUNCT" and inside[-1].text not in "\"')")):
        inside.pop()
    while inside and (inside[0].text.lower() in _EDGES or inside[0].pos in ("PUNCT", "INTJ") or inside[0].dep == "mark"):
        inside.pop(0)
    return inside


def without_reason(words: Words, relation: Relation) -> list[Token]:
    """The clause's tokens but for those of a "because …" in it, which is a clause of its own."""
    reasons = [r.span for r in words.parse.relations if r.parent == relation.index and r.link == "because"]
    return [t for t in clause_tokens(words, relation) if not any(_in(t.span, r) for r in reasons)]


def sentence(words: Words, relation: Relation, voice: Voice) -> str:
    """The clause as a sentence without its full stop."""
    tokens = clause_tokens(words, relation)
    if not tokens:
        return ""
    if relation.modality == "request":
        return _request(words, relation, tokens, voice)
    if cleft := _without_what(relation, tokens):
        tokens = cleft
    said = joined(words, _declared(_without_vocative(_without_denied(tokens)), relation), voice)
    moved = next((a for a in relation.arguments if _is_moved(relation, a, tokens[-1], cleft=bool(cleft))), None)
    if moved is not None:
        said = f"{said} {phrase(words, moved.span, voice)}"
    said = f"{_missing_subject(words, relation, tokens, voice)}{said}"
    head = relative_head(words, relation, tokens)
    return capitalised(f"{head} {said.partition(' ')[2]}" if head else said)


def _without_what(relation: Relation, tokens: list[Token]) -> list[Token]:
    """ "What we need is a pump": the words of the clause behind "what"; none of another clause."""
    what = tokens[0].text.lower() == "what" and tokens[0].tag == "WP" and relation.modality != "question"
    return tokens[1:] if what and not any(a.wh for a in relation.arguments) else []


def _is_moved(relation: Relation, argument: Argument, last: Token, *, cleft: bool) -> bool:
    """Whether it stands outside the words of the clause, which end with its preposition or lack their object."""
    stranded = last.pos == "ADP" and argument.role == last.lemma.lower()
    return (stranded or (cleft and argument.role == "object")) and not _in(argument.span, relation.span)


def _without_denied(tokens: list[Token]) -> list[Token]:
    """ "… is planned for spring, no date yet": without what is denied beside the clause, which is a fact of its own."""
    for n in range(2, len(tokens) - 1):
        if tokens[n].text.lower() == "no" and tokens[n - 1].text == "," and tokens[n].dep == "det":
            noun = next((t for t in tokens[n:] if t.i == tokens[n].head), None)
            rest = [t for t in tokens[n:] if noun is not None and t.i > noun.i and t.pos not in ("ADV", "PUNCT")]
            if noun is not None and noun.dep in ("appos", "npadvmod", "dep") and not rest:
                return tokens[: n - 1]
    return tokens


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
    said = joined(words, rest, voice).rstrip("?.! ")
    return f"{asker} {asked.replace(' to', ' not to') if relation.negated else asked} {said[:1].lower()}{said[1:]}"


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
    return joined(words, within(words.parse.tokens, span), voice)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _in(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
