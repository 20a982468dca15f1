//! The first line of a session: RFC 1939 sections 4 and 7.

use mail_wire::Error;
use mail_wire::text::Text;

use crate::{Reply, ResponseCode, Timestamp};

/// The first line of a session.
///
/// ```
/// use pop3_proto::{Greeting, Response, Timestamp};
/// let timestamp = Timestamp::new("<1896.697170952@dbc.mtview.ca.us>")?;
/// let greeting = Greeting::new("POP3 server ready")?.with_timestamp(&timestamp)?;
/// assert_eq!(greeting.timestamp(), Some(timestamp));
/// assert_eq!(
///     Response::from(greeting).to_bytes()?,
///     b"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"
/// );
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Greeting(Reply);

impl Greeting {
    /// `+OK text`. Some clients want the word `POP3` at the beginning of the text.
    ///
    /// # Errors
    /// As for [`Reply::ok`].
    pub fn new(text: &str) -> Result<Self, Error> {
        Reply::ok(text).map(Self)
    }

    /// `-ERR text`: the server closes at once.
    ///
    /// # Errors
    /// As for [`Reply::err`].
    pub fn refused(text: &str) -> Result<Self, Error> {
        Reply::err(text).map(Self)
    }

    /// The same with a timestamp at its end, which says that APOP is spoken.
    ///
    /// # Errors
    /// `Syntax` where the text ends in an unfinished `<`.
    pub fn with_timestamp(mut self, timestamp: &Timestamp) -> Result<Self, Error> {
        let text = self.0.text().map(Text::as_bytes).unwrap_or_default();
        let text = [text, if text.is_empty() { b"" } else { b" " }, timestamp.as_text().as_bytes()].concat();
        self.0.set_text(Text::new(text)?);
        if self.timestamp().as_ref() == Some(timestamp) {
            return Ok(self);
        }
        Err(Error::syntax(0, "a greeting in which the timestamp is found again"))
    }

    /// Whether the server is willing.
    pub fn is_ok(&self) -> bool {
        self.0.is_ok()
    }

    /// The text, timestamp included.
    pub fn text(&self) -> Option<&Text> {
        self.0.text()
    }

    /// The response code of a refusal.
    pub fn code(&self) -> Option<&ResponseCode> {
        self.0.code()
    }

    /// The timestamp for APOP.
    pub fn timestamp(&self) -> Option<Timestamp> {
        Timestamp::find(self.0.text()?.as_bytes())
    }

    pub(crate) fn from_reply(reply: Reply) -> Self {
        Self(reply)
    }

    pub(crate) fn as_reply(&self) -> &Reply {
        &self.0
    }
}
