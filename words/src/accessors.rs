//! Rust's side of the messages: who calls one that is not there, or fills it otherwise
//! than it wants, is told by the compiler.

use std::fmt::Write;

use super::{Argument, Message};

/// The functions, and how many there are.
pub fn accessors(messages: &[Message]) -> String {
    let mut code = format!("/// How many messages there are.\nconst COUNT: usize = {};\n", messages.len());
    for (index, message) in messages.iter().enumerate() {
        accessor(&mut code, index, message);
    }
    code
}

fn accessor(code: &mut String, index: usize, message: &Message) {
    let (line, name) = (&message.line, rust(&message.name));
    let arguments = &message.arguments;
    let (result, body) = if arguments.is_empty() {
        ("&'static str", format!("said({index})"))
    } else {
        let given: Vec<String> = arguments.iter().map(|argument| format!("{}.into()", rust(&argument.name))).collect();
        ("String", format!("filled({index}, &[{}])", given.join(", ")))
    };
    let lifetime = if arguments.iter().all(|argument| argument.is_counted) { "" } else { "<'a>" };
    let taken: Vec<String> = arguments.iter().map(taken).collect();
    let taken = taken.join(", ");
    let _ = write!(code, "\n/// `{line}`\npub(crate) fn {name}{lifetime}({taken}) -> {result} {{\n    {body}\n}}\n");
}

fn taken(argument: &Argument) -> String {
    let kind = if argument.is_counted { "usize" } else { "impl Into<Argument<'a>>" };
    format!("{}: {kind}", rust(&argument.name))
}

fn rust(name: &str) -> String {
    name.replace('-', "_")
}
