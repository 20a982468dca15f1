//! Who we are, and how we prove it.

use anyhow::{Context, Result, bail};
use mail_proto::pop3::{Challenge, Command, Event, Reply, SaslResponse};
use mail_proto::wire::Secret;
use mail_proto::wire::sasl::{CramMd5, Plain};

use crate::capabilities::Capabilities;
use crate::connection::{Connection, said};
use crate::wire::Security;

/// How to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Method {
    /// What the server offers and the connection asks for.
    Auto,
    /// APOP.
    Apop,
    /// USER and PASS; LOGIN in IMAP.
    User,
    /// AUTH PLAIN; AUTHENTICATE PLAIN in IMAP.
    Plain,
    /// AUTH LOGIN.
    Login,
    /// AUTH CRAM-MD5.
    CramMd5,
}

#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: Secret,
}

pub(crate) async fn log_in(
    connection: &mut Connection,
    wanted: Method,
    capabilities: &Capabilities,
    credentials: &Credentials,
) -> Result<()> {
    let method = match wanted {
        Method::Auto => choose(connection.security(), has_timestamp(connection), capabilities)
            .context("the server offers no way to log in that is known here")?,
        method => method,
    };
    if method.shows_the_password() && connection.security() == Security::Clear {
        eprintln!("collect: the password goes over the network in clear text; better choose --tls");
    }
    let reply = match method {
        Method::Apop => apop(connection, credentials).await?,
        Method::User | Method::Auto => user(connection, credentials).await?,
        Method::Plain => auth(connection, "PLAIN", credentials, plain).await?,
        Method::Login => auth(connection, "LOGIN", credentials, login).await?,
        Method::CramMd5 => auth(connection, "CRAM-MD5", credentials, cram_md5).await?,
    };
    if reply.is_ok() {
        return Ok(());
    }
    bail!("no login with {method:?} (--auth chooses another way): {}", said(&reply.into()))
}

impl Method {
    fn shows_the_password(self) -> bool {
        !matches!(self, Self::Apop | Self::CramMd5)
    }
}

/// Where others can listen, a method that does not show the password; where TLS hides it, one that lets the
/// server keep a hash of it alone. A refusal is final: who could make us try a weaker method would have the
/// password.
fn choose(security: Security, has_timestamp: bool, capabilities: &Capabilities) -> Option<Method> {
    let has = |name| capabilities.has_mechanism(name);
    let digests = [(Method::CramMd5, has("CRAM-MD5")), (Method::Apop, has_timestamp)];
    let passwords = [
        (Method::Plain, has("PLAIN")),
        (Method::User, capabilities.has_user()),
        (Method::Login, has("LOGIN")),
    ];
    let order = match security {
        Security::Encrypted => [&passwords[..], &digests[..]],
        Security::Clear | Security::Local => [&digests[..], &passwords[..]],
    };
    order.concat().into_iter().find_map(|(method, offered)| offered.then_some(method))
}

/// Whether there is one that can be trusted: [`Command::apop`] refuses the others.
fn has_timestamp(connection: &Connection) -> bool {
    let timestamp = connection.greeting().and_then(|greeting| greeting.timestamp());
    timestamp.is_some_and(|timestamp| timestamp.is_msg_id())
}

async fn user(connection: &mut Connection, credentials: &Credentials) -> Result<Reply> {
    let reply = connection.ask(&Command::user(&credentials.user)?).await?;
    if !reply.is_ok() {
        return Ok(reply);
    }
    connection.ask(&Command::pass(credentials.password.expose())?).await
}

async fn apop(connection: &mut Connection, credentials: &Credentials) -> Result<Reply> {
    let timestamp = connection.greeting().and_then(|greeting| greeting.timestamp());
    let timestamp = timestamp.context("the server's greeting has no timestamp for APOP")?;
    let command = Command::apop(&credentials.user, &timestamp, &credentials.password)
        .context("the timestamp may be made to find out the password")?;
    connection.ask(&command).await
}

/// What is answered to the challenge that has this number, from 0; `None` where none is expected.
type Answer = fn(usize, &Challenge, &Credentials) -> Result<Option<Secret>>;

/// AUTH without an initial response: a round trip more, but every server knows it.
async fn auth(
    connection: &mut Connection,
    mechanism: &str,
    credentials: &Credentials,
    answer: Answer,
) -> Result<Reply> {
    connection.send(&Command::auth(mechanism)?)?;
    for count in 0.. {
        match connection.event().await? {
            Event::Reply(reply) => return Ok(reply),
            Event::Challenge(challenge) => {
                let response = match answer(count, &challenge, credentials)? {
                    Some(octets) => SaslResponse::Data(octets),
                    None if count > MOST_CHALLENGES => bail!("the server asks and asks"),
                    None => SaslResponse::Cancel,
                };
                connection.send(&Command::Continue(response))?;
            }
            other => bail!("not expected inside AUTH: {other:?}"),
        }
    }
    bail!("the server asks and asks")
}

/// No mechanism here takes more, a cancellation included.
const MOST_CHALLENGES: usize = 3;

fn plain(count: usize, _: &Challenge, credentials: &Credentials) -> Result<Option<Secret>> {
    let message = Plain::new("", &credentials.user, credentials.password.expose())?;
    Ok((count == 0).then(|| message.encode()))
}

fn login(count: usize, _: &Challenge, credentials: &Credentials) -> Result<Option<Secret>> {
    Ok(match count {
        0 => Some(Secret::new(&credentials.user)),
        1 => Some(credentials.password.clone()),
        _ => None,
    })
}

fn cram_md5(count: usize, challenge: &Challenge, credentials: &Credentials) -> Result<Option<Secret>> {
    let answer = CramMd5::answer(&credentials.user, &credentials.password, challenge.as_bytes());
    Ok((count == 0).then(|| answer.encode()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connection_decides_what_is_better() {
        let all = Capabilities::of(Some("USER\r\nSASL LOGIN PLAIN CRAM-MD5\r\n"));
        let user = Capabilities::of(Some("USER\r\n"));
        let login = Capabilities::of(Some("SASL LOGIN\r\n"));
        let unknown = Capabilities::of(None);
        for (security, has_timestamp, capabilities, method) in [
            (Security::Clear, true, &all, Some(Method::CramMd5)),
            (Security::Clear, true, &user, Some(Method::Apop)),
            (Security::Clear, false, &user, Some(Method::User)),
            (Security::Local, false, &login, Some(Method::Login)),
            (Security::Clear, true, &unknown, Some(Method::Apop)),
            (Security::Clear, false, &unknown, Some(Method::User)),
            (Security::Encrypted, true, &all, Some(Method::Plain)),
            (Security::Encrypted, true, &user, Some(Method::User)),
            (Security::Clear, false, &Capabilities::of(Some("")), None),
        ] {
            assert_eq!(choose(security, has_timestamp, capabilities), method, "{capabilities:?}");
        }
    }
}
