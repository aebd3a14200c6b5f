//! The prompt: a real input in a form. Tab completes only where there is
//! text and Esc lets go of it, so that nobody is trapped.

use yew::{Callback, Event, Html, KeyboardEvent, html};

use super::context::Context;
use super::intent::{Intent, Key};
use super::screen::Screen;

/// The form, and the candidates of the completion.
pub(super) fn prompt(context: &Context<'_>) -> Html {
    let screen = &context.view.screen;
    html! {
        <form class="prompt-form" onsubmit={context.submit(Intent::Submitted)}>
            <label for="prompt" class="prompt" translate="no">{ label(context) }</label>
            <input id="prompt" value={screen.input.clone()} oninput={context.input(Intent::Typed)}
                onkeydown={keys(context)} onpaste={paste(context)} aria-describedby="prompt-help"
                autocapitalize="off" autocorrect="off" autocomplete="off" spellcheck="false" enterkeyhint="go" />
            <p id="prompt-help" class="unseen">
                { "Up and Down recall lines, Tab completes, Escape lets go of Tab, Control R searches, Control C interrupts, Control L clears." }
            </p>
            { candidates(context) }
        </form>
    }
}

/// The prompt as the session gave it; of a machine that was only picked, its name and directory.
fn label(context: &Context<'_>) -> String {
    let screen = &context.view.screen;
    if let Some(search) = screen.search {
        let found = search.found.map_or("", |at| &screen.typed[at]);
        return format!("search: {found} ←");
    }
    let picked = screen
        .machine
        .as_ref()
        .and_then(|name| context.view.snapshot.machines.iter().find(|machine| machine.name == *name));
    match picked {
        Some(machine) => format!("{}:{} $", machine.name, machine.directory),
        // An input is never without a label, not even until the state is first told.
        None if screen.prompt.is_empty() => "$".to_owned(),
        None => screen.prompt.clone(),
    }
}

fn candidates(context: &Context<'_>) -> Html {
    let button = |line: &String| {
        let word = line.trim_end().rsplit(' ').next().unwrap_or(line).to_owned();
        html! { <li><button type="button" onclick={context.click(Intent::Candidate(line.clone()))}>{ word }</button></li> }
    };
    let candidates = &context.view.screen.candidates;
    html! {
        if !candidates.is_empty() {
            <ul class="candidates" aria-label="Completions" translate="no">{ for candidates.iter().take(40).map(button) }</ul>
        }
    }
}

fn keys(context: &Context<'_>) -> Callback<KeyboardEvent> {
    let (emit, browser) = (context.emit.clone(), context.browser.clone());
    let takes_tab = takes_tab(&context.view.screen);
    Callback::from(move |event: KeyboardEvent| {
        let control = event.ctrl_key() && !event.alt_key() && !event.meta_key();
        let Some(key) = meaning(&event.key(), control, event.shift_key(), takes_tab) else { return };
        // What is selected is to be copied, not interrupted.
        if key == Key::Interrupt && browser.selecting() {
            return;
        }
        event.prevent_default();
        emit.emit(Intent::Key(key));
    })
}

fn takes_tab(screen: &Screen) -> bool {
    !screen.input.trim().is_empty() && !screen.released
}

fn meaning(key: &str, control: bool, shift: bool, takes_tab: bool) -> Option<Key> {
    match (key, control) {
        ("ArrowUp", false) => Some(Key::Up),
        ("ArrowDown", false) => Some(Key::Down),
        ("Escape", false) => Some(Key::Escape),
        ("Tab", false) if takes_tab && !shift => Some(Key::Tab),
        ("c", true) => Some(Key::Interrupt),
        ("l", true) => Some(Key::Clear),
        ("r", true) => Some(Key::Search),
        _ => None,
    }
}

/// Several lines run one after the other; one line is pasted by the browser.
fn paste(context: &Context<'_>) -> Callback<Event> {
    let (emit, browser) = (context.emit.clone(), context.browser.clone());
    Callback::from(move |event: Event| {
        if let Some(text) = browser.pasted(&event).filter(|text| text.contains('\n')) {
            event.prevent_default();
            emit.emit(Intent::Pasted(text));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn tab_is_taken_only_where_there_is_text_and_escape_lets_it_go() {
        let mut screen = Screen::default();
        assert!(!takes_tab(&screen));
        screen.type_in("docker p".into());
        assert!(takes_tab(&screen));
        screen.let_go();
        assert!(!takes_tab(&screen));
        assert_eq!(meaning("Tab", false, false, false), None);
        assert_eq!(meaning("Tab", false, true, true), None);
        assert_eq!(meaning("r", true, false, false), Some(Key::Search));
    }

    #[test]
    fn the_prompt_is_labelled_before_the_state_is_known() {
        let html = rendered(&crate::ui::view::View::default(), prompt);
        assert!(html.contains(">$</label>"), "{html}");
    }

    #[test]
    fn the_prompt_is_a_labelled_input() {
        let html = rendered(&fixture::at_start(), prompt);
        assert!(html.contains("<label for=\"prompt\"") && html.contains("laptop:~/mlmodel $"), "{html}");
    }

    #[test]
    fn a_picked_machine_is_named_by_its_prompt() {
        let mut view = fixture::at_start();
        view.update(Intent::Machine("prod".into()));
        assert!(rendered(&view, prompt).contains("prod:/root $"));
    }
}
