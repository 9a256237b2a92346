"""The other side of a wire, on loopback: a mail server and a text gateway that keep what they were handed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from scripts.processes import free_port

SECRET = "shared"


class Sink:
    """What arrived, one entry each time: `ids` counts repeats, a set of them does not.

    `takes` is asked before a message is taken: it may do harm meanwhile, and False refuses the message for now.
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.messages: list[dict] = []
        self.lock = Lock()
        self.takes: Callable[[str], bool] = lambda message_id: True

    def keep(self, message_id: str, **message) -> None:
        with self.lock:
            self.ids.append(message_id)
            self.messages.append({"id": message_id, **message})


class Mailbox(Sink):
    """An SMTP server. `answer` is what it says to a letter instead of taking it, `to_rcpt` to an address."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = self.to_rcpt = ""
        self.url = ""

    async def handle_RCPT(self, server: SMTP, session, envelope, address, options):
        if self.to_rcpt:
            return self.to_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session, envelope):
        if self.answer:
            return self.answer
        letter = message_from_bytes(envelope.content, policy=policy.default)
        name = letter["Message-ID"].strip("<>").partition("@")[0].partition(".")[0]
        if not self.takes(name):
            return "451 not now"
        self.keep(name, to=envelope.rcpt_tos[0], subject=letter["Subject"], text=letter.get_body(("plain",)).get_content(), letter=letter,
                  sender=envelope.mail_from)  # fmt: skip
        return "250 OK"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield box
    finally:
        controller.stop()


class Gateway(Sink):
    """An HTTP gateway for texts. `how` is one of accept, fail, refuse, drop, cut, slow, drip."""

    def __init__(self) -> None:
        super().__init__()
        self.how, self.url, self.closing = "accept", "", Event()


class Answers(BaseHTTPRequestHandler):
    """How the gateway of its server answers; what it is called is the gateway's `how`."""

    def do_POST(self) -> None:
        peer: Gateway = self.server.peer
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = json.loads(body)
        if not peer.takes(text["id"]):
            self.send_error(503)
            return
        peer.keep(text["id"], to=text["to"], text=text["text"], body=body, headers=dict(self.headers))
        getattr(self, peer.how)()

    def accept(self) -> None:
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def fail(self) -> None:
        self.send_error(500)

    def refuse(self) -> None:
        self.send_error(422)

    def drop(self) -> None:
        """Closes without a word."""
        self.close_connection = True

    def cut(self) -> None:
        """Accepts, and closes in the middle of its answer's body."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc")
        self.close_connection = True

    def slow(self) -> None:
        self.server.peer.closing.wait(30)

    def drip(self) -> None:
        """A byte now and then: no single read is slow, the whole never ends."""
        for byte in b"HTTP/1.1 200 OK" * 100:
            if self.server.peer.closing.wait(0.1):
                return
            self.wfile.write(bytes([byte]))

    def log_message(self, *args) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    peer: Gateway

    def handle_error(self, request, client_address) -> None:
        """Whoever asked is gone: it was killed, or tired of waiting."""


@contextmanager
def gateway() -> Iterator[Gateway]:
    server = Server(("127.0.0.1", 0), Answers)
    peer = server.peer = Gateway()
    Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    peer.url = f"http://:{SECRET}@127.0.0.1:{server.server_address[1]}/send"
    try:
        yield peer
    finally:
        peer.closing.set()
        server.shutdown()
        server.server_close()
