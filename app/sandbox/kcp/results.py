"""KCP's result codes: those the notes attest, and the simulator's own.

`SIMx` codes are made up, because KCP's list of codes was not seen: nobody is to take them for KCP's, and an
adapter must not depend on them (notes §9.4).
"""

# code: (Korean sentence, English sentence)
RESULTS: dict[str, tuple[str, str]] = {
    # attested (notes §3); the sentences of 8059 and S032 too, the others are ours
    "0000": ("정상처리", "processing completed"),
    "V000": ("가상계좌 발급", "virtual account issued"),
    "3000": ("결제 가능 금액을 초과하였습니다", "amount over the limit of the window"),
    "3001": ("사용자가 결제를 취소하였습니다", "cancelled by the customer"),
    "7777": ("사용자 취소", "cancelled by the customer"),
    "8012": ("등록되지 않은 서버 IP입니다", "the address of the server is not registered"),
    "8038": ("부분취소된 거래는 전체취소할 수 없습니다", "full cancel after a partial cancel"),
    "8059": ("포맷에러(지불정보-공통:결제금액 불일치)", "amount mismatch"),
    "8133": ("이미 취소된 거래입니다", "already cancelled"),
    "8178": ("정산 예정 금액이 부족합니다", "unsettled balance too small"),
    "9502": ("연동 모듈 오류", "link module error"),
    "9562": ("연동 정보 오류", "missing tran_cd"),
    "9999": ("시스템 오류", "system error"),
    "CC67": ("카드사 심사가 완료되지 않은 가맹점입니다", "the card company has not admitted the shop"),
    "S032": ("접근권한이 없습니다.", "no access"),
    # ours
    "SIM0": ("필수 항목 누락 또는 형식 오류", "a field is missing or malformed"),
    "SIM1": ("전자서명 검증 실패", "the signature does not verify"),
    "SIM2": ("유효하지 않은 인증 데이터", "enc_data is unknown, changed, expired or used"),
    "SIM3": ("주문번호 또는 결제수단 불일치", "order number or method differs from the window"),
    "SIM4": ("거래를 찾을 수 없습니다", "no such transaction"),
    "SIM5": ("취소 금액 오류", "mod_mny or rem_mny is wrong"),
    "SIM6": ("부분취소할 수 없는 거래입니다", "not cancellable in part"),
    "SIM7": ("한도초과 또는 잔액부족", "over the limit or no funds"),
    "SIM8": ("정지되었거나 분실·도난 신고된 카드", "card stopped, lost or stolen"),
    "SIM9": ("카드 유효기간 오류", "card expired"),
    "SIMA": ("할부가 되지 않는 카드", "no instalments on this card"),
    "SIMB": ("은행 점검 시간", "bank closed for maintenance"),
    "SIMC": ("휴대폰 결제 한도초과", "over the limit of the phone bill"),
    "SIMD": ("카드사 승인 거절", "refused by the issuer"),
    "SIME": ("취소 가능 기간이 지났습니다", "too late to cancel"),
    "SIMF": ("환불 계좌 예금주가 일치하지 않습니다", "the refund account belongs to somebody else"),
    "SIMG": ("계약되지 않은 서비스입니다", "not in the contract"),
    "SIMH": ("취소할 수 없는 거래입니다", "not cancellable"),
    "SIMI": ("이미 승인된 주문번호입니다", "order number already approved"),
}

# What the pay window offers to decline with, by method; the first is the commonest.
DECLINES: dict[str, tuple[str, ...]] = {
    "PACA": ("SIM7", "SIMD", "SIM8", "SIM9", "SIMA", "CC67", "8059", "S032", "9999"),
    "PABK": ("SIM7", "SIMB", "SIMD", "8059", "S032", "9999"),
    "PAVC": ("SIMB", "8059", "S032", "9999"),
    "PAMC": ("SIMC", "SIMD", "8059", "S032", "9999"),
    "PATK": ("SIM7", "SIMD", "9999"),
    "PAPT": ("SIM7", "SIMD", "9999"),
}


class KcpRefusal(Exception):
    """An answer that refuses; nothing was changed. detail: put in brackets behind the code's sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        korean, english = RESULTS.get(code, ("거절", "refused"))
        self.code = code
        self.message = f"{korean} ({detail})" if detail else korean
        self.english = english
        super().__init__(code)

    @property
    def body(self) -> dict[str, str]:
        return {"res_cd": self.code, "res_msg": self.message, "res_en_msg": self.english}
