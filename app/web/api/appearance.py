"""The style variables a merchant may set, each with its own strict grammar: nothing else can get into a page."""

import re

COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})", re.ASCII)
LENGTH = re.compile(r"(?:0|[1-9][0-9]?)px", re.ASCII)

VARIABLES: dict[str, re.Pattern[str]] = {
    "--primary-color": COLOR,
    "--primary-text-color": COLOR,
    "--background-color": COLOR,
    "--text-color": COLOR,
    "--border-color": COLOR,
    "--button-radius": LENGTH,
    "--input-radius": LENGTH,
}


def is_allowed(variable: str, value: str) -> bool:
    grammar = VARIABLES.get(variable)
    return grammar is not None and grammar.fullmatch(value) is not None
