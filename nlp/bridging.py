"""Nouns that belong to the thing in focus: "what's the address?" asks for that of the place just named.

Knows a list of attribute nouns and the last turns.
"""

from nlp.ellipsis_words import ellipsis_words
from nlp.phrases import Phrase, join
from nlp.sources import Source
from nlp.types import Discourse, PriorMention, PriorTurn, Span, Token
from nlp.wording import Describer, Edits

_WINDOW = 4
_PARTS = frozenset({"phone", "telephone", "post", "postal", "zip", "area", "street", "email", "e-mail", "contact", "web", "price", "food"})
_ASPECTS = frozenset(
    {"color", "colour", "size", "year", "model", "make", "brand", "side", "shape", "length", "width", "height", "material"}
)
_MEASURED = frozenset({"big", "large", "long", "wide", "tall", "high", "old", "heavy", "deep", "thick", "small", "short"})
_GETTING = frozenset({"get", "have", "give", "tell", "send", "know", "need", "want", "like", "provide", "see", "text", "share", "find"})


def of_focus(sentence: Source, discourse: Discourse) -> Edits:
    """ "What is the address?" -> "What is the address of La Mimosa?"; nothing where nothing was named or the noun has an owner."""
    if not sentence.is_question and not sentence.imperative and sentence.finite and not _wants(sentence):
        return []
    attributes = [t for t in sentence.tokens if is_open_attribute(sentence, t)]
    if not attributes:
        return []
    focus = _focus(discourse)
    if focus is None or focus.mention.text.lower() in sentence.parse.text.lower():
        return []
    words = Describer(discourse).describe(focus.referent) if focus.referent is not None else None
    at = sentence.parse.tokens[attributes[-1].i].span.end
    return [(Span(at, at), join([Phrase(" of "), words]))] if words is not None else []


def of_topic(sentence: Source, discourse: Discourse) -> Edits:
    """ "How big is it?" – "20 feet." – "And what color?" -> "And what color is the carpet?": asked on of the thing that the question
    before was about, or that the other side has just brought up."""
    words = [t for t in sentence.tokens if t.pos not in ("PUNCT", "CCONJ", "SPACE", "INTJ") and t.lemma.lower() not in ("okay", "then")]
    asks = len(words) in (2, 3) and words[0].lemma.lower() in ("what", "which", "how") and sentence.question_mark
    measured = asks and words[0].lemma.lower() == "how" and len(words) == 2 and words[1].lemma.lower() in _MEASURED
    named = asks and words[0].lemma.lower() != "how" and words[-1].lemma.lower() in _ASPECTS
    topic = _topic(discourse) if measured or named else None
    said = Describer(discourse).describe(topic.referent) if topic is not None and topic.referent is not None else None
    if topic is None or said is None:
        return []
    at = words[-1].span.end
    return [(Span(at, at), join([Phrase(" are " if topic.mention.number == "plural" else " is "), said]))]


def _topic(discourse: Discourse) -> PriorMention | None:
    """What the speaker's own question before was about, else what the other side said something of, or wants something done with."""
    turns = discourse.turns[-2:]
    own = [t for t in turns if t.speaker == discourse.speaker and "?" in t.parse.text]
    for prior in [*own, *(t for t in reversed(turns) if t not in own)]:
        things = [m for m in prior.mentions if m.referent is not None and m.referent not in (discourse.customer, discourse.business)]
        things = [
            m for m in things if m.mention.type != "person" and m.value is None and m.mention.role in ("subject", "object", "attribute")
        ]
        if things:
            return things[0]
    return None


def _wants(sentence: Source) -> bool:
    return any(t.lemma.lower() in ellipsis_words().desire for t in sentence.tokens)


def is_open_attribute(sentence: Source, token: Token) -> bool:
    """An attribute noun of nobody in particular: "the address", "phone number"."""
    if token.lemma.lower() not in ellipsis_words().attributes or token.pos not in ("NOUN", "PROPN") or token.dep in ("compound", "amod"):
        return False
    tokens, tree = sentence.parse.tokens, sentence.tree
    top = _first_of(sentence, token)
    if not _asked(sentence, top) or any(tokens[c].dep in ("poss", "prep", "relcl") for c in tree.children[top.i]):
        return False
    for c in tree.children[token.i]:
        child = tokens[c]
        if child.dep == "compound" and child.lemma.lower() not in ellipsis_words().attributes | _PARTS:
            return False
        if child.dep in ("poss", "acl", "relcl", "prep", "appos", "nummod", "amod") or child.text.lower() in (
            "any",
            "a",
            "an",
            "that",
            "this",
            "what",
            "which",
        ):
            return False
    following = tokens[token.i + 1] if token.i < sentence.last else None
    return following is None or following.pos not in ("ADP", "NUM") or following.text.lower() == "please"


def _first_of(sentence: Source, token: Token) -> Token:
    """The first of the nouns that are coordinated with it: "address" of "the address and phone number"."""
    while token.dep == "conj" and sentence.parse.tokens[token.head].pos in ("NOUN", "PROPN"):
        token = sentence.parse.tokens[token.head]
    return token


def _asked(sentence: Source, token: Token) -> bool:
    """Whether that is what the sentence asks for: "what is the price", "can I have the address", "phone number, please"."""
    governor = sentence.parse.tokens[token.head]
    if not sentence.finite:
        return True
    copula = governor.lemma in ("be", "'s", "’s") and sentence.wh is not None and sentence.wh.lemma.lower() in ("what", "which", "how")
    return copula or (token.dep in ("dobj", "attr") and governor.lemma.lower() in _GETTING)


def _focus(discourse: Discourse) -> PriorMention | None:
    """The thing with a name that was spoken of last, a person only where no thing was named with them; else what the other side's last
    statement is about."""
    for prior in reversed(discourse.turns[-_WINDOW:]):
        named = [m for m in prior.mentions if _names(m, discourse)]
        if named:
            return next((m for m in named if m.mention.type != "person"), named[0])
        if prior.speaker != discourse.speaker and (subject := _subject(prior)) is not None:
            return subject
    return None


def _names(mention: PriorMention, discourse: Discourse) -> bool:
    single = mention.mention.kind == "name" and not mention.mention.members and mention.mention.role != "vocative"
    place = mention.mention.role in ("subject", "attribute", "object", "apposition", "other")
    spelled = not any(c.isdigit() for c in mention.mention.text)
    return (
        single and place and spelled and mention.referent is not None and mention.referent not in (discourse.customer, discourse.business)
    )


def _subject(prior: PriorTurn) -> PriorMention | None:
    """A singular thing that the turn says something of."""
    for mention in prior.mentions:
        said = mention.mention
        noun = said.kind == "nominal" and said.role == "subject" and said.number == "singular" and not said.members
        if (
            noun
            and mention.referent is not None
            and said.type != "person"
            and said.head_lemma not in ellipsis_words().attributes | {"one", "anything"}
        ):
            return mention
    return None
