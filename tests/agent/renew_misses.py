"""Plays test modules that list their misses and writes the lists anew: `python -m tests.agent.renew_misses tests/agent/test_extraction.py`.

The first comment of a list stays.
"""

import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent
LINE = re.compile(r"missed (\S+\.yaml) (\S+): (.*)")


def main(modules: list[str]) -> None:
    run = [sys.executable, "-m", "pytest", *modules, "--tb=no", "-p", "no:cacheprovider"]
    said = subprocess.run(run, capture_output=True, text=True, check=False).stdout
    lists: dict[str, dict[str, list[str]]] = {name: {} for module in modules for name in _lists_of(Path(module))}
    for line in said.splitlines():
        if (miss := LINE.fullmatch(line)) is not None:
            lists.setdefault(miss[1], {}).setdefault(miss[2], []).append(miss[3])
        elif line.startswith("=") and ":" in line:
            print(line)
    for name, missed in lists.items():
        _write(next(TESTS.rglob(name)), missed)


def _lists_of(module: Path) -> list[str]:
    """The lists that a module names, so that one without a miss left becomes empty."""
    return re.findall(r'"([\w-]*misses\.yaml)"', module.read_text(encoding="utf-8"))


def _write(path: Path, missed: dict[str, list[str]]) -> None:
    comment = path.read_text(encoding="utf-8").splitlines()[0]
    lines = [comment]
    for id, misses in missed.items():
        lines += [f"{id}:", *("  - '" + miss.replace("'", "''") + "'" for miss in misses)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path}: {sum(map(len, missed.values()))} misses in {len(missed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
