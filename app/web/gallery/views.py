"""`/dev/gallery`: every page of the checkout with fixed data, to look at a change of design in one place.

Only in development. Nothing here is asked of the database, and the pages are made by the functions that make them
for buyers.
"""

from flask import Blueprint, g, render_template, request

from app.errors import NotFound
from app.languages import CATALOGUES, DEFAULT
from app.web.gallery.exhibits import exhibits
from app.web.language import choice, language_name, speak

WIDTHS = {"phone": 390, "desktop": 1280}
SCHEMES = ("light", "dark")

blueprint = Blueprint("gallery", __name__, url_prefix="/dev/gallery")


@blueprint.get("")
def show_all() -> str:
    """In frames that run no script, so that nothing moves; each page can be opened by itself."""
    scheme = request.args.get("scheme", "")
    width = request.args.get("width", "")
    g.csp_hosts = {"frame-src": ["'self'"]}
    g.language = "en"
    return render_template(
        "gallery/index.html",
        names=list(exhibits()),
        languages={name: language_name(name) for name in CATALOGUES},
        spoken=choice() or DEFAULT,
        schemes=SCHEMES,
        scheme=scheme if scheme in SCHEMES else SCHEMES[0],
        widths=WIDTHS,
        width=width if width in WIDTHS else "phone",
    )


@blueprint.get("/<name>")
def show(name: str) -> str:
    """`?lang=` chooses the language. Light or dark is the browser's own wish."""
    exhibit = exhibits().get(name)
    if exhibit is None:
        raise NotFound()
    speak(DEFAULT)
    g.framed_by_us = True
    return exhibit()
