//! A digest has a colour, a shape and a short name, the same everywhere. Hue
//! and shape are computed from its first bytes, so one layer looks the same
//! in a build, in a store, on the wire and on another machine.

use yew::{Html, classes, html};

use super::context::Context;
use super::intent::Intent;
use super::prose;
use super::view::Selection;
use crate::oci::{Blob, Digest};
use crate::text::units;

/// Shapes on a field of 10 by 10: told apart without colour.
const SHAPES: [&str; 8] = [
    "M5 0a5 5 0 1 0 0 10a5 5 0 0 0 0-10z",
    "M5 .3 9.9 9.6H.1z",
    "M5 0 10 5 5 10 0 5z",
    "M2.5.5h5L10 5 7.5 9.5h-5L0 5z",
    "M.8.8h8.4v8.4H.8z",
    "M.1.4h9.8L5 9.7z",
    "M3.4 0h3.2v3.4H10v3.2H6.6V10H3.4V6.6H0V3.4h3.4z",
    "M5 0 6.4 3.5 10 3.8 7.2 6.2 8.1 10 5 7.9 1.9 10l.9-3.8L0 3.8l3.6-.3z",
];

/// How many hues there are: 15 degrees apart, one class each in the style sheet.
const HUES: u32 = 24;

/// The class that gives the hue of a digest: `h0` to `h23`.
pub(super) fn hue(digest: &Digest) -> String {
    let first = digest.bytes()[..4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    format!("h{}", first % HUES)
}

/// The shape of a digest.
pub(super) fn glyph(digest: &Digest) -> Html {
    let path = SHAPES[usize::from(digest.bytes()[4]) % SHAPES.len()];
    html! {
        <svg class="glyph" viewBox="0 0 10 10" width="10" height="10" fill="currentColor" aria-hidden="true">
            <path d={path} />
        </svg>
    }
}

/// A chip that opens what it names: shape, eight digits, a word, the size.
pub(super) fn chip(context: &Context<'_>, descriptor: &Blob) -> Html {
    let word =
        context.view.known.word(&descriptor.digest).map_or_else(|| super::known::kind(descriptor), str::to_owned);
    worded_chip(context, descriptor, &word, units::size(descriptor.size))
}

/// A chip with a word and a note of its own.
pub(super) fn worded_chip(context: &Context<'_>, descriptor: &Blob, word: &str, note: String) -> Html {
    let digest = descriptor.digest;
    let whole = digest.hex();
    let selected = context.view.selection == Selection::Digest(digest);
    let root = descriptor.media_type.is_manifest() || descriptor.media_type.is_index();
    html! {
        <button type="button" class={classes!("chip", hue(&digest), root.then_some("root"), selected.then_some("selected"))}
            title={digest.to_string()} onclick={context.click(Intent::Select(Selection::Digest(digest)))}>
            { glyph(&digest) }
            <span class="digits" translate="no">{ &whole[..8] }</span>
            <span class="word">{ prose::host(word) }</span>
            <span class="note">{ note }</span>
        </button>
    }
}

/// A digest in running text: a link that opens it, with the text as it stood.
pub(super) fn link(context: &Context<'_>, digest: Digest, text: &str) -> Html {
    html! {
        <a href="#inspector" class={classes!("digest", hue(&digest))} title={digest.to_string()} translate="no"
            onclick={context.follow(Intent::Select(Selection::Digest(digest)))}>
            { glyph(&digest) }{ text.to_owned() }
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::MediaType;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    #[test]
    fn a_chip_says_in_text_what_its_colour_says() {
        let descriptor = Blob::of(MediaType::LAYER_GZIP, b"weights");
        let html = rendered(&View::default(), |context| chip(context, &descriptor));
        assert!(html.contains(&descriptor.digest.hex()[..8]), "{html}");
        assert!(html.contains("layer") && html.contains("7B"), "{html}");
        assert!(html.contains(&format!("chip {}", hue(&descriptor.digest))), "{html}");
    }

    #[test]
    fn the_same_digest_looks_the_same_everywhere() {
        let digest = Digest::of(b"{}");
        let html = rendered(&View::default(), |context| link(context, digest, "sha256:4413…"));
        assert!(html.contains(&format!("digest {}", hue(&digest))), "{html}");
    }
}
