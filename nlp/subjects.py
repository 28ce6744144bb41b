"""Who or what a clause is about: its own subject, or that of the clause that it shares one with.

Knows the clauses' heads and the dependency tree.
"""

from nlp.clause_heads import Clauses
from nlp.modality import STATIVE
from nlp.syntax import SUBJECTS


def is_spliced(clauses: Clauses, head: int) -> bool:
    """A sentence before this one that the parser took for its complement: "There's a dog, so use the side door"; one after a colon."""
    token = clauses.tree.tokens[head]
    above = clauses.tree.tokens[token.head]
    if token.dep in ("advcl", "xcomp") and token.tag == "VB" and head < above.i and not clauses.tree.all(head, "aux", "mark"):
        return True
    says = above.lemma in clauses.words.report or above.lemma in clauses.words.belief or above.lemma in clauses.words.knowing
    says = says and not _says_more(clauses, head)
    return token.dep == "ccomp" and not says and (head < above.i or _after_colon(clauses, head))


def _says_more(clauses: Clauses, head: int) -> bool:
    """ "The roof is old, so I was wondering whether it holds": the verb behind has a clause of its own to say or to ask."""
    above = clauses.tree.tokens[head].head
    return head < above and any(c > above for c in clauses.tree.all(above, "ccomp", "xcomp"))


def _after_colon(clauses: Clauses, head: int) -> bool:
    """ "Let me rephrase that: the walls are yellow": a clause with a subject of its own, where the verb before has its own object."""
    tokens = clauses.tree.tokens
    first = min(clauses.tree.subtree(head))
    marks = [t for t in tokens[max(first - 1, 0) : first + 1] if t.text == ":"]
    others = [c for c in clauses.tree.all(tokens[head].head, "ccomp", "dobj") if c < first]
    return bool(marks) and bool(others) and clauses.tree.child(head, *SUBJECTS) is not None


def subject_of(clauses: Clauses, head: int) -> int | None:
    tree = clauses.tree
    if head in clauses.light and clauses.tree.tokens[head].tag == "VBN":
        return subject_of(clauses, clauses.light[head])
    own = tree.child(head, *SUBJECTS)
    if own is not None and _called(clauses, own, head):
        return tree.child(head, "attr")
    if own is not None:
        return _relative(clauses, _rather(clauses, own), head)
    if tree.child(head, "expl") is not None:
        return tree.child(head, "attr", "dobj")
    token = tree.tokens[head]
    if token.dep == "conj" or (token.dep == "dep" and token.head < head and token.tag in ("VBP", "VBD", "VBZ")):
        return subject_of(clauses, token.head) if token.head in clauses.numbers and not _ordered(clauses, head) else None
    if token.dep in ("xcomp", "advcl", "oprd") and not is_spliced(clauses, head):
        return _controller(clauses, head)
    return token.head if token.dep == "acl" and token.tag == "VBG" else None


def _rather(clauses: Clauses, subject: int) -> int:
    """ "Not Gerald but Gustav handles them": the one of the two of whom it is said."""
    tree = clauses.tree
    after = tree.child(subject, "conj")
    but = any(tree.tokens[c].text.lower() == "but" for c in tree.all(subject, "cc"))
    return after if after is not None and but and tree.child(subject, "neg") is not None else subject


def _called(clauses: Clauses, subject: int, head: int) -> bool:
    """ "Dana, is the dryer old?": a name before a comma is spoken to; the subject comes after the verb."""
    tokens = clauses.tree.tokens
    comma = subject < head and tokens[head - 1].text == "," and tokens[subject].pos == "PROPN"
    return comma and clauses.tree.child(head, "attr") is not None and clauses.sentence(head).rstrip().endswith("?")


def _ordered(clauses: Clauses, head: int) -> bool:
    """An order joined to a statement: "we are away, so please pause it", "…, but don't tell him"."""
    token, above = clauses.tree.tokens[head], clauses.tree.tokens[clauses.tree.tokens[head].head]
    aux = [clauses.tree.tokens[c].text.lower() for c in clauses.tree.all(head, "aux")]
    polite = any(clauses.tree.tokens[c].lemma.lower() == "please" for c in clauses.tree.children[head])
    if token.lemma in STATIVE and not polite:
        return False
    return "do" in aux or polite or (token.tag == "VB" and not aux and above.tag not in ("VB", "VBP"))


def _relative(clauses: Clauses, subject: int, head: int) -> int:
    """The noun that a relative pronoun stands for, else the subject itself."""
    token = clauses.tree.tokens[subject]
    if token.tag in ("WP", "WDT") and clauses.tree.tokens[head].dep == "relcl":
        return clauses.tree.tokens[head].head
    return subject


def _controller(clauses: Clauses, head: int) -> int | None:
    above = clauses.tree.tokens[head].head
    if above not in clauses.numbers:
        return subject_of(clauses, above) if clauses.tree.tokens[above].pos in ("VERB", "AUX") else None
    target = clauses.tree.child(above, "dobj", "dative")
    if target is not None and clauses.tree.tokens[above].lemma in clauses.words.control_object and clauses.tree.tokens[head].dep == "xcomp":
        return target
    return subject_of(clauses, above)
