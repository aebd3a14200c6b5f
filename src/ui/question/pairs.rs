//! Answering by pairing lines with what they do: a choice a line, to be
//! picked, or to be filled by a click on a text, or by carrying one there.

use yew::{Html, classes, html};

use crate::course::{MatchView, Said};
use crate::ui::context::{Context, truth};
use crate::ui::icons;
use crate::ui::intent::Intent;
use crate::ui::study::{Act, Answering};
use crate::ui::words;

/// The lines, and the texts one may choose from.
pub(super) fn lines(context: &Context<'_>, id: &str, asked: &MatchView, answering: &Answering) -> Html {
    let said = said(asked, answering);
    let parts = answering.verdict.as_ref().map(|verdict| verdict.parts.as_slice()).unwrap_or_default();
    let line = |(at, line): (usize, &String)| self::line(context, id, asked, &said, (at, line, parts.get(at).copied()));
    html! {
        <>
            <ol class="pairs">{ for asked.lines.iter().enumerate().map(line) }</ol>
            <div class="pool texts" role="group" aria-label={words::what_the_lines_do()}>
                { for (0..asked.texts.len()).map(|text| self::text(context, id, asked, &said, text)) }
            </div>
        </>
    }
}

/// What is paired so far, line by line.
fn said(asked: &MatchView, answering: &Answering) -> Vec<Option<usize>> {
    match &answering.said {
        Some(Said::Pairs(pairs)) if pairs.len() == asked.lines.len() => pairs.clone(),
        _ => vec![None; asked.lines.len()],
    }
}

fn line(
    context: &Context<'_>,
    id: &str,
    asked: &MatchView,
    said: &[Option<usize>],
    (at, line, right): (usize, &str, Option<bool>),
) -> Html {
    let (of, all) = (id.to_owned(), said.to_vec());
    let picked = context.pick(move |text| say(&of, with(&all, at, text.parse().ok())));
    let option = |(text, words): (usize, &String)| {
        html! { <option value={text.to_string()} selected={said[at] == Some(text)}>{ words.clone() }</option> }
    };
    let judged = right.map(|right| if right { ("right", words::right()) } else { ("wrong", words::another_one()) });
    html! {
        <li class={classes!(judged.map(|(class, _)| class))} data-place={at.to_string()}>
            <span class="line" translate="no">{ line.to_owned() }</span>
            <select aria-label={words::what_it_does(line)} onchange={picked}>
                <option value="" selected={said[at].is_none()}>{ words::choose_what_it_does() }</option>
                { for asked.texts.iter().enumerate().map(option) }
            </select>
            if let Some((_, word)) = judged { <span class="judged">{ word }</span> }
        </li>
    }
}

/// A text goes to the first line that has none, else to the last one.
fn text(context: &Context<'_>, id: &str, asked: &MatchView, said: &[Option<usize>], text: usize) -> Html {
    let first = said.iter().position(Option::is_none).unwrap_or(said.len() - 1);
    let (of, all) = (id.to_owned(), said.to_vec());
    let carried = context.carry(move |place| {
        let line = place.parse().ok().filter(|line| *line < all.len()).unwrap_or(first);
        say(&of, with(&all, line, Some(text)))
    });
    let placed = said.contains(&Some(text));
    html! {
        <button type="button" class="quiet carry" aria-pressed={truth(placed)} onpointerdown={carried}
            onclick={context.click(say(id, with(said, first, Some(text))))}>
            { icons::grip() }<span>{ asked.texts[text].clone() }</span>
        </button>
    }
}

/// With this text at this line, and at no other.
fn with(said: &[Option<usize>], line: usize, text: Option<usize>) -> Vec<Option<usize>> {
    let elsewhere = |(at, known): (usize, &Option<usize>)| known.filter(|known| at != line && Some(*known) != text);
    let mut pairs: Vec<Option<usize>> = said.iter().enumerate().map(elsewhere).collect();
    pairs[line] = text;
    pairs
}

fn say(id: &str, pairs: Vec<Option<usize>>) -> Intent {
    Intent::Study(Act::Say(id.to_owned(), Said::Pairs(pairs)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::{Answer, Verdict};
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    fn asked() -> MatchView {
        MatchView { lines: vec!["m $ one".into(), "m $ two".into()], texts: vec!["this".into(), "that".into()] }
    }

    #[test]
    fn each_line_has_a_choice_with_a_name_and_each_text_is_a_button() {
        let html = rendered(&View::default(), |context| lines(context, "review-1", &asked(), &Answering::default()));
        assert_eq!((html.matches("<select").count(), html.matches("<button").count()), (2, 2), "{html}");
        assert!(html.contains("What it does: m $ two") && !html.contains("Another one."), "{html}");
    }

    #[test]
    fn a_text_stands_at_one_line_only() {
        assert_eq!(with(&[Some(0), None], 1, Some(0)), [None, Some(0)]);
        assert_eq!(with(&[Some(0), Some(1)], 0, None), [None, Some(1)]);
    }

    #[test]
    fn what_was_judged_says_which_pairs_are_wrong() {
        let said = Said::Pairs(vec![Some(1), Some(0)]);
        let answer = Answer { question: "review-1".into(), said: said.clone() };
        let verdict = Verdict { answer, right: false, parts: vec![true, false], ..Verdict::default() };
        let answering = Answering { said: Some(said), verdict: Some(verdict), ..Answering::default() };
        let html = rendered(&View::default(), |context| lines(context, "review-1", &asked(), &answering));
        assert_eq!((html.matches("Right.").count(), html.matches("Another one.").count()), (1, 1), "{html}");
    }
}
