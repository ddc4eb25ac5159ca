"""A small threaded server for one world: in tests by ``serving``, for people by ``run``."""

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import IO, Any, cast
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

from resonanz.sandbox.app import make_app
from resonanz.sandbox.wire import Vanish
from resonanz.sandbox.world import World


class QuietAnswering(ServerHandler):
    """Lets Vanish through (the line is cut) and keeps quiet about callers that hang up."""

    http_version = "1.0"
    environ: dict[str, Any]

    def run(self, application: Callable[..., Any]) -> None:
        try:
            self.setup_environ()
            self.result = application(self.environ, self.start_response)
            self.finish_response()
        except (Vanish, ConnectionError, TimeoutError):
            self.close()


class QuietLine(WSGIRequestHandler):
    """One call on one line; nothing is logged, names are not looked up."""

    timeout = 30

    def handle(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            return
        reading, writing = cast("IO[bytes]", self.rfile), cast("IO[bytes]", self.wfile)
        line = QuietAnswering(reading, writing, sys.stderr, self.get_environ(), multithread=True)
        line.request_handler = self  # type: ignore[attr-defined]
        line.run(self.server.get_app())  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        return

    def address_string(self) -> str:
        return str(self.client_address[0])


class ThreadedServer(ThreadingMixIn, WSGIServer):
    """A thread for each call; ``block_on_close`` lets running calls end first."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def bound(world: World, port: int = 0) -> ThreadedServer:
    """A server on loopback that is bound but does not answer yet. Raises OSError where the port is taken."""
    server = ThreadedServer(("127.0.0.1", port), QuietLine)
    server.set_app(make_app(world))
    return server


@contextmanager
def serving(world: World, port: int = 0) -> Iterator[str]:
    """Serve ``world`` on loopback inside the block; gives its base address."""
    server = bound(world, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(2)
