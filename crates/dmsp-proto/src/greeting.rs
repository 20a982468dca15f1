//! The first line of a session: RFC 1056 section 6.

use mail_wire::Error;
use mail_wire::text::Text;

use crate::{Reply, ReplyCode};

/// The banner, with which a repository opens the session. It looks like a reply, but answers nothing, and nothing
/// follows it.
///
/// ```
/// use dmsp_proto::{Greeting, Response};
/// let greeting = Greeting::version("3.0.0")?;
/// let line = Response::from(greeting.clone()).to_bytes()?;
/// assert_eq!(line, b"200 Pcmail repository version 3.0.0 ready\r\n");
/// assert_eq!(greeting.repository_version(), Some(&b"3.0.0"[..]));
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Greeting(Reply);

impl Greeting {
    /// `200 text`.
    ///
    /// # Errors
    /// As for [`Reply::new`].
    pub fn new(text: &str) -> Result<Self, Error> {
        Reply::new(ReplyCode::Ok, text).map(Self)
    }

    /// The RFC's banner, with this version of the repository's software.
    ///
    /// # Errors
    /// As for [`Reply::new`].
    pub fn version(version: &str) -> Result<Self, Error> {
        Self::new(&alloc::format!("Pcmail repository version {version} ready"))
    }

    /// `code text`: the repository closes at once.
    ///
    /// # Errors
    /// `Syntax` where the code is none of a failure; as for [`Reply::new`].
    pub fn refused(code: ReplyCode, text: &str) -> Result<Self, Error> {
        if code.is_ok() {
            return Err(Error::syntax(0, "a 4xx or 5xx code"));
        }
        Reply::new(code, text).map(Self)
    }

    /// Whether the repository is willing: any 2xx.
    pub fn is_ok(&self) -> bool {
        self.code().class() == crate::Class::Done
    }

    /// The code: 200, as the RFC has it.
    pub fn code(&self) -> ReplyCode {
        self.0.code()
    }

    /// The text, version included.
    pub fn text(&self) -> Option<&Text> {
        self.0.text()
    }

    /// The word behind `version`, if the text has one. It is not the number that SEND-VERSION takes: that one is the
    /// protocol's.
    pub fn repository_version(&self) -> Option<&[u8]> {
        let mut words =
            self.text()?.as_bytes().split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        words.find(|word| word.eq_ignore_ascii_case(b"version"))?;
        words.next()
    }

    pub(crate) fn from_reply(reply: Reply) -> Self {
        Self(reply)
    }

    pub(crate) fn as_reply(&self) -> &Reply {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_wherever_it_stands() {
        for (text, version) in [
            ("Pcmail repository version 3.0.0 ready", Some("3.0.0")),
            ("Version  X", Some("X")),
            ("the version", None),
            ("", None),
        ] {
            let greeting = Greeting::new(text).unwrap();
            assert_eq!(greeting.repository_version(), version.map(str::as_bytes), "{text}");
        }
        assert!(Greeting::refused(ReplyCode::Ok, "").is_err());
        assert!(!Greeting::refused(ReplyCode::Internal, "").unwrap().is_ok());
    }
}
