//! What is in a message: the tree of its parts, read by the push decoder, for people and as JSON.
//!
//! ```
//! use mail_proto_examples::mime::Tree;
//! let tree = Tree::read(b"Subject: =?utf-8?q?caf=C3=A9?=\r\n\r\nau lait\r\n", 3);
//! assert_eq!(tree.json()["subject"], "café");
//! assert_eq!(tree.json()["octets"], 9);
//! ```

mod json;
mod tree;

pub use tree::{Node, Tree};

#[cfg(test)]
mod tests {
    use rfc822_mime::{Message, PartKind};
    use serde_json::{Value, json};

    use super::*;
    use crate::samples;

    #[test]
    fn the_cutting_makes_no_difference() {
        for message in samples::messages() {
            let whole = Tree::read(message.octets(), usize::MAX);
            let (text, document) = (whole.to_string(), whole.json());
            for size in [1, 7, 4096] {
                let cut = Tree::read(message.octets(), size);
                assert_eq!(cut.json(), document, "pieces of {size} octets: {text}");
                assert_eq!(cut.to_string(), text);
            }
        }
    }

    #[test]
    fn a_path_is_the_section_of_the_body() {
        let odd =
            b"Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nSubject: in\n\nbody".to_vec();
        let mut messages: Vec<_> = samples::FILES.iter().map(|(_, octets)| octets.to_vec()).collect();
        messages.push(odd);
        for octets in messages {
            let (tree, message) = (Tree::read(&octets, 7), Message::parse(&octets));
            assert_eq!(tree.nodes().len(), message.map().parts().len());
            for (node, part) in tree.nodes().iter().zip(message.map().parts()) {
                assert_eq!(node.part, *part);
                assert_eq!(message.map().section(&node.path), Some(part.body()), "{}", node.path);
            }
            let mut paths: Vec<_> = tree.nodes().iter().map(|node| &node.path).collect();
            paths.sort();
            paths.dedup();
            assert_eq!(paths.len(), tree.nodes().len());
        }
    }

    #[test]
    fn the_document() {
        let octets = b"From: G: a@b.example, \"C, D\" <c@d.example>;\n\
            To: e@f.example\n\
            To: g@h.example\n\
            Date: Tue, 20 May 2025 12:00:00 -0330\n\
            Message-ID: <1@b.example>\n\
            MIME-Version: 1.0\n\
            Content-Type: multipart/mixed; boundary=b\n\n\
            --b\n\
            Content-Type: Application/Octet-Stream; Name=x.bin\n\
            Content-Disposition: ATTACHMENT; filename*=utf-8''%E2%98%95.bin\n\
            Content-Transfer-Encoding: Base64\n\n\
            YW*Jj\n\n\
            --b\n\n\
            two\n";
        let document = Tree::read(octets, 1).json();
        assert_eq!(document["subject"], Value::Null);
        let mailbox = |name: Value, address: &str| json!({ "name": name, "address": address });
        assert_eq!(
            document["from"],
            json!([{ "group": "G", "mailboxes": [
                mailbox(Value::Null, "a@b.example"),
                mailbox("C, D".into(), "c@d.example"),
            ]}])
        );
        assert_eq!(
            document["to"],
            json!([mailbox(Value::Null, "e@f.example"), mailbox(Value::Null, "g@h.example")])
        );
        assert_eq!(document["cc"], json!([]));
        assert_eq!(document["date"], "2025-05-20T12:00:00-03:30");
        assert_eq!(document["message_id"], "1@b.example");
        assert_eq!((&document["path"], &document["type"]), (&json!("TEXT"), &json!("multipart/mixed")));
        assert_eq!(document["decoded_octets"], Value::Null);
        let end = octets.len();
        assert_eq!(document["defects"], json!([{ "kind": "MissingCloseDelimiter", "at": end }]));

        let first = &document["children"][0];
        let at = |text: &[u8]| octets.windows(text.len()).position(|window| window == text).unwrap();
        let body = at(b"YW*Jj");
        assert_eq!(
            *first,
            json!({
                "path": "1",
                "type": "application/octet-stream",
                "params": { "name": "x.bin" },
                "encoding": "base64",
                "disposition": "attachment",
                "filename": "☕.bin",
                "header": [at(b"Content-Type: App"), body],
                "body": [body, body + 6],
                "lines": 1,
                "octets": 7,
                "decoded_octets": 3,
                // Of "abc", as FIPS 180 gives it.
                "decoded_sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "defects": [{ "kind": "Base64Octet", "at": body + 2 }],
                "children": [],
            })
        );
        assert_eq!(document["children"][1]["type"], "text/plain");
        assert_eq!(document["children"][1]["body"], json!([end - 4, end]));
    }

    #[test]
    fn a_message_in_a_digest_is_one() {
        let tree =
            Tree::read(b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: s\n\nx\n--b--\n", 1);
        let paths: Vec<_> = tree.nodes().iter().map(|node| (&*node.path, node.part.kind())).collect();
        assert_eq!(paths, [("TEXT", PartKind::Multipart), ("1", PartKind::Message), ("1.1", PartKind::Leaf)]);
        assert_eq!(tree.nodes()[1].media_type(), "message/rfc822");
    }

    #[test]
    fn no_message_is_a_message_too() {
        let document = Tree::read(b"", 1).json();
        assert_eq!((&document["type"], &document["decoded_octets"]), (&json!("text/plain"), &json!(0)));
        assert!(document["date"].is_null());
    }
}
