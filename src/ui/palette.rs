//! The palette: everything that can be done, found by a few letters of its
//! name. As those of the explorer, its functions are never inlined.

use yew::{Callback, Event, Html, KeyboardEvent, html};

use super::context::{Context, truth};
use super::explorer;
use super::exploring::Exploring;
use super::forks::Forking;
use super::intent::{Effect, Intent};
use super::share::Sharing;
use super::sifting::Sifting;
use super::surveying::Surveying;
use super::view::{Menu, Selection, Shape, Tab, Theme, View};
use super::words;

/// How many entries are listed at once.
const SHOWN: usize = 40;

/// What is being looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Palette {
    /// As typed.
    typed: String,
    /// Which of the entries that fit, from 0.
    at: usize,
}

/// What can be wanted of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seeking {
    /// Look for something.
    Open,
    /// The palette was closed.
    Closed,
    /// The text changed.
    Typed(String),
    /// To the next entry, if true; else to the one before.
    Next(bool),
    /// Do what this entry says, counted among those that fit.
    Take(usize),
}

/// Something that can be done.
struct Entry {
    label: String,
    intent: Intent,
}

impl View {
    /// Takes what the learner wants of the palette.
    #[inline(never)]
    pub(super) fn seek(&mut self, seeking: Seeking) -> Vec<Effect> {
        let Some(palette) = &mut self.palette else {
            if seeking == Seeking::Open && self.lesson.is_some() {
                self.palette = Some(Palette::default());
                return vec![Effect::Modal(true)];
            }
            return Vec::new();
        };
        match seeking {
            // Escape has closed it already, and that is still to be heard.
            Seeking::Open => {
                *palette = Palette::default();
                return vec![Effect::Modal(true)];
            }
            Seeking::Closed => self.palette = None,
            Seeking::Typed(typed) => *palette = Palette { typed, at: 0 },
            Seeking::Next(down) => {
                let count = found(self).len().max(1);
                let Some(palette) = &mut self.palette else { return Vec::new() };
                palette.at = (palette.at + if down { 1 } else { count - 1 }) % count;
                return vec![Effect::Reveal(id(palette.at))];
            }
            Seeking::Take(at) => {
                let Some(entry) = found(self).into_iter().nth(at) else { return Vec::new() };
                self.palette = None;
                if !matches!(
                    entry.intent,
                    Intent::Theme(_) | Intent::Print | Intent::ExportTrace | Intent::Menu(_) | Intent::Share(_)
                ) {
                    self.go_to_the_desk();
                }
                // The focus goes back to where it was, and then to where the entry leads.
                return [vec![Effect::Modal(false)], self.update(entry.intent)].concat();
            }
        }
        Vec::new()
    }
}

/// The palette; where it is closed, the place for it.
pub(super) fn palette(context: &Context<'_>) -> Html {
    let (emit, browser) = (context.emit.clone(), context.browser.clone());
    let closed = Callback::from(move |event: Event| {
        // It may have been opened again before this was heard.
        if !browser.is_open(&event) {
            emit.emit(Intent::Seek(Seeking::Closed));
        }
    });
    html! {
        <dialog id="palette" class="palette" aria-label={words::find_anything()} onclose={closed}>
            { for context.view.palette.iter().map(|palette| open(context, palette)) }
        </dialog>
    }
}

#[inline(never)]
fn open(context: &Context<'_>, palette: &Palette) -> Html {
    let found = found(context.view);
    let chosen = (palette.at < found.len()).then(|| id(palette.at));
    let entry = |(at, entry): (usize, &Entry)| {
        html! {
            <li id={id(at)} role="option" aria-selected={truth(at == palette.at)}
                onclick={context.click(Intent::Seek(Seeking::Take(at)))}>{ entry.label.clone() }</li>
        }
    };
    html! {
        <form onsubmit={context.submit(Intent::Seek(Seeking::Take(palette.at)))}>
            <label class="unseen" for="palette-input">{ words::find_anything() }</label>
            <input id="palette-input" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={chosen}
                value={palette.typed.clone()} placeholder={words::find_anything_or_type()}
                autocapitalize="off" autocorrect="off" autocomplete="off" spellcheck="false"
                oninput={context.input(|text| Intent::Seek(Seeking::Typed(text)))} onkeydown={keys(context)} />
            <ul id="palette-list" role="listbox" aria-label={words::what_can_be_done()}>
                { for found.iter().enumerate().map(entry) }
            </ul>
        </form>
    }
}

fn id(at: usize) -> String {
    format!("palette-{at}")
}

fn keys(context: &Context<'_>) -> Callback<KeyboardEvent> {
    let emit = context.emit.clone();
    Callback::from(move |event: KeyboardEvent| {
        let down = match event.key().as_str() {
            "ArrowDown" => true,
            "ArrowUp" => false,
            _ => return,
        };
        event.prevent_default();
        emit.emit(Intent::Seek(Seeking::Next(down)));
    })
}

/// The entries in which every typed word is found; last, to run what was typed.
fn found(view: &View) -> Vec<Entry> {
    let Some(palette) = &view.palette else { return Vec::new() };
    let words: Vec<String> = palette.typed.split_whitespace().map(str::to_lowercase).collect();
    let fits = |entry: &Entry| {
        let label = entry.label.to_lowercase();
        words.iter().all(|word| label.contains(word))
    };
    let mut found: Vec<Entry> = entries(view).into_iter().filter(fits).take(SHOWN).collect();
    let line = palette.typed.trim();
    if !line.is_empty() {
        let label = words::run_on(view.machine(), line);
        found.push(Entry { label, intent: Intent::Order(line.to_owned()) });
    }
    found
}

fn entries(view: &View) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut offer = |label: String, intent: Intent| entries.push(Entry { label, intent });
    for (at, stop) in view.stops().iter().enumerate() {
        let label = if stop.done { words::go_to_stop } else { words::run_up_to_stop };
        offer(label(at, &stop.label, &stop.line), Intent::GoTo(at));
    }
    for tab in Tab::ALL {
        offer(words::show_the_table(tab.label()), Intent::Tab(tab));
    }
    offer(words::show_the_requests().to_owned(), Intent::Sift(Sifting::Sequence(true)));
    offer(words::show_the_tables_large().to_owned(), Intent::Large(true));
    offer(words::show_the_stage().to_owned(), Intent::Shape(Shape::Diagram));
    offer(words::show_the_stage_as_text().to_owned(), Intent::Shape(Shape::Table));
    for (image, name) in explorer::named_images(&view.snapshot) {
        offer(words::explore_the_image(&name), Intent::Explore(Exploring::Open(image[0], Tab::Images.id())));
    }
    for registry in &view.snapshot.registries {
        let selection = Selection::Registry(registry.name.clone());
        offer(words::settings_of_the_registry(&registry.name), Intent::Select(selection));
        let look = Surveying::Open(registry.name.clone(), "stage");
        offer(words::explore_the_registry(&registry.name), Intent::Survey(look));
    }
    for machine in &view.snapshot.machines {
        for file in machine.files.iter().filter(|file| !file.directory) {
            let (machine, path) = (machine.name.clone(), file.path.clone());
            offer(words::edit_the_file_of(&path, &machine), Intent::OpenFile { machine, path });
        }
    }
    offer(words::branches_and_bookmarks().to_owned(), Intent::Fork(Forking::Open(true)));
    for branch in view.history.branches.iter().filter(|branch| !branch.shown) {
        offer(words::go_to_the_end_of(&branch.name), Intent::Fork(Forking::GoTo(Some(branch.tip))));
    }
    for bookmark in &view.history.bookmarks {
        offer(words::go_to(&bookmark.name), Intent::Fork(Forking::GoTo(bookmark.at)));
    }
    offer(words::undo().to_owned(), Intent::Undo);
    offer(words::redo().to_owned(), Intent::Redo);
    for (theme, name) in
        [(Theme::Auto, words::as_the_system_has_it()), (Theme::Light, words::light()), (Theme::Dark, words::dark())]
    {
        offer(words::theme(name), Intent::Theme(theme));
    }
    offer(words::share_this_lab().to_owned(), Intent::Share(Sharing::Make));
    offer(words::download_this_lab().to_owned(), Intent::Share(Sharing::Download));
    offer(words::open_a_lab().to_owned(), Intent::Share(Sharing::Choose));
    offer(words::print_the_concept_snapshot().to_owned(), Intent::Print);
    offer(words::download_the_trace_json().to_owned(), Intent::ExportTrace);
    offer(words::start_over().to_owned(), Intent::Menu(Menu::StartingOver));
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    fn looking_for(typed: &str) -> View {
        let mut view = fixture::pushed();
        assert_eq!(view.update(Intent::Seek(Seeking::Open)), [Effect::Modal(true)]);
        view.update(Intent::Seek(Seeking::Typed(typed.into())));
        view
    }

    fn labels(view: &View) -> Vec<String> {
        found(view).into_iter().map(|entry| entry.label).collect()
    }

    #[test]
    fn every_word_narrows_what_is_found_and_the_line_itself_can_be_run() {
        let last = |typed: &str| format!("Run on laptop: {typed}");
        assert_eq!(labels(&looking_for("theme DARK")), ["Theme: dark".to_owned(), last("theme DARK")]);
        assert_eq!(labels(&looking_for("docker ps")).last(), Some(&last("docker ps")));
        assert_eq!(labels(&looking_for("zzz")), [last("zzz")]);
    }

    #[test]
    fn the_arrows_go_round_and_taking_closes_it() {
        let mut view = looking_for("theme");
        view.update(Intent::Seek(Seeking::Next(false)));
        assert!(
            rendered(&view, palette).contains("aria-activedescendant=\"palette-3\""),
            "{}",
            rendered(&view, palette)
        );
        view.update(Intent::Seek(Seeking::Next(true)));
        view.update(Intent::Seek(Seeking::Next(true)));
        let effects = view.update(Intent::Seek(Seeking::Take(1)));
        assert_eq!(effects, [Effect::Modal(false), Effect::Theme(Theme::Light)]);
        assert_eq!((view.theme, view.palette), (Theme::Light, None));
    }

    #[test]
    fn it_is_shown_again_although_its_closing_was_not_heard_yet() {
        let mut view = looking_for("theme");
        assert_eq!(view.update(Intent::Seek(Seeking::Open)), [Effect::Modal(true)]);
        assert_eq!(view.palette, Some(Palette::default()));
    }

    #[test]
    fn before_the_lesson_is_open_there_is_nothing_to_find() {
        assert!(View::default().update(Intent::Seek(Seeking::Open)).is_empty());
        assert!(!rendered(&View::default(), palette).contains("<input"));
    }
}
