//! Answering by completing a line: a field a gap, to be typed into or to be
//! filled by a click on a word, or by carrying one there.

use yew::{Html, html};

use crate::course::{FillView, Said};
use crate::ui::context::Context;
use crate::ui::intent::Intent;
use crate::ui::study::{Act, Answering};
use crate::ui::words;

/// Characters a gap shows at least.
const NARROWEST: usize = 8;

/// The line, and the words one may choose from.
pub(super) fn line(context: &Context<'_>, id: &str, fill: &FillView, answering: &Answering) -> Html {
    let filled = filled(fill, answering);
    let pieces = fill.around.iter().enumerate().map(|(at, text)| {
        html! {
            <>
                <span class="text">{ text.clone() }</span>
                if at < filled.len() { { gap(context, id, &filled, at) } }
            </>
        }
    });
    html! {
        <>
            <p class="fill" translate="no"><span class="prompt">{ format!("{} $ ", fill.machine) }</span>{ for pieces }</p>
            <div class="pool" role="group" aria-label={words::words_to_choose_from()}>
                { for fill.words.iter().map(|word| self::word(context, id, &filled, word)) }
            </div>
        </>
    }
}

/// What is filled in so far, gap by gap.
fn filled(fill: &FillView, answering: &Answering) -> Vec<String> {
    let gaps = fill.around.len() - 1;
    match &answering.said {
        Some(Said::Words(words)) if words.len() == gaps => words.clone(),
        _ => vec![String::new(); gaps],
    }
}

fn gap(context: &Context<'_>, id: &str, words: &[String], at: usize) -> Html {
    let (id, all) = (id.to_owned(), words.to_vec());
    let typed = context.input(move |text| say(&id, with(&all, at, text)));
    let size = words[at].chars().count().max(NARROWEST).to_string();
    html! {
        <input value={words[at].clone()} {size} data-place={at.to_string()} aria-label={words::gap(at + 1)} oninput={typed}
            autocapitalize="off" autocorrect="off" spellcheck="false" autocomplete="off" />
    }
}

/// A word goes into the first empty gap, else into the last one.
fn word(context: &Context<'_>, id: &str, words: &[String], word: &str) -> Html {
    let at = words.iter().position(String::is_empty).unwrap_or(words.len() - 1);
    let (of, all, own) = (id.to_owned(), words.to_vec(), word.to_owned());
    let carried = context.carry(move |place| {
        let gap = place.parse().ok().filter(|gap| *gap < all.len()).unwrap_or(at);
        say(&of, with(&all, gap, own.clone()))
    });
    html! {
        <button type="button" class="quiet carry" translate="no" onpointerdown={carried}
            onclick={context.click(say(id, with(words, at, word.to_owned())))}>
            { word.to_owned() }
        </button>
    }
}

fn with(words: &[String], at: usize, word: String) -> Vec<String> {
    let mut words = words.to_vec();
    words[at] = word;
    words
}

fn say(id: &str, words: Vec<String>) -> Intent {
    Intent::Study(Act::Say(id.to_owned(), Said::Words(words)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    fn view() -> FillView {
        let around = vec!["docker tag ".into(), " ".into(), String::new()];
        FillView { machine: "laptop".into(), around, words: vec!["a:1".into(), "r/a:1".into()] }
    }

    #[test]
    fn each_gap_is_a_field_with_a_name() {
        let html = rendered(&View::default(), |context| line(context, "try-1", &view(), &Answering::default()));
        assert_eq!(html.matches("<input").count(), 2, "{html}");
        assert!(html.contains("Gap 1") && html.contains("Gap 2") && html.contains("r/a:1"), "{html}");
    }

    #[test]
    fn what_is_filled_in_stays() {
        let said = Some(Said::Words(vec!["a:1".into(), String::new()]));
        assert_eq!(filled(&view(), &Answering { said, ..Answering::default() }), ["a:1", ""]);
        assert_eq!(with(&["a:1".into(), String::new()], 1, "b".into()), ["a:1", "b"]);
    }
}
