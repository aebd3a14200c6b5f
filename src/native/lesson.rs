//! `drydock lesson`: reads a lesson as its author wrote it, says what is wrong
//! with it, or prints it as a site carries it. With a site, everything the
//! lesson says is executed, so that its prose cannot drift from what happens.

use std::path::Path;
use std::sync::Arc;

use super::outside::Outside;
use super::{NativeError, Site, screen};
use crate::course::Lesson;
use crate::runtime::Modules;
use crate::session::{Ask, Session, Tell};

/// Prints the lesson in `file` as JSON and, on a second line, what it has for its further modes, after it was held to its word in the lab of `site`, if one is named.
pub fn print(file: &Path, site: Option<&Path>) -> Result<i32, NativeError> {
    let unreadable = |source| NativeError::File { path: file.to_owned(), source };
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let (lesson, modes) =
        Lesson::read(&text).map_err(|source| NativeError::Lesson { path: file.to_owned(), source })?;
    if let Some(site) = site {
        let its = site.join("lessons").join(&lesson.id).join("lesson.md");
        if its.canonicalize().ok() != file.canonicalize().ok() {
            return Err(NativeError::Untrue { path: file.to_owned(), wrong: format!("it is not {}", its.display()) });
        }
        prove(file, &lesson, site)?;
    }
    let files = [lesson.to_json(), modes.to_json()];
    screen::say(&files.map(|json| String::from_utf8_lossy(&json).into_owned()).join("\n"))
}

fn prove(file: &Path, lesson: &Lesson, site: &Path) -> Result<(), NativeError> {
    let outside = Outside::new(Site::new(site), Arc::default());
    let mut session = Session::new(Box::new(outside), Box::new(Modules::default()), false);
    let mut refused = None;
    session.ask(Ask::Open { lesson: lesson.id.clone(), saved: None }, &mut |tell| {
        if let Tell::Refused(reason) = tell {
            refused = Some(reason);
        }
    });
    let wrong = refused.map_or_else(|| session.prove(), Err);
    let wrong = wrong.unwrap_or_else(|reason| vec![reason]);
    if wrong.is_empty() {
        return Ok(());
    }
    Err(NativeError::Untrue { path: file.to_owned(), wrong: wrong.join("\n") })
}
