//! Which names of which images `--filter` and `-a` leave.

use crate::cli::Failure;
use crate::cli::filters::Filters;
use crate::cli::moment::moment;
use crate::dockerfile::Glob;
use crate::engine::{Engine, Summary};
use crate::oci::{Reference, Timestamp};

/// The filters the daemon knows.
pub const KNOWN: [&str; 7] = ["before", "dangling", "label", "label!", "reference", "since", "until"];

/// One image and the names of it that are listed.
pub struct Listed {
    /// The image.
    pub summary: Summary,
    /// Sorted; none if it is untagged.
    pub names: Vec<Reference>,
}

impl Listed {
    /// When it was made.
    pub fn created(&self) -> Option<Timestamp> {
        self.summary.config().and_then(|config| config.created)
    }
}

/// The images that are left, newest first.
pub fn listed(engine: &Engine, filters: &Filters, all: bool, now: Timestamp) -> Result<Vec<Listed>, Failure> {
    let bounds = Bounds::of(engine, filters, now)?;
    let dangling = filters.truth("dangling")?;
    // Docker's client hides the untagged unless it is asked for them in so many words.
    let hides_untagged = !all && filters.values("dangling").all(|value| value == "false");
    let listed = engine.summaries().into_iter().filter_map(|summary| {
        let names = names_of(&summary);
        let is_dangling = names.is_empty();
        let mut listed = Listed { summary, names };
        let fits = !(is_dangling && (hides_untagged || filters.has("reference")))
            && dangling.is_none_or(|wanted| wanted == is_dangling)
            && bounds.fit(listed.created())
            && filters.fit_labels(|key| listed.summary.config()?.config.labels.get(key).cloned());
        if filters.has("reference") {
            listed.names.retain(|name| filters.values("reference").any(|pattern| matches(pattern, name)));
        }
        (fits && (is_dangling || !listed.names.is_empty())).then_some(listed)
    });
    Ok(listed.collect())
}

/// Its names; where a repository has a tag, the digests that are names too are no rows of their own.
fn names_of(summary: &Summary) -> Vec<Reference> {
    let names: Vec<Reference> = summary.names.iter().filter_map(|name| name.parse().ok()).collect();
    let is_tagged = |repository: &str| names.iter().any(|name| name.tag.is_some() && name.repository() == repository);
    names.iter().filter(|name| name.tag.is_some() || !is_tagged(&name.repository())).cloned().collect()
}

/// Whether a name, familiar or whole, with or without its tag, fits a pattern.
fn matches(pattern: &str, name: &Reference) -> bool {
    let glob = Glob::of_copy(pattern);
    let whole = name.clone().tagged().to_string();
    [name.familiar(), name.familiar_name(), whole, name.repository()]
        .iter()
        .any(|target| glob.matches(target).unwrap_or(false))
}

/// Moments between which an image was made.
#[derive(Default)]
struct Bounds {
    before: Vec<Timestamp>,
    since: Vec<Timestamp>,
}

impl Bounds {
    fn of(engine: &Engine, filters: &Filters, now: Timestamp) -> Result<Self, Failure> {
        let made = |name: &str| -> Result<Timestamp, Failure> {
            let root = engine.find_image(name).map_err(Failure::daemon)?;
            Ok(engine.summary(&root).config().and_then(|config| config.created).unwrap_or_default())
        };
        let wrong = |reason| Failure::daemon(format!("invalid value for 'until' filter: {reason}"));
        let mut before: Vec<Timestamp> = filters.values("before").map(made).collect::<Result<_, _>>()?;
        for until in filters.values("until") {
            before.push(moment(until, now).map_err(wrong)?);
        }
        Ok(Self { before, since: filters.values("since").map(made).collect::<Result<_, _>>()? })
    }

    fn fit(&self, created: Option<Timestamp>) -> bool {
        let Some(created) = created else { return self.before.is_empty() && self.since.is_empty() };
        self.before.iter().all(|bound| created < *bound) && self.since.iter().all(|bound| created > *bound)
    }
}
