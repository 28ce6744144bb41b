"""Where things are, by the prepositions that hang on their nouns: "the heater in my rental on Pecan Street". Pure."""

from graph.content import content_lemmas
from graph.drafts import Draft, Heard
from graph.fact_values import fact_modality
from graph.wording import capitalised, clause_tokens, phrase, sentence
from nlp.syntax import within
from nlp.types import Mention, Relation, Token

_PLACES = frozenset({"in", "at", "on", "near", "by", "under", "behind", "above", "inside", "outside", "with"})


def placed(heard: Heard, relation: Relation) -> list[Draft]:
    """A draft for each thing of the clause that a preposition places."""
    tokens = heard.parse.tokens
    by_head = {m.head: m for m in within(heard.parse.mentions, relation.span) if not m.members}
    found: list[Draft] = []
    below = (tokens[c] for c in sorted(c for head in by_head for c in heard.tree.all(head, "prep")))
    for preposition in (t for t in below if t.lemma.lower() in _PLACES and t.head != relation.index):
        target = next((c for c in heard.tree.all(preposition.i, "pobj") if c in by_head), None)
        if target is not None and _is_placed(heard, by_head[preposition.head], by_head[target]):
            found.append(_draft(heard, relation, preposition, by_head[preposition.head], by_head[target]))
    return found


def _is_placed(heard: Heard, thing: Mention, place: Mention) -> bool:
    """Whether the two are different things, and the first not the customer other than by name."""
    one, other = heard.referent(thing.index), heard.referent(place.index)
    above = heard.parse.tokens[heard.parse.tokens[thing.head].head]
    if thing.type == "person" and above.lemma == "for" and heard.parse.tokens[thing.head].dep == "pobj":
        return False  # "lunch for 40 people at our office": the lunch is there
    return one is not None and other is not None and one != other and (one != heard.customer or thing.kind == "name")


def _draft(heard: Heard, relation: Relation, preposition: Token, thing: Mention, place: Mention) -> Draft:
    subject, role = heard.referent(thing.index) or heard.speaker, preposition.lemma.lower()
    where = phrase(heard.words, place.span, "third")
    return Draft(
        subject=subject,
        predicate=f"is_{role}",
        object=heard.referent(place.index),
        value=None,
        value_type=None,
        role=role,
        relation=relation.index,
        span=heard.evidence(thing.span),
        text=f"{capitalised(heard.words.name(subject))} is {preposition.text.lower()} {where}",
        told=sentence(heard.words, relation, "customer"),
        said=where,
        said_by=heard.speaker,
        modality=fact_modality(relation),
        lemmas=content_lemmas(clause_tokens(heard.words, relation)),
    )
