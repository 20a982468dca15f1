//! Literals larger than memory, and messages that cost two allocations each: counted, not timed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![allow(clippy::print_stdout)]

use bytes::BytesMut;
use imap_proto::{
    Append, AppendMessage, ClientCodec, CommandBody, Event, Fetch, MailboxName, OutputState, Response,
    Section, ServerCodec,
};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const GIBIBYTE: u64 = 1 << 30;
const CHUNK: usize = 8 << 10;
/// Lines, cut wherever a chunk ends.
static OCTETS: [u8; CHUNK] = {
    let mut octets = [b'x'; CHUNK];
    let mut at = 70;
    while at < CHUNK {
        octets[at] = b'\r';
        octets[at + 1] = b'\n';
        at += 76;
    }
    octets
};

fn main() {
    let _profiler = dhat::Profiler::builder().testing().build();
    fetch_of_a_gibibyte();
    append_of_a_gibibyte();
    messages_cost_two_allocations();
    commands_cost_one_allocation_for_each_list();
}

/// Blocks allocated so far, and the most octets that were ever held.
fn heap() -> (u64, usize) {
    let stats = dhat::HeapStats::get();
    (stats.total_blocks, stats.max_bytes)
}

/// `write` gets each chunk, `read` what was written; both together may not allocate.
fn stream(way: &str, mut write: impl FnMut(&[u8], &mut BytesMut), mut read: impl FnMut(&[u8]) -> u64) {
    let mut output = BytesMut::with_capacity(4 * CHUNK);
    let (mut sent, mut heard) = (0, 0);
    let (before, _) = heap();
    while sent < GIBIBYTE {
        write(&OCTETS, &mut output);
        sent += CHUNK as u64;
        heard += read(&output);
        output.clear();
    }
    let (blocks, peak) = heap();
    assert_eq!(heard, sent, "{way}");
    assert_eq!(blocks - before, 0, "{way}: allocations for {} chunks", sent / CHUNK as u64);
    assert!(peak < 256 << 10, "{way}: {peak} octets at the peak");
    println!("{way}: {sent} octets, peak {peak} octets");
}

fn data_of(event: &Event<'_>) -> u64 {
    if let Event::Data(octets) = event { octets.len() as u64 } else { 0 }
}

fn fetch_of_a_gibibyte() {
    let (mut server, mut client, mut output) = (ServerCodec::new(), ClientCodec::new(), BytesMut::new());
    let fetch = Fetch::builder(1).streamed(&Section::all(), None, GIBIBYTE).uid(7).build().unwrap();
    server.encode(&fetch.into(), &mut output).unwrap();
    assert_eq!(server.output_state(), OutputState::Payload { octets: Some(GIBIBYTE) });
    let Some(Event::LiteralStart(start)) = client.decode(&mut &output.split()[..]).unwrap() else { panic!() };
    assert_eq!(start.octets(), GIBIBYTE);
    stream(
        "FETCH",
        |chunk, output| server.encode_data(chunk, output).unwrap(),
        |mut input| {
            let mut heard = 0;
            while let Some(event) = client.decode(&mut input).unwrap() {
                heard += data_of(&event);
            }
            heard
        },
    );
    server.encode_end(&mut output).unwrap();
    let mut input = &output[..];
    let Some(Event::Response(Response::Fetch(fetch))) = client.decode(&mut input).unwrap() else { panic!() };
    let content = fetch.section(&Section::all()).unwrap();
    assert_eq!((content.value().octets(), fetch.uid().map(|uid| uid.get())), (GIBIBYTE, Some(7)));
}

fn append_of_a_gibibyte() {
    let (mut server, mut client, mut output) = (ServerCodec::new(), ClientCodec::new(), BytesMut::new());
    let append = Append::new(MailboxName::inbox(), AppendMessage::streamed(GIBIBYTE));
    client.encode(&CommandBody::from(append).tag("a1").unwrap(), &mut output).unwrap();
    let Some(Event::LiteralStart(_)) = server.decode(&mut &output.split()[..]).unwrap() else { panic!() };
    server.accept(&mut output).unwrap();
    client.decode(&mut &output.split()[..]).unwrap();
    client.resume(&mut output).unwrap();
    stream(
        "APPEND",
        |chunk, output| client.encode_data(chunk, output).unwrap(),
        |mut input| {
            let mut heard = 0;
            while let Some(event) = server.decode(&mut input).unwrap() {
                heard += data_of(&event);
            }
            heard
        },
    );
    client.encode_end(&mut output).unwrap();
    let mut input = &output[..];
    let Some(Event::Command(command)) = server.decode(&mut input).unwrap() else { panic!() };
    let CommandBody::Append(append) = command.body() else { panic!() };
    assert!(append.messages().iter().all(|message| message.literal().unwrap().octets() == GIBIBYTE));
}

const MESSAGES: &[&str] = &[
    "* 23 FETCH (FLAGS (\\Seen \\Answered $Forwarded) UID 4827313 MODSEQ (624140003))\r\n",
    "* 12 FETCH (ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev2 \\\"WG\\\" mtg summary\" \
     ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
     ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((NIL NIL \"imap\" \"cac.washington.edu\")) \
     ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL \
     \"<B27397-0100000@cac.washington.edu>\"))\r\n",
    "* 12 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 BODYSTRUCTURE \
     ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 1152 23 NIL NIL NIL NIL)(\"TEXT\" \"PLAIN\" \
     (\"CHARSET\" \"US-ASCII\" \"NAME\" \"cc.diff\") \"<960723163407.20117h@cac.washington.edu>\" \"Compiler diff\" \
     \"BASE64\" 4554 73 NIL (\"attachment\" (\"filename\" \"cc.diff\")) (\"en\") NIL) \"MIXED\" (\"BOUNDARY\" \"x\") NIL NIL NIL))\r\n",
    "* 12 FETCH (BODY[HEADER] {13}\r\nFrom: a@b.c\r\n UID 7)\r\n",
    "* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Items\"\r\n",
];

fn messages_cost_two_allocations() {
    let mut client = ClientCodec::new();
    client.decode(&mut &b"* OK hi\r\n"[..]).unwrap();
    for message in MESSAGES {
        // The buffers that are kept grow once.
        let mut input = message.as_bytes();
        client.decode(&mut input).unwrap();
        let (before, _) = heap();
        let mut input = message.as_bytes();
        let event = client.decode(&mut input).unwrap();
        let (after, _) = heap();
        assert!(matches!(event, Some(Event::Response(Response::Fetch(_) | Response::List(_)))), "{event:?}");
        assert!(after - before <= 2, "{} allocations for {message}", after - before);
    }
}

/// Commands, and how many lists of theirs are kept: a set, flags, items, steps of a search. Tags, names and words cost nothing.
const COMMANDS: &[(&str, u64)] = &[
    ("a1 NOOP\r\n", 0),
    ("a1 SELECT \"Sent Items\"\r\n", 0),
    ("a1 STATUS Archive (MESSAGES UIDNEXT)\r\n", 1),
    ("a1 UID COPY 1:4,7,9:* Archive\r\n", 1),
    ("a1 UID STORE 4827313,4827315 +FLAGS.SILENT (\\Seen $Forwarded)\r\n", 2),
    ("a1 UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)\r\n", 2),
    ("a1 UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (From To Cc Date Subject)])\r\n", 3),
    ("a1 UID SEARCH UNSEEN SINCE 1-Feb-1994 FROM \"x\" SUBJECT \"two words\"\r\n", 1),
    ("a1 UID SEARCH UNSEEN NOT FROM \"x\" OR SUBJECT \"y\" (TO z LARGER 20000)\r\n", 2),
];

fn commands_cost_one_allocation_for_each_list() {
    let mut server = ServerCodec::new();
    for (line, lists) in COMMANDS {
        let (before, _) = heap();
        let mut input = line.as_bytes();
        let event = server.decode(&mut input).unwrap();
        let (after, _) = heap();
        assert!(matches!(event, Some(Event::Command(_))), "{event:?}");
        assert!(after - before <= *lists, "{} allocations for {line}", after - before);
    }
}
