"""Commands that change whole memories: merge, unmerge, replay, migrate.

Knows their options and how their outcome is printed; what they do is elsewhere.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agent import printed
from agent.cli_line import AsJson, Key, Tenant, Url, Who, as_json, current, run
from agent.client import Line, Refused


def merge(
    who: Who,
    other: Annotated[str, typer.Argument(help="Whose memory becomes theirs: an address or an id.")],
    *,
    url: Url = None,
    key: Key = None,
    tenant: Tenant = "default",
) -> None:
    """Make two customers one: memory and addresses of the other become the first one's. `unmerge` takes it back."""

    async def merged(line: Line) -> None:
        customer, gone = await line.customer(who), await line.customer(other)
        found = await line.post(f"/v1/customers/{quote(customer, safe='')}/merge", {"customer_id": gone})
        print(f"{printed.customer(found)}\nto take it back: throughline unmerge {customer} {found['merge_id']}")

    run(merged, url, key, tenant, what="merge")


def unmerge(
    who: Who,
    merge_id: Annotated[str, typer.Argument(help="The id that merging printed; it is in the log of an export too.")],
    *,
    url: Url = None,
    key: Key = None,
    tenant: Tenant = "default",
) -> None:
    """Take a merge back: both are as before, and what was said since goes with the address that it was said through."""

    async def parted(line: Line) -> None:
        path = f"/v1/customers/{quote(await line.customer(who), safe='')}/unmerge"
        found = await line.post(path, {"merge_id": merge_id})
        print(f"{printed.customer(found)}\n{printed.customer(found['separated'])}")

    run(parted, url, key, tenant, what="unmerge")


def replay(
    who: Annotated[str | None, typer.Argument(help="A customer: an address or an id.")] = None,
    *,
    everybody: Annotated[bool, typer.Option("--all", help="All customers.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    url: Url = None,
    key: Key = None,
    tenant: Tenant = "default",
    json: AsJson = False,
) -> None:
    """Make entities, facts and goals anew from what was said and done, as this version understands it, and show what that changes."""
    if (who is None) != everybody:
        raise Refused("name a customer, or all with --all")

    async def replayed(line: Line) -> None:
        customers = [await line.customer(who)] if who else [each["customer_id"] for each in await line.every("/v1/customers")]
        found = await _replayed(line, customers, dry_run=dry_run)
        print(as_json(found) if json else printed.replays(found))

    run(replayed, url, key, tenant, what="replay")


async def _replayed(line: Line, customers: Sequence[str], *, dry_run: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with _bar() as bar:
        for customer in bar.track(customers, description="replaying"):
            path = f"/v1/customers/{quote(customer, safe='')}/replay"
            found.append(await line.send("POST", path, body={"dry_run": dry_run}, patience=None))
    return found


def migrate(
    source: Annotated[str, typer.Option("--from", help="sqlite://PATH (a file or a data folder) or neo4j://HOST:PORT.")],
    target: Annotated[str, typer.Option("--to", help="The same; user and password are those of the settings, or in the address.")],
) -> None:
    """Move every customer of every tenant from one store to another. Run again, it goes on where it was cut off."""
    from agent.migrate import migrate as moving  # noqa: PLC0415  (only this command needs the stores)
    from agent.migrate import opened  # noqa: PLC0415

    async def moved() -> None:
        async with opened(current(), source, target) as stores:
            total = sum([1 async for _ in stores[0].scopes()])
            with _bar() as bar:
                task = bar.add_task("moving", total=total)
                found = await moving(*stores, tell=lambda done: bar.update(task, completed=done))
        counts = ", ".join(f"{count} {name}" for name, count in found.counts.items())
        print(f"moved {found.moved} customers, {found.there_already} were there already, all checked: {counts or 'nothing'}")
        if found.different:
            sys.exit("\n".join(f"not moved: customer {scope.customer} of {scope.tenant}: {why}" for scope, why in found.different))

    asyncio.run(moved())


def _bar() -> Progress:
    """On stderr, so that output can be piped."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
