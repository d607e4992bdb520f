"""What the pay window calls the things a tester can choose. value: (Korean, English)."""

from app.sandbox.choices import Deposit
from app.sandbox.faults import FaultKind
from app.sandbox.inicis.choice import Back, Lie, Outcome

FAILURES = {
    Outcome.CLOSE: ("구매자가 취소", "the buyer cancels"),
    Outcome.BANK_APP: ("앱에서 취소", "the buyer cancels in the bank's app"),
    Outcome.FAIL: ("인증 실패", "the authentication fails, SIM0"),
    Outcome.BLANK: ("빈 결과 코드", "an empty code or message"),
    Outcome.TIMEOUT: ("시간 초과, 아무것도 돌아오지 않음", "time out, nothing comes back"),
    Outcome.EXPIRED: ("인증 후 승인 시한이 지남", "authenticated, but out of time"),
}
FAULTS = {
    "none": ("장애 없음", "no fault"),
    FaultKind.ANSWER_LOST: ("처리 후 응답 유실", "done, answer lost"),
    FaultKind.ERROR_500_AFTER: ("처리 후 502 오류", "done, 502 page"),
    FaultKind.SYSTEM_ERROR_AFTER: ("처리 후 SIM9 응답", "done, answered SIM9"),
    FaultKind.GARBLED: ("처리 후 깨진 응답", "done, garbled body"),
    FaultKind.WRONG_CHARSET: ("다른 문자셋 응답", "done, answered in another charset"),
    FaultKind.ERROR_500_BEFORE: ("처리 없이 502 오류 (1회)", "not done, 502 page, once"),
    FaultKind.SYSTEM_ERROR_BEFORE: ("처리 없이 SIM9 응답 (1회)", "not done, answered SIM9, once"),
    FaultKind.REQUEST_LOST: ("요청 유실 (1회)", "not done, request lost, once"),
    FaultKind.SLOW: ("느린 응답", "slow answer"),
}
LIES = {
    Lie.NONE: ("정상", "true"),
    Lie.AMOUNT: ("다른 금액", "another amount"),
    Lie.OID: ("다른 주문번호", "another order number"),
    Lie.MID: ("다른 상점ID", "another MID"),
    Lie.SIGNATURE: ("authSignature 불일치", "authSignature does not fit (PC)"),
    Lie.TID: ("빈 TID", "empty TID"),
}
BACKS = {
    Back.NORMAL: ("정상", "normal"),
    Back.NEVER: ("돌아오지 않음", "the browser is closed, nothing comes back"),
    Back.LATE: ("늦게 돌아옴", "late"),
    Back.TWICE: ("두 번 돌아옴", "twice"),
    Back.GARBLED: ("인증값 절반 유실", "half of authToken or P_TID is missing"),
    Back.WITHOUT: ("인증값 없음", "authToken or P_TID is missing"),
    Back.WRONG_CHARSET: ("다른 문자셋", "wrong charset"),
    Back.FOREIGN_APPROVAL: ("승인 주소 위조", "authUrl or P_REQ_URL of somebody else"),
    Back.FOREIGN_CANCEL: ("망취소 주소 위조", "netCancelUrl of somebody else"),
    Back.UNKNOWN_IDC: ("모르는 idc_name", "an unknown idc_name"),
    Back.OTHER_ORDER: ("다른 주문번호", "the number of another order"),
}
DEPOSITS = {
    Deposit.NONE: ("콘솔에서 입금", "by hand, in the console"),
    Deposit.SOON: ("바로 입금", "at once"),
    Deposit.LATER: ("지연 시간 뒤 입금", "after the delay"),
    Deposit.BEFORE_ANSWER: ("승인 응답보다 통보가 먼저", "notice before the answer"),
    Deposit.REVERSED: ("입금 후 지연 시간 뒤 입금취소", "taken back after the delay"),
    Deposit.REVERSED_FIRST: ("입금취소 통보가 먼저 도착", "taken back, told first"),
    Deposit.LESS: ("모자란 금액", "too little"),
    Deposit.MORE: ("넘치는 금액", "too much"),
    Deposit.TWO: ("두 번 입금", "paid two times"),
    Deposit.AFTER_DUE: ("입금 기한이 지난 뒤", "after the due date"),
    Deposit.OTHER_ACCOUNT: ("다른 계좌번호로 통보", "the notice names another account"),
}
# name of an offer: (Korean, English)
ASKED = {
    "wallet": ("간편결제", "easy pay"),
    "funding": ("지불 방법", "paid by"),
    "card": ("카드사", "card"),
    "quota": ("할부", "instalments"),
    "kind": ("카드 종류", "kind"),
    "owner": ("명의", "owner"),
    "partial": ("부분취소", "partial cancel"),
    "bank": ("은행", "bank"),
    "cash_type": ("현금영수증", "cash receipt"),
    "carrier": ("통신사", "carrier"),
}
