"""What a clause's argument becomes in a fact: the predicate's name, the value and its type. Pure."""

import re
from typing import Literal

from graph.drafts import Heard
from graph.model import EntityId
from graph.predicates import lexicon
from graph.wording import phrase
from nlp.number_words import PATTERN, number_of
from nlp.types import Argument, Mention, Relation

FactModality = Literal["asserted", "uncertain", "reported"]


def fact_modality(relation: Relation) -> FactModality:
    """As sure as the clause: what is neither reported nor uncertain counts as asserted."""
    return relation.modality if relation.modality in ("uncertain", "reported") else "asserted"


def predicate_of(heard: Heard, relation: Relation, argument: Argument | None) -> str:
    """The predicate's name by the verb, the argument's role and what was asked for."""
    base = relation.predicate
    prefix = "asks_to_" if relation.modality == "request" else ""
    if argument is None or argument.role in ("object", "attribute", "complement", "adverb", "indirect"):
        name = base if argument is None or argument.role != "indirect" else f"{base}_to"
    elif argument.role == "when":
        time = heard.parse.times[argument.time] if argument.time is not None else None
        name = "scheduled_for" if base == "be" and time and time.bound is None else f"{base}_{(time and time.bound) or 'when'}"
    else:
        name = base if base.endswith(f"_{argument.role}") else f"{base}_{argument.role}"
    moved = name.startswith(("move_", "relocate_")) and relation.argument("object") is not None  # a thing, not a home
    return prefix + (name if moved else lexicon().canonical.get(name, name))


def is_value(heard: Heard, argument: Argument | None) -> bool:
    """Whether the argument is a number, an amount or the like rather than a thing."""
    mention = heard.parse.mentions[argument.mention] if argument and argument.mention is not None else None
    return mention is not None and mention.value is not None and mention.type not in ("address", "place")


def fact_value(heard: Heard, argument: Argument | None) -> tuple[str | None, str | None]:
    """(value in the contract\'s formats, its type); words as they were said where it is no time, number or the like."""
    if argument is None:
        return None, None
    if argument.time is not None:
        time = heard.parse.times[argument.time]
        kind = "duration" if time.kind == "duration" else "datetime" if "T" in time.value and "/" not in time.value else "date"
        return time.value, kind
    mention: Mention | None = heard.parse.mentions[argument.mention] if argument.mention is not None else None
    if mention is not None and mention.value is not None:
        return mention.value, mention.type
    kind = mention.type if mention is not None and mention.type != "thing" else "text"
    if re.fullmatch(r"\d{1,3}", argument.text):
        return argument.text, "number"
    if re.fullmatch(PATTERN, argument.text.lower()) and (number := number_of(argument.text)) is not None:
        return f"{number.normalize():f}", "number"
    return phrase(heard.words, argument.span, "third"), kind


def is_single(heard: Heard, predicate: str, subject: EntityId) -> bool:
    """Whether the new value takes the place of an old one: a predicate of one value, or a definite thing that *is* something."""
    if predicate in lexicon().single:
        return True
    return predicate == "is" and heard.entities.get(subject) is not None and heard.entities[subject].type not in ("person", "animal")
