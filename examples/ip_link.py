# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets both ways over the simulated link: two transmitters, two receivers, one clock.

Without arguments UDP datagrams to 127.0.0.1:52001 come out at 127.0.0.1:52002, and answers go
back. With --tun, as root, IP packets between two network namespaces, isac-near and isac-far, go
over the link; each has an interface isac with an address of its own. Ends with Ctrl-C.
"""

import argparse
import os
import signal
import subprocess
import sys
import time

from gnuradio import blocks, gr, isac, network

QUEUE_LEN = 64 * 1024  # bytes: more would only make TCP wait longer for what is lost
ADDRESSES = {"isac-near": "10.73.0.1", "isac-far": "10.73.0.2"}


class ip_link(gr.top_block):
    """Two ways between two blocks that take and give PDUs: sockets or TUN devices."""

    def __init__(self, waveform, scene, near, far):
        gr.top_block.__init__(self, "ip_link", catch_exceptions=True)
        self.near, self.far = near, far
        self.there = self._way(waveform, scene, near, far, seed=0)
        self.back = self._way(waveform, scene, far, near, seed=1)

    def _way(self, waveform, scene, source, sink, seed):
        transmitter = isac.transmitter(waveform, idle=True, queue_len=QUEUE_LEN)
        receiver = isac.receiver(waveform)
        self.connect(transmitter, blocks.throttle(gr.sizeof_gr_complex, waveform.sample_rate_hz),
                     isac.scene_channel(waveform, scene, isac.channel_view.LINK, seed=seed),
                     receiver)
        self.msg_connect(source, "pdus", transmitter, "pdus")
        self.msg_connect(receiver, "pdus", sink, "pdus")
        return transmitter, receiver

    def report(self):
        lines = []
        for name, (transmitter, receiver) in (("there", self.there), ("back", self.back)):
            lines.append(f"{name}: {receiver.frames} frames, {receiver.crc_errors} broken, "
                         f"{receiver.lost_pdus} packets lost, {transmitter.dropped} dropped")
        return "\n".join(lines)


class namespaces:
    """Two network namespaces, with a TUN device each, while the with block lasts."""

    def __enter__(self):
        for name, address in ADDRESSES.items():
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)
            self._ip("netns", "add", name)
            self._ip("link", "set", name, "netns", name)
            self._ip("-n", name, "link", "set", "lo", "up")
            self._ip("-n", name, "address", "add", f"{address}/24", "dev", name)
            self._ip("-n", name, "link", "set", name, "up")

    def __exit__(self, *_):
        for name in ADDRESSES:  # a device must outlive the block that reads from it
            self._ip("-n", name, "link", "set", name, "netns", str(os.getpid()))
            self._ip("netns", "del", name)

    @staticmethod
    def _ip(*args):
        subprocess.run(["ip", *args], check=True)


def run(top, seconds):
    """Until Ctrl-C, or for so long."""
    def stop(*_):
        raise KeyboardInterrupt

    # SIGINT too: a script's shell has what it starts in the background ignore it, and Python
    # leaves that so.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        top.start()
        print("ready", flush=True)
        time.sleep(seconds or 1e9)
    except KeyboardInterrupt:
        pass
    top.stop()
    top.wait()
    print(top.report(), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    add = parser.add_argument
    add("--waveform", default="pluto", help="preset or .yml file")
    add("--scene", default="street", help="preset or .yml file; its paths are the link")
    add("--rows", type=int, default=64, help="of a frame: fewer make the answer come sooner")
    add("--tun", action="store_true", help="IP packets between two network namespaces; as root")
    add("--near-port", type=int, default=52001, help="UDP, of 127.0.0.1: send here")
    add("--far-port", type=int, default=52002, help="UDP, of 127.0.0.1: comes out here")
    add("--seconds", type=float, help="end after so long")
    args = parser.parse_args()

    waveform = isac.load_waveform(args.waveform, n_symbols=args.rows)
    scene = isac.load_scene(args.scene)
    rate = 8e-6 * waveform.payload_len / waveform.frame_duration_s
    print(f"{waveform.id}: {rate:.2f} Mbit/s each way, frames of "
          f"{1e3 * waveform.frame_duration_s:.1f} ms")
    if args.tun:
        near, far = (network.tuntap_pdu(name, 1500, True) for name in ADDRESSES)
        top = ip_link(waveform, scene, near, far)
        with namespaces():
            print(f"try: sudo ip netns exec isac-near ping {ADDRESSES['isac-far']}")
            run(top, args.seconds)
    else:
        near = network.socket_pdu("UDP_SERVER", "127.0.0.1", str(args.near_port), 1472)
        far = network.socket_pdu("UDP_CLIENT", "127.0.0.1", str(args.far_port), 1472)
        print(f"try: nc -u -l 127.0.0.1 {args.far_port} here, and in another terminal "
              f"nc -u 127.0.0.1 {args.near_port}")
        run(ip_link(waveform, scene, near, far), args.seconds)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ValueError, RuntimeError, OSError) as error:  # a wrong value, a port that is taken
        sys.exit(f"ip_link: {error}")
