//! Both codecs as [`mail_wire::Codec`]s: for `Framed`, for the test kit, and for whoever drives codecs of several protocols.

use mail_wire::forward_codec;

use crate::{ClientCodec, Command, Event, Response, ServerCodec};

forward_codec!(ClientCodec, Event, Command);
forward_codec!(ServerCodec, Event, Response, paused);
