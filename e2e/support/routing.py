"""Which of the simulated gateways a shop's buyers are sent to."""

import requests

from e2e.support.stack import Stack

GATEWAYS = ("toss", "kcp", "inicis")


def pay_only_at(gateway: str, stack: Stack, shop_id: str | None = None) -> None:
    """shop_id: the default shop, where none is named."""
    pay_at({gateway: None}, stack, shop_id)


def pay_at(priorities: dict[str, int | None], stack: Stack, shop_id: str | None = None) -> None:
    """At these gateways and no others. None: the usual priority."""
    key = {"x-api-key": stack.api_key}
    if shop_id is None:
        shops = requests.get(f"{stack.web_url}/api/shops", headers=key, timeout=10).json()["data"]
        shop_id = next(shop["id"] for shop in shops if shop["is_default"])
    routing = {name: {"enabled": name in priorities, "priority": priorities.get(name)} for name in GATEWAYS}
    answer = requests.patch(
        f"{stack.web_url}/api/shops/{shop_id}",
        json={"settings": {"routing": routing}},
        headers=key,
        timeout=10,
    )
    answer.raise_for_status()
