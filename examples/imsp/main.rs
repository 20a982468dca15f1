//! A client that walks through what an IMSP server does, and checks each answer.
//!
//! ```text
//! cargo run --example imsp -- 127.0.0.1:1406 mrose tanstaaf
//! ```
//!
//! It sets options below `x.walk.` and keeps an address book `USER.walk`, and takes both away again. A line is printed for
//! each part; the exit status is 1 at the first answer that is not as it should be.

mod connection;

use std::collections::BTreeMap;
use std::process::ExitCode;

use connection::{Answer, Connection};
use mail_proto::imsp::{
    Access, Address, Code, CommandBody, Condition, Criterion, Entry, Field, Literal, Lock, Name, Object,
    Pattern, Response, Rights,
};

/// What can end the walk early.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [address, user, password] = &arguments[..] else {
        eprintln!("usage: imsp ADDRESS USER PASSWORD");
        return ExitCode::from(2);
    };
    match walk(address, user, password) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("imsp: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn walk(address: &str, user: &str, password: &str) -> Result<(), Failure> {
    let mut one = Connection::open(address)?;
    capabilities(&mut one)?;
    login(&mut one, user, password)?;
    options(&mut one, "literals that wait for their +")?;
    one.use_literal_plus()?;
    options(&mut one, "literals that do not wait")?;
    let mut two = Connection::open(address)?;
    two.ask(CommandBody::login(user, password)?)?.ok("LOGIN")?;
    address_book(&mut one, &mut two, user)?;
    pipelined(&mut one)?;
    mailboxes(&mut one)?;
    one.ask(CommandBody::Logout)?.ok("LOGOUT")?;
    one.ended()?;
    println!("ok logout");
    Ok(())
}

fn check(is_right: bool, what: &str) -> Result<(), Failure> {
    if is_right { Ok(()) } else { Err(what.into()) }
}

fn name(text: &str) -> Result<Name, Failure> {
    Ok(Name::new(text)?)
}

fn capabilities(one: &mut Connection) -> Result<(), Failure> {
    let answer = one.ask(CommandBody::Capability)?.ok("CAPABILITY")?;
    let [Response::Capability(capabilities)] = &answer.responses[..] else {
        return Err("CAPABILITY is not answered".into());
    };
    check(capabilities.has("LITERAL+"), "no LITERAL+")?;
    check(capabilities.auth_mechanisms().any(|mechanism| mechanism == "PLAIN"), "no AUTH=PLAIN")?;
    let answer = one.ask(CommandBody::Get(Pattern::new("common.dom*")?))?.ok("GET before LOGIN")?;
    let is_domain = |response: &Response| match response {
        Response::Option(option) => option.access() == Some(&Access::ReadOnly),
        _ => false,
    };
    check(
        answer.responses.len() == 1 && is_domain(&answer.responses[0]),
        "common.domain is not there for all",
    )?;
    println!("ok capabilities, and options for everybody");
    Ok(())
}

fn login(one: &mut Connection, user: &str, password: &str) -> Result<(), Failure> {
    one.ask(CommandBody::login(user, "wrong")?)?.no("a wrong password")?;
    one.authenticate("NOPE", b"")?.no("an unknown mechanism")?;
    one.authenticate("PLAIN", format!("\0{user}\0{password}").as_bytes())?.ok("AUTHENTICATE PLAIN")?;
    println!("ok login");
    Ok(())
}

fn options(one: &mut Connection, how: &str) -> Result<(), Failure> {
    let large = "0123456789abcde\n".repeat(1_250);
    let values = [
        ("x.walk.atom", "one"),
        ("x.walk.quoted", "two words"),
        ("x.walk.quotes", "\"x\" \\ y"),
        ("x.walk.lines", "caf\u{e9}\r\n{5}\r\n* OK "),
        ("x.walk.empty", ""),
        ("x.walk.nil", "NIL"),
        ("x.walk.large", &large),
    ];
    for (option, value) in values {
        one.set(name(option)?, value.as_bytes())?.ok(option)?;
    }
    let answer = one.ask(CommandBody::Get(Pattern::new("x.walk.*")?))?.ok("GET")?;
    let mut values_again = answer.values.into_iter();
    let mut found = BTreeMap::new();
    for response in &answer.responses {
        if let Response::Option(option) = response {
            check(option.access() == Some(&Access::ReadWrite), "an option of ours may not be set")?;
            let value = option.value().as_bytes().map(<[u8]>::to_vec).or_else(|| values_again.next());
            found.insert(option.name().to_str_lossy().into_owned(), value.unwrap_or_default());
        }
    }
    let wanted = values.map(|(option, value)| (option.to_owned(), value.as_bytes().to_vec()));
    for (option, value) in &wanted {
        let again = found.get(option).map(|value| String::from_utf8_lossy(value));
        let is_same = found.get(option) == Some(value);
        check(
            is_same,
            &format!(
                "{option} came back as {:?}",
                again.map(|value| value.chars().take(60).collect::<String>())
            ),
        )?;
    }
    check(found.len() == values.len(), "other options came, too")?;
    for (option, _) in values {
        one.ask(CommandBody::Unset(name(option)?))?.ok("UNSET")?;
    }
    one.ask(CommandBody::Unset(name("x.walk.atom")?))?.no("UNSET of what is not set")?;
    one.ask(CommandBody::Set(name("common.domain")?, Literal::new(*b"evil")))?.no("SET of what is fixed")?;
    println!("ok options, with {how}");
    Ok(())
}

fn address_book(one: &mut Connection, two: &mut Connection, user: &str) -> Result<(), Failure> {
    let book = name(&format!("{user}.walk"))?;
    let entry = Entry::new(book.clone(), name("Annette Ostler")?);
    let umlaut = Entry::new(book.clone(), name("J\u{f6}rg M\u{fc}ller")?);
    // Some servers want the book above first; it may be there.
    one.ask(CommandBody::CreateAddressBook(name(user)?))?;
    one.ask(CommandBody::CreateAddressBook(book.clone()))?.ok("CREATEADDRESSBOOK")?;
    one.ask(CommandBody::CreateAddressBook(book.clone()))?.no("a book that is there")?;

    let address = Address::new(entry.clone())
        .with(name("alias")?, Literal::new(*b"ao"))
        .with(name("email")?, Literal::new(*b"annette@example.org"))
        .with(name("notes")?, Literal::new(*b"likes\r\n\"quotes\" and \\"));
    let answer = one.ask(CommandBody::StoreAddress(address.clone()))?.ok("STOREADDRESS")?;
    check(is_address(&answer, &address), "STOREADDRESS shows another entry")?;
    let other = Address::new(umlaut.clone()).with(name("email")?, Literal::new(*b"joerg@example.de"));
    one.ask(CommandBody::StoreAddress(other))?.ok("STOREADDRESS")?;
    let fetch = CommandBody::FetchAddress(book.clone(), vec![entry.name().clone()]);
    let answer = one.ask(fetch.clone())?.ok("FETCHADDRESS")?;
    check(is_address(&answer, &address), "FETCHADDRESS shows another entry")?;

    let search = |criteria: &[(&str, &str)]| -> Result<CommandBody, Failure> {
        let criterion = |(field, pattern): &(&str, &str)| -> Result<Criterion, Failure> {
            Ok(Criterion::new(name(field)?, Pattern::new(pattern)?))
        };
        let criteria = criteria.iter().map(criterion).collect::<Result<_, _>>()?;
        Ok(CommandBody::SearchAddress(book.clone(), criteria))
    };
    for (criteria, found) in [
        (&[][..], 2),
        (&[("name", "*")], 2),
        (&[("email", "*example.org")], 1),
        (&[("name", "A*"), ("email", "*.de")], 0),
    ] {
        let answer = one.ask(search(criteria)?)?.ok("SEARCHADDRESS")?;
        check(answer.responses.len() == found, &format!("SEARCHADDRESS {criteria:?} differs"))?;
    }
    println!("ok address books");

    let lock = Lock::AddressBook(entry.clone());
    let answer = one.ask(CommandBody::Lock(lock.clone()))?.ok("LOCK")?;
    check(is_address(&answer, &address), "LOCK shows another entry")?;
    // Cyrus imspd lets the sessions of one user share a lock; by the documents, the second one is refused.
    let second = two.ask(CommandBody::Lock(lock.clone()))?;
    let is_shared = second.condition == Condition::Ok;
    check(is_shared || second.code == Some(Code::Locked), "no [LOCKED] where another session holds it")?;
    one.ask(CommandBody::Unlock(lock.clone()))?.ok("UNLOCK")?;
    if !is_shared {
        two.ask(CommandBody::Lock(lock.clone()))?.ok("LOCK of what is free")?;
    }
    two.ask(CommandBody::Unlock(lock.clone()))?.ok("UNLOCK")?;
    two.ask(CommandBody::Unlock(lock))?.no("UNLOCK of what is free")?;
    println!(
        "ok locks, {}",
        if is_shared { "which sessions of one user share" } else { "one session at a time" }
    );

    let object = Object::AddressBook(book.clone());
    one.ask(CommandBody::SetAcl(object.clone(), name("anyone")?, Rights::new("lr")?))?.ok("SETACL")?;
    let answer = one.ask(CommandBody::GetAcl(object.clone()))?.ok("GETACL")?;
    let given = Response::Acl(object.clone(), name("anyone")?, Rights::new("lr")?);
    check(answer.responses.contains(&given) && answer.responses.len() == 2, "GETACL differs")?;
    let answer = one.ask(CommandBody::MyRights(object.clone()))?.ok("MYRIGHTS")?;
    let is_mine = |response: &Response| matches!(response, Response::MyRights(_, rights) if rights.has('a'));
    check(answer.responses.iter().any(is_mine), "MYRIGHTS differs")?;
    one.ask(CommandBody::DeleteAcl(object, name("anyone")?))?.ok("DELETEACL")?;
    println!("ok access control lists");

    let renamed = name(&format!("{user}.walked"))?;
    one.ask(CommandBody::RenameAddressBook(book.clone(), renamed.clone()))?.ok("RENAMEADDRESSBOOK")?;
    one.ask(fetch)?.no("an entry of a book that is gone")?;
    let answer =
        one.ask(CommandBody::AddressBook(Pattern::new(format!("{user}.walk*"))?))?.ok("ADDRESSBOOK")?;
    check(answer.responses.len() == 1, "ADDRESSBOOK differs")?;
    for entry in [&entry, &umlaut] {
        let moved = Entry::new(renamed.clone(), entry.name().clone());
        one.ask(CommandBody::DeleteAddress(moved))?.ok("DELETEADDRESS")?;
    }
    one.ask(CommandBody::DeleteAddressBook(renamed))?.ok("DELETEADDRESSBOOK")?;
    println!("ok address books come and go");
    Ok(())
}

/// Whether it is this entry alone, with these fields in any order.
fn is_address(answer: &Answer, wanted: &Address) -> bool {
    let sorted = |address: &Address| {
        let field = |field: &Field| (field.name().clone(), field.value().clone());
        address.fields().iter().map(field).collect::<BTreeMap<_, Literal>>().into_iter().collect::<Vec<_>>()
    };
    match &answer.responses[..] {
        [Response::FetchAddress(address)] => {
            address.entry().name() == wanted.entry().name() && sorted(address) == sorted(wanted)
        }
        _ => false,
    }
}

fn pipelined(one: &mut Connection) -> Result<(), Failure> {
    let bodies = (0..200).map(|n| match n % 3 {
        0 => Ok(CommandBody::Noop),
        1 => Ok(CommandBody::Get(Pattern::new("common.dom*")?)),
        _ => Ok(CommandBody::AddressBook(Pattern::new("*")?)),
    });
    let answers = one.ask_all(bodies.collect::<Result<Vec<_>, Failure>>()?)?;
    check(answers.iter().all(|answer| answer.condition == Condition::Ok), "a command in a row failed")?;
    println!("ok 200 commands at once");
    Ok(())
}

/// Cyrus imspd has none of it and says NO; ours lists.
fn mailboxes(one: &mut Connection) -> Result<(), Failure> {
    let answer = one.ask(CommandBody::List(Name::new("")?, Pattern::new("*")?))?;
    let is_list = |response: &Response| matches!(response, Response::List(..));
    check(
        answer.condition == Condition::No || answer.responses.iter().all(is_list),
        "LIST is answered with something else",
    )?;
    println!(
        "ok mailboxes: {}",
        if answer.condition == Condition::Ok { "listed" } else { "not at this site" }
    );
    Ok(())
}
