"""The mail room: an SMTP server that puts everything into mailboxes, and an IMAP server to read them. Loopback only."""

import asyncio
import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from resonanz.sandbox import mail_tokens, mailboxes, seeds
from resonanz.sandbox.imap import ImapServer
from resonanz.sandbox.world import World

MOST_BYTES = 25 * 1024 * 1024
REFUSED = "550 5.1.1 There is no such mailbox here"
NOT_YET = "450 4.1.2 The recipient's domain was not found, try again later"
NOBODY = "niemand@"  # addresses that are refused at RCPT
NEVER_READY = "spaeter@"  # addresses that are put off at RCPT, each time


@dataclass(frozen=True, slots=True)
class Ports:
    smtp: int
    imap: int


class Sink:
    """Takes mail for everybody; the fault plan may refuse it or cut the line after it was taken."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if address.lower().startswith(NOBODY):
            return REFUSED
        if address.lower().startswith(NEVER_READY):
            return NOT_YET
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self._world.faults.strike("mail", "refuse_mail"):
            return "451 4.3.0 Not now, try again later"
        for address in envelope.rcpt_tos:
            mailboxes.deliver(self._world, address, bytes(envelope.original_content))
        if self._world.faults.strike("mail", "drop_after_mail"):
            server.transport.abort()
        return "250 OK"

    async def auth_XOAUTH2(self, server: Any, words: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        """A refusal is first said as a question, which the client answers with an empty line."""
        said = base64.b64decode(words[1]) if len(words) > 1 else await server.challenge_auth("")
        try:
            login, token = mail_tokens.shown(bytes(said).decode())
        except ValueError:
            return AuthResult(success=False, handled=False, message="501 5.5.2 No log-in")
        if login.lower() == seeds.MAIL_LOGIN and mail_tokens.fits(self._world, token):
            return AuthResult(success=True)
        await server.challenge_auth(mail_tokens.REFUSED)
        return AuthResult(success=False, handled=False, message="535 5.7.8 The token is not good")


class SmtpServer:
    """aiosmtpd on a loop of its own in a thread."""

    def __init__(self, world: World, port: int) -> None:
        self._world = world
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = int(self._socket.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Open; what is asked to stop before it runs would stop half-way."""
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)

    def _run(self) -> None:
        # opened here and not by the caller, in whose thread another loop may be running
        server = self._loop.run_until_complete(
            self._loop.create_server(lambda: _smtp(self._world, self._loop), sock=self._socket)
        )
        self._loop.call_soon(self._ready.set)
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


@contextmanager
def mailroom(world: World, smtp_port: int = 0, imap_port: int = 0) -> Iterator[Ports]:
    """Both servers inside the block. Raises OSError where a port is taken."""
    smtp = SmtpServer(world, smtp_port)
    smtp.start()
    try:
        with ImapServer(world, imap_port) as imap:
            thread = threading.Thread(target=imap.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            try:
                yield Ports(smtp.port, int(imap.server_address[1]))
            finally:
                imap.stopping.set()
                imap.shutdown()
                thread.join(2)
    finally:
        smtp.stop()


def _smtp(world: World, loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(
        Sink(world), hostname="post.auental.example", data_size_limit=MOST_BYTES, enable_SMTPUTF8=True,
        auth_require_tls=False, authenticator=_let_in, loop=loop,
    )  # fmt: skip


def _let_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, said: Any) -> AuthResult:
    expected = (seeds.MAIL_LOGIN.encode(), seeds.MAIL_PASSWORD.encode())
    fits = isinstance(said, LoginPassword) and (said.login, said.password) == expected
    return AuthResult(success=fits, handled=False)
