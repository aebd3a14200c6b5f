//! `cat`: files as they are; the terminal shows only text.

use super::reading::{flags, read};
use crate::cli::{Desk, Failure, Flow};

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (_, files) = flags("cat", "", arguments)?;
    let bytes = read("cat", files, desk)?;
    if desk.terminal.write.is_none() && std::str::from_utf8(&bytes).is_err() {
        let what = files.first().map_or("-", String::as_str);
        return Err(Failure::new(format!("cat: {what}: {} bytes that are not text", bytes.len())));
    }
    desk.terminal.text(&bytes);
    Ok(Flow::Done(0))
}
