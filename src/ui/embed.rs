//! The lab within another page: which of its regions are shown, where it
//! begins, and the little that is around them. All of it is read from the address;
//! from the page around it nothing is heard.

use yew::{Html, classes, html};

use super::context::{Context, truth};
use super::intent::Effect;
use super::mode::{self, Mode};
use super::view::{Region, Selection, Tab, Theme, View};
use super::words;
use super::{explorer, files, inspector, lesson, notices, palette, player, stage, surveyor, tables, terminal};
use crate::session::Ask;

/// A part that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The tabs of the modes.
    Modes,
    /// A region.
    Of(Region),
    /// The player.
    Player,
}

/// What an address says of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Embed {
    /// What is shown, in the order of the page.
    parts: Vec<Part>,
    /// The stop it goes to when the lab is there.
    step: Option<usize>,
    /// Where the whole page is.
    whole: String,
}

/// The smallest: a player, and what its steps come to.
const USUAL: &str = "player,tables";

impl View {
    /// A page that is embedded; `option` reads its address, `whole` is the page that has everything.
    pub fn embedded(option: impl Fn(&str) -> Option<String>, whole: String) -> Self {
        let mut view = Self { tab: Tab::Tracker, ..Self::default() };
        view.theme = option("theme").map_or(Theme::Auto, |name| Theme::named(&name));
        let mode = option("mode").filter(|name| !name.is_empty());
        match mode.as_deref().map(Mode::named) {
            Some(None) => view.tell(true, unknown(words::mode_word(), &mode.unwrap_or_default())),
            Some(Some(mode)) => view.study.mode = mode,
            None => {}
        }
        let step = option("step").filter(|step| !step.is_empty());
        match step.as_deref().map(str::parse) {
            Some(Err(_)) => view.tell(true, unknown(words::step_word(), &step.unwrap_or_default())),
            Some(Ok(step)) => view.embed_at(step),
            None => {}
        }
        let asked = option("controls").filter(|names| !names.is_empty());
        let asked = asked.as_deref().unwrap_or(USUAL);
        let names: Vec<&str> = asked.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        for name in names.iter().filter(|name| !Part::ALL.iter().any(|part| part.name() == **name)) {
            view.tell(true, unknown(words::part_of_the_page(), name));
        }
        let embed = view.embed.get_or_insert_default();
        embed.parts = Part::ALL.into_iter().filter(|part| names.contains(&part.name())).collect();
        embed.whole = whole;
        view
    }

    fn embed_at(&mut self, step: usize) {
        self.embed.get_or_insert_default().step = Some(step);
    }

    /// The lab is here: goes to where the address wants it, once.
    pub(super) fn go_to_the_beginning(&mut self) -> Vec<Effect> {
        let step = self.embed.as_mut().and_then(|embed| embed.step.take());
        let position = step.map_or(0, |step| step.min(self.stops().len() - 1));
        if position == 0 {
            return Vec::new();
        }
        self.screen.sent = true;
        vec![Effect::Ask(Ask::Jump { position })]
    }
}

fn unknown(what: &str, name: &str) -> String {
    words::the_address_of_this_embed(what, &format!("{name:?}"))
}

impl Part {
    const ALL: [Self; 8] = [
        Self::Modes,
        Self::Of(Region::Lesson),
        Self::Of(Region::Stage),
        Self::Of(Region::Tables),
        Self::Of(Region::Terminal),
        Self::Of(Region::Files),
        Self::Of(Region::Inspector),
        Self::Player,
    ];

    /// As it stands in an address.
    const fn name(self) -> &'static str {
        match self {
            Self::Modes => "modes",
            Self::Of(region) => region.name(),
            Self::Player => "player",
        }
    }
}

/// The parts, one under the other.
#[inline(never)]
pub(super) fn embed(context: &Context<'_>, embed: &Embed) -> Html {
    let view = context.view;
    // What is clicked is looked into, wherever there is no place for that.
    let looks = view.selection != Selection::Nothing && !embed.parts.contains(&Part::Of(Region::Inspector));
    let title = view.lesson.as_ref().map(|lesson| lesson.title.clone()).unwrap_or_default();
    html! {
        <div class="app embed">
            { notices::notices(context) }
            <main>
                <h1 class="unseen">{ title }</h1>
                { for embed.parts.iter().map(|part| shown(context, *part)) }
                { for view.explorer.iter().map(|open| explorer::explorer(context, open)) }
                { for view.surveyor.iter().map(|open| surveyor::surveyor(context, open)) }
                if looks { { shown(context, Part::Of(Region::Inspector)) } }
            </main>
            <footer class="whole">
                <a href={embed.whole.clone()} target="_blank" rel="noopener">{ words::open_the_whole_lab() }</a>
            </footer>
            { palette::palette(context) }
            <p class="unseen" role="status">{ view.announcement.clone() }</p>
        </div>
    }
}

fn shown(context: &Context<'_>, part: Part) -> Html {
    let (label, region) = match part {
        Part::Modes => {
            return html! { <nav class="embed-modes" aria-label={words::modes()}>{ mode::tabs(context) }</nav> };
        }
        Part::Player => return player::player(context),
        Part::Of(Region::Inspector) => (words::inspector(), Region::Inspector),
        Part::Of(region) => (region.label(), region),
    };
    let drawn = match region {
        Region::Lesson => lesson::lesson(context),
        Region::Stage => stage::stage(context),
        Region::Tables => tables::tables(context),
        Region::Terminal => terminal::terminal(context),
        Region::Files => files::files(context),
        Region::Inspector => inspector::inspector(context),
        Region::Explorer => Html::default(),
    };
    let busy = (region == Region::Terminal).then(|| truth(context.view.busy()));
    html! {
        <section class={classes!(region.name(), "region")} id={region.name()} tabindex="-1" aria-label={label} aria-busy={busy}>{ drawn }</section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Tell;
    use crate::ui::fixture;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;
    use crate::ui::view::Boot;

    fn embedded(options: &[(&str, &str)]) -> View {
        let option =
            |name: &str| options.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        View::embedded(option, "./".to_owned())
    }

    fn drawn(view: &View) -> String {
        let view = View { embed: view.embed.clone(), boot: Boot::Open, ..fixture::pushed() };
        rendered(&view, |context| embed(context, view.embed.as_ref().expect("it is embedded")))
    }

    #[test]
    fn only_what_was_asked_for_is_shown() {
        let html = drawn(&embedded(&[]));
        assert!(html.contains("class=\"player\"") && html.contains("aria-label=\"Tables\""), "{html}");
        assert!(!html.contains("aria-label=\"Terminal\"") && !html.contains("Lesson"), "{html}");
        let html = drawn(&embedded(&[("controls", "terminal, stage")]));
        assert!(html.contains("aria-label=\"Terminal\"") && html.contains("aria-label=\"Stage\""), "{html}");
        assert!(!html.contains("class=\"player\""), "{html}");
    }

    #[test]
    fn what_the_address_asks_for_and_is_not_there_is_said() {
        let view = embedded(&[("mode", "<b>"), ("step", "two"), ("controls", "player,none")]);
        let told: Vec<&str> = view.notices.iter().map(|notice| notice.text.as_str()).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].contains("a mode that there is not: \"<b>\""), "{told:?}");
        let well = embedded(&[("mode", "learn"), ("step", "3"), ("theme", "dark"), ("controls", "player")]);
        assert!(well.notices.is_empty());
        assert_eq!((well.study.mode, well.theme), (Mode::Learn, Theme::Dark));
    }

    #[test]
    fn it_goes_to_its_step_once() {
        let mut view = View { embed: embedded(&[("step", "99")]).embed, ..fixture::pushed() };
        let lab = Box::new(fixture::lab(&view));
        let effects = view.learn(Fact::Told(Tell::State(lab.clone())));
        assert!(effects.contains(&Effect::Ask(Ask::Jump { position: 5 })), "{effects:?}");
        let effects = view.learn(Fact::Told(Tell::State(lab)));
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Ask(Ask::Jump { .. }))), "{effects:?}");
    }
}
