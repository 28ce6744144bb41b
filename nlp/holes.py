"""The hole of a question: which phrase is asked for, and with which question word.

Knows the clauses' heads and the dependency tree.
"""

from nlp.clause_heads import Clauses
from nlp.modality import WH, is_question

_QUANTITY = {"many": "how many", "much": "how much", "long": "how long", "often": "how often", "old": "how old", "far": "how far"}


def asks(clauses: Clauses, head: int) -> bool:
    token = clauses.tree.tokens[head]
    return is_question(clauses.tree, clauses.sentence(head), head) or token.dep in ("ccomp", "pcomp")


def wh_of(clauses: Clauses, i: int) -> str | None:
    """The question word if the phrase of token i is a hole."""
    tree = clauses.tree
    for c in sorted(tree.subtree(i)):
        token = tree.tokens[c]
        if token.tag not in WH or (token.dep in ("nsubj", "dobj", "pobj", "mark") and c != i):
            continue
        if token.lemma.lower() == "how" or token.text.lower() == "how":
            after = tree.tokens[c + 1].lemma.lower() if c + 1 < len(tree.tokens) else ""
            return _QUANTITY.get(after, "how")
        word = token.text.lower()
        if word == "that":
            continue
        return {"whom": "who", "whats": "what", "whos": "who"}.get(word, word)
    return None


def is_hole(clauses: Clauses, i: int) -> bool:
    clause = next((a for a in (i, *clauses.tree.ancestors(i)) if a in clauses.numbers), None)
    return clause is not None and clauses.tree.tokens[clause].dep not in ("relcl", "advcl", "acl")


def has_wh(clauses: Clauses, own: frozenset[int]) -> bool:
    return any(clauses.tree.tokens[i].tag in WH and clauses.tree.tokens[i].text.lower() != "that" for i in own)
