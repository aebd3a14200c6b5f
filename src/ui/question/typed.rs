//! Answering by typing: lines that repair something, a number, or a word.

use yew::{Html, html};

use crate::course::{PredictView, Said};
use crate::ui::context::Context;
use crate::ui::intent::Intent;
use crate::ui::study::{Act, Answering};
use crate::ui::words;

/// A field for a word.
pub(super) fn word(context: &Context<'_>, id: &str, answering: &Answering) -> Html {
    let text = match &answering.said {
        Some(Said::Word(text)) => text.clone(),
        _ => String::new(),
    };
    let of = id.to_owned();
    let typed = context.input(move |text| Intent::Study(Act::Say(of.clone(), Said::Word(text))));
    html! {
        <label class="typed-in word">
            <span class="eyebrow">{ words::your_answer() }</span>
            <input value={text} size="30" oninput={typed} translate="no"
                autocapitalize="off" autocorrect="off" spellcheck="false" autocomplete="off" />
        </label>
    }
}

/// A field for lines on `machine`.
pub(super) fn lines(context: &Context<'_>, id: &str, machine: &str, answering: &Answering) -> Html {
    let text = match &answering.said {
        Some(Said::Lines(text)) => text.clone(),
        _ => String::new(),
    };
    let of = id.to_owned();
    let typed = context.input(move |text| Intent::Study(Act::Say(of.clone(), Said::Lines(text))));
    html! {
        <label class="typed-in">
            <span class="eyebrow">{ words::lines_to_run_on(machine) }</span>
            <textarea value={text} rows="3" oninput={typed} translate="no"
                autocapitalize="off" autocorrect="off" spellcheck="false" autocomplete="off" />
        </label>
    }
}

/// A field for a number, and the line it is about.
pub(super) fn number(context: &Context<'_>, id: &str, predict: &PredictView, answering: &Answering) -> Html {
    let text = match &answering.said {
        Some(Said::Number(text)) => text.clone(),
        _ => String::new(),
    };
    let of = id.to_owned();
    let typed = context.input(move |text| Intent::Study(Act::Say(of.clone(), Said::Number(text))));
    html! {
        <>
            <p class="code" translate="no">{ predict.line.clone() }</p>
            <label class="typed-in">
                <span class="eyebrow">{ words::say_it_before_it_runs(&predict.measure) }</span>
                <input value={text} inputmode="numeric" size="10" oninput={typed} autocomplete="off" />
            </label>
        </>
    }
}
