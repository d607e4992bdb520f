"""Supply, VAT and tax-free money (notes §5.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

TAXED, FREE, MIXED = "TG01", "TG02", "TG03"


@dataclass(frozen=True)
class Tax:
    """Whole won; their sum is the amount."""

    flag: str
    supply: int
    vat: int
    free: int

    @property
    def amount(self) -> int:
        return self.supply + self.vat + self.free

    def less(self, other: "Tax") -> "Tax":
        return Tax(self.flag, self.supply - other.supply, self.vat - other.vat, self.free - other.free)

    @property
    def has_negative(self) -> bool:
        return min(self.supply, self.vat, self.free) < 0


def tax_of(flag: str, amount: int) -> Tax:
    """For an amount that is taxed all over, or not at all. KCP rounds the supply down: 1000 is 909 and 91."""
    if flag == FREE:
        return Tax(FREE, 0, 0, amount)
    supply = amount * 10 // 11
    return Tax(TAXED, supply, amount - supply, 0)


def read_tax(fields: Mapping[str, str], *, prefix: str) -> Tax | None:
    """prefix: "comm" in an order, with `good_mny`; "mod" in a cancel, with `mod_mny`. None when it does not fit."""
    amount = _won(fields.get("good_mny" if prefix == "comm" else "mod_mny", ""))
    flag = fields.get("tax_flag") or TAXED
    if amount is None or flag not in (TAXED, FREE, MIXED):
        return None
    if flag != MIXED:
        return tax_of(flag, amount)
    parts = [_won(fields.get(f"{prefix}_{part}_mny", "")) for part in ("tax", "vat", "free")]
    supply, vat, free = parts
    if supply is None or vat is None or free is None or supply + vat + free != amount:
        return None
    return Tax(MIXED, supply, vat, free)


def _won(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else None
