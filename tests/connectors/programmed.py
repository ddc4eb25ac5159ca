"""A loopback HTTP server that answers as programmed and remembers what it was asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """``hang_s`` keeps the caller waiting; ``cut`` closes the line without an answer."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_s: float = 0
    cut: bool = False

    def encoded(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Programmed:
    """``answer`` decides for each call; the default is 404. ``ahead``, by the longest "METHOD /path" beginning, comes
    before it.
    """

    base_url: str = ""
    ahead: Mapping[str, Reply] = field(default_factory=dict)
    answer: Callable[[Asked], Reply] = lambda _: Reply(404, {"error": "Record not found"})
    asked: list[Asked] = field(default_factory=list)

    def always(self, reply: Reply) -> None:
        self.answer = lambda _: reply

    def routes(self, table: Mapping[str, Reply]) -> None:
        """Answer by the longest "METHOD /path" beginning."""

        self.answer = lambda asked: _fitting(table, asked) or Reply(404, {"error": "Record not found"})

    def reply(self, asked: Asked) -> Reply:
        return _fitting(self.ahead, asked) or self.answer(asked)


def _fitting(table: Mapping[str, Reply], asked: Asked) -> Reply | None:
    fitting = [one for one in table if f"{asked.method} {asked.path}".startswith(one)]
    return table[max(fitting, key=len)] if fitting else None


@contextmanager
def programmed() -> Iterator[Programmed]:
    plan = Programmed()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            plan.asked.append(asked)
            reply = plan.reply(asked)
            time.sleep(reply.hang_s)
            if reply.cut:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            encoded = reply.encoded()
            self.send_header("content-length", str(len(encoded)))
            self.end_headers()
            self.wfile.write(encoded)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            pass

    for method in ("GET", "POST", "PUT", "DELETE"):
        setattr(Door, f"do_{method}", Door.answer)

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    server = Quiet(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    plan.base_url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield plan
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
