"""`throughline doctor`: looks at everything that the server needs, and says what to do about what is wrong.

Knows what there is to look at; changes nothing but that it opens the stores.
"""

import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agent.app import App
from agent.data_folder import DataFolderInUse, hold
from agent.keys import KeyRing
from agent.playbook import load_playbooks
from agent.settings import Settings, check_exposure, read_settings, unused_names
from agent.startup import GRAPH, LANGUAGE, SENTENCES, VECTORS


@dataclass(slots=True)
class _Findings:
    show: Callable[[str], None]
    wrong: list[str] = field(default_factory=list[str])

    @contextmanager
    def looking_at(self, name: str) -> Generator[list[str]]:
        """What is noted in the list is shown behind the name; an exception is what is wrong."""
        notes: list[str] = []
        began = time.perf_counter()
        try:
            yield notes
        except Exception as error:
            self.wrong.append(name)
            self.show(f"wrong  {name}: {error}")
            return
        took = time.perf_counter() - began
        self.show(f"ok     {name}" + (f": {'; '.join(notes)}" if notes else "") + (f" ({took:.1f} s)" if took >= 0.1 else ""))


async def examine(environment: Mapping[str, str], env_file: Path, show: Callable[[str], None]) -> bool:
    """Whether all is well."""
    found = _Findings(show)
    with found.looking_at("Python") as notes:
        notes.append(sys.version.split()[0])
    settings = Settings()
    with found.looking_at("settings") as notes:
        settings = read_settings(environment, env_file)
        check_exposure(settings)
        notes += [f"{name} is set and not used" for name in unused_names(environment)]
    with found.looking_at("API keys") as notes:
        notes.append(f"{len(KeyRing(settings.api_keys).entries())}" if settings.api_keys else "none: this machine only")
    with found.looking_at("playbook") as notes:
        load_playbooks(settings.playbook)
        notes.append(str(settings.playbook))
    with found.looking_at("data folder") as notes:
        if settings.embedded:
            hold(settings, "doctor").release()
        notes.append(str(settings.data_dir.resolve()) if settings.embedded else "not used: graph and vectors are on servers")
    if not found.wrong:
        await _models_and_stores(settings, found)
    show("all is well" if not found.wrong else f"not ready: {', '.join(found.wrong)}")
    return not found.wrong


async def _models_and_stores(settings: Settings, found: _Findings) -> None:
    try:
        app = App.build(settings, what="doctor")
    except DataFolderInUse as error:
        found.wrong.append("data folder")
        found.show(f"wrong  {error}")
        return
    try:
        with found.looking_at("stores and models"):
            await app.start()
        missing = await app.tried()
        for name, where in _places(settings).items():
            with found.looking_at(name) as notes:
                notes.append(where)
                if name in missing:
                    raise RuntimeError(missing[name])
    finally:
        await app.close()


def _places(settings: Settings) -> dict[str, str]:
    """Where each thing that a server waits for is."""
    embedded = f"embedded in {settings.data_dir.resolve()}"
    return {
        LANGUAGE: settings.spacy_model,
        SENTENCES: settings.sentence_model or "the packaged one",
        GRAPH: settings.graph_url or embedded,
        VECTORS: settings.vectors_url or embedded,
    }
