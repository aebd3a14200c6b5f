//! Percent-encoding of URLs, as Go's `net/url` writes and reads queries.

use std::fmt::Write as _;

/// `text` as one value of a query: all but unreserved characters escaped.
pub fn percent_encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
            b' ' => encoded.push('+'),
            _ => write!(encoded, "%{byte:02X}").expect("a String takes every write"),
        }
        encoded
    })
}

/// What an escaped path or value means; nothing if an escape is broken or the bytes are no text.
pub fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first == b'%' {
            let mut byte = [0];
            hex::decode_to_slice(tail.get(..2)?, &mut byte).ok()?;
            bytes.push(byte[0]);
            rest = &tail[2..];
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The pairs of a query in order; broken ones are left out, as Go does.
pub fn query_pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode(&text.replace('+', " "));
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        Some((decode(name)?, decode(value)?))
    };
    query.split('&').filter(|part| !part.is_empty()).filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_comes_back() {
        let text = "repository:ana/ml model:pull,push é";
        assert_eq!(percent_encode(text), "repository%3Aana%2Fml+model%3Apull%2Cpush+%C3%A9");
        assert_eq!(
            query_pairs(&format!("scope={}&n", percent_encode(text))),
            [("scope".to_owned(), text.to_owned()), ("n".to_owned(), String::new()),]
        );
    }

    #[test]
    fn broken_escapes_mean_nothing() {
        for text in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(percent_decode(text), None, "{text}");
        }
        assert_eq!(query_pairs("a=%zz&b=1&&"), [("b".to_owned(), "1".to_owned())]);
    }
}
