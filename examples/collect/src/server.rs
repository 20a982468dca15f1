//! Which server.

use std::str::FromStr;

use anyhow::{Context, Error, Result, ensure};

use crate::tls::Tls;

/// A host, and perhaps a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    host: String,
    port: Option<u16>,
}

impl Server {
    /// A name or an address, without brackets.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self, tls: Tls) -> u16 {
        self.port.unwrap_or(if tls == Tls::Implicit { 995 } else { 110 })
    }
}

/// `host`, `host:port`, `address`, `[address]:port`: a second colon outside of brackets is part of an address.
impl FromStr for Server {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
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
        Ok(Self { host: host.to_owned(), port })
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
        ] {
            let server: Server = text.parse().unwrap();
            assert_eq!((server.host(), server.port(Tls::None)), (host, port), "{text}");
        }
        assert_eq!("host".parse::<Server>().unwrap().port(Tls::Implicit), 995);
        for bad in ["", ":110", "host:", "host:x", "host:65536", "[::1]110"] {
            assert!(bad.parse::<Server>().is_err(), "{bad}");
        }
    }
}
