"""Digits and letters that were read out: "five one two …" -> 512…, "pound four four" -> #44, "x i m e n a" -> a name's spelling.

Knows number words and letters; no meaning of the numbers. Numbers in prose ("two cats", "at two thirty") stay words.
"""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from nlp.pieces import Piece
from nlp.vocabulary import vocabulary
from nlp.wordlists import groups

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TO_NINETEEN = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TO_NINETY = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_DIGITS = {word: str(i) for i, word in enumerate(_ONES)} | {"oh": "0", "o": "0"}
_TEENS = {word: str(i) for i, word in enumerate(_TO_NINETEEN, 10)}
_TENS = {word: str(10 * i) for i, word in enumerate(_TO_NINETY, 2)}
_TIMES = {"double": 2, "triple": 3}
_FEWEST = 4  # digits in a row that nobody says of an amount
_AFTER_CODE_WORD = 2  # digits after "code", "apartment", …
_SPELLED = 3  # single letters in a row that spell something
_LONGEST = 40  # letters of what somebody spells out
_ALIKE = 0.5  # a heard name and its spelling agree this much (difflib's ratio)


def read_out(pieces: Sequence[Piece]) -> list[Piece]:
    return _spelled_words(_letters_of_numbers(_digit_runs(pieces)))


def _merged(pieces: Sequence[Piece], text: str) -> Piece:
    return Piece(text, pieces[0].start, pieces[-1].end, pieces[0].spaced)


def _digit_runs(pieces: Sequence[Piece]) -> list[Piece]:
    found: list[Piece] = []
    i = 0
    while i < len(pieces):
        length, digits = _run(pieces, i)
        if length and len(digits) >= _enough(pieces, i):
            sign = "#" if found and found[-1].lower in {"pound", "hash", "hashtag"} else ""
            first = found.pop() if sign else pieces[i]
            found.append(_merged([first, pieces[i + length - 1]], sign + digits))
            i += length
        else:
            found.extend(pieces[i : i + max(length, 1)])
            i += max(length, 1)
    return found


def _enough(pieces: Sequence[Piece], i: int) -> int:
    before = {p.lower for p in pieces[max(0, i - 3) : i]}
    return _AFTER_CODE_WORD + 1 if before & groups("codes.txt")["code"] or "pound" in before else _FEWEST


def _run(pieces: Sequence[Piece], start: int) -> tuple[int, str]:
    """Length in pieces and digits of the run of read-out digits that begins at `start`; (0, "") for none."""
    digits, end, i = "", start, start
    while i < len(pieces):
        word = pieces[i].lower
        following = pieces[i + 1].lower if i + 1 < len(pieces) else ""
        if word in _TIMES and following in _DIGITS:
            digits += _DIGITS[following] * _TIMES[word]
            i += 2
        elif _is_digit(pieces, i, start):
            digits += _DIGITS.get(word, word)
            i += 1
        elif digits and len(digits) >= 3 and word in _TEENS:
            digits += _TEENS[word]
            i += 1
        elif digits and len(digits) >= 3 and word in _TENS:
            one = following in _DIGITS and following not in {"zero", "oh", "o"}
            digits += _TENS[word][0] + _DIGITS[following] if one else _TENS[word]
            i += 2 if one else 1
        elif digits and word in {"dash", "hyphen", "-", ","} and _is_digit(pieces, i + 1, start):
            i += 1
            continue
        else:
            break
        end = i
    return end - start, digits


def _is_digit(pieces: Sequence[Piece], i: int, start: int) -> bool:
    if i >= len(pieces):
        return False
    word = pieces[i].lower
    if word in {"oh", "o"}:
        return i > start and i + 1 < len(pieces) and (pieces[i + 1].lower in _DIGITS or pieces[i + 1].lower in _TEENS | _TENS | _TIMES)
    return word in _DIGITS or (len(word) == 1 and word.isdigit() and pieces[i].spaced)


def _letters_of_numbers(pieces: Sequence[Piece]) -> list[Piece]:
    """ "twelve b b as in boy" -> "12B"; "apartment four c" -> "apartment 4C"."""
    found: list[Piece] = []
    i = 0
    while i < len(pieces):
        as_in = _as_in(pieces, i + 1)
        if as_in or (_is_letter(pieces, i + 1) and i and pieces[i - 1].lower in groups("codes.txt")["unit"]):
            number = _number(pieces[i])
            if number is not None:
                end = i + 1 + (as_in or 1)
                found.append(_merged([pieces[i], pieces[i + 1]], number + pieces[i + 1].text.upper()))
                i = end
                continue
        found.append(pieces[i])
        i += 1
    return found


def _number(piece: Piece) -> str | None:
    word = piece.lower
    return word if word.isdigit() else _DIGITS.get(word) or _TEENS.get(word) or _TENS.get(word)


def _is_letter(pieces: Sequence[Piece], i: int) -> bool:
    return i < len(pieces) and len(pieces[i].text) == 1 and pieces[i].text.isalpha() and pieces[i].text.isascii()


def _as_in(pieces: Sequence[Piece], i: int) -> int:
    """Pieces from `i` of "b as in boy", "b b as in boy", "b, b as in boy"; 0 for none."""
    if not _is_letter(pieces, i):
        return 0
    letter = pieces[i].lower
    j = i + 1
    while j < min(len(pieces), i + _LONGEST) and (pieces[j].lower == letter or pieces[j].text == ","):
        j += 1
    words = [p.lower for p in pieces[j : j + 3]]
    return j + 3 - i if words[:2] == ["as", "in"] and len(words) == 3 and words[2].startswith(letter) else 0


def _spelled_words(pieces: Sequence[Piece]) -> list[Piece]:
    found: list[Piece] = []
    i = 0
    while i < len(pieces):
        length, letters = _letters(pieces, i)
        if len(letters) < _SPELLED or set(letters) <= {"a", "i"}:
            found.append(pieces[i])
            i += 1
            continue
        _put_spelling(found, pieces[i : i + length], letters)
        i += length
        if found and i < len(pieces) and pieces[i].text == "," and found[-1].text == ",":
            i += 1
    return found


def _letters(pieces: Sequence[Piece], start: int) -> tuple[int, str]:
    """Length in pieces and letters of a spelling ("x i m e n a", "S-M-Y-T-H", "double l", "v as in victor") that begins at `start`."""
    letters, i = "", start
    while i < len(pieces) and len(letters) < _LONGEST:
        if pieces[i].lower == "double" and _is_letter(pieces, i + 1):
            letters, i = letters + pieces[i + 1].lower * 2, i + 2
        elif _is_letter(pieces, i):
            letters += pieces[i].lower
            i += _as_in(pieces, i) or 1
        elif (
            letters and pieces[i].text in {"-", ",", "."} and _is_letter(pieces, i + 1) and (pieces[i].text != "." or not pieces[i].spaced)
        ):
            i += 1
        else:
            break
    return i - start, letters


def _put_spelling(found: list[Piece], spelling: Sequence[Piece], letters: str) -> None:
    """Puts the spelling in the place of the name before it, or the letters as a word where no such name was said."""
    links = groups("codes.txt")["spelled"]
    back = len(found)
    while back and (found[back - 1].text in {",", ":", "-"} or found[back - 1].lower in links):
        back -= 1
    for start in (back - 2, back - 1):
        if start < 0:
            continue
        said = "".join(p.lower for p in found[start:back])
        if SequenceMatcher(None, said, letters, autojunk=False).ratio() >= (_ALIKE if start == back - 1 else 0.8):
            first = found[start]
            ours = "'s" if first.lower.endswith("'s") and not letters.endswith("s") else ""
            del found[start:]
            found.append(replace(first, text=letters.capitalize() + ours))
            return
    named = len(found) > back or (found and vocabulary().proper(found[-1].lower))
    found.append(_merged(spelling, letters.capitalize() if named else letters.upper()))
