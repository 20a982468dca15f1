//! The program itself, against our own server with and without TLS, and against servers that misbehave.

mod program;
mod scripted;
mod server;

use mail_proto_examples::samples;
use program::{Collect, Outcome};
use scripted::Script;
use server::{Certificate, Server, Tls};

fn sample_octets() -> Vec<Vec<u8>> {
    let mut octets: Vec<_> = samples::messages().iter().map(|message| message.octets().to_vec()).collect();
    octets.sort();
    octets
}

#[test]
fn everything_is_fetched_once_and_deleted_when_it_is_safe() {
    let (server, collect) = (Server::start(Tls::None), Collect::new("once"));
    let Outcome { output, .. } = collect.run(server.port, &[]).succeeded();
    assert_eq!(output, "13 messages fetched (1461883 octets), 0 fetched before, 0 deleted\n");
    assert_eq!(collect.messages(), sample_octets());

    let Outcome { output, .. } = collect.run(server.port, &["--delete"]).succeeded();
    assert_eq!(output, "0 messages fetched (0 octets), 13 fetched before, 13 deleted\n");
    assert_eq!(collect.messages().len(), 13);
    assert_eq!(server.maildrop.count(), 0);

    let Outcome { output, .. } = collect.run(server.port, &["--quiet"]).succeeded();
    assert_eq!(output, "");
}

#[test]
fn every_way_to_log_in() {
    let server = Server::start(Tls::None);
    for method in ["apop", "user", "plain", "login", "cram-md5", "auto"] {
        let collect = Collect::new(method);
        collect.run(server.port, &["--auth", method]).succeeded();
        assert_eq!(collect.messages().len(), 13, "{method}");
    }
    let errors = Collect::new("wrong").run_as("guess", server.port, &[]).failed();
    assert!(errors.contains("[AUTH] wrong user or password"), "{errors}");
}

#[test]
fn over_tls() {
    let certificate = Certificate::new("tls");
    for (tls, option) in [(Tls::Stls, "stls"), (Tls::Implicit, "implicit")] {
        let server = Server::with(tls, Some(&certificate));
        let collect = Collect::new(option);
        collect.run(server.port, &["--tls", option, "--ca", certificate.path()]).succeeded();
        assert_eq!(collect.messages(), sample_octets());

        let other = Certificate::new("other");
        let arguments = ["--tls", option, "--ca", other.path()];
        let errors = Collect::new("distrust").run(server.port, &arguments).failed();
        assert!(errors.contains("TLS handshake"), "{errors}");
    }
}

#[test]
fn the_same_by_imap() {
    let (server, collect) = (Server::imap(Tls::None, None), Collect::new("imap"));
    let url = format!("imap://localhost:{}", server.port);
    let run = |arguments: &[&str]| collect.run_at(&url, "tanstaaf", arguments);
    let Outcome { output, .. } = run(&[]).succeeded();
    assert_eq!(output, "13 messages fetched (1461883 octets), 0 fetched before, 0 deleted\n");
    assert_eq!(collect.messages(), sample_octets());

    let file = collect.any_file();
    let octets = std::fs::read(&file).unwrap();
    let Outcome { output, .. } = run(&["--append", &file]).succeeded();
    assert!(output.starts_with(&format!("1 messages fetched ({} octets), 13 fetched before", octets.len())));
    assert_eq!(server.maildrop.messages()[13].octets(), &octets);
    assert_eq!(collect.messages().iter().filter(|message| **message == octets).count(), 2);

    let Outcome { output, .. } = run(&["--delete"]).succeeded();
    assert_eq!(output, "0 messages fetched (0 octets), 14 fetched before, 14 deleted\n");
    assert_eq!(server.maildrop.count(), 0);
    run(&["--delete"]).succeeded();

    for method in ["user", "plain"] {
        run(&["--auth", method]).succeeded();
    }
    let errors = collect.run_at(&url, "guess", &[]).failed();
    assert!(errors.contains("[AUTHENTICATIONFAILED] wrong user or password"), "{errors}");
    assert!(run(&["--mailbox", "Other"]).failed().contains("there is no mailbox Other, but INBOX"));
    let errors = collect.run(server.port, &["--append", &file]).failed();
    assert!(errors.contains("POP3 can't append"), "{errors}");
}

#[test]
fn imap_over_tls() {
    let certificate = Certificate::new("imap-tls");
    for (tls, option) in [(Tls::Stls, "stls"), (Tls::Implicit, "implicit")] {
        let server = Server::imap(tls, Some(&certificate));
        let collect = Collect::new(&format!("imap-{option}"));
        let url = format!("imap://localhost:{}", server.port);
        let arguments = ["--tls", option, "--ca", certificate.path()];
        collect.run_at(&url, "tanstaaf", &arguments).succeeded();
        assert_eq!(collect.messages(), sample_octets());
    }
}

#[test]
fn octets_behind_the_reply_to_stls_are_not_believed() {
    let certificate = Certificate::new("injection");
    let server = Server::with(Tls::StlsWithMore, Some(&certificate));
    let collect = Collect::new("injection");
    let errors = collect.run(server.port, &["--tls", "stls", "--ca", certificate.path()]).failed();
    assert!(errors.contains("octets in front of the encrypted layer"), "{errors}");
}

#[test]
fn a_server_without_capabilities_and_unique_ids() {
    let collect = Collect::new("old");
    for _ in 0..2 {
        let script = Script::start(&[
            ("", "+OK\r\n"),
            ("CAPA", "-ERR\r\n"),
            ("USER mrose", "+OK\r\n"),
            ("PASS tanstaaf", "+OK\r\n"),
            ("STAT", "+OK 2 12\r\n"),
            ("LIST", "+OK\r\n1 6\r\n2 6\r\n.\r\n"),
            ("UIDL", "-ERR\r\n"),
            ("RETR 1", "+OK\r\none\r\n.\r\n"),
            ("RETR 2", "+OK\r\n..two\r\n.\r\n"),
            ("DELE 1", "+OK\r\n"),
            ("DELE 2", "+OK\r\n"),
            ("QUIT", "+OK\r\n"),
        ]);
        let outcome = collect.run(script.port(), &["--delete"]).succeeded();
        assert!(outcome.errors.contains("no unique-ids"), "{}", outcome.errors);
        script.finish();
    }
    assert_eq!(collect.messages(), [&b".two\r\n"[..], b".two\r\n", b"one\r\n", b"one\r\n"]);
}

/// A session up to the first RETR, with these unique-ids.
fn up_to_uidl(unique_ids: &str) -> Vec<(&str, &str)> {
    vec![
        ("", "+OK\r\n"),
        ("CAPA", "-ERR\r\n"),
        ("USER mrose", "+OK\r\n"),
        ("PASS tanstaaf", "+OK\r\n"),
        ("STAT", "+OK 2 12\r\n"),
        ("LIST", "+OK\r\n1 6\r\n2 6\r\n.\r\n"),
        ("UIDL", unique_ids),
    ]
}

#[test]
fn a_session_that_breaks_off_is_taken_up_where_it_was() {
    let collect = Collect::new("cut");
    let mut lines = up_to_uidl("+OK\r\n1 a\r\n2 b\r\n.\r\n");
    let script =
        Script::start(&[&lines[..], &[("RETR 1", "+OK\r\none\r\n.\r\n"), ("RETR 2", "+OK\r\ntw")]].concat());
    let port = script.port();
    let errors = collect.run(port, &["--delete"]).failed();
    assert!(errors.contains("message 2: unexpected end of input"), "{errors}");
    script.finish();
    assert_eq!(collect.messages(), [b"one\r\n"]);

    lines.extend([
        ("RETR 2", "+OK\r\ntwo\r\n.\r\n"),
        ("DELE 1", "+OK\r\n"),
        ("DELE 2", "+OK\r\n"),
        ("QUIT", "+OK\r\n"),
    ]);
    let script = Script::start_at(port, &lines);
    collect.run(port, &["--delete"]).succeeded();
    script.finish();
    assert_eq!(collect.messages(), [b"one\r\n", b"two\r\n"]);
}

#[test]
fn messages_with_the_same_unique_id_are_not_taken_for_one() {
    let collect = Collect::new("same");
    let mut lines = up_to_uidl("+OK\r\n1 a\r\n2 a\r\n.\r\n");
    lines.extend([("RETR 1", "+OK\r\none\r\n.\r\n"), ("RETR 2", "+OK\r\ntwo\r\n.\r\n"), ("QUIT", "+OK\r\n")]);
    for _ in 0..2 {
        let script = Script::start(&lines);
        let outcome = collect.run(script.port(), &[]).succeeded();
        assert!(outcome.errors.contains("the same unique-id"), "{}", outcome.errors);
        script.finish();
    }
    assert_eq!(collect.messages().len(), 4);
}

#[test]
fn a_message_that_is_not_given_out_is_neither_fetched_nor_deleted() {
    let collect = Collect::new("refused");
    let mut lines = up_to_uidl("+OK\r\n1 a\r\n2 b\r\n.\r\n");
    lines.extend([
        ("RETR 1", "-ERR [SYS/TEMP] busy\x1b[31m\r\n"),
        ("RETR 2", "+OK\r\ntwo\r\n.\r\n"),
        ("DELE 2", "+OK\r\n"),
        ("QUIT", "+OK\r\n"),
    ]);
    let script = Script::start(&lines);
    let errors = collect.run(script.port(), &["--delete"]).failed();
    assert!(errors.contains("message 1 is not given out: -ERR [SYS/TEMP] busy[31m\n"), "{errors:?}");
    script.finish();
    assert_eq!(collect.messages(), [b"two\r\n"]);
}

#[test]
fn a_forged_timestamp_is_not_answered() {
    let collect = Collect::new("forged");
    let script = Script::start(&[("", "+OK <a b\u{1}@host>\r\n"), ("CAPA", "-ERR\r\n")]);
    let errors = collect.run(script.port(), &["--auth", "apop"]).failed();
    assert!(errors.contains("the timestamp may be made to find out the password"), "{errors}");
    script.finish();
}
