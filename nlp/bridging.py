"""Nouns that belong to the thing in focus: "what's the address?" asks for that of the place just named.

Knows a list of attribute nouns and the last turns.
"""

from nlp.ellipsis_words import ellipsis_words
from nlp.phrases import Phrase, join
from nlp.sources import Source
from nlp.types import Discourse, PriorMention, Span, Token
from nlp.understood import Edits

_WINDOW = 4


def of_focus(sentence: Source, discourse: Discourse) -> Edits:
    """ "What is the address?" -> "What is the address of La Mimosa?"; nothing where nothing was named or the noun has an owner."""
    if not sentence.is_question and not sentence.imperative and sentence.finite and not _wants(sentence):
        return []
    attributes = [t for t in sentence.tokens if _open_attribute(sentence, t)]
    if not attributes:
        return []
    focus = _focus(discourse)
    if focus is None or focus.mention.text.lower() in sentence.parse.text.lower():
        return []
    at = sentence.parse.tokens[attributes[-1].i].span.end
    return [(Span(at, at), join([Phrase(" of "), Phrase.of(focus.mention.text, focus.referent)]))]


def _wants(sentence: Source) -> bool:
    return any(t.lemma.lower() in ellipsis_words().desire for t in sentence.tokens)


def _open_attribute(sentence: Source, token: Token) -> bool:
    """An attribute noun of nobody in particular: "the address", "phone number"."""
    if token.lemma.lower() not in ellipsis_words().attributes or token.pos not in ("NOUN", "PROPN") or token.dep in ("compound", "amod"):
        return False
    tokens, tree = sentence.parse.tokens, sentence.tree
    for c in tree.children[token.i]:
        child = tokens[c]
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


def _focus(discourse: Discourse) -> PriorMention | None:
    """The thing with a name that was spoken of last, by whichever side; a person only where no thing was named with them."""
    for prior in reversed(discourse.turns[-_WINDOW:]):
        named = [m for m in prior.mentions if _names(m, discourse)]
        if named:
            return next((m for m in named if m.mention.type != "person"), named[0])
    return None


def _names(mention: PriorMention, discourse: Discourse) -> bool:
    single = mention.mention.kind == "name" and not mention.mention.members and mention.mention.role != "vocative"
    return single and mention.referent is not None and mention.referent not in (discourse.customer, discourse.business)
