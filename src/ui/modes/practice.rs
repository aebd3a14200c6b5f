//! `Try`: lines to be completed; what is filled in is executed.

use yew::{Html, html};

use crate::course::QuestionView;
use crate::ui::context::Context;
use crate::ui::{question, words};

/// Attempts at one line; after them a right one can be run.
const ATTEMPTS: usize = 3;

/// All exercises.
pub(super) fn practice(context: &Context<'_>, questions: &[QuestionView]) -> Html {
    html! {
        <>
            { super::heading(words::try_mode(), words::complete_the_lines(), words::what_you_fill_in_is()) }
            { question::set(context, questions, ATTEMPTS) }
        </>
    }
}
