"""A shop whose one contract is with NHN KCP, and the simulated KCP: its window and its books."""

from typing import Any

import requests
from playwright.sync_api import FrameLocator, Page, expect
from sqlalchemy import create_engine, text

from e2e.support.http import get_json, post_json
from e2e.support.routing import pay_only_at
from e2e.support.shop import Order, Shop
from e2e.support.stack import Stack


class KcpShop(Shop):
    """amount: of its orders."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack)
        key = {"x-api-key": stack.api_key}
        made = post_json(f"{stack.web_url}/api/shops", {"name": "한빛 상점"}, headers=key)
        self.shop_id = str(made["id"])
        self.kcp = f"{stack.sandbox_url}/kcp"
        pay_only_at("kcp", stack, self.shop_id)

    def order(self, amount: int = 55_000) -> Order:
        items = [{"name": "스테인리스 텀블러 & '컵받침'", "price": amount, "quantity": 1}]
        return self.create_session(shopId=self.shop_id, items=items, totalAmount=amount)

    def payments(self, order: Order) -> list[dict[str, Any]]:
        """Everything that a window was opened for, the newest first."""
        attempts = get_json(f"{self.kcp}/sim/payments")
        return [one for one in attempts if one["orderId"] in self._numbers(order)]

    def captures(self, order: Order) -> list[int]:
        return [one["totalAmount"] for one in self.payments(order) if one["approvals"]]

    def pay_in(self, order: Order) -> None:
        """Money comes to the account of the order."""
        [payment] = [one for one in self.payments(order) if one["account"]]
        body = {"tno": payment["paymentKey"]}
        requests.post(f"{self.kcp}/sim/deposits", json=body, timeout=10).raise_for_status()

    def paid_with(self, order: Order) -> dict[str, Any]:
        """What the merchant is told of the payment."""
        url = f"{self.stack.web_url}/api/checkout/session/{order.session_id}"
        told: dict[str, Any] = get_json(url, headers={"x-api-key": self.stack.api_key})["data"]
        return told

    def expect_paid_once(self, order: Order, *, amount: int = 55_000) -> None:
        self.wait_for_status(order, "completed", within_s=20)
        assert self.captures(order) == [amount]

    def _numbers(self, order: Order) -> set[str]:
        engine = create_engine(self.stack.database_url.replace("postgresql://", "postgresql+psycopg://", 1))
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT id FROM attempts WHERE session_id = :session"), {"session": order.session_id}
            )
            numbers = {str(row[0]).replace("_", "") for row in found}
        engine.dispose()
        return numbers


class KcpWindow:
    """On PC in a frame over our page, on phones a page of its own."""

    def __init__(self, page: Page, device: str) -> None:
        self._view: FrameLocator | Page = page if device == "phone" else page.frame_locator("iframe")
        self._pay = self._view.get_by_role("button", name="결제하기")
        expect(self._pay).to_be_visible()

    def approve(self, *, quota: str = "") -> None:
        if quota:
            self._view.get_by_label("할부", exact=True).select_option(quota)
        self._pay.click(no_wait_after=True)

    def decline(self, code: str) -> None:
        self._view.get_by_text("승인 거절").first.click()
        self._view.locator(f'input[name="outcome"][value="decline:{code}"]').check()
        self._pay.click(no_wait_after=True)

    def close(self) -> None:
        self._view.get_by_role("button", name="결제창 닫기").click()


def go_to_window(
    page: Page, device: str, *, method: str = "카드", button: str = "55,000원 결제하기", months: str = ""
) -> KcpWindow:
    """From the pay page, with all details known. months: of instalments."""
    page.get_by_role("radio", name=method, exact=True).check()
    if months:
        page.get_by_label("할부 개월").select_option(months)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=button, exact=True).click()
    if device == "phone":
        page.wait_for_url("**/kcp/window/*")
    return KcpWindow(page, device)
