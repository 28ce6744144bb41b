"""Answers that choose nothing: "I don't care", "any will do". What is chosen between comes from the question.

Knows one sentence and the question before it.
"""

import re

from nlp.answers import wh_phrase
from nlp.ellipsis_words import ellipsis_words
from nlp.phrases import Phrase, join
from nlp.sources import Source, spaced
from nlp.types import Span
from nlp.wording import Edits


def shrug(source: Source) -> re.Match[str] | None:
    """ "I don't care", "no preference", as far as it goes."""
    text = source.parse.text[source.span.start : source.span.end]
    return re.match(rf"(?:(?:no|oh|well|honestly|ok|okay)\W+)?(?:{ellipsis_words().indifferent})\b", text, re.IGNORECASE)


def topic_filled(sentence: Source, question: Source | None) -> Edits:
    """ "I don't care." to "What price range …?" -> "I don't care about the price range."; "any" -> "any price range"."""
    topic = _topic(question) if question is not None else None
    if topic is None:
        return []
    text = sentence.parse.text[sentence.span.start : sentence.span.end]
    match = shrug(sentence)
    pronoun = re.match(r"\s*(?:about|for|on)\s+(it|that|them|those)\b", text[match.end() :]) if match else None
    if match and pronoun:
        start = sentence.span.start + match.end()
        return [(Span(start + pronoun.start(1), start + pronoun.end(1)), join([Phrase("the "), topic]))]
    if match and not re.match(r"\s*(?:about|for|on|what|which|where|how|if|as long)\b", text[match.end() :]):
        end = sentence.span.start + match.end()
        about = Phrase(" about the ") if "matter" not in match[0].lower() else Phrase(" what the ")
        after = topic if "matter" not in match[0].lower() else spaced(topic, Phrase("is"))
        return [(Span(end, end), join([about, after]))]
    first = sentence.tokens[0]
    if (
        first.text.lower() in ("any", "anything")
        and len(sentence.tokens) > 1
        and sentence.tokens[1].pos in ("VERB", "AUX")
        and first.text.lower() == "any"
    ):
        return [(Span(first.span.end, first.span.end), join([Phrase(" "), topic]))]
    return []


def _topic(question: Source) -> Phrase | None:
    """What a question asks to be chosen: "price range" of "What price range do you prefer?"."""
    wh = question.wh
    if wh is None:
        return None
    first, last, head = wh_phrase(question, wh)
    if head is wh or head.pos not in ("NOUN", "PROPN") or last <= first:
        return None
    return question.words(wh.i + 1, last)
