//! Labs that go from one learner to another: this one as a link or a file, and
//! another one in its place, which never costs the learner their own.

use yew::{Html, html};

use super::context::Context;
use super::intent::{Effect, Intent};
use super::notices::said;
use super::view::{Boot, Menu, View};
use super::words;
use crate::limits::LONG_LINK_BYTES;
use crate::session::Ask;
use crate::text::units;

/// What the page knows of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Share {
    /// Where the page is, without what stands behind a `#`.
    pub address: String,
    /// Whether the lab shown is another one, and the learner's own is kept beside it.
    pub visiting: bool,
    /// What there is of another lab.
    other: Other,
    /// This lab as the end of a link, or why it is none.
    made: Option<Result<String, String>>,
    /// Whether the link came to the clipboard, once that was tried.
    copied: Option<bool>,
}

/// Another lab.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Other {
    /// There is none.
    #[default]
    None,
    /// It was found before the learner's own is here.
    Found(String),
    /// The learner decides.
    Offered(String),
    /// It is being done again; how far that is, in words.
    Opening(String),
}

/// What can be wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// This lab as a link.
    Make,
    /// The link on the clipboard.
    Copy,
    /// This lab as a file.
    Download,
    /// A file is to be picked: a lab or an image.
    Choose,
    /// Open the other lab.
    Open,
    /// Leave it.
    Stay,
    /// Stop opening it.
    GiveUp,
    /// Keep it in place of the learner's own.
    Adopt,
    /// Back to the learner's own.
    Leave,
}

impl View {
    /// Takes what the learner wants of it.
    #[inline(never)]
    pub(super) fn share(&mut self, sharing: Sharing) -> Vec<Effect> {
        match sharing {
            Sharing::Make => {
                (self.share.made, self.share.copied, self.menu) = (None, None, Menu::Sharing);
                vec![Effect::Ask(Ask::Share)]
            }
            Sharing::Copy => {
                self.menu = Menu::Sharing;
                self.share.link().map(Effect::Copy).into_iter().collect()
            }
            Sharing::Download => vec![Effect::DownloadLab],
            Sharing::Choose => vec![Effect::Choose],
            Sharing::Open => match std::mem::take(&mut self.share.other) {
                Other::Offered(text) => self.open_other(text),
                other => {
                    self.share.other = other;
                    Vec::new()
                }
            },
            Sharing::Stay => {
                self.share.other = Other::None;
                vec![Effect::Unlink]
            }
            Sharing::GiveUp => vec![Effect::Ask(Ask::Interrupt)],
            Sharing::Adopt => {
                self.share.visiting = false;
                vec![Effect::Insist, Effect::Unlink]
            }
            Sharing::Leave => [vec![Effect::Unlink], self.retry(false)].concat(),
        }
    }

    /// Another lab was found, in the address or in a file.
    #[inline(never)]
    pub(super) fn find_lab(&mut self, text: String) -> Vec<Effect> {
        if matches!(self.share.other, Other::Opening(_)) {
            self.tell(true, words::another_lab_is_being_opened().to_owned());
            return Vec::new();
        }
        self.share.other = Other::Found(text);
        // It would lie over what is said of it.
        self.menu = Menu::Closed;
        if self.boot == Boot::Open { self.offer() } else { Vec::new() }
    }

    /// The learner's own lab is here: another one that was found takes an untouched one's place,
    /// and for any other one the learner is asked.
    pub(super) fn offer(&mut self) -> Vec<Effect> {
        if !matches!(self.share.other, Other::Found(_)) {
            return Vec::new();
        }
        let Other::Found(text) = std::mem::take(&mut self.share.other) else { return Vec::new() };
        if self.is_untouched() && !self.busy() {
            return self.open_other(text);
        }
        self.share.other = Other::Offered(text);
        Vec::new()
    }

    fn open_other(&mut self, text: String) -> Vec<Effect> {
        if self.busy() {
            self.share.other = Other::Offered(text);
            self.tell(true, words::a_command_is_still_running().to_owned());
            return Vec::new();
        }
        self.share.other = Other::Opening(words::opening_the_shared_lab().to_owned());
        self.screen.sent = true;
        vec![Effect::Ask(Ask::Restore { text })]
    }

    /// The other lab is here. The learner's own, which is still the one shown, is kept if there is something in it.
    #[inline(never)]
    pub(super) fn hear_restored(&mut self) -> Vec<Effect> {
        self.share.other = Other::None;
        if self.is_untouched() && !self.share.visiting {
            return vec![Effect::Unlink];
        }
        self.share.visiting = true;
        vec![Effect::Visit]
    }

    /// Takes how far the opening is; false if none goes on.
    pub(super) fn hear_opening(&mut self, what: &str) -> bool {
        let Other::Opening(progress) = &mut self.share.other else { return false };
        what.clone_into(progress);
        true
    }

    /// Takes the link, or why there is none.
    #[inline(never)]
    pub(super) fn hear_shared(&mut self, made: Result<String, String>) -> Vec<Effect> {
        let is_link = made.is_ok();
        self.share.made = Some(made);
        if is_link { vec![Effect::Focus("share-link")] } else { Vec::new() }
    }

    /// Whether nothing was ever done in the lab.
    fn is_untouched(&self) -> bool {
        self.history.operations.is_empty() && self.history.branches.is_empty()
    }
}

impl Share {
    /// For a page at this address.
    pub fn at(address: String) -> Self {
        Self { address, ..Self::default() }
    }

    /// Whether a text came to the clipboard.
    pub(super) fn hear_copied(&mut self, copied: bool) {
        self.copied = Some(copied);
    }

    /// Nothing is on its way any more.
    pub(super) fn refused(&mut self) {
        if matches!(self.other, Other::Opening(_)) {
            self.other = Other::None;
        }
    }

    fn link(&self) -> Option<String> {
        let end = self.made.as_ref()?.as_ref().ok()?;
        Some(format!("{}#{end}", self.address))
    }
}

/// What is said of another lab.
pub(super) fn notices(context: &Context<'_>) -> Html {
    let share = &context.view.share;
    let own = if share.visiting { visiting(context) } else { Html::default() };
    html! { <>{ own }{ other(context, &share.other) }</> }
}

#[inline(never)]
fn visiting(context: &Context<'_>) -> Html {
    let ways = [
        (words::back_to_my_lab(), Intent::Share(Sharing::Leave)),
        (words::save_this_one_in_place(), Intent::Share(Sharing::Adopt)),
    ];
    let text = words::this_is_a_shared_lab();
    said(context, false, text, &ways, None)
}

fn other(context: &Context<'_>, other: &Other) -> Html {
    match other {
        Other::None | Other::Found(_) => Html::default(),
        Other::Offered(_) => offered(context),
        Other::Opening(progress) => opening(context, progress),
    }
}

/// It stays the same button however far it is, and nobody is told each step.
#[inline(never)]
fn opening(context: &Context<'_>, progress: &str) -> Html {
    html! {
        <div class="notice" key="opening">
            <p aria-live="off">{ progress.to_owned() }</p>
            <button type="button" class="quiet" onclick={context.click(Intent::Share(Sharing::GiveUp))}>{ words::give_up() }</button>
        </div>
    }
}

#[inline(never)]
fn offered(context: &Context<'_>) -> Html {
    let ways = [
        (words::open_the_shared_lab(), Intent::Share(Sharing::Open)),
        (words::stay_with_mine(), Intent::Share(Sharing::Stay)),
    ];
    let text = words::there_is_a_shared_lab();
    said(context, false, text, &ways, None)
}

/// The part of the menu that gives the lab away.
#[inline(never)]
pub(super) fn panel(context: &Context<'_>) -> Html {
    let share = &context.view.share;
    let made = match &share.made {
        None => html! { <p role="status">{ words::making_the_link() }</p> },
        Some(Err(reason)) => html! { <p role="status">{ reason.clone() }</p> },
        Some(Ok(_)) => field(context, share),
    };
    html! {
        <div class="sharing" role="group" aria-label={words::share_this_lab_alone()}>
            <p>{ words::whoever_opens_the_link() }</p>
            { made }
            <button type="button" onclick={context.click(Intent::Share(Sharing::Download))}>{ words::download_the_lab() }</button>
        </div>
    }
}

fn field(context: &Context<'_>, share: &Share) -> Html {
    let link = share.link().unwrap_or_default();
    let length = units::size(link.len() as u64);
    let long = words::it_is_long(&length);
    let copied = match share.copied {
        None => "",
        Some(true) => words::copied(),
        Some(false) => words::the_browser_does_not_let(),
    };
    html! {
        <>
            <label for="share-link">{ words::link_to_this_lab() }</label>
            <div class="actions">
                <input id="share-link" readonly={true} value={link.clone()} spellcheck="false" />
                <button type="button" class="quiet" onclick={context.click(Intent::Share(Sharing::Copy))}>{ words::copy() }</button>
            </div>
            <p role="status">{ copied }</p>
            if link.len() > LONG_LINK_BYTES { <p>{ long }</p> }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::super::top_bar::top_bar;
    use super::*;
    use crate::session::{BranchView, HistoryView, LabView, Loading, Tell};
    use crate::ui::fixture;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;
    use crate::ui::view::Saving;

    const LINK: &str = "v1=H4sI";

    fn restore() -> Effect {
        Effect::Ask(Ask::Restore { text: LINK.to_owned() })
    }

    /// A page whose lab nobody has touched yet.
    fn untouched() -> View {
        let mut view = fixture::pushed();
        view.history = HistoryView::default().into();
        view
    }

    fn told(view: &View) -> String {
        rendered(view, notices)
    }

    #[test]
    fn a_shared_lab_is_opened_where_nothing_would_be_lost() {
        let mut view = untouched();
        assert_eq!(view.learn(Fact::Found(LINK.to_owned())), [restore()]);
        view.learn(Fact::Told(Tell::Loading(Loading::Again { done: 3, all: 20 })));
        assert!(told(&view).contains("Opening the shared lab: operation 3 of 20…"), "{}", told(&view));
        assert_eq!(view.learn(Fact::Told(Tell::Restored)), [Effect::Unlink], "it is the learner's own from now on");
        assert!(!view.share.visiting && !told(&view).contains("notice"));
    }

    #[test]
    fn who_has_a_lab_of_their_own_is_asked_and_keeps_it() {
        let mut view = fixture::pushed();
        assert_eq!(view.learn(Fact::Found(LINK.to_owned())), []);
        assert!(told(&view).contains("Yours stays as you left it"), "{}", told(&view));
        let mut other = view.clone();
        assert_eq!(other.update(Intent::Share(Sharing::Stay)), [Effect::Unlink]);
        assert!(!told(&other).contains("notice"));
        assert_eq!(view.update(Intent::Share(Sharing::Open)), [restore()]);
        assert_eq!(view.learn(Fact::Told(Tell::Restored)), [Effect::Visit]);
        view.learn(Fact::Kept(Saving::Visiting));
        assert!(rendered(&view, top_bar).contains("Not saved: a shared lab"));
        view.learn(Fact::Kept(Saving::Elsewhere));
        assert_eq!(view.saving, Saving::Visiting, "what another tab keeps is not offered to be overwritten");
        let mut adopted = view.clone();
        assert_eq!(adopted.update(Intent::Share(Sharing::Adopt)), [Effect::Insist, Effect::Unlink]);
        assert_eq!(view.update(Intent::Share(Sharing::Leave)), [Effect::Unlink, Effect::Restart]);
        assert!(!view.share.visiting && !adopted.share.visiting);
    }

    #[test]
    fn a_lab_that_waits_only_in_another_branch_is_one_too() {
        let mut view = untouched();
        let main = BranchView {
            name: "main".into(),
            tip: 0,
            forked: 0,
            depth: 1,
            first: "docker pull a".into(),
            last: "docker pull a".into(),
            shown: false,
        };
        view.history = HistoryView { branches: vec![main], ..HistoryView::default() }.into();
        assert_eq!(view.learn(Fact::Found(LINK.to_owned())), []);
    }

    #[test]
    fn a_link_in_the_address_waits_for_the_lab() {
        let mut view = View::default();
        assert_eq!(view.learn(Fact::Found(LINK.to_owned())), []);
        view.boot = Boot::Open;
        let lab = LabView { history: HistoryView::default(), ..fixture::lab(&fixture::pushed()) };
        let effects = view.learn(Fact::Told(Tell::State(Box::new(lab))));
        assert!(effects.contains(&restore()), "{effects:?}");
    }

    #[test]
    fn while_one_is_opened_another_one_waits_for_its_end() {
        let mut view = untouched();
        view.learn(Fact::Found(LINK.to_owned()));
        assert_eq!(view.learn(Fact::Found("v1=other".to_owned())), []);
        assert!(told(&view).contains("Give up") && view.notices[0].text.contains("give it up first"));
    }

    #[test]
    fn a_link_that_cannot_be_opened_says_why_and_the_page_goes_on() {
        let mut view = fixture::pushed();
        view.learn(Fact::Found(LINK.to_owned()));
        view.update(Intent::Share(Sharing::Open));
        assert!(view.busy());
        view.learn(Fact::Told(Tell::Refused("The other lab cannot be opened: it is damaged.".to_owned())));
        assert!(!view.busy() && !told(&view).contains("Opening"));
        assert_eq!(
            view.notices.last().map(|notice| notice.text.as_str()),
            Some("The other lab cannot be opened: it is damaged.")
        );
    }

    #[test]
    fn the_link_can_be_seen_and_copied_and_says_what_is_in_it() {
        let mut view = View { share: Share::at("https://lab.example.com/".into()), ..fixture::pushed() };
        assert_eq!(view.update(Intent::Share(Sharing::Make)), [Effect::Ask(Ask::Share)]);
        assert!(rendered(&view, top_bar).contains("Making the link…"));
        view.learn(Fact::Told(Tell::Shared(Ok(LINK.to_owned()))));
        let html = rendered(&view, top_bar);
        assert!(html.contains("value=\"https://lab.example.com/#v1=H4sI\"") && html.contains("passwords"), "{html}");
        let copy = view.update(Intent::Share(Sharing::Copy));
        assert_eq!(copy, [Effect::Copy("https://lab.example.com/#v1=H4sI".to_owned())]);
        view.learn(Fact::Copied(false));
        assert!(rendered(&view, top_bar).contains("Select the link and copy it."));
        view.learn(Fact::Told(Tell::Shared(Err("This lab is too large for a link.".to_owned()))));
        assert!(rendered(&view, top_bar).contains("This lab is too large for a link."));
    }
}
