//! `docker buildx imagetools inspect`: what a name means at its registry.

use bytes::Bytes;

use super::{failed, location, place, view};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::Direction;
use crate::oci::{Descriptor, Reference, children};
use crate::template::Template;
use crate::transfer::Client;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["buildx imagetools inspect"],
    usage: "[OPTIONS] NAME",
    about: "Show details of an image in the registry",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::value("format", None, "Format the output using the given Go template").defaults_to("{{.Manifest}}"),
        Flag::switch("raw", None, "Show original, unformatted JSON manifest"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let format = parsed.value("format").unwrap_or_default();
    if !format.is_empty() && parsed.has("raw") {
        return Err(failed("format and raw cannot be used together"));
    }
    let reference = location(&parsed.arguments[0])?;
    let credentials = place(&reference, desk).credentials;
    let Desk { wire, terminal, .. } = desk;
    let mut client = Client::new(&reference, Direction::Pull, credentials.as_ref());
    let mut remote = client.over(wire);
    let (root, bytes) = remote.look_up(&mut |event| terminal.event(event)).map_err(failed)?;
    if parsed.has("raw") {
        terminal.text(&bytes);
    } else if format.is_empty() || is_whole_manifest(format) {
        terminal.lines(lines(&reference, &root, &bytes)?);
    } else {
        let template = Template::parse(format).map_err(failed)?;
        let typed = &parsed.arguments[0];
        let (document, shape) =
            view::view(typed, format, &root, &bytes, &mut remote, &mut |event| terminal.event(event))?;
        let mut out = String::new();
        let filled = template.execute(&document, &shape, &mut out);
        if !out.is_empty() {
            terminal.lines(out.split('\n'));
        }
        filled.map_err(failed)?;
    }
    Ok(Flow::Done(0))
}

/// `{{.Manifest}}`, with or without spaces: it is laid out and not printed as Go would.
fn is_whole_manifest(format: &str) -> bool {
    let inside = format.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    inside.is_some_and(|inside| inside.trim() == ".Manifest")
}

/// Cells of one column, padded to the widest of those that stand together.
type Rows = Vec<(String, String)>;

fn lines(reference: &Reference, root: &Descriptor, bytes: &Bytes) -> Result<Vec<String>, Failure> {
    let row = |name: &str, value: &dyn std::fmt::Display| (name.to_owned(), value.to_string());
    let mut lines =
        aligned(&vec![row("Name:", reference), row("MediaType:", &root.media_type), row("Digest:", &root.digest)]);
    if !root.media_type.is_index() {
        return Ok(lines);
    }
    lines.extend(aligned(&vec![row("", &""), row("Manifests:", &"")]));
    let mut rows = Rows::new();
    for (at, manifest) in children(&root.media_type, bytes).map_err(failed)?.iter().enumerate() {
        if at > 0 {
            rows.push(row("", &""));
        }
        let name = Reference { digest: Some(manifest.digest), ..reference.clone() };
        rows.push(row("  Name:", &name));
        rows.push(row("  MediaType:", &manifest.media_type));
        let Some(platform) = &manifest.platform else { continue };
        rows.push(row("  Platform:", platform));
        if !manifest.urls.is_empty() {
            rows.push(row("  URLs:", &manifest.urls.join(", ")));
        }
        if !manifest.annotations.is_empty() {
            rows.push(row("  Annotations:", &""));
            lines.extend(aligned(&std::mem::take(&mut rows)));
            let annotations = manifest.annotations.iter().map(|(key, value)| row(&format!("    {key}:"), value));
            lines.extend(aligned(&annotations.collect()));
        }
    }
    lines.extend(aligned(&rows));
    Ok(lines)
}

/// As Go's `tabwriter` writes them; an empty value leaves the padding.
fn aligned(rows: &Rows) -> Vec<String> {
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0) + 1;
    rows.iter().map(|(name, value)| format!("{name:width$}{value}")).collect()
}
