"""Capitals and full stops for text that has none: names, places, weekdays, "I", and sentence ends that are plain.

Knows which words take capitals; no parse. Text that is written with capitals keeps them.
"""

from collections.abc import Sequence
from dataclasses import replace

from nlp.introductions import header_end, small_name
from nlp.pieces import Piece
from nlp.vocabulary import vocabulary
from nlp.wordlists import groups, words

_AMBIGUOUS = frozenset(
    {"may", "march", "august", "us", "it", "polish", "turkey", "china", "lee", "app", "id", "job", "christian", "roman", "mobile"}
)
_MAY_BE_NAMES = 3  # words of one name
_FIRST = 14  # pieces within which a speaker says who they are
_SENTENCE = 40  # pieces looked back on
_COMMON = 10_000  # rank up to which a noun after "a" is no name
_RARE = 5_000  # rank from which an ordinary noun after a first name is rather a family name


def is_small(pieces: Sequence[Piece]) -> bool:
    """Whether nothing but "I" has a capital."""
    return all(not p.text[0].isupper() or p.lower in {"i", "i'm", "i'd", "i've", "i'll"} for p in pieces if p.is_word)


def with_names(pieces: Sequence[Piece], small: bool) -> list[Piece]:
    """Weekdays, months, "I" and names after words that announce one ("my name is"); in `small` text all names that are known."""
    found = [p.capitalised() if i in own else p for own in [_own_name(pieces) if small else ()] for i, p in enumerate(pieces)]
    for i, piece in enumerate(found):
        if piece.is_word and piece.text[0].islower():
            found[i] = piece.reading(_cased(found, i, small))
    return found


def _own_name(pieces: Sequence[Piece]) -> range:
    """The pieces of the name that the speaker gives first."""
    text, starts = _opening(pieces)
    name = small_name(text.lower())
    inside = [i for i, start in enumerate(starts) if name is not None and name.start <= start < name.end]
    return range(inside[0], inside[-1] + 1) if inside else range(0)


def _after_name(pieces: Sequence[Piece]) -> int | None:
    """The piece with which the first sentence begins after that name: "Hi Lena Carter here | my sink leaks"."""
    text, starts = _opening(pieces)
    end = header_end(text)
    return starts.index(end) if end in starts else None


def _opening(pieces: Sequence[Piece]) -> tuple[str, list[int]]:
    """The text of the first pieces, and where in it each begins."""
    words = [" " * p.spaced + p.text for p in pieces[:_FIRST]]
    return "".join(words), [sum(map(len, words[:i])) + pieces[i].spaced for i in range(len(words))]


def _cased(pieces: Sequence[Piece], i: int, small: bool) -> str:
    text = pieces[i].text
    lists = groups("function_words.txt")
    if text == "i" or text.startswith("i'"):
        after_dot = i + 1 < len(pieces) and pieces[i + 1].text == "." and not pieces[i + 1].spaced
        return text if after_dot and i + 2 < len(pieces) and not pieces[i + 2].spaced else "I" + text[1:]
    if text in lists["weekday"] or (text in lists["month"] and text not in _AMBIGUOUS) or _dated_month(pieces, i):
        return text.capitalize()
    owner = text.removesuffix("'s")
    if (small or pieces[i].spaced) and _announced(pieces, i):
        return text.capitalize()
    if i and pieces[i - 1].lower in {"a", "an"} and _is_common_noun(text):
        return text
    if small and vocabulary().proper(owner) and owner not in _AMBIGUOUS and owner not in vocabulary().function_words and len(owner) > 1:
        return text.upper() if owner in groups("casing.txt")["upper"] else text.capitalize()
    return text


def _is_common_noun(word: str) -> bool:
    """ "A walker": in common use as a noun, and no make of a car."""
    return vocabulary().is_a("n", word) and vocabulary().rank.get(word, _COMMON) < _COMMON and word not in words("vehicle_names.txt")


def _dated_month(pieces: Sequence[Piece], i: int) -> bool:
    """ "may 3", "the 3rd of march", "in may"."""
    if pieces[i].text not in groups("function_words.txt")["month"]:
        return False
    after = pieces[i + 1].text if i + 1 < len(pieces) else ""
    before = pieces[i - 1].lower if i else ""
    return after[:1].isdigit() or before in {"of", "in", "last", "since", "until", "by", "early", "late", "mid"}


def _announced(pieces: Sequence[Piece], i: int) -> bool:
    """Whether the word is a name by what stands before it, itself or with the words of the same name before it."""
    lists = groups("casing.txt")
    for back in range(_MAY_BE_NAMES):
        start = i - back
        if start < 0 or not _can_be_name(pieces, start, True):
            return False
        if not _can_be_name(pieces, start, False):
            continue  # an ordinary noun begins no name
        before = tuple(p.lower for p in pieces[max(0, start - 3) : start])
        if before and before[-1] in lists["title"]:
            return True
        if any(_ends_with(before, cue) for cue in lists["sure_cue"]) or (
            any(_ends_with(before, cue) for cue in lists["likely_cue"]) and vocabulary().proper(pieces[start].lower)
        ):
            return True
    return False


def _ends_with(before: Sequence[str], cue: str) -> bool:
    words = tuple(cue.split("_"))
    return tuple(before[-len(words) :]) == words


def _can_be_name(pieces: Sequence[Piece], i: int, further: bool) -> bool:
    """Unknown or proper words; a family name may be an ordinary noun ("carter", "baker")."""
    word, words = pieces[i].lower, vocabulary()
    word = word.removesuffix("'s")
    if not word.isalpha() or word in words.function_words or word in groups("casing.txt")["no_name"]:
        return False
    if words.proper(word) or not words.known(word):
        return True
    return further and words.rank.get(word, 99_999) > _RARE and words.classes.get(word, "n") in {"n", "nv", "na", "an", "np"}


def with_sentence_ends(pieces: Sequence[Piece]) -> list[Piece]:
    """Full stops where unpunctuated speech plainly begins a new sentence, and capitals after them."""
    if any(p.text in {".", "!", "?", ";", ":"} for p in pieces[:-1]) or len(pieces) < 4:
        return list(pieces)
    found: list[Piece] = []
    start, named = 0, _after_name(pieces)
    for i, piece in enumerate(pieces):
        said = found[max(start, len(found) - _SENTENCE) :]
        if i and (i == named or _begins_sentence(pieces, i, said)):
            mark = "," if _only_greeting(said) else "."
            found.append(Piece(mark, found[-1].end, found[-1].end, False))
            start = len(found) if mark == "." else start
        found.append(piece)
    return _capitalised(found)


def _only_greeting(found: Sequence[Piece]) -> bool:
    lists = groups("function_words.txt")
    return all(p.lower in lists["greeting"] | lists["interjection"] for p in found)


def _begins_sentence(pieces: Sequence[Piece], i: int, sentence: Sequence[Piece]) -> bool:
    """Whether piece `i` begins a new one after `sentence`, which stands before it."""
    lists, cues = groups("function_words.txt"), groups("casing.txt")
    word, before = pieces[i].lower, pieces[i - 1].lower
    if sentence[-1].text == "," or not sentence[-1].text[-1].isalnum():
        return False
    said = [p.lower for p in sentence]
    approves = len(said) == 1 and said[0] in cues["approves"]
    if (_only_greeting(sentence) or approves) and (word in lists["subject"] | {"this", "my", "can", "is", "do", "what", "when", "the"}):
        return True
    clause = any(w in lists["auxiliary"] or "'" in w or w.endswith("ed") or w in cues["finite"] for w in said)
    if not clause or before in vocabulary().function_words - lists["interjection"] - cues["may_end"]:
        return False
    if word in cues["new_clause"] or (word in {"i", "we"} and before in cues["may_end"]):
        return True
    named = pieces[i - 1].text[0].isupper() and before not in lists["weekday"] | lists["month"]
    if named and word in cues["after_name"] and any(w in cues["introduces"] for w in said[:4]):
        return True
    person = before in groups("contractions.txt")["kin"] or named
    return word in {"she", "he"} and person


def _capitalised(pieces: Sequence[Piece]) -> list[Piece]:
    found = list(pieces)
    for i, piece in enumerate(found):
        opens = i == 0 or (found[i - 1].text == "." and found[i - 1].start == found[i - 1].end)
        if opens and piece.is_word and piece.text[0].islower():
            found[i] = replace(piece, text=piece.text[0].upper() + piece.text[1:])
    return found
