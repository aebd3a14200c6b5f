//! A handout on paper: the lesson's steps and tables, its questions with room
//! to answer, and the answers on pages of their own. Only a printer sees it.

use yew::{Html, classes, html};

use super::cell;
use super::context::Context;
use super::intent::Effect;
use super::prose;
use super::view::{Column, View};
use super::words;
use crate::course::{AskedView, LessonView, ProcessRow, QuestionView, TraceView, TrackerGroup, TrackerRow};
use crate::session::{Ask, Handout, Solved};

const COLUMNS: [Column; 4] = [Column::Action, Column::Image, Column::Registry, Column::Result];

impl View {
    /// Asks for what a handout shows.
    #[inline(never)]
    pub(super) fn want_handout(&mut self) -> Vec<Effect> {
        self.tell(false, words::the_handout_is_being_made().to_owned());
        vec![Effect::Ask(Ask::Handout)]
    }

    /// It is not on its way any more.
    pub(super) fn lack_handout(&mut self) {
        self.notices.retain(|notice| notice.text != words::the_handout_is_being_made());
    }

    /// Takes it, and prints it.
    #[inline(never)]
    pub(super) fn hear_handout(&mut self, handout: Handout) -> Vec<Effect> {
        self.lack_handout();
        self.handout = Some(std::rc::Rc::new(handout));
        vec![Effect::Print]
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
                    <h2>{ part.title.clone() }</h2>
                    <ol>{ for part.questions.iter().map(|question| self::question(context, question)) }</ol>
                </section>
            }) }
            <section class="answers">
                <h2>{ words::answers() }</h2>
                <p>{ words::each_was_found_by_executing() }</p>
                { for parts.map(|part| html! {
                    <>
                        <h3>{ part.title.clone() }</h3>
                        <ol>{ for part.solved.iter().map(|solved| answer(context, solved)) }</ol>
                    </>
                }) }
            </section>
        </article>
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
    use crate::ui::intent::{Fact, Intent};
    use crate::ui::rendered::rendered;

    #[test]
    fn answers_stand_behind_all_questions_and_the_page_waits_for_them() {
        let mut view = fixture::pushed();
        let lesson = view.lesson.clone().expect("the fixture opens the lesson");
        assert_eq!(view.update(Intent::PrintHandout), [Effect::Ask(Ask::Handout)]);
        assert_eq!(view.notices.len(), 1);
        let solved = Solved { answer: vec![vec![Inline::Text("the third".into())]], explanation: vec![] };
        let part = Part { title: "Questions".into(), questions: lesson.quiz.clone(), solved: vec![solved] };
        let told = Handout { trace: (*view.trace).clone(), parts: vec![part] };
        assert_eq!(view.learn(Fact::Told(Tell::Handout(Box::new(told)))), [Effect::Print]);
        assert!(view.notices.is_empty());
        let handout = view.handout.clone().expect("it is there");
        let html = rendered(&view, |context| self::handout(context, &handout));
        let (questions, answers) = html.split_once("class=\"answers\"").expect("answers are apart");
        assert!(questions.contains("At which step") && !questions.contains("the third"), "{html}");
        assert!(answers.contains("the third"), "{html}");
        view.update(Intent::PrintHandout);
        view.learn(Fact::Told(Tell::Refused("busy".into())));
        assert_eq!(view.notices.len(), 1, "only why it did not come");
        view.update(Intent::Print);
        assert!(view.handout.is_none(), "the concept snapshot is printed without it");
    }
}
