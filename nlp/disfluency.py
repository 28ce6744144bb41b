"""What fluent writing leaves out of speech: fillers, stutters and false starts that were put right at once.

Knows words and their order; no parse. The words that stay keep their places.
"""

from collections.abc import Sequence
from itertools import pairwise

from nlp.asides import without_asides
from nlp.pieces import Piece
from nlp.repair_pointer import SlipFinder, without_slips
from nlp.repairs import repair
from nlp.vocabulary import vocabulary
from nlp.wordlists import groups

_TWICE_IS_RIGHT = frozenset(
    {"very", "really", "so", "had", "that", "no", "yes", "bye", "ha", "knock", "ok", "okay", "now", "there", "please", "well"}
)


def smooth(pieces: Sequence[Piece], slips: SlipFinder | None = None) -> list[Piece]:
    """Without slips, fillers and asides; the repairs first need the fillers that mark them."""
    spoken = without_stutters(list(pieces))
    pointed = without_slips(spoken, slips) if slips is not None else spoken
    return without_stutters(without_asides(without_fillers(repair(pointed))))


def without_fillers(pieces: Sequence[Piece]) -> list[Piece]:
    """ "um", "uh", "you know", "i mean" and "like" where they say nothing, each with the commas that set it off."""
    pieces, found = list(pieces), list[Piece]()
    i = 0
    while i < len(pieces):
        length = _filler(pieces, i)
        if not length:
            found.append(pieces[i])
            i += 1
            continue
        first, i = i, i + length
        if i < len(pieces) and pieces[i].text in {",", "...", "…"} and (not found or found[-1].is_stop or _runs_on(found, pieces, i)):
            i += 1
        if i >= len(pieces):
            continue
        if pieces[first].text[0].isupper() and (not found or found[-1].ends_sentence):
            pieces[i] = pieces[i].capitalised()
        if found and found[-1].text == "," and pieces[i - 1].text == "," and pieces[i].is_word and first + length < i:
            found.pop()
    return found


def _filler(pieces: Sequence[Piece], i: int) -> int:
    """How many pieces from `i` are a filler; 0 for none."""
    lists = groups("fillers.txt")
    word = pieces[i].lower
    before = pieces[i - 1].lower if i else ""
    after = pieces[i + 1].lower if i + 1 < len(pieces) else ""
    alone = len(pieces) <= 2
    if word in lists["sound"] and not alone and (after != "-" or pieces[i + 1].spaced) and not (pieces[i].text.isupper() and len(word) > 1):
        return 1
    if word == "like" and ((before in lists["before_like"] and after in lists["after_like"]) or (before == after == ",")):
        return 1
    pair = (word, after)
    last = pieces[i + 2].lower if i + 2 < len(pieces) else ""
    if pair == ("you", "know") and (before in {",", ""} or last == ",") and last in {",", "", "."} and len(pieces) > 4:
        return 2
    if pair == ("i", "mean") and (before in {"", ",", "."} and last == ","):
        return 2
    return 0


def _runs_on(found: Sequence[Piece], pieces: Sequence[Piece], i: int) -> bool:
    """Whether the comma after a filler belonged to it: "the, uh, the" has one before, too."""
    return found[-1].text == "," or i + 1 >= len(pieces)


def without_stutters(pieces: Sequence[Piece]) -> list[Piece]:
    """ "my my daughter", "at at", "can you can you": the first of two equal runs of one to three words goes, unless it may be meant."""
    found = _without_cut_off(pieces)
    for length in (3, 2, 1):
        found = _without_repeats(found, length)
    return found


def _without_repeats(pieces: list[Piece], length: int) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        found.append(piece)
        again = found[-length:]
        for gap in (0, 1):
            before = found[-2 * length - gap : -length - gap] if len(found) >= 2 * length + gap else []
            between = found[-length - gap : -length]
            if before and _same(before, again) and all(_skipped(p) for p in between) and _stutters(again):
                del found[-length - gap - length :]
                found.extend([again[0].reading(before[0].text), *again[1:]])
                break
    return found


def _skipped(piece: Piece) -> bool:
    return piece.text == "," or piece.lower in groups("fillers.txt")["sound"]


def _same(one: Sequence[Piece], other: Sequence[Piece]) -> bool:
    return [p.lower for p in one] == [p.lower for p in other] and all(p.is_word and p.spaced for p in other)


def _stutters(words: Sequence[Piece]) -> bool:
    """Whether a repetition of these can hardly be meant: not digits read out, not letters, not emphasis, not names."""
    if len(words) > 1:
        closed = vocabulary().function_words
        return any(w.lower in closed for w in words) and not _read_out(words)
    word = words[0].lower
    emphasis = word in _TWICE_IS_RIGHT or vocabulary().is_a("r", word) or word.endswith("er")
    return not emphasis and not _read_out(words) and (word in vocabulary().function_words or not words[0].text[0].isupper())


def _read_out(words: Sequence[Piece]) -> bool:
    numbers = groups("function_words.txt")["number"]
    return any(w.lower in numbers or w.lower == "oh" or (len(w.text) == 1 and w.lower not in {"i", "a"}) for w in words)


def _without_cut_off(pieces: Sequence[Piece]) -> list[Piece]:
    """ "I nee- I need", "Fr- France": a word cut off by a hyphen goes when a longer one that begins so follows."""
    cut: set[int] = set()
    for i, (piece, hyphen) in enumerate(pairwise(pieces)):
        if hyphen.text in {"-", "–", "—"} and not hyphen.spaced and piece.is_word and i + 2 < len(pieces) and pieces[i + 2].spaced:
            nearby = [p.lower for p in pieces[i + 2 : i + 5]]
            if any(word.startswith(piece.lower) and word != piece.lower for word in nearby):
                cut |= {i, i + 1}
    return [p for i, p in enumerate(pieces) if i not in cut]
