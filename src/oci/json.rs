//! JSON as Go writes it. Digests are over exact bytes, and docker's documents
//! come from Go's `encoding/json`, which escapes `<`, `>`, `&`, U+2028 and
//! U+2029 inside strings. Everything that is hashed goes through here.

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// One line, no spaces: how a configuration is stored.
pub fn compact(value: &impl Serialize) -> Vec<u8> {
    write(&tree(value), Go { indent: None })
}

/// Indented by two spaces: how `BuildKit` stores a manifest.
pub fn indented(value: &impl Serialize) -> Vec<u8> {
    write(&tree(value), Go { indent: Some(PrettyFormatter::with_indent(b"  ")) })
}

/// Indented by four spaces: how `docker inspect` prints.
pub fn inspected(value: &impl Serialize) -> String {
    printed(value, "    ")
}

/// Indented by `indent`, as text: some commands print tabs or three spaces.
pub fn printed(value: &impl Serialize, indent: &'static str) -> String {
    let bytes = write(&tree(value), Go { indent: Some(PrettyFormatter::with_indent(indent.as_bytes())) });
    String::from_utf8(bytes).expect("serde_json writes UTF-8")
}

/// Reads a document.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    T::deserialize(serde_json::from_slice::<Value>(bytes)?)
}

/// Every document passes through the one [`Value`], in both directions: the
/// text is written and parsed by one function instead of one a type, which
/// keeps the worker small.
fn tree(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("our documents have string keys")
}

fn write(value: &Value, formatter: Go) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    value.serialize(&mut serializer).expect("a Vec takes every byte");
    bytes
}

/// A formatter that escapes what Go escapes.
struct Go {
    indent: Option<PrettyFormatter<'static>>,
}

macro_rules! forward {
    ($($name:ident($($argument:ident: $type:ty),*)),* $(,)?) => {
        $(fn $name<W: ?Sized + io::Write>(&mut self, writer: &mut W, $($argument: $type),*) -> io::Result<()> {
            match &mut self.indent {
                Some(pretty) => pretty.$name(writer, $($argument),*),
                None => CompactFormatter.$name(writer, $($argument),*),
            }
        })*
    };
}

impl Formatter for Go {
    forward! {
        begin_array(), end_array(), begin_array_value(first: bool), end_array_value(),
        begin_object(), end_object(), begin_object_key(first: bool), end_object_key(),
        begin_object_value(), end_object_value(),
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let character = rest[at..].chars().next().expect("`find` gives the start of a character");
            writer.write_all(&rest.as_bytes()[..at])?;
            write!(writer, "\\u{:04x}", u32::from(character))?;
            rest = &rest[at + character.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_go_does() {
        let text = String::from_utf8(compact(&"a && b < c > \u{2028}é")).expect("UTF-8");
        assert_eq!(text, r#""a \u0026\u0026 b \u003c c \u003e \u2028é""#);
    }

    #[test]
    fn an_empty_list_and_an_object_are_indented_as_go_does() {
        let value = serde_json::json!({"b": [], "a": {"x": 1}});
        assert_eq!(
            String::from_utf8(indented(&value)).expect("UTF-8"),
            "{\n  \"b\": [],\n  \"a\": {\n    \"x\": 1\n  }\n}"
        );
    }
}
