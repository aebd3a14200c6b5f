//! The table of docker before 29, and `--format`.
//! <https://github.com/docker/cli/blob/v29.0.0/cli/command/formatter/image.go>

use serde_json::{Value, json};

use super::filter::Listed;
use crate::cli::Failure;
use crate::cli::flags::Parsed;
use crate::cli::format::{Listing, is_table};
use crate::engine::Summary;
use crate::oci::{Reference, Timestamp};
use crate::text::units;

/// The list.
pub const LISTING: Listing = Listing {
    types: &[("", "*formatter.imageContext")],
    headers: &[
        ("ID", "IMAGE ID"),
        ("Repository", "REPOSITORY"),
        ("Tag", "TAG"),
        ("Digest", "DIGEST"),
        ("CreatedSince", "CREATED"),
        ("CreatedAt", "CREATED AT"),
        ("Size", "SIZE"),
        ("Containers", "CONTAINERS"),
        ("SharedSize", "SHARED SIZE"),
        ("UniqueSize", "UNIQUE SIZE"),
    ],
};

const NONE: &str = "<none>";

/// The lines that the flags ask for.
pub fn lines(parsed: &Parsed<'_>, listed: &[Listed], now: Timestamp) -> Result<Vec<String>, Failure> {
    let format = format(parsed);
    let digests = parsed.has("digests") || format.contains("{{.Digest}}");
    let listed = listed.iter().flat_map(|listed| rows(&listed.summary, &listed.names, digests));
    let rows: Vec<Value> = listed.map(|row| row.fields(!parsed.has("no-trunc"), now)).collect();
    LISTING.lines(&format, &rows)
}

fn format(parsed: &Parsed<'_>) -> String {
    let (quiet, digests) = (parsed.has("quiet"), parsed.has("digests"));
    let created = "{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}";
    match parsed.value("format").filter(|format| !format.is_empty()).unwrap_or("table") {
        "table" if quiet => "{{.ID}}".to_owned(),
        "table" => {
            let digest = if digests { "{{.Digest}}\t" } else { "" };
            format!("table {{{{.Repository}}}}\t{{{{.Tag}}}}\t{digest}{{{{.ID}}}}\t{created}\t{{{{.Size}}}}")
        }
        "raw" if quiet => "image_id: {{.ID}}".to_owned(),
        "raw" => {
            let digest = if digests { "digest: {{.Digest}}\n" } else { "" };
            format!(
                "repository: {{{{ .Repository }}}}\ntag: {{{{.Tag}}}}\n{digest}image_id: {{{{.ID}}}}\n\
                 created_at: {{{{.CreatedAt}}}}\nvirtual_size: {{{{.Size}}}}\n"
            )
        }
        format if is_table(format) && digests && !format.contains("{{.Digest}}") => {
            format!("{format}\t{{{{.Digest}}}}")
        }
        format => format.to_owned(),
    }
}

/// The fields of an image under its first name.
pub fn first_row(summary: &Summary, short: bool, now: Timestamp) -> Value {
    let names: Vec<Reference> = summary.names.iter().filter_map(|name| name.parse().ok()).collect();
    let mut rows = rows(summary, &names, false);
    rows.swap_remove(0).fields(short, now)
}

/// One line of the table: an image under one of its names.
struct Row<'s> {
    summary: &'s Summary,
    repository: String,
    tag: String,
    digest: String,
}

/// One row a name, or one for an image without names. Docker knows a digest
/// only for the repository of the last name.
fn rows<'s>(summary: &'s Summary, names: &[Reference], digests: bool) -> Vec<Row<'s>> {
    let none = || NONE.to_owned();
    if names.is_empty() {
        return vec![Row { summary, repository: none(), tag: none(), digest: none() }];
    }
    let last = names.last().map(Reference::repository);
    let row = |name: &Reference| {
        let known = digests && last == Some(name.repository());
        let digest = if known { summary.root.digest.to_string() } else { none() };
        Row { summary, repository: name.familiar_name(), tag: name.tag.clone().unwrap_or_else(none), digest }
    };
    names.iter().map(row).collect()
}

impl Row<'_> {
    /// Its fields; ids short or whole.
    fn fields(&self, short: bool, now: Timestamp) -> Value {
        let digest = &self.summary.root.digest;
        let created = self.summary.config().and_then(|config| config.created).unwrap_or_default();
        let image = self.summary.image.as_ref();
        json!({
            "ID": if short { digest.short() } else { digest.to_string() },
            "Repository": self.repository,
            "Tag": self.tag,
            "Digest": self.digest,
            "CreatedSince": format!("{} ago", units::age(now.since(created))),
            "CreatedAt": created.in_go(),
            "Size": units::size(self.summary.disk_usage()),
            "Containers": image.map_or_else(|| "N/A".to_owned(), |_| self.summary.containers().to_string()),
            "SharedSize": "N/A",
            "UniqueSize": "N/A",
        })
    }
}
