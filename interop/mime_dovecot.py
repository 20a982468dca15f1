"""Compares what `scope --json mime` says of messages with what Dovecot says, and lists each difference by class.

    mime_dovecot.py SCOPE CONFIG USER FILE…

The messages of USER's mailbox, by Dovecot's CONFIG, are the files, in their order; mime_dovecot.sh puts them there. Compared are
the header's and each part's octets, the tree of BODYSTRUCTURE (types, parameters, encodings, dispositions, sizes and lines,
messages within messages), and of ENVELOPE what the document has: subject, date, addresses, Message-ID. Exit status 1 if there
is a difference of a class that is not known, see KNOWN, or if more than 1 % of the messages differ at all (or
more than ten, of few).
"""
import base64
import collections
import datetime
import re
import subprocess
import sys
import threading

from mime_ours import documents, nodes, octets_of

ADDRESSES = ("from", "to", "cc")


def boundary_of(place):
    return (place.part["params"].get("boundary") or "").encode()


def starts_with_boundary(place):
    """Whether a line of the message begins as the delimiter does, and goes on."""
    boundary = re.escape(boundary_of(place))
    return re.search(rb"(?m)^--%s(?!--)[^\s]" % boundary, place.octets) is not None


def without_nul(value):
    """Without what stands for NUL: nothing can in IMAP."""
    return re.sub("[\0\u20ac\ufffd]", "", repr(value).replace("\\x00", ""))


# Differences that are meant: how each is told, and why. The names of the classes are those in interop/README.md.
KNOWN = {
    "second 60": (
        lambda name, mine, other, place: name == "date" and ":60" in (mine or "") and other is not None,
        "Dovecot has no leap seconds",
    ),
    "tolerated date": (
        lambda name, mine, other, place: name == "date"
        and mine is not None
        and (other is None or re.search(rb"[+-]\d\d:\d\d$", place.value("Date"))),
        "Dovecot reads none without a zone, and no zone with a colon",
    ),
    "no such date": (
        lambda name, mine, other, place: name == "date"
        and mine is None
        and re.search(rb"24:00:00|30 Feb|[+-]\d{0,3}$", place.value("Date")),
        "to Dovecot it is one of the day behind, and half a zone is one",
    ),
    "last of several": (
        lambda name, mine, other, place: name in ("subject", "date", "message-id") and len(place.values(name)) > 1,
        "to us the first one counts",
    ),
    "blank at the end": (
        lambda name, mine, other, place: name == "subject" and mine is not None and mine.rstrip() == other,
        "it belongs to the text (RFC 5322 section 3.2.5, `unstructured`)",
    ),
    "line of a mailbox file": (
        lambda name, mine, other, place: name == "BODY[HEADER]" and re.match(b">?From ", place.octets),
        "it is no field of the header",
    ),
    "byte order mark": (
        lambda name, mine, other, place: place.part["path"] in ("1", "TEXT") and place.octets.startswith(b"\xef\xbb\xbf"),
        "it is no octet of the first field",
    ),
    "line end of two": (
        lambda name, mine, other, place: re.search(r"\.(MIME|HEADER)]$", name)
        and place.part["body"][0] == place.part["body"][1]
        and mine == (other or b"") + b"\r\n",
        "the last one of a header, and the one in front of a delimiter: to us it belongs to the header",
    ),
    "text without an empty line": (
        lambda name, mine, other, place: place.part["header"][0] == place.part["header"][1]
        or name.endswith(".HEADER]") and re.search(rb"\n--[^\n]*\n\Z", place.octets[: place.part["header"][0]]),
        "the text of a part that has no header is a header to Dovecot",
    ),
    "line end behind an inner close delimiter": (
        lambda name, mine, other, place: name == "octets"
        and place.part["type"] == "message/rfc822"
        and (other[0], other[1]) == (mine[0] + 2, mine[1] + 1)
        and re.match(rb"\r?\n--", place.octets[place.part["body"][1] :]),
        "it belongs to the delimiter behind it (RFC 2046 section 5.1.1)",
    ),
    "unreadable type": (
        lambda name, mine, other, place: name == "tree" and mine[0] == "text/plain" and re.fullmatch("[^/]*/", other[0]),
        "text/plain (RFC 2045 section 5.2)",
    ),
    "beginning of a longer line": (
        lambda name, mine, other, place: name == "tree" and other[1] > mine[1] and starts_with_boundary(place),
        "data (RFC 2046 section 5.1.1, by the grammar)",
    ),
    "empty boundary": (
        lambda name, mine, other, place: name == "tree" and place.part["params"].get("boundary") == "",
        "a boundary has an octet at least",
    ),
    "long boundary": (
        lambda name, mine, other, place: name == "tree" and len(boundary_of(place)) > 80,
        "Dovecot cuts it after 80 octets",
    ),
    "unclosed quote": (
        lambda name, mine, other, place: name in ("parameters", "file name")
        and any(place.value(field).count(b'"') % 2 for field in ("Content-Type", "Content-Disposition")),
        "Dovecot drops the parameter",
    ),
    "blanks in a parameter": (
        lambda name, mine, other, place: name in ("parameters", "file name") and b"=my own file.pdf" in place.header,
        "Dovecot keeps the first word",
    ),
    "empty disposition": (
        lambda name, mine, other, place: name == "disposition" and (mine, other) == ("attachment", ""),
        "what cannot be read is an attachment (RFC 2183 section 2.8)",
    ),
    "odd encoding": (
        lambda name, mine, other, place: name == "encoding"
        and other == "7bit"
        and not re.fullmatch(rb"[\w-]+", place.value("Content-Transfer-Encoding")),
        "Dovecot knows none that is not a word alone",
    ),
    "tolerated address": (
        lambda name, mine, other, place: name in ADDRESSES
        and re.search(rb"> *<|@\S+ <|@[^,<>]*;|@\S+ \S+@|@[^,<>]*@|^,|,,|\"unclosed", place.value(name)),
        "which address is meant, if one is: docs/mime.md",
    ),
    "address cut short": (
        lambda name, mine, other, place: name in ADDRESSES
        and ("@SYNTAX_ERROR" in str(other) or re.search(rb"\((\\.|[^)\\])*$", place.value(name))),
        "Dovecot says so in place of the domain, and takes half a comment for none",
    ),
    "lone words": (
        lambda name, mine, other, place: name in ADDRESSES
        and mine[:-1] == other[:-1]
        and mine[-1].get("address") == ""
        and other[-1].get("name") == ""
        and other[-1].get("address") is not None
        and words_to_text(other[-1]["address"].encode()) in ("", mine[-1]["name"]),
        "words without an address are a name to us, and to Dovecot a local part or nothing",
    ),
    "NUL": (
        lambda name, mine, other, place: b"\0" in place.header
        and (without_nul(mine) == without_nul(other) or name in (*ADDRESSES, "tree", "parameters", "file name", "encoding", "date")),
        "none can be in IMAP, and Dovecot ends some values there",
    ),
}

# ---- IMAP, as much as is needed -------------------------------------------


class Imap:
    """Dovecot's IMAP on two pipes, logged in already."""

    def __init__(self, config, user):
        command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "/usr/lib/dovecot/imap", "-c", config]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.response()

    def ask(self, commands):
        """Sends all commands, and yields all that is said, up to what is said of the last."""

        def send():
            for n, command in enumerate(commands):
                self.process.stdin.write(b"t%d %s\r\n" % (n, command.encode()))
            self.process.stdin.flush()

        threading.Thread(target=send, daemon=True).start()
        last = b"t%d " % (len(commands) - 1)
        while True:
            response = self.response()
            if re.match(rb"t\d+ (NO|BAD)", response[0]):
                raise SystemExit(f"Dovecot says {response}")
            if response[0].startswith(last):
                return
            yield response

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def response(self):
        """One response: text and literals by turns."""
        pieces = []
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit("Dovecot has ended")
            literal = re.search(rb"\{(\d+)\}\r\n$", line)
            if not literal:
                return [*pieces, line[:-2]]
            pieces.append(line[: literal.start()])
            pieces.append(self.process.stdout.read(int(literal[1])))


TOKEN = re.compile(rb'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<atom>(?:\[[^\]]*\]|[^\s()"\[])+))', re.S)


def values(pieces):
    """The values of a response: lists, octets, None for NIL."""
    stack = [[]]
    for n, piece in enumerate(pieces):
        if n % 2:
            stack[-1].append(piece)
            continue
        at = 0
        while token := TOKEN.match(piece, at):
            at = token.end()
            if token["open"]:
                stack.append([])
            elif token["close"]:
                done = stack.pop()
                stack[-1].append(done)
            elif token["quoted"] is not None:
                stack[-1].append(re.sub(rb"\\(.)", rb"\1", token["quoted"], flags=re.S))
            else:
                stack[-1].append(None if token["atom"].upper() == b"NIL" else token["atom"])
    return stack[0]


# ---- values, decoded ------------------------------------------------------

# Blanks and `?` inside are text, by the table in docs/mime.md.
WORD = re.compile(rb"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?(.*?)\?=")
CHARSETS = {"iso-8859-1": "cp1252", "us-ascii": "cp1252", "gb2312": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949"}


def to_text(octets, charset=None):
    if charset is None:
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError:
            charset = "cp1252"
    charset = CHARSETS.get(charset.lower(), charset)
    if charset == "cp1252":
        # As everybody else has it: the five octets that are none stand for themselves.
        return "".join(chr(o) if o in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([o]).decode("cp1252") for o in octets)
    return octets.decode(charset, "replace")


def words_to_text(raw):
    """Text with encoded words (RFC 2047): those next to each other, of one charset, are converted as one."""
    text, last, open_octets, open_charset = "", 0, b"", None

    def flush():
        nonlocal text, open_octets, open_charset
        if open_charset:
            text += to_text(open_octets, open_charset)
        open_octets, open_charset = b"", None

    for word in WORD.finditer(raw):
        between = raw[last : word.start()]
        charset = word[1].decode("ascii", "replace").lower()
        try:
            to_text(b"a", charset)
        except LookupError:
            continue
        if word[2] in b"bB":
            data = re.sub(rb"[^A-Za-z0-9+/]", b"", word[3])
            data = data[: len(data) - (len(data) % 4 == 1)]
            decoded = base64.b64decode(data + b"=" * (-len(data) % 4))
        else:
            decoded = re.sub(rb"=([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), word[3].replace(b"_", b" "))
        if open_charset is None or between.strip() or charset != open_charset:
            flush()
            if last == 0 or between.strip():
                text += to_text(between)
        open_octets, open_charset, last = open_octets + decoded, charset, word.end()
    flush()
    return text + to_text(raw[last:])


def percent_decoded(octets):
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), octets)


def parameters(flat):
    """BODYSTRUCTURE's list of names and values, read by RFC 2231: names in small letters, values as text."""
    plain, parts = {}, {}
    for name, value in zip(flat[::2], flat[1::2]):
        name = name.lower()
        extended = re.fullmatch(rb"([^*]+)(?:\*(\d+))?(\*)?", name)
        if not extended or (extended[2] is None and not extended[3]):
            plain.setdefault(name.decode("utf-8", "replace"), words_to_text(value))
        else:
            key = extended[1].decode("utf-8", "replace")
            parts.setdefault(key, {}).setdefault(int(extended[2] or 0), (bool(extended[3]), value))
    for name, segments in parts.items():
        octets, charset, n = b"", None, 0
        while n in segments:
            is_encoded, value = segments[n]
            if is_encoded and n == 0 and value.count(b"'") >= 2:
                charset, _, value = value.split(b"'", 2)
            octets += percent_decoded(value) if is_encoded else value
            n += 1
        if n:
            plain[name] = to_text(octets, charset.decode("ascii", "replace") if charset else None)
    return plain


def atom(local):
    """A local part as it stands in an address."""
    if re.fullmatch(rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\xff-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\xff-]+)*", local):
        return local
    return b'"' + re.sub(rb'(["\\])', rb"\\\1", local) + b'"'


def their_addresses(listed):
    """As the document has them."""
    all_, group = [], None
    for name, _route, local, host in listed or []:
        if host is None:
            if local is None:
                group = None
            else:
                group = {"group": words_to_text(local), "mailboxes": []}
                all_.append(group)
            continue
        # Dovecot's way to say that there is none.
        local = b"" if local in (None, b"MISSING_MAILBOX") else atom(local)
        address = local if host == b"MISSING_DOMAIN" else local + b"@" + host
        mailbox = {"name": words_to_text(name or b""), "address": to_text(address)}
        (group["mailboxes"] if group else all_).append(mailbox)
    return all_


def our_addresses(listed):
    """With no name as an empty one: Dovecot makes no difference."""
    mailbox = lambda one: {"name": one["name"] or "", "address": one["address"]}
    return [{**one, "mailboxes": list(map(mailbox, one["mailboxes"]))} if "group" in one else mailbox(one) for one in listed]


# ---- the comparison --------------------------------------------------------


class Theirs:
    """A part of BODYSTRUCTURE."""

    def __init__(self, listed):
        self.message, self.children = None, []
        self.octets = self.lines = None
        if isinstance(listed[0], list):
            count = next(n for n, value in enumerate(listed) if not isinstance(value, list))
            self.children = [Theirs(child) for child in listed[:count]]
            self.type = "multipart/" + to_text(listed[count]).lower()
            self.encoding = None
            self.params = parameters(listed[count + 1] or [])
            rest = listed[count + 2 :]
        else:
            self.type = to_text(listed[0] + b"/" + listed[1]).lower()
            self.params = parameters(listed[2] or [])
            self.encoding = to_text(listed[5]).lower()
            self.octets = int(listed[6])
            rest = listed[7:]
            if self.type in ("message/rfc822", "message/global") and len(rest) > 1 and isinstance(rest[1], list):
                self.children = [Theirs(rest[1])]
                self.lines, rest = int(rest[2]), rest[3:]
            elif self.type.startswith("text/"):
                self.lines, rest = int(rest[0]), rest[1:]
            rest = rest[1:]
        disposition = rest[0] if rest else None
        self.disposition = to_text(disposition[0]).lower() if disposition else None
        given = parameters(disposition[1] or []) if disposition else {}
        self.filename = given.get("filename", self.params.get("name"))
        # A multipart must have a part (RFC 9051 section 9, body-type-mpart), so that one without gets an empty one.
        if self.type.startswith("multipart/") and len(self.children) == 1:
            only = self.children[0]
            self.phantom = only.type == "text/plain" and only.octets == 0 and not only.children
        else:
            self.phantom = False


def as_stored(octets):
    """As Dovecot sends octets: all line ends as CRLF, and NUL, which IMAP can't carry, as 0x80."""
    return re.sub(rb"(?<!\r)\n", b"\r\n", octets).replace(b"\0", b"\x80")


def sections(part, parent=None):
    """(section, part, range of its octets) of what our document says of a part and all in it."""
    path, is_multipart = part["path"], part["type"].startswith("multipart/")
    if parent is None:
        header = "HEADER"
    elif parent["type"].startswith("multipart/"):
        header = re.sub(r"\.?TEXT$", "", path) + ".MIME"
    else:
        header = parent["path"] + ".HEADER"
    yield header, part, part["header"]
    if not part["children"] and not is_multipart:
        yield path, part, part["body"]
    for child in part["children"]:
        yield from sections(child, part)


class Place:
    """Where a difference is: the message's octets, the part's document and its header, all fields of a name."""

    def __init__(self, octets, part):
        self.octets, self.part = octets, part
        self.header = octets[slice(*part["header"])]

    def values(self, name):
        pattern = rb"(?im)^%s[ \t]*:((?:.*\n?)(?:[ \t].*\n?)*)" % re.escape(name.encode())
        return [value.strip() for value in re.findall(pattern, self.header)]

    def value(self, name):
        return next(iter(self.values(name)), b"")


def compare_part(mine, other, octets):
    """Yields (class, ours, theirs, place) of a part and all in it."""
    place = Place(octets, mine)
    children = [] if other.phantom and not mine["children"] else other.children
    shape = (mine["type"], len(mine["children"])), (other.type, len(children))
    if shape[0] != shape[1]:
        yield "tree", *shape, place
        return
    given = dict(mine["params"]), dict(other.params)
    for one in given:
        # A name in either case (RFC 2046 section 4.1.2); it is us-ascii where none is given (section 4.1.2).
        if other.type.startswith("text/"):
            one.setdefault("charset", "us-ascii")
        if "charset" in one:
            one["charset"] = one["charset"].lower()
    yield "parameters", *given, place
    yield "disposition", mine["disposition"], other.disposition, place
    yield "file name", mine["filename"], other.filename, place
    if other.octets is not None:
        yield "encoding", mine["encoding"], other.encoding, place
        yield "octets", (mine["octets"], other.lines and mine["lines"]), (other.octets, other.lines), place
    for child, their_child in zip(mine["children"], children):
        yield from compare_part(child, their_child, octets)


def their_message_id(raw):
    """Dovecot gives the field as it stands."""
    if raw is None:
        return None
    first = re.search(rb"<([^<>]*)>", raw)
    return to_text(first[1].strip() if first else raw.strip(b" \t<>")) or None


def compare(document, octets, items, date):
    """Yields (class, ours, theirs, place)."""
    place = Place(octets, document)
    envelope = items[b"ENVELOPE"]
    yield "subject", document["subject"], None if envelope[1] is None else words_to_text(envelope[1]), place
    for name, at in ("from", 2), ("to", 5), ("cc", 6):
        yield name, our_addresses(document[name]), their_addresses(envelope[at]), place
    yield "message-id", document["message_id"], their_message_id(envelope[9]), place
    yield "date", our_date(document), date, place
    yield "size", len(as_stored(octets)), int(items[b"RFC822.SIZE"]), place
    structure = list(compare_part(document, Theirs(items[b"BODYSTRUCTURE"]), octets))
    yield from structure
    if any(name == "tree" and mine != other for name, mine, other, _ in structure):
        return
    for section, part, (start, end) in sections(document):
        place = Place(octets, part)
        yield f"BODY[{section}]", as_stored(octets[start:end]), items.get(f"BODY[{section}]".encode()), place


def known(name, mine, other, place):
    return next((kind for kind, (told, _) in KNOWN.items() if told(name, mine, other, place)), None)


def fetched(pieces):
    """The items of a FETCH response, by their names."""
    listed = values(pieces)[3]
    return int(values(pieces)[1]), dict(zip(listed[::2], listed[1::2]))


def dates(config, user):
    """The dates of all messages, as Dovecot reads them."""
    command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "doveadm", "-c", config, "-f", "tab"]
    output = subprocess.run([*command, "fetch", "date.sent", "mailbox", "INBOX"], check=True, stdout=subprocess.PIPE).stdout
    for line in output.decode().splitlines()[1:]:
        given = re.fullmatch(r"(\S+ \S+) \(([+-]\d{4})\)", line.strip())
        utc = datetime.datetime.strptime(f"{given[1]} +0000", "%Y-%m-%d %H:%M:%S %z")
        zone = datetime.datetime.strptime(given[2], "%z").tzinfo
        # The first second of 1970 is none.
        yield utc.astimezone(zone).isoformat() if utc.timestamp() else None


def our_date(document):
    """As Dovecot says it: it knows no unknown zone."""
    date = document["date"]
    return date.replace("-00:00", "+00:00") if date else date


def main():
    scope, config, user, *files = sys.argv[1:]
    ours = list(documents(scope, files))
    imap = Imap(config, user)
    for _ in imap.ask(["EXAMINE INBOX"]):
        pass
    commands = []
    for n, document in enumerate(ours):
        wanted = " ".join(f"BODY.PEEK[{section}]" for section, _, _ in sections(document))
        commands.append(f"FETCH {n + 1} (RFC822.SIZE ENVELOPE BODYSTRUCTURE {wanted})")
    theirs = dict(fetched(response) for response in imap.ask(commands) if b" FETCH " in response[0][:24])
    imap.close()
    sent = list(dates(config, user))
    classes, unknown, differing, parts = collections.Counter(), 0, 0, 0
    for n, (file, document) in enumerate(zip(files, ours)):
        octets = octets_of(file)
        parts += sum(1 for _ in nodes(document))
        differs = False
        for name, mine, other, place in compare(document, octets, theirs[n + 1], sent[n]):
            if mine == other:
                continue
            differs = True
            kind = known(name, mine, other, place)
            unknown += kind is None
            classes[kind or "UNKNOWN"] += 1
            print(f"{name}: {file}: {kind or name}: {KNOWN[kind][1] if kind else 'UNKNOWN'}\n  ours   {mine!r}\n  theirs {other!r}")
        differing += differs
    print(f"messages={len(files)} parts={parts} differing={differing} unknown={unknown}", dict(classes))
    return 1 if unknown or differing > max(10, len(files) / 100) else 0


if __name__ == "__main__":
    sys.exit(main())
