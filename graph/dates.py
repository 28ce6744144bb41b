"""ISO 8601 values as people write them in a sentence. Pure; the zone is the one in the value."""

from datetime import date, datetime

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def spoken(value: str) -> str:
    """ "2026-03-06T15:00:00-06:00" -> "Friday, March 6 at 3 pm"; "2026-03" -> "March 2026"; an interval -> "X to Y"; else ""."""
    if "/" in value:
        start, _, end = value.partition("/")
        one, other = spoken(start), spoken(end)
        if start[:4] != end[:4] and "-" in start and "-" in end:
            one, other = (f"{said}, {value[:4]}" if value[:4] not in said else said for said, value in ((one, start), (other, end)))
        return f"{one} to {other}" if one and other else one or other
    try:
        if "T" in value:
            return _instant(datetime.fromisoformat(value))
        parts = [int(p) for p in value.split("-")]
    except ValueError:
        return ""
    if len(parts) == 3:
        return _day(date(*parts))
    if len(parts) == 2 and 1 <= parts[1] <= 12:
        return f"{_MONTHS[parts[1] - 1]} {parts[0]}"
    return value if len(parts) == 1 else ""


def _day(day: date) -> str:
    return f"{_DAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}"


def _instant(instant: datetime) -> str:
    hour, half = instant.hour % 12 or 12, "am" if instant.hour < 12 else "pm"
    clock = (
        "noon"
        if (instant.hour, instant.minute) == (12, 0)
        else f"{hour}:{instant.minute:02d} {half}"
        if instant.minute
        else f"{hour} {half}"
    )
    return f"{_day(instant.date())} at {clock}"
