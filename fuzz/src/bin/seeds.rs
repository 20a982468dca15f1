//! Writes seeds into `corpus/TARGET/`, from the codecs' own tables and a few dialogues, so that none goes stale.
//!
//! `seeds [RECORDING…]`: recorded sessions, in the format of `docs/transcripts.md`, become seeds too.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use mail_wire::testkit::transcript::{Side, Transcript};
use pop3_proto::{CAPABILITIES, COMMANDS, RESPONSE_CODES, SUBCOMMANDS};
use rfc822_mime::testkit::corpus;

/// Seeds above this are left out: the fuzzer gets its speed from short ones.
const LONGEST: usize = 4_096;

/// Blocks and lines for the shared floor.
const WIRE: &[&str] = &[
    "01\nplain\r\n.dot\r\n..dots\r\n\r\n.\r\n+OK\r\n",
    "L\na\n.\n\r\n.\r\r\n.\r\n",
    "DN2\n.x\r\n..y\r\n.\rz\r\nno line end",
    "R013\nUSER mrose\r\nPASS secret\r\n",
    "L04\nlonger than the limit\r\nshort\r\n\n",
];

/// Sessions as a client speaks them; the test kit's server refuses each third command.
const CLIENTS: &[&str] = &[
    "0519\nCAPA\r\nUSER mrose\r\nUSER mrose\r\nPASS tan staaf\r\nSTAT\r\nNOOP\r\nLIST\r\nUIDL\r\nNOOP\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n",
    "S3\nAUTH PLAIN\r\ndGVzdAB0ZXN0AHRlc3Q=\r\nAUTH PLAIN =\r\n*\r\nNOOP\r\n",
    "1\nSTLS\r\nAPOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
    "02\nXTND XMIT\r\nFrom: a\r\n\r\n..dot\r\n.\r\nQUIT\r\n",
    "L9\nUSER a-name-that-is-longer-than-the-low-limit-of-lines\r\nRETR x\r\nnonsense \r\nQUIT\n",
    "C\nCAPA\r\nLAST\r\n",
    "A\nRPOP mrose\r\nXTND BBOARDS\r\nLAST\r\n",
    "\nlist\r\nLANG\r\nAUTH\r\nXTND HEAD 1\r\nXYZZY a  b \r\n",
];

/// What a client sent, and what the server answered.
const SERVERS: &[&str] = &[
    "05\nCAPA\nUSER mrose\nPASS x\nSTAT\nLIST\nUIDL\nRETR 1\nTOP 1 0\nQUIT\n\n+OK POP3 ready <1896.697170952@dbc.mtview.ca.us>\r\n+OK list follows\r\nTOP\r\n.\r\n+OK\r\n+OK\r\n+OK 2 320\r\n+OK\r\n1 120\r\n2 200\r\n.\r\n+OK\r\n1 whqtswO00WBw418f9t5JxYwZ\r\n2 ~\r\n.\r\n+OK 120 octets\r\nFrom: a\r\n\r\n..dot\r\n.\r\n-ERR no such message\r\n+OK bye\r\n",
    "1\nAUTH CRAM-MD5\nAUTH PLAIN\n\n+OK\r\n+ PDE4OTYuNjk3MTcwOTUyQGRiYy5tdHZpZXcuY2EudXM+\r\n+OK\r\n+ \r\n-ERR [AUTH] no\r\n",
    "S\nLAST\nLANG es\nLIST 2\nUIDL 2\nEUIDL 2\n\n+OK\r\n+OK 3\r\n+OK es Idioma\r\n+OK 2 200\r\n+OK 2 abc\r\n+OK 2 abc 300 Terry <t@example.net>\r\n",
    "0\nLANG\nAUTH\nEUIDL\nXTND BBOARDS\nXTND X-BBOARDS system\nXTND XLST Subject\n\n+OK\r\n+OK\r\nen English\r\n.\r\n+OK\r\nPLAIN\r\n.\r\n+OK\r\n1 abc 300 Terry\r\n.\r\n+OK\r\nsystem 100\r\n.\r\n+OK\r\nsystem\r\n\r\n.\r\n+OK\r\n1 Subject: hi\r\n.\r\n",
    "2\nSTLS\nXTND XMIT\nXTND SCAN 80\nXTND ARCHIVE system\nLIST\n\n+OK\r\n+OK begin\r\n+OK go on\r\n+OK sent\r\n+OK\r\n+OK\r\n.\r\n+OK\r\n1 120 #   1+ 12/05 Terry\r\n.\r\n",
    "L1\n_LISTING\n_MESSAGE\nNOOP\n\n+OK\n+OK\n..a\nb\n.\n+OK\n.x\n.\nodd\n+ OK\n+okay\n-err [SYS/TEMP/DISK] full\n",
    "\n\nodd\r\n+OK\r\n",
];

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let (mut wire, mut clients, mut servers) = (Seeds::new(), Seeds::new(), Seeds::new());
    WIRE.iter().enumerate().for_each(|(n, seed)| wire.add(&format!("hand-{n}"), *seed));
    CLIENTS.iter().enumerate().for_each(|(n, seed)| clients.add(&format!("hand-{n}"), *seed));
    SERVERS.iter().enumerate().for_each(|(n, seed)| servers.add(&format!("hand-{n}"), *seed));
    for (name, example) in commands() {
        clients.add(&format!("command-{name}"), format!("06\n{example}\r\n"));
        servers.add(
            &format!("command-{name}"),
            format!("06\n{example}\n\n+OK\r\n+OK 2 abc 3\r\n1 120\r\n.\r\n"),
        );
    }
    for spec in CAPABILITIES {
        servers.add(
            &format!("capability-{}", spec.name),
            format!("S4\nCAPA\n\n+OK\r\n+OK\r\n{}\r\n.\r\n", spec.example),
        );
    }
    for spec in RESPONSE_CODES {
        servers.add(&format!("code-{}", spec.name), format!("3\nNOOP\n\n+OK\r\n{}\r\n", spec.example));
    }
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        let session = Transcript::parse(&fs::read_to_string(&path)?)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (client, server) = (session.stream(Side::Client), session.stream(Side::Server));
        clients.add(&name, [b"0\n", &client[..]].concat());
        let asked: Vec<u8> = client.iter().copied().filter(|octet| *octet != b'\r').collect();
        servers.add(&name, [b"0\n", &asked[..], b"\n", &server[..]].concat());
    }
    for target in ["wire_lines", "wire_dots"] {
        wire.write(&corpus.join(target))?;
        clients.write(&corpus.join(target))?;
    }
    clients.write(&corpus.join("pop3_server"))?;
    servers.write(&corpus.join("pop3_client"))?;
    for target in ["dmsp_round_trip", "pop2_round_trip", "pop3_round_trip"] {
        Seeds::of_round_trips().write(&corpus.join(target))?;
    }
    pop2(&corpus)?;
    imap(&corpus)?;
    transfer(&corpus)?;
    mime(&corpus)?;
    dmsp(&corpus)
}

/// Bodies, for the decoders of transfer encodings.
const BODIES: &[&str] = &[
    "05\naGVsbG8sIHdvcmxk\r\naGVsbG8=\r\n",
    "S3\naGVs*bG8=IHdv==\r\n--\r\n====YQ",
    "\nYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY3ODkwYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4\r\nYQ==\r\n",
    "1\ncaf=C3=A9 =\r\nau lait \t\r\n=20\n=\t\n==c3=4=\rX  =",
    "B0\nFrom a\r\nFrom b \r\n\t\r\r\nFro",
];

/// Texts, and the names of their charsets.
const TEXTS: &[&[u8]] = &[
    b"01\niso-2022-jp\n\x1b$B$\"\x1b(B\x1b$B$$\x1b(B.",
    b"0\niso-2022-kr\n\x1b$)C\x0eGQ1[\x0f!\nGQ",
    b"2\nhz-gb-2312\n~~ ~{VPND~} a~\nb",
    b"1\nutf-7\nHi Mom -+Jjo--! +2D3eAA +-",
    b"0\nutf-16\n\xff\xfea\0\xe9\0",
    b"0\nutf-8\n\xef\xbb\xbfa\xe2\x98\xba\xff",
    b"0\ngb2312\n\xd6\xd0\x81\x30\x81\x30",
    b"0\nus-ascii\ncaf\xe9",
];

/// Messages of all shapes.
const MESSAGES: &[&str] = &[
    "05\nFrom: a@b.example\r\nSubject: =?utf-8?q?x?=\r\n\tfolded\r\n\r\nbody\r\n",
    "3\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b b\"\n\npre\n--b b\n\none\n--b b\nContent-Type: text/html\n\ntwo\n--b b--\npost\n",
    "1\nContent-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nz\n--b--\n",
    "0\nContent-Type: message/rfc822\r\n\r\nContent-Type: text/plain; charset=utf-7\r\nContent-Transfer-Encoding: base64\r\n\r\nK0pqby0=\r\n",
    "S2\nFrom me Mon Jan  1 00:00:00 2020\nno colon\nContent-Type: multipart/x\n\n--\n",
    "L1\nA: 1\nB: 2\nC: 3\nD: 4\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n--b--\n",
];

/// Values of header fields.
const VALUES: &[&str] = &[
    "Pete(A nice \\) chap) <pete(his account)@silly.test>, \"a b\"@c, G: x@[::1];, @r,@s:t@u",
    "=?utf-8?q?caf=C3=A9?= =?iso-2022-jp?b?GyRCJCIbKEI=?= =?us-ascii*en?b?YQ==?= Re: [x] y (fwd)",
    "Fri, 21 Nov 1997 09(comment):55:06 -0600 (CST)",
    "text/plain; charset=us-ascii (c); name*0*=utf-8''%e2; name*1*=%82%ac; name=\"x\\\"y\"",
    "attachment; filename=\"../a.txt\"; size=12; creation-date=\"Wed, 12 Feb 1997 16:29:51 -0500\"",
    "from a.example (b [10.0.0.1]) by c.example with ESMTP id 1 for <d@e>; 1 Jan 2020 00:00:00 +0000",
    "<a.b@c.example> <\"d e\"@f> <g@[h]>",
    "mx.example 1; spf=pass (c) reason=\"x y\" smtp.mailfrom=a@b.example; dkim=none",
    "<mailto:a@b.example?subject=x>, (c) <https://c.example/>",
    "Name <list.a.example>",
    "(c) \"base64\"",
    "en, de-AT",
    "1.0 (c)",
    "Q2hlY2sgSW50ZWdyaXR5IQ==",
];

fn mime(directory: &Path) -> Result<(), Box<dyn Error>> {
    let (mut messages, mut values) = (Seeds::new(), Seeds::new());
    MESSAGES.iter().enumerate().for_each(|(n, seed)| messages.add(&format!("hand-{n}"), *seed));
    // Short messages of the corpus with two flaws or more.
    let odd =
        (0..).map(corpus::sample).filter(|sample| sample.flaws.len() > 1 && sample.octets.len() < 1_500);
    odd.take(20).enumerate().for_each(|(n, sample)| {
        messages.add(&format!("corpus-{n}"), [b"05\n", &sample.octets[..]].concat());
    });
    VALUES.iter().enumerate().for_each(|(n, seed)| values.add(&format!("hand-{n}"), format!("0\n{seed}")));
    messages.write(&directory.join("mime_decoder"))?;
    values.write(&directory.join("mime_values"))
}

fn transfer(corpus: &Path) -> Result<(), Box<dyn Error>> {
    let (mut bodies, mut texts) = (Seeds::new(), Seeds::new());
    BODIES.iter().enumerate().for_each(|(n, seed)| bodies.add(&format!("hand-{n}"), *seed));
    TEXTS.iter().enumerate().for_each(|(n, seed)| texts.add(&format!("hand-{n}"), *seed));
    bodies.write(&corpus.join("mime_base64"))?;
    bodies.write(&corpus.join("mime_quoted_printable"))?;
    texts.write(&corpus.join("mime_charset"))
}

/// Sessions as an IMAP client speaks them; the test kit's server refuses each third command and literal.
const IMAP_CLIENTS: &[&str] = &[
    "05\na1 LOGIN {5}\r\nalice {6+}\r\nsecret\r\na2 NOOP\r\na3 APPEND x (\\Seen) {5}\r\nhello\r\n",
    "S3\na1 AUTHENTICATE PLAIN\r\nAGEAYg==\r\na2 IDLE\r\nDONE\r\na3 STARTTLS\r\na4 COMPRESS DEFLATE\r\na5 NOOP\r\n",
    "L1\na1 APPEND x {9+}\r\n123456789 {3}\r\nabc\r\na2 SEARCH OR NOT SEEN (FROM \"a\" TEXT {1+}\r\nx)\r\n",
    "C2\na1 {8+}\r\n12345678 {5}\r\n12345 {3}\r\na2 {7+}\r\n1234567 {6}\r\na3\r\n",
];

/// What an IMAP client sent, and what the server answered.
const IMAP_SERVERS: &[&str] = &[
    "05\na1 LOGIN a b\na2 FETCH 1 ALL\n\n* OK [CAPABILITY IMAP4rev1] hi\r\na1 OK in\r\n* 1 FETCH (FLAGS (\\Seen) UID 7 BODY[1.HEADER.FIELDS (\"To\")]<3> {5}\r\nhello ENVELOPE (NIL \"s\" ((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL NIL))\r\na2 OK\r\n",
    "S1\na1 AUTHENTICATE X\n\n* PREAUTH hi\r\n+ eA==\r\n* LIST (\\Noselect) \"/\" {3}\r\na/b\r\n* SEARCH 1 2\r\n* STATUS x (MESSAGES 3)\r\na1 NO [X {3}\r\nabc] {3}\r\n",
    "L2\na1 STARTTLS\n\n* OK hi\r\n* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1) \"MIXED\") BODY[] ~{9}\r\n123456789 X (a (b)))\r\na1 OK\r\n",
];

/// FETCH responses with an item of each kind.
const IMAP_ITEMS: &[&str] = &[
    "UID 7 FLAGS (\\Seen) INTERNALDATE \" 1-Feb-1994 21:52:25 -0800\" RFC822.SIZE 3 MODSEQ (5)",
    "BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1)",
    "BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"a\" \"b\") NIL NIL \"7BIT\" 2 1 NIL (\"inline\" NIL) \"en\" NIL) \"MIXED\" NIL)",
    "BINARY[1] ~{2}\r\n\0x BINARY.SIZE[1] 2 BODY[TEXT]<0> \"x\"",
    "RFC822 {1}\r\nx RFC822.HEADER \"h\" RFC822.TEXT NIL",
];

/// Messages of APPEND in all forms.
const IMAP_MESSAGES: &[&str] = &[
    "(\\Seen) CATENATE (URL \"/a b\" TEXT {2+}\r\n)( URL x) {0+}\r\n",
    "UTF8 (~{3+}\r\n)))",
    "ANNOTATION (/comment (value.priv {2+}\r\n((\"x\")) ~{1+}\r\nb",
];

/// The option that stands for a dialect.
fn imap_letter(dialect: imap_proto::Dialect) -> char {
    let known = mail_proto_fuzz::imap::DIALECTS.iter().find(|(_, known)| *known == dialect);
    known.map_or('0', |(letter, _)| char::from(*letter))
}

fn imap(corpus: &Path) -> Result<(), Box<dyn Error>> {
    let (mut clients, mut servers) = (Seeds::new(), Seeds::new());
    IMAP_CLIENTS.iter().enumerate().for_each(|(n, seed)| clients.add(&format!("hand-{n}"), *seed));
    IMAP_SERVERS.iter().enumerate().for_each(|(n, seed)| servers.add(&format!("hand-{n}"), *seed));
    for spec in imap_proto::COMMANDS {
        clients.add(&format!("command-{}", spec.name), format!("06\na1 {}\r\n", spec.example));
    }
    for spec in imap_proto::HISTORIC_COMMANDS {
        for dialect in spec.dialects {
            let letter = imap_letter(*dialect);
            clients.add(
                &format!("historic-{letter}-{}", spec.name),
                format!("{letter}06\na1 {}\r\n", spec.example),
            );
        }
    }
    for spec in imap_proto::HISTORIC_RESPONSES {
        for dialect in spec.dialects {
            let letter = imap_letter(*dialect);
            let seed = format!("{letter}3\n\n* OK hi\r\n{}\r\n", spec.example);
            servers.add(&format!("historic-{letter}-{}", spec.name), seed);
        }
    }
    for (n, message) in IMAP_MESSAGES.iter().enumerate() {
        clients.add(&format!("append-{n}"), format!("06\na1 APPEND x {message}\r\n"));
    }
    for spec in imap_proto::RESPONSES {
        servers.add(&format!("response-{}", spec.name), format!("3\n\n* OK hi\r\n{}\r\n", spec.example));
    }
    for spec in imap_proto::RESPONSE_CODES {
        servers.add(&format!("code-{}", spec.name), format!("3\n\n* OK [{}] x\r\n", spec.example));
    }
    for (n, items) in IMAP_ITEMS.iter().enumerate() {
        servers.add(&format!("items-{n}"), format!("3\n\n* OK hi\r\n* 1 FETCH ({items})\r\n"));
    }
    // Strings are looked at eight octets at a time: what must be quoted, at each place of a few of them.
    for place in 0..20 {
        let name = "x".repeat(place) + "\"\\";
        let literal = format!("{{{}}}\r\n{name}", name.len());
        let quoted = format!("{}\\\"\\\\", "x".repeat(place));
        clients.add(&format!("quoted-{place}"), format!("8\na1 LOGIN \"{quoted}\" {literal}\r\n"));
        let rows = format!("* LIST () \"/\" \"{quoted}\"\r\n* LSUB () NIL {literal}\r\n");
        servers.add(&format!("quoted-{place}"), format!("8\n\n* OK hi\r\n{rows}"));
    }
    clients.write(&corpus.join("imap_server"))?;
    servers.write(&corpus.join("imap_client"))?;
    clients.write(&corpus.join("imap_frames"))?;
    for target in ["imap_commands", "imap_responses"] {
        Seeds::of_round_trips().write(&corpus.join(target))?;
    }
    Ok(())
}

fn pop2(corpus: &Path) -> Result<(), Box<dyn Error>> {
    let (mut clients, mut servers) = (Seeds::new(), Seeds::new());
    clients.add("session", "05\nHELO postel se\\ cret\r\nREAD\r\nRETR\r\nACKD\r\nFOLD x y\r\nQUIT\r\n");
    clients.add("pop", "P1\nUSER Fred\r\nPASS x\r\nRDEL m\r\nRCEV\r\nRCVD\r\nQUIT\r\n");
    for (name, how) in [("plain", "0"), ("two-more", "U3"), ("dots", "M1")] {
        let stream = "+ POP2 host ready\r\n#2\r\n=7 octets\r\n..\r\n.x\r\n=0\r\n+ bye\r\n";
        servers.add(name, format!("{how}\nHELO a b\nREAD\nRETR\nACKS\nQUIT\n\n{stream}"));
    }
    servers.add(
        "pop",
        "PR2\nUSER a\nPASS b\nRETR m\nRCEV\nRCVD\n\n+OK\r\n+OK\r\n+OK\r\n#3\r\n+OK\r\nab\r+OK\r\n",
    );
    for spec in pop2_proto::COMMANDS {
        let how = if spec.dialect == pop2_proto::Dialect::Rfc918 { "P4" } else { "4" };
        clients.add(&format!("command-{how}-{}", spec.keyword), format!("{how}\n{}\r\n", spec.example));
    }
    clients.write(&corpus.join("pop2_server"))?;
    servers.write(&corpus.join("pop2_client"))
}

fn dmsp(corpus: &Path) -> Result<(), Box<dyn Error>> {
    let (mut clients, mut servers) = (Seeds::new(), Seeds::new());
    for spec in dmsp_proto::COMMANDS {
        clients.add(&format!("command-{}", spec.keyword), format!("04\n{}\r\n", spec.example));
        let list = "descriptor\r\n7 1100011100000010 1400 30\r\na\r\nb\r\nc\r\n..d\r\nexpunged\r\n8\r\nx 1 2 3\r\n.\r\n";
        for row in dmsp_proto::REPLY_CODES {
            let number = row.code.number();
            let reply = format!("200 ready\r\n{number} text\r\n{list}200 ok\r\n");
            servers.add(&format!("{}-{number}", spec.keyword), format!("06\n{}\n\n{reply}", spec.example));
        }
    }
    clients.add("message", "02\nSEND-MESSAGE\r\nTo: x\r\n\r\n..y\r\n.\r\nLOGOUT\r\n");
    clients.write(&corpus.join("dmsp_server"))?;
    servers.write(&corpus.join("dmsp_client"))
}

fn commands() -> impl Iterator<Item = (&'static str, &'static str)> {
    let commands = COMMANDS.iter().map(|spec| (spec.keyword, spec.example));
    commands.chain(SUBCOMMANDS.iter().map(|spec| (spec.name, spec.example)))
}

/// Names and contents of files.
struct Seeds(Vec<(String, Vec<u8>)>);

impl Seeds {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn add(&mut self, name: &str, seed: impl Into<Vec<u8>>) {
        let seed = seed.into();
        if seed.len() <= LONGEST {
            self.0.push((format!("seed-{}", name.replace('/', "-")), seed));
        }
    }

    /// Octets that choose: no text says what they mean, so each value at each of a few places has its file.
    fn of_round_trips() -> Self {
        let mut seeds = Self::new();
        for first in 0..24_u8 {
            let octets: Vec<u8> = (0..120_u8).map(|n| n.wrapping_mul(7).wrapping_add(first)).collect();
            seeds.add(&format!("choices-{first}"), octets);
        }
        seeds
    }

    fn write(&self, folder: &Path) -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(folder)?;
        for (name, seed) in &self.0 {
            fs::write(folder.join(name), seed)?;
        }
        println!("{} seeds in {}", self.0.len(), folder.file_name().unwrap_or_default().to_string_lossy());
        Ok(())
    }
}
