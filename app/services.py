"""What an application holds beside its tables: settings, the vault, the sender of webhooks."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from app.settings import Settings
from app.vault import Vault


@dataclass(frozen=True)
class Services:
    settings: Settings
    vault: Vault


def services() -> Services:
    return cast(Services, current_app.extensions["korea_checkout"])
