//! Why some bytes are there: the instruction that made them, the commands with
//! which they travelled or did not need to, and the rule for bytes like them.

use yew::{Html, html};

use super::context::Context;
use super::explorer;
use super::intent::Intent;
use super::view::{Column, Selection, View};
use crate::course::ProcessRow;
use crate::event::{BlobMove, Direction, Outcome};
use crate::oci::{Digest, MediaType};

/// The specification of what an image is made of.
const SPECIFICATION: &str = "https://github.com/opencontainers/image-spec/blob/v1.1.1/";

/// The answer to "why?" for a digest; `media_type` is what its bytes are.
#[inline(never)]
pub(super) fn origin(context: &Context<'_>, digest: &Digest, media_type: &MediaType) -> Html {
    let (words, page, title) = rule(media_type);
    let travels = travels(context.view, digest);
    let travel = |(row, moved): &(&ProcessRow, &BlobMove)| {
        let selection = Selection::Cell { row: row.number, column: Column::Result };
        html! {
            <li><button type="button" class="link" onclick={context.click(Intent::Select(selection))}>{ format!("Row {}", row.number) }</button>
                { format!(": {}", told(moved)) }</li>
        }
    };
    html! {
        <div class="because">
            <h3>{ "Why?" }</h3>
            { for made_by(context.view, digest).map(|line| html! { <p>{ "Made by " }<code translate="no">{ line }</code></p> }) }
            if !travels.is_empty() { <ul>{ for travels.iter().map(travel) }</ul> }
            <p>{ words }</p>
            <p><a href={format!("{SPECIFICATION}{page}")} target="_blank" rel="noreferrer">{ title }</a></p>
        </div>
    }
}

/// The instruction that made a layer, as its image notes it.
fn made_by(view: &View, digest: &Digest) -> Option<String> {
    let images = view.snapshot.machines.iter().flat_map(|machine| &machine.images);
    let layer = images.flat_map(|image| &image.layers).find(|layer| layer.blob.digest == *digest)?;
    Some(explorer::instruction(&layer.created_by).to_owned()).filter(|line| !line.is_empty())
}

/// The rows up to here in which it moved, or could have.
fn travels<'a>(view: &'a View, digest: &Digest) -> Vec<(&'a ProcessRow, &'a BlobMove)> {
    let here = view.history.position;
    let rows = view.trace.rows.iter().filter(|row| row.position.is_some_and(|position| position <= here));
    let moves = rows.flat_map(|row| row.result.moves.iter().map(move |moved| (row, moved)));
    moves.filter(|(_, moved)| moved.blob.digest == *digest && is_over(&moved.outcome)).collect()
}

fn is_over(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Moved | Outcome::AlreadyExists | Outcome::Mounted { .. })
}

fn told(moved: &BlobMove) -> String {
    let registry = &moved.registry;
    match (moved.direction, &moved.outcome) {
        (Direction::Push, Outcome::Moved) => format!("sent to {registry}"),
        (Direction::Push, Outcome::Mounted { from }) => format!("not sent: {registry} took it from {from}"),
        (Direction::Push, _) => format!("not sent: {registry} had it"),
        (Direction::Pull, Outcome::Moved) => format!("fetched from {registry}"),
        (Direction::Pull, _) => "not fetched: it was here".to_owned(),
    }
}

/// What bytes of a kind are for, and the page of the specification that says so.
fn rule(media_type: &MediaType) -> (&'static str, &'static str, &'static str) {
    match media_type {
        of if of.is_index() => (
            "An index names manifests by their digests: one for each platform, and what attests them. Another \
             manifest in it makes it another index, with another digest.",
            "image-index.md",
            "OCI image index",
        ),
        of if of.is_manifest() => (
            "A manifest names a configuration and layers by their digests, in order. A tag names a manifest, and \
             so, through it, every byte of an image.",
            "manifest.md",
            "OCI image manifest",
        ),
        of if of.is_layer() => (
            "A layer is a tar of what changed, compressed. Its digest is that of the compressed bytes, for these \
             travel; the diff id is that of the tar.",
            "layer.md",
            "OCI image layer",
        ),
        of if of.is_config() => (
            "The configuration says how to run the image, which instructions made it, and the diff ids of its layers \
             by which the unpacked ones are checked.",
            "config.md",
            "OCI image configuration",
        ),
        _ => (
            "The digest is computed over the bytes, so it names just these and no others: whoever gets them can \
             compute it again.",
            "descriptor.md#digests",
            "OCI digests",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    fn html(view: &View, digest: Digest, media_type: &MediaType) -> String {
        rendered(view, |context| origin(context, &digest, media_type))
    }

    #[test]
    fn a_layer_tells_who_made_it_and_when_it_travelled() {
        let view = fixture::all_run();
        let layer = view.snapshot.machines[0].images[0].layers[2].blob.digest;
        let html = html(&view, layer, &MediaType::LAYER_GZIP);
        assert!(html.contains("COPY model.safetensors .") && !html.contains("# buildkit"), "{html}");
        assert!(html.contains("Row 3") && html.contains("sent to registry.example.com"), "{html}");
        assert!(html.contains("Row 4") && html.contains("fetched from registry.example.com"), "{html}");
        assert!(html.contains("image-spec/blob/v1.1.1/layer.md"), "{html}");
    }

    #[test]
    fn what_has_not_happened_yet_is_not_told() {
        let view = fixture::built();
        let layer = view.snapshot.machines[0].images[0].layers[2].blob.digest;
        assert!(!html(&view, layer, &MediaType::LAYER_GZIP).contains("Row"));
    }

    #[test]
    fn each_kind_of_document_has_its_page() {
        let table = [
            (MediaType::INDEX, "image-index.md"),
            (MediaType::MANIFEST, "manifest.md"),
            (MediaType::CONFIG, "config.md"),
            (MediaType::OCTETS, "descriptor.md#digests"),
        ];
        for (media_type, page) in table {
            assert_eq!(rule(&media_type).1, page, "{media_type}");
        }
    }
}
