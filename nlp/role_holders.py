"""Who has become what somebody else was: "My dad was my beneficiary, but since May it's my sister".

Knows one sentence's tree and mentions. The "it" is neither of the two persons but what they are to somebody, so that the clause is read as
"since May my sister is my beneficiary". Gives edits on the turn's text.
"""

from collections.abc import Iterator

from nlp.phrases import Phrase
from nlp.sources import Source, spaced
from nlp.syntax import SUBJECTS
from nlp.types import Mention, Span, Token
from nlp.wording import Edits


def held_by_another(sentence: Source) -> Edits:
    """The clause about the new holder with the role said; nothing where the clauses are of another kind."""
    for verb in sentence.tokens:
        subject, holder = _ends(sentence, verb)
        if subject is None or holder is None or subject.head_lemma != "it" or not _is_somebody(holder):
            continue
        role = next((r for before in _copulas_before(sentence, subject.head) if (r := _role(sentence, before)) is not None), None)
        if role is not None:
            who = sentence.words(*sentence.edges(holder.head))
            referent = next((m.referent for m in who.marks if m.span == Span(0, len(who.text))), None)
            text = sentence.words(*sentence.edges(role.head)).text
            what = Phrase.of(text[:1].lower() + text[1:], referent)
            last = sentence.parse.tokens[sentence.edges(holder.head)[1]]
            return [(Span(subject.span.start, last.span.end), spaced(who, Phrase("is"), what))]
    return []


def _copulas_before(sentence: Source, at: int) -> Iterator[Token]:
    return (t for t in reversed(sentence.parse.tokens[sentence.first : at]) if t.lemma in ("be", "'s", "’s"))


def _ends(sentence: Source, verb: Token) -> tuple[Mention | None, Mention | None]:
    """What stands before and after a form of "be"; "used to be" has its subject one verb higher."""
    if verb.lemma not in ("be", "'s", "’s"):
        return None, None
    tree, above = sentence.tree, verb.head
    subject = tree.child(verb.i, *SUBJECTS)
    if subject is None and verb.dep == "xcomp":
        subject = tree.child(above, *SUBJECTS)
    said = {m.head: m for m in sentence.parse.mentions if not m.members}
    return said.get(-1 if subject is None else subject), said.get(tree.child(verb.i, "attr") or -1)


def _role(sentence: Source, verb: Token) -> Mention | None:
    """What somebody was: the phrase that is no name and says whose or which; of two such the one behind the verb."""
    past = verb.tag == "VBD" or sentence.parse.tokens[verb.head].tag == "VBD"
    subject, attribute = _ends(sentence, verb)
    if not past or subject is None or attribute is None:
        return None
    if attribute.kind == "name":
        return subject if subject.kind == "nominal" and subject.definiteness in ("possessive", "definite") else None
    return attribute if attribute.definiteness in ("possessive", "definite") and _is_somebody(subject) else None


def _is_somebody(mention: Mention) -> bool:
    return mention.type in ("person", "organisation") and mention.kind in ("name", "nominal")
