"""What differs between merchants' contracts with KG Inicis, beside their keys; and what an order says of tax."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from app.gateways.orders import Order


@dataclass(frozen=True)
class Contract:
    """phone_goods: 1 where phone bills are for content, 2 for physical goods. mixed_tax: 복합과세.
    escrow: 구매안전서비스.
    """

    phone_goods: str = "2"
    mixed_tax: bool = False
    escrow: bool = False

    @classmethod
    def read(cls, credentials: Mapping[str, str]) -> Self:
        return cls(
            phone_goods=credentials.get("phone_goods", cls.phone_goods),
            mixed_tax=credentials.get("mixed_tax") == "yes",
            escrow=credentials.get("escrow") == "yes",
        )

    def holds_back(self, order: Order) -> bool:
        """Whether the money waits until the goods have come: cash that is paid before they are sent."""
        return self.escrow and order.method in ("bank_transfer", "virtual_account")


def taxes_of(order: Order, contract: Contract, *, tax: str, free: str) -> dict[str, str]:
    return taxes(order.amount, order.tax_free_amount, mixed_tax=contract.mixed_tax, tax=tax, free=free)


def taxes(amount: int, tax_free: int, *, mixed_tax: bool, tax: str, free: str) -> dict[str, str]:
    """Told where something is tax-free, and always by a contract for mixed tax: there, what does not say how much of it
    is tax-free may be taken as tax-free altogether. tax, free: what the fields are called.

    Tax is at most a tenth of what is taxed, so it is rounded down.
    """
    if not tax_free and not mixed_tax:
        return {}
    return {tax: str((amount - tax_free) // 11), free: str(tax_free)}
