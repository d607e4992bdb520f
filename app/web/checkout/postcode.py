"""The page that the search for addresses runs in, apart from every order.

The service's script needs a policy with 'unsafe-inline', and tells its maker the path of the page around it. So it has
this small page with a path that is always the same: the pay page keeps its strict policy, and no session leaks.
"""

from urllib.parse import urlsplit

from flask import render_template

from app.services import services
from app.web.checkout.views import blueprint
from app.web.security import keep_to_itself

SCRIPT_HOSTS = ["https://t1.kakaocdn.net", "https://t1.daumcdn.net"]
FRAME_HOSTS = ["https://postcode.map.kakao.com", "https://postcode.map.daum.net"]


@blueprint.get("/postcode")
def postcode() -> str:
    """Serves none: it knows of no session."""
    scripts = services().settings.postcode_scripts
    keep_to_itself(_policy(scripts))
    return render_template("checkout/postcode.html", scripts=scripts)


def _policy(scripts: tuple[str, ...]) -> dict[str, list[str]]:
    """What the service is known to need, of its old and new hosts; a stand-in has scripts and frames at one host."""
    origins = [f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, scripts)]
    others = [origin for origin in dict.fromkeys(origins) if origin not in SCRIPT_HOSTS]
    return {
        "default-src": ["'none'"],
        "script-src": ["'self'", "'unsafe-inline'", *SCRIPT_HOSTS, *others],
        "style-src": ["'self'", "'unsafe-inline'"],
        "frame-src": [*FRAME_HOSTS, *others],
        "img-src": ["'self'", "data:", *SCRIPT_HOSTS, *others],
        "connect-src": ["'self'"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
