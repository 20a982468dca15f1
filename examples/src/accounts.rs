//! Users, their secrets and their mail.

use std::collections::BTreeMap;

use mail_proto::wire::Secret;

use crate::mailboxes::Mailboxes;
use crate::maildrop::Maildrop;

/// All users of a server.
#[derive(Debug, Default)]
pub struct Accounts(BTreeMap<Vec<u8>, Account>);

#[derive(Debug)]
struct Account {
    secret: Secret,
    maildrop: Maildrop,
    mailboxes: Mailboxes,
}

impl Accounts {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one user more, whose INBOX is that maildrop. The secret is kept in clear text: APOP and
    /// CRAM-MD5 can't do without.
    #[must_use]
    pub fn with(mut self, user: &str, secret: Secret, maildrop: Maildrop) -> Self {
        let mailboxes = Mailboxes::new(maildrop.clone());
        self.0.insert(user.into(), Account { secret, maildrop, mailboxes });
        self
    }

    /// The maildrop of `user`, if `proves` holds for the user's secret.
    pub fn admit(&self, user: &[u8], proves: impl FnOnce(&Secret) -> bool) -> Option<&Maildrop> {
        self.find(user, proves).map(|account| &account.maildrop)
    }

    /// All mailboxes of `user`, if `proves` holds for the user's secret.
    pub fn admit_to_all(&self, user: &[u8], proves: impl FnOnce(&Secret) -> bool) -> Option<&Mailboxes> {
        self.find(user, proves).map(|account| &account.mailboxes)
    }

    fn find(&self, user: &[u8], proves: impl FnOnce(&Secret) -> bool) -> Option<&Account> {
        let Some(account) = self.0.get(user) else {
            // The same work as for a user who is there, so that time does not tell who is.
            let _ = proves(&Secret::new(""));
            return None;
        };
        proves(&account.secret).then_some(account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_secret_of_a_known_user_opens() {
        let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), Maildrop::default());
        let admit = |user: &str, guess: &str| {
            accounts.admit(user.as_bytes(), |secret| *secret == Secret::new(guess)).is_some()
        };
        assert!(admit("mrose", "tanstaaf"));
        assert!(!admit("mrose", "") && !admit("nobody", "") && !admit("", "tanstaaf"));
    }
}
