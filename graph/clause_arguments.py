"""Who or what a clause is about, and which of its other words become the objects of facts. Pure.

Knows one clause of a parse, and what its mentions refer to; nothing of what is stored.
"""

import re

from graph.content import EMPTY
from graph.drafts import Heard
from graph.model import EntityId
from graph.noun_phrases import is_label
from graph.predicates import lexicon
from nlp.types import Argument, Relation

_COUNTS = frozenset({"once", "twice", "thrice"})
_WITHIN = frozenset({"in", "on", "with", "of", "inside", "around"})
IT = frozenset({"it", "that", "this"})
_LASTING = re.compile(
    r"(?:all|the whole|the entire) (?:day|night|week|weekend|month|year|morning|afternoon|evening|time)(?: long)?|still|already"
)
GREETED = re.compile(
    r"(?:good )?(?:morning|afternoon|evening|day)|yo|hi|hey+|hell?o|hallo|hiya|no (?:idea|clue|problem|worries|doubt|rush|hurry)"
)


def subject_of(heard: Heard, relation: Relation) -> EntityId | None:
    """Who or what the clause is about: its subject; of a passive its object; of a request the one who asks."""
    if relation.modality == "request":
        return heard.speaker
    for role in ("subject", "object", "indirect", "attribute"):
        argument = relation.argument(role)
        if argument is None:
            continue
        if role in ("subject", "object") and _is_nobody(heard, argument):
            return None
        found = heard.referent(argument.mention)
        if found is not None:
            return found
        if role == "subject" and argument.mention is not None and heard.parse.mentions[argument.mention].value is not None:
            continue
        if role == "subject" and not heard.own and "existential" in relation.cues:
            return heard.speaker  # "There are fourteen stairs", where "Fourteen." was said: at the speaker's
        if role == "subject" and argument.lemma not in ("nobody", "none", "no", "one", "that", "this", "it", "everything", "which"):
            return None
    return heard.speaker if is_price(heard, relation) else None


def _is_nobody(heard: Heard, argument: Argument) -> bool:
    """ "Nobody" of the sentence before, taken up by "it": nothing is said of anything."""
    entity = heard.entity(heard.referent(argument.mention))
    return entity is not None and entity.name.lower() in ("nobody", "no one", "nothing", "none") and argument.text.lower() in IT


def is_price(heard: Heard, relation: Relation) -> bool:
    """ "It'll be $240", said by the business of nothing that was named."""
    said = relation.argument("attribute") or relation.argument("to")
    mention = heard.parse.mentions[said.mention] if said is not None and said.mention is not None else None
    return heard.turn.speaker == "agent" and mention is not None and mention.type == "money"


def objects_of(heard: Heard, relation: Relation, subject: EntityId) -> list[Argument]:
    """The arguments that become objects of facts, the most telling first."""
    rank = {"attribute": 0, "object": 0, "indirect": 2, "complement": 3, "when": 4, "adverb": 5}
    arguments = sorted((a for a in relation.arguments if a.role != "subject"), key=lambda a: rank.get(a.role, 1))
    kept: list[Argument] = []
    for argument in arguments:
        if heard.referent(argument.mention) == subject and argument.role in ("object", "indirect"):
            continue
        if argument.role == "attribute" and (_is_identity(heard, relation, argument, subject) or _is_in_predicate(relation, argument)):
            continue
        if argument.role == "adverb" and (GREETED.fullmatch(argument.text.lower()) or (kept and _LASTING.fullmatch(argument.text.lower()))):
            continue
        if _is_itself(heard, argument, subject) or _is_of_what_there_is(heard, relation, argument, subject):
            continue
        if argument.lemma in ("longer", "anymore", "more") and argument.mention is None:
            continue
        told = argument.role == "complement" and relation.predicate in lexicon().report
        counts = argument.lemma in _COUNTS or argument.lemma == "time"
        if argument.role in ("adverb", "complement") and not told and not counts and any(k.role in ("object", "attribute") for k in kept):
            continue
        if argument.lemma in EMPTY and argument.mention is None and argument.role == "adverb":
            continue
        kept.append(argument)
    return kept


def _is_of_what_there_is(heard: Heard, relation: Relation, argument: Argument, subject: EntityId) -> bool:
    """ "There is one for $1,700", completed: the price is of the thing, not of who has it."""
    there = not heard.own and "existential" in relation.cues and subject == heard.speaker
    return there and argument.role == "for"


def _is_itself(heard: Heard, argument: Argument, subject: EntityId) -> bool:
    """ "The box has my books in it": the thing that the clause is about, said again by a pronoun after a preposition."""
    mention = heard.parse.mentions[argument.mention] if argument.mention is not None else None
    return mention is not None and mention.kind == "pronoun" and argument.role in _WITHIN and heard.referent(mention.index) == subject


def _is_in_predicate(relation: Relation, argument: Argument) -> bool:
    """ "allergic to nuts": what somebody is towards something is said by the predicate already."""
    verb, _, preposition = relation.predicate.partition("_")
    return bool(preposition) and argument.lemma == verb and any(a.role == preposition for a in relation.arguments)


def _is_identity(heard: Heard, relation: Relation, argument: Argument, subject: EntityId) -> bool:
    """ "It's Dana": one thing called by two names. "He was a roofer" says what he was."""
    mention = heard.parse.mentions[argument.mention] if argument.mention is not None else None
    if mention is None or heard.referent(mention.index) != subject:
        return False
    who = heard.parse.mentions[named.mention] if (named := relation.argument("subject")) is not None and named.mention is not None else None
    if who is not None and who.kind == "name" and mention.kind == "nominal" and mention.role == "attribute":
        return False  # "Biscuit is the beagle" says what Biscuit is
    if mention.definiteness == "bare":
        return mention.kind in ("name", "pronoun") and not is_label(mention.text)
    return mention.definiteness != "indefinite"
