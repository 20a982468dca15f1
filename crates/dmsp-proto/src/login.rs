//! LOGIN: RFC 1056 section 4.5.

use bytes::BytesMut;
use mail_wire::Error;
use mail_wire::fields::Fields;

use crate::lex::blanks;
use crate::{Name, Password};

/// `user password client create-p batch-p`.
///
/// ```
/// use dmsp_proto::{Command, Login};
/// let login = Login::new("fred", "fred-password", "office-client")?.with_batch_mode();
/// assert!(login.is_batch() && !login.creates_client());
/// assert_eq!(Command::Login(login).to_bytes()?, b"LOGIN fred fred-password office-client 0 1\r\n");
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Login {
    user: Name,
    password: Password,
    client: Name,
    creates_client: bool,
    is_batch: bool,
}

impl Login {
    /// In interactive mode, from a client that the repository knows.
    ///
    /// # Errors
    /// `Syntax` as for [`Name::new`] and [`Password::new`].
    pub fn new(
        user: impl AsRef<[u8]>,
        password: impl AsRef<[u8]>,
        client: impl AsRef<[u8]>,
    ) -> Result<Self, Error> {
        Ok(Self::with_parts(Name::new(user)?, Password::new(password)?, Name::new(client)?))
    }

    /// The same of arguments that were made before.
    pub fn with_parts(user: Name, password: Password, client: Name) -> Self {
        Self { user, password, client, creates_client: false, is_batch: false }
    }

    /// The same, but a client that the repository does not know is created.
    #[must_use]
    pub fn with_new_client(mut self) -> Self {
        self.creates_client = true;
        self
    }

    /// The same in batch mode: the client brings its changes, synchronizes and leaves (RFC 1056 section 5.3).
    #[must_use]
    pub fn with_batch_mode(mut self) -> Self {
        self.is_batch = true;
        self
    }

    /// Who logs in.
    pub fn user(&self) -> &Name {
        &self.user
    }

    /// The user's password.
    pub fn password(&self) -> &Password {
        &self.password
    }

    /// Which of the user's clients it is.
    pub fn client(&self) -> &Name {
        &self.client
    }

    /// Whether the client is to be created if it is not known.
    pub fn creates_client(&self) -> bool {
        self.creates_client
    }

    /// Whether it is in batch mode. This only lets the repository tune itself.
    pub fn is_batch(&self) -> bool {
        self.is_batch
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        blanks(fields)?;
        let user = Name::parse(fields, "a user's name")?;
        blanks(fields)?;
        let password = Password::parse(fields)?;
        blanks(fields)?;
        let client = Name::parse(fields, "a client's name")?;
        blanks(fields)?;
        let creates_client = digit(fields)?;
        blanks(fields)?;
        let is_batch = digit(fields)?;
        Ok(Self { user, password, client, creates_client, is_batch })
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        for word in [self.user.as_bytes(), self.password.expose(), self.client.as_bytes()] {
            output.extend_from_slice(b" ");
            output.extend_from_slice(word);
        }
        for switch in [self.creates_client, self.is_batch] {
            output.extend_from_slice(if switch { b" 1" } else { b" 0" });
        }
    }
}

/// `0` or `1`.
pub(crate) fn digit(fields: &mut Fields<'_>) -> Result<bool, Error> {
    const EXPECTED: &str = "0 or 1";
    let at = fields.offset();
    match fields.number(EXPECTED)? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Error::syntax(at, EXPECTED)),
    }
}
