"""Values as people write and say them in the US: days, times, money, phones, numbers.

Knows formats; not what a value is for.
"""

import re
from datetime import date, datetime, time
from typing import Any, cast

import phonenumbers

from agent.slot_times import parts

_BELOW_TWENTY = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen"""
_SMALL = _BELOW_TWENTY.split()
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_CURRENCIES = {"USD": "dollars", "EUR": "euros", "GBP": "pounds"}
_PHONE = re.compile(r"\+\d{8,15}\b|\(\d{3}\) ?\d{3}-\d{4}|\b\d{3}-\d{3}-\d{4}\b")
_CLOCK = re.compile(r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b\.?", re.IGNORECASE)
_MONEY = re.compile(r"(?P<sign>[$€£])(?P<amount>\d[\d,]*(?:\.\d+)?)(?P<scale>k\b)?")
_ORDINAL = re.compile(r"\b(?P<number>\d{1,3})(?:st|nd|rd|th)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.:/-])(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?(?![\w/:-]|\.\d)")
_SYMBOLS = (
    ("&", " and "),
    ("%", " percent"),
    ("@", " at "),
    ("#", " number "),
    ("+", " plus "),
    ("=", " equals "),
    ("–", " to "),
    ("—", ", "),
)


def words(number: int) -> str:
    """A whole number from 0 to 999,999,999 in words; a larger one digit by digit."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_SMALL[number % 10]}" if number % 10 else "")
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if size <= number < 1_000_000_000:
            rest = number % size
            return f"{words(number // size)} {name}" + (f" {words(rest)}" if rest else "")
    return " ".join(_SMALL[int(d)] for d in str(number))


def ordinal(number: int) -> str:
    """1 -> first, 22 -> twenty-second."""
    said = words(number)
    head, dash, last = said.rpartition("-") if "-" in said else said.rpartition(" ")
    last = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return head + dash + last


def day(value: date, today: date, *, voice: bool) -> str:
    """Friday, March 6; with the year where it is another than today's and half a year or more away."""
    named = f"{value:%A}, {value:%B} " + (ordinal(value.day) if voice else str(value.day))
    far = value.year != today.year and abs((value - today).days) > 180
    return f"{named}, {year(value.year) if voice else value.year}" if far else named


def year(number: int) -> str:
    """2019 -> twenty nineteen, 2005 -> two thousand five."""
    if not 1100 <= number <= 2099 or 2000 <= number <= 2009:
        return words(number)
    century, rest = divmod(number, 100)
    return f"{words(century)} {'hundred' if rest == 0 else 'oh ' + words(rest) if rest < 10 else words(rest)}"


def clock(value: time, *, voice: bool) -> str:
    """3 pm, 3:30 pm, noon; by voice three p.m., three thirty p.m."""
    if (value.hour, value.minute) == (12, 0):
        return "noon"
    hour, half = (value.hour - 1) % 12 + 1, "pm" if value.hour >= 12 else "am"
    if not voice:
        return f"{hour}:{value.minute:02} {half}" if value.minute else f"{hour} {half}"
    minute = "" if not value.minute else f" oh {words(value.minute)}" if value.minute < 10 else f" {words(value.minute)}"
    return f"{words(hour)}{minute} {half[0]}.m."


def instant(value: str, today: date, *, voice: bool) -> str:
    """An ISO day, date-time or partial `T15:00` as said; other text as it is."""
    on, at = parts(value)
    said = [day(on, today, voice=voice)] if on else []
    said += [clock(at, voice=voice)] if at else []
    return " at ".join(said) or value


def money(amount: float, currency: str, *, voice: bool) -> str:
    whole = int(amount)
    cents = round((amount - whole) * 100)
    if voice:
        name = _CURRENCIES.get(currency, currency)
        return f"{words(whole)} {name[:-1] if whole == 1 and name.endswith('s') else name}" + (
            f" and {words(cents)} cents" if cents else ""
        )
    figure = f"{whole:,}.{cents:02}" if cents else f"{whole:,}"
    return _SIGNS[currency] + figure if currency in _SIGNS else f"{figure} {currency}"


def phone(value: str, country: str, *, voice: bool) -> str:
    """512-555-0142 at home, +44 20 … abroad; by voice digit by digit in groups."""
    try:
        number = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        return value
    home = phonenumbers.region_code_for_number(number) in (country, None) or number.country_code == 1
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    groups = re.findall(r"\d+", phonenumbers.format_number(number, style))
    return ", ".join(" ".join(_SMALL[int(d)] for d in group) for group in groups) if voice else "-".join(groups)


def slot_value(value: Any, today: date, country: str, *, voice: bool) -> str:
    """A slot's value in any of the contract's formats."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return words(int(value)) if voice and value == int(value) else f"{value:g}"
    if isinstance(value, dict):
        amount = cast(dict[str, Any], value)
        return money(float(amount["amount"]), str(amount["currency"]), voice=voice)
    text = str(value)
    if re.fullmatch(r"\+\d{8,15}", text):
        return phone(text, country, voice=voice)
    return instant(text, today, voice=voice) if re.match(r"\d{4}-\d\d-\d\d|T\d\d:\d\d", text) else text


def speakable(text: str, country: str) -> str:
    """Plain text without symbols or figures: what a voice can read out as it stands."""
    text = re.sub(r"[*_`~^|<>\[\]{}]|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F]", "", text)
    text = re.sub(r"https?://\S+", "our website", text)
    text = _PHONE.sub(lambda m: phone(m[0], country, voice=True), text)
    text = _CLOCK.sub(_said_clock, text)
    text = _MONEY.sub(_said_money, text)
    text = _ORDINAL.sub(lambda m: ordinal(int(m["number"])), text)
    text = _NUMBER.sub(_said_number, text)
    for symbol, said in _SYMBOLS:
        text = text.replace(symbol, said)
    text = re.sub(r"\s*[()]\s*", ", ", text.replace(".m..", ".m."))
    text = re.sub(r"\s+([,.!?;:])", r"\1", re.sub(r"\s+", " ", text))
    return re.sub(r",\s*([,.!?])", r"\1", text).strip(" ,")


def _said_clock(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if not 1 <= hour <= 12 or minute > 59:
        return match[0]
    return clock(time(hour % 12 + (12 if match["half"].lower() == "p" else 0), minute), voice=True)


def _said_money(match: re.Match[str]) -> str:
    amount = float(match["amount"].replace(",", "")) * (1000 if match["scale"] else 1)
    currency = next(code for code, sign in _SIGNS.items() if sign == match["sign"])
    return money(amount, currency, voice=True)


def _said_number(match: re.Match[str]) -> str:
    plain = match["number"].replace(",", "")
    if match["fraction"]:
        return f"{words(int(plain))} point " + " ".join(_SMALL[int(d)] for d in match["fraction"][1:])
    if plain.startswith("0") or len(plain) > 9 or (len(plain) >= 5 and "," not in match["number"]):
        return " ".join(_SMALL[int(d)] for d in plain)  # a code or a zip: digit by digit
    number = int(plain)
    return year(number) if len(plain) == 4 and "," not in match["number"] and 1900 <= number <= 2099 else words(number)


def local_today(at: datetime, zone: Any) -> date:
    """The business's day at an instant."""
    return at.astimezone(zone).date()
