//! How fast the ways between machines and registries are, as modelled, and a
//! few speeds to choose from: each types its line at the prompt.

use yew::{Html, html};

use super::context::Context;
use super::intent::Intent;
use super::prose;
use super::words::{self, Word};
use crate::lab::{LinkView, MachineView};

/// Lines that people know: what they are, and how fast.
const SPEEDS: [(Word, &str, &str); 4] = [
    (words::in_a_data_centre, "1Gbit", "1ms"),
    (words::office, "100Mbit", "10ms"),
    (words::at_home, "20Mbit", "80ms"),
    (words::on_a_train, "1Mbit", "300ms"),
];

/// The ways of some machines, below what travels on them.
pub(super) fn links(context: &Context<'_>, machines: &[MachineView]) -> Html {
    let of_these = |link: &&LinkView| machines.iter().any(|machine| machine.name == link.machine);
    let links = context.view.snapshot.links.iter().filter(of_these);
    html! { <ul class="links" aria-label={words::speed_of_the_wires()}>{ for links.map(|link| choice(context, link, &link.registry)) }</ul> }
}

/// One way in a sentence.
pub(super) fn as_text(link: &LinkView) -> Html {
    html! { <li>{ words::wire_to(&link.machine, &link.registry, &speed(link)) }</li> }
}

/// The ways of the machine whose requests are listed.
pub(super) fn beside_requests(context: &Context<'_>) -> Html {
    let view = context.view;
    let machine = if view.traffic.machine.is_empty() { &view.snapshot.here } else { &view.traffic.machine };
    let links = view.snapshot.links.iter().filter(|link| link.machine == *machine);
    html! { <ul class="links wide" aria-label={words::speed_of_the_wires()}>{ for links.map(|link| choice(context, link, &format!("{} – {}", link.machine, link.registry))) }</ul> }
}

fn choice(context: &Context<'_>, link: &LinkView, name: &str) -> Html {
    let LinkView { machine, registry, .. } = link;
    let button = |(label, bandwidth, latency): &(Word, &str, &str)| {
        let line = format!("wire {machine} {registry} --bandwidth {bandwidth} --latency {latency}");
        html! {
            <button type="button" title={line.clone()} onclick={context.click(Intent::Order(line))}>
                { format!("{}: {bandwidth}, {latency}", label()) }
            </button>
        }
    };
    html! {
        <li>
            <details name="links">
                <summary>
                    <span class="between" translate="no">{ prose::name(name) }</span>
                    <span>{ speed(link) }</span>
                </summary>
                if link.real.is_none() {
                    <div class="speeds">
                        { for SPEEDS.iter().map(button) }
                        <p>{ words::times_on_the_wire() }
                            <code translate="no">{ format!("wire {machine} {registry} --bandwidth 5Mbit --latency 40ms") }</code></p>
                    </div>
                }
            </details>
        </li>
    }
}

fn speed(link: &LinkView) -> String {
    match &link.real {
        Some(place) => words::real_at(place),
        None => words::modelled(&link.bandwidth, &link.latency),
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn a_wire_says_how_fast_it_is_and_that_this_is_modelled() {
        let view = fixture::pushed();
        let html = rendered(&view, |context| links(context, &view.snapshot.machines[..1]));
        assert!(html.contains("20Mbit, 80ms, modelled"), "{html}");
        let line = "wire laptop registry.example.com --bandwidth 1Mbit --latency 300ms";
        assert!(html.contains(line), "{html}");
        assert!(!html.contains("wire prod"), "{html}");
    }

    #[test]
    fn a_real_registry_has_no_speed_to_choose() {
        let mut view = fixture::pushed();
        let mut snapshot = (*view.snapshot).clone();
        for link in Rc::make_mut(&mut snapshot.links) {
            link.real = Some("http://127.0.0.1:5000".into());
        }
        view.snapshot = snapshot.into();
        let html = rendered(&view, |context| links(context, &view.snapshot.machines[..1]));
        assert!(html.contains("real, at http://127.0.0.1:5000") && !html.contains("<button"), "{html}");
    }
}
