"""A small IMAP4rev1 server over the mailboxes of a world: enough for imaplib and imap-tools, with IDLE and UIDPLUS."""

import base64
import binascii
import select
import threading
from collections.abc import Callable
from dataclasses import replace
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import cast

from resonanz.sandbox import imap_fetch, imap_search, mail_tokens, mailboxes, seeds
from resonanz.sandbox.imap_grammar import BadCommand, Command, as_text, members, moment, quoted, read_command
from resonanz.sandbox.mailboxes import Mail
from resonanz.sandbox.world import World

ABILITIES = "IMAP4rev1 IDLE UIDPLUS UNSELECT SPECIAL-USE LITERAL+ AUTH=PLAIN AUTH=XOAUTH2"
FLAGS = "\\Answered \\Flagged \\Deleted \\Seen \\Draft"
UID_VALIDITY = 1
IDLE_LOOK_S = 0.1
LINE_TIMEOUT_S = 1800.0


ANYONE = {
    "CAPABILITY": "_capability",
    "NOOP": "_noop",
    "LOGOUT": "_logout",
    "LOGIN": "_login",
    "AUTHENTICATE": "_authenticate",
}
SIGNED_IN = {
    "SELECT": "_select",
    "EXAMINE": "_select",
    "LIST": "_list",
    "LSUB": "_list",
    "STATUS": "_status",
    "APPEND": "_append",
}
IN_BOX = {
    "CHECK": "_noop",
    "CLOSE": "_close",
    "UNSELECT": "_unselect",
    "IDLE": "_idle",
    "EXPUNGE": "_expunge",
    "UID EXPUNGE": "_expunge",
    "SEARCH": "_search",
    "UID SEARCH": "_search",
    "FETCH": "_fetch",
    "UID FETCH": "_fetch",
    "STORE": "_store",
    "UID STORE": "_store",
    "COPY": "_copy",
    "UID COPY": "_copy",
}


class No(Exception):
    """The command is understood and refused."""


class ImapServer(ThreadingTCPServer):
    """A thread for each line. Bound when made; raises OSError where the port is taken."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, world: World, port: int) -> None:
        self.world = world
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", port), Line)


class Line(StreamRequestHandler):
    """One client's line from greeting to BYE."""

    timeout = LINE_TIMEOUT_S

    def setup(self) -> None:
        super().setup()
        self.room = cast("ImapServer", self.server)
        self.world = self.room.world
        self.address = ""
        self.box = ""
        self.read_only = False
        self.uids: list[int] = []

    def handle(self) -> None:
        try:
            self._say(f"* OK [CAPABILITY {ABILITIES}] Auental mail room")
            while self._answer_one():
                pass
        except (EOFError, OSError):
            return

    def _answer_one(self) -> bool:
        try:
            command = read_command(self.rfile.readline, self.rfile.read, lambda: self._say("+ go on"))
        except BadCommand as error:
            self._say(f"{error.tag} BAD {error}")
            return True
        try:
            self._tell_new()
            said = self._acts(command)(command)
            self._sync(command.name)
            self._say(f"{command.tag} OK {said or command.name + ' done'}")
        except BadCommand as error:
            self._say(f"{command.tag} BAD {error}")
        except No as error:
            self._say(f"{command.tag} NO {error}")
        return command.name != "LOGOUT"

    def _acts(self, command: Command) -> Callable[[Command], str | None]:
        names = {**ANYONE, **(SIGNED_IN if self.address else {}), **(IN_BOX if self.box else {})}
        act = names.get(command.name)
        if not act:
            raise BadCommand(f"{command.name} is not possible now")
        return cast("Callable[[Command], str | None]", getattr(self, act))

    def _capability(self, _command: Command) -> None:
        self._say(f"* CAPABILITY {ABILITIES}")

    def _noop(self, _command: Command) -> None:
        return

    def _logout(self, _command: Command) -> None:
        self._say("* BYE see you")

    def _login(self, command: Command) -> None:
        self._let_in(command.text(0), command.text(1))

    def _authenticate(self, command: Command) -> None:
        way = command.text(0).upper()
        if way not in {"PLAIN", "XOAUTH2"}:
            raise No("only PLAIN and XOAUTH2")
        if len(command.parts) > 1:
            said = command.text(1)
        else:
            self._say("+ ")
            said = self.rfile.readline(8192).decode("ascii", "replace").strip()
        try:
            shown = base64.b64decode(said).decode()
            if way == "XOAUTH2":
                self._let_in_by_token(*mail_tokens.shown(shown))
            else:
                _, login, password = shown.split("\0")
                self._let_in(login, password)
        except (binascii.Error, ValueError):
            raise BadCommand("no log-in") from None

    def _let_in_by_token(self, login: str, token: str) -> None:
        """The company alone. A refusal is first said as a question, which the client answers with an empty line."""
        if login.lower() != seeds.MAIL_LOGIN or not mail_tokens.fits(self.world, token):
            self._say(f"+ {base64.b64encode(mail_tokens.REFUSED).decode()}")
            self.rfile.readline(1024)
            raise No("[AUTHENTICATIONFAILED] the token is not good")
        self.address = login.lower()

    def _let_in(self, login: str, password: str) -> None:
        """The company and, with the same password, every customer."""
        if self.world.faults.strike("mail", "refuse_log_in") or password != seeds.MAIL_PASSWORD or "@" not in login:
            raise No("[AUTHENTICATIONFAILED] log-in refused")
        self.address = login.lower()

    def _list(self, _command: Command) -> None:
        for box in mailboxes.BOXES:
            use = "" if box == mailboxes.INBOX else f" \\{box}"
            self._say(f'* LIST (\\HasNoChildren{use}) "/" {quoted(box)}')

    def _select(self, command: Command) -> str:
        self.box = self._named(command.text(0))
        self.read_only = command.name == "EXAMINE"
        self.uids = mailboxes.uids(self.world, self.address, self.box)
        self._say(f"* FLAGS ({FLAGS})")
        lasting = "" if self.read_only else FLAGS + " \\*"
        self._say(f"* OK [PERMANENTFLAGS ({lasting})] kept")
        self._say(f"* {len(self.uids)} EXISTS")
        self._say("* 0 RECENT")
        self._say(f"* OK [UIDVALIDITY {UID_VALIDITY}] UIDs valid")
        self._say(f"* OK [UIDNEXT {mailboxes.next_uid(self.world, self.address, self.box)}] next")
        return f"[READ-{'ONLY' if self.read_only else 'WRITE'}] {self.box}"

    def _status(self, command: Command) -> None:
        box = self._named(command.text(0))
        mails = mailboxes.mails(self.world, self.address, box)
        known = {
            "MESSAGES": len(mails), "RECENT": 0, "UIDNEXT": mailboxes.next_uid(self.world, self.address, box),
            "UIDVALIDITY": UID_VALIDITY, "UNSEEN": sum("\\Seen" not in mail.flags for mail in mails),
        }  # fmt: skip
        names = command.parts[1] if len(command.parts) > 1 else []
        asked = [as_text(one).upper() for one in names] if isinstance(names, list) else []
        self._say(f"* STATUS {quoted(box)} ({' '.join(f'{one} {known[one]}' for one in asked if one in known)})")

    def _append(self, command: Command) -> str:
        box, raw = self._named(command.text(0)), command.parts[-1]
        if not isinstance(raw, bytes):
            raise BadCommand("no mail")
        flags = next((one for one in command.parts[1:-1] if isinstance(one, list)), [])
        dates = [moment(one) for one in command.parts[1:-1] if isinstance(one, str)]
        marked = " ".join(as_text(one) for one in flags)
        uid = mailboxes.deliver(self.world, self.address, raw, box=box, flags=marked, at=dates[0] if dates else None)
        return f"[APPENDUID {UID_VALIDITY} {uid}] kept"

    def _search(self, command: Command) -> None:
        fitting = imap_search.found(self._mails(), command.parts)
        by_uid = command.name.startswith("UID")
        numbers = [mail.uid if by_uid else self.uids.index(mail.uid) + 1 for mail in fitting]
        self._say(" ".join(["* SEARCH", *map(str, numbers)]))

    def _fetch(self, command: Command) -> None:
        items = imap_fetch.wanted(command.parts[1] if len(command.parts) > 1 else [])
        seen = imap_fetch.marks_seen(items) and not self.read_only
        for mail in self._chosen(command):
            shown = mail
            if seen and "\\Seen" not in mail.flags:
                shown = replace(mail, flags=mail.flags | {"\\Seen"})
                mailboxes.flag(self.world, mail, shown.flags)
            inner = imap_fetch.fetched(shown, items, with_uid=command.name.startswith("UID"))
            self.wfile.write(f"* {self._place(mail)} FETCH (".encode() + inner + b")\r\n")

    def _store(self, command: Command) -> None:
        if self.read_only:
            raise No("opened for reading only")
        way, last = command.text(1).upper(), command.parts[-1]
        flags = frozenset(as_text(one) for one in (last if isinstance(last, list) else [last]))
        for mail in self._chosen(command):
            new = mail.flags | flags if way[0] == "+" else mail.flags - flags if way[0] == "-" else flags
            mailboxes.flag(self.world, mail, new)
            if not way.endswith(".SILENT"):
                self._say(f"* {self._place(mail)} FETCH (UID {mail.uid} FLAGS ({' '.join(sorted(new))}))")

    def _copy(self, command: Command) -> None:
        box = self._named(command.text(1))
        for mail in self._chosen(command):
            mailboxes.deliver(self.world, self.address, mail.raw, box=box, flags=" ".join(mail.flags), at=mail.at)

    def _expunge(self, command: Command) -> None:
        chosen = self._chosen(command) if command.name == "UID EXPUNGE" else self._mails()
        for mail in chosen:
            if "\\Deleted" in mail.flags and not self.read_only:
                mailboxes.expunge(self.world, mail)

    def _close(self, command: Command) -> None:
        self._expunge(replace(command, name="EXPUNGE"))
        self.box, self.uids = "", []

    def _unselect(self, _command: Command) -> None:
        self.box, self.uids = "", []

    def _idle(self, _command: Command) -> None:
        """Tells news as they come until the client says DONE."""
        self._say("+ idling")
        while not self.room.stopping.is_set():
            ready, _, _ = select.select([self.connection], [], [], IDLE_LOOK_S)
            if ready:
                if self.rfile.readline(1024).strip().upper() != b"DONE":
                    raise EOFError
                return
            self._sync("IDLE")

    def _sync(self, name: str) -> None:
        """Tell what came and went; not what went while numbers are in use (RFC 3501, 7.4.1)."""
        if self.box and name not in {"FETCH", "STORE", "SEARCH"}:
            now = set(mailboxes.uids(self.world, self.address, self.box))
            for uid in sorted(set(self.uids) - now, reverse=True):
                self._say(f"* {self.uids.index(uid) + 1} EXPUNGE")
                self.uids.remove(uid)
        self._tell_new()

    def _tell_new(self) -> None:
        last = self.uids[-1] if self.uids else 0
        new = [uid for uid in mailboxes.uids(self.world, self.address, self.box) if uid > last] if self.box else []
        if new:
            self.uids += new
            self._say(f"* {len(self.uids)} EXISTS")

    def _mails(self) -> list[Mail]:
        known = set(self.uids)
        return [mail for mail in mailboxes.mails(self.world, self.address, self.box) if mail.uid in known]

    def _chosen(self, command: Command) -> list[Mail]:
        mails = self._mails()
        if command.name.startswith("UID"):
            wanted = set(members(command.text(0), [mail.uid for mail in mails]))
            return [mail for mail in mails if mail.uid in wanted]
        return [mails[place - 1] for place in members(command.text(0), range(1, len(mails) + 1))]

    def _place(self, mail: Mail) -> int:
        return self.uids.index(mail.uid) + 1

    def _named(self, name: str) -> str:
        box = mailboxes.INBOX if name.upper() == mailboxes.INBOX else name
        if box not in mailboxes.BOXES:
            raise No("[NONEXISTENT] no such box")
        return box

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")
