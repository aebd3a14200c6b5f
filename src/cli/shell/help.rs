//! `help` and `clear`: the prompt about itself.

use super::WORDS;
use crate::cli::{Desk, Failure, Flow};

pub fn run(_: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let own = WORDS.iter().map(|word| (format!("{} {}", word.name, word.usage), word.about));
    let others = [
        ("docker COMMAND".to_owned(), "Images, containers, registries; `docker help` has its own list"),
        ("registry COMMAND".to_owned(), "Run the registries of this lab; `registry help` has its own list"),
    ];
    let rows: Vec<(String, &str)> = own.chain(others).collect();
    let width = rows.iter().map(|(typed, _)| typed.len()).max().unwrap_or(0);
    desk.terminal.lines(rows.iter().map(|(typed, about)| format!("  {typed:width$}  {about}")));
    desk.terminal.lines([
        "",
        "Between commands: `&&`, `||`, `;`, `|`. Around them: `<`, `>`, `>>`, `2>`, `$NAME`, `$?`, `$(…)`, `*`.",
    ]);
    Ok(Flow::Done(0))
}

pub fn clear(_: &[String], _: &mut Desk<'_>) -> Result<Flow, Failure> {
    Ok(Flow::Clear)
}
