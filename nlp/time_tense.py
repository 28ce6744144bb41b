"""Whether the clause around a time tells of what has happened. Knows the dependency parse; no calendar."""

from collections.abc import Sequence

from nlp.function_words import DEMONSTRATIVE, POSSESSIVE
from nlp.kinds import is_kind
from nlp.time_words import Line, lists
from nlp.types import Token

_DEEPEST = 12  # steps up the parse to the verb of a time
_NEAR = 12  # tokens around a verb that its auxiliaries lie in

_GIVEN = POSSESSIVE | DEMONSTRATIVE | {"the"}


def is_past(line: Line, i: int) -> bool:
    """Of the word at `i`. A wish, a plan or a time after "for" or "to" ("moved to Friday") looks ahead whatever its verb's tense."""
    if line.at(i - 1) in ("for", "to"):
        return False
    token = line.token(i)
    if token is None:
        return False
    if _is_of_thing(token, line.parse):
        return True
    verb = _governor(token, line.parse)
    if verb is not None and line.at(i - 1) in ("until", "till", "til", "through") and _is_perfect(verb, line.parse):
        return False
    return verb is not None and _past_verb(verb, line.parse)


def _is_of_thing(token: Token, parse: Sequence[Token]) -> bool:
    """ "My invoice from October": what is there already, told apart by when it came."""
    source = parse[token.i - 1] if token.i else token
    if source.text.lower() != "from" or token.head != source.i or source.i == 0 or _goes_on(token, parse):
        return False
    noun = parse[source.i - 1]
    definite = any(t.head == noun.i and t.text.lower() in _GIVEN for t in parse[max(noun.i - _NEAR, 0) : noun.i])
    of_noun = source.head == noun.i or bool(is_kind(noun.lemma.lower(), "document") or is_kind(noun.lemma.lower(), "message"))
    return of_noun and noun.pos == "NOUN" and definite


def _goes_on(token: Token, parse: Sequence[Token]) -> bool:
    """ "From Monday to Friday", "from May on"."""
    return any(t.text.lower() in ("to", "till", "until", "through", "on", "onward", "onwards", "-", "–") for t in parse[token.i + 1 :][:3])


def _is_perfect(verb: Token, parse: Sequence[Token]) -> bool:
    """ "I've frozen it until June": done now, and to last."""
    near = parse[max(verb.i - _NEAR, 0) : verb.i]
    return any(t.head == verb.i and t.dep == "aux" and t.text.lower() in ("have", "has", "'ve", "'s") for t in near)


def _governor(token: Token, parse: Sequence[Token]) -> Token | None:
    for _ in range(_DEEPEST):
        if token.pos in ("VERB", "AUX"):
            return token
        token = parse[token.head]
    return None


def _past_verb(verb: Token, parse: Sequence[Token]) -> bool:
    lemma = verb.lemma.lower()
    if lemma in lists("planning"):
        return False
    near = parse[max(verb.i - _NEAR, 0) : verb.i + _NEAR]
    helpers = [t for t in near if t.head == verb.i and t.dep in ("aux", "auxpass")]
    said = {t.text.lower() for t in helpers}
    if "to" in said or any(t.tag == "MD" for t in helpers):
        return False
    if verb.tag == "VBD" or (verb.tag == "VBN" and _caused_then(verb, parse)):
        return True
    if verb.tag in ("VBN", "VBG"):
        passed = said & {"was", "were", "had", "have", "has", "'ve", "been", "got"}
        return bool(passed) or (verb.tag == "VBN" and verb.dep == "ROOT" and not said)
    return bool(said & {"did", "didn't"}) or (lemma in lists("unmarked_past") and verb.tag == "VBP" and not said)


def _caused_then(verb: Token, parse: Sequence[Token]) -> bool:
    """ "We had it serviced in January", "I got the brakes done": the participle is as past as the verb that caused it."""
    above = parse[verb.head]
    if above.pos in ("NOUN", "PROPN", "PRON") and verb.dep == "acl":
        above = parse[above.head]
    return above.lemma in ("have", "get") and above.tag == "VBD"
