"""A playbook is read whole or refused at the place that is wrong."""

from pathlib import Path

import pytest

from agent.playbook import SHIPPED, Price, load_playbook, load_playbooks, parse_playbook
from agent.playbook_yaml import PlaybookError

_GOOD = """
business: {name: Paws Inn, timezone: America/New_York, country: US, currency: USD}
knowledge:
  - ask: ["Do you take cats?"]
    say: "Cats and dogs."
catalog:
  rooms:
    - {name: den, also: [small room, no], price: 40 USD}
    - {name: suite, price: 75.50 USD}
goals:
  stay:
    start: ["I need to board my dog"]
    slots:
      room: {type: choice, from: rooms, ask: "Which room?"}
      vaccinated: {type: yes_no, ask: "Are the shots up to date?", like: ["all done"], unlike: ["still missing one"]}
      vet: {type: text, ask: "Who is the vet?", if: {vaccinated: true, room: suite}, like: [on]}
      rules: {type: tell, say: "Bring a blanket."}
    confirm: "A {room} with {vet}?"
    done: "See you soon."
objections:
  price: {hear: ["too much"], say: "We hear you."}
handoff: {after: 2, say: "One moment."}
"""


def test_everything_is_read() -> None:
    book = parse_playbook(_GOOD)
    [goal] = book.goals
    assert book.business.zone.key == "America/New_York"
    assert [s.name for s in goal.slots] == ["room", "vaccinated", "vet", "rules"]
    assert goal.slot("room").options[1].price == Price(75.5, "USD")
    assert goal.slot("vet").condition == (("vaccinated", True), ("room", "suite"))
    assert goal.title == "stay"
    assert book.handoff.after == 2
    assert len(book.digest) == 16


def test_plain_scalars_are_those_of_yaml_1_2() -> None:
    book = parse_playbook(_GOOD)
    assert book.goals[0].slot("room").options[0].also == ("small room", "no")
    assert book.goals[0].slot("vet").like == ("on",)


def test_the_shipped_one_is_sound() -> None:
    assert load_playbook(SHIPPED).goals


_BROKEN = [
    ("business: {name: X}\ngoal: {}", "goal", "goals"),
    ("goals: {}", "", "business"),
    ("business: {name: X, timezone: Chicago}", "business.timezone", "IANA"),
    ("business: {name: X, country: Texas}", "business.country", "two capitals"),
    ("business: {name: 12}", "business.name", "text"),
    ("business: {name: X}\nknowledge: [{ask: [], say: y}]", "knowledge[0].ask", "at least one"),
    ("business: {name: X}\nknowledge: [{ask: [hours]}]", "knowledge[0]", "'say'"),
    ("business: {name: X}\ncatalog: {a: [{name: b, price: 12}]}", "catalog.a[0].price", "text"),
    ("business: {name: X}\ncatalog: {a: [{name: b, price: cheap}]}", "catalog.a[0].price", "120 USD"),
    ("business: {name: X}\nhandoff: {after: 0}", "handoff.after", "from 1"),
    ("business: {name: X}\nhandoff: {after: true}", "handoff.after", "from 1"),
    ("business: {name: X}\nbusiness: {name: Y}", "business", "once"),
    ("", "", "business"),
    ("a: [", "", "YAML"),
]


@pytest.mark.parametrize(("content", "where", "expected"), _BROKEN)
def test_what_is_wrong_is_pointed_at(content: str, where: str, expected: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(content, Path("shop.yaml"))
    assert caught.value.where == where
    assert expected in str(caught.value)
    assert "shop.yaml" in str(caught.value)


_BROKEN_GOALS = [
    ("{slots: {}, done: ok}", "goals.g", "'start'"),
    ("{start: [a], slots: {x: {type: texts, ask: q}}, done: ok}", "goals.g.slots.x.type", "one of"),
    ("{start: [a], slots: {x: {type: text}}, done: ok}", "goals.g.slots.x", "'ask'"),
    ("{start: [a], slots: {x: {type: tell}}, done: ok}", "goals.g.slots.x", "'say'"),
    ("{start: [a], slots: {x: {type: choice, ask: q}}, done: ok}", "goals.g.slots.x", "'from'"),
    ("{start: [a], slots: {x: {type: choice, ask: q, from: z}}, done: ok}", "goals.g.slots.x.from", "catalog"),
    ("{start: [a], slots: {x: {type: text, ask: q, optional: maybe}}, done: ok}", "goals.g.slots.x.optional", "true or false"),
    ("{start: [a], slots: {x: {type: text, ask: q, if: {y: true}}}, done: ok}", "goals.g.slots.x.if.y", "before"),
    ("{start: [a], slots: {y: {type: yes_no, ask: q}, x: {type: text, ask: q, if: {y: no}}}, done: k}", "goals.g.slots.x.if.y", "true"),
    ("{start: [a], slots: {confirm: {type: text, ask: q}}, done: ok}", "goals.g.slots.confirm", "another name"),
    ("{start: [a], slots: {x: {type: text, ask: q}}, done: 'ok {z}'}", "goals.g.done", "braces"),
    ("{start: [a], slots: {x: {type: text, ask: q}}, done: ok, webhook: ftp}", "goals.g.webhook", "URL"),
    ("{start: [a], slots: [x], done: ok}", "goals.g.slots", "a mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("goal", "where", "expected"), _BROKEN_GOALS)
def test_what_is_wrong_in_a_goal_is_pointed_at(goal: str, where: str, expected: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(f"business: {{name: X}}\ngoals:\n  g: {goal}\n")
    assert (caught.value.where, caught.value.line) == (where, 1 if where == "" else 3)
    assert expected in str(caught.value)


def test_a_folder_holds_one_each(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text("business: {name: Acme}", encoding="utf-8")
    books = load_playbooks(tmp_path)
    assert books.of("acme").business.name == "Acme"
    with pytest.raises(KeyError, match="other"):
        books.of("other")


def test_a_file_serves_all(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("business: {name: One}", encoding="utf-8")
    assert load_playbooks(file).of("whoever").business.name == "One"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError, match=r"nowhere\.yaml"):
        load_playbook(tmp_path / "nowhere.yaml")
