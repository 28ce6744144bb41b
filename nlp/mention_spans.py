"""Which stretches of a dependency parse are noun phrases, and how far each goes.

Knows spaCy's English labels and the tree. Knows nothing of what a phrase means, of other turns, or of memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nlp.function_words import DEMONSTRATIVE, INDEPENDENT, ORDINALS, PERSONAL, POSSESSIVE, QUESTION, STAND_IN, YALL
from nlp.nonreferring import asked_of, is_named_time, only_announces
from nlp.syntax import Tree
from nlp.types import Span, Token

_SUBSTANTIVE_DEPS = frozenset(
    {"nsubj", "nsubjpass", "dobj", "iobj", "dative", "pobj", "attr", "appos", "conj", "poss", "oprd", "npadvmod", "pcomp"}
)
BEFORE = frozenset(
    ["det", "predet", "amod", "compound", "nummod", "poss", "quantmod", "nmod", "advmod", "case", "punct", "neg", "preconj", "npadvmod"]
)
_SOME = frozenset({"a", "an", "some", "another", "several"})
_ADVERBS = frozenset({"now", "right", "instead", "please", "too", "again", "first", "later", "today", "tomorrow"})
_TIMES_OF_DAY = frozenset({"morning", "afternoon", "evening", "day"})
_SUBSTANTIVE = frozenset(["ADJ", "NUM", "DET"])


@dataclass(frozen=True, slots=True)
class Phrase:
    """`span` in characters; `head` the token of agreement; `heads` those of the members, for a coordination."""

    span: Span
    head: int
    heads: tuple[int, ...] = ()


@cache
def _nonreferring() -> frozenset[str]:
    return _words("nonreferring.txt")


@cache
def _imperatives() -> frozenset[str]:
    return _words("imperatives.txt")


def _words(name: str) -> frozenset[str]:
    lines = files("nlp").joinpath("data", name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def phrases(tree: Tree) -> Iterator[Phrase]:
    """Every noun phrase, nested ones too, then every coordination of them; in no fixed order."""
    heads = [t.i for t in tree.tokens if _is_head(tree, t)]
    for i in heads:
        yield Phrase(_span(tree, *_edges(tree, i)), i)
    known = frozenset(heads)
    for i in heads:
        group = tuple(_members(tree, i, known))
        if len(group) > 1:
            first, last = _edges(tree, group[0])[0], _edges(tree, group[-1])[1]
            yield Phrase(_span(tree, min(first, last), max(first, last)), group[0], group)
    yield from _inner_names(tree, known)


def _is_head(tree: Tree, token: Token) -> bool:
    word = token.text.lower()
    if is_named_time(tree, token):
        return False
    if word in QUESTION or any(tree.tokens[c].text.lower() in QUESTION for c in tree.all(token.i, "det", "poss")):
        return False
    if word in YALL:
        return token.i + 1 < len(tree.tokens) and tree.tokens[token.i + 1].text.lower() == "all"
    if token.i and tree.tokens[token.i - 1].text.lower() in YALL:
        return False
    if word in POSSESSIVE or word in PERSONAL or word in INDEPENDENT:
        return token.dep not in ("expl", "compound") or word != "it"
    if word in ("'s", "’s"):
        return token.tag == "PRP"  # "let's"
    if word == "there":
        return _is_place(tree, token)
    if word in DEMONSTRATIVE:
        return _stands_alone(tree, token) or (
            token.pos == "PRON" and token.dep not in ("det", "mark", "expl", "advmod") and token.tag != "WDT"
        )
    if token.pos in ("NOUN", "PROPN"):
        return _is_noun_head(tree, token, word)
    if word in ("all", "both", "each") and token.i and (tree.tokens[token.i - 1].text.lower() in PERSONAL or token.dep == "dep"):
        return False  # "you all", "you're all set"
    if token.pos == "PRON":
        return token.dep != "expl" and token.tag in ("NN", "PRP", "DT", "CD", "NNS") and token.dep not in ("det", "preconj", "cc")
    return token.pos in _SUBSTANTIVE and _is_substantive(tree, token, word)


def _stands_alone(tree: Tree, token: Token) -> bool:
    """ "I added that to your list": no noun and no clause follows, whatever the tagger took it for."""
    if token.text.lower() not in ("this", "that") or tree.children[token.i]:
        return False
    if _opens_clause(tree, token):
        return True
    if token.tag == "WDT":
        return False
    after = tree.tokens[token.i + 1] if token.i + 1 < len(tree.tokens) else None
    before = tree.tokens[token.i - 1] if token.i else None
    verb_before = before is not None and before.pos in ("VERB", "ADP") and before.tag != "WDT"
    return verb_before and (after is None or (after.pos in ("ADP", "PUNCT", "CCONJ") or after.text.lower() in _ADVERBS))


def _opens_clause(tree: Tree, token: Token) -> bool:
    """ "No, that is not it", "make that a video call", "what album was that from": a subject that no noun stands before."""
    if token.dep not in ("nsubj", "nsubjpass") or token.tag not in ("IN", "WDT"):
        return False
    before = tree.tokens[token.i - 1] if token.i else None
    head = tree.tokens[token.head]
    asked = before is not None and before.pos == "AUX" and before.i == token.head
    made = before is not None and before.lemma in ("make", "keep") and head.pos in ("NOUN", "ADJ")
    opens = before is None or before.pos == "INTJ" or (before.text == "," and token.i > 1 and tree.tokens[token.i - 2].pos == "INTJ")
    return asked or made or (opens and head.pos in ("VERB", "AUX"))


def _is_place(tree: Tree, token: Token) -> bool:
    """ "the tenant there", "I'll be there": neither existential nor a greeting."""
    before = tree.tokens[token.i - 1].text.lower() if token.i else ""
    subject = tree.child(token.head, "nsubj")
    if token.dep == "expl":
        return subject is not None and subject < token.i  # "the tenant there is ...", read as "there is"
    return token.dep in ("advmod", "pcomp", "pobj") and token.pos == "ADV" and before not in ("hi", "hey", "hello") and token.i > 0


def _is_noun_head(tree: Tree, token: Token, word: str) -> bool:
    if word in _TIMES_OF_DAY and token.i and tree.tokens[token.i - 1].text.lower() == "good" and tree.child(token.i, "det", "poss") is None:
        return False  # "Good morning, Dana here"
    if word in _nonreferring() and all(tree.tokens[c].text.lower() in ("a", "an") for c in tree.all(token.i, "det", "poss", "amod")):
        return False
    if _is_request_verb(tree, token) or only_announces(tree, token, word):
        return False
    if asked_of(tree, token.head) == token.i:
        return True
    if asked_of(tree, token.i) is not None:
        return False
    inner = token.dep == "compound" and tree.tokens[token.head].pos in ("NOUN", "PROPN", "SYM", "ADJ", "X")
    return not inner and any(c.isalnum() for c in word)


def _is_substantive(tree: Tree, token: Token, word: str) -> bool:
    """ "the second", "both", "two of them", "the blue" without a noun."""
    marked = any(tree.tokens[c].text.lower() in ("the", "this", "that", "these", "those") for c in tree.all(token.i, "det"))
    positional = word in ORDINALS or word in ("one", "ones")
    loose = token.dep == "dep" and token.head > token.i + 1  # "the other one on Thursday, same time?"
    if positional and marked and (loose or tree.tokens[token.head].pos not in ("NOUN", "PROPN")):
        return True  # also as a whole utterance: "The first.", "the other one, please"
    if token.dep not in _SUBSTANTIVE_DEPS:
        return False
    partitive = any(tree.tokens[c].lemma == "of" for c in tree.all(token.i, "prep"))
    return marked or partitive or word in STAND_IN or (token.pos == "NUM" and token.dep in ("nsubj", "dobj", "conj"))


def _edges(tree: Tree, i: int) -> tuple[int, int]:
    """First and last token of the whole phrase of head i."""
    word = tree.tokens[i].text.lower()
    if word in YALL:
        return i, i + 1
    if word in POSSESSIVE or word in PERSONAL or word in INDEPENDENT:
        return i, i
    above = tree.tokens[i].head
    if above != i and asked_of(tree, above) == i:
        return _left(tree, above), i
    return _left(tree, i), _right(tree, i)


def _left(tree: Tree, i: int) -> int:
    first = i
    for c in reversed([c for c in tree.children[i] if c < i]):
        child = tree.tokens[c]
        if child.dep == "poss" and child.lemma.lower() == "name" and tree.tokens[i].pos == "PROPN":
            break  # "her name's Biscuit", read as a possessive
        if child.dep not in BEFORE or (child.pos in ("VERB", "AUX", "CCONJ", "INTJ") and child.tag not in ("VBN", "VBG")):
            break
        if child.dep == "punct" and child.text not in "-–\"'“‘,":
            break
        if child.dep == "nummod" and any(d > c for d in tree.all(i, "det", "poss")):
            break  # "a townhouse for 540 and a bungalow": the number is of what stands before it
        if child.dep == "advmod" and child.pos == "ADV" and c == min(tree.children[i]):
            break
        if child.text.lower() in _TIMES_OF_DAY and c and tree.tokens[c - 1].text.lower() == "good" and tree.tokens[i].pos == "PROPN":
            break  # "Good morning Mr. Okafor!"
        first = min(first, *tree.subtree(c))
    while first < i and (tree.tokens[first].pos in ("PUNCT", "CCONJ", "INTJ", "ADP", "SPACE") or _is_request(tree, first, i)):
        first += 1
    return first


def _is_request_verb(tree: Tree, token: Token) -> bool:
    """ "Answer Stacy": the verb taken for a name of its own."""
    if token.i + 1 >= len(tree.tokens) or tree.child(token.i, "det", "poss", "amod") is not None:
        return False
    before, after = (tree.tokens[token.i - 1] if token.i else None), tree.tokens[token.i + 1]
    opens = before is None or before.sentence != token.sentence or before.pos in ("INTJ", "PUNCT") or before.lemma == "please"
    return opens and token.lemma.lower() in _imperatives() and (after.pos in ("PROPN", "DET", "PRON")) and after.sentence == token.sentence


def _is_request(tree: Tree, first: int, head: int) -> bool:
    """Whether the phrase's first word is really the verb of its sentence: "Call Dana", "Declining call"."""
    token, after = tree.tokens[first], tree.tokens[first + 1]
    before = tree.tokens[first - 1] if first else None
    opens = before is None or before.sentence != token.sentence or before.pos in ("PUNCT", "INTJ", "CCONJ") or before.lemma == "please"
    if not opens or token.pos in ("DET", "PRON", "NUM"):
        return False
    if token.tag == "VBG" and tree.tokens[head].dep == "ROOT":
        return True
    return token.lemma.lower() in _imperatives() and (after.pos in ("PROPN", "DET", "PRON") or after.tag == "PRP$")


def _right(tree: Tree, i: int) -> int:
    last = i
    for c in (c for c in tree.children[i] if c > i):
        if not _belongs_after(tree, i, c):
            break
        last = max(last, *tree.subtree(c))
    while last > i and tree.tokens[last].pos in ("PUNCT", "CCONJ", "SPACE"):
        last -= 1
    return last


def _belongs_after(tree: Tree, i: int, c: int) -> bool:
    child, head = tree.tokens[c], tree.tokens[i]
    if child.pos == "NUM" and child.text.isdigit() and head.tag == "NN" and tree.child(i, "det", "poss") is not None:
        return False  # "My mother is 81 and my father 79", "the washer costs 400 and the dryer 350"
    if child.i and tree.tokens[c - 1].text in (",", ";", "(", "–", "—") and child.dep != "nummod":
        return False
    if child.dep in ("nummod", "nmod") or (child.dep == "punct" and child.text in "-'\"”’#"):
        return True
    if head.pos == "PROPN":
        return child.dep == "prep" and child.lemma == "of" and child.ent == head.ent != ""
    if child.dep == "prep":
        return not _only_time(tree, c)
    return child.dep in ("relcl", "acl") and tree.tokens[i].dep != "poss"


def _only_time(tree: Tree, prep: int) -> bool:
    """ "on Friday", "at 3": when something happens is said of the clause, also where the parser hangs it on the noun."""
    objects = tree.all(prep, "pobj", "pcomp")
    return bool(objects) and all(tree.tokens[o].ent in ("DATE", "TIME") for o in objects)


def _members(tree: Tree, i: int, known: frozenset[int]) -> Iterator[int]:
    """Heads of the coordination that i begins: "my husband Arjun and my daughter" hangs the second on the apposition."""
    token = tree.tokens[i]
    if token.dep == "appos":
        return
    renamed = next((a for a in tree.all(i, "appos") if tree.child(a, "conj") is not None), i)
    if renamed != i and _is_listed(tree, i, renamed):
        yield from (i, renamed, *(c for c in tree.all(renamed, "conj") if c in known))
        return
    at: int | None = renamed
    chain = [at] if at != i and token.tag in ("NNS", "NNPS") else [i]  # "our neighbors Linh and Bao", "my son Leo and my wife"
    linked = False
    while at is not None:
        linked = linked or any(tree.tokens[c].lemma in ("and", "&") for c in tree.all(at, "cc"))
        at = next((c for c in tree.all(at, "conj") if c in known), None)
        if at is not None:
            chain.append(at)
    outer = token.dep == "conj" and token.head in known
    if linked and not outer and len(chain) > 1:
        yield from chain


def _is_listed(tree: Tree, first: int, second: int) -> bool:
    """ "A piano, a sofa and forty boxes": the second of a list, read as another word for the first."""
    comma = any(t.text == "," for t in tree.tokens[first + 1 : second])
    return comma and all(
        any(tree.tokens[c].text.lower() in _SOME or tree.tokens[c].pos == "NUM" for c in tree.children[n]) for n in (first, second)
    )


def _inner_names(tree: Tree, known: frozenset[int]) -> Iterator[Phrase]:
    """A name that stands before a noun: "the Bright Smile reminder"."""
    tokens = tree.tokens
    for token in tokens:
        last = token.i + 1 >= len(tokens) or tokens[token.i + 1].pos != "PROPN" or tokens[token.i + 1].dep != "compound"
        outer = tokens[token.head]
        if token.pos != "PROPN" or token.dep != "compound" or not last or outer.pos == "PROPN" or token.i in known:
            continue
        first = token.i
        while first and tokens[first - 1].pos == "PROPN" and tokens[first - 1].dep == "compound":
            first -= 1
        yield Phrase(_span(tree, first, token.i), token.i)


def leftover_entities(tokens: Sequence[Token], covered: frozenset[int]) -> Iterator[Phrase]:
    """Named entities whose head no phrase has: fragments and misparses."""
    start = 0
    while start < len(tokens):
        label, end = tokens[start].ent, start
        while label and end + 1 < len(tokens) and tokens[end + 1].ent == label:
            end += 1
        whole = label in ("WORK_OF_ART", "PRODUCT", "EVENT", "FAC") and end > start + 1
        if label in ("PERSON", "ORG", "GPE", "LOC", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART") and (
            whole or not covered & set(range(start, end + 1))
        ):
            yield Phrase(Span(tokens[start].span.start, tokens[end].span.end), end)
        start = end + 1


def _span(tree: Tree, first: int, last: int) -> Span:
    return Span(tree.tokens[first].span.start, tree.tokens[last].span.end)
