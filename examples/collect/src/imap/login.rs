//! Who we are, and how we prove it.

use anyhow::{Result, bail};
use mail_proto::imap::{Authenticate, Capabilities, CommandBody, Event, Response, SaslResponse};
use mail_proto::wire::sasl::Plain;

use super::connection::{Connection, ensure_ok};
use crate::login::{Credentials, Method};
use crate::wire::Security;

pub(super) async fn log_in(
    connection: &mut Connection,
    wanted: Method,
    capabilities: &Capabilities,
    credentials: &Credentials,
) -> Result<()> {
    if connection.security() == Security::Clear {
        eprintln!("collect: the password goes over the network in clear text; better choose --tls");
    }
    let is_plain = match wanted {
        Method::Auto => capabilities.has("AUTH=PLAIN"),
        Method::Plain => true,
        Method::User => false,
        other => bail!("{other:?} is not known here with IMAP"),
    };
    let (user, password) = (&credentials.user, credentials.password.expose());
    let proof = Plain::new("", user, password)?.encode();
    let tag = connection.send(if !is_plain {
        CommandBody::login(user, password)?
    } else if capabilities.has("SASL-IR") {
        Authenticate::new("PLAIN")?.with_initial(proof.expose()).into()
    } else {
        Authenticate::new("PLAIN")?.into()
    })?;
    let mut proof = (is_plain && !capabilities.has("SASL-IR")).then_some(proof);
    loop {
        match connection.event().await? {
            Event::Response(Response::Continuation(_)) if is_plain => {
                // To a second challenge there is no answer.
                connection.answer(&proof.take().map_or(SaslResponse::Cancel, SaslResponse::Data))?;
            }
            Event::Response(Response::Status(status)) if status.tag() == Some(&tag) => {
                ensure_ok("login", &status)?;
                connection.logged_in(&status);
                return Ok(());
            }
            _ => {}
        }
    }
}
