"""What notes leave out: "Dropped off 3 rugs", "Looking for a nanny", "Power out since 6". The words "I" and "is", put back.

Knows a parsed `Doc`; a note that is read with those words is read as the sentence that it is short for. Orders ("Send the deed"), names
of things ("Lost and found") and thanks ("Got it") stay as they are.
"""

from collections.abc import Mapping

from spacy.tokens import Doc, Span, Token

from nlp.wordlists import groups

_ADVERBS = frozenset({"still", "also", "just", "never", "finally", "already"})
_MODALS = frozenset({"will", "wo", "ca", "could", "would", "did", "might", "should"})
_PLACES = frozenset({"there", "here", "late", "out", "away", "in", "back", "at", "home", "gone"})
_OUTWARD = frozenset({"to", "from", "at", "for", "about", "by", "in", "on", "into", "with", "out"})  # after verbs without an object
_STATES = frozenset({"down", "out", "off", "dead", "gone", "back", "up"})
_WHEN = frozenset({"this", "all", "last", "every", "yesterday", "today", "tonight"})
_DETAILS = frozenset({"name", "phone", "number", "email", "address", "birthday", "surname"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
_DONE = frozenset({"VBD", "VBN", "VB", "VBP"})  # tags that the tagger gives a verb that opens a sentence


def left_out(doc: Doc) -> Mapping[int, str]:
    """Offsets of characters before which words were left out, and those words with the space after them."""
    found: dict[int, str] = {}
    for sentence in doc.sents:
        if sentence.text.rstrip().endswith("?"):
            continue
        opening = _opening(sentence)
        if opening is None:
            continue
        first, leading = opening
        if (subject := _subject(first, sentence, leading)) is not None:
            several = any(t.lower_ in ("our", "us", "ourselves") for t in sentence)
            found[(leading or first).idx] = subject.replace("I'm", "we're").replace("I ", "we ") if several else subject
        else:
            for state in _states(first, sentence):
                found[state.idx] = "are " if state.nbor(-1).tag_ in ("NNS", "NNPS") else "is "
    return found


def _opening(sentence: Span) -> tuple[Token, Token | None] | None:
    """The first word of what the sentence says, and the adverb that stands before it ("still waiting")."""
    leading: Token | None = None
    for token in sentence:
        if token.is_punct or token.pos_ == "INTJ":
            leading = None
        elif token.text.lower() in groups("note_verbs.txt")["leading"] and token.dep_ != "ROOT":
            leading = token if token.text.lower() in _ADVERBS else None
        else:
            return token, leading
    return None


def _subject(first: Token, sentence: Span, leading: Token | None) -> str | None:
    """ "I " or "I'm ", where the sentence begins with the verb of a statement about the one who writes."""
    if any(t.dep_ in _SUBJECTS and t.head == _verb(first) for t in sentence if t.i < first.i):
        return None
    if _is_own_detail(first, sentence):
        return "my "
    verbs = groups("note_verbs.txt")
    if first.tag_ == "VBG" and first.dep_ == "ROOT" and first.text.lower() in verbs["going"]:
        return "I'm "
    if first.tag_ == "MD" or first.text.lower() in _MODALS:
        return "I " if _is_own_plan(first, sentence) else None
    if first.text.lower() in verbs["stative"] and _has_object(first, sentence):
        return "I "
    done = first.tag_ in _DONE and (first.dep_ == "ROOT" or leading is not None) and first.text.lower() in verbs["done"]
    return "I " if done and _tells(first, sentence) else None


def _is_own_detail(first: Token, sentence: Span) -> bool:
    """ "Name's Vernon", "last name is Abara", "phone is 555-0100": what somebody gives of themselves without "my"."""
    if first.i and not (first.nbor(-1).is_punct or first.nbor(-1).pos_ == "INTJ"):
        return False
    noun = first.nbor(1) if first.lower_ in ("last", "first", "full", "phone", "email", "account") and first.i + 1 < sentence.end else first
    noun = noun if noun.lower_ in _DETAILS else first
    after = noun.nbor(1) if noun.i + 1 < sentence.end else None
    return noun.lower_ in _DETAILS and after is not None and after.lower_ in ("'s", "’s", "is")


def _verb(first: Token) -> Token:
    return first.head if first.dep_ in ("aux", "auxpass") else first


def _is_own_plan(first: Token, sentence: Span) -> bool:
    """ "Will pay by check", "Can't make it", "Won't be there"; no question, and nothing that is said of a thing ("Would be great")."""
    rest = [t for t in sentence if t.i > first.i and t.pos_ != "ADV" and t.dep_ != "neg"]
    if not rest or rest[0].tag_ != "VB":
        return False
    if first.text.lower() in ("ca", "wo", "did") and first.nbor(1).dep_ != "neg" and first.nbor(1).text.lower() not in ("n't", "not"):
        return False
    after = rest[1].text.lower() if len(rest) > 1 else ""
    if rest[0].lemma_ == "be":
        return after in _PLACES
    return rest[0].lemma_ != "do" and (after not in ("", ".", "!") or first.text.lower() in ("ca", "wo", "did"))


def _has_object(first: Token, sentence: Span) -> bool:
    after = first.nbor(1) if first.i + 1 < sentence.end else None
    return after is not None and after.text.lower() not in ("is", "are", "was", ",", "and")


def _tells(first: Token, sentence: Span) -> bool:
    """With an object or a direction: "Lost my badge", "Moved to Tucson"; "Lost and found" and "Got it" tell nothing."""
    after = first.nbor(1) if first.i + 1 < sentence.end else None
    if after is None or any(
        t.tag_ in ("VBZ", "VBP", "MD") and t.dep_ in ("ROOT", "conj", "aux") for t in sentence if _before_comma(first, t)
    ):
        return False
    if {t.lower_ for t in sentence[:4]} & {"mind", "minds"}:  # "Changed my mind: the white ones" tells of what was said
        return False
    if after.dep_ == "prt" or after.tag_ == "RP":
        return True
    thing = after.tag_ in ("DT", "PRP$", "CD", "WDT", "PDT", "NNP") or after.pos_ == "PRON"
    return (thing and after.text.lower() not in ("it", "that")) or after.text.lower() in _OUTWARD


def _before_comma(first: Token, token: Token) -> bool:
    return token.i > first.i and not any(t.text in (",", ";") for t in first.doc[first.i : token.i])


def _states(first: Token, sentence: Span) -> list[Token]:
    """ "Power out since 6", "Heater broken, pilot light out": the words before which "is" was left out, stretch by stretch."""
    found: list[Token] = []
    start = first.i
    while start < sentence.end:
        stop = next((t.i for t in sentence if t.i > start and t.text in (",", ";", "-", "–", "—")), sentence.end)
        state = _state(sentence.doc[start:stop])
        if state is None:
            break
        found, start = [*found, state], stop + 1
    return found


def _state(inside: Span) -> Token | None:
    if any(t.pos_ in ("VERB", "AUX") and t.tag_ not in ("VBN", "VBG") for t in inside):
        return None
    rest = list(inside)
    while rest and rest[0].tag_ in ("DT", "PRP$", "JJ") and rest[0].dep_ in ("det", "poss", "amod", "compound"):
        rest = rest[1:]
    nouns = len(rest)
    while rest and rest[0].tag_ in ("NN", "NNS"):
        rest = rest[1:]
    if len(rest) == nouns or not rest:
        return None
    word, after = rest[0], rest[1] if len(rest) > 1 else None
    is_state = word.text.lower() in _STATES or word.text.lower() in groups("note_verbs.txt")["state"]
    goes_on = after is None or after.is_punct or after.pos_ in ("ADP", "ADV", "SCONJ", "CCONJ") or after.text.lower() in _WHEN
    return word if is_state and goes_on else None
