"""Which options of a catalog a text names: by name or other names, in any inflection, with slips of the keyboard.

Knows words; not what an option is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from agent.playbook import Service
from nlp.types import Span, Token

_WORD = re.compile(r"[\w'’-]+")
_REJECTED = re.compile(r"(?:\bnot|\bno|\binstead of|\brather than|\bwithout|\bisn't|\bnever mind|\bskip|\bdon't (?:need|want)|\bno longer)"
                       r"(?: (?:a|an|the|that|any|just|to|get|have|do|for|want|need|my))*\s*$")  # fmt: skip
_GIVING_WAY = re.compile(r"\b(?:(?:replac|swap|switch|exchang|chang|convert|trad)\w*(?: (?:out|in|up))?|from)(?: [\w'-]+){0,3} $")
_TAKING_OVER = re.compile(r"^(?: [\w'-]+)? (?:with|for|to|into|by)\b")
_DOING = "to "  # before a verb among the lemmas: its stem
_SMALL = frozenset({"a", "an", "the", "my", "our", "of", "for", "to"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """rejected: named only to be turned down ("not a filling")."""

    option: Service
    span: Span  # in the text that was searched
    rejected: bool


def named_options(text: str, tokens: Sequence[Token], options: Sequence[Service]) -> tuple[Chosen, ...]:
    """In the order of the text; where two readings overlap, the longer."""
    words = [(m.start(), m.end(), m[0].lower()) for m in _WORD.finditer(text)]
    lemmas = {t.text.lower(): t.lemma.lower() for t in tokens}
    lemmas |= {f"{_DOING}{t.text.lower()}": stem(t.lemma.lower()) for t in tokens if t.pos == "VERB"}
    found: list[Chosen] = []
    for option in options:
        for name in (option.name, *option.also):
            found += [Chosen(option, span, _is_rejected(text, span)) for span in _places(words, lemmas, name)]
    found.sort(key=lambda c: (c.span.start - c.span.end, c.span.start))
    kept: list[Chosen] = []
    for chosen in found:
        if not any(k.span.start < chosen.span.end and chosen.span.start < k.span.end for k in kept):
            kept.append(chosen)
    kept.sort(key=lambda c: c.span.start)
    return tuple(replace(c, rejected=c.rejected or _is_replaced(text, c, kept[n + 1 :])) for n, c in enumerate(kept))


def _is_replaced(text: str, chosen: Chosen, later: Sequence[Chosen]) -> bool:
    """ "Replace the furnace with a heat pump", "from gel to acrylic": what gives way to another that is named behind it."""
    if not any(other.option != chosen.option for other in later):
        return False
    return bool(_GIVING_WAY.search(text[: chosen.span.start].lower()) and _TAKING_OVER.match(text[chosen.span.end :].lower()))


def _is_rejected(text: str, span: Span) -> bool:
    return _REJECTED.search(text[: span.start].lower().replace("’", "'")) is not None


def _places(words: Sequence[tuple[int, int, str]], lemmas: dict[str, str], name: str) -> list[Span]:
    """Where the name's words stand, in order, with at most two small words between."""
    wanted = [w for w in (m[0].lower() for m in _WORD.finditer(name)) if w not in _SMALL]
    found: list[Span] = []
    for first in range(len(words)):
        at, i = first, 0
        while wanted and i < len(wanted) and at < len(words) and at - first <= len(wanted) + 1:
            if _same(words[at][2], wanted[i], lemmas) or (len(wanted) > 1 and stem(words[at][2]) == stem(wanted[i])):
                i += 1
            elif i == 0:
                break
            at += 1
        if wanted and i == len(wanted):
            found.append(Span(words[first][0], words[at - 1][1]))
    return found


def _same(word: str, wanted: str, lemmas: dict[str, str]) -> bool:
    if word == wanted or singular(word) == singular(wanted) or lemmas.get(word) == wanted:
        return True
    if lemmas.get(f"{_DOING}{word}") == stem(wanted) and len(stem(wanted)) >= 5:  # "evict us": an eviction
        return True
    if min(len(word), len(wanted)) < 5 or word[0] != wanted[0]:
        return False
    return abs(len(word) - len(wanted)) <= 2 and SequenceMatcher(None, word, wanted).ratio() >= 0.86


def stem(word: str) -> str:
    """Cuts what inflection and simple derivation add: clicking, clicks, clicked -> click; insurance, insured -> insur."""
    return re.sub(r"(?<=\w{4})(?:ances?|ences?|ments?|ings?|ed|ers?|s|e|ations?|ion)$", "", word)


def singular(word: str) -> str:
    """A noun without the ending of a plural or a possessive, and without hyphens."""
    word = word.removesuffix("'s").removesuffix("’s").replace("-", "")
    for suffix, back in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")):
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            return word.removesuffix(suffix) + back
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
