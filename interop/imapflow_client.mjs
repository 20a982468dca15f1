// The library ImapFlow against an IMAP server.
//
// usage: node imapflow_client.mjs PORT USER PASSWORD OUT-DIR
//
// Stores every message of INBOX in OUT-DIR, for a comparison; works in a mailbox of its own.
// Prints nothing; ends with status 1 at the first difference.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// Installed beside the working directory, not beside this script.
const { ImapFlow } = createRequire(`${process.cwd()}/`)('imapflow');
const [port, user, pass, out] = process.argv.slice(2);

const log = process.env.VERBOSE ? undefined : false;
const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, auth: { user, pass }, logger: log });
await client.connect();

assert.deepEqual((await client.list()).map((box) => box.path), ['INBOX']);
let lock = await client.getMailboxLock('INBOX');
const count = client.mailbox.exists;
const query = {
  source: true, uid: true, flags: true, size: true, internalDate: true, envelope: true, bodyStructure: true,
  headers: ['subject'],
};
let number = 0;
for await (const message of client.fetch('1:*', query)) {
  number += 1;
  assert.equal(message.seq, number);
  assert.equal(message.source.length, message.size);
  const type = /^content-type:\s*([^\s;]+)/im.exec(message.source.toString('latin1').split('\r\n\r\n')[0]);
  assert.equal(message.bodyStructure.type, (type?.[1] ?? 'text/plain').toLowerCase());
  writeFileSync(`${out}/${String(number).padStart(4, '0')}`, message.source);
}
assert.equal(number, count);
const { content } = await client.download('1');
let downloaded = 0;
for await (const chunk of content) downloaded += chunk.length;
assert.equal(downloaded, (await client.fetchOne('1', { size: true })).size);

await client.mailboxCreate('Sent');
assert.equal((await client.list()).find((box) => box.path === 'Sent').specialUse, '\\Sent');
const copied = await client.messageCopy('1:3', 'Sent');
assert.equal(copied.uidMap.size, 3);
lock.release();

const text = `Subject: a needle\r\n\r\n${'0123456789abcdef\r\n'.repeat(5000)}`;
const appended = await client.append('Sent', text, ['\\Flagged', '$Mine'], new Date('2024-02-01T10:00:00Z'));
assert.equal(appended.uid, 4);
lock = await client.getMailboxLock('Sent');
assert.deepEqual(await client.search({ subject: 'NEEDLE', keyword: '$Mine' }, { uid: true }), [4]);
const found = await client.fetchOne('4', { source: true, flags: true, internalDate: true }, { uid: true });
assert.equal(found.source.toString(), text);
assert.ok(found.flags.has('\\Flagged') && found.flags.has('$Mine'));
assert.equal(found.internalDate.toISOString(), '2024-02-01T10:00:00.000Z');
await client.messageFlagsAdd('1:2', ['\\Seen'], { uid: true });
assert.equal((await client.search({ seen: true })).length, 2);
await client.mailboxCreate('Sent/Old');
const moved = await client.messageMove('1:2', 'Sent/Old', { uid: true });
assert.equal(moved.uidMap.size, 2);
await client.messageDelete('3', { uid: true });
assert.equal(client.mailbox.exists, 1);
lock.release();

assert.equal((await client.status('Sent/Old', { messages: true, unseen: true })).messages, 2);
await client.mailboxRename('Sent/Old', 'Old');
await client.mailboxDelete('Old');
await client.mailboxDelete('Sent');
assert.deepEqual((await client.list()).map((box) => box.path), ['INBOX']);
await client.logout();
