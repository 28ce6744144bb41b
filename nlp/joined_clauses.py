"""Where a second clause begins that the parser took for more of the first: "I drive a van and my brother Raj | has a truck".

A noun phrase after "and" reads as one more object of the verb before it, until a finite verb of its own follows. Agreement tells when the
two nouns are not its subject together: "a boxer and Molly *is*". Knows a parsed `Doc` and the verbs that take a clause as it is.
"""

from collections.abc import Sequence

from spacy.tokens import Doc, Span, Token

from nlp.function_words import NOMINATIVE
from nlp.wordlists import words

_JOINS = frozenset({"and", "but", "plus"})
_FINITE = frozenset({"VBZ", "VBP", "VBD", "MD"})
_NOMINAL = frozenset({"DET", "PRON", "ADJ", "NOUN", "PROPN", "NUM", "ADP", "PART"})
_OPENING = frozenset({"DET", "PRON", "PROPN", "NUM", "ADJ"})
_NO_SUBJECT = frozenset({"WP", "WDT", "WP$", "WRB", "TO", "EX"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_SINGULAR = frozenset({"was", "wasn't"})


def clause_starts(doc: Doc) -> list[int]:
    """Indexes of the conjunctions that begin a clause which the parse doesn't show, ascending."""
    return [token.i for sentence in doc.sents for token in sentence if _begins(token, sentence)]


def _begins(join: Token, sentence: Span) -> bool:
    if join.tag_ != "CC" or join.lower_ not in _JOINS or join.i in (sentence.start, sentence.end - 1):
        return False
    left, subject, verb = join.doc[sentence.start : join.i], *_subject(join, sentence)
    if verb is None or left[-1].lower_ in NOMINATIVE:
        return False
    first = next((_clause(t) for t in reversed(left) if _is_finite(t)), None)
    if first is None or _is_within(first, left) or _is_read(verb, first, join):
        return False
    singular = verb.tag_ == "VBZ" or verb.lower_ in _SINGULAR
    return singular or (first.lemma_ not in words("bare_complement_verbs.txt") and subject[0].pos_ in _OPENING)


def _subject(join: Token, sentence: Span) -> tuple[Sequence[Token], Token | None]:
    """The noun phrase right after the conjunction and the finite verb right after that."""
    found: list[Token] = []
    for token in join.doc[join.i + 1 : sentence.end]:
        if _is_finite(token):
            nouns = any(t.pos_ in ("NOUN", "PROPN", "PRON") for t in found)
            return (found, token) if nouns and found[0].pos_ != "ADP" else ((), None)
        later = found and token.lower_ in NOMINATIVE
        if token.pos_ not in _NOMINAL or token.tag_ in _NO_SUBJECT or later:
            break
        found.append(token)
    return (), None


def _is_finite(token: Token) -> bool:
    return token.tag_ in _FINITE and token.pos_ in ("VERB", "AUX")


def _clause(verb: Token) -> Token:
    return verb.head if verb.dep_ in ("aux", "auxpass") else verb


def _is_within(verb: Token, left: Span) -> bool:
    """Whether the clause before stands under another, which may then hold the second clause too: "he says that the pump leaks and …"."""
    top = verb
    while top.dep_ == "conj" and top.head.i != top.i:
        top = top.head
    return top.dep_ != "ROOT" or verb.i >= left.end or any(t.dep_ == "mark" or t.tag_ in ("WDT", "WP", "WRB") for t in left)


def _is_read(verb: Token, first: Token, join: Token) -> bool:
    """Whether the parse shows the second clause as it is: joined to the first, with a subject of its own."""
    second = _clause(verb)
    subject = next((t for t in second.lefts if t.dep_ in _SUBJECTS and join.i < t.i < verb.i), None)
    whole = subject is not None and subject.left_edge.i > join.i and second.left_edge.i > join.i
    return whole and second.dep_ == "conj" and join.head.i == second.head.i and second.head.i == first.i
