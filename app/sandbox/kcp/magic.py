"""KCP's own magic numbers, beside those that Inicis has, too."""

from app.sandbox.magic import Magic, decline, with_common

MAGIC = with_common(
    {
        # in the window
        1: Magic("closed, 3001", {"outcome": "close"}),
        2: Magic("over the limit of the window, 3000", {"outcome": "limit"}),
        4: Magic("enc_data has expired", {"outcome": "expired"}),
        5: Magic("cancelled with 7777", {"outcome": "odd"}),
        6: Magic("empty res_cd", {"outcome": "blank"}),
        # at the approval
        11: decline("SIM7"),
        12: decline("SIMD"),
        13: decline("SIM8"),
        14: decline("SIM9"),
        15: decline("SIMA"),
        16: decline("CC67"),
        17: decline("8059"),
        18: decline("S032"),
        19: decline("9999"),
        20: Magic("approved, not cancellable in part", {"partcanc": "N"}),
        23: Magic("9999 after approval", {"fault": "system_error_after"}),
        27: Magic("9999 without approval, once", {"fault": "system_error_before"}),
        # on the way back
        33: Magic("comes back with half of enc_data", {"back": "garbled"}),
        36: Magic("comes back without enc_info", {"back": "without"}),
    }
)
