"""Values that a text spells out: phones, emails, money, numbers, codes, addresses.

Knows text and a country; no customer, no clock: times are read elsewhere, and where both find something the time is right.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import TypedDict

import phonenumbers

from nlp.number_words import PATTERN as NUMBER_WORDS
from nlp.number_words import number_of
from nlp.types import Span, Token
from nlp.wordlists import words

# Of readings of one length, the one that stands first here is taken.
_SPECIFIC = ("url", "email", "code", "address", "phone", "money", "percent", "measure", "zip", "digits", "year", "number")
_FREE = r"(?<![\w.,:/$€£#'-])"  # nothing of the same number before
_END = r"(?![\w:/]|[.,-]\d)"  # nor after
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PHONE_DIGITS = range(10, 16)
_LOCAL_PHONE = re.compile(rf"{_FREE}\d{{3}}[-.]\d{{4}}{_END}")


@dataclass(frozen=True, slots=True)
class Value:
    """`value`: normalised: E.164 phone, "120 USD", plain decimal number, "24000 miles", lower-case email, code without "#"."""

    span: Span
    kind: str  # phone, digits, email, url, money, number, percent, measure, code, address, zip, year
    value: str


class _Words(TypedDict):
    currency_signs: dict[str, str]
    currency_words: dict[str, str]
    country_currency: dict[str, str]
    dollar_countries: list[str]
    scales: dict[str, int]
    units: list[str]
    streets: list[str]
    not_in_street: list[str]
    code_words: list[str]
    unit_words: list[str]


@dataclass(frozen=True, slots=True)
class _Patterns:
    url: re.Pattern[str]
    email: re.Pattern[str]
    signed_money: re.Pattern[str]
    named_money: re.Pattern[str]
    scaled: re.Pattern[str]
    percent: re.Pattern[str]
    measure: re.Pattern[str]
    address: re.Pattern[str]
    code: re.Pattern[str]
    unit: re.Pattern[str]
    hash: re.Pattern[str]
    mixed: re.Pattern[str]
    zip: re.Pattern[str]
    ending: re.Pattern[str]
    year: re.Pattern[str]
    number: re.Pattern[str]


def find_values(text: str, tokens: Sequence[Token], country: str) -> tuple[Value, ...]:
    """In order, without overlaps; of two readings the longer wins, then the more specific."""
    found = [*_spelled(text), *_money(text, country), *_amounts(text, tokens), *_phones(text, country), *_codes(text), *_places(text)]
    taken: list[Value] = []
    covered = bytearray(len(text))
    for value in sorted(found, key=lambda v: (v.span.start - v.span.end, _SPECIFIC.index(v.kind), v.span.start)):
        if not any(covered[value.span.start : value.span.end]):
            covered[value.span.start : value.span.end] = b"\1" * (value.span.end - value.span.start)
            taken.append(value)
    return tuple(sorted(taken, key=lambda v: v.span))


@lru_cache
def _words() -> _Words:
    return json.loads(files("nlp").joinpath("data/values.json").read_text(encoding="utf-8"))


@lru_cache
def _patterns() -> _Patterns:
    lists = _words()
    number = rf"(?:{_DIGITS}|{NUMBER_WORDS})"
    scale = "|".join(sorted(lists["scales"], key=len, reverse=True))
    currency = "|".join(sorted(lists["currency_words"], key=len, reverse=True))
    units = "|".join(sorted(lists["units"], key=len, reverse=True))
    streets = "|".join(lists["streets"])
    code = "|".join(lists["code_words"])
    unit = "|".join(lists["unit_words"])
    makes = "|".join(sorted((re.escape(w).replace("_", " ") for w in words("vehicle_names.txt")), key=lambda w: (-len(w), w)))
    flags = re.IGNORECASE
    return _Patterns(
        url=re.compile(r"(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?')\]]", flags),
        email=re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", flags),
        signed_money=re.compile(rf"([$€£])\s?({_DIGITS})(?:\s?({scale})(?![\w]))?{_END}", flags),
        named_money=re.compile(rf"{_FREE}\b({number})(?:\s?({scale}))?\s({currency})\b", flags),
        scaled=re.compile(
            rf"{_FREE}({_DIGITS})\s?(k|m|mil|mill|grand|million|thousand)\b(?!\s(?:{units}|people|users|views|times)\b)", flags
        ),
        percent=re.compile(rf"{_FREE}\b({number})\s?(?:%|percent\b|per cent\b)", flags),
        measure=re.compile(rf"{_FREE}\b({number})(?:\s?(k|thousand|million))?[ -]?({units})\b", flags),
        address=re.compile(
            rf"{_FREE}(\d{{1,6}}[A-Za-z]?\s(?:(?:[NSEW]|north|south|east|west)\.?\s)?(?:[\w'.]+\s){{1,3}}?(?:{streets})\b\.?"
            rf"(?:,?\s(?:{unit}|#)\.?\s?#?\w*\d\w*|,?\s#\w+)?)"
            r"((?-i:(?:,|\sin)\s[A-Z][a-z]+(?:\s[A-Z][a-z]+)*(?:,\s[A-Z]{2}\b)?(?:\s\d{5}(?:-\d{4})?)?)?)",
            flags,
        ),
        code=re.compile(
            rf"\b(?:{code})\b(?:\s(?:code|number|no|num|id|is|was|it's|for\s\w+)\b\.?|:|\s?#){{0,3}}\s?#?([\w-]*\d[\w-]*)(?![:/.]\d)", flags
        ),
        unit=re.compile(rf"\b(?:{unit})\b\.?(?:\s(?:number|no|is)\b\.?)?\s?#?(\d+[A-Za-z]?|[A-Za-z]-?\d+)(?![\w:/.])", flags),
        hash=re.compile(r"#([\w-]*\d[\w-]*)"),
        mixed=re.compile(r"(?<![\w-])(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d)([A-Z0-9]+(?:-[A-Z0-9]+)*)(?![\w])"),
        zip=re.compile(
            r"\b(?:zip(?:\s?code)?|postcode|postal code)(?:\s(?:is|was|it's))?:?\s(\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b",
            flags,
        ),
        ending=re.compile(
            r"\b(?:end(?:s|ing|ed)? (?:in|with)|last (?:four|4|three|3)(?: digits)?(?: (?:are|is|of it))?:?)\s(\d{2,6})\b", flags
        ),
        year=re.compile(
            rf"(?<![\w.,:/$€£#-])((?:19|20)\d\d(?=\s(?:[\w-]+\s)?(?:{makes})\b)"
            rf"|(?:'\d\d|0\d|(?<=\bmy )\d\d|(?<=\bour )\d\d)(?=\s(?:{makes})\b))",
            flags,
        ),
        number=re.compile(rf"{_FREE}\b({_DIGITS}|{NUMBER_WORDS})\b{_END}(?!%)", flags),
    )


def _plain(number: Decimal) -> str:
    text = format(number.normalize(), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decimal(text: str) -> Decimal | None:
    return Decimal(text.replace(",", "")) if text[0].isdigit() else number_of(text)


def _scaled(number: str, scale: str | None) -> str | None:
    value = _decimal(number)
    if value is None:
        return None
    return _plain(value * _words()["scales"][scale.lower()] if scale else value)


def _spelled(text: str) -> Iterator[Value]:
    patterns = _patterns()
    for kind, pattern in (("url", patterns.url), ("email", patterns.email)):
        for match in pattern.finditer(text):
            yield Value(Span(*match.span()), kind, match.group().lower() if kind == "email" else match.group())


def _money(text: str, country: str) -> Iterator[Value]:
    patterns, lists = _patterns(), _words()
    home = lists["country_currency"].get(country, "USD")
    dollar = home if country in lists["dollar_countries"] else "USD"
    for match in patterns.signed_money.finditer(text):
        sign, currency = match[1], lists["currency_signs"][match[1]]
        amount = _scaled(match[2], match[3])
        if amount is not None:
            yield Value(Span(*match.span()), "money", f"{amount} {dollar if sign == '$' else currency}")
    for match in patterns.named_money.finditer(text):
        amount, word = _scaled(match[1], match[2]), match[3].lower()
        if amount is not None:
            if word == "cents":
                amount = _plain(Decimal(amount) / 100)
            currency = lists["currency_words"][word]
            yield Value(Span(*match.span()), "money", f"{amount} {dollar if currency == 'USD' and word != 'usd' else currency}")
    for match in patterns.scaled.finditer(text):
        amount = _scaled(match[1], match[2])
        if amount is not None and not (match[2].lower() == "m" and match[2] == "m" and " " in match.group()):
            yield Value(Span(*match.span()), "money", f"{amount} {home}")


def _amounts(text: str, tokens: Sequence[Token]) -> Iterator[Value]:
    patterns = _patterns()
    pronouns = {t.span.start for t in tokens if t.lemma == "one" and t.pos != "NUM"}
    for match in patterns.percent.finditer(text):
        if (amount := _scaled(match[1], None)) is not None:
            yield Value(Span(*match.span()), "percent", f"{amount}%")
    for match in patterns.measure.finditer(text):
        if (amount := _scaled(match[1], match[2])) is not None:
            yield Value(Span(*match.span()), "measure", f"{amount} {match[3].lower()}")
    for match in patterns.number.finditer(text):
        amount = _scaled(match[1], None)
        if amount is not None and match.start() not in pronouns:
            yield Value(Span(*match.span(1)), "number", amount)
    for match in patterns.year.finditer(text):
        yield Value(Span(*match.span(1)), "year", _year(match[1]))


def _year(text: str) -> str:
    """Two digits are of this century up to 49, else of the last."""
    digits = text.lstrip("'")
    if len(digits) == 4:
        return digits
    return f"20{digits}" if int(digits) < 50 else f"19{digits}"


def _phones(text: str, country: str) -> Iterator[Value]:
    if not any(c.isdigit() for c in text):
        return
    for match in phonenumbers.PhoneNumberMatcher(text, country, leniency=phonenumbers.Leniency.POSSIBLE, max_tries=1000):
        digits = sum(c.isdigit() for c in match.raw_string)
        if digits in _PHONE_DIGITS or match.raw_string.startswith("+"):
            number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            yield Value(Span(match.start, match.end), "phone", number)
    for match in _LOCAL_PHONE.finditer(text):
        yield Value(Span(*match.span()), "digits", re.sub(r"\D", "", match.group()))
    for match in _patterns().ending.finditer(text):
        yield Value(Span(*match.span(1)), "digits", match[1])


def _codes(text: str) -> Iterator[Value]:
    patterns = _patterns()
    for match in patterns.code.finditer(text):
        if len(match[1].strip("-")) > 2:
            yield _code(text, Span(*match.span(1)), match[1])
    for match in patterns.unit.finditer(text):
        yield _code(text, Span(*match.span(1)), match[1].upper())
    for match in patterns.hash.finditer(text):
        yield Value(Span(*match.span()), "code", match[1])
    for match in patterns.mixed.finditer(text):
        if len(match[1]) > 2 and not re.fullmatch(r"\d+(?:AM|PM|K|M|ST|ND|RD|TH|S|X|D|HR|HRS|MIN)|[A-Z]\d", match[1]):
            yield Value(Span(*match.span()), "code", match[1])


def _code(text: str, span: Span, value: str) -> Value:
    """With the "#" before it."""
    start = span.start - 1 if span.start and text[span.start - 1] == "#" else span.start
    return Value(Span(start, span.end), "code", value)


def _places(text: str) -> Iterator[Value]:
    patterns, barred = _patterns(), frozenset(_words()["not_in_street"])
    for match in patterns.address.finditer(text):
        street = match[1].lower().split()
        if not barred & set(street[1:-1]):
            end = match.end() - _ends_sentence(text, match)
            yield Value(Span(match.start(), end), "address", " ".join(text[match.start() : end].split()))
    for match in patterns.zip.finditer(text):
        yield Value(Span(*match.span(1)), "zip", match[1].upper())


def _ends_sentence(text: str, address: re.Match[str]) -> bool:
    """Whether the full stop after a street written out is the sentence's, and not that of "St."."""
    word = address[0].rsplit(maxsplit=1)[-1]
    return word.endswith(".") and len(word) > 5 and not text[address.end() : address.end() + 1].isalnum()
