//! Messages: mail-parser, which reads all values of the header at once and bodies when they are asked for, and mailparse,
//! which reads no value unasked.
//!
//! Both take a complete message. mail-parser is given its buffers back after each message, and is shown with its defaults
//! and with Received and the fields of lists left as they are.

use mail_parser::{HeaderForm, HeaderName, MessageBuffers, MessageParser, PartKind};
use mail_proto_benches::{Workload, baseline, lines, mime};
use mailparse::{MailHeader, ParsedMail};

use crate::rounds::{Contender, Table};

/// Octets of the mail with attachments.
const ATTACHMENTS: usize = 50 << 20;

pub fn tables() -> Vec<Table> {
    vec![
        structure("Structure, 1,000 mails", mime::mails(1_000)),
        structure("Structure, 50 MiB in five attachments", vec![mime::attachments(ATTACHMENTS)]),
        structure("Structure, 9,990 parts", vec![mime::parts(9_990)]),
        structure("Structure, 50 multiparts in each other", vec![mime::nested(50)]),
        typed("Values of the header, 1,000 mails", mime::mails(1_000)),
        typed("Values of the header, 200 headers of four mails each", mime::headers(200)),
        all("All values and bodies, 1,000 mails", mime::mails(1_000)),
        all("All values and bodies, 50 MiB in five attachments", vec![mime::attachments(ATTACHMENTS)]),
        octets("Octet by octet, 20 mails"),
    ]
}

/// Work on each of `mails` by each of the contenders; ours is the first.
fn table(
    title: &'static str,
    mails: Vec<Vec<u8>>,
    works: Vec<(&'static str, Box<dyn FnMut(&[u8]) -> u64>)>,
) -> Table {
    let octets = mails.iter().map(Vec::len).sum();
    let items = mails.iter().map(|mail| lines(mail)).sum();
    let mails: std::rc::Rc<[Vec<u8>]> = mails.into();
    let contender = |(name, mut work): (_, Box<dyn FnMut(&[u8]) -> u64>)| {
        let mails = mails.clone();
        Contender::new(name, move || mails.iter().map(|mail| work(mail)).sum())
    };
    Table { title, octets, items, contenders: works.into_iter().map(contender).collect() }
}

fn structure(title: &'static str, mails: Vec<Vec<u8>>) -> Table {
    table(
        title,
        mails,
        vec![
            ("rfc822-mime", Box::new(mime::structure)),
            ("mail-parser", Box::new(mail_parser_structure(MessageParser::new()))),
            ("mail-parser, Received and lists raw", Box::new(mail_parser_structure(lazy()))),
            ("mailparse", Box::new(|mail| count(&mailparse::parse_mail(mail).expect("a mail")))),
            ("(memchr, from LF to LF)", Box::new(baseline::lines)),
        ],
    )
}

fn typed(title: &'static str, mails: Vec<Vec<u8>>) -> Table {
    let headers = mails.into_iter().map(|mail| {
        let end = mail.windows(4).position(|octets| octets == b"\r\n\r\n").expect("a header") + 4;
        mail[..end].to_vec()
    });
    table(
        title,
        headers.collect(),
        vec![
            ("rfc822-mime", Box::new(mime::typed)),
            ("rfc822-mime, Received and lists raw", Box::new(mime::lazily_typed)),
            ("mail-parser", Box::new(mail_parser_structure(MessageParser::new()))),
            ("mail-parser, Received and lists raw", Box::new(mail_parser_structure(lazy()))),
            (
                "mailparse",
                Box::new(|header| mailparse_values(&mailparse::parse_headers(header).expect("fields").0)),
            ),
        ],
    )
}

fn all(title: &'static str, mails: Vec<Vec<u8>>) -> Table {
    let mut buffers = MessageBuffers::new();
    let parser = MessageParser::new();
    let mut mail_parser = move |mail: &[u8]| {
        let message = parser.parse_with(mail, &mut buffers).expect("a mail");
        let leaves = message.parts().filter(|part| !part.is_multipart());
        let sum = leaves.map(|part| match part.kind() {
            PartKind::Text | PartKind::Html => part.text().map_or(0, |text| text.len()),
            _ => part.decoded().len(),
        } as u64);
        let sum = sum.sum();
        buffers = message.into_buffers();
        sum
    };
    table(
        title,
        mails,
        vec![
            ("rfc822-mime", Box::new(mime::all)),
            ("mail-parser", Box::new(move |mail: &[u8]| mail_parser(mail))),
            (
                "mailparse",
                Box::new(|mail| {
                    let mail = mailparse::parse_mail(mail).expect("a mail");
                    mailparse_values(&mail.headers) + mailparse_bodies(&mail)
                }),
            ),
        ],
    )
}

/// The others have to see a whole message at once.
fn octets(title: &'static str) -> Table {
    let find = |name: &str| {
        let mut all = mime::workloads().into_iter();
        all.find(|workload| workload.name == name).expect("a workload")
    };
    let Workload { octets, items, run, .. } = find("mime/mails/octets");
    Table { title, octets, items, contenders: vec![Contender { name: "rfc822-mime", run }] }
}

fn lazy() -> MessageParser {
    [
        HeaderName::Received,
        HeaderName::ListArchive,
        HeaderName::ListHelp,
        HeaderName::ListId,
        HeaderName::ListOwner,
        HeaderName::ListPost,
        HeaderName::ListSubscribe,
        HeaderName::ListUnsubscribe,
    ]
    .into_iter()
    .fold(MessageParser::new(), |parser, name| parser.header(name, HeaderForm::Raw))
}

fn mail_parser_structure(parser: MessageParser) -> impl FnMut(&[u8]) -> u64 {
    let mut buffers = MessageBuffers::new();
    move |mail| {
        let message = parser.parse_with(mail, &mut buffers).expect("a mail");
        let sum = message.parts().map(|part| u64::from(part.offset_body())).sum();
        buffers = message.into_buffers();
        sum
    }
}

fn count(mail: &ParsedMail<'_>) -> u64 {
    mail.parts().map(|part| part.raw_bytes.len() as u64).sum()
}

fn mailparse_values(fields: &[MailHeader<'_>]) -> u64 {
    let value = |field: &MailHeader<'_>| match &*field.get_key_ref().to_ascii_lowercase() {
        "from" | "to" | "cc" | "sender" | "reply-to" | "bcc" => {
            mailparse::addrparse_header(field).map_or(0, |list| list.count_addrs() as u64)
        }
        "date" => mailparse::dateparse(&field.get_value()).is_ok().into(),
        "message-id" | "in-reply-to" | "references" => {
            mailparse::msgidparse(&field.get_value()).map_or(0, |ids| ids.len() as u64)
        }
        "subject" | "received" | "list-unsubscribe" => field.get_value().len() as u64,
        _ => field.get_value_raw().len() as u64,
    };
    fields.iter().map(value).sum()
}

fn mailparse_bodies(mail: &ParsedMail<'_>) -> u64 {
    let leaves = mail.parts().filter(|part| part.subparts.is_empty());
    leaves
        .map(|part| match part.ctype.mimetype.starts_with("text/") {
            true => part.get_body().map_or(0, |text| text.len() as u64),
            false => part.get_body_raw().map_or(0, |octets| octets.len() as u64),
        })
        .sum()
}
