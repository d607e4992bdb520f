"""Mails to shops about their domain."""

from datetime import datetime

from app.database import db
from app.domains.findings import told
from app.domains.models import Domain
from app.domains.states import Mailed
from app.mails import outbox
from app.shops.models import Shop


def mail_about(domain: Domain, what: Mailed, *, now: datetime) -> None:
    """To the address that the shop named for notices; to nobody where it named none. In the transaction of what it
    tells of."""
    shop = db.session.get_one(Shop, domain.shop_id)
    if shop.notification_email is None:
        return
    language = "ko" if shop.language == "ko" else "en"
    outbox.record(
        "domain",
        to=shop.notification_email,
        language=language,
        values={
            "what": what.value,
            "shop": shop.name,
            "domain": domain.name,
            "livemode": shop.livemode is not False,
            "findings": [list(told(finding, language)) for finding in domain.findings],
        },
        now=now,
    )
