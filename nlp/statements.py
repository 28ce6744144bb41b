"""Questions turned into statements, and the small inflections that this takes.

Knows English word order and agreement. Takes sources, gives phrases; chooses nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from nlp.phrases import Phrase
from nlp.sources import Source, spaced
from nlp.types import Token

_FIRST_BE = {"are": "am", "were": "was", "is": "am"}
_SECOND_BE = {"am": "are", "was": "were"}
_CONTRACTED = {"'ll": "will", "'ve": "have", "'d": "would", "'re": "are", "'m": "am", "'s": "is", "ca": "can", "wo": "will", "sha": "shall"}
_IRREGULAR = {"have": "has", "do": "does", "go": "goes", "be": "is"}
_PLURAL_SUBJECTS = frozenset({"i", "you", "we", "they", "these", "those", "both"})


def declarative(source: Source, *, substitutions: Mapping[tuple[int, int], Phrase] | None = None, negated: bool = False) -> Phrase | None:
    """The statement that a yes/no question asks about, with some token ranges replaced; None where the order is unclear.

    "Do you have insurance?" -> "I have insurance", negated "I do not have insurance".
    """
    auxiliary, subject = source.auxiliary, source.subject
    if auxiliary is None or subject is None or not source.inverted:
        return None
    first, last = source.edges(subject)
    if first <= auxiliary.i:
        return None
    taken = dict(substitutions or {})
    head = _piece(source, first, last, taken)
    verb = agreed(expanded(auxiliary.text), head.text)
    rest_from = last + 1
    while rest_from <= source.last and source.parse.tokens[rest_from].dep == "neg":
        rest_from += 1
    rest = _piece(source, rest_from, source.last, taken)
    drops = auxiliary.lemma == "do" and auxiliary is not source.root and not negated and auxiliary.text.lower() != "did"
    if drops:
        return _without_do(head, rest, auxiliary)
    return spaced(head, Phrase(f"{verb} not" if negated else verb), rest)


def _without_do(head: Phrase, rest: Phrase, auxiliary: Token) -> Phrase:
    verb, _, others = rest.text.partition(" ")
    inflected = verb if auxiliary.text.lower() == "do" or head.text.lower() in _PLURAL_SUBJECTS else third_person(verb)
    moved = rest.shifted(len(inflected) - len(verb))
    return spaced(head, replace(moved, text=f"{inflected} {others}".strip(), marks=tuple(m for m in moved.marks if m.span.start > 0)))


def _piece(source: Source, first: int, last: int, taken: dict[tuple[int, int], Phrase]) -> Phrase:
    """Tokens first to last with the ranges of `taken` that lie inside replaced."""
    parts: list[Phrase] = []
    at = first
    for (start, end), phrase in sorted(taken.items(), key=lambda kv: kv[0]):
        if first <= start and end <= last:
            parts += [source.words(at, start - 1), phrase]
            at = end + 1
    return spaced(*parts, source.words(at, last))


def replaced(source: Source, taken: dict[tuple[int, int], Phrase]) -> Phrase:
    """The sentence in its own order with token ranges replaced."""
    return _piece(source, source.first, source.last, taken)


def predicate(source: Source, verb: Token, form: str) -> Phrase | None:
    """What a clause says of its subject, from its verb on, the verb in the form asked for: `base`, `third`, `VBN`, `VBG`, `be`.

    None where the verb cannot be put into that form without a table.
    """
    last = _clause_end(source, verb)
    if form == "be":
        start = verb.i + 1 if verb.lemma in ("be", "'s", "’s") else verb.i
        subject = source.tree.child(verb.i, "nsubj", "nsubjpass", "expl")
        if subject is not None and subject > verb.i:
            start = source.edges(subject)[1] + 1
        return source.words(start, last) if start <= last else None
    word = _form(verb, form)
    if word is None:
        return None
    start = verb.i + 1
    subject = source.tree.child(verb.i, "nsubj", "expl")
    if subject is not None and subject > verb.i:
        start = source.edges(subject)[1] + 1
    return spaced(Phrase(word), source.words(start, last))


def _form(verb: Token, form: str) -> str | None:
    if form == "base":
        return verb.lemma if verb.lemma not in ("'s", "’s") else "be"
    if form == "third":
        return third_person(verb.lemma)
    return verb.text if verb.tag == form or (form == "VBN" and verb.text.endswith("ed")) else None


def _clause_end(source: Source, verb: Token) -> int:
    """The last token of the verb's own clause: before what is coordinated with it."""
    stop = [
        c
        for c in source.tree.children[verb.i]
        if source.parse.tokens[c].dep in ("conj", "cc", "punct", "parataxis") and verb.i < c <= source.last
    ]
    coordinated = [c for c in stop if source.parse.tokens[c].dep in ("conj", "parataxis")]
    last = source.last
    if coordinated:
        last = min(source.edges(c)[0] for c in coordinated) - 1
        last = max(last, verb.i)
    inside = [j for j in source.tree.subtree(verb.i) if j <= last]
    last = min(last, max(inside)) if inside else last
    while last > verb.i and source.parse.tokens[last].pos in ("PUNCT", "CCONJ"):
        last -= 1
    return last


def third_person(lemma: str) -> str:
    if lemma in _IRREGULAR:
        return _IRREGULAR[lemma]
    if re.search(r"(s|x|z|ch|sh|o)$", lemma):
        return lemma + "es"
    return lemma[:-1] + "ies" if re.search(r"[^aeiou]y$", lemma) else lemma + "s"


def expanded(auxiliary: str) -> str:
    """ "'ll" -> "will", "ca" (of "can't") -> "can", "Is" -> "is"."""
    lower = auxiliary.lower().replace("’", "'")
    return _CONTRACTED.get(lower, lower)


def agreed(verb: str, subject: str) -> str:
    """The auxiliary as it goes with the subject after persons were exchanged."""
    lower = subject.lower()
    if lower == "i":
        return {**_FIRST_BE, "does": "do", "has": "have"}.get(verb, verb)
    if lower in ("you", "we", "they"):
        return {**_SECOND_BE, "is": "are", "does": "do", "has": "have"}.get(verb, verb)
    return "is" if verb == "am" else verb


def sentence(phrase: Phrase, end: str = ".") -> Phrase:
    """With a capital at the start and the mark at the end."""
    text = phrase.text.strip()
    return replace(phrase, text=text[:1].upper() + text[1:] + (end if text and text[-1] not in ".?!" else ""))
