//! Asks and tells as bytes, between a page and its worker: both are built
//! together, so fields go in order and without their names. That halves the
//! code that reads them, which every visitor has to download.
//!
//! A number is LEB128 (zigzag if signed), a text, list or map its length and
//! its content, an option 0 or 1 and its content, a variant its index and its
//! content. A field that is left out is a 0, which reads as none and as empty.

mod decode;
mod encode;

use std::fmt;

pub use decode::decode;
pub use encode::encode;

/// Why bytes are no message, or a message cannot be bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The bytes end too early, or go on after the end.
    #[error("a message of the wrong length")]
    Length,
    /// A number, text or variant that cannot be.
    #[error("a message with a value that cannot be")]
    Value,
    /// A type that no message has.
    #[error("a message with a type that is not sent")]
    Type,
    /// What a type itself says of its bytes.
    #[error("{message}")]
    Custom {
        /// In its own words.
        message: String,
    },
}

impl serde::ser::Error for WireError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Custom { message: message.to_string() }
    }
}

// The usual errors spell out what was expected; these three say it in a word, for the size of the page.
impl serde::de::Error for WireError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Custom { message: message.to_string() }
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self::Length
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self::Value
    }

    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self::Type
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::{Direction, Event, Outcome};
    use crate::oci::{Descriptor, MediaType, Platform};
    use crate::session::{Ask, Tell};
    use crate::text::{Line, Output, Stream, Style};

    fn check(tell: &Tell) {
        let bytes = encode(tell).expect("a tell can be sent");
        assert_eq!(decode::<Tell>(&bytes).as_ref(), Ok(tell));
        assert_eq!(decode::<Tell>(&bytes[..bytes.len() - 1]), Err(WireError::Length));
        assert_eq!(decode::<Tell>(&[&bytes[..], &[0]].concat()), Err(WireError::Length));
    }

    #[test]
    fn what_is_told_is_what_is_heard() {
        let line = Line::styled(Style::Warn, "é").and(Style::Plain, "");
        check(&Tell::Finished { code: -1, hint: Some(line.clone()) });
        for slot in [None, Some("a".to_owned())] {
            check(&Tell::Printed { output: Output { stream: Stream::Stderr, slot, line: line.clone() } });
        }
        let text = Err("This file is not text.".to_owned());
        check(&Tell::File { machine: "laptop".into(), path: "/x".into(), text });
        check(&Tell::Exported { name: "x.tar".into(), bytes: vec![0, 127, 128, 255] });
    }

    #[test]
    fn fields_that_are_left_out_come_back_empty() {
        let mut blob = Descriptor { size: u64::MAX, ..Descriptor::of(MediaType::LAYER_GZIP, b"x") };
        for _ in 0..2 {
            let event = Event::BlobMoved {
                direction: Direction::Pull,
                registry: "r".into(),
                repository: "a".into(),
                blob: blob.clone(),
                outcome: Outcome::Moving { current: 300 },
            };
            check(&Tell::Happened { event });
            blob.annotations.insert("k".into(), "v".into());
            blob.platform = Some(Platform::wasi());
        }
    }

    proptest! {
        #[test]
        fn other_bytes_are_refused_without_a_panic(bytes: Vec<u8>) {
            let _ = decode::<Tell>(&bytes);
            let _ = decode::<Ask>(&bytes);
        }

        #[test]
        fn what_is_asked_is_what_is_heard(position: usize, line: String, machine: Option<String>) {
            for ask in [Ask::Jump { position }, Ask::Line { machine, line }, Ask::Next] {
                let bytes = encode(&ask).expect("an ask can be sent");
                prop_assert_eq!(decode::<Ask>(&bytes), Ok(ask));
            }
        }
    }
}
