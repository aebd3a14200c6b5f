//! Requests as a sequence between places: a lane for each machine and each
//! registry, an arrow there and one back. The table says the same.

use yew::{Html, classes, html};

use super::context::Context;
use super::exchange::short;
use super::intent::Intent;
use super::request_table::{Request, status};
use super::words;
use crate::text::units;

/// Between two lanes, and from the edge to the first one, in pixels.
const LANE: usize = 184;
const EDGE: usize = 80;
/// The height of a request, of a line that begins, and of the names of the lanes.
const REQUEST: usize = 48;
const LINE: usize = 28;
const NAMES: usize = 26;

/// An id that is longer is shortened: a tag fits, the name of an upload does not.
const ID: usize = 24;

/// Some requests.
#[inline(never)]
pub(super) fn sequence(context: &Context<'_>, requests: &[Request<'_>]) -> Html {
    let lanes = lanes(requests);
    let width = 2 * EDGE + lanes.len().saturating_sub(1) * LANE;
    let (mut y, mut row, mut drawn) = (6, None, Vec::new());
    for request in requests {
        if row.replace(request.row) != Some(request.row) {
            drawn.push(line(request, y, width));
            y += LINE;
        }
        drawn.push(message(context, &lanes, request, y));
        y += REQUEST;
    }
    let name = |(at, name): (usize, &&str)| {
        html! { <text class="lane-name" x={x(at).to_string()} y="17" text-anchor="middle">{ (*name).to_owned() }</text> }
    };
    let lane = |at: usize| {
        let x = x(at).to_string();
        html! { <line class="lane" x1={x.clone()} x2={x} y1="0" y2={y.to_string()} /> }
    };
    html! {
        <div class="sequence" translate="no">
            <svg class="lane-names" width={width.to_string()} height={NAMES.to_string()} aria-hidden="true">
                { for lanes.iter().enumerate().map(name) }
            </svg>
            <svg width={width.to_string()} height={y.to_string()} role="group" aria-label={words::sequence_of_requests()}>
                { for (0..lanes.len()).map(lane) }
                { for drawn }
            </svg>
        </div>
    }
}

/// Machines, then registries, in the order in which they speak.
fn lanes<'a>(requests: &[Request<'a>]) -> Vec<&'a str> {
    let machines = requests.iter().map(|request| request.machine);
    let registries = requests.iter().map(|request| request.exchange.registry.as_str());
    let mut lanes = Vec::new();
    for name in machines.chain(registries) {
        if !lanes.contains(&name) {
            lanes.push(name);
        }
    }
    lanes
}

fn x(lane: usize) -> usize {
    EDGE + lane * LANE
}

/// Where the requests of a line begin.
fn line(request: &Request<'_>, y: usize, width: usize) -> Html {
    let text = match request.row {
        Some(row) => format!("{row} · {} $ {}", request.machine, request.line),
        None => format!("now · {}", request.machine),
    };
    html! {
        <g class="sequence-line">
            <line x1="0" x2={width.to_string()} y1={(y + 1).to_string()} y2={(y + 1).to_string()} />
            <text x="4" y={(y + 18).to_string()}>{ text }</text>
        </g>
    }
}

/// A request and its answer; it opens the exchange.
fn message(context: &Context<'_>, lanes: &[&str], request: &Request<'_>, y: usize) -> Html {
    let exchange = request.exchange;
    let place = |name: &str| lanes.iter().position(|lane| *lane == name).map(x).unwrap_or_default();
    let (from, to) = (place(request.machine), place(&exchange.registry));
    let middle = usize::midpoint(from, to).to_string();
    let ending = match exchange.status {
        200..400 => "good",
        400..500 => "no",
        _ => "bad",
    };
    let selection = request.selection();
    let selected = context.view.selection == selection;
    let (sent, received) = (size(exchange.sent), size(exchange.received));
    html! {
        <a href="#inspector" class={classes!("message", ending, selected.then_some("selected"))}
            onclick={context.follow(Intent::Select(selection))}>
            <title>{ format!("{} {}: {}", exchange.method, exchange.path, status(exchange)) }</title>
            <rect x={from.min(to).to_string()} y={y.to_string()} width={from.abs_diff(to).to_string()} height={(REQUEST - 4).to_string()} rx="4" />
            <text x={middle.clone()} y={(y + 13).to_string()} text-anchor="middle">{ format!("{} {}{sent}", exchange.method, label(&exchange.path)) }</text>
            { arrow("ask", from, to, y + 19) }
            if exchange.status > 0 {
                <text class="answer" x={middle} y={(y + 33).to_string()} text-anchor="middle">{ format!("{}{received}", status(exchange)) }</text>
                { arrow("answer", to, from, y + 38) }
            } else {
                <text class="answer" x={middle} y={(y + 33).to_string()} text-anchor="middle">{ words::no_answer() }</text>
            }
        </a>
    }
}

/// The end of a path; of a long id only its beginning.
fn label(path: &str) -> String {
    let short = short(path);
    match short.rsplit_once('/') {
        Some((before, id)) if id.len() > ID && !id.contains(':') => {
            format!("{before}/{}…", id.chars().take(ID / 3).collect::<String>())
        }
        _ => short,
    }
}

fn size(bytes: u64) -> String {
    if bytes == 0 { String::new() } else { format!(" · {}", units::size(bytes)) }
}

/// A line with a head at its end.
fn arrow(class: &'static str, from: usize, to: usize, y: usize) -> Html {
    let back = if to > from { to.saturating_sub(7) } else { to + 7 };
    let head = format!("{to},{y} {back},{} {back},{}", y - 4, y + 4);
    let (x1, x2, y) = (from.to_string(), to.to_string(), y.to_string());
    html! {
        <g class={class}>
            <line x1={x1} x2={x2} y1={y.clone()} y2={y} />
            <polygon points={head} />
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_name_of_an_upload_is_shortened_and_a_tag_is_not() {
        let table = [
            ("/v2/a/blobs/uploads/1a707421-2d2e-42be-a9f3-0db239f9243e?digest=sha256:00", "uploads/1a707421…"),
            ("/v2/a/manifests/2026-11-28-nightly", "manifests/2026-11-28-nightly"),
            ("/v2/a/blobs/sha256:0c6b2290185ff857", "blobs/sha256:0c6b2290"),
            ("/v2/", "v2/"),
        ];
        for (path, expected) in table {
            assert_eq!(label(path), expected);
        }
    }
}
