"""Inicis' own magic numbers, beside those that KCP has, too.

Up to 56 a number means what it means there, where both have such a thing.
"""

from app.sandbox.magic import Magic, decline, deposit, with_common

MAGIC = with_common(
    {
        # in the window
        1: Magic("cancelled by the buyer", {"outcome": "close"}),
        2: Magic("authentication fails, SIM0", {"outcome": "fail"}),
        4: Magic("authenticated, but out of time", {"outcome": "expired"}),
        5: Magic("cancelled in the bank's app", {"outcome": "bank_app"}),
        6: Magic("empty code or message", {"outcome": "blank"}),
        # at the approval
        11: decline("SIMB"),
        12: decline("SIMC"),
        13: decline("SIMD"),
        14: decline("SIME"),
        15: decline("SIMF"),
        16: decline("SIMG"),
        17: decline("SIMH"),
        18: decline("SIMK"),
        19: decline("SIM9"),
        20: Magic("approved, not cancellable in part", {"partial": "0"}),
        23: Magic("SIM9 after approval", {"fault": "system_error_after"}),
        27: Magic("SIM9 without approval, once", {"fault": "system_error_before"}),
        30: decline("SIMP"),
        # on the way back
        33: Magic("comes back with half of authToken or P_TID", {"back": "garbled"}),
        36: Magic("comes back without authToken or P_TID", {"back": "without"}),
        37: Magic("comes back with a foreign authUrl or P_REQ_URL", {"back": "foreign_approval"}),
        38: Magic("comes back with a foreign netCancelUrl", {"back": "foreign_cancel"}),
        39: Magic("comes back with an unknown idc_name", {"back": "unknown_idc"}),
        40: Magic("comes back with another order number", {"back": "other_order"}),
        # deposits into virtual accounts
        50: deposit("deposit notice with another account number", "other_account"),
        # answers that are not true
        61: Magic("approved, another amount in the answer", {"lie": "amount"}),
        62: Magic("approved, another order number in the answer", {"lie": "oid"}),
        63: Magic("approved, another MID in the answer", {"lie": "mid"}),
        64: Magic("approved, authSignature does not fit (PC)", {"lie": "signature"}),
        65: Magic("approved, no TID in the answer", {"lie": "tid"}),
        # answer lost after approval, and then a fault of the net-cancel
        71: Magic(
            "answer lost; net-cancel's answer lost", {"fault": "answer_lost", "cancel_fault": "answer_lost"}
        ),
        72: Magic(
            "answer lost; net-cancel lost, once", {"fault": "answer_lost", "cancel_fault": "request_lost"}
        ),
        73: Magic(
            "answer lost; net-cancel fails, once",
            {"fault": "answer_lost", "cancel_fault": "system_error_before"},
        ),
        74: Magic(
            "answer lost; net-cancel done, 502 page",
            {"fault": "answer_lost", "cancel_fault": "error_500_after"},
        ),
        75: Magic("answer lost; net-cancel garbled", {"fault": "answer_lost", "cancel_fault": "garbled"}),
    }
)
