"""The files that the rules are about, and a way to look at them. A rule is a function that names its problems."""

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from app.settings import ROOT

NOT_OURS = ("static/vendor/", "woocommerce/vendor/")
NOT_TEXT = {".png", ".jpg", ".ico", ".woff2", ".gz", ".zip", ".mo"}


@dataclass(frozen=True)
class Source:
    """One file. path: below the root of the tree, with slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.removesuffix(".py").split("/"))

    def under(self, *folders: str) -> bool:
        return self.path.startswith(folders)

    def at(self, node: ast.AST, problem: str) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {problem}"

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))


Rule = Callable[[Source], Iterable[str]]


def sources(*folders: str, suffix: str = ".py") -> list[Source]:
    """Files of ours under these folders, all of them when none is named."""
    return [
        _source(path)
        for path in _paths()
        if path.endswith(suffix) and path.startswith(folders or "") and not path.startswith(NOT_OURS)
    ]


def every_text() -> list[Source]:
    """Everything that is handed on, whoever wrote it."""
    return [_source(path) for path in _paths() if Path(path).suffix not in NOT_TEXT]


def problems(rule: Rule, files: Iterable[Source]) -> list[str]:
    return [problem for source in files for problem in rule(source)]


def functions(source: Source) -> Iterator[ast.FunctionDef]:
    for node in source.nodes(ast.FunctionDef):
        assert isinstance(node, ast.FunctionDef)
        yield node


def length(function: ast.FunctionDef) -> int:
    """Lines from `def` to the end; decorators are not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_view(function: ast.FunctionDef) -> bool:
    """Whether it is registered with a blueprint or an application."""
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in ("get", "post", "put", "patch", "delete", "route")
        for decorator in function.decorator_list
    )


def dotted(node: ast.AST) -> str:
    """`db.session.commit` for that expression, "" for one that is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def imports(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Each import with the full name of what it brings in: `app.payments.states.move`."""
    for node in source.nodes(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def _source(path: str) -> Source:
    return Source(path, (ROOT / path).read_text(errors="replace"))


@cache
def _paths() -> list[str]:
    """What git keeps or would keep; where there is no git, such as in an archive, what lies about."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    found: Iterable[str] = listed.stdout.split("\0")
    if listed.returncode:
        hidden = {".venv", "var", ".git", "node_modules", "__pycache__"}
        files = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        found = (path.as_posix() for path in files if not hidden & set(path.parts) and path.suffix != ".pyc")
    return sorted(path for path in found if path and (ROOT / path).is_file())
