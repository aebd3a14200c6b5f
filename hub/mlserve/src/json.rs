//! A strict reader of JSON (RFC 8259), as small as the two documents it reads:
//! the header of a safetensors file and a sample. Bad input is an error with
//! its position, never a panic; nesting is bounded so that the stack is too.

use std::collections::BTreeMap;
use std::fmt;

/// How deep arrays and objects may nest. A header needs 3, a sample 2.
const DEPTH_MAX: usize = 32;

/// One JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `true` and `false`: read, and of no use to anybody here.
    Word,
    /// Any number.
    Number(f64),
    /// A string with its escapes resolved.
    Text(String),
    /// `[…]`
    List(Vec<Value>),
    /// `{…}`; of two equal keys the last one holds.
    Map(BTreeMap<String, Value>),
}

impl Value {
    /// The member of an object, if this is one and has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(members) => members.get(key),
            _ => None,
        }
    }

    /// The items of an array.
    pub fn list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a number.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// What was wrong, and at which byte.
#[derive(Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Byte offset from the start of the text.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for JsonError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "not JSON: expected {} at byte {}",
            self.expected, self.at
        )
    }
}

/// Reads one JSON document; nothing but white space may follow it.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.at < text.len() {
        return reader.fail("the end");
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        if depth > DEPTH_MAX {
            return self.fail("less nesting");
        }
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut members = BTreeMap::new();
        self.at += 1;
        if self.accept(b'}') {
            return Ok(Value::Map(members));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            if !self.accept(b':') {
                return self.fail("':'");
            }
            members.insert(key, self.value(depth + 1)?);
            if self.accept(b'}') {
                return Ok(Value::Map(members));
            }
            if !self.accept(b',') {
                return self.fail("',' or '}'");
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut items = Vec::new();
        self.at += 1;
        if self.accept(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.accept(b']') {
                return Ok(Value::List(items));
            }
            if !self.accept(b',') {
                return self.fail("',' or ']'");
            }
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        if self.peek() != Some(b'"') {
            return self.fail("a string");
        }
        self.at += 1;
        let mut out = String::new();
        while let Some(letter) = self.text[self.at..].chars().next() {
            self.at += letter.len_utf8();
            match letter {
                '"' => return Ok(out),
                '\\' => out.push(self.escape()?),
                letter if letter < ' ' => return self.fail("no control character in a string"),
                letter => out.push(letter),
            }
        }
        self.fail("'\"'")
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let letter = self.peek();
        self.at += usize::from(letter.is_some_and(|byte| byte.is_ascii()));
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return self.fail("an escape"),
        })
    }

    /// `\uXXXX`, where a character beyond the first plane takes two of them.
    fn unicode(&mut self) -> Result<char, JsonError> {
        let mut units = vec![self.unit()?];
        if (0xd800..0xdc00).contains(&units[0]) && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            units.push(self.unit()?);
        }
        match char::decode_utf16(units).next() {
            Some(Ok(letter)) => Ok(letter),
            _ => self.fail("a character"),
        }
    }

    fn unit(&mut self) -> Result<u16, JsonError> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            Some(unit) => {
                self.at += 4;
                Ok(unit)
            }
            None => self.fail("four hexadecimal digits"),
        }
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let rest = &self.text[self.at..];
        let len = rest
            .find(|letter: char| !matches!(letter, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let digits = rest[..len].trim_start_matches('-');
        let leading_zero = digits.len() > 1
            && digits.starts_with('0')
            && !digits[1..].starts_with(['.', 'e', 'E']);
        match rest[..len].parse::<f64>() {
            Ok(number)
                if number.is_finite()
                    && !leading_zero
                    && !digits.starts_with('.')
                    && !digits.ends_with('.') =>
            {
                self.at += len;
                Ok(Value::Number(number))
            }
            _ => self.fail("a number"),
        }
    }

    fn word(&mut self) -> Result<Value, JsonError> {
        for word in ["null", "true", "false"] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(Value::Word);
            }
        }
        self.fail("a value")
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Skips white space and then `byte`, if it is there.
    fn accept(&mut self, byte: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn fail<T>(&self, expected: &'static str) -> Result<T, JsonError> {
        Err(JsonError {
            at: self.at,
            expected,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shapes_of_a_header_are_read() {
        let header =
            parse(r#" {"w":{"dtype":"F32","shape":[2, 3],"data_offsets":[0,24]},"x":null} "#)
                .unwrap();
        let shape = header.get("w").and_then(|tensor| tensor.get("shape"));
        assert_eq!(
            shape.unwrap().list().unwrap(),
            [Value::Number(2.0), Value::Number(3.0)]
        );
        assert_eq!(header.get("x"), Some(&Value::Word));
    }

    #[test]
    fn escapes_become_characters() {
        let text = parse(r#""a\n\"\u00e9\ud83d\ude00é""#).unwrap();
        assert_eq!(text.text(), Some("a\n\"é\u{1f600}é"));
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for (text, at) in [
            ("", 0),
            ("{", 1),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("{\"a\" 1}", 5),
            ("nul", 0),
            ("01", 0),
            ("1.", 0),
            ("-.5", 0),
            ("1e999", 0),
            ("[1] x", 4),
            ("\"a", 2),
            ("\"\\q\"", 3),
            ("\"\\ud800\"", 7),
            ("\"\\é\"", 2),
            ("\"\\u+123\"", 3),
        ] {
            assert_eq!(parse(text).map_err(|error| error.at), Err(at), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_before_the_stack_is_spent() {
        assert!(parse(&"[".repeat(1_000_000)).is_err());
    }
}
