"""Nouns that stand for no thing, and what a question in which one was misread asks about.

Knows a dependency tree; which of the other words head a mention is for `mention_spans`.
"""

from nlp.syntax import SUBJECTS, Tree
from nlp.types import Token

_ANNOUNCING = frozenset(
    {"news", "question", "update", "luck", "point", "idea", "job", "work", "story", "heads-up", "reminder", "correction"}
)
_NONE = frozenset({"idea", "clue", "problem", "worry", "doubt", "rush", "hurry", "wonder", "need", "way"})  # said by itself with "no"


def only_announces(tree: Tree, token: Token, word: str) -> bool:
    """ "Great news, I got it", "Quick question: …", "Last time you sent Pete", "No idea, …": words about what follows, or when it was."""
    denied = tree.child(token.i, "det")
    if word in _NONE and denied is not None and tree.tokens[denied].text.lower() == "no" and token.dep in ("npadvmod", "ROOT", "dep"):
        return True
    if (
        token.dep not in ("npadvmod", "ROOT", "dep", "intj", "advmod")
        or tree.child(token.i, "det", "poss", "nummod", *SUBJECTS) is not None
    ):
        return False
    beside = [tree.tokens[c] for c in tree.children[token.i] if c < token.i and tree.tokens[c].dep == "amod"]
    opens = not any(
        c < token.i and tree.tokens[c].sentence == token.sentence for c in tree.children[token.head] if token.i not in (c, token.head)
    )
    if word == "time":
        return opens and token.dep == "npadvmod" and any(t.lemma.lower() in ("last", "next", "first", "this") for t in beside)
    return opens and word in _ANNOUNCING and bool(beside)


def is_named_time(tree: Tree, token: Token) -> bool:
    """A date or a clock time by its words: no thing that anybody can mean by "it"."""
    chosen = token.lemma.lower() in ("one", "slot", "opening") and tree.child(token.i, "det") is not None  # "the Thursday one"
    return token.ent in ("DATE", "TIME") and tree.child(token.i, "poss") is None and token.tag != "NNS" and not chosen


def asked_of(tree: Tree, i: int) -> int | None:
    """In "Is the van electric?", read as of an electric that is a van, the head of what is asked about; nothing else is left to ask."""
    token = tree.tokens[i]
    verb = tree.tokens[token.head]
    opens = verb.lemma == "be" and verb.i < i and (verb.i == 0 or tree.tokens[verb.i - 1].sentence != verb.sentence)
    if token.dep != "nsubj" or token.pos != "NOUN" or not opens:
        return None
    after = [c for c in (*tree.children[verb.i], *tree.children[i]) if c > i and tree.tokens[c].dep not in ("punct", "cc", "conj")]
    inner = [c for c in tree.all(i, "compound") if tree.tokens[c].pos in ("NOUN", "PROPN")]
    return inner[0] if not after and len(inner) == 1 and inner[0] == i - 1 and tree.child(i, "det", "poss") is not None else None
