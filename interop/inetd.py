#!/usr/bin/env python3
"""A very small inetd, for servers that speak on stdin and stdout.

usage: inetd.py PORT COMMAND [ARGUMENT...]

Listens on 127.0.0.1 only. The command gets the connected socket as its standard input
and output. Ends with SIGTERM.
"""
import signal
import socket
import subprocess
import sys

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
running = []
while True:
    connection, _ = listener.accept()
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)    # or each reply may take 40 ms
        running.append(subprocess.Popen(sys.argv[2:], stdin=connection, stdout=connection))
    running = [p for p in running if p.poll() is None]      # and reaps the others
