# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/ip_link.py carries what a network carries, both ways."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

EXAMPLE = Path(__file__).parents[1] / "examples/ip_link.py"
LIMIT_S = 20  # for anything to arrive; it takes a tenth of a second


@contextmanager
def running(*args):
    """The example, from when it is ready on; yields a list that gets what it said at its end."""
    process = subprocess.Popen([sys.executable, "-u", EXAMPLE, *args, "--seconds", "120"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               env={**os.environ, "PYTHONFAULTHANDLER": "1"})
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if line == "ready\n":
                break
        assert said[-1] == "ready\n", "".join(said)
        yield said
    finally:
        said.append(end(process))
    assert process.returncode == 0 and "Traceback" not in "".join(said), "".join(said)


def end(process):
    """What it still says; where its threads are, if it doesn't end."""
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=LIMIT_S)[0]
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        return f"not gone {LIMIT_S} s after SIGINT\n" + process.communicate()[0]


def free_ports(n):
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(n)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def test_datagrams_cross_the_link_and_answers_come_back():
    near_port, far_port = free_ports(2)
    rng = np.random.default_rng(1)
    sent = [rng.bytes(int(n)) for n in (1, 1400, 60, 1472, 2, 500)]
    with (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near,
          socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far):
        far.bind(("127.0.0.1", far_port))
        near.settimeout(LIMIT_S)
        far.settimeout(LIMIT_S)
        with running("--near-port", str(near_port), "--far-port", str(far_port)) as said:
            for data in sent:
                near.sendto(data, ("127.0.0.1", near_port))
            for data in sent:
                received, sender = far.recvfrom(2000)
                assert received == data
                far.sendto(data[::-1], sender)
            for data in sent:
                assert near.recv(2000) == data[::-1]
    assert said[-1].count(" 0 packets lost, 0 dropped") == 2


def test_nobody_else_on_the_network_can_send():
    """The socket of the example is bound to the loopback address."""
    near_port, far_port = free_ports(2)
    with running("--near-port", str(near_port), "--far-port", str(far_port)):
        bound = [line.split()[1] for line in Path("/proc/net/udp").read_text().splitlines()[1:]]
    assert f"0100007F:{near_port:04X}" in bound
    assert f"00000000:{near_port:04X}" not in bound


def test_a_script_can_end_it_too():
    """Its shell has what it starts in the background ignore SIGINT, and that is inherited."""
    near_port, far_port = free_ports(2)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with running("--near-port", str(near_port), "--far-port", str(far_port)):
            pass
    finally:
        signal.signal(signal.SIGINT, before)


def why_no_tun():
    """Why the test with real interfaces cannot run here; nothing if it can."""
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "/dev/net/tun is not there or not ours"
    if os.geteuid() != 0 or not shutil.which("ip"):
        return "network namespaces need root and iproute2"
    name = f"isac-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode:
        return f"no network namespace can be made: {made.stderr.strip()}"
    inside = subprocess.run(["ip", "netns", "exec", name, "true"], capture_output=True, text=True)
    subprocess.run(["ip", "netns", "del", name])
    return inside.stderr.strip() if inside.returncode else None


# An echo request as ping sends it, answered by the kernel of the other side; n times.
PING = """
import socket, struct, sys, time
def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    return ~((total & 0xffff) + (total >> 16)) & 0xffff
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
s.settimeout(10)
for i in range(5):
    data = struct.pack("!HH", 73, i) + bytes(56)
    start = time.monotonic()
    s.sendto(b"\\x08\\0" + struct.pack("!H", checksum(b"\\x08\\0\\0\\0" + data)) + data,
             ("10.73.0.2", 0))
    answer = struct.pack("!HHHH", 0, checksum(b"\\0\\0\\0\\0" + data), 73, i)
    while s.recv(2000)[20:28] != answer:
        pass
    print(f"{1e3 * (time.monotonic() - start):.1f} ms")
"""

SERVE = """
import hashlib, socket
s = socket.create_server(("10.73.0.2", 7300))
print("listening", flush=True)
c, _ = s.accept()
c.settimeout(30)
data = b""
while piece := c.recv(65536):
    data += piece
c.sendall(hashlib.sha256(data).hexdigest().encode())
"""

SEND = """
import socket, sys
s = socket.create_connection(("10.73.0.2", 7300), 30)
s.sendall(sys.stdin.buffer.read())
s.shutdown(socket.SHUT_WR)
print(s.recv(100).decode())
"""


def inside(name, code, **options):
    return subprocess.Popen(["ip", "netns", "exec", name, sys.executable, "-c", code],
                            stdout=subprocess.PIPE, **options)


@pytest.mark.parametrize("args, said", [
    (["--waveform", "missing.yml"], "missing.yml"), (["--scene", "nowhere"], "nowhere"),
    (["--rows", "-1"], "n_symbols = -1")])
def test_wrong_arguments_get_one_line(args, said):
    done = subprocess.run([sys.executable, EXAMPLE, *args], capture_output=True, text=True,
                          timeout=LIMIT_S)
    assert done.returncode == 1
    assert said in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_port_that_is_taken_gets_one_line():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        done = subprocess.run([sys.executable, EXAMPLE, "--near-port", str(port)],
                              capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 1
    assert done.stderr.startswith("ip_link: ") and done.stderr.count("\n") == 1, done.stderr


def test_ping_and_a_file_by_tcp_between_two_network_namespaces():
    reason = why_no_tun()
    if reason:
        pytest.skip(reason)
    file = np.random.default_rng(2).bytes(200_000)
    with running("--tun") as said:
        echoes, _ = inside("isac-near", PING).communicate(timeout=LIMIT_S)
        assert echoes.decode().count("ms") == 5
        server = inside("isac-far", SERVE)
        try:
            assert server.stdout.readline() == b"listening\n"
            sender = inside("isac-near", SEND, stdin=subprocess.PIPE)
            answer, _ = sender.communicate(file, timeout=2 * LIMIT_S)
            assert answer.decode().strip() == hashlib.sha256(file).hexdigest()
        finally:
            server.kill()
            server.communicate()
    assert said[-1].count(" 0 broken") == 2
    print(echoes.decode(), said[-1])
