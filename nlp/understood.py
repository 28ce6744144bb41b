"""What stands in a turn for its mentions that go back to something: how a reader who has not heard the conversation would be told.

Knows resolutions; decides no reference itself and fills in nothing that was left out.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.callback_words import callback_words
from nlp.phrases import Phrase, join
from nlp.syntax import starting
from nlp.types import Ambiguous, Discourse, Linked, Mention, Parse, Resolution, Span, Unresolved
from nlp.wording import ISO, Describer, Edits, as_started, inflected, outermost, prefixed, referent_of, speaks

INDEPENDENT_POSSESSIVES = frozenset({"mine", "yours", "his", "hers", "ours", "theirs", "its"})
_OWNING = {"mine": "my", "yours": "your", "his": "his", "hers": "her", "ours": "our", "theirs": "their"}
_POINTING = ("this ", "that ", "these ", "those ", "the ", "another ", "same ", "such ")
_ONE = re.compile(r"\bones?\b")
_DETERMINERS = frozenset({"the", "that", "this", "these", "those", "a", "an", "another", "my", "our", "your", "his", "her", "their"})
_REFLEXIVES = frozenset({"himself", "herself", "itself", "themselves", "themself", "myself", "yourself", "ourselves"})
_MOTION = frozenset(
    {"go", "come", "drive", "move", "travel", "get", "send", "take", "bring", "direct", "navigate", "head", "fly", "walk", "run"}
)


def replacements(parse: Parse, discourse: Discourse, resolutions: Sequence[Resolution]) -> Edits:
    """What to put in the place of the turn's mentions that go back to something said before it; the outermost one wins."""
    describer = Describer(discourse)
    named: set[tuple[int, str]] = set()
    edits: Edits = []
    for resolution in resolutions:
        if isinstance(resolution, Unresolved | Ambiguous):
            continue
        mention, referent = resolution.mention, referent_of(resolution)
        words = _words(resolution, parse, describer) if isinstance(resolution, Linked) else None
        fresh = referent is None or (mention.sentence, referent) not in named
        if words is not None and fresh and words.text.lower() != mention.text.lower():
            edits += [(mention.span, words), *_spelled_out(parse, mention)]
        if referent is not None and (words is not None or speaks(mention)):
            named.add((mention.sentence, referent))
    return outermost(edits)


def _spelled_out(parse: Parse, mention: Mention) -> Edits:
    """The "'s" of "it's worse" as "is": after a noun it would read as a possessive."""
    token = next(iter(starting(parse.tokens, Span(mention.span.end, mention.span.end + 1))), None)
    if token is None or token.pos not in ("AUX", "VERB", "PART") or mention.kind != "pronoun":
        return []
    following = parse.tokens[token.i + 1] if token.i + 1 < len(parse.tokens) else None
    perfect = following is not None and following.tag == "VBN" and token.dep == "aux"
    full = {"'s": "has" if perfect else "is", "'ll": "will", "'ve": "have", "'re": "are", "'d": "would"}.get(
        token.text.lower().replace("’", "'")
    )
    return [(token.span, Phrase(f" {full}"))] if full else []


def _words(link: Linked, parse: Parse, describer: Describer) -> Phrase | None:
    """What stands for a linked mention, None where it can stay."""
    mention, discourse = link.mention, describer.discourse
    if mention.kind in ("speaker", "time", "name") or mention.text.lower() in _REFLEXIVES:
        return None
    if (link.antecedent is not None and link.antecedent.turn_id == discourse.turn_id) or _of_what_was_said(mention, parse):
        return None
    if link.referent is None:
        return _value_words(link) if mention.kind in ("ordinal", "callback") else None
    if link.referent in (discourse.customer, discourse.business):
        return None
    if link.referent not in discourse.referents and mention.text.lower() in _OWNING and link.name:
        own = "" if "'s " in link.name else f"{_OWNING[mention.text.lower()]} "
        return Phrase.of(as_started(mention.text, own + link.name), link.referent)
    words = describer.describe(link.referent)
    if words is None:
        return _of_a_kind(link)
    if mention.kind == "pronoun" or mention.text.lower() in INDEPENDENT_POSSESSIVES:
        if mention.text.lower() in ("there", "here"):
            return _located(mention, parse, words)
        return inflected(mention, parse, words)
    if mention.kind in ("ordinal", "callback"):
        return _recalled(mention, _as_listed(link, words))
    return _named(mention, words)


def _of_a_kind(link: Linked) -> Phrase | None:
    """ "The short one" of two contracts: the short contract."""
    text = link.mention.text
    stands = _ONE.search(text)
    if stands is None or link.name is None or text.partition(" ")[0].lower() not in _DETERMINERS:
        return None
    bare = next((n for n in range(len(text)) if link.name.lower().startswith(text[n : stands.start()].lower())), stands.start())
    noun = link.name[stands.start() - bare :].removesuffix(text[stands.end() :])
    return Phrase.of(text[: stands.start()] + noun + text[stands.end() :], link.referent or "")


def _of_what_was_said(mention: Mention, parse: Parse) -> bool:
    """ "That sounds good", "that's it": of all that was just said, not of one thing in it."""
    word, governor = parse.tokens[mention.head], parse.tokens[parse.tokens[mention.head].head]
    if mention.kind == "pronoun" and word.lemma.lower() == "it" and word.dep == "attr":
        return True
    if mention.kind != "pronoun" or mention.text.lower() not in ("that", "this"):
        return False
    return mention.role == "subject" and governor.lemma in ("be", "'s", "’s", "sound", "do", "work", "seem", "look", "help", "suit", "make")


def _as_listed(link: Linked, words: Phrase) -> Phrase:
    """What was chosen by the name that it was listed under, where it has come to be called otherwise since."""
    name = link.name or ""
    if not name or {*re.findall(r"\w+", name.lower())} & {*re.findall(r"\w+", words.text.lower())}:
        return words
    bare = name[:1].islower() and not name.startswith(_POINTING)
    return Phrase.of(f"the {name}" if bare else name, link.referent)


def _recalled(mention: Mention, words: Phrase) -> Phrase:
    """ "the leak I texted you about" -> "the leak of the water heater"; "the second one" -> "the condo"."""
    lists = callback_words()
    vague = lists.vague | lists.ordinals.keys() | lists.degrees.keys() | {"option", "choice"}
    compared = any(modifier in lists.degrees for modifier in mention.modifiers)
    if mention.kind == "ordinal" or compared or mention.head_lemma in vague or mention.head_lemma in words.text.lower():
        return replace(words, text=as_started(mention.text, words.text))
    return join([Phrase(as_started(mention.text, f"the {mention.head_lemma} of ")), words])


def _value_words(link: Linked) -> Phrase | None:
    if not link.name:
        return None
    if link.members and link.mention.text.lower().endswith(" us"):
        return None
    if link.members or " and " in link.name:
        return Phrase(_of_two(link.mention.text, link.name))
    when = link.value if link.value and all(ISO.fullmatch(v) for v in link.value.split("/")) else None
    return Phrase(link.name, (), ((len(link.name), when),) if when and when not in link.name else ())


def _of_two(text: str, name: str) -> str:
    """ "neither" of "A and B" -> "neither A nor B"."""
    word = text.partition(" ")[0]
    link = {"neither": " nor ", "either": " or "}.get(word.lower())
    return f"{word} {link.join(name.rsplit(' and ', 1))}" if link else name


def _named(mention: Mention, words: Phrase) -> Phrase | None:
    """ "my lawyer" -> "my lawyer Denise Achebe"; None where the mention already says as much as there is to say."""
    name = re.sub(r"^(the|my|our|your) ", "", words.text)
    if not name[:1].isupper() or mention.definiteness not in ("definite", "possessive", "demonstrative"):
        return None
    lower = mention.text.lower()
    if any(word.lower() in lower for word in name.split()) or mention.number == "plural":
        return None
    start = next((len(d) for d in _POINTING if lower.startswith(d)), None)
    stem = mention.text if start is None or mention.definiteness == "possessive" else "the " + mention.text[start:]
    text = f"{stem} {name}"
    referent = words.marks[0].referent if words.marks else None
    return Phrase.of(as_started(mention.text, text), referent)


def _located(mention: Mention, parse: Parse, words: Phrase) -> Phrase:
    head = parse.tokens[parse.tokens[mention.head].head]
    before = parse.tokens[mention.head - 1].pos if mention.head else ""
    if before == "ADP":
        return replace(words, text=as_started(mention.text, words.text))
    preposition = "to " if head.lemma in _MOTION else "at "
    return prefixed(words, preposition + words.text)
