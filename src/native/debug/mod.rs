//! `drydock debug`: the plumbing, one small tool a file, for tests and
//! scripts. Most read one JSON object a line and answer each with one.

mod apply;
mod dockerfile;
mod expand;
mod ignore;
mod reference;
mod validate;
mod wasi;

use std::io::{self, BufRead};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{NativeError, screen};

/// A tool: its name, what follows it, what it is for, and what it does with
/// the words after its name.
struct Tool {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<i32, NativeError>,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "reference",
        usage: "",
        about: "{\"input\"} to {\"domain\",\"path\",\"tag\",\"digest\",\"familiar\",\"canonical\"}",
        run: reference::run,
    },
    Tool {
        name: "dockerfile",
        usage: "--ast|--json FILE",
        about: "The tree of a Dockerfile as BuildKit dumps it, or what it means as JSON",
        run: dockerfile::run,
    },
    Tool {
        name: "expand",
        usage: "",
        about: "{\"word\",\"env\",\"words\"} to {\"result\"}: a text, or with words true a list",
        run: expand::run,
    },
    Tool { name: "ignore", usage: "", about: "{\"patterns\",\"path\"} to {\"ignored\"}", run: ignore::run },
    Tool {
        name: "apply",
        usage: "[--base TAR] TAR -o TAR",
        about: "Lay a layer over an archive of files; what is left out is {\"path\",\"leftOut\"}",
        run: apply::run,
    },
    Tool {
        name: "validate",
        usage: "LAYOUT",
        about: "Check an OCI layout: {\"place\",\"digest\",…,\"problems\"} for each descriptor",
        run: validate::run,
    },
    Tool {
        name: "wasi",
        usage: "[--env K=V] [--dir HOST::GUEST] WASM …",
        about: "Run a program of WASI preview 1 on real folders; its exit code is passed on",
        run: wasi::run,
    },
];

/// Runs the tool that `words` name.
pub fn run(words: &[String]) -> Result<i32, NativeError> {
    let Some((name, rest)) = words.split_first() else { return screen::say(&help()) };
    match TOOLS.iter().find(|tool| tool.name == name) {
        Some(tool) => (tool.run)(rest),
        None => Err(usage(format!("unknown command: drydock debug {name}"))),
    }
}

fn help() -> String {
    let about = "Reads one JSON object a line, answers each with one; what is wrong is {\"error\"}";
    let line = |tool: &Tool| format!("  {:42}{}", format!("{} {}", tool.name, tool.usage), tool.about);
    let lines: Vec<String> = TOOLS.iter().map(line).collect();
    format!("Usage:  drydock debug COMMAND\n\n{about}\n\nCommands:\n{}", lines.join("\n"))
}

fn usage(message: impl Into<String>) -> NativeError {
    NativeError::Usage { message: message.into() }
}

/// Answers each line of standard input: with what `answer` says of it, or with `{"error"}`.
fn answer_lines<Q: DeserializeOwned>(
    name: &str,
    words: &[String],
    answer: impl Fn(Q) -> Result<Value, String>,
) -> Result<i32, NativeError> {
    if let Some(extra) = words.first() {
        return Err(usage(format!("'drydock debug {name}' takes no argument: {extra}")));
    }
    for line in io::stdin().lock().lines() {
        let line = line.map_err(NativeError::file(Path::new("-")))?;
        if line.trim().is_empty() {
            continue;
        }
        let asked = serde_json::from_str(&line).map_err(|error| format!("not a question: {error}"));
        let said = asked.and_then(&answer).unwrap_or_else(|error| json!({ "error": error }));
        screen::say(&said.to_string())?;
    }
    Ok(0)
}
