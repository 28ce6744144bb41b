"""Verbs left out of the second half of a sentence: "I'll pay yearly; he, monthly".

Knows one sentence; gives edits on the turn's text.
"""

from collections.abc import Sequence

from nlp.function_words import NOMINATIVE
from nlp.phrases import Phrase
from nlp.sources import Source
from nlp.statements import expanded, third_person
from nlp.substitution import Fragment, parallel
from nlp.syntax import SUBJECTS
from nlp.types import Lexicon, Span, Token
from nlp.wording import Edits

_SINGULAR = frozenset({"he", "she", "it"})


def gapped(sentence: Source, lexicon: Lexicon) -> Edits:
    """ "I'll pay yearly; he, monthly." -> "he will pay monthly"."""
    verb = sentence.root
    if verb.pos not in ("VERB", "AUX") or sentence.tree.child(verb.i, *SUBJECTS) is None or sentence.is_question:
        return []
    for k in range(verb.i + 1, sentence.last):
        separator = sentence.parse.tokens[k]
        if _is_in_names(sentence, separator):
            continue
        if separator.lemma in ("and", "but") or separator.text in (";", ","):
            found = _gap_after(sentence, k, verb, lexicon)
            if found:
                return found
    return []


def _is_in_names(sentence: Source, separator: Token) -> bool:
    """ "Our dogs, Pepper and Bruno, for the class": the comma between a noun and the names of those it means."""
    named = (m.span for m in sentence.parse.mentions if m.members and m.same_as is not None)
    return any(span.start < separator.span.start < span.end for span in named)


def _gap_after(sentence: Source, k: int, verb: Token, lexicon: Lexicon) -> Edits:
    tokens = sentence.parse.tokens
    first = k + 1
    while first < sentence.last and tokens[first].lemma in ("and", "but", ","):
        first += 1
    rest = tokens[first : sentence.last + 1]
    if not 2 <= len(rest) <= 12 or any(t.pos in ("VERB", "AUX", "CCONJ", "SCONJ") for t in rest):
        return []
    split = _second_phrase(rest)
    if split is None or not (_is_agent(sentence, rest[: split[0]]) or _is_thing_beside(sentence, verb, rest[: split[0]])):
        return []
    subject_last, remnant_first = rest[split[0] - 1].i, rest[split[1]].i
    remnant = tokens[remnant_first : sentence.last + 1]
    head = next((t for t in reversed(remnant) if t.pos in ("NOUN", "PROPN", "NUM", "ADJ", "ADV", "PRON")), remnant[-1])
    preposition = remnant[0] if remnant[0].pos == "ADP" else None
    clause = Source(
        sentence.parse, sentence.tree, sentence.phrase, sentence.edits, sentence.speaker, verb.i, k - 1, False, sentence.turn_id
    )
    fragment = Fragment(sentence, remnant_first, sentence.last, head, preposition)
    noun = _object(clause, verb) if head.lemma == "one" else None
    place = None if noun else parallel(fragment, clause, lexicon, threshold=-0.5 if split[1] > split[0] else 0.9)
    if place is None and noun is None:
        return []
    gap = Span(tokens[subject_last].span.end, tokens[remnant_first].span.start)
    state = _state(sentence, verb, place.head if place is not None else None)
    edits: Edits = [(tokens[k].span, Phrase(";"))] if tokens[k].text == "," else []
    edits.append((gap, Phrase(f" {_verb_group(sentence, verb, rest[: split[0]])}{state} ")))
    if noun is not None:
        edits.append((head.span, Phrase(noun.text)))
    return edits


def _object(clause: Source, verb: Token) -> Token | None:
    """The noun that "one" in the second half stands for."""
    found = clause.tree.child(verb.i, "dobj", "attr")
    return clause.parse.tokens[found] if found is not None and clause.parse.tokens[found].pos in ("NOUN", "PROPN") else None


def _second_phrase(rest: Sequence[Token]) -> tuple[int, int] | None:
    """Where the first noun phrase ends and the second one begins, as indexes into `rest`."""
    for n in range(1, len(rest)):
        if rest[n].text == ",":
            return (n, n + 1) if n + 1 < len(rest) else None
        dated = rest[n].ent in ("DATE", "TIME") and rest[n - 1].ent != rest[n].ent
        starts = rest[n].pos in ("DET", "ADP", "ADV", "NUM", "ADJ") or rest[n].tag == "PRP$" or dated
        named = rest[n - 1].pos in ("NOUN", "PROPN", "PRON") or rest[n - 1].lemma == "one"
        if starts and named and rest[n - 1].tag != "PRP$" and rest[n].lemma not in ("of",):
            return n, n
    return None


def _is_agent(sentence: Source, subject: Sequence[Token]) -> bool:
    """Whether a phrase can be the one who does it: "he", "my brother Luis", a name of a person."""
    if len(subject) == 1 and subject[0].text.lower() in NOMINATIVE:
        return True
    heads = {t.i for t in subject}
    return any(m.type == "person" and m.kind in ("nominal", "name") and m.head in heads for m in sentence.parse.mentions)


def _is_thing_beside(sentence: Source, verb: Token, subject: Sequence[Token]) -> bool:
    """Whether a phrase stands beside the first subject as a thing beside a thing: "The washer costs 400 and the dryer 350"."""
    first = sentence.tree.child(verb.i, *SUBJECTS)
    things = {
        m.head for m in sentence.parse.mentions if m.kind in ("nominal", "name") and m.type != "person" and m.definiteness != "indefinite"
    }
    name = first is not None and sentence.tree.tokens[first].pos == "PROPN"  # "my address is 7 Elm Street, Texas 76501" has one subject
    named = subject[0].pos == "DET" or subject[0].tag == "PRP$" or (name and subject[0].pos == "PROPN")
    return named and first in things and any(t.i in things for t in subject)


def _state(sentence: Source, verb: Token, place: Token | None) -> str:
    """What the first subject is, where the second half names another time or place of it: "ready"."""
    found = sentence.tree.child(verb.i, "acomp")
    if found is None or place is None or found >= place.i or place.i in sentence.tree.subtree(found):
        return ""
    return f" {sentence.parse.tokens[found].text}"


def _verb_group(sentence: Source, verb: Token, subject: Sequence[Token]) -> str:
    """The auxiliaries, "not" and verb of the first clause, as they go with the second subject."""
    parts = [sentence.parse.tokens[c] for c in sentence.tree.all(verb.i, "aux", "auxpass", "neg") if c < verb.i]
    last = subject[-1]
    singular = last.text.lower() in _SINGULAR or (last.text.lower() not in ("i", "we", "they") and last.tag not in ("NNS", "NNPS"))
    words = [{"'d": "'d", "n't": "not"}.get(p.text.lower(), expanded(p.text)) for p in parts]
    if any(p.text.lower() in ("'d", "’d") for p in parts):
        words = ["would" if w in ("'d", "would") else w for w in words]
    if not parts:
        words = [third_person(verb.lemma) if singular and verb.tag in ("VBP", "VBZ") else verb.text if verb.tag != "VBZ" else verb.lemma]
    else:
        words = [_agreeing(w, singular) for w in words] + [verb.text]
    particles = [sentence.parse.tokens[c].text for c in sentence.tree.all(verb.i, "prt") if c == verb.i + 1]
    return " ".join([*words, *particles])


def _agreeing(auxiliary: str, singular: bool) -> str:
    table = (
        {"am": "is", "are": "is", "have": "has", "do": "does", "were": "was"}
        if singular
        else {"am": "are", "is": "are", "has": "have", "does": "do"}
    )
    return table.get(auxiliary, auxiliary)
