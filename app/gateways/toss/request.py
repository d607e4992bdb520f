"""What the payment window is asked for: the parameters of requestPayment.

Source: the typings of @tosspayments/tosspayments-sdk 2.8.1.
"""

from typing import Any

from app.clock import KST
from app.gateways.orders import Order
from app.gateways.toss.codes import COMPANIES, METHODS, NO_RECEIPT, RECEIPTS

LONGEST_TEXT = 100  # of orderName, customerName and customerEmail
LEAST_FOR_INSTALMENTS = 50_000


def payment_request(order: Order) -> dict[str, Any]:
    """`windowTarget: "self"` on every device: a whole-page move needs no pop-up, works in in-app browsers, and always
    comes back through our URLs. The frame mode does not exist on phones.
    """
    request = {
        **_method(order),
        "amount": {"currency": "KRW", "value": order.amount},
        "orderId": order.order_id,
        "orderName": order.name[:LONGEST_TEXT],
        "successUrl": order.approved_url,
        "failUrl": order.failed_url,
        "windowTarget": "self",
        "customerName": order.customer_name[:LONGEST_TEXT],
    }
    if len(order.customer_email) <= LONGEST_TEXT:  # ours may have 254; Toss only mails the result there
        request["customerEmail"] = order.customer_email
    if order.tax_free_amount:
        request["taxFreeAmount"] = order.tax_free_amount
    if order.customer_phone.startswith("+82"):
        request["customerMobilePhone"] = "0" + order.customer_phone.removeprefix("+82")
    return request


def _method(order: Order) -> dict[str, Any]:
    """The method's name and its own object."""
    name, options_name, fixed = METHODS[order.method]
    options: dict[str, Any] = dict(fixed)
    if order.method == "card":
        options |= _card(order)
    if order.method in ("bank_transfer", "virtual_account"):
        # Said either way: a receipt that only the window knew of would be issued a second time (receipts.py).
        receipt = order.choice.cash_receipt
        options["cashReceipt"] = {"type": RECEIPTS[receipt.purpose] if receipt else NO_RECEIPT}
    # Without useEscrow the buyer chooses in the window, where the shop's contract has escrow (구매안전서비스).
    if order.method == "virtual_account":
        options["dueDate"] = order.due_at.astimezone(KST).strftime("%Y-%m-%dT%H:%M:%S")
    return {"method": name, options_name: options}


def _card(order: Order) -> dict[str, Any]:
    """The integrated window shows what the buyer chose already, and asks for the rest."""
    card: dict[str, Any] = {}
    if order.choice.issuer in COMPANIES:
        card["cardCompany"] = COMPANIES[order.choice.issuer]
    if order.amount < LEAST_FOR_INSTALMENTS:
        return card
    if order.choice.installment_months is not None:
        card["cardInstallmentPlan"] = order.choice.installment_months
    free = [
        {"company": COMPANIES[issuer], "months": list(months)}
        for issuer, months in order.interest_free.items()
        if issuer in COMPANIES
    ]
    return card | ({"freeInstallmentPlans": free} if free else {})
