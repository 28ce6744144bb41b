"""Nouns for what was said with a verb to have happened: "the delivery" after "they delivered …", "his reply" after "he replied".

Knows the present parse, earlier turns and which nouns are made of which verbs. Chooses nothing else.
"""

from collections.abc import Sequence

from nlp.kinds import kinds
from nlp.known import Stage
from nlp.syntax import Tree
from nlp.types import Antecedent, Mention, Parse, Token

_REACH = 4  # turns back
_DONE = frozenset({"event", "document", "thing", "product"})
_HAPPENS = frozenset({"event", "act", "action", "activity", "change", "movement", "statement", "message"})


def deed(stage: Stage, tree: Tree, mention: Mention) -> Antecedent | None:
    """The last verb before the mention that its noun is made of; None for nouns of persons and places, and where there was none."""
    noun = kinds(mention.head_lemma.lower())
    if not noun.acts or mention.type not in _DONE or mention.definiteness not in ("definite", "demonstrative", "possessive"):
        return None
    if "person" in noun.first or (mention.head_lemma.lower() in noun.acts and mention.type != "event" and noun.first.isdisjoint(_HAPPENS)):
        return None  # "the water" is not what watering is
    here = _last(tree.tokens[: mention.head], noun.acts)
    if here is not None:
        return _place(stage.discourse.turn_id, stage.parse, here)
    for turn in reversed(stage.discourse.turns[-_REACH:]):
        if (verb := _last(turn.parse.tokens, noun.acts)) is not None:
            return _place(turn.turn_id, turn.parse, verb)
    return None


def _last(tokens: Sequence[Token], acts: frozenset[str]) -> Token | None:
    """What was asked for has not happened: "call Ana" is no call yet."""
    return next((t for t in reversed(tokens) if t.pos == "VERB" and t.tag in ("VBD", "VBN") and t.lemma.lower() in acts), None)


def _place(turn_id: str, parse: Parse, verb: Token) -> Antecedent:
    span = parse.source_span(verb.span)
    return Antecedent(turn_id, span, parse.source[span.start : span.end])
