"""What of a yes-or-no question its answer stands for: one of "gas or electric", "anybody", "any pets", how many there are.

Knows the question and the fragment; makes no sentence of them, but for a choice that the parser takes for one noun phrase.
"""

from nlp.phrases import Phrase
from nlp.sources import Source, spaced
from nlp.statements import agreed, expanded
from nlp.substitution import Fragment
from nlp.types import Token

_HAVING = frozenset({"have", "own", "keep", "need", "want"})
_PERSONAL_ANY = frozenset({"anyone", "anybody", "someone", "somebody", "anything", "something", "anywhere", "somewhere"})
_CLIMBING = frozenset({"NOUN", "PROPN", "ADJ", "ADV", "NUM"})


def choice(question: Source, fragment: Fragment) -> tuple[int, int] | None:
    """The whole of "gas or electric" where the answer is one of them."""
    tokens = question.parse.tokens
    for cc in question.tokens:
        if cc.lemma != "or" or cc.dep != "cc":
            continue
        chain = [cc.head, *_conjuncts(question, cc.head)]
        said = {t.lemma.lower() for t in fragment.source.parse.tokens[fragment.first : fragment.last + 1]}
        if any(
            said & {tokens[j].lemma.lower() for j in question.tree.subtree(i, frozenset(chain)) if tokens[j].pos in _CLIMBING}
            for i in chain
        ):
            first = question.edges(chain[0])[0] if tokens[chain[0]].pos != "VERB" else chain[0]
            return first, question.edges(chain[-1])[1]
    return None


def divided_choice(question: Source, fragment: Fragment) -> Phrase | None:
    """ "your stove is" of "Is your stove gas or electric?", where the parser takes all of it for one noun phrase."""
    tokens, auxiliary, subject = question.parse.tokens, question.auxiliary, question.subject
    chosen = subject is not None and any(tokens[c].lemma == "or" for c in question.tree.all(subject, "cc"))
    if auxiliary is None or subject is None or not chosen or auxiliary is not question.root or not question.inverted:
        return None
    first = subject  # "Is Rex a dog or a cat?" too, read as one of "a dog or a cat" called Rex
    while tokens[first - 1].pos == "DET" and tokens[first - 1].head == subject:
        first -= 1
    before = tokens[first - 1]
    if before.i <= auxiliary.i or before.pos not in ("NOUN", "PROPN", "PRON") or choice(question, fragment) is None:
        return None
    who = question.words(auxiliary.i + 1, before.i)
    return spaced(who, Phrase(agreed(expanded(auxiliary.text), who.text)))


def _conjuncts(question: Source, i: int) -> list[int]:
    direct = question.tree.all(i, "conj")
    return [*direct, *(j for d in direct for j in _conjuncts(question, d))]


def named_any(question: Source, fragment: Fragment) -> tuple[int, int] | None:
    """ "any pets", "anyone": what the answer names."""
    if fragment.preposition is not None:
        return None
    for token in question.tokens:
        if token.text.lower() in _PERSONAL_ANY:
            more = [c for c in question.tree.all(token.i, "amod", "advmod") if c == token.i + 1]  # "anything else"
            return token.i, max([token.i, *more])
        if token.text.lower() == "either" and question.tree.child(token.i, "prep") is not None:
            return question.edges(token.i)  # "either of them"
        if token.text.lower() == "any" and token.dep == "det" and question.parse.tokens[token.head].pos in ("NOUN", "PROPN"):
            return question.edges(token.head)
    return None


def counted_things(question: Source, fragment: Fragment) -> Token | None:
    """The stairs of "Are there stairs?" – "Fourteen.", the children of "Do you have any children?" – "Two." """
    tokens = question.parse.tokens
    if fragment.head.pos != "NUM" or fragment.head.i != fragment.last or fragment.preposition is not None:
        return None
    exists = question.tree.child(question.root.i, "expl") is not None
    asked = question.tree.child(question.root.i, "nsubj", "attr") if exists else question.tree.child(question.root.i, "dobj")
    if asked is None or not (exists or question.root.lemma in _HAVING) or tokens[asked].tag != "NNS":
        return None
    return None if any(tokens[c].text.lower() not in ("any", "some") for c in question.tree.all(asked, "det", "poss")) else tokens[asked]
