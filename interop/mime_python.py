"""Compares what `scope --json mime` says of messages with what Python's `email` says, and lists each difference by class.

    mime_python.py SCOPE FILE…

SCOPE is the program. Exit status 1 if there is a difference of a class that is not known, see KNOWN.
"""
import collections
import email
import email.policy
import hashlib
import json
import subprocess
import sys

# Differences that are meant: how each is told, by what both gave, and why.
KNOWN = {
    "second 60": (
        lambda name, mine, other: name == "date" and other is None and ":60" in (mine or ""),
        "Python has no leap seconds",
    ),
    "UTF-8 in addresses": (
        lambda name, mine, other: name in ADDRESSES and mine == undone(other),
        "Python leaves the octets as surrogates",
    ),
    "8 bits that are no UTF-8": (
        lambda name, mine, other: name in ("subject", *ADDRESSES) and "\ufffd" in str(other),
        "we take them for windows-1252",
    ),
    "uuencode": (
        lambda name, mine, other: name == "decoded" and mine[0] in ("x-uuencode", "uuencode", "uue", "x-uue"),
        "Python decodes it; to us its octets are opaque (RFC 2045 section 6.4)",
    ),
    "multipart without parts": (
        lambda name, mine, other: name == "decoded" and mine[1] is None and other[1] is not None,
        "to us it stays a multipart, to Python it is a leaf",
    ),
}
ADDRESSES = ("from", "to", "cc")


def undone(mailboxes):
    """Surrogates back to the octets that they stand for, and these as UTF-8."""
    text = lambda value: value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return [tuple(map(text, mailbox)) for mailbox in mailboxes]


def known(name, mine, other):
    """The name of the class of a difference, if it is known."""
    return next((kind for kind, (told, _) in KNOWN.items() if told(name, mine, other)), None)


def ours(part):
    """(type, file name, encoding, octets, digest) of each part, depth first."""
    yield part["type"], part["filename"], part["encoding"], part["decoded_octets"], part["decoded_sha256"]
    for child in part["children"]:
        yield from ours(child)


def theirs(part):
    octets = None if part.is_multipart() else part.get_payload(decode=True) or b""
    digest = None if octets is None else hashlib.sha256(octets).hexdigest()
    encoding = str(part.get("content-transfer-encoding", "7bit")).lower()
    yield part.get_content_type(), part.get_filename(), encoding, None if octets is None else len(octets), digest
    if part.is_multipart():
        for child in part.get_payload():
            yield from theirs(child)


def mailboxes(addresses):
    for address in addresses:
        for mailbox in address.get("mailboxes", [address]):
            yield mailbox["name"] or "", mailbox["address"]


def their_mailboxes(message, name):
    for field in message.get_all(name, []):
        for address in field.addresses:
            yield address.display_name, address.addr_spec


def their_date(message):
    field = message["date"]
    if getattr(field, "datetime", None) is None:
        return None
    date = field.datetime
    return date.isoformat() if date.tzinfo else date.isoformat() + "-00:00"


def compare(document, message):
    """Yields (class, ours, theirs)."""
    subject = message["subject"]
    pairs = [
        ("subject", document["subject"], None if subject is None else str(subject)),
        ("date", document["date"], their_date(message)),
        ("message-id", document["message_id"], (message["message-id"] or "").strip().strip("<>") or None),
    ]
    for name in ADDRESSES:
        pairs.append((name, list(mailboxes(document[name])), list(their_mailboxes(message, name))))
    tree, their_tree = list(ours(document)), list(theirs(message))
    types, their_types = [row[0] for row in tree], [row[0] for row in their_tree]
    pairs.append(("tree", types, their_types))
    if types == their_types:
        for mine, other in zip(tree, their_tree):
            pairs.append(("file name", mine[1], other[1]))
            pairs.append(("decoded", mine[2:], other[2:]))
    for name, mine, other in pairs:
        if mine != other:
            yield name, mine, other


def main():
    scope, *files = sys.argv[1:]
    classes, parts, unknown = collections.Counter(), 0, 0
    for file in files:
        output = subprocess.run([scope, "--json", "mime", file], check=True, capture_output=True).stdout
        document = json.loads(output)
        parts += sum(1 for _ in ours(document))
        with open(file, "rb") as opened:
            octets = opened.read()
        try:
            # Not `message_from_binary_file`, which makes LF of CRLF.
            message = email.message_from_bytes(octets, policy=email.policy.default)
            differences = list(compare(document, message))
        except Exception as error:
            classes["Python fails"] += 1
            print(f"message: {file}: Python fails: {error!r}")
            continue
        for name, mine, other in differences:
            kind = known(name, mine, other)
            unknown += kind is None
            classes[kind or name] += 1
            why = KNOWN[kind][1] if kind else "UNKNOWN"
            print(f"{name}: {file}: {kind or name}: {why}\n  ours   {mine!r}\n  theirs {other!r}")
    print(f"files={len(files)} parts={parts} differences={sum(classes.values())}", dict(classes))
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
