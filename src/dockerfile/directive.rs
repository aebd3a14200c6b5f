//! Parser directives: `# name=value` above everything else.
//! <https://docs.docker.com/reference/dockerfile/#parser-directives>

use serde_json::Value;

/// What white space is in the pattern of a directive.
const BLANK: [char; 5] = [' ', '\t', '\n', '\u{c}', '\r'];

/// Reads directives line by line until something else comes.
#[derive(Debug, Default)]
pub(super) struct Directives {
    done: bool,
    seen: Vec<&'static str>,
}

/// A directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// `syntax`, `escape` or `check`.
    pub name: &'static str,
    /// Without the blanks around it.
    pub value: String,
}

/// The name of a directive that stands there twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repeated(pub &'static str);

impl Directives {
    /// The directive on `line`, if there is one and only directives came before.
    pub(super) fn read(&mut self, line: &str, comment: &str) -> Result<Option<Directive>, Repeated> {
        let found = if self.done { None } else { line.strip_prefix(comment).and_then(directive) };
        let Some(found) = found else {
            self.done = true;
            return Ok(None);
        };
        if self.seen.contains(&found.name) {
            return Err(Repeated(found.name));
        }
        self.seen.push(found.name);
        Ok(Some(found))
    }
}

/// The value of the directive `name` in a whole text, as the frontend reads it.
pub(super) fn find(name: &str, text: &str) -> Option<String> {
    find_after("#", name, without_head(text)).map(|(value, _)| value)
}

/// The frontend a text asks for, and on which line: `# syntax=…`,
/// `// syntax=…`, or the member `syntax` of a text that is a JSON object.
pub(super) fn syntax(text: &str) -> Option<(String, u32)> {
    let body = without_head(text);
    let written = find_after("#", "syntax", body).or_else(|| find_after("//", "syntax", body));
    let (value, line) = written.or_else(|| match serde_json::from_slice(body.as_bytes()) {
        Ok(Value::Object(object)) => object.get("syntax").and_then(Value::as_str).map(|value| (value.to_owned(), 1)),
        _ => None,
    })?;
    let above = u32::from(text.trim_start_matches('\u{feff}').len() != body.len());
    Some((value.split(' ').next().unwrap_or_default().to_owned(), line + above))
}

/// The value of the directive `name` that a comment above an instruction is, if it is that one.
pub(super) fn in_comment(name: &str, comment: &str) -> Option<String> {
    directive(comment).filter(|found| found.name == name).map(|found| found.value)
}

fn find_after(comment: &str, name: &str, text: &str) -> Option<(String, u32)> {
    let mut directives = Directives::default();
    for (number, line) in (1..).zip(text.lines()) {
        match directives.read(line, comment) {
            Ok(Some(found)) if found.name == name => return Some((found.value, number)),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return None,
        }
    }
    None
}

/// The text without a byte order mark and a `#!` line.
fn without_head(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if first.starts_with("#!") { rest } else { text }
}

/// `name = value` with a known name, whatever its case.
fn directive(text: &str) -> Option<Directive> {
    let text = text.trim_start();
    let (name, value) = text.split_once('=')?;
    let name = name.trim_end_matches(BLANK);
    let name = ["syntax", "escape", "check"].into_iter().find(|known| name.eq_ignore_ascii_case(known))?;
    let bare = value.trim_matches(BLANK);
    // Nothing but blanks is a value too: the last of them.
    let value = if bare.is_empty() { value.get(value.len().checked_sub(1)?..)? } else { bare };
    Some(Directive { name, value: value.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_stand_above_everything_else() {
        let table = [
            ("#check=skip=all // all\nFROM a", Some("skip=all // all")),
            ("#!/bin/sh\n# Check = error=true  \n", Some("error=true")),
            ("\u{feff}# escape=`\r\n# check=x\r\n", Some("x")),
            ("# a note\n# check=x", None),
            ("\n# check=x", None),
            (" # check=x", None),
            ("// check=x", None),
            ("# check=", None),
        ];
        for (text, expected) in table {
            assert_eq!(find("check", text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_frontend_is_asked_for_in_three_ways() {
        let table = [
            ("# syntax = docker/dockerfile:1 # why\nFROM a", Some(("docker/dockerfile:1", 1))),
            ("# escape=`\n# syntax=x", Some(("x", 2))),
            ("//syntax=mine\n//key=value", Some(("mine", 1))),
            ("#!/bin/sh\n//syntax=x", Some(("x", 2))),
            ("{\"syntax\": \"mine\", \"more\": [1]}", Some(("mine", 1))),
            ("{\"syntax\": \"mine\"}\n# syntax=other", None),
            ("{\"syntax\": 1}", None),
            ("FROM a\n# syntax=late", None),
        ];
        for (text, expected) in table {
            let found = syntax(text);
            assert_eq!(found.as_ref().map(|(value, line)| (value.as_str(), *line)), expected, "{text:?}");
        }
    }

    #[test]
    fn a_directive_stands_there_once() {
        let mut directives = Directives::default();
        let first = directives.read("# escape=`", "#").expect("the first");
        assert_eq!(first, Some(Directive { name: "escape", value: "`".to_owned() }));
        assert_eq!(directives.read("# ESCAPE=`", "#"), Err(Repeated("escape")));
    }
}
