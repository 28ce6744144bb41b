"""The command line: `throughline COMMAND`. Against a running server with --url, else on the data folder itself.

Knows the commands and their options; what they do is elsewhere.
"""

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, cast
from urllib.parse import quote

import typer

from agent import printed
from agent.cli_govern import merge, migrate, replay, unmerge
from agent.cli_line import AsJson, Key, Tenant, Url, Who, current, run
from agent.cli_line import as_json as json_of
from agent.cli_reindex import reindex
from agent.client import Line, Refused
from agent.data_folder import DataFolderInUse
from agent.keys import SCOPES, KeyScope, KeysError, add_key, read_keys, remove_key
from agent.playbook import PlaybookError
from agent.settings import PREFIX, SettingsError, unused_names
from graph.store import StoreError
from graph.vectors import VectorsError

cli = typer.Typer(
    help="The memory and conversation engine that picks up where the customer left off.", no_args_is_help=True, add_completion=False
)
keys_cli = typer.Typer(help="API keys: who may do what.", no_args_is_help=True)
cli.add_typer(keys_cli, name="keys")

KeyFile = Annotated[Path | None, typer.Option("--file", help=f"The key file; default: {PREFIX}API_KEYS.")]
Instant = Annotated[str | None, typer.Option(metavar="INSTANT", help="ISO 8601 with an offset: 2026-03-02T15:00:00-06:00.")]

for command in (merge, unmerge, replay, migrate, reindex):
    cli.command()(command)


def main() -> None:
    """Runs the command; foreseen failures are one line on stderr and exit code 1."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("agent").setLevel(logging.INFO)
    try:
        cli()
    except (SettingsError, KeysError, PlaybookError, DataFolderInUse, StoreError, VectorsError, Refused, OSError) as error:
        sys.exit(f"throughline: {error}")


@cli.command()
def serve() -> None:
    """Serve the API and the console until SIGTERM or Ctrl-C."""
    from agent.serve import PortTaken  # noqa: PLC0415  (only this command needs the server)
    from agent.serve import serve as serving  # noqa: PLC0415

    settings = current()
    for name in unused_names(os.environ):
        print(f"note: {name} is set, and this version does not use it", file=sys.stderr)
    try:
        code = asyncio.run(serving(settings))
    except PortTaken as error:
        sys.exit(f"throughline: {error}")
    sys.exit(code)


@cli.command()
def chat(
    *,
    address: Annotated[str, typer.Option("--as", help="Who is talking: an address on the channel.")] = "terminal",
    channel: Annotated[str, typer.Option(help="voice, sms, webchat, email or api.")] = "webchat",
    url: Url = None,
    key: Key = None,
    tenant: Tenant = "default",
) -> None:
    """Talk with the business here, and see what is understood and remembered. Ctrl-D ends."""

    async def talk(line: Line) -> None:
        print("Say something; Ctrl-D ends.")
        while (text := await asyncio.to_thread(_read)) is not None:
            if text.strip():
                try:
                    answer = await line.post("/v1/turns", {"channel": channel, "address": address, "text": text})
                    print(printed.answer(answer))
                except Refused as refused:
                    print(f"! {refused}")

    run(talk, url, key, tenant, what="chat")


def _read() -> str | None:
    try:
        return input("\nyou> ")
    except EOFError:
        return None


@cli.command()
def ask(
    who: Who, question: str, *, as_of: Instant = None, url: Url = None, key: Key = None, tenant: Tenant = "default", as_json: AsJson = False
) -> None:
    """Ask what is known of a customer; what was never said is not guessed."""

    async def answered(line: Line) -> None:
        customer = await line.customer(who)
        body = {"question": question, "asked_by": "business"} | ({"as_of": as_of} if as_of else {})
        found = await line.post(f"/v1/customers/{quote(customer, safe='')}/ask", body)
        print(json_of(found) if as_json else printed.told(found))

    run(answered, url, key, tenant, what="ask")


@cli.command()
def timeline(
    who: Who, entity: Annotated[str, typer.Argument(help="What of: a name, or an id.")], *,
    url: Url = None, key: Key = None, tenant: Tenant = "default", as_json: AsJson = False,
) -> None:  # fmt: skip
    """What happened to one thing in a customer's life, in order."""

    async def shown(line: Line) -> None:
        customer = quote(await line.customer(who), safe="")
        found = (await line.get(f"/v1/customers/{customer}/entities", q=entity, limit=1))["items"]
        wanted = found[0]["entity_id"] if found else entity
        events = await line.get(f"/v1/customers/{customer}/entities/{quote(wanted, safe='')}/timeline")
        print(json_of(events) if as_json else printed.timeline(events))

    run(shown, url, key, tenant, what="timeline")


@cli.command()
def facts(
    who: Who,
    *,
    entity: Annotated[str | None, typer.Option(help="Only what concerns this: a name, or an id.")] = None,
    predicate: Annotated[str | None, typer.Option()] = None,
    as_of: Instant = None,
    known_at: Instant = None,
    history: Annotated[bool, typer.Option("--history", help="Every version, replaced and retracted ones too.")] = False,
    url: Url = None,
    key: Key = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """What is known of a customer, at two times: when it is true, and when it was known."""

    async def shown(line: Line) -> None:
        path = f"/v1/customers/{quote(await line.customer(who), safe='')}/facts"
        found = await line.every(path, entity=entity, predicate=predicate, as_of=as_of, known_at=known_at, history=history or None)
        print(json_of(found) if as_json else printed.facts(found))

    run(shown, url, key, tenant, what="facts")


@cli.command()
def export(
    who: Who,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; default: the terminal.")] = None,
    url: Url = None,
    key: Key = None,
    tenant: Tenant = "default",
) -> None:
    """Everything of a customer, as JSON."""

    async def written(line: Line) -> None:
        found = json_of(await line.get(f"/v1/customers/{quote(await line.customer(who), safe='')}/export")) + "\n"
        if output is None:
            sys.stdout.write(found)
        else:
            output.write_text(found, encoding="utf-8")

    run(written, url, key, tenant, what="export")


@cli.command(name="import")
def restore(file: Path, *, url: Url = None, key: Key = None, tenant: Tenant = "default") -> None:
    """Take an export back in, with its ids and times."""
    try:
        exported: object = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(f"{file} is not JSON: {error}") from error

    async def taken(line: Line) -> None:
        print(printed.customer(await line.post("/v1/customers/import", exported)))

    run(taken, url, key, tenant, what="import")


@cli.command()
def forget(
    who: Who,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    url: Url = None,
    key: Key = None,
    tenant: Tenant = "default",
) -> None:
    """Erase a customer: graph, vectors and text. There is no way back."""

    async def erased(line: Line) -> None:
        customer = await line.customer(who)
        path = f"/v1/customers/{quote(customer, safe='')}"
        print(printed.customer(await line.get(path)))
        if not yes and not await asyncio.to_thread(typer.confirm, "Erase all of it?"):
            raise Refused("nothing was erased")
        gone = (await line.send("DELETE", path))["erased"]
        print("erased: " + ", ".join(f"{count} {name}" for name, count in gone.items()))

    run(erased, url, key, tenant, what="forget")


@cli.command()
def doctor() -> None:
    """Check settings, keys, playbook, models and stores; says what to do about what is wrong."""
    from agent.doctor import examine  # noqa: PLC0415  (loads the models' libraries)

    sound = asyncio.run(examine(os.environ, Path(".env"), print))
    sys.exit(0 if sound else 1)


@keys_cli.command("add")
def add(
    tenant: Annotated[str, typer.Option(help="The business that the key is for.")] = "default",
    scopes: Annotated[str, typer.Option(help="Some of: chat read admin.")] = "chat read admin",
    file: KeyFile = None,
) -> None:
    """Make a key and show it, once."""
    wanted = scopes.replace(",", " ").split()
    unknown = [each for each in wanted if each not in SCOPES]
    if unknown:
        raise KeysError(f"scopes {' '.join(unknown)!r}: expected some of {' '.join(SCOPES)}")
    path = _key_file(file)
    print(add_key(path, tenant, frozenset(cast("list[KeyScope]", wanted))))
    print(f"kept in {path} as a hash only: note the key now. The server uses it with {PREFIX}API_KEYS={path}", file=sys.stderr)


@keys_cli.command("list")
def list_keys(file: KeyFile = None) -> None:
    """The keys by the beginning of their hashes, with tenant and scopes."""
    for entry in read_keys(_key_file(file)):
        print(f"{entry.hash[:12]}  {entry.grant.tenant}  {' '.join(s for s in SCOPES if s in entry.grant.scopes)}")


@keys_cli.command("remove")
def remove(start: Annotated[str, typer.Argument(help="The beginning of its hash, or the key.")], file: KeyFile = None) -> None:
    """Take a key out; a running server refuses it from then on."""
    entry = remove_key(_key_file(file), start)
    print(f"removed {entry.hash[:12]} of {entry.grant.tenant}")


def _key_file(file: Path | None) -> Path:
    given = file or os.environ.get(f"{PREFIX}API_KEYS")
    return Path(given) if given else Path("keys.txt")


if __name__ == "__main__":
    main()
