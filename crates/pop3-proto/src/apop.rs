//! APOP: RFC 1460 and RFC 1939 section 7.

use alloc::vec::Vec;

use mail_wire::text::Text;
use mail_wire::{Deviation, Error, Secret};
use md5::{Digest as _, Md5};

use crate::Argument;
use mail_wire::fields::Fields;

/// The timestamp of a greeting: what the digest of APOP is made from.
///
/// ```
/// use pop3_proto::{Secret, Timestamp};
/// let timestamp = Timestamp::find(b"POP3 server ready <1896.697170952@dbc.mtview.ca.us>").unwrap();
/// let digest = timestamp.digest(&Secret::new("tanstaaf"));
/// assert_eq!(digest.expose(), b"c4c9334bac560ecc979e58001b3e22fb");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Timestamp(Text);

impl Timestamp {
    /// A timestamp for a greeting: `<`, something unique, `@`, the host's name, `>`.
    ///
    /// # Errors
    /// `Syntax` where it is no msg-id.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let timestamp = Self(Text::new(octets)?);
        if timestamp.is_msg_id() {
            return Ok(timestamp);
        }
        Err(Error::syntax(0, "a msg-id: <unique@host>"))
    }

    /// The last part of a greeting's text that looks like one: `<…@…>`. Some servers put other text in angle
    /// brackets in front of it.
    pub fn find(text: &[u8]) -> Option<Self> {
        let mut rest = text;
        loop {
            let end = rest.iter().rposition(|octet| *octet == b'>')?;
            let head = rest.get(..end)?;
            let start = head.iter().rposition(|octet| *octet == b'<')?;
            if head.get(start..)?.contains(&b'@') {
                return Text::new(rest.get(start..=end)?).ok().map(Self);
            }
            rest = head.get(..start)?;
        }
    }

    /// Whether it is a msg-id as RFC 822 has it.
    ///
    /// A server in the middle that wants to find out the password by MD5 collisions has to send
    /// timestamps that are not; [`Command::apop`](crate::Command::apop) refuses them.
    pub fn is_msg_id(&self) -> bool {
        let inner = self.0.as_bytes().strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
        let Some((local, domain)) = inner.and_then(|inner| {
            let at = inner.iter().position(|octet| *octet == b'@')?;
            Some((inner.get(..at)?, inner.get(at.saturating_add(1)..)?))
        }) else {
            return false;
        };
        let literal = domain.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
        let domain_ok = match literal {
            Some(literal) => {
                literal.iter().all(|o| o.is_ascii_graphic() && !matches!(o, b'[' | b']' | b'\\'))
            }
            None => is_dot_atom(domain),
        };
        is_dot_atom(local) && domain_ok
    }

    /// MD5 over the timestamp, angle brackets included, and the shared secret.
    pub fn digest(&self, secret: &Secret) -> Digest {
        let mut md5 = Md5::new();
        md5.update(self.0.as_bytes());
        md5.update(secret.expose());
        let mut hex = Vec::with_capacity(32);
        for octet in md5.finalize() {
            for digit in [octet >> 4, octet & 15] {
                hex.push(char::from_digit(u32::from(digit), 16).map_or(b'0', |digit| digit as u8));
            }
        }
        Digest(Secret::from_vec(hex))
    }

    /// The octets, angle brackets included.
    pub fn as_text(&self) -> &Text {
        &self.0
    }
}

/// atoms of RFC 822 with dots between them.
fn is_dot_atom(text: &[u8]) -> bool {
    text.split(|octet| *octet == b'.').all(|atom| {
        !atom.is_empty()
            && atom.iter().all(|o| o.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(o))
    })
}

/// What APOP proves the secret with: 32 lower-case hexadecimal digits. Compared in constant time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Digest(Secret);

impl Digest {
    /// Reads a digest.
    ///
    /// # Errors
    /// `Syntax` where it is not 32 hexadecimal digits.
    pub fn new(hex: impl AsRef<[u8]>) -> Result<Self, Error> {
        let hex = hex.as_ref();
        if hex.len() == 32 && hex.iter().all(u8::is_ascii_hexdigit) {
            return Ok(Self(Secret::from_vec(hex.to_ascii_lowercase())));
        }
        Err(Error::syntax(0, "32 hexadecimal digits"))
    }

    /// The digits.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

/// `APOP name digest`.
///
/// A server checks it against the timestamp of its own greeting:
///
/// ```
/// use pop3_proto::{Apop, Secret, Timestamp};
/// let timestamp = Timestamp::new("<1896.697170952@dbc.mtview.ca.us>")?;
/// let apop = Apop::new("mrose", timestamp.digest(&Secret::new("tanstaaf")))?;
/// assert!(apop.verify(&timestamp, &Secret::new("tanstaaf")));
/// assert!(!apop.verify(&timestamp, &Secret::new("guess")));
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Apop {
    name: Argument,
    digest: Digest,
}

impl Apop {
    /// The command's arguments.
    ///
    /// # Errors
    /// As for [`Argument::new`].
    pub fn new(name: impl AsRef<[u8]>, digest: Digest) -> Result<Self, Error> {
        Ok(Self { name: Argument::new(name)?, digest })
    }

    /// Who logs in.
    pub fn name(&self) -> &Argument {
        &self.name
    }

    /// The digest.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Whether the digest was made from `timestamp` and `secret`; in constant time.
    pub fn verify(&self, timestamp: &Timestamp, secret: &Secret) -> bool {
        self.digest == timestamp.digest(secret)
    }

    /// The last SP divides: a name may hold spaces, a digest can't.
    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        const EXPECTED: &str = "a name and 32 hexadecimal digits";
        let rest = fields.peek();
        let trimmed = rest.trim_ascii_end();
        if trimmed.len() != rest.len() {
            fields.forgive(Deviation::Space, "the end of the line")?;
        }
        let at = trimmed.iter().rposition(|octet| *octet == b' ').ok_or_else(|| fields.error(EXPECTED))?;
        let (name, digest) = trimmed.split_at_checked(at).unwrap_or_default();
        let (name, digest) = (name.trim_ascii(), digest.trim_ascii());
        if name.len() != at {
            fields.forgive(Deviation::Space, "one SP")?;
        }
        if digest.iter().any(u8::is_ascii_uppercase) {
            fields.forgive(Deviation::Value, "lower-case hexadecimal digits")?;
        }
        let digest = Digest::new(digest).map_err(|_| fields.error(EXPECTED))?;
        let apop = Self::new(name, digest).map_err(|_| fields.error(EXPECTED))?;
        fields.skip(rest.len());
        Ok(apop)
    }

    pub(crate) fn encode(&self, output: &mut bytes::BytesMut) {
        output.extend_from_slice(self.name.as_text().as_bytes());
        output.extend_from_slice(b" ");
        output.extend_from_slice(self.digest.expose());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_msg_id_of_a_banner_is_the_timestamp() {
        let find = |text: &str| Timestamp::find(text.as_bytes()).map(|found| found.0);
        assert_eq!(find("<note> ready <1.2@host>").unwrap(), "<1.2@host>");
        assert_eq!(find("ready <1.2@host> <no id>").unwrap(), "<1.2@host>");
        assert_eq!(find("a > b < c <<1@h>").unwrap(), "<1@h>");
        for none in ["", "ready", "<>", "<no-at>", ">@<", "a@b"] {
            assert_eq!(find(none), None, "{none}");
        }
    }

    #[test]
    fn forged_timestamps_are_told_from_msg_ids() {
        for good in
            ["<1896.697170952@dbc.mtview.ca.us>", "<1e4d.a.6b.tRd/z+==@mail.example.net>", "<1@[192.0.2.1]>"]
        {
            assert!(Timestamp::new(good).is_ok(), "{good}");
        }
        for bad in ["<a@b@c>", "<@b>", "<a@>", "<a..b@c>", "<a@b\x01>", "<a\u{e9}@b>", "a@b", "<a b@c>"] {
            assert!(Timestamp::new(bad).is_err(), "{bad}");
        }
    }
}
