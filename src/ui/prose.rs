//! The lesson's prose and the terminal's spans as HTML. Every digest in a
//! text is a link that opens it.

use yew::{Html, html};

use super::chip;
use super::context::Context;
use crate::course::{Block, Inline};
use crate::text::{Line, Output, Style};

/// Paragraphs, lists, code.
pub(super) fn blocks(context: &Context<'_>, blocks: &[Block]) -> Html {
    blocks.iter().map(|block| self::block(context, block)).collect()
}

fn block(context: &Context<'_>, block: &Block) -> Html {
    match block {
        Block::Paragraph(of) => html! { <p>{ inlines(context, of) }</p> },
        Block::List(items) => html! {
            <ul>{ for items.iter().map(|item| html! { <li>{ inlines(context, item) }</li> }) }</ul>
        },
        Block::Code(code) => html! { <pre class="code" translate="no">{ linked(context, code) }</pre> },
    }
}

/// The pieces of a paragraph.
pub(super) fn inlines(context: &Context<'_>, inlines: &[Inline]) -> Html {
    let piece = |inline: &Inline| match inline {
        Inline::Text(text) => linked(context, text),
        Inline::Code(code) => html! { <code translate="no">{ linked(context, code) }</code> },
        Inline::Emphasis(text) => html! { <em>{ text.clone() }</em> },
    };
    inlines.iter().map(piece).collect()
}

/// One of the page's own texts: what it has between backticks is typed.
pub(super) fn with_code(text: &'static str) -> Html {
    let piece = |(at, piece): (usize, &'static str)| match at % 2 {
        0 => html! { { piece } },
        _ => html! { <code translate="no">{ piece }</code> },
    };
    text.split('`').enumerate().map(piece).collect()
}

/// A text whose digests are links.
pub(super) fn linked(context: &Context<'_>, text: &str) -> Html {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (range, digest) in context.view.known.find(text) {
        pieces.push(html! { { text[from..range.start].to_owned() } });
        from = range.end;
        pieces.push(chip::link(context, digest, &text[range]));
    }
    pieces.push(html! { { text[from..].to_owned() } });
    pieces.into_iter().collect()
}

/// A name that may be long: it breaks after its slashes rather than anywhere.
pub(super) fn name(text: &str) -> Html {
    breaking(text, '/')
}

/// The name of a registry or of a file: it breaks after its dots.
pub(super) fn host(text: &str) -> Html {
    breaking(text, '.')
}

/// A text that breaks after these letters.
fn breaking(text: &str, after: char) -> Html {
    let mut pieces = text.split_inclusive(after);
    let first = pieces.next().unwrap_or_default().to_owned();
    let others = pieces.map(|piece| html! { <><wbr />{ piece.to_owned() }</> });
    html! { <>{ first }{ for others }</> }
}

/// A line of a terminal.
pub(super) fn line(context: &Context<'_>, line: &Line) -> Html {
    let span = |span: &crate::text::Span| match class(span.style) {
        "" => linked(context, &span.text),
        class => html! { <span class={class}>{ linked(context, &span.text) }</span> },
    };
    line.spans.iter().map(span).collect()
}

/// The output of a command, a line each.
pub(super) fn output(context: &Context<'_>, output: &[Output]) -> Html {
    let line = |output: &Output| html! { <div class="line">{ line(context, &output.line) }</div> };
    html! { <div class="output" translate="no">{ for output.iter().map(line) }</div> }
}

const fn class(style: Style) -> &'static str {
    match style {
        Style::Plain => "",
        Style::Dim => "dim",
        Style::Bold => "bold",
        Style::Done => "done",
        Style::Good => "good",
        Style::Warn => "warn",
        Style::Bad => "bad",
        Style::Hint => "hint",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Digest;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    #[test]
    fn a_digest_in_a_text_is_a_link() {
        let digest = Digest::of(b"x");
        let html = rendered(&View::default(), |context| linked(context, &format!("digest: {digest} size: 3")));
        assert!(html.starts_with("digest: <a") && html.ends_with(" size: 3"), "{html}");
    }

    #[test]
    fn a_long_name_breaks_after_its_slashes() {
        let html = rendered(&View::default(), |_| name("registry/a/b:1"));
        assert_eq!(html, "registry/<wbr>a/<wbr>b:1");
    }

    #[test]
    fn a_text_is_never_markup() {
        let html = rendered(&View::default(), |context| linked(context, "<script>"));
        assert_eq!(html, "&lt;script&gt;");
    }
}
