//! `Cost`: what grows with what, measured by running it again and again in
//! copies of the lab; as a chart and as a table, with a slider for the round.

use yew::{Html, html};

use super::chart;
use crate::course::{CaseView, CostView, Measured};
use crate::text::units;
use crate::ui::context::Context;
use crate::ui::intent::Intent;
use crate::ui::prose;
use crate::ui::study::Act;

/// All costs.
pub(super) fn costs(context: &Context<'_>, costs: &[CostView]) -> Html {
    let about = "Nothing here is estimated: the lines are run round after round, and what they cost is counted.";
    html! {
        <>
            { super::heading("Cost", "What grows with what", about) }
            { for costs.iter().map(|cost| self::cost(context, cost)) }
        </>
    }
}

fn cost(context: &Context<'_>, cost: &CostView) -> Html {
    let measuring = context.view.study.cost(&cost.id);
    let runs = measuring.is_some_and(|measuring| measuring.result.is_none());
    let result = measuring.and_then(|measuring| measuring.result.as_deref().map(|result| (result, measuring.round)));
    html! {
        <section class="cost" key={cost.id.clone()}>
            <h3>{ prose::inlines(context, &cost.title) }</h3>
            <div class="prose">{ prose::blocks(context, &cost.prose) }</div>
            <details class="moment"><summary>{ "The lines" }</summary>{ for cost.cases.iter().map(case) }</details>
            if result.is_none() {
                <button type="button" class="primary" disabled={runs}
                    onclick={context.click(Intent::Study(Act::Measure(cost.id.clone())))}>
                    { if runs { "Measuring…" } else { "Measure" } }
                </button>
            }
            <div role="status">
                if let Some((result, round)) = result { { measured(context, cost, result, round) } }
            </div>
        </section>
    }
}

fn case(case: &CaseView) -> Html {
    let setup = case.setup.iter().map(|line| html! { <li>{ line.clone() }</li> });
    let each = case.each.iter().map(|line| html! { <li>{ line.clone() }</li> });
    html! {
        <>
            <p class="eyebrow">{ format!("{}: once, not counted", case.name) }</p>
            <ul class="shows" translate="no">{ for setup }</ul>
            <p class="eyebrow">{ "each round, {n} is its number" }</p>
            <ul class="shows" translate="no">{ for each }</ul>
        </>
    }
}

fn measured(context: &Context<'_>, cost: &CostView, result: &Measured, round: Option<usize>) -> Html {
    let rounds = result.series.iter().map(|series| series.rounds.len()).max().unwrap_or_default();
    let round = round.unwrap_or(rounds).clamp(1, rounds.max(1));
    let most = result.series.iter().map(|series| series.rounds.iter().sum()).max().unwrap_or_default();
    let label = format!("{}, summed up, over {}; the table below has the numbers", cost.measure, cost.count);
    let id = cost.id.clone();
    let slid = context.input(move |text| Intent::Study(Act::Round(id.clone(), text.parse().unwrap_or(1))));
    html! {
        <>
            { chart::chart(result, round, &label, &amount(cost, most)) }
            <label class="slider">
                <span>{ format!("{}: {round}", cost.count) }</span>
                <input type="range" min="1" max={rounds.to_string()} value={round.to_string()} oninput={slid} />
            </label>
            { table(cost, result, round) }
        </>
    }
}

/// A number of what is measured, in its unit.
fn amount(cost: &CostView, number: u64) -> String {
    if cost.bytes { units::size(number) } else { number.to_string() }
}

fn table(cost: &CostView, result: &Measured, round: usize) -> Html {
    let row = |(at, series): (usize, &crate::course::Series)| {
        let one = series.rounds.get(round - 1).copied().unwrap_or_default();
        let all: u64 = series.rounds.iter().take(round).sum();
        html! {
            <tr>
                <th scope="row"><span class={format!("key series-{at}")} aria-hidden="true"></span>{ series.name.clone() }</th>
                <td>{ amount(cost, one) }</td>
                <td>{ amount(cost, all) }</td>
            </tr>
        }
    };
    html! {
        <table class="measured">
            <thead><tr>
                <th scope="col">{ cost.measure.clone() }</th>
                <th scope="col">{ format!("in round {round}") }</th>
                <th scope="col">{ format!("in all {round}") }</th>
            </tr></thead>
            <tbody>{ for result.series.iter().enumerate().map(row) }</tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Series;
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
        }
    }

    #[test]
    fn what_was_measured_is_a_table_too() {
        let mut page = View::default();
        page.update(Intent::Study(Act::Measure("cost-1".into())));
        let html = |page: &View| rendered(page, |context| costs(context, &[view()]));
        assert!(html(&page).contains("Measuring…"));
        let series = vec![Series { name: "one".into(), rounds: vec![1000, 500] }];
        page.learn(Fact::Told(crate::session::Tell::Measured(Measured { id: "cost-1".into(), series })));
        let last = html(&page);
        assert!(last.contains("in all 2") && last.contains("1.5kB"), "{last}");
        page.update(Intent::Study(Act::Round("cost-1".into(), 1)));
        assert!(html(&page).contains("in round 1"));
    }
}
