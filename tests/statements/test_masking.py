"""No whole card number and no person leaves the reader, wherever on the row they stand."""

import json

import pytest

from merchants.statements.faults import BadValue
from merchants.statements.masking import card_key, mask_card, mask_text
from tests.statements.reading import KEY, read, workbook
from tests.statements.test_bad_text import COLUMNS, GOOD

PAN = "6222021234567894417"


def test_a_card_number_is_first_six_last_four_and_a_keyed_hash():
    masked, hashed = mask_card(PAN, KEY)
    assert masked == "622202******4417"
    assert mask_card("6222 0212 3456 7894 417", KEY) == (masked, hashed)
    assert mask_card(PAN, card_key("another installation"))[1] != hashed
    assert mask_card("6222021234567804417", KEY)[1] != hashed


@pytest.mark.parametrize(
    "text",
    ["622202******4417", "622202*********4417", "622202xxxxxx4417", "622202 ****** 4417", "６２２２０２******4417"],
)
def test_numbers_masked_elsewhere_agree_and_have_no_hash(text):
    assert mask_card(text, KEY) == ("622202******4417", None)


@pytest.mark.parametrize("text", ["12345", "abc", "62220212345678944170000"])
def test_what_is_no_card_number_is_refused(text):
    with pytest.raises(BadValue):
        mask_card(text, KEY)


@pytest.mark.parametrize("text", [
    PAN, "4012888888881881", "card6222021234567894417x", "6222 0212 3456 7894 417", "6222-0212-3456-7894-417", "卡６２２２０２１２３４５６７８９４４１７退",
])  # fmt: skip
def test_a_card_number_in_free_text_is_masked(text):
    said = mask_text(f"原卡{text}。")
    assert "1234567" not in said and "88888888" not in said and "******" in said


@pytest.mark.parametrize("text", ["320501199001011234", "11010119900307123X", "身份证11010119900307123x号"])
def test_an_identity_number_in_free_text_is_masked(text):
    assert "19900" not in mask_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "通知号KK20260817001",
        "电话 0512-62345678",
        "S20260922140930557742",
        "4200002925202609221284997714",
        "协议7.3",
        "898305054110218",
    ],
)
def test_other_numbers_in_free_text_stay(text):
    assert mask_text(text) == text


def test_nothing_secret_is_in_records_or_report_whatever_column_it_stands_in():
    head = [*COLUMNS, "持卡人姓名", "持卡人身份证号", "手机号", "有效期", "CVN2", "其他说明"]
    row = [*GOOD.split(","), "张三丰", "320501199001011234", "13812345678", "2712", "123", f"请退到{PAN}"]
    row[COLUMNS.index("卡号")] = PAN
    row[COLUMNS.index("备注")] = f"卡 {PAN}"
    bad = ["x" if name == "交易金额" else cell for name, cell in zip(head, row, strict=True)]
    text = "\n".join(",".join(line) for line in (head, row, bad, [*row, "多"]))
    for data in (text, text.encode("gb18030"), workbook([head, row, bad])):
        records, report = read(data)
        assert len(records) == 1 and report["rejected"]
        said = json.dumps([[r.as_dict() for r in records], report], ensure_ascii=False)
        for secret in ("张三丰", "320501199001011234", "13812345678", "2712", PAN, "持卡人"):
            assert secret not in said
        assert records[0].memo == "卡 622202******4417"
