"""Korea Checkout: the application, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """settings: read from the environment when not given. Raises BadSetting."""
    from app.factory import build_app

    return build_app(settings)
