"""A Neo4j of one's own: Community Edition from Maven Central, on loopback, as a child of this process. `make neo4j`, and the tests.

Knows how to get it, start it and end it; nothing of what is kept in it. It ends with the process that started it, however that ends:
the server stops in good order as soon as its standard input is closed.
"""

import argparse
import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType

from filelock import FileLock
from neo4j import GraphDatabase

from agent.settings import PREFIX

SOURCES = Path(__file__).parents[1] / "graph" / "data" / "neo4j"
TOOLS = Path(".tools") / "neo4j"
JAVA = 17  # what Neo4j 5.26 needs at least
USER = "neo4j"

_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
# A whole customer of thousands of turns is one transaction, which Neo4j lets take 70 % of the heap; what is not used is not taken.
_FLAGS = ("-Xmx2g", "-XX:+UseSerialGC", "-Djava.awt.headless=true")
_SHORT_LIVED = ("-XX:TieredStopAtLevel=1",)  # starts faster; what runs for long is a third slower with it
_REMEDY = f"install a JDK {JAVA} or 21 and Maven (Debian, Ubuntu: apt-get install openjdk-{JAVA}-jdk-headless maven)"


class LocalNeo4jError(Exception):
    """The server cannot be had or does not start; the message says why and what to do."""


def obstacle(tools: Path = TOOLS) -> str | None:
    """Why none can be started on this machine, or None. What was fetched before needs no Maven."""
    needed = ["java"] if _built(tools).is_dir() else ["java", "javac", "jar", "mvn"]
    absent = [name for name in needed if shutil.which(name) is None]
    if absent:
        return f"there is no {' and no '.join(absent)} here; {_REMEDY}"
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < JAVA:
        return f"java is {told.splitlines()[0] if told else 'silent'}, and Neo4j needs {JAVA} or later; {_REMEDY}"
    return None


def resolve(tools: Path = TOOLS) -> Path:
    """The folder of the server's jars under `tools`, fetched and built the first time. Raises LocalNeo4jError."""
    why = obstacle(tools)
    if why:
        raise LocalNeo4jError(why)
    tools.mkdir(parents=True, exist_ok=True)
    with FileLock(tools / "lock"):
        built = _built(tools)
        if not built.is_dir():
            with tempfile.TemporaryDirectory(dir=tools.absolute()) as folder:
                _build(Path(folder) / "jars")
                (Path(folder) / "jars").rename(built)
    return built


def _built(tools: Path) -> Path:
    """Named after what it is built from, so that another version is another folder."""
    sources = b"".join((SOURCES / name).read_bytes() for name in ("pom.xml", "Server.java"))
    return tools.absolute() / hashlib.sha256(sources).hexdigest()[:16]


def _build(jars: Path) -> None:
    copied = ("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars}")
    _tool("mvn", "-q", "-B", "-C", "-f", str(SOURCES / "pom.xml"), *copied)
    classes = jars / "classes"
    _tool("javac", "-d", str(classes), "-cp", str(jars / "*"), str(SOURCES / "Server.java"))
    _tool("jar", "cf", str(jars / "server.jar"), "-C", str(classes), ".")
    shutil.rmtree(classes)


def _tool(*command: str) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = "\n".join((ran.stdout + ran.stderr).splitlines()[-9:])
        raise LocalNeo4jError(f"{command[0]} failed with {ran.returncode}; is Maven Central within reach? It said:\n{said}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class LocalNeo4j:
    """One server on one folder, port and password; after `stop` or `kill`, `start` brings the same data back at the same address."""

    def __init__(self, folder: Path, *, port: int, password: str, tools: Path = TOOLS, lasting: bool = False) -> None:
        """lasting: it is to run for long, so that it may take its time to become fast."""
        self._flags = _FLAGS if lasting else (*_FLAGS, *_SHORT_LIVED)
        self.folder, self.port, self.password, self.user = folder, port, password, USER
        self._tools = tools
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, *, patience: float = 180.0) -> None:
        """Returns when it answers. patience: seconds. Raises LocalNeo4jError."""
        jars = resolve(self._tools)
        self._check_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        opens = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENED]
        command = ["java", *self._flags, *opens, "-cp", str(jars / "*"), "Server", str(self.folder), str(self.port)]
        with (self.folder / "server.log").open("w") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        try:
            self._await(self._process, patience)
        except BaseException:
            self.kill()
            raise

    def stop(self, *, patience: float = 60.0) -> None:
        """Ends it in good order; after `patience` seconds, anyhow."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._end()

    def kill(self) -> None:
        """Ends it as a power cut would end it."""
        if self._process is not None:
            self._process.kill()
            self._end()

    def wait(self) -> None:
        """Until it ends by itself."""
        if self._process is not None:
            self._process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    def _end(self) -> None:
        if self._process is not None:
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None

    def _await(self, process: "subprocess.Popen[str]", patience: float) -> None:
        assert process.stdin and process.stdout
        overdue = threading.Timer(patience, process.kill)
        overdue.start()
        try:
            process.stdin.write(self.password + "\n")
            process.stdin.flush()
            if process.stdout.readline() != "ready\n":
                raise LocalNeo4jError(self._failure())
        except BrokenPipeError:
            raise LocalNeo4jError(self._failure()) from None
        finally:
            overdue.cancel()
        with GraphDatabase.driver(self.url, auth=(self.user, self.password)) as driver:
            driver.verify_connectivity()

    def _failure(self) -> str:
        said = (self.folder / "server.log").read_text(errors="replace")
        told = [line for line in said.splitlines() if line.startswith(("Caused by", "Exception"))][-3:] or said.splitlines()[-3:]
        return f"Neo4j did not start on {self.folder}; is another one running there? It said: {' '.join(told)[:900] or 'nothing in time'}"

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                raise LocalNeo4jError(f"port {self.port} is in use on this machine; end what listens there, or choose another port")


def kept_password(folder: Path) -> str:
    """The password kept in the folder, made the first time; only the user who runs this can read it."""
    path = folder / "password"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
    except FileExistsError:
        pass
    return path.read_text(encoding="utf-8").strip()


def main() -> None:
    """Serves until Ctrl-C, SIGTERM or the server's own end."""
    options = argparse.ArgumentParser(prog="python -m agent.local_neo4j", description=__doc__)
    options.add_argument("--folder", type=Path, default=Path("data") / "neo4j", help="where it keeps its data and password")
    options.add_argument("--port", type=int, default=7687)
    given = options.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    server = LocalNeo4j(given.folder, port=given.port, password=kept_password(given.folder), lasting=True)
    try:
        print("Neo4j starts (the first time, it is fetched from Maven Central) …", flush=True)
        server.start()
        print(_told(server), flush=True)
        server.wait()
    except LocalNeo4jError as error:
        sys.exit(f"neo4j: {error}")
    except KeyboardInterrupt:
        print("\nNeo4j ends …", flush=True)
    finally:
        server.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _told(server: LocalNeo4j) -> str:
    settings = {"URL": server.url, "USER": server.user, "PASSWORD": server.password}
    lines = [f"    {PREFIX}GRAPH_{name}={value}" for name, value in settings.items()]
    head = f"Neo4j answers at {server.url} and keeps its data in {server.folder}. Ctrl-C ends it. Use it with:"
    return "\n".join([head, "", *lines, ""])


if __name__ == "__main__":
    main()
