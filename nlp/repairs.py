"""Self-corrections: "thursday no wait friday", "What do, no, what does": what was taken back goes, what replaces it stays.

Knows cue words, word classes and sameness of words; no parse. After Shriberg (1994): reparandum, interregnum (the cue), repair.
"""

from collections.abc import Sequence

from nlp.pieces import Piece
from nlp.vocabulary import vocabulary
from nlp.wordlists import groups, lines, words

_BARE = frozenset({"no", "wait", "actually", "sorry", "instead", "rather"})  # cues that have other uses

_REACH = 60  # pieces that a speaker may take back at once
_RETRACED = 8  # pieces within which a repair begins with the word that it goes back to


def repair(pieces: Sequence[Piece]) -> list[Piece]:
    """Repairs from left to right; a cue without a reparandum that plainly matches what follows is left as it is."""
    rest, found, i = list(pieces), list[Piece](), 0
    while i < len(rest):
        cue = _cue(rest, i)
        start = _reparandum(found, rest[i : i + cue + 4], cue) if cue and found else None
        if start is None:
            found.extend(rest[i : i + (cue or 1)])
            i += cue or 1
            continue
        i += cue
        _take_back(found, start, rest, i)
    return found


def _take_back(found: list[Piece], start: int, rest: list[Piece], resume: int) -> None:
    """Drops what was taken back, with the comma before it; what replaces it gets its capital."""
    opens = start == 0 or found[start - 1].ends_sentence
    if opens and found[start].text[0].isupper() and rest[resume].text[0].islower():
        rest[resume] = rest[resume].capitalised()
    while start and found[start - 1].text == ",":
        start -= 1
    del found[start:]


def _cue(pieces: Sequence[Piece], start: int) -> int:
    """How many pieces from `start` are a cue of repair, with the commas and fillers within it; 0 for none."""
    sounds = groups("fillers.txt")["sound"]
    end, strong, words = start, False, list[str]()
    while end < len(pieces) and not pieces[end].ends_sentence:
        rest = [p.lower for p in pieces[end : end + 6]]
        known = next((cue for cue in _cues() if rest[: len(cue)] == list(cue)), None)
        if known and _apart(pieces, end + len(known)):
            words.extend(known)
            strong, end = True, end + len(known)
        elif pieces[end].lower in sounds or (pieces[end].text in {",", "-", "–", "—", "..."} and (strong or end == start or words)):
            if pieces[end].lower in sounds:
                words.append(pieces[end].lower)
            end += 1
        else:
            break
    return end - start if words and end < len(pieces) else 0


def _apart(pieces: Sequence[Piece], end: int) -> bool:
    """Whether the cue is no part of a longer word ("no-nonsense", "no one")."""
    after = pieces[end] if end < len(pieces) else None
    if after is None:
        return True
    longer = (after.text == "-" and not after.spaced) or (pieces[end - 1].lower == "no" and after.lower == "one")
    return not longer and not denies(pieces, end - 1)


def denies(pieces: Sequence[Piece], at: int) -> bool:
    """Whether the "no" there says that there is none of what follows, as behind a comma and right before a noun: "two teas, no milk"."""
    if not 0 < at < len(pieces) - 1 or pieces[at].lower != "no" or pieces[at - 1].text != ",":
        return False
    after = pieces[at + 1]
    plain = after.is_word and after.lower not in vocabulary().function_words and word_kind(after) in {None, "noun", "verb"}
    return plain and not any(after.lower in cue for cue in _cues()) and after.lower not in words("slip_cues.txt")


def _cues() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in lines("repair_cues.txt") if line)


def _reparandum(said: Sequence[Piece], following: Sequence[Piece], cue: int) -> int | None:
    """Where in `said` begins what was taken back, or None when nothing there is of the kind of what follows the cue's pieces."""
    first, last, words = _sentence_start(said), len(said) - 1, following[:cue]
    if first > last:
        return None
    after = following[cue]
    bare = all(p.is_stop or p.lower in _BARE for p in words)
    if not (bare and after.lower in groups("function_words.txt")["subject"]):
        again = _same_start(said, first, after)
        if again is not None:
            return again
    if (_asks(after) or _asks_within(following[cue:])) and _asks_within(said[first : first + 3]):
        return first
    if all(p.is_stop or p.lower in groups("fillers.txt")["sound"] for p in words) and words[0].is_stop:
        return None
    kind = word_kind(said[last])
    if kind is None or kind != word_kind(after) or (cue == 1 and bare and kind in {"noun", "verb"}):
        return None
    return _run_start(said, first, last)


def _sentence_start(said: Sequence[Piece]) -> int:
    """At most `_REACH` pieces back."""
    for i in range(len(said) - 1, max(-1, len(said) - 1 - _REACH), -1):
        if said[i].ends_sentence:
            return i + 1
    return max(0, len(said) - _REACH)


def _same_start(said: Sequence[Piece], first: int, after: Piece) -> int | None:
    """The nearest earlier place that begins as the repair does: "in Paris no in Rome"."""
    places = [i for i in range(max(first, len(said) - _RETRACED), len(said)) if said[i].lower == after.lower]
    return places[-1] if places and after.is_word else None


def _asks(piece: Piece) -> bool:
    return piece.lower in groups("function_words.txt")["wh"]


def _asks_within(words: Sequence[Piece]) -> bool:
    """Whether a question begins here, with its preposition ("in which year")."""
    if not words:
        return False
    prepositions = groups("function_words.txt")["preposition"]
    return _asks(words[0]) or (words[0].lower in prepositions and len(words) > 1 and _asks(words[1]))


def word_kind(piece: Piece) -> str | None:
    """A narrow class within which one word can take another's place."""
    lists = groups("function_words.txt")
    word = piece.lower
    for name in ("weekday", "month", "number"):
        if word in lists[name]:
            return name
    if piece.text[0].isdigit():
        return "number"
    if word in vocabulary().function_words or not piece.is_word:
        return None
    if piece.text[0].isupper() or vocabulary().proper(word):
        return "name"
    return "verb" if word.endswith(("ing", "ed")) else "noun" if vocabulary().is_a("n", word) else None


def _run_start(pieces: Sequence[Piece], first: int, last: int) -> int:
    """The first of the neighbouring words of the same kind: both words of a name, all of "two thirty"."""
    kind, start = word_kind(pieces[last]), last
    if kind in {"name", "number"}:
        while start > first and word_kind(pieces[start - 1]) == kind:
            start -= 1
    return start
