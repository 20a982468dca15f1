#!/usr/bin/env python3
"""Python's imaplib against an IMAP server.

usage: imaplib_client.py PORT USER PASSWORD MAIL-DIR

The server has to have the .eml files of MAIL-DIR in INBOX, in the order of their names,
and no other message. The mailbox is as before in the end, but for flags. Prints one line
for each group of checks; ends with status 1 at the first difference.
"""
import imaplib
import re
import sys
import time

sys.dont_write_bytecode = True      # leave no __pycache__ here
from checks import Checks, arguments  # noqa: E402

PORT, USER, PASSWORD, MAIL = arguments()
N = len(MAIL)
checks = Checks('imaplib', N)
check, same, ok = checks.check, checks.same, checks.ok


def done(answer):
    """The data of an answer that has to be OK."""
    status, data = answer
    check(status == 'OK', 'refused', data)
    return data


def fetched(imap, set_, item):
    """The literals that FETCH brings, in order."""
    return [part[1] for part in done(imap.fetch(set_, item)) if isinstance(part, tuple)]


def log_in(how):
    imap = imaplib.IMAP4('127.0.0.1', PORT, timeout=20)
    if how == 'plain':
        done(imap.authenticate('PLAIN', lambda _: b'\0%s\0%s' % (USER.encode(), PASSWORD.encode())))
    else:
        done(imap.login(USER, PASSWORD))
    return imap


def fetch(how):
    imap = log_in(how)
    check(b'INBOX' in done(imap.list())[0], 'LIST')
    same(done(imap.status('INBOX', '(MESSAGES)')), [b'INBOX (MESSAGES %d)' % N], 'STATUS')
    same(done(imap.select('INBOX', readonly=True)), [b'%d' % N], 'EXAMINE')
    for item in ('(BODY.PEEK[])', '(RFC822)'):
        got = fetched(imap, '1:*', item)
        same(len(got), N, 'how many')
        for n, (octets, want) in enumerate(zip(got, MAIL), 1):
            same(octets, want, '%s of message %d' % (item, n))
    for n, want in enumerate(MAIL, 1):
        pieces = [fetched(imap, str(n), '(BODY.PEEK[%s])' % part)[0] for part in ('HEADER', 'TEXT')]
        same(b''.join(pieces), want, 'header and text of message %d' % n)
        same(fetched(imap, str(n), '(BODY.PEEK[]<10.70>)')[0], want[10:80], 'a part of message %d' % n)
    sizes = [int(re.search(rb'RFC822.SIZE (\d+)', line)[1]) for line in done(imap.fetch('1:*', '(RFC822.SIZE)'))]
    same(sizes, [len(octets) for octets in MAIL], 'RFC822.SIZE')
    same(len(done(imap.fetch('1:*', '(UID FLAGS INTERNALDATE)'))), N, 'FAST')
    check(b'ENVELOPE (' in b' '.join(map(repr_bytes, done(imap.fetch('1:*', 'FULL')))), 'FULL')
    done(imap.close())
    same(imap.logout()[0], 'BYE', 'LOGOUT')
    ok('fetch, ' + how)


def repr_bytes(part):
    return b''.join(part) if isinstance(part, tuple) else part


def change():
    imap = log_in('login')
    done(imap.select('INBOX'))
    new = b'From: a@example.com\r\nSubject: a needle\r\n\r\n' + b'0123456789abcdef\r\n' * 20000 + b'no end'
    done(imap.append('INBOX', r'(\Flagged)', imaplib.Time2Internaldate(time.time()), new))
    done(imap.noop())
    same(imap.untagged_responses.get('EXISTS', [b''])[-1], b'%d' % (N + 1), 'EXISTS')
    same(fetched(imap, str(N + 1), '(BODY[])')[0], new, 'what was appended')
    number = b'%d' % (N + 1)
    same(done(imap.search(None, 'SUBJECT', '"A NEEDLE"', 'FLAGGED', 'SEEN')), [number], 'SEARCH')
    same(done(imap.search(None, 'NOT', 'SUBJECT', 'needle')), [b' '.join(b'%d' % n for n in range(1, N + 1))], 'NOT')
    uid = done(imap.uid('SEARCH', 'LARGER', '300000', 'TEXT', '"no end"'))[0]
    check(uid.isdigit() and int(uid) > N, 'UID SEARCH', uid)
    done(imap.uid('COPY', uid, 'INBOX'))
    same(len(done(imap.store('%d:*' % (N + 1), '+FLAGS', r'(\Deleted $Mine)'))), 2, 'STORE')
    same(done(imap.search(None, 'DELETED', 'KEYWORD', '$Mine')), [b'%d %d' % (N + 1, N + 2)], 'DELETED')
    same(len(done(imap.expunge())), 2, 'EXPUNGE')
    same(done(imap.search(None, 'ALL')), [b' '.join(b'%d' % n for n in range(1, N + 1))], 'ALL')
    check(imap.select('Other')[0] == 'NO', 'a mailbox that is not there')
    done(imap.create('Other'))
    done(imap.select('Other'))
    done(imap.delete('Other'))
    imap.logout()
    ok('append, search, copy, expunge')


fetch('login')
fetch('plain')
change()
