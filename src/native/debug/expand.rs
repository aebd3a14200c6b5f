//! Words of a Dockerfile, resolved.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::answer_lines;
use crate::dockerfile::{ExpandError, Expander};
use crate::native::NativeError;

#[derive(Deserialize)]
struct Question {
    word: String,
    #[serde(default)]
    env: Environment,
    #[serde(default)]
    words: bool,
    #[serde(default = "backslash")]
    escape: char,
}

/// An object, or a list of `NAME=value`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Environment {
    Object(BTreeMap<String, String>),
    List(Vec<String>),
}

impl Default for Environment {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

fn backslash() -> char {
    '\\'
}

pub(super) fn run(words: &[String]) -> Result<i32, NativeError> {
    answer_lines("expand", words, |question: Question| answer(question).map_err(|error| error.to_string()))
}

fn answer(question: Question) -> Result<Value, ExpandError> {
    let Question { word, env, words, escape } = question;
    let env: BTreeMap<String, String> = match env {
        Environment::Object(env) => env,
        Environment::List(pairs) => pairs.iter().map(|pair| split(pair)).collect(),
    };
    let expanded = Expander { escape, lookup: &|name| env.get(name).cloned() }.process(&word)?;
    Ok(if words { json!({ "result": expanded.words }) } else { json!({ "result": expanded.text }) })
}

/// A name alone has an empty value.
fn split(pair: &str) -> (String, String) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (name.to_owned(), value.to_owned())
}
