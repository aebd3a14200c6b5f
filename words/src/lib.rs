//! The words of an interface: one Fluent file a language, of which English is the source.
//! From that, code gets a function a message; from each, the page gets a line a message.
//! <https://projectfluent.org/fluent/guide/>
//!
//! Of Fluent a file may use what interfaces need: texts, `{ $arguments }`, quoted texts
//! and `{ $argument -> [variant] … *[other] … }`.

mod accessors;
mod pattern;

use std::collections::BTreeMap;

use fluent_syntax::ast::{Entry, Pattern};
use fluent_syntax::parser::parse;

use pattern::Compiler;
pub use pattern::{ARGUMENTS, Argument};

/// The source: what there is to say, and how English says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// In the order of the file.
    pub messages: Vec<Message>,
}

/// A message as English has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// As in the file: `go-to`.
    pub name: String,
    /// What it is filled with, in the order in which English first names it.
    pub arguments: Vec<Argument>,
    /// Its line, as [`Words::lines`] has it.
    pub line: String,
}

impl Words {
    /// Reads the source. An error lists all that is wrong with it.
    pub fn read(fluent: &str) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let mut said = BTreeMap::new();
        let mut messages = Vec::new();
        for (name, pattern) in entries(fluent)? {
            let mut compiler = Compiler::default();
            let line = compiler.line(&pattern);
            wrong.extend(compiler.wrong.iter().map(|what| format!("`{name}` {what}")));
            if let Some(other) = said.insert(line.clone(), name) {
                wrong.push(format!("`{name}` says what `{other}` says: \"{line}\""));
            }
            messages.push(Message { name: name.to_owned(), arguments: compiler.arguments, line });
        }
        if wrong.is_empty() { Ok(Self { messages }) } else { Err(wrong) }
    }

    /// What the page reads: a line a message, in the order of the source. An argument is
    /// `{0}`, a choice by an argument `{0one{a layer}{{0} layers}}`, its default last. Braces
    /// are never text, so that nothing needs an escape.
    pub fn lines(&self) -> String {
        joined(self.messages.iter().map(|message| message.line.clone()))
    }

    /// The same lines in another language. What it does not say yet stays English; what
    /// it says beyond the source, or fills otherwise, is wrong.
    pub fn lines_in(&self, fluent: &str) -> Result<String, Vec<String>> {
        let mut wrong = Vec::new();
        let mut lines: Vec<String> = self.messages.iter().map(|message| message.line.clone()).collect();
        for (name, pattern) in entries(fluent)? {
            let Some(at) = self.messages.iter().position(|message| message.name == name) else {
                wrong.push(format!("`{name}` is no message of the source"));
                continue;
            };
            let mut compiler = Compiler::given(&self.messages[at].arguments);
            lines[at] = compiler.line(&pattern);
            wrong.extend(compiler.wrong.iter().map(|what| format!("`{name}` {what}")));
        }
        if wrong.is_empty() { Ok(joined(lines)) } else { Err(wrong) }
    }

    /// Rust: a function a message, which needs `said` and `filled` beside it.
    pub fn accessors(&self) -> String {
        accessors::accessors(&self.messages)
    }
}

fn joined(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().map(|line| line + "\n").collect()
}

/// The messages of a file with their patterns, each once.
fn entries(fluent: &str) -> Result<Vec<(&str, Pattern<&str>)>, Vec<String>> {
    let line_of = |at: usize| 1 + fluent[..at].matches('\n').count();
    let resource = parse(fluent).map_err(|(_, errors)| {
        errors.iter().map(|error| format!("line {}: {error}", line_of(error.pos.start))).collect::<Vec<_>>()
    })?;
    let mut wrong = Vec::new();
    let mut found: Vec<(&str, Pattern<&str>)> = Vec::new();
    for entry in resource.body {
        match entry {
            Entry::Message(message) => {
                let name = message.id.name;
                if !message.attributes.is_empty() {
                    wrong.push(format!("`{name}` has attributes, which no message needs"));
                }
                if found.iter().any(|(known, _)| *known == name) {
                    wrong.push(format!("`{name}` is there twice"));
                }
                found.extend(message.value.map(|pattern| (name, pattern)));
            }
            Entry::Term(term) => wrong.push(format!("`-{}` is a term: say it in full", term.id.name)),
            _ => {}
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "\
# What it is for.
undo = Undo
stop-of = stop { $at } of { $branch }
layers = { $count ->
    [one] a layer
   *[other] { $count } layers
}
";

    fn english() -> Words {
        Words::read(ENGLISH).expect("it is sound")
    }

    fn wrong(fluent: &str) -> String {
        Words::read(fluent).expect_err("it is wrong").join("; ")
    }

    #[test]
    fn a_message_is_a_line() {
        assert_eq!(english().lines(), "Undo\nstop {0} of {1}\n{0one{a layer}{{0} layers}}\n");
    }

    #[test]
    fn what_is_counted_is_a_number() {
        let [.., layers] = &english().messages[..] else { panic!("there are three") };
        assert_eq!(layers.arguments, [Argument { name: "count".into(), is_counted: true }]);
    }

    #[test]
    fn another_language_keeps_the_order_of_the_source_and_lacks_nothing() {
        let lines = english().lines_in("stop-of = { $branch }, Halt { $at }\n").expect("it is sound");
        assert_eq!(lines, "Undo\n{1}, Halt {0}\n{0one{a layer}{{0} layers}}\n");
    }

    #[test]
    fn another_language_cannot_say_what_the_source_has_not() {
        for (fluent, why) in [
            ("redo = Wieder\n", "`redo` is no message of the source"),
            ("undo = Zurück { $at }\n", "`undo` names $at, which the source does not give"),
            ("layers = Schichten { $count ->\n    [one] { $counted }\n   *[other] x\n}\n", "$counted"),
        ] {
            let wrong = english().lines_in(fluent).expect_err(fluent).join("; ");
            assert!(wrong.contains(why), "{wrong}");
        }
    }

    #[test]
    fn nothing_is_said_twice() {
        assert_eq!(wrong("a = Undo\nb = Undo\n"), "`b` says what `a` says: \"Undo\"");
        assert_eq!(wrong("a = One\na = Two\n"), "`a` is there twice");
    }

    #[test]
    fn what_the_page_cannot_read_is_refused() {
        for (fluent, why) in [
            ("a = x { \"{\" }\n", "`a` has a brace in its text"),
            ("a = x { NUMBER($n) }\n", "`a` has a placeable"),
            ("-brand = Drydock\n", "`-brand` is a term"),
            ("a = x\n    .title = y\n", "`a` has attributes"),
            ("a = x\nb { }\n", "line 2"),
        ] {
            assert!(wrong(fluent).contains(why), "{}", wrong(fluent));
        }
    }

    #[test]
    fn a_text_of_several_lines_is_one() {
        let words = Words::read("a =\n    Two words,\n    and more.\n").expect("it is sound");
        assert_eq!(words.lines(), "Two words, and more.\n");
    }

    #[test]
    fn code_gets_a_function_a_message() {
        let code = english().accessors();
        for part in [
            "pub(crate) fn undo() -> &'static str {\n    said(0)\n}",
            "pub(crate) fn stop_of<'a>(at: impl Into<Argument<'a>>, branch: impl Into<Argument<'a>>) -> String {\n    filled(1, &[at.into(), branch.into()])\n}",
            "pub(crate) fn layers(count: usize) -> String {\n    filled(2, &[count.into()])\n}",
            "const COUNT: usize = 3;",
        ] {
            assert!(code.contains(part), "{code}");
        }
    }
}
