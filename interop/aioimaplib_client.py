#!/usr/bin/env python3
"""The library aioimaplib against an IMAP server.

usage: aioimaplib_client.py PORT USER PASSWORD MAIL-DIR

The server has to have the .eml files of MAIL-DIR in INBOX, in the order of their names,
and no other message and mailbox. All is as before in the end, but for flags. Prints one
line for each group of checks; ends with status 1 at the first difference.
"""
import asyncio
import sys

sys.dont_write_bytecode = True      # leave no __pycache__ here
import aioimaplib  # noqa: E402
from checks import Checks, arguments  # noqa: E402

PORT, USER, PASSWORD, MAIL = arguments()
N = len(MAIL)
checks = Checks('aioimaplib', N)
check, same, ok = checks.check, checks.same, checks.ok


def done(answer):
    """The lines of an answer that has to be OK; the last is the text of the tagged one."""
    check(answer.result == 'OK', 'refused', answer)
    return answer.lines


async def log_in():
    imap = aioimaplib.IMAP4('127.0.0.1', PORT, timeout=20)
    await imap.wait_hello_from_server()
    done(await imap.login(USER, PASSWORD))
    return imap


async def fetch():
    imap = await log_in()
    check(any(line.endswith(b'INBOX') for line in done(await imap.list('""', '*'))), 'LIST')
    check(b'%d EXISTS' % N in done(await imap.select('INBOX')), 'EXISTS')
    for what, items in ('fetch', 'BODY.PEEK[]'), ('uid', '(UID RFC822)'):
        ask = imap.fetch if what == 'fetch' else lambda *arguments: imap.uid('fetch', *arguments)
        # literals are bytearrays, lines are bytes
        got = [line for line in done(await ask('1:*', items)) if isinstance(line, bytearray)]
        same(len(got), N, 'how many')
        for n, (octets, want) in enumerate(zip(got, MAIL), 1):
            same(bytes(octets), want, '%s of message %d' % (items, n))
    lines = done(await imap.fetch('1:*', '(UID FLAGS ENVELOPE BODYSTRUCTURE)'))
    same(len(lines) >= N, True, 'FETCH without literals')
    await imap.logout()
    ok('fetch')


async def change():
    first, second = await log_in(), await log_in()
    for imap in first, second:
        done(await imap.select('INBOX'))
    waiting = await first.idle_start(timeout=30)
    new = b'Subject: news\r\n\r\n' + b'0123456789abcdef\r\n' * 5000
    done(await second.append(new, mailbox='INBOX', flags=r'\Flagged'))
    check(b'%d EXISTS' % (N + 1) in await first.wait_server_push(timeout=10), 'what IDLE tells')
    first.idle_done()
    await asyncio.wait_for(waiting, 10)
    lines = done(await first.fetch(str(N + 1), 'BODY[]'))
    same([bytes(line) for line in lines if isinstance(line, bytearray)], [new], 'what was appended')
    same(done(await first.search('FLAGGED', 'SUBJECT', 'news'))[0], b'%d' % (N + 1), 'SEARCH')
    done(await first.create('Other'))
    done(await first.copy('1:2', 'Other'))
    done(await first.move(str(N + 1), 'Other'))
    done(await first.select('Other'))
    done(await first.store('1:3', '+FLAGS', r'(\Deleted)'))
    same(len([line for line in done(await first.expunge()) if line.endswith(b'EXPUNGE')]), 3, 'EXPUNGE')
    done(await first.close())
    done(await first.delete('Other'))
    await first.logout()
    await second.logout()
    ok('idle, append, search, copy, move, expunge')


asyncio.run(fetch())
asyncio.run(change())
