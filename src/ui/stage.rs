//! The stage: machines and registries as places, what travels between them,
//! and the same as text for who prefers or needs it.

use yew::{Html, html};

use super::context::{Context, truth};
use super::intent::Intent;
use super::view::Shape;
use super::words;
use super::{flow, link, place, wire};
use crate::lab::MachineView;

/// The flow, the switch, and the places.
pub(super) fn stage(context: &Context<'_>) -> Html {
    html! {
        <>
            <div class="stage-head">
                { flow::flow(context) }
                { switch(context) }
            </div>
            { match context.view.shape {
                Shape::Diagram => diagram(context),
                Shape::Table => text(context),
            } }
        </>
    }
}

fn switch(context: &Context<'_>) -> Html {
    let choice = |(shape, label): (Shape, &'static str)| {
        html! {
            <button type="button" aria-pressed={truth(context.view.shape == shape)}
                onclick={context.click(Intent::Shape(shape))}>{ label }</button>
        }
    };
    let choices = [(Shape::Diagram, words::diagram()), (Shape::Table, words::text())];
    html! { <div class="switch" role="group" aria-label={words::stage_as()}>{ for choices.into_iter().map(choice) }</div> }
}

/// The first machine, the registries, the other machines, with wires between.
fn diagram(context: &Context<'_>) -> Html {
    let view = context.view;
    let (first, others) = split(&view.snapshot.machines);
    html! {
        <div class="places">
            <div class="column">{ for first.iter().map(|machine| place::machine(context, machine)) }</div>
            { wire::wire(context, first) }
            <div class="column">{ registries(context) }</div>
            { wire::wire(context, others) }
            <div class="column">{ for others.iter().map(|machine| place::machine(context, machine)) }</div>
        </div>
    }
}

fn registries(context: &Context<'_>) -> Html {
    let registries = &context.view.snapshot.registries;
    if registries.is_empty() {
        return html! {
            <section class="place" aria-label={words::no_registry_yet()}>
                <header><h2>{ words::registry() }</h2><span>{ words::none_yet() }</span></header>
                <p class="empty">{ words::no_registry_was_needed_yet() }</p>
            </section>
        };
    }
    // Docker's default registry is where base images come from; those of the lesson stand before it.
    let (default, named): (Vec<_>, Vec<_>) = registries.iter().partition(|registry| registry.name == "docker.io");
    named.into_iter().chain(default).map(|registry| place::registry(context, registry)).collect()
}

/// Everything on the stage as nested lists.
fn text(context: &Context<'_>) -> Html {
    let snapshot = &context.view.snapshot;
    html! {
        <ul class="tree">
            { for snapshot.machines.iter().map(|machine| place::machine_as_text(context, machine)) }
            { for snapshot.registries.iter().map(|registry| place::registry_as_text(context, registry)) }
            { for snapshot.links.iter().map(link::as_text) }
            { wire::as_text(context) }
        </ul>
    }
}

fn split(machines: &[MachineView]) -> (&[MachineView], &[MachineView]) {
    machines.split_at(machines.len().min(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    #[test]
    fn an_empty_lab_teaches_what_to_do() {
        let html = rendered(&fixture::at_start(), stage);
        assert!(html.contains("docker build -t mlmodel:1.0 ."), "{html}");
        assert!(html.contains("No registry was needed yet"), "{html}");
    }

    #[test]
    fn the_text_names_every_digest_the_diagram_names() {
        let mut view = fixture::pushed();
        let digests = |view: &View| {
            let html = rendered(view, stage);
            let titles = html.split("title=\"sha256:").skip(1).map(|rest| rest[..64].to_owned());
            titles.collect::<std::collections::BTreeSet<_>>()
        };
        let drawn = digests(&view);
        view.update(Intent::Shape(Shape::Table));
        assert_eq!(digests(&view), drawn);
        assert!(drawn.len() > 4);
    }
}
