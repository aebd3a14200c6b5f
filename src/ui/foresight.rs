//! What a build of the Dockerfile that is open would do now: a word beside each
//! step, and a list of what `BuildKit` has to say. The session finds it out by
//! building in a copy of the lab, a moment after the last key.

use std::rc::Rc;

use yew::{Html, html};

use super::context::Context;
use super::edit::Editor;
use super::intent::{Effect, Intent, Ticket};
use super::view::View;
use super::words;
use crate::session::{Ask, Fate, Foreseen, ForeseenStep, Problem};
use crate::text::units;

/// Milliseconds without a key, or another lab, after which it is worth looking.
const PAUSE: u32 = 400;

/// What is wanted and known of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Foresight {
    /// Whether the learner wants to see it.
    pub wanted: bool,
    /// The text that was asked about last, since the lab last changed.
    asked: Option<String>,
    /// Which wait counts.
    ticket: u32,
    /// What was found out last.
    pub told: Option<Rc<Foreseen>>,
}

impl View {
    /// After a key: it is looked at once no further one comes.
    pub(super) fn type_into_file(&mut self, text: String) -> Vec<Effect> {
        self.editor.type_in(text);
        if !self.editor.is_dockerfile() {
            return Vec::new();
        }
        self.editor.foresight.wanted = true;
        self.foresee_later()
    }

    /// The text of the file is here. What is shown of another lab may stand a little: the learner may be about to ask for
    /// something else, and the session does one thing at a time.
    pub(super) fn foresee_of_text(&mut self) -> Vec<Effect> {
        if self.editor.foresight.told.is_some() { self.foresee_later() } else { self.foresee() }
    }

    fn foresee_later(&mut self) -> Vec<Effect> {
        let foresight = &mut self.editor.foresight;
        foresight.ticket = foresight.ticket.wrapping_add(1);
        vec![Effect::Wait { millis: PAUSE, ticket: Ticket::Foresight(foresight.ticket) }]
    }

    /// The file is again as the machine has it.
    pub(super) fn discard_changes(&mut self) -> Vec<Effect> {
        self.editor.draft = None;
        self.foresee()
    }

    /// The learner asks for it.
    pub(super) fn want_foresight(&mut self) -> Vec<Effect> {
        self.editor.foresight.wanted = true;
        self.foresee()
    }

    /// The wait with this number is over.
    pub(super) fn foresee_after(&mut self, ticket: u32) -> Vec<Effect> {
        if ticket == self.editor.foresight.ticket { self.foresee() } else { Vec::new() }
    }

    /// Asks, unless it is known or another command runs: after that the lab is another one, and it is asked anyway.
    pub(super) fn foresee(&mut self) -> Vec<Effect> {
        let is_seen = self.editor.foresight.wanted && self.editor.is_dockerfile() && !self.busy();
        let open = self.editor.open.clone().filter(|_| is_seen);
        let Some(((machine, path), text)) = open.zip(self.editor.text().map(str::to_owned)) else { return Vec::new() };
        if self.editor.foresight.asked.as_ref() == Some(&text) {
            return Vec::new();
        }
        self.editor.foresight.asked = Some(text.clone());
        vec![Effect::Ask(Ask::Foresee { machine, path, text })]
    }

    /// Takes what was found out.
    pub(super) fn hear_foreseen(&mut self, foreseen: Foreseen) {
        if self.editor.is_open(&foreseen.machine, &foreseen.path) {
            self.editor.foresight.told = Some(Rc::new(foreseen));
        }
    }
}

impl Foresight {
    /// The lab is another one: what was found out may not be true any more.
    pub fn doubt(&mut self) {
        self.asked = None;
    }
}

/// A word beside each step: a line of the list stands on the line of the file.
pub(super) fn margin(foreseen: &Foreseen) -> Html {
    let mut line = 0;
    let step = |step: &ForeseenStep| {
        let gap = "\n".repeat(usize::try_from(step.line.saturating_sub(line + 1)).unwrap_or_default());
        line = step.line;
        let (class, word) = told(step.fate);
        let size = step.size.map(|size| format!(" {}", units::size(size))).unwrap_or_default();
        html! {
            <li><span aria-hidden="true">{ gap }</span><span class="unseen">{ words::line_before(step.line) }</span>
                <span {class}>{ word }</span>{ size }</li>
        }
    };
    html! { <ol class="margin" aria-label={words::what_a_build_would_do()}>{ for foreseen.steps.iter().map(step) }</ol> }
}

fn told(fate: Fate) -> (&'static str, &'static str) {
    match fate {
        Fate::Cached => ("cached", "CACHED"),
        Fate::Done => ("done", words::runs()),
        Fate::Failed => ("failed", words::fails()),
        Fate::Unknown => ("unknown", words::not_known()),
    }
}

/// What there is to say, line by line.
pub(super) fn problems(editor: &Editor) -> Html {
    let told = editor.foresight.told.iter().filter(|told| !told.problems.is_empty());
    let list = |told: &Rc<Foreseen>| {
        html! { <ul class="problems" aria-label={words::problems()}>{ for told.problems.iter().map(problem) }</ul> }
    };
    told.map(list).collect()
}

/// How many problems and how many cached steps there are; before it was asked for, the way to it.
pub(super) fn summary(context: &Context<'_>) -> Html {
    let editor = &context.view.editor;
    if !editor.is_dockerfile() {
        return Html::default();
    }
    let Some(foreseen) = &editor.foresight.told else {
        return html! {
            <button type="button" class="quiet" onclick={context.click(Intent::Foresee)}>{ words::what_would_a_build_do() }</button>
        };
    };
    let cached = foreseen.steps.iter().filter(|step| step.fate == Fate::Cached).count();
    html! {
        <span role="status" title={words::built_with_this_text()}>
            { words::problems_and_cached(foreseen.problems.len(), cached, foreseen.steps.len()) }
        </span>
    }
}

fn problem(problem: &Problem) -> Html {
    let class = if problem.rule.is_some() { "warning" } else { "error" };
    let line = if problem.line == 0 { String::new() } else { words::line_aside(problem.line) };
    let rule = problem.rule.as_deref().unwrap_or("ERROR");
    html! { <li {class}>{ line }<b translate="no">{ rule.to_owned() }</b>{ format!(": {}", problem.message) }</li> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Tell;
    use crate::ui::files;
    use crate::ui::fixture;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;

    fn asks(effects: &[Effect]) -> usize {
        effects.iter().filter(|effect| matches!(effect, Effect::Ask(Ask::Foresee { .. }))).count()
    }

    #[test]
    fn it_is_asked_once_after_the_last_key_and_again_when_the_lab_is_another_one() {
        let mut view = fixture::at_start();
        let mut tickets = Vec::new();
        for text in ["FROM a", "FROM ab"] {
            let effects = view.update(Intent::FileTyped(text.into()));
            let [Effect::Wait { ticket, .. }] = effects[..] else { panic!("{effects:?}") };
            tickets.push(ticket);
        }
        assert_eq!(asks(&view.learn(Fact::Elapsed(tickets[0]))), 0);
        assert_eq!(asks(&view.learn(Fact::Elapsed(tickets[1]))), 1);
        assert_eq!(asks(&view.learn(Fact::Elapsed(tickets[1]))), 0, "it is known");
        let lab = fixture::lab(&view);
        view.learn(Fact::Told(Tell::State(Box::new(lab))));
        assert_eq!(asks(&view.foresee()), 1);
    }

    #[test]
    fn each_step_has_its_word_and_each_problem_its_line() {
        let mut view = fixture::at_start();
        let html = rendered(&view, files::files);
        assert!(html.contains("What would a build do now?"), "{html}");
        let (machine, path) = view.editor.open.clone().expect("the Dockerfile is open");
        let step = |line, fate, size| ForeseenStep { line, fate, size };
        let problem = |line, rule: Option<&str>, message: &str| Problem {
            line,
            rule: rule.map(str::to_owned),
            message: message.to_owned(),
        };
        let foreseen = Foreseen {
            machine,
            path,
            text: String::new(),
            steps: vec![step(2, Fate::Cached, Some(93)), step(4, Fate::Failed, None)],
            problems: vec![problem(2, Some("WorkdirRelativePath"), "Relative workdir"), problem(4, None, "<b>")],
        };
        view.learn(Fact::Told(Tell::Foreseen(foreseen)));
        let html = rendered(&view, files::files);
        assert!(html.contains("2 problems · 1 of 2 steps cached"), "{html}");
        assert!(html.contains("CACHED") && html.contains(" 93B") && html.contains("Line 4: "), "{html}");
        assert!(html.contains("Line 2 · ") && html.contains(": &lt;b&gt;"), "{html}");
    }
}
