//! `Try`: lines to be completed; what is filled in is executed.

use yew::{Html, html};

use crate::course::QuestionView;
use crate::ui::context::Context;
use crate::ui::question;

/// Attempts at one line; after them a right one can be run.
const ATTEMPTS: usize = 3;

/// All exercises.
pub(super) fn practice(context: &Context<'_>, questions: &[QuestionView]) -> Html {
    let about = "What you fill in is really run, in a copy of the lab. Three attempts each, and hints on the way.";
    html! {
        <>
            { super::heading("Try", "Complete the lines", about) }
            { question::set(context, questions, ATTEMPTS) }
        </>
    }
}
