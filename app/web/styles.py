"""The style sheets of a page, put together and into the page itself: on a slow line each further answer that the first
words wait for costs half a second."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal

from flask import Flask
from markupsafe import Markup

from app.web.static_files import STATIC

FOLDER = STATIC / "css"
Scheme = Literal["light", "dark"]


def init_app(app: Flask, *, production: bool) -> None:
    """production: files stay as they are while the process runs, so each page's styles are made once."""
    app.add_template_global(styles_of(lru_cache(_text) if production else _text), "styles")


def styles_of(text: Callable[[str], str]) -> Callable[[Sequence[str], Scheme | None], Markup]:
    def styles(names: Sequence[str], scheme: Scheme | None = None) -> Markup:
        """names: below static/css, without `.css`. scheme: None follows the buyer's wish for light or dark."""
        dark = {
            None: f"@media (prefers-color-scheme: dark){{{text('dark')}}}",
            "dark": text("dark"),
            "light": "",
        }
        sheets = [text("tokens"), dark[scheme], *(text(name) for name in names)]
        return Markup("".join(sheets))  # noqa: S704  # our own files

    return styles


def _text(name: str) -> str:
    """Without what only people need."""
    text = re.sub(r"/\*.*?\*/", "", (FOLDER / f"{name}.css").read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r" ?([{};,]) ?", r"\1", re.sub(r"\s+", " ", text)).strip()
