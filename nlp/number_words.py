"""Numbers in words -> decimals: "two and a half", "twenty-five", "one hundred and twenty", "half a million".

Knows number words; no text around them. Exact: decimals, no floats.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

_SCALES: Mapping[str, int] = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_UNITS: Mapping[str, int] = {
    word: value
    for value, word in enumerate(
        (
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
            "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        )
    )
}  # fmt: skip
_TENS: Mapping[str, int] = {
    word: 10 * value for value, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
}
_ONE = "|".join([*_UNITS, *_TENS, *_SCALES, "dozen"])
PATTERN = (
    rf"(?:(?:a|half a)[ -](?=dozen|hundred|thousand|million|billion))?"
    rf"(?:{_ONE})(?:(?:[ -]|[ ]and[ ])(?:{_ONE})){{0,8}}(?:[ ]and[ ]a[ ](?:half|quarter))?"
)

_NUMERAL = re.compile(
    r"\b(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?\b",
    re.IGNORECASE,
)


def numeral(words: str) -> str | None:
    """The first number in them, in digits or spelled out."""
    found = _NUMERAL.search(words)
    return found[0] if found else None


def number_of(phrase: str) -> Decimal | None:
    """The number that `phrase` (a match of PATTERN) says; None where its words make none ("nine eleven", "two three")."""
    words = [w for w in re.split(r"[ -]+", phrase.lower()) if w not in {"and", "a"}]
    if not words:
        return None
    factor = Decimal(1)
    if words[0] == "half":
        factor, words = Decimal("0.5"), words[1:]
        if not words:
            return factor
    extra = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}.get(words[-1], Decimal(0))
    whole = _whole(words[:-1] if extra else words)
    return None if whole is None else whole * factor + extra


def _whole(words: Sequence[str]) -> Decimal | None:
    total, current, last = 0, 0, 1_000_000_000_000
    seen = False
    for word in words:
        if word in _SCALES or word == "dozen":
            scale = _SCALES.get(word, 12)
            current = (current or 1) * scale
            if scale >= 1000:
                total, current = total + current, 0
            last = scale
        else:
            value = _UNITS.get(word, _TENS.get(word))
            if value is None or not _may_follow(value, last, seen):
                return None
            current += value
            last = value if value >= 20 else 1
        seen = True
    return Decimal(total + current)


def _may_follow(value: int, last: int, seen: bool) -> bool:
    """Whether a number below a hundred can stand after what was said: "twenty five", "hundred ten", not "five twenty"."""
    if not seen:
        return True
    return value < 10 if 20 <= last < 100 else last >= 100
