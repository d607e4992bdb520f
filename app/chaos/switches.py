"""What the gateways' documents leave open, drawn from the seed for a whole run: each is as it usually is here, or as
it may be instead.

Left out is what only the buyer's browser would notice, and what takes away a contract that the plans rely on.
"""

from collections.abc import Mapping
from random import Random

SWITCHES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "kcp": {
        "return_charset": ("euc-kr", "utf-8"),
        "error_status": ("200", "400", "500"),
        "enc_data_reuse": ("refused", "same_answer", "approved_again"),
        "vbank_code": ("0000", "V000"),
        "vbank_date_digits": ("14", "8"),
        "phone_time": ("app_time", "hp_app_time"),
        "money_names": ("easypoint", "kakaomny"),
        "card_mask": ("*", "0"),
        "inquiry_vbank_state": ("nothing", "shop_status"),
        "notice_bank_code": ("BK26", "26"),
        "vbank_close_notice": ("on", "off"),
    },
    "inicis": {
        "pc_cancel": ("closeUrl", "2001", "0021", "0022", "empty", "wording"),
        "return_charset": ("asked", "euc-kr", "utf-8"),
        "token_reuse": ("refused", "same_answer"),
        "isp_cards": ("Card", "VCard"),
        "bank_name": ("DirectBank", "iDirectBank"),
        "net_cancel_unapproved": ("refused", "accepted"),
        "net_cancel_failure": ("coded", "empty", "html"),
        "mobile_return_method": ("post", "get"),
        "mobile_return_amount": ("given", "absent"),
        "mobile_charset": ("asked", "euc-kr", "utf-8"),
        "nvp_escaping": ("raw", "percent"),
        "one_transaction": ("obeyed", "never"),
        "already_cancelled": ("resultCode", "detailResultCode"),
        "v2_inquiry_code": ("SUCCESS", "00"),
        "v2_not_found_code": ("01", "9"),
        "net_cancelled_inquiry": ("cancelled", "not_found"),
        "prtc_tid": ("original", "new"),
        "issue_notice": ("on", "off"),
        "notice_auth_dt": ("14", "12"),
        "mobile_notice_charset": ("euc-kr", "utf-8"),
    },
}


def draw_switches(seed: int) -> dict[str, dict[str, str]]:
    """By gateway."""
    random = Random(f"{seed}/switches")  # noqa: S311  # to be repeated, not to be secret
    return {
        gateway: {name: random.choice((values[0], random.choice(values))) for name, values in known.items()}
        for gateway, known in SWITCHES.items()
    }
