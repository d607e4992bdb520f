"""Inicis' result codes: those the notes attest, and the simulator's own.

`SIMx` codes are made up, because Inicis' list of codes was not seen: nobody is to take them for Inicis', and an
adapter must not depend on them (notes §9, §10).
"""

# code: (Korean sentence, English sentence)
RESULTS: dict[str, tuple[str, str]] = {
    # attested (notes §1.6, §2.5, §3.5)
    "0000": ("정상처리되었습니다.", "done"),
    "00": ("정상처리되었습니다.", "done"),
    "SUCCESS": ("정상처리되었습니다.", "done"),
    "01": ("해당거래 없음", "refused on phones; by INIAPI: no such transaction"),
    "R201": ("이미 승인된 거래입니다.", "this authentication was approved before"),
    "2001": ("사용자가 결제를 취소하였습니다.", "cancelled by the buyer, as one shop takes it"),
    "0021": ("사용자 취소", "cancelled by the buyer, as one shop takes it"),
    "0022": ("사용자 취소", "cancelled by the buyer, as one shop takes it"),
    "ERR205": ("hashData 검증 실패", "hashData does not fit"),
    "500626": ("이미 취소된 거래입니다.", "already cancelled"),
    "MX1002": ("일시적인 오류로 결제를 진행할 수 없습니다.", "temporary error, usually a bad field"),
    "MX1006": ("일시적인 오류로 결제를 진행할 수 없습니다.", "temporary error, usually a missing field"),
    "MX2001": ("등록되지 않은 상점입니다.", "wrong MID"),
    "MX2002": ("서비스가 개시되지 않은 상점입니다.", "service not opened"),
    "MX2003": ("서비스가 개시되지 않은 상점입니다.", "service not opened"),
    # ours; SIM0 to SIM7 as the notes name them
    "SIM0": ("인증에 실패하였습니다", "authentication failed in the window"),
    "SIM1": ("signature error", "a hash does not fit"),
    "SIM2": ("이미 사용된 인증 데이터", "authToken was used or taken back"),
    "SIM3": ("유효하지 않은 인증 데이터", "authToken is unknown or out of time"),
    "SIM4": ("금액 불일치", "price differs from the authenticated one"),
    "SIM5": ("망취소할 수 없습니다", "there is nothing to net-cancel, or it is too late"),
    "SIM6": ("부분취소 금액 오류", "price and confirmPrice do not fit what is left"),
    "SIM7": ("환불 계좌번호 복호화 실패", "refundAcctNum cannot be decrypted"),
    "SIM8": ("필수 항목 누락 또는 형식 오류", "a field is missing or malformed"),
    "SIM9": ("시스템 오류", "system error"),
    "SIMA": ("등록되지 않은 상점", "unknown mid, or its keys are not known"),
    "SIMB": ("한도초과 또는 잔액부족", "over the limit or no funds"),
    "SIMC": ("카드사 승인 거절", "refused by the issuer"),
    "SIMD": ("정지되었거나 분실·도난 신고된 카드", "card stopped, lost or stolen"),
    "SIME": ("카드 유효기간 오류", "card expired"),
    "SIMF": ("할부가 되지 않는 카드", "no instalments on this card"),
    "SIMG": ("은행 점검 시간", "bank closed for maintenance"),
    "SIMH": ("휴대폰 결제 한도초과", "over the limit of the phone bill"),
    "SIMI": ("부분취소할 수 없는 거래", "not cancellable in part"),
    "SIMJ": ("취소 가능 기간이 지났습니다", "too late to cancel"),
    "SIMK": ("계약되지 않은 서비스", "not in the contract"),
    "SIML": ("취소할 수 없는 거래", "not cancellable in this state or with this paymethod"),
    "SIMM": ("정산 예정 금액 부족", "unsettled balance too small"),
    "SIMN": ("이미 승인된 주문번호", "order number approved before"),
    "SIMO": ("timestamp 오류", "timestamp is malformed, stale or that of the form"),
    "SIMP": ("테스트할 수 없는 카드", "this card cannot be used in test"),
    "SIMQ": ("TID 가맹점ID 불일치", "the transaction is another MID's"),
    "SIMR": ("등록되지 않은 서버 IP", "clientIp is not the caller's"),
}

# Sentences of `01` on phones (notes §2.4, §2.5); the code alone does not tell what happened.
CLOSED_BY_BUYER = "사용자가 결제를 취소하였습니다."
CLOSED_IN_BANK_APP = "사용자에 의한 취소입니다.(091)"
OTHER_MID = "요청 MID 와 TID 가 일치하지 않습니다"
FIELD_MISSING = "필수요청 값이 누락되었습니다"

# What the pay window offers to decline with, by method; the first is the commonest.
DECLINES: dict[str, tuple[str, ...]] = {
    "card": ("SIMB", "SIMC", "SIMD", "SIME", "SIMF", "SIMP", "SIMK", "SIM9"),
    "bank": ("SIMB", "SIMG", "SIMC", "SIMK", "SIM9"),
    "vbank": ("SIMG", "SIMK", "SIM9"),
    "phone": ("SIMH", "SIMC", "SIMK", "SIM9"),
    "culture": ("SIMB", "SIMC", "SIM9"),
    "books": ("SIMB", "SIMC", "SIM9"),
    "happy": ("SIMB", "SIMC", "SIM9"),
}


class InicisRefusal(Exception):
    """An answer that refuses; nothing was changed. message: in the place of the code's own sentence.

    detail: put in brackets behind it. detail_code: detailResultCode of INIAPI.
    """

    def __init__(self, code: str, detail: str = "", *, message: str = "", detail_code: str = "") -> None:
        sentence = message or RESULTS.get(code, ("거절", "refused"))[0]
        self.code = code
        self.message = f"{sentence} ({detail})" if detail else sentence
        self.detail_code = detail_code
        super().__init__(code)
