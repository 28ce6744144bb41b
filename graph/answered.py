"""A yes or no to the question before: what was asked becomes a fact, or its denial. Pure."""

from dataclasses import replace

from graph.clauses import clause_drafts
from graph.drafts import Draft, Heard
from nlp.types import Relation

_OFFSET = -1000  # of the relation numbers of the question, which are not the answer's


def answered(heard: Heard) -> list[Draft]:
    """Drafts of the question's own clause, by the customer's word."""
    prior = heard.prior
    if prior is None or heard.turn.speaker != "customer":
        return []
    yes, no = "affirm" in heard.parse.acts, "deny" in heard.parse.acts
    asked = _question(prior.parse.relations)
    if asked is None or yes == no:
        return []
    statement = replace(asked, modality="asserted", negated=asked.negated != no, span=asked.span)
    question = replace(heard, parse=prior.parse, referents=prior.referents, own=False)
    drafts = clause_drafts(question, statement)
    return [replace(d, relation=_OFFSET - d.relation, said_by=heard.customer) for d in drafts]


def _question(relations: tuple[Relation, ...]) -> Relation | None:
    """The last yes/no question of the turn: no offers and requests, whose yes is a deal."""
    roots = [r for r in relations if r.parent is None]
    last = roots[-1] if roots else None
    return last if last is not None and last.modality == "question" and last.hole is None else None
