"""How each clause of a text is meant, and in which tense it stands, by its own words and the clauses around it.

Knows the clauses' heads; `nlp.modality` knows the words.
"""

import re

from nlp.clause_heads import Clauses
from nlp.holes import has_wh
from nlp.modality import is_chance, is_question, is_request, tense
from nlp.subjects import subject_of
from nlp.syntax import SUBJECTS, sentence_of
from nlp.types import Modality, Tense

_SCOFFING = re.compile(
    r"(?:oh |yeah |well )*,?\s*(?:yeah|sure),? right\b(?! away| now)|as if\b|like (?:he|she|they|that|it|the \w+) ever\b", re.IGNORECASE
)
_NEAR = 40  # words before an ironic verb in which praise may have been mocked
_MOCK_PRAISE = re.compile(
    r"\b(?:oh|well|wow|ah) ?,? (?:great|wonderful|fantastic|terrific|lovely|perfect|brilliant|joy|super|good)\b"
    r"|just what (?:i|we) (?:needed|wanted)",
    re.IGNORECASE,
)


def modality_of(clauses: Clauses, head: int, own: frozenset[int]) -> Modality:
    tree, token = clauses.tree, clauses.tree.tokens[head]
    sentence = clauses.sentence(head)
    words = {word for t in sentence_of(tree.tokens, token.sentence) for word in (t.lemma.lower(), t.text.lower())}
    if words & clauses.words.joke or _is_ironic(clauses, head) or _is_made_up(clauses, head):
        return "joke"
    if _conditional(clauses, head) or _supposed(clauses, head):
        return "hypothesis"
    if token.dep in ("relcl", "acl"):
        return "question" if is_chance(sentence) else "asserted"
    root = next((a for a in (head, *tree.ancestors(head)) if tree.tokens[a].dep in ("ROOT", "parataxis") or a == tree.tokens[a].head), head)
    asked = is_question(tree, sentence, root)
    joined = token.dep == "conj" and subject_of(clauses, head) is not None
    if (
        is_request(tree, head, clauses.words.obtaining)
        and not joined
        and (asked or tree.child(head, *SUBJECTS) is None)
        and token.dep != "xcomp"
    ):
        return "request" if not has_wh(clauses, own) else "question"
    if asked and not _aside(clauses, head):
        return "question"
    own_words = {tree.tokens[i].text.lower() for i in own if tree.tokens[i].text not in ("May", "Might")}
    aux = {tree.tokens[i].text.lower() for i in tree.all(head, "aux")}
    if token.lemma != "be" and any(tree.tokens[c].text.lower() in ("almost", "nearly") for c in tree.children[head]):
        return "wish"  # what almost came about did not
    if own_words & clauses.words.uncertain or ("could" in aux and tree.tokens[head].tag == "VB" and tense(tree, head) != "past"):
        return "uncertain"
    if aux & {"would", "'d"} and token.lemma in clauses.words.wish:
        return "asserted"
    if token.tag == "VBN" and aux & {"would", "'d", "could", "should"} and aux & {"have", "'ve"}:
        return "hypothesis"  # "I'd have brought it": did not come about
    return "hypothesis" if aux & {"would", "'d"} and token.tag == "VB" and not _reported_chain(clauses, head) else "asserted"


def _is_ironic(clauses: Clauses, head: int) -> bool:
    """ "Oh great, another delay. I just love waiting", "Yeah right, like he ever calls": praise that means its opposite."""
    token = clauses.tree.tokens[head]
    if _SCOFFING.match(clauses.sentence(head)):
        return True
    if token.lemma not in ("love", "adore", "enjoy", "like", "need", "want"):
        return False
    return _MOCK_PRAISE.search(" ".join(t.text for t in clauses.tree.tokens[max(0, token.i - _NEAR) : token.i])) is not None


def _is_made_up(clauses: Clauses, head: int) -> bool:
    """ "In the novel we're reading, the butler inherits a castle": what a work of fiction tells, by the phrase that comes before."""
    tree = clauses.tree
    tops = [head, *(a for a in tree.ancestors(head) if a in clauses.numbers)]
    for top in tops:
        subject = tree.child(top, *SUBJECTS)
        if subject is None or tree.tokens[subject].text.lower() in ("i", "we", "you"):
            continue
        before = [*tree.all(top, "prep"), *(_opening(clauses, top) if top == head else ())]
        if any(prep < subject and _is_in_fiction(clauses, prep) for prep in before):
            return tree.tokens[head].dep not in ("relcl", "acl") or top == head
    return False


def _is_in_fiction(clauses: Clauses, prep: int) -> bool:
    work = clauses.tree.child(prep, "pobj")
    within = clauses.tree.tokens[prep].lemma.lower() in ("in", "on")
    return within and work is not None and clauses.tree.tokens[work].lemma.lower() in clauses.words.fiction


def _opening(clauses: Clauses, head: int) -> list[int]:
    """The preposition that the sentence opens with, where the parser hung it on a clause within: "in the novel we're reading, …"."""
    words = [t for t in sentence_of(clauses.tree.tokens, clauses.tree.tokens[head].sentence) if t.pos not in ("PUNCT", "INTJ", "CCONJ")]
    first = words[0] if words else None
    return [first.i] if first is not None and first.dep == "prep" and first.head < head else []


def _aside(clauses: Clauses, head: int) -> bool:
    """A statement in the same sentence as a question: "It's Dana, can you call me?"."""
    token = clauses.tree.tokens[head]
    return token.dep in ("conj", "parataxis", "ccomp") and _declarative(clauses, head) and not _declarative(clauses, token.head)


def _declarative(clauses: Clauses, head: int) -> bool:
    subject = clauses.tree.child(head, *SUBJECTS)
    aux = clauses.tree.all(head, "aux", "auxpass")
    return subject is not None and subject < min([head, *aux])


def _reported_chain(clauses: Clauses, head: int) -> bool:
    return any(clauses.tree.tokens[a].lemma in clauses.words.report for a in clauses.tree.ancestors(head))


def _conditional(clauses: Clauses, head: int) -> bool:
    """In an if-clause, or the consequence of one."""
    for i in (head, *[a for a in clauses.tree.ancestors(head) if a in clauses.numbers]):
        mark = clauses.tree.child(i, "mark")
        if mark is not None and clauses.tree.tokens[mark].lemma.lower() in clauses.words.conditions and not _indirect_question(clauses, i):
            return True
    return any(
        (mark := clauses.tree.child(c, "mark")) is not None and clauses.tree.tokens[mark].lemma.lower() in ("if", "unless")
        for c in clauses.tree.all(head, "advcl")
    )


def _supposed(clauses: Clauses, head: int) -> bool:
    """ "Suppose we left a day later …": an order to think it so."""
    tree = clauses.tree
    around = (head, *[a for a in tree.ancestors(head) if a in clauses.numbers])
    return any(tree.tokens[i].text.lower() in ("suppose", "imagine", "say") and not tree.all(i, *SUBJECTS) for i in around)


def _indirect_question(clauses: Clauses, head: int) -> bool:
    return clauses.tree.tokens[head].dep == "ccomp"


def tense_of(clauses: Clauses, head: int) -> Tense:
    token = clauses.tree.tokens[head]
    if head in clauses.light:
        return "future" if clauses.tree.tokens[clauses.light[head]].lemma == "go" else tense(clauses.tree, clauses.light[head])
    own = tense(clauses.tree, head)
    if token.dep == "xcomp" and token.tag in ("VB", "VBG") and token.head in clauses.numbers:
        return tense(clauses.tree, token.head)
    return own


def verbal_cues(clauses: Clauses, head: int) -> frozenset[str]:
    """used_to; perfect: what began before and may go on; existential: "there is …"."""
    above = clauses.light.get(head)
    found = {"used_to"} if above is not None and clauses.tree.tokens[above].text.lower() == "used" else set[str]()
    auxiliaries = {clauses.tree.tokens[i].text.lower() for i in clauses.tree.all(head, "aux")}
    if auxiliaries & {"have", "has", "'ve"} or ("'s" in auxiliaries and clauses.tree.tokens[head].lemma in ("be", "have")):
        found |= {"perfect"}
    if clauses.tree.child(head, "expl") is not None:
        found |= {"existential"}
    return frozenset(found)
