"""What must be true afterwards: of the money, of the session, and of what the merchant was told."""

from e2e.support.shop import Order, Shop

# The statuses after which the merchant hands out goods, and those in which nothing may have been taken.
PAID = ("completed",)
GIVEN_BACK = ("partially_refunded", "refunded")
UNPAID = ("pending", "failed", "cancelled", "expired")


def expect_paid_once(
    shop: Shop, order: Order, *, told: list[str] | None = None, within_s: float = 10
) -> None:
    """told: every webhook, in order; by default only that it was paid."""
    shop.wait_for_status(order, "completed", within_s=within_s)
    shop.wait_for_webhook(order, "payment.completed")
    _expect_told(shop, order, told or ["payment.completed"])
    expect_consistent(shop, order)


def expect_unpaid(shop: Shop, order: Order, status: str, *, told: list[str]) -> None:
    shop.wait_for_status(order, status)
    for name in told:
        shop.wait_for_webhook(order, name)
    _expect_told(shop, order, told)
    expect_consistent(shop, order)


def expect_consistent(shop: Shop, order: Order) -> None:
    """Money at the gateway if and only if the session is paid; the merchant was told so once."""
    data = shop.data(order)
    status, due = data["status"], data["totalAmount"]
    captures, held = shop.gateway.captures(order.product), shop.gateway.held(order.product)
    names = shop.webhook_names(order)
    if status in PAID:
        assert captures == ([due] if due else []), f"{order.session_id} is {status}, taken: {captures}"
        assert held == due
        taken_back = names.count("payment.deposit_reversed")
        assert names.count("payment.completed") == 1 + taken_back, names
    elif status in GIVEN_BACK:
        assert captures == [due], f"{order.session_id} is {status}, taken: {captures}"
        assert held == due - data["amounts"]["refunded"]
    else:
        assert status in UNPAID, f"{order.session_id} is left {status}"
        assert captures == [], f"{order.session_id} is {status}, taken: {captures}"
        assert "payment.completed" not in names


def _expect_told(shop: Shop, order: Order, names: list[str]) -> None:
    webhooks = shop.webhooks(order)
    assert [webhook["body"]["event"] for webhook in webhooks] == names
    assert [webhook["signatureProblem"] for webhook in webhooks] == [None] * len(names)
    sequences = [webhook["body"]["data"]["sequence"] for webhook in webhooks]
    assert sequences == list(range(1, len(names) + 1))
