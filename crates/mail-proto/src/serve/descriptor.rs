//! The descriptor of a message: RFC 1056 section 4.10.

use crate::dmsp::{Descriptor, EightBit, Flags, Uid};
use crate::mime::Message;

/// The summary that DMSP lists of a message: octets with CRLF line ends, and lines, of all of it.
///
/// ```
/// use mail_proto::dmsp::{EightBit, Flags, Uid};
/// use mail_proto::mime::Message;
/// let message = Message::parse(b"Subject: a\n\none\ntwo");
/// let descriptor = mail_proto::serve::descriptor(&message, Uid::new(7), Flags::new(), EightBit::Never);
/// assert_eq!((descriptor.octets(), descriptor.lines(), descriptor.subject()), (22, 4, &"a".try_into()?));
/// # Ok::<(), mail_proto::dmsp::Error>(())
/// ```
pub fn descriptor(message: &Message<'_>, uid: Uid, flags: Flags, eight_bit: EightBit) -> Descriptor {
    let (size, raw) = (message.root().size(), message.raw());
    // A last line without an end is one, too.
    let open = u64::from(!raw.is_empty() && !raw.ends_with(b"\n"));
    let lines = size.lines().saturating_add(open);
    Descriptor::from_header(uid, flags, size.crlf_octets(), lines, message.root().header(), eight_bit)
}
