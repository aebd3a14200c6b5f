//! `Cost`: what grows with what, measured by running it again and again in
//! copies of the lab; as a chart and as a table, with a slider for the round.

use yew::{Html, classes, html};

use super::chart;
use crate::course::{CaseView, CostView, Series, SwitchView};
use crate::text::units;
use crate::ui::context::{Context, truth};
use crate::ui::intent::Intent;
use crate::ui::study::{Act, Gauge};
use crate::ui::{prose, words};

/// All costs.
pub(super) fn costs(context: &Context<'_>, costs: &[CostView]) -> Html {
    html! {
        <>
            { super::heading(words::cost(), words::what_grows_with_what(), words::nothing_here_is_estimated()) }
            { for costs.iter().map(|cost| self::cost(context, cost)) }
        </>
    }
}

fn cost(context: &Context<'_>, cost: &CostView) -> Html {
    let gauge = context.view.study.cost(&cost.id);
    let on: Vec<bool> = (0..cost.switches.len()).map(|at| gauge.on.get(at) != Some(&false)).collect();
    html! {
        <section class="cost" key={cost.id.clone()}>
            <h3>{ prose::inlines(context, &cost.title) }</h3>
            <div class="prose">{ prose::blocks(context, &cost.prose) }</div>
            if !on.is_empty() {
                <div class="switches" role="group" aria-label={words::what_if()}>
                    { for cost.switches.iter().enumerate().map(|(at, switch)| self::switch(context, cost, &on, (at, switch))) }
                </div>
            }
            { lines(cost, &on) }
            { measuring(context, cost, &gauge, &on) }
            <div role="status">
                if !gauge.series.is_empty() { { measured(context, cost, &gauge) } }
            </div>
        </section>
    }
}

/// A switch: it says how it stands, and a click turns it.
fn switch(context: &Context<'_>, cost: &CostView, on: &[bool], (at, switch): (usize, &SwitchView)) -> Html {
    let mut turned = on.to_vec();
    turned[at] = !on[at];
    let words = if on[at] { &switch.on.name } else { &switch.off.name };
    html! {
        <button type="button" class="switch" role="switch" aria-checked={truth(on[at])} aria-label={switch.on.name.clone()}
            onclick={context.click(Intent::Study(Act::Turn(cost.id.clone(), turned)))}>
            <span class="knob" aria-hidden="true"></span><span>{ words.clone() }</span>
        </button>
    }
}

/// The button that measures; while that goes on, how far it is and a way to give it up.
fn measuring(context: &Context<'_>, cost: &CostView, gauge: &Gauge, on: &[bool]) -> Html {
    let Some((done, all)) = gauge.runs else {
        let label = if gauge.series.is_empty() { words::measure() } else { words::measure_again() };
        let act = Act::Measure(cost.id.clone(), on.to_vec());
        return html! {
            <button type="button" class="primary" disabled={context.view.study.measures()}
                onclick={context.click(Intent::Study(act))}>{ label }</button>
        };
    };
    html! {
        <p class="measuring">
            <progress max={all.max(1).to_string()} value={done.to_string()} aria-label={words::rounds_measured()}></progress>
            <span>{ words::round_of(done, all) }</span>
            <button type="button" class="quiet" onclick={context.click(Intent::Study(Act::StopMeasuring))}>{ words::cancel() }</button>
        </p>
    }
}

/// All lines, as the switches stand.
fn lines(cost: &CostView, on: &[bool]) -> Html {
    let arms = cost.switches.iter().zip(on).map(|(switch, on)| if *on { &switch.on } else { &switch.off });
    html! {
        <details class="moment">
            <summary>{ words::the_lines() }</summary>
            { for arms.chain(&cost.cases).map(case) }
        </details>
    }
}

fn case(case: &CaseView) -> Html {
    let setup = case.setup.iter().map(|line| html! { <li>{ line.clone() }</li> });
    let each = case.each.iter().map(|line| html! { <li>{ line.clone() }</li> });
    let of = |when: &str| if case.name.is_empty() { when.to_owned() } else { words::labelled(&case.name, when) };
    html! {
        <>
            if !case.setup.is_empty() {
                <p class="eyebrow">{ of(words::once_not_counted()) }</p>
                <ul class="shows" translate="no">{ for setup }</ul>
            }
            if !case.each.is_empty() {
                <p class="eyebrow">{ of(&words::each_round("{n}")) }</p>
                <ul class="shows" translate="no">{ for each }</ul>
            }
        </>
    }
}

fn measured(context: &Context<'_>, cost: &CostView, gauge: &Gauge) -> Html {
    let rounds = gauge.series.iter().map(|series| series.rounds.len()).max().unwrap_or_default();
    let round = gauge.round.unwrap_or(rounds).clamp(1, rounds.max(1));
    let most = gauge.series.iter().map(|series| series.rounds.iter().sum()).max().unwrap_or_default();
    let label = words::summed_up_over(&cost.measure, &cost.count);
    let id = cost.id.clone();
    let slid = context.input(move |text| Intent::Study(Act::Round(id.clone(), text.parse().unwrap_or(1))));
    html! {
        <>
            { chart::chart(&gauge.series, round, &label, &amount(cost, most)) }
            <label class="slider">
                <span>{ words::labelled(&cost.count, round) }</span>
                <input type="range" min="1" max={rounds.to_string()} value={round.to_string()} oninput={slid} />
            </label>
            { table(cost, &gauge.series, round) }
        </>
    }
}

/// A number of what is measured, in its unit.
fn amount(cost: &CostView, number: u64) -> String {
    if cost.bytes { units::size(number) } else { number.to_string() }
}

fn table(cost: &CostView, series: &[Series], round: usize) -> Html {
    let row = |(at, series): (usize, &Series)| {
        let one = series.rounds.get(round - 1).copied().unwrap_or_default();
        let all: u64 = series.rounds.iter().take(round).sum();
        html! {
            <tr>
                <th scope="row"><span class={classes!("key", format!("series-{at}"))} aria-hidden="true"></span>{ series.name.clone() }</th>
                <td>{ amount(cost, one) }</td>
                <td>{ amount(cost, all) }</td>
            </tr>
        }
    };
    html! {
        <table class="measured">
            <thead><tr>
                <th scope="col">{ cost.measure.clone() }</th>
                <th scope="col">{ words::in_round(round) }</th>
                <th scope="col">{ words::in_all_rounds(round) }</th>
            </tr></thead>
            <tbody>{ for series.iter().enumerate().map(row) }</tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::{Measured, Measuring};
    use crate::session::{Ask, Tell};
    use crate::ui::intent::Effect;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    fn view() -> CostView {
        CostView {
            id: "cost-1".into(),
            title: vec![],
            prose: vec![],
            count: "pushes".into(),
            measure: "bytes sent".into(),
            bytes: true,
            rounds: 2,
            cases: vec![],
            switches: vec![SwitchView { on: case("mounted"), off: case("sent again") }],
        }
    }

    fn case(name: &str) -> CaseView {
        CaseView { name: name.into(), setup: vec![], each: vec![] }
    }

    fn told(page: &mut View, name: &str, rounds: Vec<u64>) {
        let series = vec![Series { name: name.into(), rounds }];
        page.learn(Fact::Told(Tell::Measured(Measured { id: "cost-1".into(), series })));
    }

    #[test]
    fn what_was_measured_is_a_table_too() {
        let mut page = View::default();
        let html = |page: &View| rendered(page, |context| costs(context, &[view()]));
        told(&mut page, "one", vec![1000, 500]);
        let last = html(&page);
        assert!(last.contains("in all 2") && last.contains("1.5kB"), "{last}");
        page.update(Intent::Study(Act::Round("cost-1".into(), 1)));
        assert!(html(&page).contains("in round 1"));
    }

    #[test]
    fn measuring_says_how_far_it_is_and_can_be_given_up() {
        let mut page = View::default();
        let html = |page: &View| rendered(page, |context| costs(context, &[view()]));
        page.update(Intent::Study(Act::Measure("cost-1".into(), vec![true])));
        page.learn(Fact::Told(Tell::Measuring(Measuring { id: "cost-1".into(), done: 1, all: 2 })));
        let running = html(&page);
        assert!(
            running.contains("round 1 of 2") && running.contains("Cancel") && !running.contains("Measure<"),
            "{running}"
        );
        let effects = page.update(Intent::Study(Act::StopMeasuring));
        assert_eq!(effects, [Effect::Ask(Ask::StopMeasuring), Effect::Remember]);
        page.learn(Fact::Told(Tell::Measured(Measured { id: "cost-1".into(), series: vec![] })));
        assert!(html(&page).contains("Measure<") && page.announcement == "Measuring was given up.");
    }

    #[test]
    fn a_switch_is_turned_and_what_was_measured_before_stays_beside() {
        let mut page = View::default();
        let html = |page: &View| rendered(page, |context| costs(context, &[view()]));
        assert!(html(&page).contains(r#"aria-checked="true""#));
        told(&mut page, "mounted", vec![1]);
        page.update(Intent::Study(Act::Turn("cost-1".into(), vec![false])));
        let turned = html(&page);
        assert!(turned.contains(r#"aria-checked="false""#) && turned.contains("sent again"), "{turned}");
        told(&mut page, "sent again", vec![9]);
        told(&mut page, "mounted", vec![2]);
        let names: Vec<String> = page.study.cost("cost-1").series.into_iter().map(|series| series.name).collect();
        assert_eq!(names, ["sent again", "mounted"]);
    }
}
