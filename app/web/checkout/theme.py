"""A shop's colours on the buyer's pages: from its branding, and before that from the session's appearance.

Only colours and lengths of the strict grammars of `appearance` get in, and every colour is worked out here, so
no word of a merchant becomes CSS. A colour that would leave words unreadable is replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from flask import Flask
from markupsafe import Markup

from app.web.api.appearance import is_allowed

READABLE = 4.5  # contrast of words, as WCAG asks for
VISIBLE = 3.0  # of large words
PALETTES = {
    "light": ("#ffffff", "#17191f"),
    "dark": ("#191b21", "#f1f3f7"),
}  # paper, ink: as in the stylesheets
BLACK_AND_WHITE = ("#000000", "#ffffff")


@dataclass(frozen=True)
class Theme:
    """scheme: the palette that goes with the merchant's colours, None to follow the buyer's. paper: the colour
    of the page's top. css: rules for a style element."""

    scheme: Literal["light", "dark"] | None
    paper: str | None
    css: Markup


def init_app(app: Flask) -> None:
    app.add_template_global(theme_of)


def theme_of(branding: Mapping[str, str], appearance: Mapping[str, str]) -> Theme | None:
    """None when the merchant has chosen nothing."""
    of_shop = {f"--{name.replace('_', '-')}": value for name, value in branding.items()}
    chosen = {name: value for name, value in {**of_shop, **appearance}.items() if is_allowed(name, value)}
    return _theme(tuple(sorted(chosen.items()))) if chosen else None


@lru_cache(maxsize=1000)
def _theme(pairs: tuple[tuple[str, str], ...]) -> Theme:
    chosen = dict(pairs)
    tokens = {name: value for name, value in chosen.items() if name.endswith("-radius")}
    if len(tokens) == len(chosen):
        return Theme(None, None, _css(tokens))
    scheme = _scheme(chosen)
    paper, ink = PALETTES[scheme]
    paper = chosen.get("--background-color", paper)
    ink = _readable(chosen.get("--text-color", ink), paper)
    tokens |= {"color-scheme": scheme, **_page(chosen, paper, ink), **_accents(chosen, paper, ink)}
    return Theme(scheme, paper, _css(tokens))


def _scheme(chosen: Mapping[str, str]) -> Literal["light", "dark"]:
    background, text = chosen.get("--background-color"), chosen.get("--text-color")
    if background:
        return "dark" if _best_on(background) == "#ffffff" else "light"
    return "dark" if text and _best_on(text) == "#000000" else "light"


def _page(chosen: Mapping[str, str], paper: str, ink: str) -> dict[str, str]:
    tokens: dict[str, str] = {}
    if "--background-color" in chosen:
        tokens |= {"--paper": paper, "--band": _mix(paper, ink, 0.04)}
    if "--background-color" in chosen or "--text-color" in chosen:
        tokens |= {"--ink": ink, "--ink-soft": _mix(ink, paper, 0.2), "--ink-faint": _mix(ink, paper, 0.3)}
    if "--border-color" in chosen:
        tokens |= {"--line": chosen["--border-color"], "--line-strong": chosen["--border-color"]}
    return tokens


def _accents(chosen: Mapping[str, str], paper: str, ink: str) -> dict[str, str]:
    primary = chosen.get("--primary-color")
    if primary is None:
        return {}
    on_primary = chosen.get("--primary-text-color", "")
    if not on_primary or _contrast(on_primary, primary) < VISIBLE:
        on_primary = _best_on(primary)
    return {
        "--accent": primary,
        "--accent-strong": _mix(primary, ink, 0.15),
        "--accent-soft": _mix(paper, primary, 0.08),
        "--accent-ink": _readable(primary, paper),
        "--on-accent": on_primary,
    }


def _css(tokens: Mapping[str, str]) -> Markup:
    rules = ";".join(f"{name}:{value}" for name, value in tokens.items())
    return Markup(":root{" + rules + "}")  # noqa: S704  # grammars and arithmetic only


# --- colours: "#rgb" or "#rrggbb" ---


class Rgb(NamedTuple):
    red: int
    green: int
    blue: int


def _rgb(color: str) -> Rgb:
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    return Rgb(*bytes.fromhex(digits))


def _mix(color: str, other: str, share: float) -> str:
    """share: how much of the other, 0 to 1."""
    mixed = (round(a + (b - a) * share) for a, b in zip(_rgb(color), _rgb(other), strict=True))
    return "#" + bytes(mixed).hex()


def _luminance(color: str) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    parts = [part / 255 for part in _rgb(color)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(color: str, other: str) -> float:
    """1 to 21."""
    dark, light = sorted((_luminance(color), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _best_on(background: str) -> str:
    return max(BLACK_AND_WHITE, key=lambda color: _contrast(color, background))


def _readable(color: str, background: str) -> str:
    """The colour itself, or as much of it as leaves words of it readable."""
    steps = (_mix(color, _best_on(background), step / 10) for step in range(11))
    return next((mixed for mixed in steps if _contrast(mixed, background) >= READABLE), _best_on(background))
