//! Lines over rounds, summed up: a picture of the table that stands below it.

use yew::{Html, html};

use crate::course::Series;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 180.0;
/// Around the lines, so that dots are whole.
const MARGIN: f64 = 8.0;

/// A line a series; the round looked at has dots. `label` says what is drawn, `most` the highest sum.
pub(super) fn chart(series: &[Series], round: usize, label: &str, most: &str) -> Html {
    let sums: Vec<Vec<f64>> = series.iter().map(|series| summed(&series.rounds)).collect();
    let top = sums.iter().flatten().copied().fold(1.0, f64::max);
    let rounds = sums.iter().map(Vec::len).max().unwrap_or_default();
    let x = |at: usize| MARGIN + (WIDTH - 2.0 * MARGIN) * fraction(at, rounds.saturating_sub(1));
    let y = |sum: f64| HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * sum / top;
    let line = |(number, sums): (usize, &Vec<f64>)| {
        let points: Vec<String> =
            sums.iter().enumerate().map(|(at, sum)| format!("{:.1},{:.1}", x(at), y(*sum))).collect();
        let dot = sums.get(round - 1).map(|sum| (x(round - 1), y(*sum)));
        html! {
            <g class={format!("series-{number}")}>
                <polyline points={points.join(" ")} />
                if let Some((x, y)) = dot { <circle cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="5" /> }
            </g>
        }
    };
    html! {
        <svg class="chart" viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={label.to_owned()}>
            <path class="axes" d={format!("M{MARGIN} {MARGIN}V{}H{}", HEIGHT - MARGIN, WIDTH - MARGIN)} />
            <text x="16" y="20">{ most.to_owned() }</text>
            { for sums.iter().enumerate().map(line) }
        </svg>
    }
}

/// What all rounds up to each have cost.
#[expect(clippy::cast_precision_loss, reason = "a point on the screen")]
fn summed(rounds: &[u64]) -> Vec<f64> {
    let sum = |sum: &mut u64, round: &u64| {
        *sum = sum.saturating_add(*round);
        Some(*sum as f64)
    };
    rounds.iter().scan(0, sum).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a point on the screen")]
fn fraction(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    #[test]
    fn the_highest_sum_is_at_the_top_and_the_last_round_at_the_right() {
        let series =
            vec![Series { name: "one".into(), rounds: vec![1, 3] }, Series { name: "two".into(), rounds: vec![0, 0] }];
        let html = rendered(&View::default(), |_| chart(&series, 2, "bytes", "4B"));
        assert!(html.contains("472.0,8.0") && html.contains("8.0,131.0"), "{html}");
        assert!(html.contains("8.0,172.0 472.0,172.0"), "{html}");
    }
}
