//! `docker images`: the names on this machine and what they mean.

mod classic;
mod filter;
mod tree;

use super::FORMAT;
use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb, help};
use crate::host::Host;
use crate::text::quoted;

pub use classic::{LISTING, first_row};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["images", "image ls", "image list"],
    usage: "[OPTIONS] [REPOSITORY[:TAG]]",
    about: "List images",
    arguments: Arguments::AtMost(1),
    flags: &[
        Flag::switch("all", Some('a'), "Show all images (default hides intermediate and dangling images)"),
        Flag::switch("digests", None, "Show digests"),
        Flag::filter("Filter output based on conditions provided"),
        Flag::value("format", None, FORMAT),
        Flag::switch("no-trunc", None, "Don't truncate output"),
        Flag::switch("quiet", Some('q'), "Only show image IDs"),
        Flag::switch("tree", None, "List multi-platform images as a tree (EXPERIMENTAL)"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let old_view = old_view(parsed)?;
    let mut filters = Filters::read(parsed, &filter::KNOWN)?;
    let name = parsed.arguments.first().map(String::as_str).filter(|name| !name.is_empty());
    if let Some(name) = name {
        filters.add("reference", name);
    }
    let now = desk.wire.now();
    let listed = filter::listed(&desk.machine.engine, &filters, parsed.has("all"), now)?;
    if old_view {
        desk.terminal.lines(classic::lines(parsed, &listed, now)?);
    } else {
        desk.terminal.lines(tree::lines(&listed, parsed.has("tree"), desk.terminal.tty));
    }
    if let Some(word) = name.filter(|word| listed.is_empty() && parsed.command == "images" && is_command(word)) {
        let hint = format!("No images found matching {}: did you mean \"docker image {word}\"?", quoted(word));
        desk.terminal.err(hint);
    }
    Ok(Flow::Done(0))
}

/// Whether the table of docker before 29 is asked for.
fn old_view(parsed: &Parsed<'_>) -> Result<bool, Failure> {
    let format = parsed.value("format").is_some_and(|format| !format.is_empty());
    let asked = [
        (parsed.has("quiet"), "--quiet"),
        (parsed.has("no-trunc"), "--no-trunc"),
        (parsed.has("digests"), "--show-digest"),
        (format, "--format"),
    ];
    match asked.into_iter().find(|(given, _)| *given) {
        Some((_, flag)) if parsed.has("tree") => Err(Failure::new(format!("{flag} is not yet supported with --tree"))),
        found => Ok(found.is_some()),
    }
}

/// Words that somebody types who means `docker image WORD`.
fn is_command(word: &str) -> bool {
    word == "list" || word == "import" || help::members("image").iter().any(|(name, _)| name == word)
}
