"""Compares what `scope --json mime` says of messages with what Python's `email` says, and lists each difference by class.

    mime_python.py SCOPE FILE…

SCOPE is the program. Exit status 1 if there is a difference of a class that is not known, see KNOWN, or if more than 1 % of the
messages differ at all (or more than ten, of few). Python has two readers of addresses, each with faults of its own: an address is
right if one of them says the same. Where Python has no opinion, nothing is compared: names in comments, what is in any message/*
but message/rfc822, and the line end at the end of a multipart that is not closed.
"""
import collections
import email
import email.errors
import email.header
import email.policy
import email.utils
import hashlib
import re
import sys

from mime_ours import documents, nodes, octets_of

# As everybody else reads them.
CHARSETS = {"iso-8859-1": "cp1252", "gb2312": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949"}
ADDRESSES = ("from", "to", "cc")

TOLERATED = rb"^[^\"<(]*@\S* <|> *<|@b.example;|@\S+ \S+@|a@b@|^,|,,|^\"unclosed|<a@b.example$"

# What ends a header in Python: a line that is none of these.
FIELD = re.compile(rb"(From |[\x21-\x39\x3b-\x7e]*:|[\t ])")


def ends_early(headers):
    """Whether a line among the fields ends the header in Python: one without a colon, or with a blank or a NUL in front of it."""
    lines = (line for header in headers for line in re.split(rb"\r\n|\r|\n", header))
    return any(line and not FIELD.match(line) for line in lines)


def has_equal_boundaries(octets):
    """Whether two Content-Types have the same boundary."""
    boundaries = re.findall(rb"(?i)boundary=\"?([^\s\";]+)", octets)
    return len(boundaries) != len(set(boundaries))


# Differences that are meant: how each is told, by what both gave and by the place, and why. The names of the classes are those in
# interop/README.md.
KNOWN = {
    "Python fails": (lambda name, mine, other, place: name == "Python", "an exception"),
    "header ended early": (
        lambda name, mine, other, place: ends_early(place.headers),
        "to Python the header ends at a line that is no field; to us it goes on",
    ),
    "byte order mark": (
        lambda name, mine, other, place: place.octets.startswith(b"\xef\xbb\xbf"),
        "to Python it is text, and with it all that follows",
    ),
    "second 60": (
        lambda name, mine, other, place: name == "date" and other is None and ":60" in (mine or ""),
        "Python has no leap seconds",
    ),
    "tolerated date": (
        lambda name, mine, other, place: name == "date"
        and mine is not None
        and (other is None or re.search(rb"(?mi)^date:.*[+-]\d\d:\d\d\r?$", place.header)),
        "Python reads fewer forms, and no zone with a colon",
    ),
    "half a zone": (
        lambda name, mine, other, place: name == "date"
        and mine is None
        and re.search(rb"(?mi)^date:[^\n]*(\r?\n[ \t][^\n]*)*:\d\d( [+-]?\d{0,3})?\s*\Z|^date:.*(30 Feb|24:00:00)", place.header),
        "Python guesses",
    ),
    "uuencode": (
        lambda name, mine, other, place: name == "decoded" and mine[0] in ("x-uuencode", "uuencode", "uue", "x-uue"),
        "Python decodes it; to us its octets are opaque (RFC 2045 section 6.4)",
    ),
    "odd encoding": (
        lambda name, mine, other, place: name == "decoded" and not re.fullmatch(r"[\w-]+", other[0]),
        "Python knows none that is not a word alone",
    ),
    "blanks and escapes of quoted-printable": (
        lambda name, mine, other, place: name == "decoded"
        and mine[0] == "quoted-printable"
        and re.search(rb"=?[ \t]+(\r?\n|\Z)|==|=\r[^\n]", place.body),
        "Python keeps blanks at the ends of lines, makes one `=` of two, and takes `=` and CR for a soft line break",
    ),
    "unfinished base64": (
        lambda name, mine, other, place: name == "decoded"
        and mine[0] == "base64"
        and other[1] == len(re.sub(rb"[\r\n]", b"", place.body)),
        "Python gives it as it stands",
    ),
    "unreadable type": (
        lambda name, mine, other, place: name == "tree" and any(" " in kind for kind in other),
        "to Python what stands behind the subtype belongs to it",
    ),
    "empty boundary": (
        lambda name, mine, other, place: name == "tree" and b'boundary=""' in place.octets,
        "to Python it is one",
    ),
    "equal boundaries": (
        lambda name, mine, other, place: name == "tree" and has_equal_boundaries(place.octets),
        "behind the inner multipart, Python does not see those of the outer one",
    ),
    "NUL": (
        lambda name, mine, other, place: name in (*ADDRESSES, "message-id") and "\\x00" in repr(other),
        "we leave it out, or the address with it",
    ),
    "lone words": (
        lambda name, mine, other, place: name in ADDRESSES
        and len(mine) == len(other)
        and mine[:-1] == other[:-1]
        and mine[-1][1] == other[-1][0] == "",
        "words without an address are a name to us, and a local part to Python",
    ),
    "encoded message": (
        lambda name, mine, other, place: name == "tree" and any(
            part["type"] == "message/rfc822" and part["encoding"] not in ("7bit", "8bit", "binary") for part in place.nodes
        ),
        "to us it is a leaf (RFC 2046 section 5.2.1)",
    ),
    "padding amid base64": (
        lambda name, mine, other, place: name == "decoded"
        and mine[0] == "base64"
        and re.search(rb"=\s*[A-Za-z0-9+/]", place.body),
        "to us each piece begins anew",
    ),
    "nothing between delimiters": (
        lambda name, mine, other, place: name in ("tree", "decoded")
        and re.search(rb"(?m)^--(.*)\n--\1(--)?\r?$", place.octets.replace(b"\r", b"")),
        "Python finds no part there",
    ),
    "text behind a close delimiter": (
        lambda name, mine, other, place: name in ("tree", "decoded") and re.search(rb"(?m)^--.*-- and text", place.octets),
        "it is data to Python",
    ),
    "odd file name": (
        lambda name, mine, other, place: name == "file name"
        and re.search(rb"=my own file|name==\?|name\*1=\"two\"|plain.pdf", place.header),
        "words, a plain and an extended one, one without its beginning: see docs/mime.md",
    ),
    "odd encoded word": (
        lambda name, mine, other, place: name == "subject" and re.search(rb"x-unknown|why\?not", place.header),
        "see docs/mime.md",
    ),
    "tolerated address": (
        lambda name, mine, other, place: name in ADDRESSES
        and any(re.search(TOLERATED, value) for value in place.values(name)),
        "which address is meant, if one is: docs/mime.md",
    ),
}


class Place:
    """Where a difference is: the message, all of its headers, and the part's header and body."""

    def __init__(self, octets, document, part):
        self.octets, self.part = octets, part
        self.nodes = list(nodes(document))
        self.headers = [octets[slice(*node["header"])] for node in self.nodes]
        self.header, self.body = octets[slice(*part["header"])], octets[slice(*part["body"])]

    def values(self, name):
        """All fields of a name."""
        pattern = rb"(?im)^%s[ \t]*:((?:.*\n?)(?:[ \t].*\n?)*)" % name.encode()
        return [value.strip() for value in re.findall(pattern, self.header)]


def text(value):
    """Python keeps octets above 0x7F as surrogates: UTF-8, or else windows-1252, as to us."""
    if value is None:
        return None
    octets = str(value).encode("utf-8", "surrogateescape")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(bytes([o]).decode("cp1252", "ignore") or chr(o) for o in octets)


def known(name, mine, other, place):
    """The name of the class of a difference, if it is known."""
    return next((kind for kind, (told, _) in KNOWN.items() if told(name, mine, other, place)), None)


def is_leaf(kind):
    """Python makes a message of what is in any message/*, and keeps no octets of it."""
    return kind.startswith("message/") and kind not in ("message/rfc822", "message/global")


def theirs(part, line_end):
    """(type, file name, encoding, octets, digest) of each part, depth first."""
    kind = part.get_content_type()
    is_tree = part.is_multipart() and not is_leaf(kind)
    octets = None if part.is_multipart() or is_leaf(kind) else part.get_payload(decode=True) or b""
    digest = None if octets is None else hashlib.sha256(octets).hexdigest()
    encoding = str(part.get("content-transfer-encoding", "7bit")).lower()
    yield kind, text(part.get_filename()), encoding, None if octets is None else len(octets), digest
    for child in part.get_payload() if is_tree else []:
        yield from theirs(child, line_end)


def mend_unclosed(message, line_end):
    """Python takes the line end at the end of a message for one of a delimiter, though none comes; we give it back."""
    part, is_unclosed = message, False
    while part.is_multipart() and part.get_payload():
        if part.get_content_maintype() == "multipart":
            is_unclosed = any(isinstance(defect, email.errors.CloseBoundaryNotFoundDefect) for defect in part.defects)
            if not is_unclosed:
                return
        part = part.get_payload()[-1]
    if is_unclosed and isinstance(part._payload, str):
        part._payload += line_end


def mailboxes(addresses):
    for address in addresses:
        for mailbox in address.get("mailboxes", [address]):
            yield mailbox["name"] or "", mailbox["address"]


def their_mailboxes(message, name):
    """By Python's newer reader, which leaves blanks between encoded words, and knows no names in comments."""
    for field in message.get_all(name, []):
        for address in field.addresses:
            yield text(address.display_name), text(address.addr_spec)


def their_older_mailboxes(older, name):
    """By Python's older reader. It knows no languages in encoded words (RFC 2231 section 5), so they are taken out."""
    values = [value for key, value in older.raw_items() if key.lower() == name]
    for display, address in email.utils.getaddresses(values):
        words = email.header.decode_header(re.sub(r"(=\?[\w-]+)\*\w+\?", r"\1?", display))
        pieces = [piece if isinstance(piece, str) else piece.decode(charset_of(charset), "replace") for piece, charset in words]
        yield text("".join(pieces)), text(address)


def charset_of(name):
    return CHARSETS.get(name, name) or "latin-1"


def their_date(message):
    field = message["date"]
    if getattr(field, "datetime", None) is None:
        return None
    date = field.datetime
    return date.isoformat() if date.tzinfo else date.isoformat() + "-00:00"


def either(mine, first, second):
    """What Python's newer reader says, or the older one if that agrees with us."""
    if mine == first:
        return first
    other = second()
    return other if other == mine else first


def their_addresses(mine, message, older, name, header):
    """Of each mailbox what either of Python's readers says. A name in a comment is none to the newer one."""
    newer = list(their_mailboxes(message, name))
    try:
        others = list(their_older_mailboxes(older, name))
    except (ValueError, LookupError):
        others = []
    if len(newer) != len(mine):
        return others if others == mine else newer
    agreed = []
    for one, first in zip(mine, newer):
        in_comment = first == ("", one[1]) and re.search(rb"\(\s*%s\s*\)" % re.escape(one[0].encode()), header)
        agreed.append(one if in_comment or one in others else first)
    return agreed


def compare(document, octets, message, older):
    """Yields (class, ours, theirs, place)."""
    place = Place(octets, document, document)
    line_end = re.search(rb"(\r?\n)?\Z", octets)[0].decode()
    mend_unclosed(message, line_end)
    subjects = text(message["subject"]), lambda: text(dict(older.raw_items()).get("Subject"))
    yield "subject", document["subject"], either(document["subject"], *subjects), place
    yield "date", document["date"], their_date(message), place
    yield "message-id", document["message_id"], text(message["message-id"] or "").strip().strip("<>").strip() or None, place
    for name in ADDRESSES:
        mine = list(mailboxes(document[name]))
        yield name, mine, their_addresses(mine, message, older, name, place.header), place
    ours, others = list(nodes(document)), list(theirs(message, line_end))
    types, their_types = [part["type"] for part in ours], [row[0] for row in others]
    yield "tree", types, their_types, place
    if types != their_types:
        return
    for part, other in zip(ours, others):
        place = Place(octets, document, part)
        decoded = (None, None) if is_leaf(part["type"]) else (part["decoded_octets"], part["decoded_sha256"])
        if part["type"].startswith("multipart/"):
            # To Python it is a leaf if it has no parts.
            other = (*other[:3], None, None)
        yield "file name", part["filename"], other[1], place
        yield "decoded", (part["encoding"], *decoded), other[2:], place


def main():
    scope, *files = sys.argv[1:]
    classes, parts, unknown, differing = collections.Counter(), 0, 0, 0
    for file, document in zip(files, documents(scope, files)):
        parts += sum(1 for _ in nodes(document))
        octets = octets_of(file)
        try:
            # Not `message_from_binary_file`, which makes LF of CRLF.
            message = email.message_from_bytes(octets, policy=email.policy.default)
            older = email.message_from_bytes(octets, policy=email.policy.compat32)
            compared = list(compare(document, octets, message, older))
        except Exception as error:
            compared = [("Python", "reads it", repr(error), Place(octets, document, document))]
        differences = [row for row in compared if row[1] != row[2]]
        differing += bool(differences)
        for name, mine, other, place in differences:
            kind = known(name, mine, other, place)
            unknown += kind is None
            classes[kind or "UNKNOWN"] += 1
            why = KNOWN[kind][1] if kind else "UNKNOWN"
            print(f"{name}: {file}: {kind or name}: {why}\n  ours   {mine!r}\n  theirs {other!r}")
    print(f"messages={len(files)} parts={parts} differing={differing} unknown={unknown}", dict(classes))
    return 1 if unknown or differing > max(10, len(files) / 100) else 0


if __name__ == "__main__":
    sys.exit(main())
