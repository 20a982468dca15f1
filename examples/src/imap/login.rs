//! What AUTHENTICATE knows.

use mail_proto::wire::sasl::Plain;

use crate::accounts::Accounts;
use crate::maildrop::Maildrop;

/// PLAIN (RFC 4616): who acts, and with which password.
pub(super) fn plain(answer: &[u8], accounts: &Accounts) -> Option<Maildrop> {
    let plain = Plain::decode(answer).ok()?;
    let acts_for_itself = plain.authorization().is_empty() || plain.authorization() == plain.authentication();
    let maildrop = accounts.admit(plain.authentication(), |secret| plain.password() == secret)?;
    acts_for_itself.then(|| maildrop.clone())
}
