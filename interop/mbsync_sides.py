#!/usr/bin/env python3
"""The two sides that mbsync keeps equal: an IMAP server and a tree of Maildirs.

usage: mbsync_sides.py change  once|again MAILDIRS PORT USER PASSWORD    on both sides
       mbsync_sides.py compare once|again MAILDIRS PORT USER PASSWORD    prints how many messages there are

"once" comes first, with the sample messages in INBOX on both sides; "again" comes behind it.
"""
import glob
import imaplib
import os
import re
import sys

WHAT, ROUND, NEAR = sys.argv[1:4]
PORT, USER, PASSWORD = int(sys.argv[4]), sys.argv[5], sys.argv[6]


def log_in():
    imap = imaplib.IMAP4('127.0.0.1', PORT, timeout=20)
    imap.login(USER, PASSWORD)
    return imap


def done(answer):
    if answer[0] not in ('OK', 'BYE'):
        sys.exit('refused: %r' % (answer,))
    return answer[1]


def message(name):
    return b'From: fred@example.com\nSubject: %s\n\nthe text of %s\n' % (name.encode(), name.encode())


def crlf(octets):
    return octets.replace(b'\n', b'\r\n')


# ---- the far side: the server ---------------------------------------------

def far_once(imap):
    done(imap.select('INBOX'))
    done(imap.store('2', '+FLAGS', r'(\Answered \Seen)'))
    done(imap.store('3', '+FLAGS', r'(\Deleted)'))
    done(imap.expunge())
    done(imap.append('INBOX', r'(\Flagged)', None, crlf(message('far 1'))))
    done(imap.create('Far/Sub'))
    done(imap.copy('1:2', 'Far/Sub'))


def far_again(imap):
    done(imap.select('INBOX'))
    number = done(imap.search(None, 'SUBJECT', '"near 1"'))[0]
    done(imap.store(number, 'FLAGS', r'(\Flagged \Draft)'))
    done(imap.uid('MOVE', uid(imap, 'far 1'), 'Far'))
    done(imap.select('Near'))
    done(imap.store('1:*', '+FLAGS', r'(\Deleted)'))
    done(imap.close())
    done(imap.append('Near', None, None, crlf(message('far 2'))))


def uid(imap, subject):
    return done(imap.uid('SEARCH', 'SUBJECT', '"%s"' % subject))[0]


def far_side():
    """Mailboxes by name, each with its messages: flags and octets."""
    imap = log_in()
    side = {}
    for row in done(imap.list()):
        name = row.decode().rsplit('"/" ', 1)[1].strip('"')
        done(imap.select(name, readonly=True))
        rows = done(imap.fetch('1:*', '(FLAGS BODY.PEEK[])'))
        messages = []
        for row in rows:
            if isinstance(row, tuple):
                flags = {flag for flag in imaplib.ParseFlags(row[0]) if flag != rb'\Recent'}
                messages.append((sorted(flag.decode() for flag in flags), plain(row[1])))
        side[name] = sorted(messages)
    imap.logout()
    return side


# ---- the near side: Maildirs ----------------------------------------------

LETTERS = {'D': r'\Draft', 'F': r'\Flagged', 'R': r'\Answered', 'S': r'\Seen', 'T': r'\Deleted'}


def files(mailbox):
    return sorted(glob.glob('%s/%s/new/*' % (NEAR, mailbox)) + glob.glob('%s/%s/cur/*' % (NEAR, mailbox)))


def read(file):
    with open(file, 'rb') as f:
        return f.read()


def find(mailbox, words):
    return next(file for file in files(mailbox) if words in read(file))


def flag(file, letters):
    mailbox, name = os.path.dirname(os.path.dirname(file)), os.path.basename(file)
    os.rename(file, '%s/cur/%s:2,%s' % (mailbox, name.split(':2,')[0], letters))


def add(mailbox, name):
    for part in 'cur', 'new', 'tmp':
        os.makedirs('%s/%s/%s' % (NEAR, mailbox, part), exist_ok=True)
    with open('%s/%s/new/1700000000.%s.here' % (NEAR, mailbox, name.replace(' ', '-')), 'xb') as f:
        f.write(message(name))


def near_once():
    inbox = files('INBOX')
    flag(inbox[0], 'FS')
    flag(inbox[4], 'ST')
    os.remove(inbox[5])
    add('INBOX', 'near 1')
    add('Near', 'near 2')


def near_again():
    flag(find('INBOX', b'far 1'), 'S')         # while it moves to another mailbox over there
    os.remove(find('Far/Sub', b'Subject'))
    add('Far/Sub', 'near 3')
    add('Near/Deep', 'near 4')


def near_side():
    side = {}
    for top, dirs, _ in os.walk(NEAR):
        if 'cur' in dirs:
            name = os.path.relpath(top, NEAR)
            messages = []
            for file in files(name):
                letters = file.rsplit(':2,', 1)[1] if ':2,' in file else ''
                messages.append((sorted(LETTERS[letter] for letter in letters if letter in LETTERS), plain(read(file))))
            side[name] = sorted(messages)
    return side


def plain(octets):
    """LF line ends, and without the field that mbsync adds to what it copies, to find it again."""
    return re.sub(rb'(?m)^X-TUID: [^\n]*\n', b'', octets.replace(b'\r\n', b'\n'))


# ---------------------------------------------------------------------------

def subjects(side):
    found = {}
    for name, messages in side.items():
        found[name] = sorted(text.split(b'\n')[1][9:].decode() for _, text in messages if b'the text of' in text)
    return found


def compare():
    near, far = near_side(), far_side()
    if sorted(near) != sorted(far):
        sys.exit('mailboxes: near %s, far %s' % (sorted(near), sorted(far)))
    for name in near:
        if near[name] != far[name]:
            different = [pair for pair in zip(near[name], far[name]) if pair[0] != pair[1]]
            sys.exit('%s: near %d messages, far %d; first difference %.600r' % (
                name, len(near[name]), len(far[name]), different[:1]))
    wanted = {
        'once': {'INBOX': ['far 1', 'near 1'], 'Far': [], 'Far/Sub': [], 'Near': ['near 2']},
        'again': {'INBOX': ['near 1'], 'Far': ['far 1'], 'Far/Sub': ['near 3'], 'Near': ['far 2'], 'Near/Deep': ['near 4']},
    }[ROUND]
    if subjects(near) != wanted:
        sys.exit('both sides: %r, should be %r' % (subjects(near), wanted))
    print(sum(map(len, near.values())))


if WHAT == 'change':
    server = log_in()
    {'once': far_once, 'again': far_again}[ROUND](server)
    server.logout()
    {'once': near_once, 'again': near_again}[ROUND]()
else:
    compare()
