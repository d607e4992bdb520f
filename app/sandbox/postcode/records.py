"""The addresses that the stand-in finds. Every field is text, '' where there is nothing."""

FIELDS = (
    "zonecode", "address", "addressEnglish", "addressType", "userSelectedType", "noSelected",
    "userLanguageType", "roadAddress", "roadAddressEnglish", "jibunAddress", "jibunAddressEnglish",
    "autoRoadAddress", "autoRoadAddressEnglish", "autoJibunAddress", "autoJibunAddressEnglish",
    "buildingCode", "buildingName", "apartment", "sido", "sidoEnglish", "sigungu", "sigunguEnglish",
    "sigunguCode", "bcode", "roadname", "roadnameEnglish", "roadnameCode", "bname", "bnameEnglish",
    "bname1", "bname1English", "bname2", "bname2English", "hname", "query", "postcode", "postcode1",
    "postcode2", "postcodeSeq",
)  # fmt: skip
Record = dict[str, str]


def _record(**said: str) -> Record:
    usual = {"addressType": "R", "userLanguageType": "K", "noSelected": "N", "apartment": "N"}
    record = {**dict.fromkeys(FIELDS, ""), **usual, **said}
    record["address"] = record["address"] or record["roadAddress"]
    return record


RECORDS = [
    _record(
        zonecode="13494",
        roadAddress="경기 성남시 분당구 판교역로 235",
        jibunAddress="경기 성남시 분당구 삼평동 681",
        buildingCode="4113510900106810000000001",
        buildingName="에이치스퀘어 엔동",
        sido="경기",
        sigungu="성남시 분당구",
        sigunguCode="41135",
        bcode="4113510900",
        roadname="판교역로",
        roadnameCode="3179025",
        bname="삼평동",
        bname2="삼평동",
    ),
    _record(
        zonecode="06236",
        roadAddress="서울 강남구 테헤란로 123",
        jibunAddress="서울 강남구 역삼동 700-1",
        buildingCode="1168010100107000001000001",
        buildingName="한빛아파트",
        apartment="Y",
        sido="서울",
        sigungu="강남구",
        sigunguCode="11680",
        bcode="1168010100",
        roadname="테헤란로",
        roadnameCode="3122005",
        bname="역삼동",
        bname2="역삼동",
    ),
    _record(  # a lot with several road addresses: the service matches one by itself
        zonecode="04524",
        address="서울 중구 태평로1가 31",
        addressType="J",
        jibunAddress="서울 중구 태평로1가 31",
        autoRoadAddress="서울 중구 세종대로 110",
        buildingCode="1114010300100310000000001",
        sido="서울",
        sigungu="중구",
        sigunguCode="11140",
        bcode="1114010300",
        roadname="세종대로",
        roadnameCode="2005001",
        bname="태평로1가",
        bname2="태평로1가",
    ),
    _record(  # the same, with '선택 안함' for the related address
        zonecode="04525",
        address="서울 중구 태평로1가 32",
        addressType="J",
        jibunAddress="서울 중구 태평로1가 32",
        autoRoadAddress="서울 중구 세종대로 112",
        noSelected="Y",
        sido="서울",
        sigungu="중구",
        sigunguCode="11140",
        bcode="1114010300",
        roadname="세종대로",
        roadnameCode="2005001",
        bname="태평로1가",
        bname2="태평로1가",
    ),
    _record(
        zonecode="55337",
        roadAddress="전북특별자치도 완주군 구이면 덕천전원길 230-7",
        jibunAddress="전북특별자치도 완주군 구이면 덕천리 1-1",
        sido="전북특별자치도",
        sigungu="완주군",
        sigunguCode="52710",
        bcode="5271033021",
        roadname="덕천전원길",
        roadnameCode="4631001",
        bname="덕천리",
        bname1="구이면",
        bname2="덕천리",
    ),
    _record(
        zonecode="30151",
        roadAddress="세종특별자치시 한누리대로 2130",
        jibunAddress="세종특별자치시 보람동 660",
        sido="세종특별자치시",
        sigunguCode="36110",
        bcode="3611011400",
        roadname="한누리대로",
        roadnameCode="3351001",
        bname="보람동",
        bname2="보람동",
    ),
    _record(
        zonecode="63122",
        roadAddress="제주특별자치도 제주시 문연로 6",
        jibunAddress="제주특별자치도 제주시 연동 312-1",
        sido="제주특별자치도",
        sigungu="제주시",
        sigunguCode="50110",
        bcode="5011010800",
        roadname="문연로",
        roadnameCode="3349001",
        bname="연동",
        bname2="연동",
    ),
    _record(  # chosen in English
        zonecode="48058",
        roadAddress="부산 해운대구 센텀중앙로 79",
        roadAddressEnglish="79 Centum jungang-ro, Haeundae-gu, Busan, Republic of Korea",
        jibunAddress="부산 해운대구 우동 1458",
        userLanguageType="E",
        sido="부산",
        sigungu="해운대구",
        sigunguCode="26350",
        bcode="2635010500",
        roadname="센텀중앙로",
        roadnameCode="2006001",
        bname="우동",
        bname2="우동",
    ),
]


def matching(query: str) -> list[Record]:
    """Those that hold every word of the query somewhere."""
    words = query.split()
    searched = [(record, " ".join(record.values())) for record in RECORDS]
    return [record for record, text in searched if words and all(word in text for word in words)]
