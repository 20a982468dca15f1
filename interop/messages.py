#!/usr/bin/env python3
"""Message files: what a server has to send, and whether a client kept it.

usage: messages.py compare [--as CLIENT] [--in-order] WANT-DIR GOT-DIR   prints how many messages
       messages.py list DIR                                 the reply to LIST, CRLF line ends
       messages.py fetch PORT USER PASSWORD OUT-DIR         everything, by poplib; prints how many
       messages.py count PORT USER PASSWORD                 how many there are, by poplib
"""
import argparse
import email
import os
import poplib
import re
import sys

poplib._MAXLINE = 1 << 20       # poplib gives up on lines over 2048 octets; real mail has them


def wire(octets):
    """What POP3 sends for a file: CRLF line ends throughout, also at the end."""
    octets = re.sub(rb'(?<!\r)\n', b'\r\n', octets)
    return octets if octets.endswith(b'\r\n') else octets + b'\r\n'


def read(directory):
    """The messages in order: every .eml file, as it is sent."""
    names = sorted(n for n in os.listdir(directory) if n.endswith('.eml'))
    if not names:
        sys.exit('FAIL no .eml files in %s' % directory)
    out = []
    for n in names:
        with open(os.path.join(directory, n), 'rb') as f:
            out.append((n, wire(f.read())))
    return out


def files(directory):
    """Every file below a directory (a Maildir's, say), as it is."""
    out = []
    for top, dirs, names in os.walk(directory):
        dirs.sort()
        for n in sorted(names):
            with open(os.path.join(top, n), 'rb') as f:
                out.append((os.path.join(top, n), f.read()))
    return out


def lf(sent):
    return sent.replace(b'\r\n', b'\n')


# What each client makes of a message that it was sent, with the options that
# clients.sh gives it. Everything else must arrive octet for octet.

def mpop(sent):
    """Stores LF line ends (and would add a Received field: "received_header off")."""
    return lf(sent)


def mbsync(sent):
    """Stores LF line ends."""
    return lf(sent)


def neomutt(sent):
    """Stores LF line ends, and tells at the end of the header how long the body is. It counts
    lines by pieces of up to 1023 octets."""
    head, body = (lf(sent) + b'\n').split(b'\n\n', 1)
    body = body[:-1]
    lines = sum(-(-len(line) // 1023) for line in body.splitlines(keepends=True))
    return b'%s\nContent-Length: %d\nLines: %d\n\n%s' % (head, len(body), lines, body)


def fetchmail(sent):
    """Hands LF line ends to its delivery command, and ends a header that no empty
    line ends (it would add Received, "set invisible", and complete addresses, "no rewrite")."""
    text = lf(sent)
    return text if b'\n\n' in text or text.startswith(b'\n') else text + b'\n'


def getmail(sent, mailbox=None):
    """Parses the message with Python's email package and writes it anew: LF line ends,
    header fields folded its way and, in multiparts, the header of each part and the line
    ends beside the boundaries; then puts a Return-Path field of its own on top (and would
    add Delivered-To and Received: switched off); by IMAP, the mailbox below it all. The same library does the same here, so
    that what is compared is exact, bodies included."""
    message = email.message_from_bytes(lf(sent))
    sender = str(message['Return-Path'] or message['Sender'] or 'unknown')
    if '<' in sender:
        sender = sender.split('<')[1].split('>')[0]
    del message['Return-Path']
    if mailbox:
        message['X-getmail-retrieved-from-mailbox'] = mailbox
    return b'Return-Path: <%s>\n' % sender.encode() + message.as_bytes(policy=message.policy.clone(linesep='\n'))


CLIENTS = {'exact': lambda sent: sent, 'mpop': mpop, 'mbsync': mbsync, 'neomutt': neomutt,
           'fetchmail': fetchmail, 'getmail': getmail,
           'getmail-imap': lambda sent: getmail(sent, 'INBOX')}


def difference(got, want):
    """Where two octet strings differ, in words."""
    at = len(os.path.commonprefix([got, want]))
    around = slice(max(0, at - 20), at + 50)
    return 'they differ from octet %d on (%d received, %d wanted)\n  got    %r\n  wanted %r' % (
        at, len(got), len(want), got[around], want[around])


def compare(want_dir, got_dir, client, in_order):
    """Each wanted message must be there exactly once, and nothing else."""
    wanted = [(name, CLIENTS[client](octets)) for name, octets in read(want_dir)]
    found = files(got_dir)
    if len(found) != len(wanted):
        sys.exit('%d messages, should be %d' % (len(found), len(wanted)))
    if in_order:
        for (name, want), (file, got) in zip(wanted, found):
            if got != want:
                sys.exit('%s and %s: %s' % (name, file, difference(got, want)))
        return len(wanted)
    left = list(found)
    missing = []
    for name, want in wanted:
        at = next((i for i, (_, got) in enumerate(left) if got == want), None)
        if at is None:
            missing.append((name, want))
        else:
            del left[at]
    if missing:         # as many are left over: show the most similar one
        name, want = missing[0]
        file, got = max(left, key=lambda f: len(os.path.commonprefix([f[1], want]))
                        + len(os.path.commonprefix([f[1][::-1], want[::-1]])))
        sys.exit('%d of %d messages are not as they should be. %s and %s: %s' % (
            len(missing), len(wanted), name, file, difference(got, want)))
    return len(wanted)


def login(port, user, password):
    p = poplib.POP3('127.0.0.1', port, timeout=20)
    p.user(user)
    p.pass_(password)
    return p


def fetch(port, user, password, out):
    os.makedirs(out, exist_ok=True)
    p = login(port, user, password)
    n = p.stat()[0]
    p.uidl()                    # clients ask for it, and GNU Mailutils then adds X-UIDL fields to the messages
    for i in range(1, n + 1):
        with open(os.path.join(out, '%04d.eml' % i), 'wb') as f:
            f.write(b''.join(line + b'\r\n' for line in p.retr(i)[1]))
    p.quit()
    return n


def count(port, user, password):
    p = login(port, user, password)
    n = p.stat()[0]
    p.quit()
    return n


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = p.add_subparsers(dest='what', required=True)
    c = sub.add_parser('compare')
    c.add_argument('--as', dest='client', default='exact', choices=sorted(CLIENTS))
    c.add_argument('--in-order', action='store_true', help='file names give the order')
    c.add_argument('want')
    c.add_argument('got')
    sub.add_parser('list').add_argument('dir')
    for name in 'fetch', 'count':
        c = sub.add_parser(name)
        c.add_argument('port', type=int)
        c.add_argument('user')
        c.add_argument('password')
        if name == 'fetch':
            c.add_argument('out')
    a = p.parse_args()
    if a.what == 'compare':
        print(compare(a.want, a.got, a.client, a.in_order))
    elif a.what == 'list':
        for i, (_, octets) in enumerate(read(a.dir), 1):
            sys.stdout.write('%d %d\r\n' % (i, len(octets)))
    elif a.what == 'fetch':
        print(fetch(a.port, a.user, a.password, a.out))
    else:
        print(count(a.port, a.user, a.password))


if __name__ == '__main__':
    main()
