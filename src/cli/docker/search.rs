//! `docker search`: what the page's own `docker.io` really has.

use serde_json::{Value, json};

use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::format::Listing;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::text::{quoted, shortened};
use crate::transfer::{Offered, search};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["search"],
    usage: "[OPTIONS] TERM",
    about: "Search Docker Hub for images",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::filter("Filter output based on conditions provided"),
        Flag::value("format", None, "Pretty-print search using a Go template"),
        Flag::value("limit", None, "Max number of search results").of("int"),
        Flag::switch("no-trunc", None, "Don't truncate output"),
    ],
    run,
};

const LISTING: Listing = Listing {
    types: &[("", "*registry.searchContext")],
    headers: &[("Name", "NAME"), ("Description", "DESCRIPTION"), ("StarCount", "STARS"), ("IsOfficial", "OFFICIAL")],
};

const TABLE: &str = "table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}";

/// Characters of a description that are shown.
const DESCRIPTION: usize = 45;

/// Results when no limit is given, and the most one may ask for.
const LIMIT: u64 = 25;
const MOST: u64 = 100;

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let filters = Filters::read(parsed, &["is-automated", "is-official", "stars"])?;
    if filters.has("is-automated") {
        desk.terminal.err(
            "WARNING: the \"is-automated\" filter is deprecated, and searching for \"is-automated=true\" will not \
             yield any results in future.",
        );
    }
    let wanted = Wanted::of(&filters)?;
    let term = &parsed.arguments[0];
    if term.contains("://") {
        let message = format!("invalid repository name: repository name ({term}) should not have a scheme");
        return Err(Failure::daemon(message));
    }
    let limit = limit(parsed.number("limit").unwrap_or(0))?;
    let Desk { wire, terminal, .. } = desk;
    let offered = search(term, limit, wire, &mut |event| terminal.event(event)).map_err(Failure::daemon)?;
    let (short, format) = (!parsed.has("no-trunc"), parsed.value("format").unwrap_or_default());
    let rows = offered.iter().filter(|offered| wanted.fits(offered));
    let rows: Vec<Value> = rows.map(|offered| row(offered, short, format == "json")).collect();
    let format = if matches!(format, "" | "table") { TABLE } else { format };
    desk.terminal.lines(LISTING.lines(format, &rows)?);
    Ok(Flow::Done(0))
}

fn limit(asked: i64) -> Result<u64, Failure> {
    match u64::try_from(asked) {
        Ok(0) => Ok(LIMIT),
        Ok(limit) if limit <= MOST => Ok(limit),
        _ => Err(Failure::daemon(format!("limit {asked} is outside the range of [1, {MOST}]"))),
    }
}

/// Which results are shown.
struct Wanted {
    automated: bool,
    official: Option<bool>,
    stars: u64,
}

impl Wanted {
    fn of(filters: &Filters) -> Result<Self, Failure> {
        let mut wanted = Self {
            automated: filters.truth("is-automated")? == Some(true),
            official: filters.truth("is-official")?,
            stars: 0,
        };
        for stars in filters.values("stars") {
            let wrong = |_| {
                let reason = format!("strconv.Atoi: parsing {}: invalid syntax", quoted(stars));
                Failure::daemon(format!("invalid filter 'stars={stars}': {reason}"))
            };
            let least: i64 = stars.parse().map_err(wrong)?;
            wanted.stars = wanted.stars.max(u64::try_from(least).unwrap_or(0));
        }
        Ok(wanted)
    }

    /// No image is built automatically any more.
    fn fits(&self, offered: &Offered) -> bool {
        let official = self.official.is_none_or(|wanted| wanted == offered.is_official);
        !self.automated && official && offered.star_count >= self.stars
    }
}

fn row(offered: &Offered, short: bool, as_json: bool) -> Value {
    let description = offered.description.replace(['\n', '\r'], " ");
    let official = match (offered.is_official, as_json) {
        (true, true) => "true",
        (true, false) => "[OK]",
        (false, true) => "false",
        (false, false) => "",
    };
    json!({
        "Name": offered.name,
        "Description": if short { shortened(&description, DESCRIPTION) } else { description },
        "StarCount": offered.star_count.to_string(),
        "IsOfficial": official,
    })
}
