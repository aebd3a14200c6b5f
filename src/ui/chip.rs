//! A digest has a colour, a shape and a short name, the same everywhere. Hue
//! and shape are computed from its first bytes, so one layer looks the same
//! in a build, in a store, on the wire and on another machine.

use yew::{Html, classes, html};

use super::context::Context;
use super::intent::Intent;
use super::known::kind;
use super::prose;
use super::view::Selection;
use crate::oci::{Blob, Digest};
use crate::text::units;

/// How many shapes there are, told apart without colour: one class each in the style sheet, as the hues.
const SHAPES: u8 = 8;

/// How many hues there are, 15 degrees apart.
const HUES: u32 = 24;

/// How a digest looks: the classes that give its hue, `h0` to `h23`, and its shape, `s0` to `s7`.
pub(super) fn look(digest: &Digest) -> String {
    let bytes = digest.bytes();
    let first = bytes[..4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    format!("h{} s{}", first % HUES, bytes[4] % SHAPES)
}

/// A chip that opens what it names: shape, eight digits, a word, the size.
pub(super) fn chip(context: &Context<'_>, descriptor: &Blob) -> Html {
    let word = context.view.known.word(&descriptor.digest).unwrap_or_else(|| kind(descriptor));
    worded_chip(context, descriptor, word, units::size(descriptor.size))
}

/// A chip with a word and a note of its own.
pub(super) fn worded_chip(context: &Context<'_>, descriptor: &Blob, word: &str, note: String) -> Html {
    let digest = descriptor.digest;
    let whole = digest.hex();
    let selected = context.view.selection == Selection::Digest(digest);
    let root = descriptor.media_type.is_manifest() || descriptor.media_type.is_index();
    html! {
        <button type="button" class={classes!("chip", look(&digest), root.then_some("root"), selected.then_some("selected"))}
            title={digest.to_string()} onclick={context.click(Intent::Select(Selection::Digest(digest)))}>
            <span class="digits" translate="no">{ &whole[..8] }</span>
            <span class="word">{ prose::host(word) }</span>
            <span class="note">{ note }</span>
        </button>
    }
}

/// A digest in running text: a link that opens it, with the text as it stood.
pub(super) fn link(context: &Context<'_>, digest: Digest, text: &str) -> Html {
    html! {
        <a href="#inspector" class={classes!("digest", look(&digest))} title={digest.to_string()} translate="no"
            onclick={context.follow(Intent::Select(Selection::Digest(digest)))}>{ text.to_owned() }</a>
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
        assert!(html.contains(&format!("chip {}", look(&descriptor.digest))), "{html}");
    }

    #[test]
    fn the_same_digest_looks_the_same_everywhere() {
        let digest = Digest::of(b"{}");
        let html = rendered(&View::default(), |context| link(context, digest, "sha256:4413…"));
        assert!(html.contains(&format!("digest {}", look(&digest))), "{html}");
    }
}
