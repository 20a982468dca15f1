//! Which server.

use std::str::FromStr;

use anyhow::{Context, Error, Result, bail, ensure};

use crate::tls::Tls;

/// A host, perhaps a port, and what is spoken there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    protocol: Protocol,
    host: String,
    port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Pop3,
    Imap,
}

impl Server {
    pub(crate) fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// A name or an address, without brackets.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self, tls: Tls) -> u16 {
        self.port.unwrap_or(match (self.protocol, tls) {
            (Protocol::Pop3, Tls::Implicit) => 995,
            (Protocol::Pop3, _) => 110,
            (Protocol::Imap, Tls::Implicit) => 993,
            (Protocol::Imap, _) => 143,
        })
    }
}

/// `host`, `host:port`, `address`, `[address]:port`: a second colon outside of brackets is part of an address. In front
/// of it, `imap://` or `pop3://`.
impl FromStr for Server {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let (protocol, text) = match text.split_once("://") {
            Some(("imap", rest)) => (Protocol::Imap, rest),
            Some(("pop3", rest)) => (Protocol::Pop3, rest),
            Some((other, _)) => bail!("{other:?} is not spoken here"),
            None => (Protocol::Pop3, text),
        };
        let text = text.strip_suffix('/').unwrap_or(text);
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, rest)) => (host, Some(rest.strip_prefix(':').context("no : behind ]")?)),
            None => match text.split_once(':') {
                Some((host, port)) if !port.contains(':') => (host, Some(port)),
                _ => (text, None),
            },
        };
        ensure!(!host.is_empty(), "no host");
        let port =
            port.map(|port| port.parse().with_context(|| format!("{port:?} is no port"))).transpose()?;
        Ok(Self { protocol, host: host.to_owned(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_read() {
        for (text, host, port) in [
            ("pop.example.com", "pop.example.com", 110),
            ("pop.example.com:1110", "pop.example.com", 1110),
            ("127.0.0.1:110", "127.0.0.1", 110),
            ("::1", "::1", 110),
            ("[::1]", "::1", 110),
            ("[::1]:1110", "::1", 1110),
            ("pop3://[::1]/", "::1", 110),
            ("imap://host", "host", 143),
            ("imap://host:1143/", "host", 1143),
        ] {
            let server: Server = text.parse().unwrap();
            assert_eq!((server.host(), server.port(Tls::None)), (host, port), "{text}");
        }
        assert_eq!("host".parse::<Server>().unwrap().port(Tls::Implicit), 995);
        assert_eq!("imap://host".parse::<Server>().unwrap().port(Tls::Implicit), 993);
        for bad in ["", ":110", "host:", "host:x", "host:65536", "[::1]110", "nntp://host", "imap://"] {
            assert!(bad.parse::<Server>().is_err(), "{bad}");
        }
    }
}
