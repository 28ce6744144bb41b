"""Who the speaker says they are: where a turn begins with it ("Caspian Rowe. My order …", "Osgood Penn, we spoke …", "this is Priya")
and where it ends with it ("- Gus").

Knows text, and the tree and noun phrases of one turn; nothing of who is known already.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.function_words import TITLES
from nlp.syntax import Tree
from nlp.types import Mention, Span
from nlp.vocabulary import vocabulary
from nlp.wordlists import groups

_OPENING = re.compile(
    r"^\W*(hi|hello|hey+|hiya|helo|hallo|yo|good (day|morning|afternoon|evening)|morning|yes|yeah|ok|okay|greetings|um|uh|so|well)?\W*"
    r"(there|again|all|everyone|so)?\W*$",
    re.IGNORECASE,
)
_COMMON = 1_500  # rank up to which a noun after a first name is hardly a family name
_BEGINNING = 120  # characters within which a speaker says who they are
_GREETED = r"^\W*(?:(?:hi|hello|hey+|hiya|yo|good (?:day|morning|afternoon|evening)|morning)\b\W*)?(?:(?:there|again)\b\W*)?"
_GREETING = re.compile(r"^\W*(hi|hello|hey+|hiya|good (day|morning|afternoon|evening))\b\W*((there|again)\b)?\W*$", re.IGNORECASE)
_AFFILIATED = re.compile(r"\s+(from|at|with|of|over at)\s+[^.,!?]{2,40}[.,!?]", re.IGNORECASE)
_SPEAKS_FOR = re.compile(r"\s+(from|at|with|of|over at)\s+[^.,!?]{2,40}?\s+here\s*[.,!]", re.IGNORECASE)
_TITLED = re.compile(r"(mr|mrs|ms|dr)\b", re.IGNORECASE)
_BEGINS = re.compile(r"\W*(?:(?:hi|hello|hey+|hiya|good (?:day|morning|afternoon|evening))\b\W*)?", re.IGNORECASE)
_NUMBERED = (
    r"(?:(?:my |our )?(?:member|account|acct|order|policy|unit|apt|apartment|room|customer|patient|case|reservation|booking|invoice"
    r"|claim)\b|#?\d)"
)
_GOES_ON = re.compile(rf"\s*[.!](?=\s)|,\s*{_NUMBERED}", re.IGNORECASE)
_CLOSING = re.compile(
    r"(?:\b(?:regards|best|cheers|sincerely|yours|warmly|faithfully|truly|respectfully|greetings|love)\s*,?|[.!?,\w]\s+[-–—~]+|\n[-–—~]+)\s*$",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"(?:^|[.!?…)]|\n)\W*$")
_ENDS = re.compile(r"\W*$|,\s*(?:#?\d[^.!?]*|(?:apt|unit|room|account|acct|member|policy|order)\b[^.!?]*)[.!]?\s*$", re.IGNORECASE)

# a name by itself, and what goes on after it: a stop, the number of something, the speaker, their firm, "here"
_PARTICLES = ("van", "de", "von", "der", "la", "del", "di", "bin", "al")
_NAME = rf"(?P<name>[^\W\d_][\w'’-]+(?: (?:{'|'.join(_PARTICLES)}))*(?: [^\W\d_][\w'’-]+){{1,2}}?)"
_HEADED = re.compile(
    rf"{_GREETED}{_NAME}(?:\s*[.!](?=\s+\w)|(?=,\s*{_NUMBERED})|(?P<speaks>,(?=\s+(?:I|we|I'm|I've|I'd|we're|we've)\b))"
    r"|(?=\s+(?:from|at|with|of|over at)\s+[^.,!?]{2,40}[.,!?])|\s+(?P<here>here|speaking|again)\b[.,!]?(?=\s+\w))",
    re.IGNORECASE,
)
_PRESENTED = re.compile(
    rf"{_GREETED}(?:this is|it'?s) {_NAME}(?=\s*(?:[,.]|$)|\s+(?:here|again|from|at|and|i|i'm|my|we|our)\b)", re.IGNORECASE
)


def small_name(text: str) -> Span | None:
    """The speaker's name in a text without capitals: "hello eudora pike here the …", "yo its kaito brandt, i …"."""
    found = _headed(text) or _PRESENTED.match(text)
    return Span(*found.span("name")) if found is not None and _is_full_name(found["name"]) else None


def header(text: str) -> Span | None:
    """The name that a turn begins with by itself: a full one, whose words are no common ones."""
    found = _headed(text)
    return Span(*found.span("name")) if found is not None else None


def header_end(text: str) -> int | None:
    """Where the first sentence begins after a name without a stop: "Osgood Penn, | we spoke", "… here | the stove"."""
    found = _headed(text)
    parted = found is not None and (found["speaks"] or found["here"])
    return len(text) - len(text[found.end() :].lstrip()) if found is not None and parted else None


def _headed(text: str) -> re.Match[str] | None:
    found = _HEADED.match(text)
    if found is None:
        return None
    capitals = all(word[0].isupper() for word in found["name"].split() if word not in _PARTICLES)
    written = capitals or (found["name"].islower() and found["here"])
    return found if written and _is_full_name(found["name"]) else None


def _is_full_name(text: str) -> bool:
    first, *_, last = text.split()
    owner = last.endswith(("'s", "’s"))  # "Renata Lila's mom"
    return (
        first.lower() not in TITLES
        and not owner
        and last not in _PARTICLES
        and is_name_like(first)
        and (is_name_like(last) or _may_be_surname(first, last))
    )


def _may_be_surname(first: str, word: str) -> bool:
    """Many are words too: those that are written with capitals also by themselves, and after a first name all nouns but common ones."""
    low, words = word.lower(), vocabulary()
    noun = words.is_a("n", low) and words.rank.get(low, 0) > _COMMON
    return words.proper(low) or (first.lower() in _given() and noun)


def _given() -> frozenset[str]:
    return groups("given_names.txt")["m"] | groups("given_names.txt")["f"]


def is_name_like(word: str) -> bool:
    """A first name, or no word that is in common use."""
    low, words = word.lower(), vocabulary()
    return low in _given() or not words.known(low) or (low not in words.rank and low not in words.function_words)


def introduced(tree: Tree, text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The mentions with the speaker's own name (`person` 1, or role "vocative" for a name that may be theirs)."""
    return _signed(tree, text, _presented(tree, text, mentions))


def _presented(tree: Tree, text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    changed = list(mentions)
    for m in mentions:
        if m.span.start > _BEGINNING:
            break
        if m.kind != "name" or m.members or m.role == "possessor":
            continue
        before, after = text[: m.span.start], text[m.span.end : m.span.end + _BEGINNING]
        if (_is_here(after) or _SPEAKS_FOR.match(after)) and (not before.strip() or _OPENING.match(before)):
            changed[m.index] = replace(m, person=1, same_as=None)
        elif (said := _presenting(tree, m, mentions, before)) is not None:
            changed[said] = replace(changed[said], person=1, type="person")
            changed[m.index] = replace(m, person=1, same_as=said)
        elif m.span == header(text) or (_GREETING.match(before) and (re.match(r"\s*([.,!?]|$)", after) or _AFFILIATED.match(after))):
            changed[m.index] = replace(m, role="vocative", same_as=None if m.span == header(text) else m.same_as)
    return tuple(changed)


def _signed(tree: Tree, text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The speaker's name where it stands by itself at an edge: "Bartholomew Finch. I need …", "… again. Osric Dale", "- Gus"."""
    changed = list(mentions)
    for m in mentions:
        if m.kind != "name" or m.members or m.type != "person" or m.person == 1 or m.role in ("possessor", "vocative"):
            continue
        before, after = text[: m.span.start], text[m.span.end :]
        full = len(m.text.split()) > 1 and not _TITLED.match(m.text)
        begins = full and _BEGINS.fullmatch(before) and _GOES_ON.match(after) and len(text) > m.span.end + 3
        ends = _ENDS.match(after)
        if ends and _CLOSING.search(before):
            changed[m.index] = replace(m, person=1, same_as=None)
        elif begins or (ends and full and before.strip() and _is_set_off(tree, m, mentions, before)):
            changed[m.index] = replace(m, role="vocative", same_as=None)
    return tuple(changed)


def _is_set_off(tree: Tree, mention: Mention, mentions: Sequence[Mention], before: str) -> bool:
    """A sentence of its own, or an address after a comma that belongs to no noun and no list."""
    if _STOPPED.search(before):
        return True
    token = tree.tokens[mention.head]
    host = tree.tokens[token.head]
    whom = any(m.head == token.head and (m.type in ("person", "organisation") or m.kind == "name") for m in mentions)
    thanks = token.dep == "appos" and host.lemma.lower() in ("thanks", "thank")
    beside = token.dep in ("npadvmod", "dep") and host.pos in ("VERB", "AUX", "NOUN")
    mine = token.dep in ("appos", "conj") and host.pos in ("NOUN", "ADV") and not whom  # no "my sister, Dana Reed"
    return before.rstrip().endswith(",") and (thanks or beside or mine)


def _is_here(after: str) -> bool:
    return re.match(r"\s+(here|speaking)\b(?!\s+(is|are|was))", after, re.IGNORECASE) is not None


def _presenting(tree: Tree, name: Mention, mentions: tuple[Mention, ...], before: str) -> int | None:
    """The "this" or "it" of "Hi, this is Priya", where a conversation's turn begins with it."""
    opening = re.match(r"^(.*?)\b(this is|it'?s|it’s|its|it is)\s+$", before, re.IGNORECASE | re.DOTALL)
    if not opening or not _OPENING.match(opening[1]) or name.type not in ("person", "organisation", "place", "thing"):
        return None
    if any(tree.tokens[c].dep in ("det", "poss") for c in tree.children[name.head]):
        return None
    return next((m.index for m in mentions if m.span.start == opening.start(2)), None)
