"""Which language a page speaks. Views that know a session set it; Korean is the default."""

from flask import g


def language() -> str:
    chosen: str = g.get("language", "ko")
    return chosen
