"""Clauses of a parsed text as relations: a predicate with its arguments, how it is meant and when.

Works on tokens, mentions and times alone; what a mention refers to is not known here.
"""

from collections.abc import Sequence
from dataclasses import replace

from nlp.arguments import arguments_of
from nlp.clause_heads import Clauses
from nlp.modality import cues, governed, negated
from nlp.mood import modality_of, tense_of, verbal_cues
from nlp.subjects import is_spliced
from nlp.syntax import SUBJECTS
from nlp.types import Argument, Mention, Relation, TimeExpression, Token

_BARE_ROLES = ("attribute", "when", "adverb", "subject", "object", "complement")
_STATES = frozenset({"married", "engaged", "divorced", "separated", "widowed", "retired", "vaccinated", "insured", "pregnant"})
_LINKS = {
    "because": "because", "since": "because", "as": "because", "if": "if", "unless": "if", "whether": "if", "when": "when",
    "whenever": "when", "while": "when", "once": "when", "before": "before", "after": "after", "until": "until", "so": "so",
}  # fmt: skip


def find_relations(tokens: Sequence[Token], mentions: Sequence[Mention], times: Sequence[TimeExpression]) -> tuple[Relation, ...]:
    """All clauses in the order of their predicates. Complements and adverbial clauses point to the clause that they hang on."""
    clauses = Clauses.of(tokens, mentions, times)
    drafts = [_relation(clauses, n, head) for n, head in enumerate(clauses.heads)]
    return tuple(_settle(clauses, drafts))


def _relation(clauses: Clauses, n: int, head: int) -> Relation:
    top = clauses.light.get(head, head)
    own = frozenset(clauses.own(top, head))
    parent, link = _parent(clauses, head)
    arguments = _as_state(clauses, head, arguments_of(clauses, head, own))
    whole = sorted(i for i in clauses.tree.subtree(top) if clauses.tree.tokens[i].pos != "PUNCT") or [head]
    span = clauses.tree.span(whole)
    clause = " ".join(clauses.tree.tokens[i].text for i in sorted(own))
    source = _source(clauses, own)
    modality = modality_of(clauses, head, own)
    return Relation(
        index=n,
        span=span,
        predicate=_predicate(clauses, head, arguments),
        surface=clauses.tree.tokens[head].text,
        arguments=arguments,
        negated=negated(clauses.tree, frozenset({head, top, *clauses.tree.all(head, "auxpass")}), own, clauses.words),
        modality="reported" if source is not None and modality == "asserted" else modality,
        reporter=source,
        tense=tense_of(clauses, head),
        parent=parent,
        link=link,
        cues=cues(clause) | verbal_cues(clauses, head),
    )


def _as_state(clauses: Clauses, head: int, arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """ "She isn't married": what somebody is, rather than what was done to them; `_predicate` tells it by the attribute."""
    if not _is_state(clauses, head):
        return arguments
    token = clauses.tree.tokens[head]
    state = Argument("attribute", token.span, token.text, token.text.lower())
    return (*(replace(a, role="subject") if a.role == "object" else a for a in arguments), state)


def _is_state(clauses: Clauses, head: int) -> bool:
    passive = [clauses.tree.tokens[i].lemma for i in clauses.tree.all(head, "auxpass")]
    bare = not clauses.tree.all(head, "agent", "prep", "prt", "dobj")
    return clauses.tree.tokens[head].text.lower() in _STATES and passive == ["be"] and bare


def _source(clauses: Clauses, own: frozenset[int]) -> int | None:
    """ "According to my neighbor, …": who says so."""
    tokens = clauses.tree.tokens
    to = next((c for i in own if tokens[i].text.lower() == "according" for c in clauses.tree.all(i, "prep")), None)
    target = clauses.tree.child(to, "pobj") if to is not None else None
    return clauses.by_head.get(target) if target is not None else None


def _parent(clauses: Clauses, head: int) -> tuple[int | None, str | None]:
    token = clauses.tree.tokens[head]
    above = next((main for a in clauses.tree.ancestors(head) if (main := clauses.carried_by(a)) is not None and main != head), None)
    if above is None:
        return None, None
    top = clauses.tree.tokens[clauses.light.get(head, head)]
    if top.i != head and top.dep in ("ccomp", "xcomp"):
        return clauses.numbers[above], "complement"
    if token.dep in ("relcl", "acl"):
        return clauses.numbers[above], "relative"
    if token.dep in ("ccomp", "xcomp", "pcomp") and not is_spliced(clauses, head):
        mark = clauses.tree.child(head, "mark")
        if mark is None or clauses.tree.tokens[mark].lemma.lower() in ("that", "to", "if", "whether"):
            return clauses.numbers[above], "complement"
    if token.dep == "conj":
        return clauses.numbers[above], "and"
    marks = [clauses.tree.tokens[i].text.lower() for i in clauses.tree.all(head, "mark", "advmod", "prep", "cc")]
    marks += [clauses.tree.tokens[token.head].text.lower()] if token.dep == "pcomp" else []
    link = next(
        (_LINKS[m] for m in marks if m in _LINKS), "complement" if token.dep == "ccomp" and not is_spliced(clauses, head) else "and"
    )
    return clauses.numbers[above], link


def _predicate(clauses: Clauses, head: int, arguments: Sequence[Argument]) -> str:
    """The verb with its particles, "be_there", or what somebody is and towards what: "allergic_to"."""
    name = clauses.words.lemmas.get(clauses.tree.tokens[head].lemma.lower(), clauses.tree.tokens[head].lemma.lower())
    if _is_state(clauses, head):
        return "be"
    particles = [clauses.tree.tokens[i].lemma.lower() for i in clauses.tree.all(head, "prt")]
    if particles:
        return "_".join([name, *particles])
    if name in ("like", "love") and any(clauses.tree.tokens[i].text.lower() in ("would", "'d") for i in clauses.tree.all(head, "aux")):
        return "want"
    if name != "be":
        return name
    if any(a.role == "adverb" and a.lemma in ("there", "here", "over", "by") for a in arguments):
        return "be_there"
    adjective = next((a for a in arguments if a.role == "attribute" and a.mention is None and a.time is None), None)
    if adjective is None or adjective.wh or len(adjective.lemma) <= 2:
        return name
    preposition = next((a.role for a in arguments if _is_towards(a, adjective)), None)
    return f"{adjective.lemma}_{preposition}" if preposition else name


def _is_towards(argument: Argument, adjective: Argument) -> bool:
    """Whether the argument stands with its preposition after the adjective, or was moved from there: "allergic to nuts"."""
    after = argument.span.start > adjective.span.start or argument.wh is not None or argument.text == "that"
    return after and argument.role.isalpha() and argument.role not in _BARE_ROLES


def _settle(clauses: Clauses, drafts: list[Relation]) -> list[Relation]:
    """Gives each complement what its governing clause makes of it."""
    order = sorted(drafts, key=lambda r: len(list(clauses.tree.ancestors(clauses.heads[r.index]))))
    settled: dict[int, Relation] = {}
    for draft in order:
        parent = settled.get(draft.parent) if draft.parent is not None else None
        settled[draft.index] = _under(clauses, parent, draft) if parent is not None else draft
    doubted = {r.parent for r in settled.values() if _is_afterthought(clauses, r)}
    hedged = {n: replace(r, modality="uncertain") if n in doubted and r.modality == "asserted" else r for n, r in settled.items()}
    return [_without_cleft(clauses, hedged[n], hedged) for n in range(len(drafts))]


def _is_afterthought(clauses: Clauses, relation: Relation) -> bool:
    """ "…, I think": a hedge put after what it is about."""
    subject = relation.argument("subject")
    own = subject is not None and subject.text.lower() in ("i", "we") and len(relation.arguments) == 1
    return own and relation.link == "and" and relation.predicate in clauses.words.belief and not relation.negated


def _infinitive(clauses: Clauses, draft: Relation) -> bool:
    head = clauses.heads[draft.index]
    return clauses.tree.tokens[head].tag == "VBG" or any(clauses.tree.tokens[c].text.lower() == "to" for c in clauses.tree.all(head, "aux"))


def _under(clauses: Clauses, parent: Relation, draft: Relation) -> Relation:
    if draft.link == "and" and parent.modality in ("request", "hypothesis", "joke") and draft.modality == "asserted":
        shared = not clauses.tree.all(clauses.heads[draft.index], *SUBJECTS)
        return replace(draft, modality=parent.modality) if shared else draft
    if _is_to_come(clauses, parent, draft):
        return replace(draft, modality="hypothesis")
    if parent.modality == "question" and parent.predicate in ("cost", "take", "be") and draft.modality == "request":
        return replace(draft, modality="question")  # "how much would it cost to polish a bed?"
    if _is_condition(clauses, parent, draft):
        return replace(draft, modality="hypothesis")
    if draft.link != "complement":
        return draft
    if _asks_whether(clauses, draft):
        return replace(draft, modality="question")
    if parent.modality in ("question", "hypothesis", "joke") and draft.modality in ("asserted", "hypothesis"):
        return replace(draft, modality=parent.modality)
    subject = parent.argument("subject")
    person = subject.text.lower() if subject else ""
    if parent.predicate in clauses.words.failing and parent.modality in ("asserted", "reported") and _infinitive(clauses, draft):
        return replace(draft, modality=parent.modality, negated=draft.negated != (not parent.negated), tense=parent.tense)
    made = governed(parent.predicate.split("_")[0], person, clauses.words)
    if parent.modality == "request" and (made is None or clauses.tree.tokens[clauses.heads[draft.index]].dep == "pcomp"):
        made = "wish"  # also "quote for moving the piano"
    if made == "wish" and draft.modality == "uncertain":
        return replace(draft, modality="wish")  # "I wish I could be there"
    if made is None or draft.modality not in ("asserted", "hypothesis"):
        return replace(draft, modality=parent.modality) if parent.modality in ("reported", "uncertain") and made is None else draft
    reporter = subject.mention if made == "reported" and subject is not None else draft.reporter
    denied = parent.negated and parent.predicate in clauses.words.belief
    kept = made if made != "asserted" else ("asserted" if draft.modality == "hypothesis" else draft.modality)
    return replace(draft, modality="uncertain" if denied else kept, reporter=reporter, negated=draft.negated != denied)


def _asks_whether(clauses: Clauses, draft: Relation) -> bool:
    """ "My uncle wants to know whether you deliver"."""
    return any(clauses.tree.tokens[i].text.lower() == "whether" for i in clauses.tree.all(clauses.heads[draft.index], "mark"))


def _is_to_come(clauses: Clauses, parent: Relation, draft: Relation) -> bool:
    """ "Call me when it's ready", "we'll come as soon as they've cleared it": not so yet, but for a time of its own."""
    marks = clauses.tree.all(clauses.heads[draft.index], "mark")
    soon = any(clauses.tree.tokens[i - 1].text.lower() == "soon" for i in marks if i)
    waits = draft.link in ("when", "until", "after", "before") or soon
    ahead = parent.modality == "request" or (parent.tense == "future" and parent.modality == "asserted")
    open_yet = draft.tense == "present" or "perfect" in draft.cues
    timed = any(a.role == "when" for a in draft.arguments)
    return ahead and waits and open_yet and not timed and draft.modality == "asserted"


def _is_condition(clauses: Clauses, parent: Relation, draft: Relation) -> bool:
    """ "It leaks when it spins": when something is so, not that it is."""
    marks = {clauses.tree.tokens[i].text.lower() for i in clauses.tree.all(clauses.heads[draft.index], "mark", "advmod")}
    general = draft.tense == parent.tense == "present" and draft.modality == "asserted" and "perfect" not in draft.cues
    return general and draft.link == "when" and bool(marks & {"when", "whenever"})


def _without_cleft(clauses: Clauses, relation: Relation, settled: dict[int, Relation]) -> Relation:
    """ "It's tree nuts that Bram is allergic to": what stands after "it is" belongs where "that" stands, or after a preposition."""
    above = settled.get(relation.parent) if relation.parent is not None else None
    if above is not None and clauses.tree.tokens[clauses.heads[relation.index]].dep == "csubj" and relation.modality != "question":
        return _what_is(relation, above)
    if above is None or above.predicate != "be" or above.negated or relation.link not in ("complement", "relative"):
        return relation
    subject, found = above.argument("subject"), above.argument("attribute")
    if subject is None or found is None or subject.text.lower() not in ("it", "that", "this") or found.relation is not None:
        return relation
    if any(a.text.lower() in ("that", "who", "which") for a in relation.arguments):
        filled = tuple(replace(found, role=a.role) if a.text.lower() in ("that", "who", "which") else a for a in relation.arguments)
        return replace(relation, arguments=filled)
    return _with_stranded(clauses, relation, found)


def _what_is(relation: Relation, above: Relation) -> Relation:
    """ "What we need is a new pump": what is said to be it stands where "what" stands."""
    found = above.argument("attribute") if above.predicate == "be" and not above.negated else None
    named = [replace(found, role=a.role) if a.wh and found is not None else a for a in relation.arguments if found is not None or not a.wh]
    return replace(relation, arguments=tuple(named))


def _with_stranded(clauses: Clauses, relation: Relation, found: Argument) -> Relation:
    """ "It's cashews he's allergic to": the preposition at the end takes what was said before."""
    last = clauses.tree.tokens[
        max(clauses.tree.subtree(clauses.heads[relation.index]), key=lambda i: (clauses.tree.tokens[i].pos != "PUNCT", i))
    ]
    above = clauses.tree.tokens[last.head]
    if (
        last.dep != "prep"
        or clauses.tree.child(last.i, "pobj", "pcomp") is not None
        or any(a.span == found.span for a in relation.arguments)
    ):
        return relation
    role = last.lemma.lower()
    own = tuple(
        replace(a, text=above.text, span=above.span) if a.span.end == last.span.end and a.role == "attribute" else a
        for a in relation.arguments
    )
    towards = relation.predicate == "be" and above.i != clauses.heads[relation.index]
    return replace(
        relation, predicate=f"{above.lemma.lower()}_{role}" if towards else relation.predicate, arguments=(*own, replace(found, role=role))
    )
