"""The order form that opens the pay window, on PC and on phones, and its checks (notes §1.2, §1.3, §5, §6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.sandbox import clock
from app.sandbox.kcp import codes, text
from app.sandbox.kcp.codes import BANKS, CARD, GIFT, MEANS, TRANSFER, VBANK, WALLETS
from app.sandbox.kcp.sites import SITE_CD
from app.sandbox.kcp.tax import Tax, read_tax
from app.sandbox.text import size

Fields = Mapping[str, str]

PC, MOBILE = "pc", "mobile"
DEFAULT_TERM_DAYS = 3
MAX_TERM_DAYS = 365

# bytes in EUC-KR
LENGTHS = {
    "site_cd": 5, "site_name": 20, "shop_name": 20, "ordr_idxx": 40, "good_name": 100, "good_mny": 12,
    "buyr_name": 30, "buyr_mail": 50, "buyr_tel1": 20, "buyr_tel2": 20, "quotaopt": 2, "shop_user_id": 20,
    "wish_vbank_list": 50, "kcp_noint_quota": 256, "kcp_pay_title": 30, "module_type": 2, "disp_tax_yn": 1,
}  # fmt: skip
TEXTS = (
    "good_name",
    "buyr_name",
    "buyr_mail",
    "buyr_tel1",
    "buyr_tel2",
    "site_name",
    "shop_name",
    "shop_user_id",
)
ECHOED = ("param_opt_1", "param_opt_2", "param_opt_3")
RESULT_INPUTS = (
    "res_cd", "res_msg", "enc_data", "enc_info", "tran_cd", "ordr_chk", "use_pay_method",
)  # fmt: skip

_ORDER_NO = re.compile(r"[A-Za-z0-9]{1,40}", re.ASCII)
_AMOUNT = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)
_BITS = re.compile(r"[01]{12}")
_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[^\s\"<>\\^`{|}]*)?", re.ASCII)
_FORMS = {
    "quotaopt": re.compile(r"0?[0-9]|1[0-2]"),
    "fix_inst": re.compile(r"0?[0-9]|1[0-2]"),
    "vcnt_expire_term": re.compile(r"[0-9]{1,3}"),
    "vcnt_expire_term_time": re.compile(r"([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"),
    "disp_tax_yn": re.compile(r"[YNRE]"),
    "escw_used": re.compile(r"[YN]"),
    "pay_mod": re.compile(r"[YNO]"),
}


class OrderRefused(Exception):
    """problems: one sentence each, for the developer who looks at the window."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class Order:
    """Checked. amount: whole won. pay_types: what the buyer may choose from, PACA first where it is one."""

    flow: str
    fields: Fields
    pay_types: tuple[str, ...]
    wallet: str
    tax: Tax

    @property
    def site_cd(self) -> str:
        return self.fields["site_cd"]

    @property
    def order_no(self) -> str:
        return self.fields["ordr_idxx"]

    @property
    def amount(self) -> int:
        return int(self.fields["good_mny"])

    @property
    def good_name(self) -> str:
        return self.fields["good_name"]

    @property
    def shop_name(self) -> str:
        return self.fields.get("site_name") or self.fields.get("shop_name") or self.site_cd

    def is_escrow(self, pay_type: str) -> bool:
        asked = self.fields.get("escw_used") == "Y" and self.fields.get("pay_mod", "Y") != "N"
        return asked and pay_type in (TRANSFER, VBANK)

    def due_at(self, now: float) -> float:
        """When a virtual account that is issued now closes, in seconds since 1970."""
        today = datetime.fromtimestamp(now, clock.KOREA).date()
        if self.flow == MOBILE and self.fields.get("ipgm_date"):
            day = datetime.strptime(self.fields["ipgm_date"], "%Y%m%d").date()  # noqa: DTZ007  # a date only
        else:
            day = today + timedelta(days=int(self.fields.get("vcnt_expire_term") or DEFAULT_TERM_DAYS))
        stamp = day.strftime("%Y%m%d") + (self.fields.get("vcnt_expire_term_time") or "235959")
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=clock.KOREA).timestamp()


def read_order(fields: Fields, flow: str, *, caret_forbidden: bool, tosspay_known: bool) -> Order:
    """flow: "pc" or "mobile". Raises OrderRefused with everything that is wrong."""
    problems = [*_missing(fields, flow), *_malformed(fields, caret_forbidden=caret_forbidden)]
    pay_types = _pay_types(fields, flow)
    if not pay_types:
        problems.append("pay_method 형식 오류 / names no method")
    if GIFT in pay_types and not fields.get("shop_user_id"):
        problems.append("필수 항목 누락 / missing: shop_user_id")
    problems += _escrow_problems(fields)
    tax = read_tax(fields, prefix="comm")
    if tax is None and _AMOUNT.fullmatch(fields.get("good_mny", "")):
        problems.append(
            "과세 금액 오류 / tax_flag, comm_tax_mny, comm_vat_mny, comm_free_mny do not fit good_mny"
        )
    flags = [name for name in WALLETS if fields.get(f"{name}_direct") == "Y"]
    if not tosspay_known:
        flags = [name for name in flags if name != "tosspay"]
    if len(flags) > 1:
        problems.append(f"간편결제 지정 중복 / more than one direct flag: {', '.join(flags)}")
    if problems or tax is None:
        raise OrderRefused(problems)
    wallet = flags[0] if flags and CARD in pay_types else ""
    return Order(flow, dict(fields), (CARD,) if wallet else pay_types, wallet, tax)


def missing_result_inputs(fields: Fields) -> list[str]:
    """The empty inputs without which the PC window hangs."""
    return [name for name in RESULT_INPUTS if name not in fields]


def is_web_address(url: str) -> bool:
    return len(url) <= 500 and _URL.fullmatch(url) is not None


def _missing(fields: Fields, flow: str) -> list[str]:
    needed = ["site_cd", "ordr_idxx", "good_name", "good_mny", "pay_method"]
    if flow == MOBILE:
        needed += ["approval_key", "Ret_URL", "ActionResult"]
    return [f"필수 항목 누락 / missing: {name}" for name in needed if not fields.get(name)]


def _malformed(fields: Fields, *, caret_forbidden: bool) -> list[str]:
    wrong = [f"{name}: {most} bytes" for name, most in LENGTHS.items() if size(fields.get(name, "")) > most]
    wrong += [
        f"{name}: 사용할 수 없는 문자"
        for name in TEXTS
        if not text.is_clean(fields.get(name, ""), caret_forbidden=caret_forbidden)
    ]
    patterns = {"site_cd": SITE_CD, "ordr_idxx": _ORDER_NO, "good_mny": _AMOUNT, **_FORMS}
    wrong += [
        f"{name}: {fields[name][:20]}"
        for name, pattern in patterns.items()
        if fields.get(name) and not pattern.fullmatch(fields[name])
    ]
    if fields.get("currency", "WON") not in ("WON", "410"):
        wrong.append("currency")
    if fields.get("Ret_URL") and not is_web_address(fields["Ret_URL"]):
        wrong.append("Ret_URL")
    if fields.get("ipgm_date") and not _is_date(fields["ipgm_date"]):
        wrong.append("ipgm_date")
    if (
        fields.get("vcnt_expire_term", "0").isdecimal()
        and int(fields.get("vcnt_expire_term") or 0) > MAX_TERM_DAYS
    ):
        wrong.append("vcnt_expire_term")
    if unknown := [bank for bank in split_list(fields.get("wish_vbank_list")) if not codes.bank_number(bank)]:
        wrong.append(f"wish_vbank_list: {', '.join(unknown)} of {len(BANKS)}")
    return [f"형식 오류 / malformed: {what}" for what in wrong]


def split_list(value: str | None) -> list[str]:
    return [part for part in (value or "").split(":") if part]


def _pay_types(fields: Fields, flow: str) -> tuple[str, ...]:
    method = fields.get("pay_method", "")
    if flow == MOBILE:
        found = [one for one in MEANS.values() if one.word == method]
        action = fields.get("ActionResult", "")
        return tuple(one.pay_type for one in found if action in ("", one.action))
    if not _BITS.fullmatch(method):
        return ()
    known = {one.bit: one.pay_type for one in MEANS.values()}
    chosen = [place for place, bit in enumerate(method) if bit == "1"]
    return tuple(known[place] for place in chosen) if set(chosen) <= set(known) else ()


def _escrow_problems(fields: Fields) -> list[str]:
    """An escrow order names its goods one by one and the receiver."""
    if fields.get("escw_used") != "Y" or fields.get("pay_mod", "Y") == "N":
        return []
    needed = ("pay_mod", "deli_term", "bask_cntx", "good_info", "rcvr_name")
    problems = [f"에스크로 필수 항목 누락 / missing: {name}" for name in needed if not fields.get(name)]
    goods = fields.get("good_info", "").split("\x1e")
    if fields.get("good_info") and fields.get("bask_cntx") != str(len(goods)):
        problems.append("에스크로 상품 수 오류 / bask_cntx is not the number of goods in good_info")
    return problems


def _is_date(value: str) -> bool:
    try:
        datetime.strptime(value, "%Y%m%d")  # noqa: DTZ007  # a date only
    except ValueError:
        return False
    return len(value) == 8
