//! Patterns of a `.dockerignore`, tried on a path.

use serde::Deserialize;
use serde_json::json;

use super::answer_lines;
use crate::dockerfile::Ignore;
use crate::native::NativeError;

#[derive(Deserialize)]
struct Question {
    patterns: Vec<String>,
    path: String,
}

pub(super) fn run(words: &[String]) -> Result<i32, NativeError> {
    answer_lines("ignore", words, |Question { patterns, path }| {
        let ignore = Ignore::of_patterns(&patterns).map_err(|error| error.to_string())?;
        let ignored = ignore.matches(&path).map_err(|error| error.to_string())?;
        Ok(json!({ "ignored": ignored }))
    })
}
