//! LOGIN: draft-murchison-sasl-login-00.

use crate::Secret;

/// The server's side of LOGIN: two prompts, two answers. Clients accept any prompt's text.
///
/// ```
/// use mail_wire::{Secret, sasl::Login};
/// let mut login = Login::new();
/// assert_eq!(login.prompt(), Some(&b"Username:"[..]));
/// login.answer(Secret::new("tim"));
/// assert_eq!(login.prompt(), Some(&b"Password:"[..]));
/// login.answer(Secret::new("tanstaaf"));
/// assert_eq!(login.prompt(), None);
/// assert_eq!(login.finish().unwrap().0.expose(), b"tim");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Login {
    user: Option<Secret>,
    password: Option<Secret>,
}

impl Login {
    /// Before the first prompt. A client that sends the user as initial response has answered it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next challenge; `None` when both answers are there.
    pub fn prompt(&self) -> Option<&'static [u8]> {
        match (&self.user, &self.password) {
            (None, _) => Some(b"Username:"),
            (_, None) => Some(b"Password:"),
            _ => None,
        }
    }

    /// Takes the client's answer to the last prompt; a third one is dropped.
    pub fn answer(&mut self, answer: Secret) {
        if self.user.is_none() {
            self.user = Some(answer);
        } else if self.password.is_none() {
            self.password = Some(answer);
        }
    }

    /// User and password, once both were answered.
    pub fn finish(self) -> Option<(Secret, Secret)> {
        Some((self.user?, self.password?))
    }
}
