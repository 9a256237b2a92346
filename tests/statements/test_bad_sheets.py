"""Hostile and broken workbooks: nothing is unpacked without a look at its size, followed, run or guessed."""

import datetime as dt
import io
import resource
import struct
import time
import zipfile

import openpyxl
import pytest

from merchants.statements.faults import StatementRefused
from tests.statements.reading import SHEET, cells, packed, parts_of, read, sample, workbook
from tests.statements.test_bad_text import COLUMNS, GOOD

ROW = GOOD.split(",")


def with_cell(column: str, value) -> list:
    return [value if name == column else cell for name, cell in zip(COLUMNS, ROW, strict=True)]


def book(*rows: list, **options) -> bytes:
    return workbook([COLUMNS, *rows], **options)


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    parts = parts_of(data)
    assert old in parts[part]
    return packed(parts | {part: parts[part].replace(old, new)})


def rejected(data: bytes, accepted: int = 2) -> list[tuple[str, int, str]]:
    records, report = read(data)
    assert len(records) == accepted
    return [(reject["sheet"], reject["line"], reject["column"]) for reject in report["rejected"]]


def refused(data: bytes) -> str:
    start = time.process_time()
    with pytest.raises(StatementRefused) as caught:
        read(data)
    assert time.process_time() - start < 10
    return caught.value.reason


@pytest.mark.parametrize(("column", "value"), [
    ("商户编号", 898301058120356), ("商户编号", 8.98e14), ("参考号", 92213551023), ("参考号", 192213551023), ("卡号", 6222021234567894417),
    ("终端号", 483217), ("终端号", 10483217.5), ("商户编号", "8.98E+14"), ("交易金额", 268.005), ("交易金额", "268.005"), ("交易金额", 1e300),
    ("交易金额", True), ("交易日期", 2), ("交易日期", 99999), ("交易时间", "25:00:00"),
])  # fmt: skip
def test_a_bad_cell_is_named_with_sheet_row_and_column(column, value):
    assert rejected(book(ROW, with_cell(column, value), ROW)) == [("对账单", 3, column)]


def test_a_long_number_stored_as_a_number_is_refused_and_not_guessed():
    _, report = read(book(with_cell("商户编号", 8.98e14)))
    assert "文本" in report["rejected"][0]["why"]


@pytest.mark.parametrize(("column", "value"), [
    ("终端号", 10483217), ("交易金额", 268), ("交易金额", 0.1 + 0.2), ("结算金额", 18448.639999999999), ("交易日期", 46287),
    ("交易时间", 134210), ("交易时间", "13:42:10"),
])  # fmt: skip
def test_numbers_that_lost_nothing_are_read(column, value):
    assert rejected(book(ROW, with_cell(column, value), ROW), 3) == []


def test_amounts_from_sums_have_the_cents_that_the_sheet_shows():
    records, _ = read(book(with_cell("结算金额", 18448.639999999999), with_cell("结算金额", 0.1 + 0.2)))
    assert [str(record.net) for record in records] == ["18448.64", "0.30"]


def dated(date1904: bool) -> bytes:
    """A workbook whose days and times are real dates, in one of the two epochs."""
    file = openpyxl.Workbook()
    if date1904:
        file.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = file.active
    sheet.append(COLUMNS)
    sheet.append(with_cell("交易日期", dt.date(2026, 9, 22)))
    sheet["E2"] = dt.time(13, 42, 10)
    sheet.append(with_cell("交易日期", dt.datetime(2026, 9, 22, 13, 42, 10)))  # noqa: DTZ001 - a sheet knows no offset
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


@pytest.mark.parametrize("date1904", [False, True])
def test_dates_of_both_epochs_are_the_days_they_show(date1904):
    data = dated(date1904)
    assert (b'date1904="1"' in parts_of(data)["xl/workbook.xml"]) is date1904
    records, report = read(data)
    assert report["rejected"] == []
    assert {record.txn_at.isoformat() for record in records} == {"2026-09-22T13:42:10+08:00"}


def test_a_wrong_dimension_hides_no_row():
    data = book(ROW, ROW, ROW)
    assert rejected(changed(data, SHEET, b'<dimension ref="A1:L4"/>', b'<dimension ref="A1"/>'), 3) == []
    assert rejected(changed(data, SHEET, b'<dimension ref="A1:L4"/>', b'<dimension ref="A1:XFD1048576"/>'), 3) == []


def test_a_formula_with_its_result_is_read_and_one_without_is_named():
    data = book(with_cell("交易金额", 268), with_cell("交易金额", 777), ROW)
    with_result = changed(data, SHEET, b"<v>268</v>", b"<f>SUM(A1:A1)</f><v>268</v>")
    assert rejected(with_result, 3) == []
    assert rejected(changed(with_result, SHEET, b"<v>777</v>", b"<f>SUM(A1:A1)</f>")) == [("对账单", 3, "交易金额")]


def test_an_error_value_is_named():
    data = book(ROW, with_cell("交易金额", 777), ROW)
    parts = parts_of(data)
    sheet = parts[SHEET].replace(b'"><v>777</v>', b'" t="e"><v>#REF!</v>')
    assert rejected(packed(parts | {SHEET: sheet})) == [("对账单", 3, "交易金额")]


def test_external_links_and_macros_are_left_alone():
    parts = parts_of(book(ROW))
    rels = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>", b'<Relationship Id="rId99" Type="x/externalLink" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )  # fmt: skip
    hostile = {
        "xl/_rels/workbook.xml.rels": rels,
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0",
        "xl/externalLinks/externalLink1.xml": b"<x/>",
    }
    assert rejected(packed(parts | hostile), 1) == []


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize("doctype", [
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">',
])  # fmt: skip
def test_entities_are_refused_wherever_they_stand(part, doctype):
    data = changed(book(ROW), part, b"?>\n", b"?>\n" + doctype)
    assert refused(data) == "xlsx_entities"


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    parts = parts_of(book(ROW))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name, data in parts.items():
            target.writestr(name, data)
        with target.open("xl/media/bomb.bin", "w") as bomb:
            for _ in range(200):
                bomb.write(bytes(1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused(file.getvalue()) == "xlsx_bomb"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_directory_that_lies_about_sizes_gives_a_sentence():
    data = bytearray(book(ROW))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)  # the uncompressed size of the first entry
    try:
        _, report = read(bytes(data))
        assert report["accepted"] == 1
    except StatementRefused as error:
        assert error.reason in ("xlsx_broken", "archive")


def test_too_many_parts_are_refused():
    assert refused(packed(parts_of(book(ROW)) | {f"xl/media/{n}": b"x" for n in range(1_000)})) == "xlsx_bomb"


@pytest.mark.parametrize("cut", [200, 2_000, -30])
def test_a_cut_file_gives_a_sentence(cut):
    assert refused(book(ROW)[:cut]) == "xlsx_broken"


def test_broken_xml_gives_a_sentence():
    assert refused(changed(book(ROW), SHEET, b"</sheetData>", b"")) == "xlsx_broken"


def test_an_unknown_xml_encoding_gives_a_sentence():
    assert refused(changed(book(ROW), SHEET, b'encoding="UTF-8"', b'encoding="UTF-yes"')) == "xlsx_broken"


def test_a_zip_that_is_no_workbook_is_called_an_archive():
    assert refused(packed({"对账单.csv": sample("acquirer.csv").encode()})) == "archive"


def test_a_workbook_without_any_row_is_empty():
    assert refused(workbook([])) == "empty"


def test_a_cell_far_to_the_right_is_refused_and_allocates_nothing():
    data = changed(book(ROW), SHEET, b'r="L2"', b'r="XFD2"')
    assert refused(data) == "too_wide"


@pytest.mark.slow
def test_a_million_formatted_but_empty_rows_cost_little():
    blank = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(3, 1_048_577))
    parts = parts_of(book(ROW))
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", blank + b"</sheetData>")
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    assert rejected(packed(parts), 1) == []
    assert time.process_time() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_row_number_far_down_is_kept_as_it_is():
    data = book(ROW, with_cell("交易金额", "x"), ROW)
    parts = parts_of(data)
    sheet = parts[SHEET].replace(b'<row r="3"', b'<row r="1048570"')
    assert rejected(packed(parts | {SHEET: sheet})) == [("对账单", 1048570, "交易金额")]


def test_every_sheet_with_a_statement_is_read_and_the_others_are_named():
    file = openpyxl.Workbook()
    file.active.title = "封面"
    file.active.append(["某支付公司", "对账单", "2026 年 9 月"])
    for name in ("22日", "23日"):
        sheet = file.create_sheet(name)
        for row in (COLUMNS, ROW, with_cell("交易金额", "x")):
            sheet.append(row)
    hidden = file.create_sheet("隐藏")
    hidden.sheet_state = "hidden"
    hidden.append(COLUMNS)
    hidden.append(ROW)
    out = io.BytesIO()
    file.save(out)
    records, report = read(out.getvalue())
    assert [record.line_no for record in records] == [1, 3]
    assert [(r["sheet"], r["line"], r["column"]) for r in report["rejected"]] == [
        ("22日", 3, "交易金额"),
        ("23日", 3, "交易金额"),
    ]
    assert report["skipped_sheets"] == ["封面"]


def test_inline_strings_prefixed_names_and_rows_without_numbers_are_read():
    def cell(text: str) -> str:
        return f'<x:c t="inlineStr"><x:is><x:r><x:t>{text[:2]}</x:t></x:r><x:r><x:t>{text[2:]}</x:t></x:r></x:is></x:c>'

    rows = "".join("<x:row>" + "".join(map(cell, row)) + "</x:row>" for row in (COLUMNS, ROW))
    sheet = f'<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    records, report = read(packed(parts_of(book(ROW)) | {SHEET: sheet.encode()}))
    assert (len(records), report["rejected"]) == (1, [])


def test_a_statement_in_a_workbook_of_50_000_rows_stays_within_its_budget():
    data = workbook(
        [COLUMNS, *[[*ROW[:6], f"{n:012}", *ROW[7:8], 268, 1.61, 266.39, "午餐"] for n in range(50_000)]],
        constant_memory=False,
    )
    start = time.process_time()
    records, report = read(data)
    assert time.process_time() - start < 15
    assert (len(records), report["totals"]["net"]) == (50_000, "13319500.00")


def test_the_samples_footer_is_compared_in_a_workbook_too():
    _, report = read(workbook(cells(sample("acquirer.csv"))))
    assert report["control"]["ok"] is True and report["control"]["checks"][0]["sheet"] == "对账单"
