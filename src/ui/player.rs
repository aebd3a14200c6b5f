//! The player: the history as a row of stops, and the lesson's steps still
//! to come after it.

use yew::{Callback, Html, KeyboardEvent, classes, html};

use super::context::Context;
use super::forks;
use super::icons::{self, Icon, icon};
use super::intent::Intent;
use super::play::Stop;
use super::words;
use crate::limits::PLAYER_STOPS;

/// The toolbar and the slider.
pub(super) fn player(context: &Context<'_>) -> Html {
    let view = context.view;
    let stops = view.stops();
    let (here, last) = (view.history.position, stops.len() - 1);
    let going = view.play.going;
    let (play, path) = if going { (words::pause(), icons::PAUSE) } else { (words::play(), icons::PLAY) };
    html! {
        <section class="player" aria-label={words::player()}>
            if view.forks.open { { forks::forks(context) } }
            <div class="bar" role="toolbar" aria-label={words::point_of_the_history()}>
            <div class="controls">
                { button(context, words::first(), icons::FIRST, Intent::First, here == 0) }
                { button(context, words::back(), icons::BACK, Intent::Back, here == 0) }
                <button type="button" class="tool main" aria-label={play} title={play} disabled={here == last && !going}
                    onclick={context.click(Intent::Play(!going))}>{ icon(path) }</button>
                { button(context, words::next(), icons::FORWARD, Intent::Forward, here == last) }
                { button(context, words::last(), icons::LAST, Intent::Last, here == last) }
            </div>
            { slider(context, &stops) }
            <div class="controls speed" role="group" aria-label={words::speed()}>
                { button(context, words::slower(), icons::SLOWER, Intent::Speed(false), false) }
                <span class="value" aria-live="polite">{ view.play.speed() }</span>
                { button(context, words::faster(), icons::FASTER, Intent::Speed(true), false) }
            </div>
            <div class="controls">
                { button(context, words::undo(), icons::UNDO, Intent::Undo, here == 0) }
                { button(context, words::redo(), icons::REDO, Intent::Redo, here >= view.history.operations.len()) }
                { forks::opener(context) }
            </div>
            </div>
        </section>
    }
}

fn button(context: &Context<'_>, label: &'static str, path: Icon, intent: Intent, disabled: bool) -> Html {
    html! {
        <button type="button" class="tool" aria-label={label} title={label} disabled={disabled} onclick={context.click(intent)}>
            { icon(path) }
        </button>
    }
}

fn slider(context: &Context<'_>, stops: &[Stop]) -> Html {
    let (here, last) = (context.view.history.position, stops.len() - 1);
    let label = stops.get(here).map_or("", |stop| &stop.label);
    let (from, to) = window(here, stops.len());
    html! {
        <div class={classes!("track", (to - from > 8).then_some("dense"))} role="slider" tabindex="0"
            aria-label={words::point_of_the_history()} aria-orientation="horizontal" aria-valuemin="0"
            aria-valuemax={last.to_string()} aria-valuenow={here.to_string()}
            aria-valuetext={words::step_of(here, last, label)} onkeydown={keys(context)}>
            { for (from..to).map(|at| stop(context, at, &stops[at])) }
        </div>
    }
}

fn stop(context: &Context<'_>, at: usize, stop: &Stop) -> Html {
    let here = context.view.history.position;
    let class = classes!(
        "stop",
        (at == here).then_some("now"),
        (at <= here).then_some("past"),
        (!stop.done).then_some("to-come"),
        stop.failed.then_some("failed"),
    );
    html! {
        <span class={class} key={at} title={stop.line.clone()} onclick={context.click(Intent::GoTo(at))}>
            <span class="dot"></span><span class="label" translate={(at > 0).then_some("no")}>{ stop.label.clone() }</span>
        </span>
    }
}

/// The stops that are drawn: those around the current one.
fn window(here: usize, stops: usize) -> (usize, usize) {
    let from = here.saturating_sub(PLAYER_STOPS / 2).min(stops.saturating_sub(PLAYER_STOPS));
    (from, stops.min(from + PLAYER_STOPS))
}

fn keys(context: &Context<'_>) -> Callback<KeyboardEvent> {
    let emit = context.emit.clone();
    let going = context.view.play.going;
    Callback::from(move |event: KeyboardEvent| {
        let plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key();
        if let Some(intent) = meaning(&event.key(), going).filter(|_| plain) {
            event.prevent_default();
            emit.emit(intent);
        }
    })
}

fn meaning(key: &str, going: bool) -> Option<Intent> {
    match key {
        "ArrowLeft" | "ArrowDown" => Some(Intent::Back),
        "ArrowRight" | "ArrowUp" => Some(Intent::Forward),
        "Home" => Some(Intent::First),
        "End" => Some(Intent::Last),
        " " => Some(Intent::Play(!going)),
        "+" => Some(Intent::Speed(true)),
        "-" => Some(Intent::Speed(false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Ask;
    use crate::ui::fixture;
    use crate::ui::intent::Effect;
    use crate::ui::rendered::rendered;

    #[test]
    fn the_slider_says_the_step_in_words() {
        let html = rendered(&fixture::pushed(), player);
        assert!(html.contains("aria-valuetext=\"Step 3 of 5: push\""), "{html}");
        assert_eq!(html.matches("class=\"stop").count(), 6, "{html}");
    }

    #[test]
    fn next_beyond_the_history_runs_the_next_line() {
        let mut view = fixture::pushed();
        assert_eq!(view.update(Intent::Forward), [Effect::Ask(Ask::Jump { position: 4 })]);
        assert_eq!(view.update(Intent::Forward), [], "one at a time");
        let mut view = fixture::pushed();
        assert_eq!(view.update(Intent::Back), [Effect::Ask(Ask::Jump { position: 2 })]);
    }

    #[test]
    fn a_long_history_shows_the_stops_around_the_current_one() {
        assert_eq!(window(0, 6), (0, 6));
        assert_eq!(window(50, 100), (43, 57));
        assert_eq!(window(99, 100), (86, 100));
    }

    #[test]
    fn the_keys_of_the_player_have_their_meaning() {
        assert_eq!(meaning("End", false), Some(Intent::Last));
        assert_eq!(meaning(" ", true), Some(Intent::Play(false)));
        assert_eq!(meaning("x", false), None);
    }
}
