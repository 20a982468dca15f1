//! The values of header fields, each usable alone.
