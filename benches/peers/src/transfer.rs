//! Base64 and quoted-printable: encodify (SIMD, chosen at run time), the base64 crate, mailparse, quoted_printable.
//!
//! All of the peers take a complete body. mailparse is given a message of one part; its time holds that part's header.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_proto_benches::transfer::{binary, encode_base64, encode_quoted, text, workloads};
use mail_proto_benches::{Workload, baseline, lines};

use crate::rounds::{Contender, Table};

/// Octets of a body, decoded.
const LARGE: usize = 1 << 20;

pub fn tables() -> Vec<Table> {
    vec![
        base64("Base64, 1 MiB, lines of 76 octets", encode_base64(&binary(LARGE))),
        quoted(
            "Quoted-printable, one octet of a hundred escaped",
            "quoted-printable/few/decode",
            encode_quoted(&text(LARGE, 1)),
        ),
        quoted(
            "Quoted-printable, every third octet escaped",
            "quoted-printable/many/decode",
            encode_quoted(&text(LARGE, 35)),
        ),
    ]
}

/// Ours, by the name of its workload.
fn contender(label: &'static str, name: &'static str) -> Contender {
    let Workload { run, .. } =
        workloads().into_iter().find(|workload| workload.name == name).expect("a workload");
    Contender { name: label, run }
}

fn base64(title: &'static str, body: Vec<u8>) -> Table {
    let (octets, items) = (body.len(), lines(&body));
    let mut contenders = vec![
        contender("rfc822-mime, 64 KiB reads", "base64/lines/decode"),
        contender("rfc822-mime, counted only", "base64/lines/count"),
    ];
    let part = part("base64", &body);
    let body: Rc<[u8]> = body.into();
    let [one, other, copied] = [(); 3].map(|()| body.clone());
    let (mut buffer, mut stripped, mut copy) = (Vec::new(), Vec::new(), Vec::new());
    contenders.push(Contender::new("encodify", move || {
        buffer.clear();
        encodify::base64::MIME.decode_append(&one, &mut buffer).expect("base64");
        buffer.len() as u64
    }));
    let mut output = vec![0; octets];
    contenders.push(Contender::new("base64, line ends taken out first", move || {
        stripped.clear();
        other
            .split(|octet| *octet == b'\n')
            .for_each(|line| stripped.extend_from_slice(line.trim_ascii_end()));
        STANDARD.decode_slice(&stripped, &mut output).expect("base64") as u64
    }));
    contenders.push(mailparse(part));
    contenders.push(Contender::new("(memcpy)", move || baseline::copy(&copied, &mut copy)));
    Table { title, octets, items, contenders }
}

fn quoted(title: &'static str, name: &'static str, body: Vec<u8>) -> Table {
    let (octets, items) = (body.len(), lines(&body));
    let part = part("quoted-printable", &body);
    let body: Rc<[u8]> = body.into();
    let [one, other, copied] = [(); 3].map(|()| body.clone());
    let (mut buffer, mut copy) = (Vec::new(), Vec::new());
    let contenders = vec![
        contender("rfc822-mime, 64 KiB reads", name),
        Contender::new("encodify", move || {
            buffer.clear();
            encodify::qp::BODY.decode_append(&one, &mut buffer).expect("quoted-printable");
            buffer.len() as u64
        }),
        Contender::new("quoted_printable", move || {
            let decoded = quoted_printable::decode(&other, quoted_printable::ParseMode::Robust);
            decoded.expect("quoted-printable").len() as u64
        }),
        mailparse(part),
        Contender::new("(memcpy)", move || baseline::copy(&copied, &mut copy)),
    ];
    Table { title, octets, items, contenders }
}

fn part(encoding: &str, body: &[u8]) -> Vec<u8> {
    let header =
        format!("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n");
    [header.as_bytes(), body].concat()
}

fn mailparse(part: Vec<u8>) -> Contender {
    Contender::new("mailparse, a part", move || {
        let part = mailparse::parse_mail(&part).expect("a part");
        part.get_body_raw().expect("a body").len() as u64
    })
}
