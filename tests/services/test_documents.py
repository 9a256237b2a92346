"""What all documents share: nothing is fetched for them, their structure, amounts in capitals."""

from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import weasyprint

from config import documents, money


def test_a_text_is_cut_into_title_headings_items_rows_and_paragraphs():
    text = "函\n\n一、情况\n（一）扣款\n序号｜金额\n1｜2,000.00\n\n1. 请说明\n文字\n　　　　某店\n"
    found = list(documents.blocks(text))
    assert [block.kind for block in found] == ["title", "heading", "sub", "rows", "item", "text", "right"]
    assert [cell.is_figure for cell in found[3].rows[1]] == [True, True]
    many = "附表\n" + "\n".join(f"{n}｜1.00" for n in range(documents.MOST_ROWS + 1))
    assert {block.kind for block in documents.blocks(many)} == {"title", "lines"}


def test_nothing_is_fetched_while_a_document_is_drawn(monkeypatch):
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        html = f'<body class="paper"><img src="http://127.0.0.1:{server.server_port}/x.png">'
        monkeypatch.setattr(documents, "render_to_string", lambda *a: html)
        assert documents.pdf("any", {}).startswith(b"%PDF") and asked == []
        weasyprint.HTML(string=html).write_pdf()
        assert asked == ["/x.png"]  # it would be, if it could
        server.shutdown()


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("1680.50", "壹仟陆佰捌拾元伍角"), ("2000.00", "贰仟元整"), ("0.05", "伍分"), ("325.04", "叁佰贰拾伍元零肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"), ("999999999.99", "玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(amount, capitals):
    assert money.in_capitals(Decimal(amount)) == capitals
