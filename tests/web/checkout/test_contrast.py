"""Whatever colours a merchant chooses, words stay readable: measured with the formula of WCAG, written here anew."""

import random
import re
from itertools import product

import pytest

from app.settings import ROOT
from app.web.checkout.theme import PALETTES, Palette, theme_of

WORDS, EDGES = 4.5, 3.0
NAMED = [
    "#000",
    "#fff",
    "#fee500",
    "#03c75a",
    "#2348c7",
    "#ff0000",
    "#00ffff",
    "#757575",
    "#777777",
    "#767676",
]
SEEDED = random.Random(20261128)
MANY = [*NAMED, *(f"#{SEEDED.randrange(1 << 24):06x}" for _ in range(60))]


def contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        digits = color[1:] if len(color) == 7 else "".join(letter * 2 for letter in color[1:])
        channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def tokens_of_stylesheet(name: str) -> dict[str, str]:
    text = (ROOT / "static" / "css" / f"{name}.css").read_text()
    found: list[tuple[str, str]] = re.findall(r"(--[a-z-]+): (#[0-9a-f]{6});", text)
    return dict(found)


def tokens_with(**branding: str) -> dict[str, str]:
    """Every colour of a page with these, those of its stylesheets where the theme leaves them."""
    theme = theme_of(branding, {})
    assert theme is not None
    chosen: dict[str, str] = dict(re.findall(r"([a-z-]+):([^;}]+)", theme.css.removeprefix(":root{")))
    sheets = tokens_of_stylesheet("tokens")
    if theme.scheme == "dark":
        sheets |= tokens_of_stylesheet("dark")
    colors = {**sheets, **chosen}
    colors.setdefault("--accent-ink", colors["--accent"])
    return colors


def unreadable(colors: dict[str, str]) -> list[str]:
    """Each pair of words and ground that pages have, where it is too faint."""
    grounds = ("--paper", "--band")
    pairs = [*product(("--ink", "--ink-soft", "--ink-faint", "--accent-ink", "--good", "--bad"), grounds)]
    pairs += [("--ink", soft) for soft in ("--accent-soft", "--good-soft", "--bad-soft", "--warn-soft")]
    pairs += [
        ("--on-accent", "--accent"),
        ("--on-accent", "--accent-strong"),
        ("--accent-ink", "--accent-soft"),
    ]
    found = [(words, ground, contrast(colors[words], colors[ground]), WORDS) for words, ground in pairs]
    found.append(("--line-strong", "--paper", contrast(colors["--line-strong"], colors["--paper"]), EDGES))
    return [f"{words} on {ground}: {ratio:.2f}" for words, ground, ratio, least in found if ratio < least]


def test_the_formula_gives_the_figures_that_wcag_names() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("primary", MANY)
def test_a_brand_colour_alone_leaves_all_words_readable(primary: str) -> None:
    assert unreadable(tokens_with(primary_color=primary)) == []


@pytest.mark.parametrize("background", MANY)
def test_so_does_a_ground_with_any_brand_colour(background: str) -> None:
    for primary in NAMED:
        assert unreadable(tokens_with(primary_color=primary, background_color=background)) == [], primary
    assert unreadable(tokens_with(background_color=background)) == []


@pytest.mark.parametrize("text", MANY)
def test_so_do_words_and_lines_of_any_colour(text: str) -> None:
    for other in NAMED:
        colors = {
            "text_color": text,
            "primary_text_color": text,
            "border_color": text,
            "primary_color": other,
        }

        assert unreadable(tokens_with(**colors)) == [], other
        assert unreadable(tokens_with(**colors, background_color=other)) == [], other


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_own_colours_are_readable(scheme: str) -> None:
    colors = tokens_of_stylesheet("tokens")
    if scheme == "dark":
        colors |= tokens_of_stylesheet("dark")

    assert unreadable({**colors, "--accent-ink": colors["--accent"]}) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_knows_the_colours_of_the_stylesheets(scheme: str) -> None:
    colors = tokens_of_stylesheet("tokens" if scheme == "light" else "dark")

    softs = tuple(colors[name] for name in ("--good-soft", "--bad-soft", "--warn-soft"))
    signals = {name: colors[name] for name in ("--good", "--bad", "--warn")}
    paper, band, ink, accent = (colors[f"--{name}"] for name in ("paper", "band", "ink", "accent"))
    assert PALETTES[scheme] == Palette(paper, band, ink, accent, softs, signals)
