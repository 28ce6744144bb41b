"""The words of a bare answer as they go with what was asked: "gas" to "what kind of dryer", "nine" to "how old", "on Friday" to "when".

Knows the question and the fragment; puts nothing in its place.
"""

import re

from nlp.ellipsis_words import ellipsis_words
from nlp.number_words import PATTERN
from nlp.phrases import Phrase
from nlp.sources import Source, spaced
from nlp.substitution import Fragment, time_at
from nlp.types import Token

_AGES = frozenset({"year", "month", "week", "day"})


def completed_answer(question: Source, hole: tuple[Token, Token, int], fragment: Fragment, words: Phrase) -> Phrase:
    """ "gas" to "what kind of dryer" -> "a gas dryer"; "two" to "how many bedrooms" -> "two bedrooms"; "Fresno" to "where" -> "in Fresno".

    hole: the question word, the head of its phrase, and the phrase's last token.
    """
    wh, head, last = hole
    lists = ellipsis_words()
    tokens = question.parse.tokens
    counted = wh.lemma.lower() == "how" and head.pos == "NOUN"
    aged = wh.lemma.lower() == "how" and head.lemma.lower() == "old" and fragment.preposition is None
    if aged and fragment.head.pos in ("NUM", "NOUN", "PROPN"):
        return _aged(fragment, words)
    number = fragment.head.pos == "NUM" or re.fullmatch(PATTERN, words.text.lower()) is not None
    if counted and number and (fragment.head.i == fragment.last or fragment.preposition is None):
        return spaced(words, question.words(head.i, last))
    if head.lemma.lower() in lists.kinds and fragment.preposition is None:
        noun = next((tokens[j] for p in question.tree.all(head.i, "prep") for j in question.tree.all(p, "pobj")), None)
        if noun is not None and fragment.head.lemma.lower() != noun.lemma.lower() and fragment.first == fragment.last:
            article = noun.tag == "NN" and noun.lemma.lower() not in lists.mass
            return spaced(Phrase("a" if article else ""), words, Phrase(noun.text.lower()))
    if wh is not head and head.pos == "NOUN" and fragment.head.pos == "ADJ" and fragment.head.i == fragment.last:
        return spaced(words, Phrase(head.text.lower()))
    if wh.lemma.lower() == "where" and fragment.preposition is None and fragment.head.pos in ("PROPN", "NOUN"):
        return spaced(Phrase("in" if fragment.head.ent in ("GPE", "LOC") else "at"), words)
    return words


def _aged(fragment: Fragment, words: Phrase) -> Phrase:
    """ "nine" and "nine years" to "how old" -> "nine years old"; "born in May" stays."""
    number = fragment.head.pos == "NUM" or re.fullmatch(PATTERN, words.text.lower()) is not None
    if number and fragment.head.i == fragment.last:
        return spaced(words, Phrase("years old"))
    return spaced(words, Phrase("old")) if fragment.head.lemma.lower() in _AGES and fragment.head.i == fragment.last else words


def fitting_preposition(head: Token, wh: Token, fragment: Fragment) -> str:
    time = time_at(fragment.source.parse.times, fragment.head)
    if head.lemma.lower() == "year" and time is None:
        return "in"
    if time is not None or fragment.head.ent in ("DATE", "TIME"):
        lower = (time.text if time else fragment.head.text).lower()
        if lower.startswith(("tomorrow", "today", "tonight", "next", "this", "now", "every", "in ", "on ", "at ")):
            return ""
        return (
            "at"
            if time is not None and time.grain in ("minute", "hour") and lower[:1].isdigit()
            else "in"
            if time is not None and time.grain in ("month", "year")
            else "on"
        )
    return "in" if head.lemma.lower() in ellipsis_words().locating or wh.lemma.lower() == "where" else ""
