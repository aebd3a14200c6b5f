//! What a digest names: the exact bytes of a document, the files of a layer.

use yew::{Html, classes, html};

use super::chip;
use super::context::{Context, truth};
use super::explorer;
use super::intent::Intent;
use super::origin;
use super::prose;
use super::words;
use crate::lab::FileView;
use crate::limits::TABLE_ROWS;
use crate::oci::{Digest, MediaType};
use crate::session::{BlobView, DocumentView, LayerFiles};

/// The selected digest.
pub(super) fn blob(context: &Context<'_>, digest: &Digest) -> Html {
    let answer = context.view.inspected.as_ref().filter(|told| told.digest == *digest).map(|told| &told.blob);
    let word = context.view.known.word(digest).unwrap_or(words::digest_word());
    html! {
        <>
            <p class="eyebrow">{ words::digest() }</p>
            <h2>{ word.to_owned() }</h2>
            <p class={classes!("whole-digest", chip::look(digest))} translate="no"><span>{ digest.to_string() }</span></p>
            { match answer {
                None => html! { <p class="eyebrow">{ words::looking() }</p> },
                Some(BlobView::Unknown) => html! { <p>{ words::nobody_in_the_lab() }</p> },
                Some(BlobView::Document(DocumentView { media_type, size, text, places })) => html! {
                    <>
                        { facts(&[(words::media_type(), media_type.clone()), (words::size_word(), bytes(*size)), (words::held_by_word(), places.join(", "))]) }
                        { origin::origin(context, digest, &MediaType::from(media_type.as_str())) }
                        if is_image(media_type) { <p class="actions">{ explorer::opener(context, *digest, "inspector") }</p> }
                        { document(context, text) }
                    </>
                },
                Some(BlobView::Layer(LayerFiles { size, unpacked, diff_id, entries, places })) => html! {
                    <>
                        { facts(&[(words::size_word(), bytes(*size)), (words::unpacked(), bytes(*unpacked)), (words::held_by_word(), places.join(", "))]) }
                        <dl class="facts"><dt>{ words::diff_id() }</dt><dd translate="no">{ diff_id.to_string() }</dd></dl>
                        { origin::origin(context, digest, &MediaType::LAYER_GZIP) }
                        { files(entries) }
                    </>
                },
            } }
        </>
    }
}

/// A file of a layer, as it stands there.
pub(super) fn file(context: &Context<'_>, layer: Digest, path: &str) -> Html {
    let told = context.view.peeked.as_ref().filter(|told| told.layer == layer && told.path == path);
    html! {
        <>
            <p class="eyebrow">{ words::file_of_layer() }{ chip::link(context, layer, &layer.short()) }</p>
            <h2 translate="no">{ path.to_owned() }</h2>
            { match told.map(|told| &told.text) {
                None => html! { <p class="eyebrow">{ words::looking() }</p> },
                Some(Err(reason)) => html! { <p>{ reason.clone() }</p> },
                Some(Ok(text)) => html! { <pre class="code document" translate="no">{ text.clone() }</pre> },
            } }
        </>
    }
}

fn is_image(media_type: &str) -> bool {
    let media_type = MediaType::from(media_type);
    media_type.is_manifest() || media_type.is_index()
}

/// Names and values.
pub(super) fn facts(facts: &[(&'static str, String)]) -> Html {
    let fact = |(name, value): &(&'static str, String)| html! { <><dt>{ *name }</dt><dd>{ value.clone() }</dd></> };
    html! { <dl class="facts">{ for facts.iter().map(fact) }</dl> }
}

fn document(context: &Context<'_>, text: &str) -> Html {
    let exact = context.view.exact;
    let choice = |of: bool, label: &'static str| {
        html! {
            <button type="button" aria-pressed={truth(exact == of)} onclick={context.click(Intent::Exact(of))}>{ label }</button>
        }
    };
    let shown = if exact { text.to_owned() } else { indented(text) };
    html! {
        <>
            <div class="switch" role="group" aria-label={words::show_the_document()}>
                { choice(false, words::indented()) }{ choice(true, words::exact_bytes()) }
            </div>
            <pre class="code document" translate="no">{ prose::linked(context, &shown) }</pre>
        </>
    }
}

fn files(entries: &[FileView]) -> Html {
    let row = |entry: &FileView| {
        let size = if entry.directory { String::new() } else { entry.size.to_string() };
        html! {
            <tr><th scope="row">{ entry.path.clone() }</th><td class="number">{ size }</td><td class="number">{ format!("{:04o}", entry.mode & 0o7777) }</td></tr>
        }
    };
    html! {
        <table class="layer-files" translate="no">
            <caption>{ words::files_of_this_layer() }</caption>
            <thead><tr><th scope="col">{ words::path() }</th><th scope="col">{ words::bytes() }</th><th scope="col">{ words::mode() }</th></tr></thead>
            <tbody>{ for entries.iter().take(TABLE_ROWS).map(row) }</tbody>
        </table>
    }
}

fn bytes(size: u64) -> String {
    words::bytes_of(size)
}

/// A JSON text with a line for every member; the bytes between the quotes stay as they are.
fn indented(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if quoted {
            out.push(letter);
            quoted = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            '{' | '[' if matches!(letters.peek(), Some('}' | ']')) => out.push(letter),
            '{' | '[' => {
                depth += 1;
                out.push(letter);
                new_line(&mut out, depth);
            }
            '}' | ']' if out.ends_with(['{', '[']) => out.push(letter),
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            letter if letter.is_whitespace() => {}
            letter => {
                quoted = letter == '"';
                out.push(letter);
            }
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    (0..depth).for_each(|_| out.push_str("  "));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Inspection, Tell};
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;
    use crate::ui::view::{Selection, View};

    #[test]
    fn a_document_is_indented_without_touching_its_texts() {
        let text = r#"{"a":{},"b":[1,2],"c":"{,:\" \\"}"#;
        assert_eq!(indented(text), "{\n  \"a\": {},\n  \"b\": [\n    1,\n    2\n  ],\n  \"c\": \"{,:\\\" \\\\\"\n}");
    }

    #[test]
    fn a_document_can_be_seen_exactly_as_it_is() {
        let digest = Digest::of(b"{}");
        let mut view = View::default();
        view.update(Intent::Select(Selection::Digest(digest)));
        assert!(rendered(&view, |context| blob(context, &digest)).contains("Looking…"));
        let text = r#"{"a":1}"#.to_owned();
        let document = DocumentView { media_type: "m".into(), size: 7, text, places: vec!["laptop".into()] };
        let blob_view = BlobView::Document(document);
        view.learn(Fact::Told(Tell::Inspected(Inspection { digest, blob: blob_view })));
        view.update(Intent::Exact(true));
        let html = rendered(&view, |context| blob(context, &digest));
        assert!(html.contains(r#"{"a":1}"#) || html.contains("{&quot;a&quot;:1}"), "{html}");
        assert!(html.contains("held by") && html.contains("laptop"), "{html}");
    }
}
