#!/usr/bin/env python3
"""Keeps a server that listens on every interface away from all of them.

usage: loopback.py PORT INSIDE-PORT COMMAND [ARGUMENT...]

The command runs in a network of its own that has nothing but a loopback device; what
connects to 127.0.0.1:PORT is passed on to INSIDE-PORT in there. Needs root.
"""

import ctypes
import fcntl
import socket
import struct
import subprocess
import sys
import threading
import time

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
UP_AND_RUNNING = 0x41


def copy(source, sink):
    """Octets, until the source has no more."""
    try:
        while octets := source.recv(65536):
            sink.sendall(octets)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def pass_on(client, port):
    for _ in range(50):
        try:
            server = socket.create_connection(("127.0.0.1", port))
            break
        except OSError:
            time.sleep(0.1)
    else:
        client.close()
        return
    back = threading.Thread(target=copy, args=(server, client))
    back.start()
    copy(client, server)
    back.join()
    client.close()
    server.close()


def main():
    port, inside, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    # a socket stays in the network that it was made in
    listener = socket.create_server(("127.0.0.1", port))
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", UP_AND_RUNNING))
    subprocess.Popen(command, stdin=subprocess.DEVNULL)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=pass_on, args=(client, inside), daemon=True).start()


main()
