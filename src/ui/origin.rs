//! Why some bytes are there: the instruction that made them, the commands with
//! which they travelled or did not need to, and the rule for bytes like them.

use yew::{Html, html};

use super::context::Context;
use super::explorer;
use super::intent::Intent;
use super::view::{Column, Selection, View};
use super::words;
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
            <li><button type="button" class="link" onclick={context.click(Intent::Select(selection))}>{ words::row(row.number) }</button>
                { format!(": {}", told(moved)) }</li>
        }
    };
    html! {
        <div class="because">
            <h3>{ words::why() }</h3>
            { for made_by(context.view, digest).map(|line| html! { <p>{ words::made_by() }<code translate="no">{ line }</code></p> }) }
            if !travels.is_empty() { <ul>{ for travels.iter().map(travel) }</ul> }
            <p>{ words }</p>
            <p><a href={format!("{SPECIFICATION}{page}")} target="_blank" rel="noreferrer">{ title }</a></p>
        </div>
    }
}

/// The instruction that made a layer, as its image notes it.
fn made_by(view: &View, digest: &Digest) -> Option<String> {
    let images = view.snapshot.machines.iter().flat_map(|machine| machine.images.iter());
    let layer = images.flat_map(|image| &image.layers).find(|layer| layer.blob.digest == *digest)?;
    Some(explorer::instruction(&layer.created_by).to_owned()).filter(|line| !line.is_empty())
}

/// The rows up to here in which it moved, or could have.
fn travels<'a>(view: &'a View, digest: &Digest) -> Vec<(&'a ProcessRow, &'a BlobMove)> {
    let here = view.history.position;
    let rows = view.trace.rows.iter().filter(|row| row.position.is_some_and(|position| position <= here));
    let moves = rows.flat_map(|row| row.result.moves.iter().map(move |moved| (&**row, moved)));
    moves.filter(|(_, moved)| moved.blob.digest == *digest && is_over(&moved.outcome)).collect()
}

fn is_over(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Moved | Outcome::AlreadyExists | Outcome::Mounted { .. })
}

fn told(moved: &BlobMove) -> String {
    let registry = &moved.registry;
    match (moved.direction, &moved.outcome) {
        (Direction::Push, Outcome::Moved) => words::sent_to(registry),
        (Direction::Push, Outcome::Mounted { from }) => words::not_sent(registry, from),
        (Direction::Push, _) => words::not_sent_had(registry),
        (Direction::Pull, Outcome::Moved) => words::fetched_from(registry),
        (Direction::Pull, _) => words::not_fetched().to_owned(),
    }
}

/// What bytes of a kind are for, and the page of the specification that says so.
fn rule(media_type: &MediaType) -> (&'static str, &'static str, &'static str) {
    match media_type {
        of if of.is_index() => (words::an_index_names_manifests(), "image-index.md", words::oci_image_index()),
        of if of.is_manifest() => {
            (words::a_manifest_names_a_configuration(), "manifest.md", words::oci_image_manifest())
        }
        of if of.is_layer() => (words::a_layer_is_a_tar(), "layer.md", words::oci_image_layer()),
        of if of.is_config() => (words::the_configuration_says_how(), "config.md", words::oci_image_configuration()),
        _ => (words::the_digest_is_computed_over(), "descriptor.md#digests", words::oci_digests()),
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
