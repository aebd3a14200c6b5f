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
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let language = name.strip_prefix("lesson.").and_then(|name| name.strip_suffix(".md")).unwrap_or("en");
        let its = site.join("lessons").join(&lesson.id).join(format!("lesson.{language}.md"));
        if its.canonicalize().ok() != file.canonicalize().ok() {
            return Err(NativeError::Untrue { path: file.to_owned(), wrong: format!("it is not {}", its.display()) });
        }
        prove(file, &lesson, language, site)?;
    }
    let files = [lesson.to_json(), modes.to_json()];
    screen::say(&files.map(|json| String::from_utf8_lossy(&json).into_owned()).join("\n"))
}

fn prove(file: &Path, lesson: &Lesson, language: &str, site: &Path) -> Result<(), NativeError> {
    let outside = Outside::new(Site::new(site), Arc::default());
    let mut session = Session::new(Box::new(outside), Box::new(Modules::default()), false);
    let mut refused = None;
    let open = Ask::Open { lesson: lesson.id.clone(), language: language.to_owned(), saved: None };
    session.ask(open, &mut |tell| {
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
