//! A handout on paper: the lesson's steps and tables, its questions with room
//! to answer, and the answers on pages of their own. Only a printer sees it.

use std::rc::Rc;

use yew::{Html, classes, html};

use super::cell;
use super::context::Context;
use super::intent::{Effect, Intent};
use super::prose;
use super::view::{Column, View};
use super::words;
use crate::course::{AskedView, LessonView, ProcessRow, QuestionView, TraceView, TrackerGroup, TrackerRow};
use crate::session::{Ask, Handout, Set, Solved};

const COLUMNS: [Column; 4] = [Column::Action, Column::Image, Column::Registry, Column::Result];

/// What a printer gets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Paper {
    /// The concept snapshot.
    #[default]
    Snapshot,
    /// Still that, but a handout is on its way.
    Making {
        /// So many of its questions are solved.
        done: usize,
        /// Of so many; 0 before it has begun.
        all: usize,
    },
    /// A handout.
    Made(Rc<Handout>),
}

impl View {
    /// Asks for what a handout shows, unless it is on its way.
    #[inline(never)]
    pub(super) fn want_handout(&mut self) -> Vec<Effect> {
        if matches!(self.handout, Paper::Making { .. }) {
            return Vec::new();
        }
        self.handout = Paper::Making { done: 0, all: 0 };
        words::the_handout_is_being_made().clone_into(&mut self.announcement);
        vec![Effect::Ask(Ask::Handout)]
    }

    /// It is not on its way any more.
    pub(super) fn lack_handout(&mut self) {
        if matches!(self.handout, Paper::Making { .. }) {
            self.handout = Paper::Snapshot;
        }
    }

    /// The concept snapshot is wanted in its place; one that is on its way may come.
    pub(super) fn leave_handout(&mut self) {
        if matches!(self.handout, Paper::Made(_)) {
            self.handout = Paper::Snapshot;
        }
    }

    /// Takes it, and prints it; none if it was given up.
    #[inline(never)]
    pub(super) fn hear_handout(&mut self, handout: Option<Box<Handout>>) -> Vec<Effect> {
        let Some(handout) = handout else {
            self.lack_handout();
            words::the_handout_was_given_up().clone_into(&mut self.announcement);
            return Vec::new();
        };
        self.handout = Paper::Made(Rc::from(handout));
        vec![Effect::Print]
    }
}

/// How far it is, and a way to give it up. A screen reader asks for it, and is not told each step.
#[inline(never)]
pub(super) fn making(context: &Context<'_>, done: usize, all: usize) -> Html {
    html! {
        <section class="notice" aria-label={words::print_handout()}>
            <p>{ words::the_handout_is_being_made() }</p>
            <p class="measuring">
                <progress max={all.max(1).to_string()} value={done.to_string()} aria-label={words::questions_solved()}></progress>
                if all > 0 { <span>{ words::so_much_of(done, all) }</span> }
            </p>
            <button type="button" class="quiet" onclick={context.click(Intent::StopHandout)}>{ words::cancel() }</button>
        </section>
    }
}

/// All pages.
#[inline(never)]
pub(super) fn handout(context: &Context<'_>, handout: &Handout) -> Html {
    let Some(lesson) = context.view.lesson.as_deref() else { return Html::default() };
    let parts = handout.parts.iter();
    html! {
        <article class="handout">
            { first(context, lesson) }
            { tables(&handout.trace) }
            { for parts.clone().map(|part| html! {
                <section>
                    <h2>{ title(part.set) }</h2>
                    <ol>{ for part.questions.iter().map(|question| self::question(context, question)) }</ol>
                </section>
            }) }
            <section class="answers">
                <h2>{ words::answers() }</h2>
                <p>{ words::each_was_found_by_executing() }</p>
                { for parts.map(|part| html! {
                    <>
                        <h3>{ title(part.set) }</h3>
                        <ol>{ for part.solved.iter().map(|solved| answer(context, solved)) }</ol>
                    </>
                }) }
            </section>
        </article>
    }
}

fn title(set: Set) -> &'static str {
    match set {
        Set::Quiz => words::questions(),
        Set::Try => words::try_mode(),
        Set::Challenge => words::challenge(),
        Set::Review => words::review(),
    }
}

fn first(context: &Context<'_>, lesson: &LessonView) -> Html {
    let step = |step: &crate::course::StepView| {
        html! {
            <li>
                <b>{ step.title.clone() }</b>
                <pre translate="no">{ format!("{} $ {}", step.machine, step.line) }</pre>
                { prose::blocks(context, &step.prose) }
            </li>
        }
    };
    html! {
        <section>
            <h1>{ lesson.title.clone() }</h1>
            <p class="who"><span>{ words::name() }</span><span>{ words::date() }</span></p>
            { prose::blocks(context, &lesson.intro) }
            <h2>{ words::steps() }</h2>
            <ol>{ for lesson.steps.iter().map(step) }</ol>
        </section>
    }
}

fn tables(trace: &TraceView) -> Html {
    html! {
        <>
            <section>
                <h2>{ words::what_happened() }</h2>
                <table>
                    <thead><tr>
                        <th scope="col">{ words::step() }</th>
                        { for COLUMNS.map(|column| html! { <th scope="col">{ cell::label(column) }</th> }) }
                    </tr></thead>
                    <tbody>{ for trace.rows.iter().map(|of| row(of)) }</tbody>
                </table>
            </section>
            <section>
                <h2>{ words::what_each_place_held_heading() }</h2>
                <table>
                    <thead><tr>
                        <td></td>
                        { for trace.tracker.columns.iter().map(|column| html! { <th scope="col">{ column.clone() }</th> }) }
                    </tr></thead>
                    { for trace.tracker.groups.iter().map(|group| self::group(group, trace.tracker.columns.len())) }
                </table>
            </section>
        </>
    }
}

fn row(row: &ProcessRow) -> Html {
    html! {
        <tr>
            <th scope="row">{ format!("{} {}", row.number, row.machine) }</th>
            { for COLUMNS.map(|column| html! { <td>{ prose::name(&cell::of(row, column).text) }</td> }) }
        </tr>
    }
}

fn group(group: &TrackerGroup, columns: usize) -> Html {
    let value = |row: &TrackerRow| -> Html {
        let text = |value: &Option<crate::course::TrackerValue>| {
            value.as_ref().map(|value| value.lines.join(", ")).unwrap_or_default()
        };
        row.values.iter().map(|value| html! { <td>{ prose::name(&text(value)) }</td> }).collect()
    };
    html! {
        <tbody>
            <tr><th scope="rowgroup" colspan={(columns + 1).to_string()}>{ group.place.clone() }</th></tr>
            { for group.rows.iter().map(|row| html! { <tr><th scope="row">{ row.label.clone() }</th>{ value(row) }</tr> }) }
        </tbody>
    }
}

fn question(context: &Context<'_>, question: &QuestionView) -> Html {
    let lines = |lines: &[String], class: &'static str| html! { <ul class={classes!("lines", class)}>{ for lines.iter().map(|line| html! { <li>{ line.clone() }</li> }) }</ul> };
    let asked = match &question.asked {
        AskedView::Choose(choices) => html! {
            <ul class="boxes">{ for choices.iter().map(|choice| html! { <li>{ prose::inlines(context, &choice.text) }</li> }) }</ul>
        },
        AskedView::Fill(fill) => html! {
            <>
                <pre translate="no">{ format!("{} $ {}", fill.machine, fill.around.join("____________")) }</pre>
                <p>{ words::words_to_use(&fill.words.join(" · ")) }</p>
            </>
        },
        AskedView::Order(pool) => {
            html! { <>{ lines(pool, "lettered") }<p class="blank">{ words::order_blank() }</p></> }
        }
        AskedView::Match(asked) => {
            html! { <>{ lines(&asked.lines, "numbered") }{ lines(&asked.texts, "lettered") }<p class="blank">{ words::pairs_blank() }</p></> }
        }
        AskedView::Predict(predict) => html! {
            <><pre translate="no">{ predict.line.clone() }</pre><p class="blank">{ format!("{}:", predict.measure) }</p></>
        },
        AskedView::Repair(machine) => html! { <p class="blank tall">{ words::lines_blank(machine) }</p> },
        AskedView::Type => html! { <p class="blank"></p> },
    };
    let shown = !question.given.is_empty() && !matches!(question.asked, AskedView::Choose(_));
    html! {
        <li>
            <b>{ prose::inlines(context, &question.question) }</b>
            { prose::blocks(context, &question.prose) }
            if shown { <p>{ words::what_was_run_already() }</p>{ lines(&question.given, "") } }
            { asked }
        </li>
    }
}

fn answer(context: &Context<'_>, solved: &Solved) -> Html {
    html! {
        <li>
            { for solved.answer.iter().map(|line| html! { <p><b>{ prose::inlines(context, line) }</b></p> }) }
            { prose::blocks(context, &solved.explanation) }
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Inline;
    use crate::session::{Part, Tell};
    use crate::ui::fixture;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;

    fn made(view: &View) -> Handout {
        let lesson = view.lesson.clone().expect("the fixture opens the lesson");
        let solved = Solved { answer: vec![vec![Inline::Text("the third".into())]], explanation: vec![] };
        let part = Part { set: Set::Quiz, questions: lesson.quiz.clone(), solved: vec![solved] };
        Handout { trace: (*view.trace).clone(), parts: vec![part] }
    }

    fn tell(view: &mut View, tell: Tell) -> Vec<Effect> {
        view.learn(Fact::Told(tell))
    }

    #[test]
    fn answers_stand_behind_all_questions() {
        let mut view = fixture::pushed();
        let handout = made(&view);
        let html = rendered(&view, |context| self::handout(context, &handout));
        let (questions, answers) = html.split_once("class=\"answers\"").expect("answers are apart");
        assert!(questions.contains("At which step") && !questions.contains("the third"), "{html}");
        assert!(answers.contains("the third"), "{html}");
        assert_eq!(tell(&mut view, Tell::Handout(Some(Box::new(handout.clone())))), [Effect::Print]);
        assert_eq!(view.handout, Paper::Made(Rc::new(handout)));
        view.update(Intent::Print);
        assert_eq!(view.handout, Paper::Snapshot, "the concept snapshot is printed without it");
    }

    #[test]
    fn while_it_is_made_how_far_it_is_can_be_seen_and_it_can_be_given_up() {
        let mut view = fixture::pushed();
        assert_eq!(view.update(Intent::PrintHandout), [Effect::Ask(Ask::Handout)]);
        assert_eq!(view.update(Intent::PrintHandout), [], "one is enough");
        tell(&mut view, Tell::Solving { done: 3, all: 12 });
        let html = rendered(&view, crate::ui::notices::notices);
        assert!(html.contains("3 of 12") && html.contains("Cancel"), "{html}");
        view.update(Intent::Print);
        assert_eq!(view.handout, Paper::Making { done: 3, all: 12 }, "it still comes");
        assert_eq!(view.update(Intent::StopHandout), [Effect::Ask(Ask::StopHandout)]);
        assert_eq!(tell(&mut view, Tell::Handout(None)), []);
        assert_eq!(view.handout, Paper::Snapshot);
    }

    #[test]
    fn one_that_does_not_come_is_awaited_no_more() {
        let mut view = fixture::pushed();
        view.update(Intent::PrintHandout);
        tell(&mut view, Tell::Refused("busy".into()));
        assert_eq!((&view.handout, view.notices.len()), (&Paper::Snapshot, 1), "only why it did not come");
    }
}
