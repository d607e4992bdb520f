"""The samples in the merchants' documentation, taken out of the file itself.

The file is plain text: prose in Korean, and between it runs of code without any fence. A line of prose stands at the
margin and has Korean words, a picture or a bullet in it; code has such only further in, in its strings. Some runs
were printed from a template and have every brace twice; that is undone. Nothing of the text is kept here: samples are
found by the words of the API that they use.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from app.settings import ROOT

SHARED = ROOT.parent / "shared"
FILE = SHARED / "spec" / "000_68187d018e5fb1c7.txt"

HOST = "https://api.koreacheckout.com"
SHOP = "https://yourstore.com"
KEY = "sk_live_your_key_here"

_PROSE = re.compile(r"^(?:[^\s].*)?[\uac00-\ud7a3\u2022\u2600-\u27bf\U0001f300-\U0001faff]")
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*')


_CALL = re.compile(
    r"^(GET|POST|PATCH) (/api/\S+)\n+(?:[A-Za-z-]+: [^\n]*\n+)*(\{\n.*?^\})?", flags=re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Call:
    """A call that is written as a line `POST /api/…` with its body below. path: as printed, names in braces."""

    method: str
    path: str
    body: dict[str, Any] | None


@dataclass(frozen=True)
class Documentation:
    text: str

    def commands(self, path: str) -> list[str]:
        """The curl commands for addresses that begin with `path`."""
        return [
            command
            for block in self._blocks
            for command in _commands(block)
            if re.search(rf"{re.escape(HOST + path)}(?![\w-])", command)
        ]

    def calls(self) -> list[Call]:
        """Those written without curl; an answer that is printed below is not taken for a body."""
        return [
            Call(method, path, _read(body) if body and method != "GET" else None)
            for block in self._blocks
            for method, path, body in _CALL.findall(block)
        ]

    def script(self, word: str) -> str:
        """The JavaScript that uses `word`, without the answers that are printed beside it."""
        found = [_without_answers(block) for block in self._blocks if word in _without_answers(block)]
        assert len(found) == 1, f"{len(found)} scripts use {word}"
        return found[0]

    def scripts(self) -> list[str]:
        """All of the JavaScript, script by script; PHP has no arrows with a body."""
        blocks = [_without_answers(block) for block in self._blocks]
        return [block for block in blocks if re.search(r"=> \{|window\.", block)]

    def answers(self, word: str) -> list[dict[str, Any]]:
        """The JSON objects that have `word` in them."""
        return [_read(answer) for block in self._blocks for answer in _objects(block) if word in answer]

    @cached_property
    def _blocks(self) -> list[str]:
        blocks: list[list[str]] = [[]]
        for line in self.text.splitlines():
            if _is_prose(line):
                blocks.append([])
            else:
                blocks[-1].append(line)
        return [_undoubled("\n".join(lines).strip("\n")) for lines in blocks if any(map(str.strip, lines))]


def read_documentation(environ: Mapping[str, str] = os.environ) -> Documentation:
    """Skips the test where the documentation is not at hand: it is no part of this tree."""
    path = Path(environ["SPEC_FILE"]) if environ.get("SPEC_FILE") else FILE
    if path.is_file():
        return Documentation(path.read_text())
    if environ.get("CI") and path == FILE and SHARED.is_dir():
        pytest.fail(f"the folder shared is here, but the merchants' documentation is not in it: {FILE.name}")
    pytest.skip("the merchants' documentation is not here: set SPEC_FILE to where it is")


def adapted(
    sample: str, *, base: str, key: str, shop: str = SHOP, ids: Mapping[str, str] | None = None
) -> str:
    """All that may be changed in a sample: our host, the shop's host, the key and ids."""
    changes = {HOST: base, SHOP: shop, KEY: key, **(ids or {})}
    longest_first = sorted(changes, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), lambda found: changes[found[0]], sample)


def lacks(documented: Any, real: Any, path: str = "") -> list[str]:
    """What a documented answer has and a real one has not, or has of another type. More is no fault."""
    if isinstance(documented, dict):
        if not isinstance(real, dict):
            return [f"{path or 'answer'} is no object"]
        missing = [f"{path}.{name} is missing" for name in documented if name not in real]
        present = [name for name in documented if name in real]
        return missing + [
            problem for name in present for problem in lacks(documented[name], real[name], f"{path}.{name}")
        ]
    if isinstance(documented, list):
        if not isinstance(real, list) or len(real) < len(documented):
            return [f"{path} has fewer entries"]
        return [
            problem for pair in zip(documented, real, strict=False) for problem in lacks(*pair, f"{path}[]")
        ]
    return [] if type(documented) is type(real) else [f"{path} is {real!r}, documented is {documented!r}"]


def _read(printed: str) -> dict[str, Any]:
    """JSON with comments in it."""
    content: dict[str, Any] = json.loads(_COMMENT.sub(lambda found: found[1] or "", printed))
    return content


def _is_prose(line: str) -> bool:
    at_the_margin = not line.startswith((" ", "\t"))
    return bool(_PROSE.match(line)) if at_the_margin else line.lstrip().startswith("•")


def _undoubled(block: str) -> str:
    return block.replace("{{", "{").replace("}}", "}") if "{{" in block else block


def _commands(block: str) -> list[str]:
    """From `curl` to where no line goes on and no quote is open."""
    found, lines = [], block.splitlines()
    for number, line in enumerate(lines):
        if not line.startswith("curl "):
            continue
        command = line
        for following in lines[number + 1 :]:
            if not command.endswith("\\") and command.count("'") % 2 == 0:
                break
            command += "\n" + following
        found.append(command)
    return found


def _objects(block: str) -> list[str]:
    """From a brace alone at the margin to its partner."""
    return re.findall(r"^\{$.*?^\}$", block, flags=re.MULTILINE | re.DOTALL)


def _without_answers(block: str) -> str:
    for part in [*_objects(block), *_commands(block)]:
        block = block.replace(part, "")
    return re.sub(r"^(?:GET|POST|PATCH|PUT|DELETE) /\S*$", "", block, flags=re.MULTILINE).strip("\n")
