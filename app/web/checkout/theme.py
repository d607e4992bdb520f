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
VISIBLE = 3.0  # of the edge of a field
BLACK_AND_WHITE = ("#000000", "#ffffff")


@dataclass(frozen=True)
class Palette:
    """The colours of the stylesheets that a merchant's colours stand beside. softs: grounds of notices."""

    paper: str
    band: str
    ink: str
    accent: str
    softs: tuple[str, ...]
    signals: Mapping[str, str]


PALETTES: Mapping[str, Palette] = {
    "light": Palette(
        "#ffffff",
        "#f4f6f9",
        "#17191f",
        "#2348c7",
        ("#e7f6ee", "#fdeeee", "#fff4db"),
        {"--good": "#0b7a4b", "--bad": "#c02626", "--warn": "#7a4b00"},
    ),
    "dark": Palette(
        "#191b21",
        "#101216",
        "#f1f3f7",
        "#8aa5ff",
        ("#12301f", "#3a1b1e", "#382a0e"),
        {"--good": "#5fd39b", "--bad": "#ff9292", "--warn": "#f6c667"},
    ),
}


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
    palette = PALETTES[scheme]
    paper = chosen.get("--background-color", palette.paper)
    ink = _readable(chosen.get("--text-color", palette.ink), paper, *palette.softs)
    band = _ground(_mix(paper, ink, 0.04), paper, ink) if "--background-color" in chosen else palette.band
    tokens |= {"color-scheme": scheme, **_page(chosen, paper, band, ink, palette.signals)}
    primary = chosen.get("--primary-color")
    if primary or "--background-color" in chosen:
        tokens |= _accents(primary or palette.accent, chosen.get("--primary-text-color"), paper, band, ink)
    return Theme(scheme, paper, _css(tokens))


def _scheme(chosen: Mapping[str, str]) -> Literal["light", "dark"]:
    background, text = chosen.get("--background-color"), chosen.get("--text-color")
    if background:
        return "dark" if _best_on(background) == "#ffffff" else "light"
    return "dark" if text and _best_on(text) == "#000000" else "light"


def _page(
    chosen: Mapping[str, str], paper: str, band: str, ink: str, signals: Mapping[str, str]
) -> dict[str, str]:
    tokens: dict[str, str] = {}
    if "--background-color" in chosen:
        tokens |= {"--paper": paper, "--band": band}
        tokens |= {name: _readable(color, paper, band) for name, color in signals.items()}
    if "--background-color" in chosen or "--text-color" in chosen:
        soft, faint = (_readable(_mix(ink, paper, share), paper, band) for share in (0.2, 0.3))
        tokens |= {"--ink": ink, "--ink-soft": soft, "--ink-faint": faint}
        tokens |= {"--line": _mix(paper, ink, 0.15), "--line-strong": _seen(_mix(paper, ink, 0.4), paper)}
    if "--border-color" in chosen:
        tokens |= {
            "--line": chosen["--border-color"],
            "--line-strong": _seen(chosen["--border-color"], paper),
        }
    return tokens


def _accents(primary: str, words: str | None, paper: str, band: str, ink: str) -> dict[str, str]:
    """words: the colour of those on the main button, as the merchant wants it."""
    on_primary = _readable(words or _best_on(primary), primary)
    soft = _ground(_mix(paper, primary, 0.08), paper, ink)
    return {
        "--accent": primary,
        "--accent-strong": _ground(_mix(primary, ink, 0.15), primary, on_primary),
        "--accent-soft": soft,
        "--accent-ink": _readable(primary, paper, band, soft),
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


def _readable(color: str, *grounds: str) -> str:
    """The colour itself, or as much of it as leaves words of it readable on each of these, the first above all."""
    return _moved(color, grounds, READABLE)


def _seen(color: str, ground: str) -> str:
    """The same for a line that must be seen."""
    return _moved(color, (ground,), VISIBLE)


def _moved(color: str, grounds: tuple[str, ...], least: float) -> str:
    goal = _best_on(grounds[0])
    steps = (_mix(color, goal, step / 10) for step in range(11))
    return next(
        (mixed for mixed in steps if all(_contrast(mixed, ground) >= least for ground in grounds)), goal
    )


def _ground(wanted: str, sure: str, ink: str) -> str:
    """A ground of its own shade, unless words on it could not be read as they can on the sure one."""
    words = (ink, _best_on(sure))  # the second is what others are moved to that cannot be read
    return wanted if all(_contrast(word, wanted) >= READABLE for word in words) else sure
