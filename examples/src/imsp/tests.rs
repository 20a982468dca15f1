use mail_proto::wire::Secret;
use mail_proto::wire::sasl::encode_base64;

use super::*;
use crate::maildrop::Maildrop;

/// A session, and what drives it.
struct Talk {
    session: Session,
    output: BytesMut,
}

impl Talk {
    fn with(store: &Store) -> Self {
        let mut accounts = Accounts::new();
        for user in ["mrose", "annette"] {
            accounts = accounts.with(user, Secret::new("tanstaaf"), Maildrop::samples());
        }
        let mut output = BytesMut::new();
        let session = Session::new(Arc::new(accounts), store.clone(), &mut output).unwrap();
        output.clear();
        Self { session, output }
    }

    fn of(store: &Store, user: &str) -> Self {
        let mut talk = Self::with(store);
        assert_eq!(talk.say(format!("a LOGIN {user} tanstaaf\r\n")), "a OK logged in\r\n");
        talk
    }

    /// Says this, and gives all that is answered.
    fn say(&mut self, octets: impl AsRef<[u8]>) -> String {
        let (mut input, mut answer) = (octets.as_ref(), Vec::new());
        loop {
            self.session.run(&mut input, &mut self.output).unwrap();
            if self.output.is_empty() {
                return String::from_utf8_lossy(&answer).into_owned();
            }
            answer.extend_from_slice(&self.output.split());
        }
    }
}

#[test]
fn little_goes_before_the_login() {
    let mut talk = Talk::with(&Store::new());
    assert_eq!(talk.say("a SET x y\r\n"), "a BAD not before a login\r\n");
    assert_eq!(talk.say("b GET common.d*\r\n").lines().count(), 3);
    assert_eq!(talk.say("c LOGIN mrose x\r\n"), "c NO wrong user or password\r\n");
    assert!(talk.say("d SET x {5000}\r\n").starts_with("d NO "));
    let mut proof = Vec::new();
    encode_base64(b"\0mrose\0tanstaaf", &mut proof);
    assert_eq!(talk.say("e AUTHENTICATE PLAIN\r\n*\r\n"), "+ \r\ne BAD cancelled\r\n");
    assert_eq!(talk.say("f AUTHENTICATE X\r\n"), "f NO no such mechanism\r\n");
    assert_eq!(talk.say("g AUTHENTICATE PLAIN\r\n"), "+ \r\n");
    assert_eq!(talk.say([&proof[..], b"\r\nh NOOP\r\n"].concat()), "g OK logged in\r\nh OK done\r\n");
}

#[test]
fn options_are_set_and_unset() {
    let store = Store::new();
    let mut talk = Talk::of(&store, "mrose");
    assert_eq!(talk.say("a SET common.domain x\r\n"), "a NO you may not do that\r\n");
    assert_eq!(
        talk.say("b SET X.Mine \"\"\r\nc GET x.*\r\n"),
        "b OK done\r\n* OPTION x.mine \"\" [READ-WRITE]\r\nc OK done\r\n"
    );
    let large = "y".repeat(5_000);
    assert_eq!(talk.say(format!("d SET x.large {{5000+}}\r\n{large}\r\n")), "d OK done\r\n");
    assert!(talk.say("e GET x.large\r\n").contains(&large));
    assert!(talk.say("f SET x.larger {70000}\r\n").starts_with("f NO "));
    assert!(!Talk::of(&store, "annette").say("a GET *\r\n").contains("x.mine"));
    assert_eq!(
        talk.say("g UNSET x.mine\r\nh UNSET x.mine\r\n"),
        "g OK done\r\nh NO there is no such thing\r\n"
    );
    let value = "z".repeat(60_000);
    let answers: Vec<_> =
        (0..20).map(|n| talk.say(format!("i SET x.{n} {{60000+}}\r\n{value}\r\n"))).collect();
    assert_eq!(answers.last().unwrap(), "i NO there is no room for more\r\n");
}

#[test]
fn address_books_are_kept_and_shared() {
    let store = Store::new();
    let (mut mrose, mut annette) = (Talk::of(&store, "mrose"), Talk::of(&store, "annette"));
    assert_eq!(mrose.say("a CREATEADDRESSBOOK mrose.Work\r\n"), "a OK done\r\n");
    assert_eq!(mrose.say("b CREATEADDRESSBOOK public\r\n"), "b NO you may not do that\r\n");
    assert_eq!(
        mrose.say("c STOREADDRESS mrose.work \"A O\" Email a@o company x\r\n"),
        "* FETCHADDRESS mrose.work \"A O\" company x email a@o\r\nc OK done\r\n"
    );
    assert_eq!(
        mrose.say("d STOREADDRESS mrose.work \"A O\" company \"\"\r\n"),
        "* FETCHADDRESS mrose.work \"A O\" email a@o\r\nd OK done\r\n"
    );
    assert_eq!(
        mrose.say("e SEARCHADDRESS mrose.work name \"a*\"\r\n"),
        "* SEARCHADDRESS \"A O\"\r\ne OK done\r\n"
    );
    assert_eq!(mrose.say("f SEARCHADDRESS mrose.work email \"*z\"\r\n"), "f OK done\r\n");
    assert_eq!(annette.say("a FETCHADDRESS mrose.work \"A O\"\r\n"), "a NO there is no such thing\r\n");
    assert_eq!(mrose.say("g SETACL ADDRESSBOOK mrose.work annette lr\r\n"), "g OK done\r\n");
    assert_eq!(annette.say("b ADDRESSBOOK *\r\n"), "* ADDRESSBOOK () \".\" mrose.work\r\nb OK done\r\n");
    assert_eq!(
        annette.say("c MYRIGHTS ADDRESSBOOK mrose.work\r\n"),
        "* MYRIGHTS ADDRESSBOOK mrose.work lr\r\nc OK done\r\n"
    );
    assert_eq!(annette.say("d DELETEADDRESS mrose.work \"A O\"\r\n"), "d NO you may not do that\r\n");
    assert_eq!(mrose.say("h RENAMEADDRESSBOOK mrose.work mrose.friends\r\n"), "h OK done\r\n");
    assert_eq!(mrose.say("i GETACL ADDRESSBOOK mrose.friends\r\n").lines().count(), 3);
    assert_eq!(mrose.say("j DELETEACL ADDRESSBOOK mrose.friends annette\r\n"), "j OK done\r\n");
    assert_eq!(annette.say("e ADDRESSBOOK *\r\n"), "e OK done\r\n");
    assert_eq!(mrose.say("k DELETEADDRESS mrose.friends \"A O\"\r\n"), "k OK done\r\n");
    assert_eq!(mrose.say("l DELETEADDRESSBOOK mrose.friends\r\n"), "l OK done\r\n");
}

#[test]
fn locks_keep_others_out_until_their_session_ends() {
    let store = Store::new();
    let (mut one, mut two) = (Talk::of(&store, "mrose"), Talk::of(&store, "mrose"));
    one.say("a CREATEADDRESSBOOK mrose\r\nb STOREADDRESS mrose e f v\r\n");
    assert_eq!(one.say("c LOCK ADDRESSBOOK mrose e\r\n"), "* FETCHADDRESS mrose e f v\r\nc OK done\r\n");
    assert_eq!(two.say("a STOREADDRESS mrose e f w\r\n"), "a NO [LOCKED] another session has locked it\r\n");
    assert_eq!(two.say("b UNLOCK ADDRESSBOOK mrose e\r\n"), "b NO there is no such thing\r\n");
    assert_eq!(one.say("d UNLOCK ADDRESSBOOK mrose e\r\n"), "d OK done\r\n");
    assert!(two.say("c STOREADDRESS mrose e f w\r\n").ends_with("c OK done\r\n"));
    assert_eq!(one.say("e LOCK OPTION x\r\n"), "e OK done\r\n");
    assert!(one.say("f SET x z\r\ng LOCK OPTION X\r\n").contains("* OPTION x z [READ-WRITE]\r\ng OK "));
    assert!(two.say("d SET x y\r\n").starts_with("d NO [LOCKED] "));
    drop(one);
    assert_eq!(two.say("e SET x y\r\n"), "e OK done\r\n");
}

#[test]
fn mailboxes_are_those_that_imap_has() {
    let mut talk = Talk::of(&Store::new(), "mrose");
    assert_eq!(talk.say("a CREATE old/mail\r\nb SUBSCRIBE old\r\n"), "a OK done\r\nb OK done\r\n");
    assert_eq!(
        talk.say("c LIST \"\" old*\r\nd LSUB \"\" *\r\n"),
        "* LIST () \"/\" old localhost\r\n* LIST () \"/\" old/mail localhost\r\nc OK done\r\n\
         * LSUB () \"/\" INBOX localhost\r\n* LSUB () \"/\" old localhost\r\nd OK done\r\n"
    );
    assert_eq!(
        talk.say("e LAST old 7\r\nf XFROB\r\n"),
        "e NO not done at this site\r\nf BAD not known here\r\n"
    );
    assert_eq!(talk.say("g DELETE INBOX\r\n"), "g NO that can't be done\r\n");
}
