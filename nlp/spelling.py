"""Texting spellings, stretched letters, missing apostrophes and typing slips, put right word by word.

Knows spelling and a word's neighbours; no parse. Capitalised words, numbers, codes and addresses are never corrected.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from nlp.pieces import Piece, spread
from nlp.vocabulary import Vocabulary, vocabulary
from nlp.wordlists import groups, table

_KIN = re.compile(r"(?:mother|father|sister|brother|son|daughter|parent)s?")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORT = 5
_ROW = 12  # letters looked at on either side of one, to see whether they spell something
_LONGEST = 24  # letters of the longest word that is looked up


def respell(pieces: Sequence[Piece]) -> list[Piece]:
    """Texting spellings that need no more than their neighbours to be read."""
    found: list[Piece] = []
    for i, piece in enumerate(pieces):
        new = _texting(pieces, i)
        words = new.split()
        found.extend(spread(piece, words) if len(words) > 1 else [piece.reading(new)])
    return _related(found)


def _related(pieces: Sequence[Piece]) -> list[Piece]:
    """ "My mother in law is here" -> "my mother-in-law": one word, where it would read as a mother who is somewhere."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.lower == "law" and len(found) > 1 and found[-1].lower == "in" and _KIN.fullmatch(found[-2].lower):
            kin = found[-2]
            found[-2:] = [Piece(f"{kin.text}-in-law", kin.start, piece.end, kin.spaced)]
        elif found and found[-1].lower.endswith("-in-law") and piece.is_word and not vocabulary().known(piece.lower):
            found.append(piece.capitalised())  # a name, which no word list needs to have
        else:
            found.append(piece)
    return found


def unstretch(pieces: Sequence[Piece]) -> list[Piece]:
    """ "diedddd" -> "died", "sooo" -> "so"; a word that stays unknown either way keeps what was typed."""
    return [piece.reading(_unstretched(piece.text)) if _STRETCHED.search(piece.text) else piece for piece in pieces]


def correct_typos(pieces: Sequence[Piece], *, careful: bool) -> list[Piece]:
    """Unknown small words that are one slip away from a common word; `careful`: only by the likeliest slips, as fits tidy writing."""
    return [piece.reading(correction(piece.text, careful)) if _correctable(pieces, i) else piece for i, piece in enumerate(pieces)]


def _texting(pieces: Sequence[Piece], i: int) -> str:
    piece = pieces[i]
    if len(piece.text) == 1 and not _stands_alone(pieces, i):
        return piece.text
    if piece.text not in {piece.lower, piece.text.capitalize()} or _is_spelled_out(pieces, i):
        return piece.text
    known = table("spelling.txt").get(piece.lower) or _by_neighbours(pieces, i)
    if known is None:
        return piece.text
    return known[0].upper() + known[1:] if piece.text[0].isupper() else known


def _stands_alone(pieces: Sequence[Piece], i: int) -> bool:
    """A small letter or a sign with space or a mark on either side, so no "U.S." or "n/a"."""
    after = pieces[i + 1] if i + 1 < len(pieces) else None
    apart = after is None or after.spaced or after.text in {",", "?", "!"} or (after.text == "." and i + 2 == len(pieces))
    return not pieces[i].text.isupper() and (pieces[i].spaced or not i) and apart


def _is_spelled_out(pieces: Sequence[Piece], i: int) -> bool:
    """Whether the letter is one of a row that spells something; "r u" and the like are no such row."""
    if len(pieces[i].text) > 1:
        return False
    start = end = i
    while start and i - start < _ROW and _is_letter_or_hyphen(pieces[start - 1]):
        start -= 1
    while end + 1 < len(pieces) and end - i < _ROW and _is_letter_or_hyphen(pieces[end + 1]):
        end += 1
    row = {p.lower for p in pieces[start : end + 1]} - {"-"}
    return end - start >= 2 and not row <= set("urncia")


def _is_letter_or_hyphen(piece: Piece) -> bool:
    return len(piece.text) == 1 and (piece.text.isalpha() or piece.text == "-")


def _by_neighbours(pieces: Sequence[Piece], i: int) -> str | None:
    """What a sign or letter stands for, as far as the words beside it tell."""
    casual = groups("casual.txt")
    before = pieces[i - 1].lower if i else ""
    after = pieces[i + 1].lower if i + 1 < len(pieces) else ""
    asks = before in casual["before_are"] or after in casual["you"]
    readings: dict[str, tuple[tuple[bool, str], ...]] = {
        "@": ((True, "at"),),
        "4": ((after in casual["after_for"] and before.isalpha() and before not in casual["before_hour"], "for"),),
        "2": ((after in casual["verb"] and before in casual["before_to"], "to"), (before in casual["too"] and not after.isalnum(), "too")),
        "r": ((asks, "are"),),
        "c": ((after in casual["you"], "see"),),
        "n": ((after.isalnum() and (before.isalnum() or not i), "and"),),
        "w": ((after in casual["after_with"], "with"),),
        "ur": ((after in casual["after_youre"] or after.endswith("ing"), "you're"), (True, "your")),
        "ya": ((before in casual["before_you"], "you"), (True, "yeah")),
        "k": ((not after.isalnum() and not before.isalnum(), "ok"),),
    }
    return next((reading for holds, reading in readings.get(pieces[i].text, ()) if holds), None)


def _unstretched(word: str) -> str:
    """The common word that was stretched, with its letter once or twice; "son" is no likelier than "soon" for "sooooon"."""
    lower, words = word.lower(), vocabulary()
    readings = [
        _STRETCHED.sub(keep, lower) for keep in ((r"\1\1", r"\1") if set("eol") & set(_STRETCHED.findall(lower)) else (r"\1", r"\1\1"))
    ]
    for reading in readings:
        if len(reading) > 1 and (reading in words.rank or reading in table("spelling.txt")):
            return reading.capitalize() if word[0].isupper() else reading
    return next((r for r in readings if len(r) > 1 and words.known(r)), word)


def _correctable(pieces: Sequence[Piece], i: int) -> bool:
    word = pieces[i].text
    if not (4 <= len(word) <= _LONGEST and word.isascii() and word.isalpha() and word.islower()):
        return False
    glued = {pieces[j].text for j in (i - 1, i + 1) if 0 <= j < len(pieces) and (not pieces[j].spaced if j > i else not pieces[i].spaced)}
    if glued & {"'", "-", "/", "@", "_", "#", "&", "*", "="}:
        return False
    return not vocabulary().known(word)


@lru_cache(maxsize=20_000)
def correction(word: str, careful: bool = False) -> str:
    """The common word that is one slip (swap, loss, doubling or change of one letter) away; `word` itself where none plainly is."""
    words = vocabulary()
    ranked = sorted(
        (_cost(word, candidate, words), candidate)
        for candidate in set(_one_slip_away(word))
        if candidate in words.rank and not words.proper(candidate)
    )
    if not ranked or ranked[0][0] > _bar(word):
        return word
    if careful and len(ranked[0][1]) <= len(word) and sorted(ranked[0][1]) != sorted(word) and not _doubled(ranked[0][1], word):
        return word
    return ranked[0][1]


def _bar(word: str) -> float:
    """The dearest slip that is believed: short words are one slip away from too much."""
    return {4: 2.5, 5: 4.2}.get(len(word), 5.2)


def _cost(word: str, candidate: str, words: Vocabulary) -> float:
    """How hard it is to believe the slip, from about 0 to 7: the kind of slip, then how rare the word is."""
    rarity = words.rank[candidate] / 5_000
    if candidate[0] != word[0] and sorted(candidate) != sorted(word):
        return 9.0
    if sorted(candidate) == sorted(word):
        return rarity * 0.8
    if len(candidate) <= len(word) <= _SHORT and not _doubled(candidate, word):
        return 9.0  # a name as likely as a slip
    if len(candidate) != len(word):
        longer, shorter = max(word, candidate, key=len), min(word, candidate, key=len)
        return rarity + (0.6 if _doubled(shorter, longer) else 1.5)
    a, b = next((a, b) for a, b in zip(word, candidate, strict=True) if a != b)
    vowels = {a, b} <= set("aeiouy")
    return rarity + (1.5 if vowels or _neighbours(a, b) else 2.6)


def _doubled(one: str, other: str) -> bool:
    """Whether they differ in a doubled letter only."""
    return re.sub(r"(.)\1", r"\1", one) == re.sub(r"(.)\1", r"\1", other)


def _neighbours(a: str, b: str) -> bool:
    """Whether the keys lie side by side or one above the other."""
    places = {key: (row, column) for row, keys in enumerate(_KEYS) for column, key in enumerate(keys)}
    (row, column), (other_row, other_column) = places[a], places[b]
    return abs(row - other_row) <= 1 and abs(column - other_column) <= 1


def _one_slip_away(word: str) -> Iterator[str]:
    for i in range(len(word)):
        head, tail = word[:i], word[i:]
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail[1:]
            yield head + letter + tail
    for letter in _LETTERS:
        yield word + letter
