#!/usr/bin/env python3
"""The library IMAPClient against an IMAP server.

usage: imapclient_client.py PORT USER PASSWORD MAIL-DIR

The server has to have the .eml files of MAIL-DIR in INBOX, in the order of their names,
and no other message and mailbox. All is as before in the end, but for flags. Prints one
line for each group of checks; ends with status 1 at the first difference.
"""
import email
import sys

sys.dont_write_bytecode = True      # leave no __pycache__ here
import imapclient  # noqa: E402
from checks import Checks, arguments  # noqa: E402

PORT, USER, PASSWORD, MAIL = arguments()
checks = Checks('imapclient', len(MAIL))
check, same, ok = checks.check, checks.same, checks.ok


def log_in(how='login'):
    imap = imapclient.IMAPClient('127.0.0.1', PORT, ssl=False, timeout=20)
    if how == 'plain':
        imap.plain_login(USER, PASSWORD)
    else:
        imap.login(USER, PASSWORD)
    return imap


def leaves_of(body, number=''):
    """The parts that are no multipart, with their numbers."""
    if not body.is_multipart:
        yield number or '1', body
        return
    for n, part in enumerate(body[0], 1):
        yield from leaves_of(part, '%s.%d' % (number, n) if number else str(n))


def fetch(how):
    imap = log_in(how)
    same(imap.list_folders(), [((b'\\HasNoChildren',), b'/', 'INBOX')], 'LIST')
    same(imap.namespace().personal, (('', '/'),), 'NAMESPACE')
    same(imap.select_folder('INBOX', readonly=True)[b'EXISTS'], len(MAIL), 'EXAMINE')
    uids = imap.search('ALL')
    wanted = ['BODY.PEEK[]', 'RFC822.SIZE', 'ENVELOPE', 'BODYSTRUCTURE', 'FLAGS', 'INTERNALDATE',
              'BODY.PEEK[HEADER]', 'BODY.PEEK[TEXT]', 'BODY.PEEK[HEADER.FIELDS (SUBJECT)]']
    got = imap.fetch(uids, wanted)
    same(sorted(got), uids, 'the UIDs')
    for uid, want in zip(uids, MAIL):
        message = got[uid]
        same(message[b'BODY[]'], want, 'message %d' % uid)
        same(message[b'RFC822.SIZE'], len(want), 'RFC822.SIZE')
        same(message[b'BODY[HEADER]'] + message[b'BODY[TEXT]'], want, 'header and text of message %d' % uid)
        leaves = list(leaves_of(message[b'BODYSTRUCTURE']))
        parts = imap.fetch([uid], ['BODY.PEEK[%s]' % number for number, _ in leaves])[uid]
        for number, body in leaves:
            part = parts[b'BODY[%s]' % number.encode()]
            same(body[6], len(part), 'octets of part %s in BODYSTRUCTURE' % number)
            if body[0].lower() == b'text':
                same(body[7], part.count(b'\n'), 'lines of part %s in BODYSTRUCTURE' % number)
        read = email.message_from_bytes(want)
        if all(body[0].lower() != b'message' for _, body in leaves) and 'message' not in str(read.get_content_maintype()):
            types = [part.get_content_type() for part in read.walk() if not part.is_multipart()]
            same([b'/'.join(body[:2]).decode().lower() for _, body in leaves], types, 'types in BODYSTRUCTURE')
        subject = message[b'BODY[HEADER.FIELDS (SUBJECT)]']
        check((subject == b'\r\n') == (message[b'ENVELOPE'].subject is None), 'a subject', subject)
    imap.logout()
    ok('fetch, ' + how)


def folders():
    imap = log_in()
    imap.create_folder('Entwürfe/2024')
    imap.subscribe_folder('Entwürfe/2024')
    names = lambda rows: sorted(name for _, _, name in rows)  # noqa: E731
    same(names(imap.list_folders()), ['Entwürfe', 'Entwürfe/2024', 'INBOX'], 'LIST')
    same(names(imap.list_folders('', '%')), ['Entwürfe', 'INBOX'], 'LIST %')
    same(names(imap.list_sub_folders()), ['Entwürfe/2024', 'INBOX'], 'LSUB')
    imap.rename_folder('Entwürfe', 'Alt')
    imap.unsubscribe_folder('Entwürfe/2024')
    check(imap.folder_exists('Alt/2024') and not imap.folder_exists('Entwürfe/2024'), 'RENAME')
    imap.select_folder('INBOX')
    numbers = imap.search('ALL')
    imap.copy(numbers, 'Alt/2024')
    same(imap.folder_status('Alt/2024', ['MESSAGES', 'UIDNEXT']), {b'MESSAGES': len(MAIL), b'UIDNEXT': len(MAIL) + 1}, 'STATUS')
    imap.select_folder('Alt/2024')
    imap.move('1:2', 'Alt')
    imap.add_flags(numbers[2:], [imapclient.DELETED])
    imap.uid_expunge('3')
    same(len(imap.search('DELETED')), len(MAIL) - 3, 'UID EXPUNGE')
    imap.close_folder()
    same(imap.folder_status('Alt/2024', ['MESSAGES']), {b'MESSAGES': 0}, 'CLOSE')
    imap.select_folder('Alt')
    moved = imap.fetch(imap.search('ALL'), ['BODY.PEEK[]'])
    same([moved[uid][b'BODY[]'] for uid in sorted(moved)], MAIL[:2], 'what was moved')
    imap.unselect_folder()
    imap.delete_folder('Alt/2024')
    imap.delete_folder('Alt')
    same(names(imap.list_folders()), ['INBOX'], 'DELETE')
    imap.logout()
    ok('mailboxes, copy, move, expunge')


def idle():
    first, second = log_in(), log_in()
    first.select_folder('INBOX')
    second.select_folder('INBOX')
    first.idle()
    n = len(MAIL) + 1
    new = b'Subject: news\r\n\r\n' + b'x' * 100000
    second.append('INBOX', new, flags=[imapclient.FLAGGED])
    heard = first.idle_check(timeout=10)
    same(heard, [(n, b'EXISTS')], 'what IDLE tells')
    first.idle_done()
    uid = first.search(['SUBJECT', 'news', 'FLAGGED'])
    same(first.fetch(uid, ['BODY[]'])[uid[0]][b'BODY[]'], new, 'what was appended')
    first.idle()
    second.delete_messages(uid)
    second.expunge()
    heard = []
    while (n, b'EXPUNGE') not in heard:
        more = first.idle_check(timeout=10)
        check(more, 'IDLE does not tell of EXPUNGE', heard)
        heard += more
    first.idle_done()
    first.logout()
    second.logout()
    ok('idle')


fetch('login')
fetch('plain')
folders()
idle()
