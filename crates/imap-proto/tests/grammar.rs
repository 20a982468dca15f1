//! `docs/imap-grammar.md` has a row for each rule of both formal syntaxes, and what the rows say is so.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use imap_proto::{
    ClientCodec, Command, CommandBody, Deviations, Dialect, Error, ErrorKind, Event, Leniency, Options,
    Response, ResponseCode, SearchKey, ServerCodec,
};

/// The rules of RFC 3501 section 9.
const RFC_3501: &str = "\
    addr-adl addr-host addr-mailbox addr-name address append astring ASTRING-CHAR atom ATOM-CHAR \
    atom-specials auth-type authenticate base64 base64-char base64-terminal body body-ext-1part \
    body-ext-mpart body-extension body-fields body-fld-desc body-fld-dsp body-fld-enc body-fld-id \
    body-fld-lang body-fld-lines body-fld-loc body-fld-md5 body-fld-octets body-fld-param body-type-1part \
    body-type-basic body-type-mpart body-type-msg body-type-text capability capability-data CHAR8 command \
    command-any command-auth command-nonauth command-select continue-req copy create date date-day \
    date-day-fixed date-month date-text date-time date-year delete digit-nz env-bcc env-cc env-date env-from \
    env-in-reply-to env-message-id env-reply-to env-sender env-subject env-to envelope examine fetch \
    fetch-att flag flag-extension flag-fetch flag-keyword flag-list flag-perm greeting header-fld-name \
    header-list list list-char list-mailbox list-wildcards literal login lsub mailbox mailbox-data \
    mailbox-list mbx-list-flags mbx-list-oflag mbx-list-sflag media-basic media-message media-subtype \
    media-text message-data msg-att msg-att-dynamic msg-att-static nil nstring number nz-number password \
    quoted QUOTED-CHAR quoted-specials rename resp-cond-auth resp-cond-bye resp-cond-state resp-specials \
    resp-text resp-text-code response response-data response-done response-fatal response-tagged search \
    search-key section section-msgtext section-part section-spec section-text select seq-number seq-range \
    sequence-set status status-att status-att-list store store-att-flags string subscribe tag text TEXT-CHAR \
    time uid uniqueid unsubscribe userid x-command zone";

/// The rules of RFC 9051 section 9.
const RFC_9051: &str = "\
    addr-adl addr-host addr-mailbox addr-name address ALPHA append append-uid astring ASTRING-CHAR atom \
    ATOM-CHAR atom-specials auth-type authenticate base64 base64-char base64-terminal body body-ext-1part \
    body-ext-mpart body-extension body-fields body-fld-desc body-fld-dsp body-fld-enc body-fld-id \
    body-fld-lang body-fld-lines body-fld-loc body-fld-md5 body-fld-octets body-fld-param body-type-1part \
    body-type-basic body-type-mpart body-type-msg body-type-text capability capability-data CHAR CHAR8 \
    charset child-mbox-flag childinfo-extended-item command command-any command-auth command-nonauth \
    command-select continue-req copy create CRLF CTL date date-day date-day-fixed date-month date-text \
    date-time date-year delete DIGIT digit-nz DQUOTE eitem-standard-tag eitem-vendor-tag enable enable-data \
    env-bcc env-cc env-date env-from env-in-reply-to env-message-id env-reply-to env-sender env-subject \
    env-to envelope esearch-response examine fetch fetch-att flag flag-extension flag-fetch flag-keyword \
    flag-list flag-perm greeting header-fld-name header-list idle initial-resp list list-char list-mailbox \
    list-return-opt list-return-opts list-select-base-opt list-select-base-opt-quoted \
    list-select-independent-opt list-select-mod-opt list-select-opt list-select-opts list-wildcards literal \
    literal8 login mailbox mailbox-data mailbox-list mbox-list-extended mbox-list-extended-item \
    mbox-list-extended-item-tag mbox-or-pat mbx-list-flags mbx-list-oflag mbx-list-sflag media-basic \
    media-message media-subtype media-text message-data move msg-att msg-att-dynamic msg-att-static \
    name-component namespace namespace-command namespace-descr namespace-response \
    namespace-response-extension namespace-response-extensions nil nstring number number64 nz-number \
    nz-number64 obsolete-flag-recent obsolete-recent-response obsolete-search-response OCTET \
    oldname-extended-item option-extension option-standard-tag option-val-comp option-value \
    option-vendor-tag partial partial-range password patterns quoted QUOTED-CHAR quoted-specials rename \
    resp-code-apnd resp-code-copy resp-cond-auth resp-cond-bye resp-cond-state resp-specials resp-text \
    resp-text-code response response-data response-done response-fatal response-tagged return-option search \
    search-correlator search-key search-mod-params search-modifier-name search-program search-ret-data-ext \
    search-ret-opt-ext search-return-data search-return-opt search-return-opts search-return-value section \
    section-binary section-msgtext section-part section-spec section-text select seq-last-command seq-number \
    seq-range sequence-set SP status status-att status-att-list status-att-val status-option store \
    store-att-flags string subscribe tag tag-string tagged-ext-comp tagged-ext-label tagged-ext-simple \
    tagged-ext-val tagged-label-char tagged-label-fchar text TEXT-CHAR time uid uid-expunge uid-range \
    uid-set uniqueid unsubscribe userid UTF8-2 UTF8-3 UTF8-4 UTF8-CHAR vendor-token zone";

struct Row {
    rule: String,
    rfc: String,
    file: String,
    test: (String, String),
    example: String,
    remark: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rows() -> Vec<Row> {
    let page = fs::read_to_string(root().join("docs/imap-grammar.md")).unwrap();
    let rows = page.lines().skip_while(|line| *line != "|---|---|---|---|---|---|").skip(1);
    rows.map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let ["", rule, rfc, file, test, example, remark, ""] = cells[..] else { panic!("{line}") };
        let mut test = test.split(' ').map(|word| word.trim_matches('`').to_owned());
        Row {
            rule: rule.into(),
            rfc: rfc.into(),
            file: file.trim_matches('`').into(),
            test: (test.next().unwrap(), test.next().unwrap()),
            example: example.trim_matches('`').replace("␍␊", "\r\n"),
            remark: remark.into(),
        }
    })
    .collect()
}

#[test]
fn every_rule_has_one_row() {
    let [old, new] = [RFC_3501, RFC_9051].map(|rules| rules.split_whitespace().collect::<BTreeSet<_>>());
    assert_eq!((old.len(), new.len()), (148, 232));
    let rows = rows();
    for row in &rows {
        let rfc = match (old.contains(row.rule.as_str()), new.contains(row.rule.as_str())) {
            (true, true) => "both",
            (true, false) => "3501",
            (false, true) => "9051",
            (false, false) => panic!("{} is no rule", row.rule),
        };
        assert_eq!(row.rfc, rfc, "{}", row.rule);
    }
    let names: BTreeSet<_> = rows.iter().map(|row| row.rule.as_str()).collect();
    assert_eq!(names.len(), rows.len(), "a rule has two rows");
    assert_eq!(names, old.union(&new).copied().collect());
}

#[test]
fn every_row_names_a_file_and_a_test() {
    for row in rows() {
        assert!(root().join("crates").join(&row.file).is_file(), "{}: {}", row.rule, row.file);
        let (file, name) = &row.test;
        let text = fs::read_to_string(root().join("crates").join(file)).unwrap_or_default();
        let is_test = text.split("#[test]").skip(1).any(|test| {
            let function = test.trim_start().strip_prefix("fn ").unwrap_or_default();
            function.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('('))
        });
        assert!(is_test, "{}: {name} in {file}", row.rule);
    }
}

/// `a ` begins a command, or a tagged response.
#[test]
fn every_example_is_read_strictly_and_written_as_it_stands() {
    for row in rows() {
        let line = format!("{}\r\n", row.example);
        let word = row.example.split(' ').nth(1).unwrap_or_default();
        let is_response = row.example.starts_with(['*', '+']) || matches!(word, "OK" | "NO" | "BAD");
        let (again, deviations) = if is_response { response(&row, &line) } else { command(&row, &line) };
        assert_eq!(String::from_utf8_lossy(&again), line, "{}", row.rule);
        assert_eq!(deviations, Deviations::new(), "{}: {line}", row.rule);
    }
}

fn strict(options: Options) -> Options {
    options.with_leniency(Leniency::Strict).with_dialect(Dialect::Imap4rev2)
}

/// In IMAP4rev2; where the remark says that this is not in it, in IMAP4rev1.
fn written(row: &Row, write: impl Fn(Dialect) -> Result<Vec<u8>, Error>) -> Vec<u8> {
    let written = write(Dialect::Imap4rev2);
    if !row.remark.contains("not in IMAP4rev2") {
        return written.unwrap_or_else(|error| panic!("{}: {error}", row.rule));
    }
    assert_eq!(written.unwrap_err().kind(), ErrorKind::Unsupported, "{}", row.rule);
    write(Dialect::Imap4rev1Utf8).unwrap()
}

fn command(row: &Row, line: &str) -> (Vec<u8>, Deviations) {
    let mut server = ServerCodec::with_options(strict(Options::server()));
    let Ok(Some(Event::Command(command))) = server.decode(&mut line.as_bytes()) else {
        panic!("{}: {line}", row.rule)
    };
    let is_known = !matches!(command.body(), CommandBody::Other(_));
    assert_eq!(is_known, row.rule != "x-command", "{}: {line}", row.rule);
    (written(row, |dialect| command.to_bytes(dialect)), server.deviations())
}

fn response(row: &Row, line: &str) -> (Vec<u8>, Deviations) {
    let mut client = ClientCodec::with_options(strict(Options::client()));
    let stream = [b"* OK hi\r\n", line.as_bytes()].concat();
    let mut input = if row.rule == "greeting" { line.as_bytes() } else { &stream[..] };
    let mut last = None;
    while let Some(event) = client.decode(&mut input).unwrap() {
        last = Some((event.into_owned(), client.deviations()));
    }
    let (response, deviations) = match last {
        Some((Event::Response(response), deviations)) => (response, deviations),
        Some((Event::Greeting(status), deviations)) => (status.into(), deviations),
        other => panic!("{}: {other:?}", row.rule),
    };
    assert!(!matches!(response, Response::Other(_)), "{}: {line}", row.rule);
    if let Response::Status(status) = &response {
        assert!(!matches!(status.code(), Some(ResponseCode::Other(_))), "{}: {line}", row.rule);
    }
    (written(row, |dialect| response.to_bytes(dialect)), deviations)
}

#[test]
fn empty_lists_are_read() {
    let enabled =
        Response::parse(b"* ENABLED\r\n", &Options::client().with_leniency(Leniency::Strict)).unwrap();
    assert!(matches!(&enabled, Response::Enabled(capabilities) if capabilities.as_slice().is_empty()));
    assert_eq!(enabled.to_bytes(Dialect::Imap4rev2).unwrap(), b"* ENABLED\r\n");
    // A command needs one, and gets none from us.
    let strict = Options::server().with_leniency(Leniency::Strict);
    assert!(Command::parse(b"a ENABLE\r\n", &strict).is_err());
    let enable = Command::parse(b"a ENABLE\r\n", &Options::server()).unwrap();
    assert!(matches!(enable.body(), CommandBody::Enable(capabilities) if capabilities.is_empty()));
    assert!(enable.to_bytes(Dialect::Imap4rev2).is_err());
}

/// `$` stands where a set does: in every command that has one.
#[test]
fn the_saved_result_stands_wherever_a_set_does() {
    let strict = Options::server().with_leniency(Leniency::Strict);
    for line in [
        "a FETCH $ FLAGS",
        "a STORE $ FLAGS (\\Seen)",
        "a COPY $ x",
        "a MOVE 1,$ x",
        "a UID EXPUNGE $",
        "a UID FETCH $ FLAGS",
        "a UID STORE $ FLAGS (\\Seen)",
        "a UID COPY $ x",
        "a UID MOVE $ x",
        "a SEARCH $",
        "a SEARCH UID $",
        "a UID SEARCH RETURN (SAVE) NOT $",
    ] {
        let command = Command::parse(line.as_bytes(), &strict).unwrap();
        assert!(!matches!(command.body(), CommandBody::Other(_)), "{line}");
        assert_eq!(command.to_bytes(Dialect::Imap4rev2).unwrap(), [line.as_bytes(), b"\r\n"].concat());
    }
    for line in ["* ESEARCH ALL $", "a OK [COPYUID 1 $ 2] x", "a OK [APPENDUID 1 $] x"] {
        let read = Response::parse(line.as_bytes(), &strict);
        let is_known = match &read {
            Ok(Response::Status(status)) => !matches!(status.code(), Some(ResponseCode::Other(_)) | None),
            Ok(_) => true,
            Err(_) => false,
        };
        assert!(!is_known, "{line}: {read:?}");
    }
}

/// Gone from IMAP4rev2, or older than RFC 3501, and read by all.
#[test]
fn what_is_obsolete_is_read() {
    let lenient = Options::server();
    for line in [
        "a LSUB \"\" *",
        "a CHECK",
        "a FETCH 1 (RFC822 RFC822.HEADER RFC822.TEXT RFC822.PEEK RFC822.TEXT.PEEK)",
        "a STATUS x (RECENT)",
        "a SEARCH NEW OLD RECENT",
    ] {
        let command = Command::parse(line.as_bytes(), &lenient).unwrap();
        assert!(!matches!(command.body(), CommandBody::Other(_)), "{line}");
        assert_eq!(command.to_bytes(Dialect::Imap4rev1).unwrap(), [line.as_bytes(), b"\r\n"].concat());
        assert_eq!(command.to_bytes(Dialect::Imap4rev2).unwrap_err().kind(), ErrorKind::Unsupported);
    }
    let search = |line: &str| match Command::parse(line.as_bytes(), &lenient).unwrap().into_parts().1 {
        CommandBody::Search(_, search) => search.key().clone(),
        body => panic!("{body:?}"),
    };
    let day: SearchKey = search("a SEARCH ON 1-Feb-1994");
    assert_eq!(search("a SEARCH ON \"1-Feb-1994\""), day);
    assert_eq!(search("a SEARCH ON 1-Feb-94"), day);
    assert_eq!(search("a SEARCH ON \"01-feb-94\""), day);
}
