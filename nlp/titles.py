"""Titles that read like sentences: "play I Will Always Love You", 'the file "Notes for My Lawyer"': names, whatever words they are made of.

Knows the words of one text and their capitals. Knows nothing of what is called so.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from nlp.types import Span, Token

_LONGEST = 10  # words
_SMALL = frozenset(["a", "an", "the", "of", "in", "on", "at", "to", "for", "by", "and", "or", "with", "from", "'s", "n't", "’s"])
_QUOTED = re.compile(r"\"([^\"\n]{2,80})\"|“([^”\n]{2,80})”|(?<!\w)'([^'\n]{2,80})'(?!\w)|‘([^’\n]{2,80})’")
_FUNCTION = frozenset(["PRON", "DET", "AUX", "VERB", "SCONJ", "ADP", "PART", "ADV"])
_ALWAYS_CAPITAL = frozenset(["I", "I'm", "The", "OK", "Ok", "Okay"])  # "The" begins the names of bands and firms
_OPENING = frozenset(["VERB", "AUX", "INTJ", "PRON", "ADV", "SCONJ", "CCONJ", "DET", "ADP"])


@cache
def _imperatives() -> frozenset[str]:
    lines = files("nlp").joinpath("data/imperatives.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def titles(text: str, tokens: Sequence[Token]) -> list[Span]:
    """In order, none within another."""
    quoted = list(_in_quotes(text, tokens))
    return sorted([*quoted, *(s for s in _runs(tokens) if not any(q.start <= s.start < q.end for q in quoted))])


def _in_quotes(text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    for match in _QUOTED.finditer(text):
        group = next(n for n in range(1, 5) if match[n] is not None)
        start, end = match.span(group)
        inside = [t for t in tokens if start <= t.span.start < end and t.pos != "PUNCT"]
        if 0 < len(inside) <= _LONGEST and inside[0].text[:1].isupper() and all(map(_may_stand_in_title, inside)):
            yield Span(inside[0].span.start, inside[-1].span.end)


def _may_stand_in_title(token: Token) -> bool:
    return not token.text[:1].islower() or token.text.lower() in _SMALL


def _runs(tokens: Sequence[Token]) -> Iterator[Span]:
    """Capitalised words in a row of which one has no other reason to be."""
    written_small = {t.sentence for t in tokens if t.text[:1].islower()}
    first = 0
    while first < len(tokens):
        last = first
        while last < len(tokens) and tokens[last].text[:1].isupper() and tokens[last].sentence == tokens[first].sentence:
            last += 1
        run = _within(tokens, first, last)
        if 1 < len(run) <= _LONGEST and run[0].sentence in written_small and any(map(_out_of_place, run[run[0].tag == "PRP$" :])):
            yield Span(run[0].span.start, run[-1].span.end)
        first = max(last, first + 1)


def _within(tokens: Sequence[Token], first: int, last: int) -> Sequence[Token]:
    """Without a word that has its capital from the sentence's beginning, and without an "I" at the end."""
    opens = first == 0 or tokens[first - 1].sentence != tokens[first].sentence or tokens[first - 1].pos == "PUNCT"
    if opens and first < last and (tokens[first].pos in _OPENING or tokens[first].lemma.lower() in _imperatives()):
        first += 1
    while last > first and tokens[last - 1].text == "I":
        last -= 1
    return tokens[first:last]


def _out_of_place(token: Token) -> bool:
    shouted = len(token.text) > 1 and token.text.isupper()
    return (
        token.pos in _FUNCTION and token.text not in _ALWAYS_CAPITAL and not shouted and not token.ent.startswith(("ORG", "PERSON", "GPE"))
    )
