"""Which sentences are less than a sentence: bare answers, "what about …", "and for my son?", "make it two".

Knows one sentence at a time; not what it answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nlp.acts import find_acts
from nlp.ellipsis_words import ellipsis_words
from nlp.sources import Source
from nlp.substitution import Fragment
from nlp.syntax import SUBJECTS
from nlp.types import Token

FragmentKind = Literal["about", "make", "same", "further", "changed", "plain"]

_CORRECTING = frozenset({"actually", "instead", "rather", "sorry", "wait", "no", "mean"})
_FURTHER = frozenset({"and", "or", "also", "plus", "then"})
_MAKING = frozenset({"make", "change", "switch"})
_JOINING = frozenset({"but", "and", "so", "because", "since", "as", "if", "though", "although"})
_ELSEWHERE = frozenset({"cancel", "wait", "repeat", "why", "greet", "goodbye", "thank", "never_mind", "refuse", "skip", "unsure"})


@dataclass(frozen=True, slots=True)
class Incomplete:
    """kind: about ("what about Tuesday"), make ("make it two"), same ("same for her"), further ("and for my son?"),
    changed ("July, actually"), plain (anything else: "Gas.")."""

    kind: FragmentKind
    fragment: Fragment


def incomplete(sentence: Source) -> Incomplete | None:
    """None for a sentence that has its verb, for mere courtesies and for what isn't words."""
    first, last = _stripped(sentence)
    if first > last or _is_none_of(sentence, sentence.first):
        return None
    tokens = sentence.parse.tokens
    last = _before_clause(sentence, first, last)
    dropped = [t.lemma.lower() for t in tokens[first : first + 2]] == ["never", "mind"] and last > first + 2
    if dropped:
        first = first + 3 if tokens[first + 2].pos == "PUNCT" else first + 2
    lead = {t.lemma.lower() for t in tokens[sentence.first : first]} | {t.lemma.lower() for t in tokens[last + 1 : sentence.last + 1]}
    words = [t.text.lower() for t in tokens[first : last + 1]]
    if words[:2] in (["what", "about"], ["how", "about"]):
        return _with_kind("about", sentence, first + 2, last)
    if words[0] in _MAKING and len(words) > 2 and words[1] in ("it", "that", "this") and not _has_more_verbs(sentence, first + 1, last):
        return _with_kind("make", sentence, first + 2 + (words[2] == "to"), last)
    same = 1 if words[0] == "same" else 2 if words[:2] == ["the", "same"] else 0
    if same and len(words) > same + 1 and words[same] == "for" and not sentence.finite:
        return _with_kind("same", sentence, first + same, last)
    said = sentence.parse.text[tokens[first].span.start : tokens[last].span.end]
    if _has_verb(sentence, first, last) or find_acts(said, ()) & _ELSEWHERE:
        return None
    kind: FragmentKind = "changed" if dropped or lead & _CORRECTING else "further" if lead & _FURTHER or sentence.question_mark else "plain"
    return _with_kind(kind, sentence, first, last)


def _is_none_of(sentence: Source, i: int) -> bool:
    """ "No hurry", "no kids": it denies nothing that was said, and says all by itself."""
    token = sentence.parse.tokens[i]
    return token.text.lower() == "no" and token.dep == "det" and token.head > i and sentence.parse.tokens[token.head].pos == "NOUN"


def _before_clause(sentence: Source, first: int, last: int) -> int:
    """The last token of an answer that a clause of its own follows: "My tenant, but he doesn't know where", "make it four, I forgot one";
    `last` where none does."""
    tokens = sentence.parse.tokens
    making = tokens[first].lemma.lower() in _MAKING
    for comma in (t for t in tokens[first + 1 : last] if t.text in (",", ";", "-", "–", "—")):
        before, after = tokens[first + making : comma.i], tokens[comma.i + 1 : last + 1]
        if any(t.pos in ("VERB", "AUX") for t in before):
            return last
        subject = next((t for t in after[:4] if t.dep in SUBJECTS), None)
        if subject is None or not any(t.tag in ("VBD", "VBZ", "VBP", "MD") for t in after):
            continue
        doubled = any(t.dep in SUBJECTS and t.head == subject.head for t in before)
        if making or doubled or after[0].lemma.lower() in _JOINING:
            return comma.i - 1
    return last


def _with_kind(kind: FragmentKind, sentence: Source, first: int, last: int) -> Incomplete | None:
    if first > last:
        return None
    fragment = _fragment(sentence, first, last)
    return Incomplete(kind, fragment) if fragment else None


def _stripped(sentence: Source) -> tuple[int, int]:
    """The tokens without what leads in and what softens the end."""
    lists = ellipsis_words()
    tokens, first, last = sentence.parse.tokens, sentence.first, sentence.last
    while first <= last and (tokens[first].text.lower() in lists.lead or _is_mark(tokens, first)):
        first += 1
    while last >= first and (tokens[last].pos in ("PUNCT", "SPACE") or tokens[last].text.lower() in lists.tail):
        last -= 1
    meant = [t.text.lower() for t in tokens[first:last]]
    counted = tokens[last].pos == "NUM" if last >= first else False  # names are put right as what they name
    return (last, last) if counted and meant in (["i", "meant"], ["i", "mean"], ["we", "meant"]) else (first, last)


def _is_mark(tokens: Sequence[Token], i: int) -> bool:
    """Punctuation, signs; the "$" of an amount is none."""
    amount = tokens[i].pos == "SYM" and i + 1 < len(tokens) and tokens[i + 1].pos == "NUM"
    return tokens[i].pos in ("PUNCT", "SPACE", "SYM") and not amount


def _has_verb(sentence: Source, first: int, last: int) -> bool:
    """Whether there is a clause: a verb with its subject, or a command with something after it."""
    if first == last:
        return sentence.parse.tokens[first].tag in ("MD", "VBZ", "VBD") or sentence.parse.tokens[first].tag.startswith("W")
    inside = [t for t in sentence.parse.tokens[first : last + 1] if t.dep not in ("relcl", "acl")]
    if sentence.parse.tokens[first].tag.startswith("W"):
        return True
    return any(t.pos in ("VERB", "AUX") and t.tag != "VBN" and not _nominal(sentence, t, first) for t in inside)


def _nominal(sentence: Source, token: Token, first: int) -> bool:
    """A verb form that only modifies or names: "the blocked drain", "a moving company"; a verb inside a relative clause."""
    if token.dep in ("amod", "compound", "pobj"):
        return True
    inside_relative = any(sentence.parse.tokens[a].dep in ("relcl", "acl") for a in sentence.tree.ancestors(token.i))
    return inside_relative or (token.dep == "pcomp" and token.i > first)


def _has_more_verbs(sentence: Source, first: int, last: int) -> bool:
    return any(t.pos == "VERB" and t.tag in ("VBD", "VBZ", "VBP") for t in sentence.parse.tokens[first + 1 : last + 1])


def _fragment(sentence: Source, first: int, last: int) -> Fragment | None:
    tokens = sentence.parse.tokens
    preposition = tokens[first] if tokens[first].pos == "ADP" and first < last else None
    start = first + 1 if preposition is not None else first
    inside = range(start, last + 1)
    tops = [tokens[i] for i in inside if tokens[i].head not in inside or tokens[i].head == i]
    nominal = [t for t in tops if t.pos in ("NOUN", "PROPN", "NUM", "ADJ", "PRON", "ADV")] or [t for t in tops if t.pos != "PUNCT"]
    return Fragment(sentence, first, last, nominal[0], preposition) if nominal else None
