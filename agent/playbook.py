"""What a business says, sells and is after: the playbook, from YAML, checked whole when it is loaded.

Knows the shape of a playbook; knows none of the words that stand in one, and nothing of conversations.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, cast, get_args
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers

from agent.playbook_yaml import Place, PlaybookError, Scalar, read_yaml

__all__ = ["Playbook", "PlaybookError", "Playbooks", "load_playbook", "load_playbooks"]

SlotType = Literal[
    "text", "person", "phone", "email", "datetime", "date", "number", "money", "yes_no", "choice", "place", "tell"
]  # fmt: skip
SHIPPED = Path(__file__).parent / "playbooks" / "default.yaml"
CONFIRM = "confirm"  # what a goal awaits that has all it needs; no slot may be called so
_TEMPLATE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Price:
    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Business:
    name: str
    timezone: str = "UTC"  # IANA
    country: str = "US"  # ISO 3166 alpha-2: for phone numbers and the order of dates
    currency: str = "USD"  # ISO 4217

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Knowledge:
    ask: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Service:
    """An entry of a list in the catalog; what a `choice` chooses from."""

    name: str
    also: tuple[str, ...] = ()
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """condition: (slot, value) pairs that must all hold. options: of a choice. offer: texts named in the question."""

    name: str
    type: SlotType
    ask: str = ""
    say: str = ""
    optional: bool = False
    known: bool = False
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    condition: tuple[tuple[str, Scalar], ...] = ()
    options: tuple[Service, ...] = ()
    offer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoalSpec:
    name: str
    title: str
    start: tuple[str, ...]
    slots: tuple[SlotSpec, ...]
    done: str
    confirm: str | None = None
    webhook: str | None = None

    def slot(self, name: str) -> SlotSpec:
        return next(s for s in self.slots if s.name == name)


@dataclass(frozen=True, slots=True)
class Objection:
    name: str
    hear: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Handoff:
    after: int = 3  # turns in a row that could not be understood
    say: str = "Let me bring in a colleague."


@dataclass(frozen=True, slots=True)
class Playbook:
    """digest: of the file's text, 16 hexadecimal digits; what a turn's `versions` record."""

    business: Business
    knowledge: tuple[Knowledge, ...] = ()
    catalog: Mapping[str, tuple[Service, ...]] | None = None
    goals: tuple[GoalSpec, ...] = ()
    objections: tuple[Objection, ...] = ()
    handoff: Handoff = Handoff()
    digest: str = ""

    def goal(self, name: str) -> GoalSpec | None:
        """None for the name of a goal that an older playbook had."""
        return next((g for g in self.goals if g.name == name), None)


@dataclass(frozen=True, slots=True)
class Playbooks:
    """One playbook for every tenant, or one each."""

    by_tenant: Mapping[str, Playbook]
    shared: Playbook | None = None

    def of(self, tenant: str) -> Playbook:
        """Raises KeyError, which names the tenant and the remedy, where a folder of playbooks has none for it."""
        found = self.by_tenant.get(tenant, self.shared)
        if found is None:
            raise KeyError(f"no playbook for tenant {tenant!r}; put {tenant}.yaml into the folder that THROUGHLINE_PLAYBOOK names")
        return found


def load_playbooks(path: Path) -> Playbooks:
    """A file serves every tenant; a folder holds one TENANT.yaml each. Raises PlaybookError."""
    if not path.is_dir():
        return Playbooks(by_tenant={}, shared=load_playbook(path))
    files = sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml"))
    if not files:
        raise PlaybookError(path, 0, "", "a TENANT.yaml in the folder", "none")
    return Playbooks(by_tenant={file.stem: load_playbook(file) for file in files})


def load_playbook(path: Path) -> Playbook:
    """Raises PlaybookError with the file, the line, the path within it, what was expected and what stands there."""
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlaybookError(path, 0, "", "a readable YAML file in UTF-8", str(error)) from error
    return parse_playbook(content, path)


def parse_playbook(content: str, file: Path = Path("playbook.yaml")) -> Playbook:
    """The playbook that a YAML text describes; `file` is only for messages."""
    top = read_yaml(file, content).fields(["business"], ["knowledge", "catalog", "goals", "objections", "handoff"])
    catalog = {name: _services(place) for name, place in top["catalog"].mapping().items()} if "catalog" in top else {}
    return Playbook(
        business=_business(top["business"]),
        knowledge=tuple(_knowledge(p) for p in top["knowledge"].entries()) if "knowledge" in top else (),
        catalog=catalog,
        goals=tuple(_goal(name, p, catalog) for name, p in top["goals"].mapping().items()) if "goals" in top else (),
        objections=tuple(_objection(n, p) for n, p in top["objections"].mapping().items()) if "objections" in top else (),
        handoff=_handoff(top["handoff"]) if "handoff" in top else Handoff(),
        digest=hashlib.sha256(content.encode()).hexdigest()[:16],
    )


def _business(place: Place) -> Business:
    fields = place.fields(["name"], ["timezone", "country", "currency"])
    given = {key: field.text() for key, field in fields.items()}
    if "timezone" in given and given["timezone"] not in available_timezones():
        raise fields["timezone"].error("an IANA time zone such as America/Chicago")
    if "country" in given and given["country"] not in phonenumbers.SUPPORTED_REGIONS:
        raise fields["country"].error("a country as two capitals, such as US")
    if "currency" in given and not re.fullmatch(r"[A-Z]{3}", given["currency"]):
        raise fields["currency"].error("a currency as three capitals, such as USD")
    return Business(**given)


def _knowledge(place: Place) -> Knowledge:
    fields = place.fields(["ask", "say"])
    return Knowledge(fields["ask"].some_texts(), fields["say"].text())


def _services(place: Place) -> tuple[Service, ...]:
    found: list[Service] = []
    for entry in place.entries():
        fields = entry.fields(["name"], ["also", "price"])
        also = fields["also"].texts() if "also" in fields else ()
        found.append(Service(fields["name"].text(), also, _price(fields["price"]) if "price" in fields else None))
        if len({s.name.casefold() for s in found}) < len(found):
            raise fields["name"].error("a name that no other entry has")
    return tuple(found)


def _price(place: Place) -> Price:
    parts = place.text().split()
    try:
        if len(parts) == 2 and re.fullmatch(r"[A-Z]{3}", parts[1]):
            return Price(float(Decimal(parts[0])), parts[1])
    except InvalidOperation:
        pass
    raise place.error("an amount and a currency, such as 120 USD")


def _objection(name: str, place: Place) -> Objection:
    fields = place.fields(["hear", "say"])
    return Objection(name, fields["hear"].some_texts(), fields["say"].text())


def _handoff(place: Place) -> Handoff:
    fields = place.fields([], ["after", "say"])
    base = Handoff()
    return Handoff(
        fields["after"].count() if "after" in fields else base.after,
        fields["say"].text() if "say" in fields else base.say,
    )


def _goal(name: str, place: Place, catalog: Mapping[str, tuple[Service, ...]]) -> GoalSpec:
    fields = place.fields(["start", "slots", "done"], ["title", "confirm", "webhook"])
    places = fields["slots"].mapping()
    slots = tuple(_slot(slot, p, catalog) for slot, p in places.items())
    _check_conditions(slots, places)
    for key in ("confirm", "done"):
        if key in fields:
            _check_template(fields[key], {s.name for s in slots if s.type != "tell"})
    webhook = fields["webhook"].text() if "webhook" in fields else None
    if webhook is not None and not re.match(r"https?://\S+$", webhook):
        raise fields["webhook"].error("an http or https URL")
    return GoalSpec(
        name=name,
        title=fields["title"].text() if "title" in fields else name.replace("_", " "),
        start=fields["start"].some_texts(),
        slots=slots,
        done=fields["done"].text(),
        confirm=fields["confirm"].text() if "confirm" in fields else None,
        webhook=webhook,
    )


def _slot(name: str, place: Place, catalog: Mapping[str, tuple[Service, ...]]) -> SlotSpec:
    fields = place.fields(["type"], ["ask", "say", "optional", "known", "like", "unlike", "if", "from", "offer"])
    if name == CONFIRM:
        raise place.error("another name for the slot", f"{CONFIRM!r}, which stands for the confirmation")
    kind = fields["type"].text()
    if kind not in get_args(SlotType):
        raise fields["type"].error("one of " + ", ".join(get_args(SlotType)))
    optional = fields["optional"].flag() if "optional" in fields else False
    need = "say" if kind == "tell" else None if optional else "ask"
    if need and need not in fields:
        raise place.error(f"the key {need!r} (a slot of type {kind} needs it)", "none")
    if kind == "choice" and "from" not in fields:
        raise place.error("the key 'from', naming a list of the catalog", "none")
    return SlotSpec(
        name=name,
        type=cast(SlotType, kind),
        ask=fields["ask"].text() if "ask" in fields else "",
        say=fields["say"].text() if "say" in fields else "",
        optional=optional,
        known=fields["known"].flag() if "known" in fields else False,
        like=fields["like"].texts() if "like" in fields else (),
        unlike=fields["unlike"].texts() if "unlike" in fields else (),
        condition=tuple((other, p.scalar()) for other, p in fields["if"].mapping().items()) if "if" in fields else (),
        options=_options(fields["from"], catalog) if "from" in fields else (),
        offer=fields["offer"].texts() if "offer" in fields else (),
    )


def _options(place: Place, catalog: Mapping[str, tuple[Service, ...]]) -> tuple[Service, ...]:
    name = place.text()
    if not catalog.get(name):
        raise place.error("the name of a list of the catalog" + (" (" + ", ".join(catalog) + ")" if catalog else "; there is none"))
    return catalog[name]


def _check_conditions(slots: tuple[SlotSpec, ...], places: Mapping[str, Place]) -> None:
    """A condition names a slot that stands before its own, with a value that this slot can hold."""
    before: dict[str, SlotSpec] = {}
    for slot in slots:
        for other, value in slot.condition:
            place = places[slot.name].mapping()["if"].mapping()[other]
            if other not in before:
                raise place.error("a slot that stands before this one (" + ", ".join(before) + ")", repr(other))
            asked = before[other]
            if asked.type == "yes_no" and not isinstance(value, bool):
                raise place.error(f"true or false, since {other} is a yes_no")
            if asked.type == "choice" and value not in [o.name for o in asked.options]:
                raise place.error("one of " + ", ".join(o.name for o in asked.options))
        before[slot.name] = slot


def _check_template(place: Place, names: set[str]) -> None:
    for name in _TEMPLATE.findall(place.text()):
        if name not in names:
            raise place.error("only slots of this goal in braces (" + ", ".join(sorted(names)) + ")", f"{{{name}}}")
