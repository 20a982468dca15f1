//! Who answers which command.

use bytes::BytesMut;
use mail_proto::imsp::{
    Access, Address, Capabilities, Capability, Command, CommandBody, Condition, Continuation, Criterion,
    Entry, Field, ListData, Literal, Lock, Name, Object, OptionData, Pattern, Response, Rights,
    StatusResponse, Tag,
};
use mail_proto::wire::Error;
use mail_proto::wire::sasl::Plain;

use super::answer::Answer;
use super::store::{Asker, Fields, Locked, Refusal};
use super::{Session, User};
use crate::accounts::Accounts;
use crate::mailboxes::Mailboxes;

/// Our name in the answers to LIST.
const HOST: &str = "localhost";

impl Session {
    pub(super) fn command(&mut self, command: Command, output: &mut BytesMut) -> Result<(), Error> {
        let (tag, body) = command.into_parts();
        if !self.state().permits(&body) {
            return self.answer(&tag, Answer::bad("not before a login"));
        }
        let answer = match body {
            CommandBody::Capability => {
                let names = ["AUTH=PLAIN", "LITERAL+"].into_iter().map(Capability::new);
                Answer::ok("done").with(names.collect::<Result<Capabilities, Error>>()?)
            }
            CommandBody::Noop => Answer::ok("done"),
            CommandBody::Logout => {
                self.is_over = true;
                Answer::ok("bye").with(StatusResponse::untagged(Condition::Bye, "see you")?)
            }
            CommandBody::Login(login) => {
                let mailboxes =
                    self.accounts.admit_to_all(login.user().as_bytes(), |it| login.password() == it);
                let user = mailboxes.map(|mailboxes| (login.user().as_bytes().to_vec(), mailboxes.clone()));
                self.log_in(user)
            }
            CommandBody::Authenticate(authenticate) if authenticate.mechanism().is("PLAIN") => {
                self.exchange = Some(tag);
                return self.codec.encode(&Continuation::challenge("").into(), output);
            }
            CommandBody::Authenticate(_) => Answer::no("no such mechanism"),
            CommandBody::Get(pattern) => {
                let user = self.user.as_ref().map(|user| &user.asker.user[..]);
                let options = self.store.options(user).into_iter();
                let found = options.filter(|(name, ..)| pattern.matches(name)).map(option);
                Answer::of(Ok(found.collect::<Result<_, Error>>()?))
            }
            other => match &self.user {
                Some(user) => {
                    let values = std::mem::take(&mut self.values);
                    user_command(other, user, &self.store, values)?
                }
                None => Answer::bad("not known here"),
            },
        };
        self.answer(&tag, answer)
    }

    pub(super) fn log_in(&mut self, user: Option<(Vec<u8>, Mailboxes)>) -> Answer {
        let Some((user, mailboxes)) = user else {
            self.attempts_left = self.attempts_left.saturating_sub(1);
            self.is_over = self.attempts_left == 0;
            return Answer::no("wrong user or password");
        };
        self.user = Some(User { asker: Asker { user, session: self.number }, mailboxes });
        self.codec.authenticated();
        Answer::ok("logged in")
    }

    /// Puts it behind what is still to be sent, so that no long answer lies in the output as a whole.
    pub(super) fn answer(&mut self, tag: &Tag, answer: Answer) -> Result<(), Error> {
        self.owed.extend(answer.into_responses(tag)?);
        Ok(())
    }
}

/// PLAIN (RFC 4616): who acts, and with which password.
pub(super) fn plain(answer: &[u8], accounts: &Accounts) -> Option<(Vec<u8>, Mailboxes)> {
    let plain = Plain::decode(answer).ok()?;
    let acts_for_itself = plain.authorization().is_empty() || plain.authorization() == plain.authentication();
    let mailboxes = accounts.admit_to_all(plain.authentication(), |secret| plain.password() == secret)?;
    acts_for_itself.then(|| (plain.authentication().to_vec(), mailboxes.clone()))
}

/// What comes behind the login. `values` are those that were streamed.
fn user_command(
    body: CommandBody,
    user: &User,
    store: &super::Store,
    values: Vec<Vec<u8>>,
) -> Result<Answer, Error> {
    let asker = &user.asker;
    let mut values = values.into_iter();
    let mut value = |literal: &Literal| match literal.as_bytes() {
        Some(octets) => octets.to_vec(),
        None => values.next().unwrap_or_default(),
    };
    let nothing = |done: Result<(), Refusal>| Answer::of(done.map(|()| Vec::new()));
    Ok(match body {
        CommandBody::Set(name, literal) => nothing(store.set(asker, name.as_bytes(), Some(value(&literal)))),
        CommandBody::Unset(name) => nothing(store.set(asker, name.as_bytes(), None)),
        CommandBody::AddressBook(pattern) => {
            let names = store.books(&asker.user).into_iter().filter(|name| pattern.matches(name));
            let books =
                names.map(|name| Ok(Response::AddressBook(ListData::new(Name::new(name)?, Some('.'))?)));
            Answer::of(Ok(books.collect::<Result<_, Error>>()?))
        }
        CommandBody::CreateAddressBook(name) => nothing(store.create(asker, name.as_bytes())),
        CommandBody::DeleteAddressBook(name) => nothing(store.delete(asker, name.as_bytes())),
        CommandBody::RenameAddressBook(from, to) => {
            nothing(store.rename(asker, from.as_bytes(), to.as_bytes()))
        }
        CommandBody::SearchAddress(book, criteria) => match store.entries(asker, book.as_bytes()) {
            Err(refusal) => Answer::of(Err(refusal)),
            Ok(entries) => {
                let found = entries.into_iter().filter(|(name, fields)| match_all(&criteria, name, fields));
                let names = found.map(|(name, _)| Ok(Response::SearchAddress(Name::new(name)?)));
                Answer::of(Ok(names.collect::<Result<_, Error>>()?))
            }
        },
        CommandBody::FetchAddress(book, names) => {
            let mut found = Vec::new();
            for name in names {
                match store.entry(asker, book.as_bytes(), name.as_bytes()) {
                    Ok(fields) => found.push(address(&Entry::new(book.clone(), name), fields)?),
                    Err(refusal) => return Ok(Answer::of(Err(refusal))),
                }
            }
            Answer::of(Ok(found))
        }
        CommandBody::StoreAddress(stored) => {
            let fields = |field: &Field| (field.name().as_bytes().to_vec(), value(field.value()));
            let fields = stored.fields().iter().map(fields).collect();
            let (book, name) = (stored.entry().book(), stored.entry().name());
            match store.store(asker, book.as_bytes(), name.as_bytes(), fields) {
                Ok(fields) => Answer::of(Ok(vec![address(stored.entry(), fields)?])),
                Err(refusal) => Answer::of(Err(refusal)),
            }
        }
        CommandBody::DeleteAddress(entry) => {
            nothing(store.remove(asker, entry.book().as_bytes(), entry.name().as_bytes()))
        }
        CommandBody::Lock(lock) => match (store.hold(asker, locked(&lock, asker)), &lock) {
            (Ok(()), Lock::AddressBook(entry)) => {
                let fields = store.entry(asker, entry.book().as_bytes(), entry.name().as_bytes());
                Answer::of(Ok(fields
                    .map(|fields| address(entry, fields))
                    .into_iter()
                    .collect::<Result<_, _>>()?))
            }
            (Ok(()), Lock::Option(name)) => {
                let own = store.options(Some(&asker.user)).into_iter();
                let own = own.filter(|(own, _, may_set)| *may_set && name.eq_ignore_ascii_case(own));
                Answer::of(Ok(own.map(option).collect::<Result<_, _>>()?))
            }
            (done, _) => nothing(done),
        },
        CommandBody::Unlock(lock) => nothing(store.let_go(asker, &locked(&lock, asker))),
        CommandBody::SetAcl(Object::AddressBook(book), identifier, rights) => {
            let rights = Some(rights.as_bytes());
            nothing(store.grant(asker, book.as_bytes(), identifier.as_bytes(), rights))
        }
        CommandBody::DeleteAcl(Object::AddressBook(book), identifier) => {
            nothing(store.grant(asker, book.as_bytes(), identifier.as_bytes(), None))
        }
        CommandBody::GetAcl(object @ Object::AddressBook(_)) => {
            match store.acl(asker, object.name().as_bytes()) {
                Err(refusal) => Answer::of(Err(refusal)),
                Ok(acl) => {
                    let rows = acl.into_iter().map(|(identifier, rights)| {
                        Ok(Response::Acl(object.clone(), Name::new(identifier)?, Rights::new(rights)?))
                    });
                    Answer::of(Ok(rows.collect::<Result<_, Error>>()?))
                }
            }
        }
        CommandBody::MyRights(object @ Object::AddressBook(_)) => {
            match store.rights(asker, object.name().as_bytes()) {
                Ok(rights) => Answer::ok("done").with(Response::MyRights(object, Rights::new(rights)?)),
                Err(refusal) => Answer::of(Err(refusal)),
            }
        }
        other => mailbox_command(other, &user.mailboxes)?,
    })
}

/// The directory of mailboxes: those that IMAP has, too.
fn mailbox_command(body: CommandBody, mailboxes: &Mailboxes) -> Result<Answer, Error> {
    let done = |result: Result<(), crate::mailboxes::Refusal>| match result {
        Ok(()) => Answer::ok("done"),
        Err(_) => Answer::no("that can't be done"),
    };
    let rows = |names: std::collections::BTreeSet<Vec<u8>>, pattern: &Pattern| {
        let listed = |name| Ok((ListData::new(Name::new(name)?, Some('/'))?, vec![Name::new(HOST)?]));
        names.into_iter().filter(|name| pattern.matches(name)).map(listed).collect::<Result<Vec<_>, Error>>()
    };
    Ok(match body {
        CommandBody::Create(name, None) => done(mailboxes.create(name.as_bytes())),
        CommandBody::Delete(name) => done(mailboxes.delete(name.as_bytes())),
        CommandBody::Rename(from, to) => done(mailboxes.rename(from.as_bytes(), to.as_bytes())),
        CommandBody::Subscribe(name) => done(mailboxes.subscribe(name.as_bytes())),
        CommandBody::Unsubscribe(name) => done(mailboxes.unsubscribe(name.as_bytes())),
        CommandBody::List(_, pattern) => {
            let rows = rows(mailboxes.names(), &pattern)?.into_iter();
            Answer::of(Ok(rows.map(|(mailbox, servers)| Response::List(mailbox, servers)).collect()))
        }
        CommandBody::Lsub(_, pattern) => {
            let rows = rows(mailboxes.subscribed(), &pattern)?.into_iter();
            Answer::of(Ok(rows.map(|(mailbox, servers)| Response::Lsub(mailbox, servers)).collect()))
        }
        CommandBody::Other(_) => Answer::bad("not known here"),
        _ => Answer::no("not done at this site"),
    })
}

fn match_all(criteria: &[Criterion], name: &[u8], fields: &Fields) -> bool {
    criteria.iter().all(|criterion| {
        let field = criterion.field().as_bytes().to_ascii_lowercase();
        let value = if field == b"name" { Some(name) } else { fields.get(&field).map(Vec::as_slice) };
        value.is_some_and(|value| criterion.pattern().matches(value))
    })
}

fn option((name, value, may_set): (Vec<u8>, Vec<u8>, bool)) -> Result<Response, Error> {
    let access = if may_set { Access::ReadWrite } else { Access::ReadOnly };
    Ok(OptionData::new(Name::new(name)?, Literal::new(value)).with_access(access).into())
}

fn address(entry: &Entry, fields: Fields) -> Result<Response, Error> {
    let mut address = Address::new(entry.clone());
    for (name, value) in fields {
        address = address.with(Name::new(name)?, Literal::new(value));
    }
    Ok(address.into())
}

fn locked(lock: &Lock, asker: &Asker) -> Locked {
    match lock {
        Lock::AddressBook(entry) => {
            Locked::Entry(entry.book().as_bytes().to_ascii_lowercase(), entry.name().as_bytes().to_vec())
        }
        Lock::Option(name) => Locked::Option(asker.user.clone(), name.as_bytes().to_ascii_lowercase()),
        // No other is read.
        _ => Locked::Option(Vec::new(), Vec::new()),
    }
}
