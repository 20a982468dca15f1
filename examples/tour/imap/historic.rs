//! The same codecs in dialects that came before IMAP4.

use mail_proto::imap::{
    AddressBuf, CommandBody, Condition, Date, DateTime, Dialect, EnvelopeBuf, Feature, Fetch, FetchBuilder,
    FetchCommand, FetchItem, FieldKey, Find, FindOption, Flag, Found, HistoricCommand, HistoricItem,
    HistoricResponse, MailboxName, Response, ResponseCode, Search, SearchData, SearchKey, Solicited,
    StatusResponse, Store, StoreMode, Version, VersionSpec,
};

use super::mailboxes::Talk;
use crate::Failure;
use crate::dialogue::Dialogue;
use crate::report::Tally;

fn old(command: HistoricCommand) -> CommandBody {
    CommandBody::Historic(command)
}

fn letter() -> Result<EnvelopeBuf, Failure> {
    let from =
        AddressBuf::new("FAGAN", "SUMEX-AIM.Stanford.EDU").with_name("Larry Fagan").with_comment("at home");
    Ok(EnvelopeBuf::new().with_subject("100% of {it}").with_from([from]))
}

/// Two digits of the year, a name for the zone, and no quoted pairs.
pub fn imap2(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let mut talk = Talk::in_dialect(dialogue, Dialect::Imap2);
    talk.answer(StatusResponse::untagged(Condition::Ok, "IMAP2 Server Ready")?.into())?;
    talk.ask(CommandBody::login("Fred", "Secret")?, [])?;
    let found = |name| Ok::<_, Failure>(HistoricResponse::Mailbox(MailboxName::new(name)?).into());
    let find = Find::new(FindOption::Mailboxes, "INFO-%%%")?;
    talk.ask(old(HistoricCommand::Find(find)), [found("INFO-MAC")?])?;
    talk.ask(CommandBody::select("INBOX")?, [Response::Exists(16), Response::Recent(0)])?;
    talk.dialogue.remark("a percent sign or a brace is no letter of a quoted string: they go in literals")?;
    let date = DateTime::new(Date::new(1988, 6, 9)?, (12, 55, 44), -420)?;
    let fetch = Fetch::builder(16).flags([Flag::Seen]).internal_date(date).envelope(&letter()?).build()?;
    let all = FetchCommand::messages(16).with(FetchItem::InternalDate).envelope().flags();
    talk.ask(all.into(), [fetch.into()])?;
    let search = Search::new(SearchKey::since(Date::new(1987, 10, 1)?).and(SearchKey::from("SMITH")?));
    let numbers = SearchData::new([2, 3, 6]).into();
    talk.ask(CommandBody::Search(mail_proto::imap::Numbering::SeqNo, search), [numbers])?;
    let flags = Fetch::builder(8).flags([Flag::Deleted, Flag::Seen]).build()?;
    let store = Store::messages(8, StoreMode::Add, [Flag::Deleted]);
    talk.ask(store.into(), [HistoricResponse::Store(flags).into()])?;
    let board = StatusResponse::untagged(Condition::Ok, "no changes")?.with_code(ResponseCode::ReadOnly);
    talk.ask(
        old(HistoricCommand::Bboard(MailboxName::new("INFO-MAC")?)),
        [Response::Exists(3), board.into()],
    )?;
    talk.end()
}

/// The codecs begin in IMAP2, and change with the OK to SELECT.VERSION.
pub fn imap3(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let mut talk = Talk::in_dialect(dialogue, Dialect::Imap2);
    talk.answer(StatusResponse::untagged(Condition::Ok, "IMAP3 Server Ready")?.into())?;
    let features = [Feature::with("TAGGED.SOLICITED")?, Feature::with("RENUMBER")?];
    let versions =
        vec![VersionSpec::new(Version::IMAP2, []), VersionSpec::new(Version::IMAP3, features.clone())];
    let versions = HistoricResponse::SupportedVersions(versions);
    talk.ask(old(HistoricCommand::SupportedVersions), [versions.into()])?;
    talk.ask(old(HistoricCommand::SelectVersion(Version::IMAP3)), [])?;
    talk.tally.check(talk.dialect() == Dialect::Imap3, "still IMAP2");
    talk.ask(old(HistoricCommand::SelectFeatures(features.to_vec())), [])?;
    talk.ask(CommandBody::login("Fred", "Secret")?, [])?;
    talk.dialogue.remark("data carries the tag of the command that asked for it")?;
    let said = |talk: &Talk<'_>, data: Response| {
        Solicited::new(talk.next_tag(), data).map(HistoricResponse::Solicited)
    };
    let data =
        [said(&talk, Response::Exists(42))?.into(), said(&talk, HistoricResponse::ReadOnly.into())?.into()];
    talk.ask(CommandBody::select("INBOX")?, data)?;
    talk.tally.check(talk.session.mailbox().is_some_and(|mailbox| mailbox.exists() == 42), "another number");
    let key = |name: &str| FieldKey::new(name);
    let field = |name: &str| Ok::<_, Failure>(FetchItem::Historic(HistoricItem::Field(key(name)?, None)));
    let fetch = FetchCommand::messages(42).with(field("$SUBJECT")?).with(field("RECEIVED")?).envelope();
    let fetched = FetchBuilder::imap3(42)
        .field(&key("$SUBJECT")?, &["Some text"])
        .field(&key("RECEIVED")?, &["by a", "by b"])
        .envelope(&letter()?)
        .build()?;
    let data = said(&talk, fetched.into())?;
    talk.ask(fetch.into(), [data.into()])?;
    let search = SearchKey::seen().not().and(SearchKey::header("$TO", "Rice")?);
    let found = said(&talk, HistoricResponse::Found(Found::new([2, 3, 6], search.clone())).into())?;
    let numbering = mail_proto::imap::Numbering::SeqNo;
    talk.ask(CommandBody::Search(numbering, Search::new(search)), [found.into()])?;
    let reset = said(&talk, HistoricResponse::Reset("10:20,40".parse()?).into())?;
    let renumber = HistoricCommand::Renumber(key("FROM")?, mail_proto::imap::Ordering::Alpha);
    talk.ask(old(renumber), [reset.into()])?;
    talk.end()
}
