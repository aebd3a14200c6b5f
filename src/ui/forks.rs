//! Branches of the history and names of its points, over the player. As those
//! of the explorer, its functions are never inlined: they come with the rest of
//! the page.

use std::rc::Rc;

use yew::{Callback, Html, KeyboardEvent, html};

use super::context::Context;
use super::difference::differences;
use super::icons::{self, icon};
use super::intent::{Effect, Intent};
use super::view::View;
use super::words;
use crate::session::{Ask, BookmarkView, BranchView, Compared, HistoryView};

/// What is open of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forks {
    /// Whether the panel is to be seen.
    pub open: bool,
    /// The name that is being typed.
    name: String,
    /// What the two points that are compared are called.
    called: (String, String),
    /// What came of it.
    compared: Option<Rc<Compared>>,
}

/// What can be wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forking {
    /// Open the panel, or close it.
    Open(bool),
    /// Go to a point, as [`Ask::GoTo`] has it.
    GoTo(Option<usize>),
    /// Hold this point, which has a name, beside the one the lab is at.
    Compare(Option<usize>, String),
    /// The name changed.
    Typed(String),
    /// Give the name to the point the lab is at.
    Name,
    /// Take a name away.
    Forget(String),
    /// Back to where the present step of the lesson began.
    ResetStep,
}

impl View {
    /// Takes what the learner wants of it.
    #[inline(never)]
    pub(super) fn fork(&mut self, forking: Forking) -> Vec<Effect> {
        // A button that was pressed may be of no use then: the focus goes where one goes on.
        let (ask, next) = match forking {
            Forking::Open(open) => {
                self.forks = Forks { open, ..Forks::default() };
                return vec![Effect::Focus(if open { "forks" } else { "branches" })];
            }
            Forking::GoTo(at) => (Ask::GoTo { at }, Some("forks")),
            Forking::Compare(other, name) => {
                self.forks.called = (here(&self.history), name);
                (Ask::Compare { one: self.history.at, other }, None)
            }
            Forking::Typed(name) => {
                self.forks.name = name;
                return Vec::new();
            }
            Forking::Name => (Ask::Bookmark { name: std::mem::take(&mut self.forks.name) }, Some("bookmark-name")),
            Forking::Forget(name) => (Ask::ForgetBookmark { name }, Some("bookmark-name")),
            Forking::ResetStep => (Ask::ResetStep, Some("forks")),
        };
        std::iter::once(Effect::Ask(ask)).chain(next.map(Effect::Focus)).collect()
    }

    /// Takes two points beside each other.
    #[inline(never)]
    pub(super) fn hear_compared(&mut self, compared: Compared) {
        words::compared().clone_into(&mut self.announcement);
        self.forks.compared = Some(Rc::new(compared));
    }
}

/// What the point is called that the lab is at.
fn here(history: &HistoryView) -> String {
    let branch = history.branches.iter().find(|branch| branch.shown).map(|branch| branch.name.as_str());
    match (history.position, branch) {
        (0, _) => words::the_start().to_owned(),
        (position, None) => words::stop(position),
        (position, Some(branch)) => words::stop_of(position, branch),
    }
}

/// The button that opens it.
pub(super) fn opener(context: &Context<'_>) -> Html {
    let open = context.view.forks.open;
    html! {
        <button type="button" class="tool" id="branches" aria-label={words::branches_and_bookmarks()} title={words::branches_and_bookmarks()}
            aria-expanded={super::context::truth(open)} onclick={context.click(Intent::Fork(Forking::Open(!open)))}>
            { icon(icons::FORK) }
        </button>
    }
}

/// The panel.
#[inline(never)]
pub(super) fn forks(context: &Context<'_>) -> Html {
    let (history, forks) = (&context.view.history, &context.view.forks);
    html! {
        <div class="forks" id="forks" tabindex="-1" role="group" aria-label={words::branches_and_bookmarks()} onkeydown={keys(context)}>
            <header>
                <h2>{ words::branches_and_bookmarks() }</h2>
                <p>{ words::you_are_at(&here(history)) }</p>
                { button(context, words::reset_this_step(), words::reset_this_step_back(), Forking::ResetStep, history.position == 0) }
                <button type="button" class="tool" aria-label={words::close()} onclick={context.click(Intent::Fork(Forking::Open(false)))}>
                    { icon(icons::CLOSE) }
                </button>
            </header>
            { branches(context, history) }
            { bookmarks(context, history, forks) }
            { for forks.compared.iter().map(|compared| differences(&forks.called, compared)) }
        </div>
    }
}

fn keys(context: &Context<'_>) -> Callback<KeyboardEvent> {
    let emit = context.emit.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            emit.emit(Intent::Fork(Forking::Open(false)));
        }
    })
}

fn button(context: &Context<'_>, word: &'static str, label: &str, forking: Forking, disabled: bool) -> Html {
    html! {
        <button type="button" class="quiet" aria-label={label.to_owned()} disabled={disabled}
            onclick={context.click(Intent::Fork(forking))}>{ word }</button>
    }
}

#[inline(never)]
fn branches(context: &Context<'_>, history: &HistoryView) -> Html {
    if history.branches.is_empty() {
        return html! {
            <p class="empty">{ words::no_branches_yet() }</p>
        };
    }
    let row = |branch: &BranchView| {
        let end = words::the_end_of(&branch.name);
        let from = match branch.forked {
            _ if branch.name == "main" => words::the_first_way().to_owned(),
            0 => words::from_the_start().to_owned(),
            stop => words::from_stop(stop),
        };
        html! {
            <tr class={branch.shown.then_some("shown")} key={branch.name.clone()}>
                <th scope="row">{ branch.name.clone() }if branch.shown { <span class="eyebrow">{ words::shown() }</span> }</th>
                <td data-label={words::from()}>{ from }</td>
                <td data-label={words::stops()} class="number">{ branch.depth }</td>
                <td data-label={words::begins_with()} translate="no"><code>{ branch.first.clone() }</code></td>
                <td data-label={words::ends_with()} translate="no"><code>{ branch.last.clone() }</code></td>
                <td class="actions">{ ways(context, history, Some(branch.tip), &end) }</td>
            </tr>
        }
    };
    html! {
        <table>
            <caption class="unseen">{ words::branches() }</caption>
            <thead><tr>
                <th scope="col">{ words::branch() }</th><th scope="col">{ words::from() }</th><th scope="col">{ words::stops() }</th>
                <th scope="col">{ words::begins_with() }</th><th scope="col">{ words::ends_with() }</th><td></td>
            </tr></thead>
            <tbody>{ for history.branches.iter().map(row) }</tbody>
        </table>
    }
}

/// What can be done with a point that is called so.
fn ways(context: &Context<'_>, history: &HistoryView, at: Option<usize>, called: &str) -> Html {
    let is_here = history.at == at;
    html! {
        <>
            { button(context, words::go(), &words::go_to(called), Forking::GoTo(at), is_here) }
            { button(context, words::compare(), &words::compare_with(called), Forking::Compare(at, called.to_owned()), is_here) }
        </>
    }
}

#[inline(never)]
fn bookmarks(context: &Context<'_>, history: &HistoryView, forks: &Forks) -> Html {
    let item = |bookmark: &BookmarkView| {
        html! {
            <li key={bookmark.name.clone()}>
                <span class="named">{ bookmark.name.clone() }</span>
                <span class="eyebrow">{ words::stop(bookmark.depth) }</span>
                { ways(context, history, bookmark.at, &bookmark.name) }
                { button(context, words::forget(), &words::forget_the_name(&bookmark.name), Forking::Forget(bookmark.name.clone()), false) }
            </li>
        }
    };
    html! {
        <>
            <form onsubmit={context.submit(Intent::Fork(Forking::Name))}>
                <label for="bookmark-name">{ words::name_this_point() }</label>
                <input id="bookmark-name" value={forks.name.clone()} autocomplete="off" placeholder={words::before_the_push()}
                    oninput={context.input(|text| Intent::Fork(Forking::Typed(text)))} />
                <button type="submit" class="quiet" disabled={forks.name.trim().is_empty()}>{ words::keep_the_name() }</button>
            </form>
            if !history.bookmarks.is_empty() {
                <ul aria-label={words::bookmarks()}>{ for history.bookmarks.iter().map(item) }</ul>
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::super::player::player;
    use super::*;
    use crate::lab::{Holding, NameDifference, PlaceDifference};
    use crate::session::Tell;
    use crate::ui::fixture;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;

    /// A page at stop 3 of `main`, with one fork.
    fn forked() -> View {
        let mut view = fixture::pushed();
        let history = Rc::make_mut(&mut view.history);
        let tip = history.operations.len();
        history.branches.push(BranchView {
            name: "fork 1".into(),
            tip,
            forked: 1,
            depth: 2,
            first: "docker tag mlmodel:1.0 mlmodel:other".into(),
            last: "docker tag mlmodel:1.0 mlmodel:other".into(),
            shown: false,
        });
        history.bookmarks.push(BookmarkView { name: "before the push".into(), at: Some(1), depth: 2 });
        view
    }

    fn ask(view: &mut View, forking: Forking) -> Ask {
        let effects = view.update(Intent::Fork(forking));
        let [Effect::Ask(ask), ..] = &effects[..] else { panic!("{effects:?}") };
        ask.clone()
    }

    #[test]
    fn the_panel_lists_branches_and_names_and_leads_to_them() {
        let mut view = forked();
        assert!(!rendered(&view, player).contains("class=\"forks\""));
        view.update(Intent::Fork(Forking::Open(true)));
        let html = rendered(&view, player);
        for part in
            ["You are at stop 3 of main.", "fork 1", "from stop 1", "before the push", "Go to the end of fork 1"]
        {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert_eq!(ask(&mut view, Forking::GoTo(Some(3))), Ask::GoTo { at: Some(3) });
    }

    #[test]
    fn a_name_is_given_to_where_one_stands_and_taken_away() {
        let mut view = forked();
        view.update(Intent::Fork(Forking::Typed("here".into())));
        assert_eq!(ask(&mut view, Forking::Name), Ask::Bookmark { name: "here".into() });
        assert!(view.forks.name.is_empty());
        assert_eq!(ask(&mut view, Forking::Forget("here".into())), Ask::ForgetBookmark { name: "here".into() });
    }

    #[test]
    fn the_focus_stays_in_the_panel_where_a_button_goes_out_of_use() {
        let mut view = forked();
        let moves = [
            (Forking::GoTo(Some(3)), "forks"),
            (Forking::ResetStep, "forks"),
            (Forking::Forget("before the push".into()), "bookmark-name"),
        ];
        for (forking, id) in moves {
            assert_eq!(view.update(Intent::Fork(forking)).last(), Some(&Effect::Focus(id)));
        }
    }

    #[test]
    fn two_points_are_held_beside_each_other_in_numbers_and_names() {
        let mut view = forked();
        view.update(Intent::Fork(Forking::Open(true)));
        let asked = ask(&mut view, Forking::Compare(Some(3), "the end of fork 1".into()));
        assert_eq!(asked, Ask::Compare { one: Some(2), other: Some(3) });
        let holding = |tags, bytes| Holding { images: 1, tags, blobs: 7, bytes };
        let digest = fixture::explored().image;
        let names = vec![NameDifference { name: "mlmodel:other".into(), one: None, other: Some(digest) }];
        let (one, other) = (holding(2, 2_000), holding(3, 500));
        let places = vec![
            PlaceDifference { place: "laptop".into(), one, other, shared: 7, names },
            PlaceDifference { place: "prod".into(), one, other: one, shared: 7, names: Vec::new() },
        ];
        view.learn(Fact::Told(Tell::Compared(Compared { one: Some(2), other: Some(3), places })));
        let html = rendered(&view, player);
        for part in [
            "The end of fork 1",
            "+1",
            "−1.5kB",
            "same",
            "7 at both",
            "mlmodel:other",
            "only there",
            "the same at both: 7 blobs, 2kB",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
