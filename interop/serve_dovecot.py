"""Compares what `mail_proto::serve` answers to FETCH with what Dovecot answers, and lists each difference by class.

    COMPARE=serve_dovecot mime_dovecot.sh FILE…

The messages of the mailbox are the files, in their order; mime_dovecot.sh puts them there. Compared are RFC822.SIZE, ENVELOPE,
BODY and BODYSTRUCTURE, with letters of any case in types, encodings and names of parameters; and, of the first parts of each
message, the octets of sections, pieces of them, BINARY and BINARY.SIZE. Exit status 1 if there is a difference of a class that
is not known, see KNOWN.
"""
import collections
import re
import subprocess
import sys

from mime_dovecot import Imap, parameters as decoded, values

BATCH = 200
# Parts of a message whose sections are compared.
PARTS = 12
STRUCTURES = "(RFC822.SIZE ENVELOPE BODY BODYSTRUCTURE)"
FIELDS = "(Subject From Date X-None)"


class Place:
    """Where a difference is, for those who class it."""

    def __init__(self, octets, item, path):
        self.octets, self.item, self.path = octets, item, path

    def has(self, pattern):
        return re.search(pattern, self.octets) is not None


ADDRESSES = ("from", "sender", "reply-to", "to", "cc", "bcc")


def with_missing(listed):
    """Addresses as Dovecot tells those that have no mailbox or no domain."""
    names = {2: b"MISSING_MAILBOX", 3: b"MISSING_DOMAIN"}
    return [[names.get(n, value) if value == b"" else value for n, value in enumerate(one)] for one in listed or []]


# Differences that are meant: how each is told, and why. The names of the classes are those in interop/README.md.
KNOWN = {
    "no such part": (
        lambda item, mine, other, place: mine in (None, "missing") and other == b"",
        "NIL to us, and nothing to Dovecot",
    ),
    "size of other octets": (
        lambda item, mine, other, place: item.startswith("BINARY.SIZE") and mine and other and place.has(rb"(?i)encoding:.*base64"),
        "Dovecot sends as many octets as we count, and announces fewer or more",
    ),
    "encoding that Dovecot refuses": (
        lambda item, mine, other, place: item.startswith("BINARY") and other is None and mine is not None,
        "Dovecot knows no name in quotes, says UNKNOWN-CTE for all parts if one has it, and ends at damaged base64",
    ),
    "missing domain": (
        lambda item, mine, other, place: item in ADDRESSES and with_missing(mine) == with_missing(other),
        "empty to us; Dovecot makes up a name",
    ),
    "header without its empty line": (
        lambda item, mine, other, place: "HEADER.FIELDS" in item
        and isinstance(mine, bytes)
        and ((mine + b"\r\n").replace(b"\r\r", b"\r") == other.replace(b"\r\r", b"\r")
        or (mine + b"\n" == other and mine.endswith(b"\r"))),
        "left out where there is no body either (RFC 9051 section 6.4.5.1)",
    ),
    "text without an empty line": (
        lambda item, mine, other, place: place.has(rb"(?m)^--.*\r?\n(?![\w-]+ ?:)[^\s-]"),
        "the text of a part that has no header is a header to Dovecot",
    ),
    "header that a delimiter ends": (
        lambda item, mine, other, place: item.endswith((".MIME]", ".HEADER]")) and isinstance(other, bytes) and mine == other + b"\r\n",
        "the line end in front of a delimiter is the end of the header to us",
    ),
    "line end behind an inner close delimiter": (
        lambda item, mine, other, place: place.has(rb"(?m)^--.*--\s*$")
        and (
            (item == "octets" and mine and other and int(other) == int(mine) + 2)
            or (item == "lines" and mine and other and int(other) == int(mine) + 1)
            or (item.startswith("BINARY.SIZE") and mine and other and int(other) == int(mine) + 2)
            or (item.startswith("B") and isinstance(mine, bytes) and other == mine + b"\r\n")
        ),
        "it belongs to the delimiter behind it (RFC 2046 section 5.1.1)",
    ),
    "odd encoding": (
        lambda item, mine, other, place: item == "encoding"
        and place.has(rb"(?im)^content-transfer-encoding:(?!\s*[\w-]+\s*$)"),
        "Dovecot knows none that is not a word alone",
    ),
    "unreadable type": (
        lambda item, mine, other, place: item in ("tree", "type") and b"" in str(other).encode().split(b"'"),
        "text/plain (RFC 2045 section 5.2)",
    ),
    "tolerated address": (
        lambda item, mine, other, place: item in ADDRESSES
        and place.has(rb"> *<|@\S+ <|@[^,<>]*;|@\S+ \S+@|@[^,<>\s]*@|: ,|,,|\"unclosed"),
        "which address is meant, if one is: docs/mime.md",
    ),
    "address cut short": (
        lambda item, mine, other, place: item in ADDRESSES and "SYNTAX_ERROR" in str(other),
        "Dovecot says so in place of the domain",
    ),
    "last of several": (
        lambda item, mine, other, place: item in ("subject", "date", "message-id", "disposition")
        and len(re.findall(rb"(?im)^(?:content-)?%s *:" % item.encode(), place.octets)) > 1,
        "to us the first one counts",
    ),
    "last encoding of several": (
        lambda item, mine, other, place: item.startswith("BINARY")
        and len(re.findall(rb"(?im)^content-transfer-encoding *:", place.octets)) > 1,
        "to us the first one counts",
    ),
    "empty disposition": (
        lambda item, mine, other, place: item == "disposition" and mine is None and other[0] == b"",
        "NIL to us",
    ),
    "long boundary": (
        lambda item, mine, other, place: place.has(rb'(?i)boundary="?[^"\n]{81,}'),
        "Dovecot cuts it after 80 octets",
    ),
    "empty boundary": (
        lambda item, mine, other, place: place.has(rb'(?i)boundary=""'),
        "a boundary has an octet at least",
    ),
    "unclosed quote": (
        lambda item, mine, other, place: item == "parameters" and place.has(rb'(?im)^[^"\n]*"[^"\n]*\r?$'),
        "Dovecot drops the parameter",
    ),
    "words in a parameter": (
        lambda item, mine, other, place: item == "parameters" and place.has(rb"=my own file.pdf"),
        "Dovecot keeps the first one",
    ),
    "quote that is cut off": (
        lambda item, mine, other, place: item in ADDRESSES and "MISSING_MAILBOX" in str(other) and "MISSING_MAILBOX" not in str(mine),
        "what there is of it is a name to us",
    ),
    "lone words": (
        lambda item, mine, other, place: item in ADDRESSES
        and mine
        and other
        and mine[-1][2:] == [b"", b""]
        and other[-1][2:] == [mine[-1][0], b"MISSING_DOMAIN"],
        "words without an address are a name to us, and a local part to Dovecot",
    ),
    "byte order mark": (
        lambda item, mine, other, place: place.octets.startswith(b"\xef\xbb\xbf"),
        "it is no octet of the message",
    ),
    "line of a mailbox file": (
        lambda item, mine, other, place: re.match(b">?From ", place.octets),
        "it is no octet of the message",
    ),
}

# ---- what is said ----------------------------------------------------------


def split(octets):
    """The responses in what our program prints, each as text and literals by turns."""
    at = 0
    while at < len(octets):
        pieces = []
        while True:
            end = octets.index(b"\r\n", at) + 2
            line = octets[at:end]
            literal = re.search(rb"~?\{(\d+)\}\r\n$", line)
            if not literal:
                pieces.append(line[:-2])
                at = end
                break
            pieces.append(line[: literal.start()])
            at = end + int(literal[1])
            pieces.append(octets[end:at])
        yield pieces


def items(pieces):
    """Names and values of a FETCH response. Names of sections are joined again, letters as in a request."""
    # A literal8 says no more than a literal here.
    pieces = [piece if n % 2 else piece.removesuffix(b"~") for n, piece in enumerate(pieces)]
    listed = values(pieces)[-1]
    found, at = {}, 0
    while at < len(listed):
        name, at = listed[at].decode(), at + 1
        found[name.upper()] = listed[at]
        at += 1
    return found


def ours(scope, request, files):
    command = [scope, "--fetch", request, "mime", *files]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return [items(pieces) for pieces in split(done.stdout)] if done.returncode == 0 else None


class Server(Imap):
    def __init__(self, config, user):
        self.arguments = config, user
        super().__init__(*self.arguments)
        list(self.ask(["SELECT INBOX"]))

    def fetch(self, number, request):
        """The items, or none if the answer is NO, BAD or BYE."""
        self.process.stdin.write(b"t FETCH %d %s\r\n" % (number, request.encode()))
        self.process.stdin.flush()
        found = {}
        while True:
            try:
                response = self.response()
            except SystemExit:
                # It ends at base64 that is followed by other text.
                self.process.wait()
                self.__init__(*self.arguments)
                return None
            if response[0].startswith(b"t "):
                return found if response[0].startswith(b"t OK") else None
            if re.match(rb"\* \d+ FETCH", response[0]):
                response[0] = response[0].split(b" ", 3)[3]
                found = items(response)


# ---- structures --------------------------------------------------------------


def low(value):
    return value.lower() if isinstance(value, bytes) else value


def body(listed, path):
    """A structure as a row of (path, name, value), so that differences can be told one by one."""
    if isinstance(listed[0], list):
        count = next(n for n, value in enumerate(listed) if not isinstance(value, list))
        yield path, "children", count
        for number, child in enumerate(listed[:count], 1):
            yield from body(child, f"{path}.{number}" if path else str(number))
        yield path, "subtype", low(listed[count])
        rest, names = listed[count + 1 :], ("parameters", "disposition", "language", "location")
    else:
        yield path, "type", (low(listed[0]), low(listed[1]))
        yield path, "parameters", parameters(listed[2])
        yield from zip([path] * 4, ("id", "description", "encoding", "octets"), (listed[3], listed[4], low(listed[5]), listed[6]))
        rest = listed[7:]
        if low(listed[0]) == b"message" and low(listed[1]) in (b"rfc822", b"global"):
            yield from envelope(rest[0], path)
            yield from body(rest[1], f"{path}:" if isinstance(rest[1][0], list) else f"{path}.1")
            rest = rest[2:]
            yield path, "lines", rest.pop(0)
        elif low(listed[0]) == b"text":
            yield path, "lines", rest.pop(0)
        names = ("md5", "disposition", "language", "location")
    for name, value in zip(names, rest):
        if name == "parameters":
            value = parameters(value)
        if name == "disposition" and value:
            value = (low(value[0]), parameters(value[1]))
        yield path, name, value


def parameters(listed):
    """Values in any form that RFC 2231 has for them; charsets in small letters."""
    found = decoded(listed or [])
    return sorted((name, value.lower() if name == "charset" else value) for name, value in found.items())


def envelope(listed, path):
    names = ("date", "subject", "from", "sender", "reply-to", "to", "cc", "bcc", "in-reply-to", "message-id")
    for name, value in zip(names, listed):
        yield path, name, value


def numbers(listed, path=()):
    """The numbers of all parts, and whether each is a message."""
    if isinstance(listed[0], list):
        for number, child in enumerate((child for child in listed if isinstance(child, list)), 1):
            if not isinstance(child[0], (list, bytes)) or number > 99:
                break
            if isinstance(child[0], bytes) and len(child) < 7:
                break
            yield from numbers(child, (*path, number))
            if child is listed[-1]:
                break
        return
    path = path or (1,)
    is_message = low(listed[0]) == b"message" and low(listed[1]) in (b"rfc822", b"global")
    yield ".".join(map(str, path)), is_message
    if is_message:
        inner = listed[8]
        yield from numbers(inner, path if isinstance(inner[0], list) else (*path, 1))


def requests(listed):
    yield from ("BODY.PEEK[]", "BODY.PEEK[HEADER]", "BODY.PEEK[TEXT]", "BODY.PEEK[]<3.50>", "BODY.PEEK[TEXT]<0.10>", "BODY.PEEK[9]")
    yield from (f"BODY.PEEK[HEADER.FIELDS {FIELDS}]", f"BODY.PEEK[HEADER.FIELDS.NOT {FIELDS}]", "BODY.PEEK[]<7.1000000>")
    for number, is_message in list(numbers(listed))[:PARTS]:
        yield from (f"BODY.PEEK[{number}]", f"BODY.PEEK[{number}.MIME]", f"BODY.PEEK[{number}]<2.20>")
        if is_message:
            yield from (f"BODY.PEEK[{number}.HEADER]", f"BODY.PEEK[{number}.TEXT]", f"BODY.PEEK[{number}.HEADER.FIELDS {FIELDS}]")
        else:
            # Of leaves only (RFC 9051 section 6.4.5).
            yield from (f"BINARY.PEEK[{number}]", f"BINARY.SIZE[{number}]")


# ---- the comparison --------------------------------------------------------


def rows(found):
    yield "", "RFC822.SIZE", found["RFC822.SIZE"]
    yield from envelope(found["ENVELOPE"], "")
    for item in ("BODYSTRUCTURE", "BODY"):
        listed = found[item]
        for path, name, value in body(listed, "" if isinstance(listed[0], list) else "1"):
            yield path, name if item == "BODYSTRUCTURE" else "BODY " + name, value


def differences(mine, other):
    mine, other = list(rows(mine)), list(rows(other))
    theirs = {}
    for path, name, value in other:
        theirs.setdefault((path, name), value)
    shape = [(path, name) for path, name, _ in mine]
    if shape != [(path, name) for path, name, _ in other]:
        yield "", "tree", [row for row in mine if row[1] in ("type", "subtype", "children")], [
            row for row in other if row[1] in ("type", "subtype", "children")
        ]
        shape = None
    for path, name, value in mine:
        if (path, name) in theirs and theirs[path, name] != value and (shape or path == ""):
            name = name.removeprefix("BODY ")
            yield path, name, value, theirs[path, name]


def main(scope, config, user, *files):
    server = Server(config, user)
    classes, samples, total, compared = collections.Counter(), {}, 0, 0

    def judge(file, octets, path, item, mine, other):
        place = Place(octets, item, path)
        name = next((name for name, (is_so, _) in KNOWN.items() if is_so(item, mine, other, place)), f"? {item}")
        classes[name] += 1
        best = samples.get(name)
        if best is None or len(octets) < len(best[1]):
            samples[name] = (file, octets, path, item, mine, other)

    for at in range(0, len(files), BATCH):
        batch = files[at : at + BATCH]
        told = ours(scope, STRUCTURES, batch)
        if told is None or len(told) != len(batch):
            raise SystemExit(f"no answer of ours for one of {batch[0]}…")
        for n, (file, mine) in enumerate(zip(batch, told), at + 1):
            with open(file, "rb") as opened:
                octets = opened.read()
            other = server.fetch(n, STRUCTURES)
            if other is None:
                judge(file, octets, "", "FETCH", "OK", "NO")
                continue
            total += 1
            for path, item, left, right in differences(mine, other):
                compared += 1
                judge(file, octets, path, item, left, right)
            asked = list(requests(mine["BODYSTRUCTURE"]))
            whole = ours(scope, "(" + " ".join(asked) + ")", [file])
            pieces = whole and server.fetch(n, "(" + " ".join(asked) + ")")
            for request in asked:
                if pieces:
                    name = request.replace(".PEEK", "").upper()
                    name = re.sub(r"(<\d+)\.\d+>", r"\1>", name)
                    left, right = whole[0].get(name, "missing"), pieces.get(name, "missing")
                else:
                    left, right = ours(scope, request, [file]), server.fetch(n, request)
                    left = left and next(iter(left[0].values()))
                    right = right and next(iter(right.values()), "missing")
                compared += 1
                if left != right:
                    judge(file, octets, request, re.sub(r"[\d.]+", "n", request.split("[")[1]) and kind(request), left, right)
    for name, count in classes.most_common():
        file, octets, path, item, mine, other = samples[name]
        print(f"{count:6} {name}: {KNOWN[name][1] if name in KNOWN else 'not known'}")
        print(f"       {file} {path} {item}\n       ours   {str(mine)[:300]}\n       theirs {str(other)[:300]}")
    unknown = sum(count for name, count in classes.items() if name.startswith("?"))
    print(f"{total} messages, {compared} comparisons, {sum(classes.values())} differences, {unknown} of them not known")
    return 1 if unknown else 0


def kind(request):
    """A request without its numbers."""
    return re.sub(r"(?<=\[)[\d.]+(?=[\].A-Z])", "n.", request).replace(".PEEK", "").replace("n.]", "n]")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
