"""The arguments of a clause: who takes part in which role, where, when, and the hole of a question.

Knows the clauses' heads, mentions and times; not how the clause is meant.
"""

from collections.abc import Sequence
from dataclasses import replace

from nlp.clause_heads import Clauses
from nlp.holes import asks, is_hole, wh_of
from nlp.modality import WH
from nlp.subjects import is_spliced, subject_of
from nlp.syntax import SUBJECTS, Tree, sentence_of, within
from nlp.types import Argument, Span

_STATES = frozenset(
    {"on", "off", "in", "out", "up", "down", "inside", "outside", "upstairs", "downstairs", "away", "back"}
)  # with "be" alone
_GREETINGS = frozenset({"hi", "hello", "hey", "hiya"})  # before "there"


def arguments_of(clauses: Clauses, head: int, own: frozenset[int]) -> tuple[Argument, ...]:
    found: list[Argument] = []
    passive = bool(clauses.tree.all(head, "auxpass")) or clauses.tree.child(head, "nsubjpass") is not None
    subject = subject_of(clauses, head)
    if subject is not None:
        found.append(_argument(clauses, "object" if passive and _is_patient(clauses, subject) else "subject", subject))
    top = clauses.light.get(head, head)
    for child in (*clauses.tree.children[head], *(clauses.tree.children[top] if top != head else ())):
        found += _child(clauses, head, child)
    found += _caused(clauses, head)
    found += _gap(clauses, head, found)
    found += [_time(clauses, n) for n in _own_times(clauses, own, found)]
    found += _inner_holes(clauses, own, found)
    found = list({(a.role, a.span): a for a in reversed(found)}.values())
    return tuple(sorted(_without_times(_without_denied(found)), key=lambda a: (a.span.start, a.role)))


def _without_denied(found: Sequence[Argument]) -> list[Argument]:
    """ "It's more of a navy, not gray": what it is, without what it is not."""
    kept = [a for a in found if a.role != "attribute" or not a.text.lower().startswith("not ")]
    return kept if any(a.role == "attribute" for a in kept) else list(found)


def _is_patient(clauses: Clauses, subject: int) -> bool:
    return clauses.tree.tokens[subject].dep == "nsubjpass"


def _caused(clauses: Clauses, head: int) -> list[Argument]:
    """ "We had it serviced": what the service was done to."""
    if clauses.light.get(head) is None or clauses.tree.tokens[head].tag != "VBN":
        return []
    token = clauses.tree.tokens[head]
    target = token.head if token.dep == "acl" else clauses.tree.child(head, *SUBJECTS)
    return [_argument(clauses, "object", target)] if target is not None and target != clauses.light[head] else []


def _child(clauses: Clauses, head: int, child: int) -> list[Argument]:
    token, tree = clauses.tree.tokens[child], clauses.tree
    if child == head or child in clauses.carried:
        return []
    if token.dep in ("dobj", "obj"):
        if clauses.tree.tokens[head].head == child:
            return []
        listed = [_argument(clauses, "object", c) for c in _run_on(clauses, child)]
        return [_argument(clauses, "object", child), *listed, *_attached(clauses, child)]
    if token.dep in ("dative", "iobj"):
        target = tree.child(child, "pobj") if token.pos == "ADP" else child
        return [_argument(clauses, "indirect", target)] if target is not None else []
    if token.dep in ("attr", "acomp", "oprd") and child not in clauses.numbers:
        if child == subject_of(clauses, head):
            return _attached(clauses, child)
        return [_argument(clauses, "attribute", child), *_attached(clauses, child)]
    if token.dep == "agent":
        target = tree.child(child, "pobj")
        return [_argument(clauses, "subject", target)] if target is not None else []
    if token.dep == "prep" or (token.dep in ("advmod", "prt") and token.pos == "ADP"):
        return _preposition(clauses, child)
    if token.dep in ("ccomp", "xcomp", "pcomp") and child in clauses.numbers:
        return [] if is_spliced(clauses, child) else [_clause(clauses, child)]
    if token.text.lower() == "there" and any(t.text.lower() in _GREETINGS for t in tree.tokens[max(child - 2, 0) : child]):
        return []
    if token.dep in ("advmod", "npadvmod", "advcl") and child not in clauses.numbers and token.dep != "advcl":
        return [] if token.tag in WH and not asks(clauses, head) else [_argument(clauses, "adverb", child)]
    if token.dep in ("ccomp", "xcomp") and token.pos in ("ADJ", "NOUN", "PROPN"):
        return [_argument(clauses, "attribute", child)]
    return []


def _run_on(clauses: Clauses, noun: int) -> list[int]:
    """ "It has two bathrooms a balcony and …": what is listed without a comma, and was read as an apposition."""
    tokens = clauses.tree.tokens
    after = [c for c in clauses.tree.all(noun, "appos") if c > noun and tokens[c].pos == "NOUN"]
    return [c for c in after if _is_counted(clauses, noun) and _is_counted(clauses, c) and not _is_parted(clauses, noun, c)]


def _is_counted(clauses: Clauses, noun: int) -> bool:
    tokens = clauses.tree.tokens
    return any(tokens[c].text.lower() in ("a", "an") or tokens[c].dep == "nummod" for c in clauses.tree.children[noun])


def _is_parted(clauses: Clauses, one: int, other: int) -> bool:
    return any(t.pos == "PUNCT" for t in clauses.tree.tokens[one + 1 : other])


def _attached(clauses: Clauses, noun: int) -> list[Argument]:
    """Where and with what an object is: prepositional phrases that the parser hung on the noun belong to the event as often."""
    return [a for p in clauses.tree.all(noun, "prep") if clauses.tree.tokens[p].lemma != "of" for a in _preposition(clauses, p)]


def _preposition(clauses: Clauses, prep: int) -> list[Argument]:
    tree, name = clauses.tree, clauses.tree.tokens[prep].lemma.lower()
    if clauses.tree.tokens[prep].text.lower() == "according":
        return []
    inner = [p for p in tree.all(prep, "prep", "pcomp") if p not in clauses.numbers]
    target = tree.child(prep, "pobj")
    if target is None and inner:
        return [replace(a, role=f"{name}_{a.role}" if a.role == "of" else a.role) for p in inner for a in _preposition(clauses, p)]
    if target is None:
        clause = tree.child(prep, "pcomp")
        if clause is not None and clause in clauses.numbers:
            return [replace(_clause(clauses, clause), role=name)]
        stranded = _stranded(clauses, prep)
        if stranded is None and clauses.tree.tokens[tree.tokens[prep].head].lemma == "be" and name in _STATES:
            return [_argument(clauses, "attribute", prep)]
        return [replace(_argument(clauses, name, stranded))] if stranded is not None else []
    more = [
        _argument(clauses, name, c) for c in tree.all(target, "conj") if tree.tokens[c].pos in ("NOUN", "PROPN") and _is_bare(clauses, c)
    ]
    return [_argument(clauses, name, target), *more, *_attached(clauses, target)]


def _is_bare(clauses: Clauses, i: int) -> bool:
    """Whether a conjunct is a noun and stands alone rather than in a coordination that is a mention of its own."""
    return clauses.tree.tokens[i].pos in ("NOUN", "PROPN") and i not in clauses.grouped


def _stranded(clauses: Clauses, prep: int) -> int | None:
    """ "What number can you reach me at?": the wh phrase that a preposition left behind belongs to."""
    for token in sentence_of(clauses.tree.tokens, clauses.tree.tokens[prep].sentence):
        if token.tag in WH and token.tag != "WRB" and token.i < prep:
            return token.head if token.dep == "det" else token.i
    return None


def _argument(clauses: Clauses, role: str, i: int) -> Argument:
    tree, token = clauses.tree, clauses.tree.tokens[i]
    span = tree.phrase(i)
    time = next(iter(clauses.timed.get(i, ())), None)
    mention = clauses.by_head.get(i)
    if mention is None:  # a value of several words is one thing, whichever of them the parser takes for its head
        mention = next((m.index for m in clauses.mentions if m.value is not None and m.span.start <= token.span.start < m.span.end), None)
    group = clauses.groups.get(i)
    if group is not None and time is None:
        mention = group
    if mention is not None:
        span = clauses.mentions[mention].span
    text = "".join(_slice(tree, span))
    return Argument(role, span, text, token.lemma.lower(), None if time is not None else mention, time, wh=wh_of(clauses, i))


def _clause(clauses: Clauses, head: int) -> Argument:
    span = clauses.tree.phrase(head)
    return Argument(
        "complement", span, "".join(_slice(clauses.tree, span)), clauses.tree.tokens[head].lemma.lower(), relation=clauses.numbers[head]
    )


def _time(clauses: Clauses, n: int) -> Argument:
    time = clauses.times[n]
    return Argument("when", time.span, time.text, time.text.lower(), time=n)


def _own_times(clauses: Clauses, own: frozenset[int], found: Sequence[Argument]) -> list[int]:
    taken = {a.time for a in found if a.role == "when"}
    return sorted({n for i in own for n in clauses.timed.get(i, ())} - taken)


def _gap(clauses: Clauses, head: int, found: Sequence[Argument]) -> list[Argument]:
    """The object that a relative clause leaves out: "the leak I texted you about", "the car that she drives"."""
    token = clauses.tree.tokens[head]
    if token.dep == "acl" and token.tag == "VBN" and head not in clauses.light:
        return [_argument(clauses, "object", token.head)]
    if token.dep != "relcl":
        return []
    noun = token.head
    below = [clauses.tree.tokens[i] for i in clauses.tree.subtree(head)]
    relative = [t for t in below if t.tag in ("WP", "WDT") and t.dep in ("dobj", "pobj")]
    if relative or (not any(a.role in ("object", "attribute") for a in found) and clauses.tree.child(head, *SUBJECTS) is not None):
        if any(a.mention is not None and a.mention == clauses.by_head.get(noun) for a in found):
            return []
        stranded = next((p for p in clauses.tree.all(head, "prep") if clauses.tree.child(p, "pobj", "pcomp") is None), None)
        role = clauses.tree.tokens[stranded].lemma.lower() if stranded is not None else "object"
        return [_argument(clauses, role, noun)]
    return []


def _inner_holes(clauses: Clauses, own: frozenset[int], found: Sequence[Argument]) -> list[Argument]:
    """Question words that are no argument yet: "when", "where", "why", and determiners deep in a phrase."""
    if any(a.wh for a in found):
        return []
    for i in sorted(own):
        token = clauses.tree.tokens[i]
        if token.tag in WH and token.text.lower() != "that" and is_hole(clauses, i):
            phrase = (
                token.head
                if token.dep in ("det", "poss", "advmod") and clauses.tree.tokens[token.head].pos in ("NOUN", "ADJ", "ADV", "PROPN")
                else i
            )
            return [_argument(clauses, "adverb" if token.tag == "WRB" else "object", phrase)]
    return []


def _without_times(found: Sequence[Argument]) -> list[Argument]:
    """Each time once: what is a time and stands under a preposition keeps the preposition in its bound alone."""
    out: list[Argument] = []
    for argument in found:
        if argument.time is None:
            out.append(argument)
        elif not any(a.time == argument.time for a in out):
            out.append(replace(argument, role=argument.role if argument.role in ("subject", "attribute", "object") else "when"))
    return out


def _slice(tree: Tree, span: Span) -> list[str]:
    """The text of a span, rebuilt from its tokens with their spacing."""
    inside = within(tree.tokens, span)
    parts: list[str] = []
    for n, token in enumerate(inside):
        gap = token.span.start - inside[n - 1].span.end if n else 0
        parts += [" " * min(gap, 1), token.text]
    return parts
