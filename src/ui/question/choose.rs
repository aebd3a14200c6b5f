//! Answering by picking one.

use yew::{Html, classes, html};

use crate::course::{ChoiceView, Said};
use crate::ui::context::Context;
use crate::ui::intent::Intent;
use crate::ui::prose;
use crate::ui::study::{Act, Answering};

/// The choices.
pub(super) fn choices(context: &Context<'_>, id: &str, choices: &[ChoiceView], answering: &Answering) -> Html {
    choices.iter().enumerate().map(|(at, choice)| self::choice(context, id, answering, (at, choice))).collect()
}

fn choice(context: &Context<'_>, id: &str, answering: &Answering, (at, choice): (usize, &ChoiceView)) -> Html {
    let said = Said::Choice(at);
    let ticked = answering.said.as_ref() == Some(&said);
    let judged = answering.verdict.as_ref().filter(|verdict| verdict.answer.said == said);
    let class = judged.map(|verdict| if verdict.right { "right" } else { "wrong" });
    let intent = Intent::Study(Act::Say(id.to_owned(), said));
    html! {
        <label class={classes!("choice", class)}>
            <input type="radio" name={id.to_owned()} checked={ticked} onchange={context.emit.reform(move |_| intent.clone())} />
            <span>{ prose::inlines(context, &choice.text) }</span>
        </label>
    }
}
