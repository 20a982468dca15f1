"""Reads messages that `rfc822-mime` built with Python's `email`, and lists what Python finds otherwise.

    mime_build_python.py FOLDER

FOLDER is what `cargo run -p rfc822-mime --example compose -- FOLDER` wrote: NAME.eml, and NAME.json with what must be found.
Exit status 1 if anything differs, if Python sees a defect, or if a line is too long.
"""
import email
import email.errors
import email.policy
import json
import pathlib
import sys


def walk(part):
    """[type, file name, octets] of each part, depth first; Python reads the groups of a delivery status as parts."""
    octets = None if part.is_multipart() else part.get_payload(decode=True)
    yield [part.get_content_type(), part.get_filename(), None if octets is None else octets.hex()]
    if part.is_multipart():
        for child in part.get_payload():
            yield from walk(child)


def defects(part):
    for inner in part.walk():
        yield from inner.defects
        for name, value in inner.items():
            for defect in getattr(value, "defects", ()):
                if isinstance(defect, email.errors.UndecodableBytesDefect) and undone(value):
                    continue
                yield f"{name}: {defect!r}"


def undone(text):
    """Python keeps UTF-8 in headers (RFC 6532) as surrogates; this makes text of them."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8")


def mailboxes(field):
    return [[undone(address.display_name), undone(address.addr_spec)] for address in field.addresses]


def found(message):
    return {
        "subject": undone(message["subject"]),
        "from": mailboxes(message["from"]),
        "to": mailboxes(message["to"]),
        "date": message["date"].datetime.isoformat(),
        "message_id": str(message["message-id"]),
        "parts": list(walk(message)),
    }


def compare(wanted, message, octets):
    """Yields (class, wanted, found)."""
    seen = found(message)
    for name, value in wanted.items():
        if name != "parts":
            if value != seen[name]:
                yield name, value, seen[name]
            continue
        if len(value) != len(seen[name]):
            yield "tree", [row[0] for row in value], [row[0] for row in seen[name]]
        for mine, other in zip(value, seen[name]):
            # what is no leaf to us has no octets of its own
            if mine[:2] != other[:2] or (mine[2] is not None and mine[2] != other[2]):
                yield "part", mine, other
    for defect in defects(message):
        yield "defect", None, defect
    longest = max(map(len, octets.split(b"\r\n")))
    if longest > 998 and message["content-transfer-encoding"] != "binary":
        yield "long line", 998, longest


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))
    differences = 0
    for file in files:
        octets = file.read_bytes()
        wanted = json.loads(file.with_suffix(".json").read_text("utf-8"))
        message = email.message_from_bytes(octets, policy=email.policy.default)
        for name, mine, other in compare(wanted, message, octets):
            differences += 1
            print(f"{name}: {file}\n  wanted {str(mine)[:300]}\n  found  {str(other)[:300]}")
    print(f"files={len(files)} differences={differences}")
    return 1 if differences or not files else 0


if __name__ == "__main__":
    sys.exit(main())
