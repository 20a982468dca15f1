//! The lines of CAPA: RFC 2449 section 5 and 6, and what later RFCs registered.

use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::text::{Text, Word};
use mail_wire::{Deviation, Error};

use mail_wire::fields::Fields;

/// The name of a SASL mechanism, as it was written; compared without regard to letter case.
///
/// ```
/// use pop3_proto::Mechanism;
/// assert_eq!(Mechanism::new("cram-md5")?, Mechanism::new("CRAM-MD5")?);
/// assert!(Mechanism::new("PLAIN")?.is("plain"));
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Mechanism(Word);

impl Mechanism {
    /// Checks and copies `name`. RFC 4422 allows letters, digits, `-` and `_`; any word is taken.
    ///
    /// # Errors
    /// `Syntax` where it is no word.
    pub fn new(name: impl AsRef<[u8]>) -> Result<Self, Error> {
        Word::new(name).map(Self)
    }

    /// Whether this is `name`, in any letter case.
    pub fn is(&self, name: &str) -> bool {
        self.0.as_bytes().eq_ignore_ascii_case(name.as_bytes())
    }

    /// The name.
    pub fn as_word(&self) -> &Word {
        &self.0
    }
}

impl PartialEq for Mechanism {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().eq_ignore_ascii_case(other.0.as_bytes())
    }
}

impl Eq for Mechanism {}

/// Whether a capability's value holds for every user, or may be asked for again behind the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Scope {
    /// No `USER` argument.
    All,
    /// `USER`: the value differs by user (LOGIN-DELAY, EXPIRE), or names and passwords may be UTF-8 (UTF8).
    User,
}

/// How long messages may stay on the server (RFC 2449 section 6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Retention {
    /// At least so many days; 0: mail may not be left there.
    Days(u32),
    /// The server never deletes.
    Never,
}

/// One line of CAPA's listing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Capability {
    /// `AUTH-RESP-CODE`: the code `[AUTH]` is used (RFC 3206).
    AuthRespCode,
    /// `EXPIRE`: see [`Retention`].
    Expire(Retention, Scope),
    /// `IMPLEMENTATION`: which server this is.
    Implementation(Text),
    /// `LANG`: that command exists (RFC 6856).
    Lang,
    /// `LOGIN-DELAY`: least seconds between two logins.
    LoginDelay(u32, Scope),
    /// `PIPELINING`: commands may be sent before their replies have come.
    Pipelining,
    /// `RESP-CODES`: a `[` behind `-ERR` begins a code.
    RespCodes,
    /// `SASL`: AUTH exists, takes an initial response, and knows these mechanisms.
    Sasl(Vec<Mechanism>),
    /// `STLS`: that command exists (RFC 2595).
    Stls,
    /// `TOP`: that command exists.
    Top,
    /// `UIDL`: that command exists.
    Uidl,
    /// `USER`: USER and PASS exist.
    User,
    /// `UTF8`: that command exists (RFC 6856).
    Utf8(Scope),
    /// Any other line.
    Other(OtherCapability),
}

/// A capability that is not registered, or whose arguments are not those of its RFC.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct OtherCapability {
    name: Word,
    arguments: Option<Text>,
}

impl OtherCapability {
    /// The first word.
    pub fn name(&self) -> &Word {
        &self.name
    }

    /// What stands behind the SP that follows it.
    pub fn arguments(&self) -> Option<&Text> {
        self.arguments.as_ref()
    }
}

/// A row of [`CAPABILITIES`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CapabilitySpec {
    /// The tag.
    pub name: &'static str,
    /// RFC and section that register it.
    pub source: &'static str,
    /// A line with it.
    pub example: &'static str,
    parse: fn(&mut Fields<'_>) -> Option<Capability>,
}

/// The registered capabilities, by name.
pub const CAPABILITIES: &[CapabilitySpec] = &[
    row("AUTH-RESP-CODE", "RFC 3206 section 6", "AUTH-RESP-CODE", |_| Some(Capability::AuthRespCode)),
    row("EXPIRE", "RFC 2449 section 6.7", "EXPIRE 5 USER", expire),
    row("IMPLEMENTATION", "RFC 2449 section 6.9", "IMPLEMENTATION Example-1.0 on host", implementation),
    row("LANG", "RFC 6856 section 3", "LANG", |_| Some(Capability::Lang)),
    row("LOGIN-DELAY", "RFC 2449 section 6.5", "LOGIN-DELAY 900", login_delay),
    row("PIPELINING", "RFC 2449 section 6.6", "PIPELINING", |_| Some(Capability::Pipelining)),
    row("RESP-CODES", "RFC 2449 section 6.4", "RESP-CODES", |_| Some(Capability::RespCodes)),
    row("SASL", "RFC 2449 section 6.3, RFC 5034", "SASL PLAIN CRAM-MD5", sasl),
    row("STLS", "RFC 2595 section 4", "STLS", |_| Some(Capability::Stls)),
    row("TOP", "RFC 2449 section 6.1", "TOP", |_| Some(Capability::Top)),
    row("UIDL", "RFC 2449 section 6.8", "UIDL", |_| Some(Capability::Uidl)),
    row("USER", "RFC 2449 section 6.2", "USER", |_| Some(Capability::User)),
    row("UTF8", "RFC 6856 section 2", "UTF8 USER", |fields| scope(fields).map(Capability::Utf8)),
];

const fn row(
    name: &'static str,
    source: &'static str,
    example: &'static str,
    parse: fn(&mut Fields<'_>) -> Option<Capability>,
) -> CapabilitySpec {
    CapabilitySpec { name, source, example, parse }
}

/// `NEVER` or days, then perhaps `USER`.
fn expire(fields: &mut Fields<'_>) -> Option<Capability> {
    fields.space().ok()?;
    let retention = if fields.peek().get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"NEVER")) {
        spelling(fields, "NEVER");
        fields.skip(5);
        Retention::Never
    } else {
        Retention::Days(fields.number_u32("days").ok()?)
    };
    Some(Capability::Expire(retention, scope(fields)?))
}

fn login_delay(fields: &mut Fields<'_>) -> Option<Capability> {
    fields.space().ok()?;
    let seconds = fields.number_u32("seconds").ok()?;
    Some(Capability::LoginDelay(seconds, scope(fields)?))
}

fn implementation(fields: &mut Fields<'_>) -> Option<Capability> {
    fields.optional_text().ok()?.map(Capability::Implementation)
}

fn sasl(fields: &mut Fields<'_>) -> Option<Capability> {
    let mut mechanisms = Vec::new();
    while !fields.is_at_end() {
        fields.space().ok()?;
        if fields.is_at_end() {
            fields.forgive(Deviation::Space, "a mechanism").ok()?;
            break;
        }
        mechanisms.push(Mechanism(fields.word("a mechanism").ok()?));
    }
    Some(Capability::Sasl(mechanisms))
}

fn scope(fields: &mut Fields<'_>) -> Option<Scope> {
    if fields.is_at_end() {
        return Some(Scope::All);
    }
    fields.space().ok()?;
    if !fields.peek().get(..4)?.eq_ignore_ascii_case(b"USER") {
        return None;
    }
    spelling(fields, "USER");
    fields.skip(4);
    Some(Scope::User)
}

/// Notes a keyword in another letter case than `word`.
fn spelling(fields: &mut Fields<'_>, word: &str) {
    if !fields.peek().starts_with(word.as_bytes()) {
        fields.deviations.add(Deviation::Spelling);
    }
}

impl Capability {
    /// An unregistered capability.
    ///
    /// # Errors
    /// `Syntax` where `name` is no word, is a registered name with arguments of its RFC, or `arguments` hold a
    /// line end.
    pub fn other(name: impl AsRef<[u8]>, arguments: Option<&str>) -> Result<Self, Error> {
        let arguments = arguments.map(Text::new).transpose()?;
        let other = Self::Other(OtherCapability { name: Word::new(name)?, arguments });
        let mut line = BytesMut::new();
        other.encode(&mut line);
        match Self::parse(&mut Fields::new(&line, mail_wire::Leniency::Lenient))? {
            same if same == other => Ok(other),
            _ => Err(Error::syntax(0, "a capability that is not registered")),
        }
    }

    /// `capability = capa-tag *(SP param)`. What does not fit its RFC is kept as it is.
    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let name = fields.word("a capability")?;
        let known =
            CAPABILITIES.iter().find(|spec| spec.name.as_bytes().eq_ignore_ascii_case(name.as_bytes()));
        if let Some(spec) = known {
            let mut trial = Fields::new(fields.peek(), fields.leniency());
            if let Some(capability) =
                (spec.parse)(&mut trial).filter(|_| trial.peek().trim_ascii().is_empty())
            {
                if !trial.is_at_end() {
                    fields.forgive(Deviation::Space, "the end of the line")?;
                }
                if name.as_bytes() != spec.name.as_bytes() {
                    fields.deviations.add(Deviation::Spelling);
                }
                fields.deviations.extend(trial.deviations);
                fields.skip(usize::MAX);
                return Ok(capability);
            }
        }
        Ok(Self::Other(OtherCapability { name, arguments: fields.optional_text()? }))
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        let scoped = |scope: &Scope, output: &mut BytesMut| {
            if *scope == Scope::User {
                output.extend_from_slice(b" USER");
            }
        };
        output.extend_from_slice(self.name());
        match self {
            Self::Expire(retention, scope) => {
                match retention {
                    Retention::Never => output.extend_from_slice(b" NEVER"),
                    Retention::Days(days) => mail_wire::number::put(b" ", u64::from(*days), output),
                }
                scoped(scope, output);
            }
            Self::Implementation(text) => {
                output.extend_from_slice(b" ");
                output.extend_from_slice(text.as_bytes());
            }
            Self::LoginDelay(seconds, scope) => {
                mail_wire::number::put(b" ", u64::from(*seconds), output);
                scoped(scope, output);
            }
            Self::Sasl(mechanisms) => {
                for mechanism in mechanisms {
                    output.extend_from_slice(b" ");
                    output.extend_from_slice(mechanism.0.as_bytes());
                }
            }
            Self::Utf8(scope) => scoped(scope, output),
            Self::Other(OtherCapability { arguments: Some(arguments), .. }) => {
                output.extend_from_slice(b" ");
                output.extend_from_slice(arguments.as_bytes());
            }
            _ => {}
        }
    }

    /// The tag, as it is written.
    pub fn name(&self) -> &[u8] {
        match self {
            Self::AuthRespCode => b"AUTH-RESP-CODE",
            Self::Expire(..) => b"EXPIRE",
            Self::Implementation(_) => b"IMPLEMENTATION",
            Self::Lang => b"LANG",
            Self::LoginDelay(..) => b"LOGIN-DELAY",
            Self::Pipelining => b"PIPELINING",
            Self::RespCodes => b"RESP-CODES",
            Self::Sasl(_) => b"SASL",
            Self::Stls => b"STLS",
            Self::Top => b"TOP",
            Self::Uidl => b"UIDL",
            Self::User => b"USER",
            Self::Utf8(_) => b"UTF8",
            Self::Other(other) => other.name.as_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_wire::Leniency;

    fn parse(line: &str) -> (Capability, mail_wire::Deviations) {
        let mut fields = Fields::new(line.as_bytes(), Leniency::Lenient);
        (Capability::parse(&mut fields).unwrap(), fields.deviations)
    }

    #[test]
    fn each_row_parses_as_its_type_and_encodes_back() {
        assert!(CAPABILITIES.is_sorted_by_key(|spec| spec.name));
        for spec in CAPABILITIES {
            let (capability, deviations) = parse(spec.example);
            assert_eq!(capability.name(), spec.name.as_bytes());
            assert!(!matches!(capability, Capability::Other(_)) && deviations.is_empty(), "{}", spec.name);
            let mut line = BytesMut::new();
            capability.encode(&mut line);
            assert_eq!(line, spec.example);
        }
    }

    #[test]
    fn what_does_not_fit_is_kept() {
        for line in
            ["EXPIRE", "EXPIRE 5 x", "TOP x", "EXPIRENEVER", "X-FOO  a b ", "LOGIN-DELAY soon", "UTF8 USERS"]
        {
            let (capability, _) = parse(line);
            assert!(matches!(capability, Capability::Other(_)), "{line}");
            let mut back = BytesMut::new();
            capability.encode(&mut back);
            assert_eq!(back, line);
        }
    }

    #[test]
    fn a_registered_line_can_not_pass_as_another() {
        assert!(Capability::other("TOP", None).is_err());
        assert!(Capability::other("EXPIRE", Some("5")).is_err());
        assert!(Capability::other("X-MANGLE", Some("a")).is_ok());
        assert!(Capability::other("X Y", None).is_err());
    }
}
