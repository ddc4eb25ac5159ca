"""The sandbox as a process: it starts, talks, and ends quickly when told to."""

import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest

from resonanz.sandbox.running import opened, run


def free_ports(count):
    taken = [socket.socket() for _ in range(count)]
    for one in taken:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


def test_everything_opens_and_closes(tmp_path):
    port, smtp, imap = free_ports(3)
    stop = threading.Event()

    with opened(port, (smtp, imap), str(tmp_path / "a.sqlite"), 0, stop):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            page = answer.read().decode()
        lines = [socket.create_connection(("127.0.0.1", one), 5) for one in (smtp, imap)]
        greetings = [line.recv(3) for line in lines]
        for line in lines:
            line.close()

    assert "Störung im Netz Süd" in page
    assert greetings == [b"220", b"* O"]
    assert stop.is_set()


def test_a_taken_port_is_said_and_nothing_stays_open(tmp_path):
    port, smtp, imap = free_ports(3)
    with socket.socket() as other:
        other.bind(("127.0.0.1", imap))
        other.listen()

        with pytest.raises(OSError, match="in use"):
            opened(port, (smtp, imap), str(tmp_path / "a.sqlite"), 0, threading.Event())

    for one in (port, smtp):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", one), 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path, number):
    port, smtp, imap = free_ports(3)
    said = [sys.executable, "-m", "resonanz.sandbox", f"--port={port}", f"--smtp-port={smtp}", f"--imap-port={imap}"]
    process = subprocess.Popen(
        [*said, f"--data={tmp_path / 'a.sqlite'}", "--pace=0.05"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    greeting = process.stdout.readline()

    process.send_signal(number)
    try:
        _, problems = process.communicate(timeout=10)
    finally:
        process.kill()

    assert greeting.startswith(f"http://127.0.0.1:{port}/".encode())
    assert (process.returncode, problems) == (0, b"")


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at" * 40, None])
def test_a_file_that_is_no_good_gets_a_sentence(tmp_path, capsys, content):
    path = tmp_path / "a.sqlite" if content else tmp_path / "nowhere" / "a.sqlite"
    if content:
        path.write_bytes(content)

    status = run(0, (0, 0), str(path), 0)

    assert status == 1
    assert capsys.readouterr().err.startswith(f"The sandbox cannot use {path}: ")


def test_a_taken_port_gets_a_sentence(capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        status = run(port, (0, 0), ":memory:", 0)

    assert status == 1
    assert f"using a port of {port}, 0, 0?" in capsys.readouterr().err
