#!/usr/bin/env python3
"""Python's poplib, and a plain socket where poplib is too polite, against a POP3 server.

usage: poplib_client.py PORT USER PASSWORD MAIL-DIR

The server has to offer the .eml files of MAIL-DIR in the order of their names. The
last check deletes two messages, so start the server anew afterwards. Prints one line
for each group of checks; ends with status 1 at the first difference.
"""
import poplib
import re
import socket
import sys

sys.dont_write_bytecode = True      # leave no __pycache__ here
import messages  # noqa: E402

PORT, USER, PASSWORD = int(sys.argv[1]), sys.argv[2], sys.argv[3]
MAIL = messages.read(sys.argv[4])
N = len(MAIL)
SIZES = ['%d %d' % (i, len(octets)) for i, (_, octets) in enumerate(MAIL, 1)]


def check(truth, what, *details):
    if not truth:
        sys.exit('FAIL poplib: %s %s' % (what, ' '.join('%.300r' % (d,) for d in details)))


def same(got, want, what):
    if got == want:
        return
    if isinstance(got, bytes) and isinstance(want, bytes):
        sys.exit('FAIL poplib: %s: %s' % (what, messages.difference(got, want)))
    if isinstance(got, list) and len(got) == len(want):
        got, want = next(pair for pair in zip(got, want) if pair[0] != pair[1])
    sys.exit('FAIL poplib: %s: %.300r, should be %.300r' % (what, got, want))


def ok(what):
    print('ok   poplib %s (%d messages)' % (what, N), flush=True)


def connect():
    return poplib.POP3('127.0.0.1', PORT, timeout=20)


def user_pass():
    p = connect()
    p.user(USER)
    p.pass_(PASSWORD)
    return p


def apop():
    p = connect()
    p.apop(USER, PASSWORD)
    return p


def refused(what, command, *arguments):
    try:
        reply = command(*arguments)
    except poplib.error_proto as e:
        check(e.args[0].startswith(b'-ERR'), what + ' got an odd reply', e.args)
    else:
        check(False, what + ' was not refused', reply)


def text(lines):
    return b''.join(line + b'\r\n' for line in lines)


def strings(reply):
    return [line.decode('ascii') for line in reply[1]]


def retrieve_all(p):
    for i, (name, octets) in enumerate(MAIL, 1):
        same(text(p.retr(i)[1]), octets, 'RETR %d (%s)' % (i, name))


def uids(p):
    pairs = [line.split(' ') for line in strings(p.uidl())]
    same([n for n, _ in pairs], [str(i) for i in range(1, N + 1)], 'message numbers of UIDL')
    found = [u for _, u in pairs]
    check(len(set(found)) == N and all(re.fullmatch('[!-~]{1,70}', u) for u in found), 'UIDL', found)
    return found


def session():
    p = connect()
    capa = p.capa()
    for need in 'TOP', 'UIDL', 'USER', 'PIPELINING', 'SASL':
        check(need in capa, need + ' missing in CAPA', capa)
    check({'PLAIN', 'LOGIN', 'CRAM-MD5'} <= set(capa['SASL']), 'SASL mechanisms in CAPA', capa)
    p.user(USER)
    p.pass_(PASSWORD)
    capa = p.capa()
    for need in 'TOP', 'UIDL', 'PIPELINING':
        check(need in capa, need + ' missing in CAPA after the login', capa)
    same(p.stat(), (N, sum(len(octets) for _, octets in MAIL)), 'STAT')
    same(strings(p.list()), SIZES, 'LIST')
    found = uids(p)
    for i in range(1, N + 1):
        same(p.list(i).split()[:3], [b'+OK'] + SIZES[i - 1].encode().split(), 'LIST %d' % i)
        same(p.uidl(i).split()[:3], [b'+OK', b'%d' % i, found[i - 1].encode()], 'UIDL %d' % i)
    retrieve_all(p)
    same(p._shortcmd('LAST').split()[:2], [b'+OK', b'%d' % N], 'LAST after all were retrieved')
    p.noop()
    for bad in 0, N + 1, 99999999999999999999:
        for command in p.retr, p.dele, p.list, p.uidl:
            refused('%s %d' % (command.__name__, bad), command, bad)
    refused('an unknown command', p._shortcmd, 'XYZZY')
    p.quit()
    ok('user')
    return found


def top():
    p = user_pass()
    for i, (name, octets) in enumerate(MAIL, 1):
        header, blank, body = octets.partition(b'\r\n\r\n')
        if not blank:       # all header: with or without an empty line after it
            got = text(p.top(i, 5)[1])
            check(got in (octets, octets + b'\r\n'), 'TOP %d 5 (%s)' % (i, name), got, octets)
            continue
        lines = re.findall(rb'[^\n]*\n', body)
        for k in 0, 1, 3, 100000:
            same(text(p.top(i, k)[1]), header + blank + b''.join(lines[:k]), 'TOP %d %d (%s)' % (i, k, name))
    p.quit()
    ok('top')


def deleting(found):
    p = user_pass()
    p.dele(2)
    for command in p.retr, p.dele, p.list, p.uidl:
        refused('%s of a deleted message' % command.__name__, command, 2)
    same(strings(p.list()), SIZES[:1] + SIZES[2:], 'LIST after DELE 2')
    same(p.stat(), (N - 1, sum(len(octets) for _, octets in MAIL) - len(MAIL[1][1])), 'STAT after DELE 2')
    p.rset()
    same(strings(p.list()), SIZES, 'LIST after RSET')
    p.dele(1)
    p.close()               # gone without QUIT: nothing may be deleted
    p = user_pass()
    same(uids(p), found, 'UIDL in the next session')
    p.quit()
    ok('dele and rset')


def authentication(found):
    check(re.search(rb'<[^ <>@]+@[^ <>@]+>', connect().getwelcome()), 'no timestamp in the greeting')
    p = apop()
    retrieve_all(p)
    same(uids(p), found, 'UIDL after APOP')
    p.quit()
    p = connect()
    refused('STAT before the login', p.stat)
    p.user(USER)
    refused('PASS with a wrong password', p.pass_, PASSWORD + 'x')
    p.close()
    p = connect()
    refused('APOP with a wrong password', p.apop, USER, PASSWORD + 'x')
    p.close()
    ok('apop')


def replies(stream, multi):
    """The replies to a row of commands: (status line, octets up to the final dot, as sent)."""
    for is_multi in multi:
        line = stream.readline()
        check(line.endswith(b'\r\n'), 'pipelined: a line without CRLF', line)
        data = b''
        while is_multi and line.startswith(b'+OK'):
            more = stream.readline()
            check(more.endswith(b'\r\n'), 'pipelined: a line without CRLF', more)
            if more == b'.\r\n':
                break
            data += more
        yield line, data


def pipelined():
    """Everything in one write, and each octet of the answer counted."""
    commands = ['USER ' + USER, 'PASS ' + PASSWORD, 'STAT', 'LIST', 'UIDL', 'NOOP']
    commands += ['RETR %d' % i for i in range(1, N + 1)] + ['TOP 1 0', 'RSET', 'QUIT']
    multi = [c in ('LIST', 'UIDL') or c.startswith(('RETR', 'TOP')) for c in commands]
    with socket.create_connection(('127.0.0.1', PORT), timeout=20) as s:
        stream = s.makefile('rb')
        check(stream.readline().startswith(b'+OK'), 'pipelined: greeting')
        s.sendall(''.join(c + '\r\n' for c in commands).encode())
        for command, (status, data) in zip(commands, replies(stream, multi)):
            check(status.startswith(b'+OK'), 'pipelined %s' % command, status)
            if command.startswith('RETR'):
                name, octets = MAIL[int(command[5:]) - 1]
                same(data, re.sub(rb'(?m)^\.', b'..', octets), 'pipelined %s (%s)' % (command, name))
        same(stream.read(), b'', 'pipelined: after QUIT')
    ok('pipelined')


def in_pieces():
    """Commands that arrive octet by octet."""
    with socket.create_connection(('127.0.0.1', PORT), timeout=20) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = s.makefile('rb')
        stream.readline()
        for command in 'USER ' + USER, 'PASS ' + PASSWORD, 'STAT', 'QUIT':
            for c in command + '\r\n':
                s.sendall(c.encode())
            status = stream.readline()
            check(status.startswith(b'+OK'), 'in pieces: ' + command, status)
    ok('octet by octet')


def update(found):
    """QUIT makes deletions final: the others keep their unique ids, and stay in order."""
    gone = {1, N}
    p = user_pass()
    for i in gone:
        p.dele(i)
    p.quit()
    left = [i for i in range(1, N + 1) if i not in gone]
    p = user_pass()
    same([line.split(' ')[1] for line in strings(p.uidl())], [found[i - 1] for i in left], 'UIDL after the update')
    for new, old in enumerate(left, 1):
        same(text(p.retr(new)[1]), MAIL[old - 1][1], 'RETR %d after the update' % new)
    p.quit()
    ok('update')


def main():
    check(N >= 3, 'this needs three messages or more')
    found = session()
    top()
    deleting(found)
    authentication(found)
    pipelined()
    in_pieces()
    update(found)


try:
    main()
except (poplib.error_proto, OSError) as e:
    import traceback
    traceback.print_exc()
    sys.exit('FAIL poplib: %r' % (e,))
