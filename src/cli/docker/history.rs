//! `docker history`: which instruction made what, newest first.

use serde_json::{Value, json};

use super::{FORMAT, platform};
use crate::cli::flags::Parsed;
use crate::cli::format::Listing;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{Engine, Image};
use crate::host::Host;
use crate::oci::{HistoryEntry, Timestamp};
use crate::text::units;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["history", "image history"],
    usage: "[OPTIONS] IMAGE",
    about: "Show the history of an image",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::value("format", None, FORMAT),
        Flag::switch("human", Some('H'), "Print sizes and dates in human readable format").defaults_to("true"),
        Flag::switch("no-trunc", None, "Don't truncate output"),
        Flag::value(
            "platform",
            None,
            "Show history for the given platform. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")",
        ),
        Flag::switch("quiet", Some('q'), "Only show image IDs"),
    ],
    run,
};

const LISTING: Listing = Listing {
    types: &[("", "*image.historyContext")],
    headers: &[
        ("ID", "IMAGE"),
        ("CreatedSince", "CREATED"),
        ("CreatedAt", "CREATED AT"),
        ("CreatedBy", "CREATED BY"),
        ("Size", "SIZE"),
        ("Comment", "COMMENT"),
    ],
};

/// Characters of an instruction that are shown.
const CREATED_BY: usize = 45;

/// The last second of the time in which docker believes nobody built an image: the year 2000 began with it.
const EPOCH: u64 = 946_684_800;

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let root = engine.find_image(&parsed.arguments[0]).map_err(Failure::daemon)?;
    let invalid = |failure: Failure| Failure::new(format!("invalid platform: {}", failure.text()));
    let image = match platform::one(parsed).map_err(invalid)? {
        Some(platform) => engine.image_for(&root, &platform, &parsed.arguments[0]).map_err(Failure::daemon)?,
        None => engine.image(&root).map_err(Failure::daemon)?,
    };
    let style =
        Style { whole: parsed.has("no-trunc"), human: parsed.value("human") != Some("false"), now: desk.wire.now() };
    let rows = rows(engine, &image, &style);
    let format = match parsed.value("format").filter(|format| !format.is_empty()).unwrap_or("table") {
        "table" if parsed.has("quiet") => "{{.ID}}".to_owned(),
        "table" => {
            let created = if style.human { "CreatedSince" } else { "CreatedAt" };
            format!("table {{{{.ID}}}}\t{{{{.{created}}}}}\t{{{{.CreatedBy}}}}\t{{{{.Size}}}}\t{{{{.Comment}}}}")
        }
        format => format.to_owned(),
    };
    desk.terminal.lines(LISTING.lines(&format, &rows)?);
    Ok(Flow::Done(0))
}

/// How ids, times and sizes are written.
struct Style {
    whole: bool,
    human: bool,
    now: Timestamp,
}

/// One row an instruction, newest first; only the newest is an image that is here.
fn rows(engine: &Engine, image: &Image, style: &Style) -> Vec<Value> {
    let mut sizes = engine.layer_rooms(image).into_iter();
    let sized: Vec<(&HistoryEntry, u64)> = image
        .config
        .history
        .iter()
        .map(|entry| (entry, if entry.empty_layer { 0 } else { sizes.next().unwrap_or(0) }))
        .collect();
    let digest = &image.root.digest;
    let id = if style.whole { digest.to_string() } else { digest.short() };
    let ids = std::iter::once(id).chain(std::iter::repeat("<missing>".to_owned()));
    sized.into_iter().rev().zip(ids).map(|((entry, size), id)| style.row(entry, size, &id)).collect()
}

impl Style {
    fn row(&self, entry: &HistoryEntry, size: u64, id: &str) -> Value {
        let created = entry.created.unwrap_or_default();
        let at = Timestamp::from_seconds(created.seconds()).to_string();
        let since = match created.seconds() {
            _ if !self.human => at.clone(),
            seconds if seconds <= EPOCH => "N/A".to_owned(),
            _ => format!("{} ago", units::age(self.now.since(created))),
        };
        json!({
            "ID": id,
            "CreatedAt": at,
            "CreatedSince": since,
            "CreatedBy": self.shortened(&entry.created_by.replace('\t', " ")),
            "Size": if self.human { units::size(size) } else { size.to_string() },
            "Comment": entry.comment,
        })
    }

    fn shortened(&self, text: &str) -> String {
        if self.whole { text.to_owned() } else { crate::text::shortened(text, CREATED_BY) }
    }
}
