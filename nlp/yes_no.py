"""Yes and no spelled out: what a bare answer agrees to or denies.

Knows the turn's sentences and the question that they answer.
"""

from collections.abc import Sequence
from itertools import dropwhile

from nlp.ellipsis_words import ellipsis_words
from nlp.phrases import Phrase, join
from nlp.pronouns import only_closes
from nlp.sources import Source, spaced
from nlp.statements import declarative
from nlp.types import Span, Token
from nlp.wording import Edits

_BARE = 6  # words at most of a turn that is nothing but yes or no
_MORE = 8  # words at most of what tells where or when it is so
_OFFERING = frozenset({"shall", "should", "may", "can", "could"})


def spelled_out_answer(sentences: Sequence[Source], question: Source | None) -> Edits:
    """ "Yes." -> "Yes, the dryer is gas" where that is all that was said to a question."""
    lists = ellipsis_words()
    words = [t.text.lower() for s in sentences for t in s.tokens if t.pos not in ("PUNCT", "SYM", "SPACE", "X")]
    if question is None or not words or len(words) > _BARE or not words[0].isalpha():
        return []
    affirms = words[0] in lists.affirm or words[:2] == ["of", "course"]
    denies = words[0] in lists.deny or words[:2] == ["not", "yet"]
    rest_known = all(w in lists.affirm | lists.deny | lists.polite for w in words)
    if affirms == denies or not rest_known or question.wh is not None or _open_ended(question) or _alternatives(question):
        return []
    said = _agreed_to(question, "please" in words) if affirms else None
    said = said or declarative(question, negated=denies)
    if said is None or (denies and _offers(question)):
        return []
    end = sentences[-1].span.end
    return [(Span(end, end), join([Phrase(", "), said]))]


def answer_with_more(sentence: Source, question: Source | None) -> Edits:
    """ "Yes, tomorrow at nine." -> "Yes, Lucia is seeing a doctor tomorrow at nine": where, when, with whom it is as was asked."""
    said = [t for t in sentence.tokens if t.pos not in ("PUNCT", "SPACE")]
    more = list(dropwhile(lambda t: t.text.lower() in ellipsis_words().affirm, said))
    if question is None or not said or not 0 < len(more) < len(said) or len(more) > _MORE or not _tells_more(sentence, more):
        return []
    if question.wh is not None or not question.question_mark or is_unspecific(question) or _alternatives(question):
        return []
    whole = _agreed_to(question, polite=False) or declarative(question)
    at = more[0].span.start
    return [] if whole is None else [(Span(at, at), join([whole, Phrase(" ")]))]


def _tells_more(sentence: Source, more: Sequence[Token]) -> bool:
    """Whether the words are a time or begin with a preposition, without a verb of their own."""
    time = any(t.span.start <= more[0].span.start < t.span.end for t in sentence.parse.times)
    governs = more[0].pos == "ADP" and len(more) > 1
    return (time or governs) and not any(t.pos in ("VERB", "AUX") for t in more)


def _agreed_to(question: Source, polite: bool) -> Phrase | None:
    """ "Shall I book it?" -> "please book it"; "Would you like me to call?" stays a wish."""
    auxiliary, subject = question.auxiliary, question.subject
    if auxiliary is None or subject is None or auxiliary.lemma.lower() not in _OFFERING or not question.inverted:
        return None
    if question.speaker == "customer" and auxiliary.lemma.lower() not in ("shall", "should"):
        return None  # the customer's "can I" asks for leave, the business's offers
    if question.parse.tokens[subject].text.lower() not in ("i", "we"):
        return None
    return spaced(Phrase("" if polite else "please"), question.words(question.edges(subject)[1] + 1, question.last))


def _offers(question: Source) -> bool:
    return question.auxiliary is not None and question.auxiliary.lemma.lower() in _OFFERING | {"would"}


def _open_ended(question: Source) -> bool:
    """Whether it asks of no one thing: "anything else?", "will that be all?"."""
    return is_unspecific(question) or only_closes(question.tree, question.root.i)


def asks_what(question: Source) -> bool:
    """ "Does she need to bring anything that day?": whether, and with that what; not "anything else?", "is there anything …?"."""
    words = {t.text.lower() for t in question.tokens}
    return bool(words & {"anything", "something"}) and "else" not in words and question.root.pos == "VERB" and question.root.lemma != "do"


def is_unspecific(question: Source) -> bool:
    return any(t.lemma.lower() in ellipsis_words().unspecific for t in question.tokens)


def _alternatives(question: Source) -> bool:
    return any(t.lemma == "or" and t.dep == "cc" for t in question.tokens)
