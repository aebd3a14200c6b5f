//! `drydock lesson`: reads a lesson as its author wrote it, says what is wrong
//! with it, or prints it as a site carries it.

use std::path::Path;

use super::{NativeError, screen};
use crate::course::Lesson;

/// Prints the lesson in `file` as JSON.
pub fn print(file: &Path) -> Result<i32, NativeError> {
    let unreadable = |source| NativeError::File { path: file.to_owned(), source };
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let lesson = Lesson::read(&text).map_err(|source| NativeError::Lesson { path: file.to_owned(), source })?;
    screen::say(&String::from_utf8_lossy(&lesson.to_json()))
}
