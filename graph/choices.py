"""What the customer picks of what was offered: "the second one works", "let's take the last one instead". Pure.

Knows the mentions that stand for a time said before; whether an offer was made is settled by what they go back to.
"""

from graph.dates import spoken
from graph.drafts import Draft, Heard
from nlp.types import Mention, Relation

_PICKING = frozenset(
    {"work", "take", "choose", "pick", "select", "prefer", "want", "like", "do", "go", "be", "have", "book", "make", "suit"}
)
_KNOWN_AS = ("choose", "pick", "take", "opening", "slot", "time", "appointment", "option", "visit")


def chosen(heard: Heard) -> list[Draft]:
    """One draft at most: the last time of an offer that the turn agrees to."""
    if heard.turn.speaker != "customer":
        return []
    agreed = [(m, r) for m in heard.parse.mentions if m.index in heard.values for r in [_clause(heard, m)] if _agrees(r)]
    if not agreed:
        return []
    mention, relation = agreed[-1]
    value = heard.values[mention.index]
    if "T" not in value:
        return []
    when = spoken(value)
    name = heard.words.name(heard.customer)
    return [
        Draft(
            subject=heard.customer,
            predicate="chooses",
            object=None,
            value=value,
            value_type="datetime",
            role="object",
            relation=relation.index if relation else -1 - mention.index,
            span=heard.evidence(mention.span),
            text=f"{name} chose {when}",
            told=f"You chose {when}",
            said=when,
            said_by=heard.customer,
            lemmas=_KNOWN_AS,
            when=value,
            single=True,
        )
    ]


def _clause(heard: Heard, mention: Mention) -> Relation | None:
    around = [r for r in heard.parse.relations if r.span.start <= mention.span.start and mention.span.end <= r.span.end]
    return min(around, key=lambda r: r.span.end - r.span.start, default=None)


def _agrees(relation: Relation | None) -> bool:
    """A bare mention is a choice; in a clause, one that wants it or finds it fit."""
    if relation is None:
        return True
    verb = relation.predicate.split("_")[0]
    return not relation.negated and relation.modality in ("asserted", "request", "wish", "uncertain") and verb in _PICKING
