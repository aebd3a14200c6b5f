//! The prompt: a real input in a form. Tab completes only where there is
//! text and Esc lets go of it, so that nobody is trapped.

use yew::{Callback, Event, Html, KeyboardEvent, html};

use super::context::Context;
use super::intent::{Intent, Key};
use super::screen::Screen;
use super::words;

/// The form, and the candidates of the completion.
pub(super) fn prompt(context: &Context<'_>) -> Html {
    let screen = &context.view.screen;
    html! {
        <form class="prompt-form" onsubmit={context.submit(Intent::Submitted)}>
            <label for="prompt" class="prompt" translate="no">{ label(context) }</label>
            <input id="prompt" value={screen.input.clone()} oninput={context.input(Intent::Typed)}
                onkeydown={keys(context)} onpaste={paste(context)} aria-describedby="prompt-help"
                autocapitalize="off" autocorrect="off" autocomplete="off" spellcheck="false" enterkeyhint="go" />
            if taken(screen) == Taken::Tab {
                <button type="button" class="complete" aria-label={words::complete_the_line()} title={words::complete_the_line_tab()}
                    onclick={context.click(Intent::Key(Key::Tab))}>{ "⇥" }</button>
            }
            <p id="prompt-help" class="unseen">{ help(context) }</p>
            <p class="word-help" role="status">{ screen.help.clone() }</p>
            { candidates(context) }
            if screen.reader.is_some() {
                <div class="reading" role="group" aria-label={words::keys_for_the_program()}>
                    <button type="button" onclick={context.click(Intent::Key(Key::End))}>{ words::end_its_input() }<kbd>{ words::ctrl_key("D") }</kbd></button>
                    <button type="button" onclick={context.click(Intent::Key(Key::Interrupt))}>{ words::interrupt_it() }<kbd>{ words::ctrl_key("C") }</kbd></button>
                    if !leave(screen).is_empty() {
                        <button type="button" onclick={context.click(Intent::Key(Key::Leave))}>{ words::leave_it_running() }<kbd>{ named(leave(screen), |letter| words::ctrl_key(letter)) }</kbd></button>
                    }
                </div>
            }
        </form>
    }
}

/// What the keys do: those of the prompt, or of a program that reads.
fn help(context: &Context<'_>) -> String {
    match &context.view.screen.reader {
        Some(reader) if reader.leave.is_empty() => words::keys_of_its_input(&reader.container),
        Some(reader) => {
            words::keys_of_its_terminal(&reader.container, &named(&reader.leave, |letter| words::control_key(letter)))
        }
        None => words::keys_of_the_prompt().to_owned(),
    }
}

/// Who reads, and what it has asked; else the prompt as the session gave it; of a machine that was only picked, its name and directory.
fn label(context: &Context<'_>) -> String {
    let screen = &context.view.screen;
    if let Some(search) = screen.search {
        let found = search.found.map_or("", |at| &screen.typed[at]);
        return words::searching(found);
    }
    if let Some(reader) = &screen.reader {
        return words::it_reads(&reader.container, reader.begun.trim_end());
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
            <ul class="candidates" aria-label={words::completions()} translate="no">{ for candidates.iter().take(40).map(button) }</ul>
        }
    }
}

fn keys(context: &Context<'_>) -> Callback<KeyboardEvent> {
    let (emit, browser) = (context.emit.clone(), context.browser.clone());
    let screen = &context.view.screen;
    let taken = taken(screen);
    let (leave, pressed) = (leave(screen).to_owned(), screen.leaving);
    Callback::from(move |event: KeyboardEvent| {
        let control = event.ctrl_key() && !event.alt_key() && !event.meta_key();
        let leaving = sent(&event.key(), control).filter(|key| leave.contains(*key));
        let comes_next = leaving.is_some() && leaving == leave.chars().nth(pressed);
        let meant = meaning(&event.key(), control, event.shift_key(), taken).filter(|_| !comes_next);
        let leaving = leaving.filter(|_| control || comes_next).map(Key::Leaving);
        let Some(key) = meant.or(leaving) else { return };
        // What is selected is to be copied, not interrupted.
        if key == Key::Interrupt && browser.selecting() {
            return;
        }
        event.prevent_default();
        emit.emit(Intent::Key(key));
    })
}

/// A key that is the browser's own, unless the prompt takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Nothing,
    /// Tab, which completes.
    Tab,
    /// Ctrl-D, for a program that reads.
    End,
}

/// The keys that leave the program which reads.
fn leave(screen: &Screen) -> &str {
    screen.reader.as_ref().map_or("", |reader| &reader.leave)
}

/// What a terminal sends for a key that is no letter to be typed.
fn sent(key: &str, control: bool) -> Option<char> {
    match (key.as_bytes(), control) {
        ([letter @ (b'@'..=b'_' | b'a'..=b'z')], true) => Some(char::from(letter & 0x1f)),
        (b"Backspace", false) => Some('\x7f'),
        _ => None,
    }
}

/// What stands on keys, by what is sent for them.
fn named(keys: &str, control: fn(&str) -> String) -> String {
    let name = |key: char| match key {
        '\0'..='\x1f' => control(&char::from(key as u8 | 0x40).to_string()),
        '\x7f' => words::backspace_key().to_owned(),
        key => key.to_string(),
    };
    keys.chars().map(name).collect::<Vec<_>>().join(" ")
}

fn taken(screen: &Screen) -> Taken {
    match screen.reader {
        Some(_) => Taken::End,
        None if !screen.input.trim().is_empty() && !screen.released => Taken::Tab,
        None => Taken::Nothing,
    }
}

fn meaning(key: &str, control: bool, shift: bool, taken: Taken) -> Option<Key> {
    match (key, control) {
        ("ArrowUp", false) => Some(Key::Up),
        ("ArrowDown", false) => Some(Key::Down),
        ("Escape", false) => Some(Key::Escape),
        ("Tab", false) if taken == Taken::Tab && !shift => Some(Key::Tab),
        ("c", true) => Some(Key::Interrupt),
        ("d", true) if taken == Taken::End => Some(Key::End),
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
    use crate::lab::Keys;
    use crate::session::{Ask, Reader, Start, Tell};
    use crate::ui::fixture;
    use crate::ui::intent::{Effect, Fact};
    use crate::ui::rendered::rendered;

    #[test]
    fn tab_is_taken_only_where_there_is_text_and_escape_lets_it_go() {
        let mut screen = Screen::default();
        assert_eq!(taken(&screen), Taken::Nothing);
        screen.type_in("docker p".into());
        assert_eq!(taken(&screen), Taken::Tab);
        screen.let_go();
        assert_eq!(taken(&screen), Taken::Nothing);
        assert_eq!(meaning("Tab", false, false, Taken::Nothing), None);
        assert_eq!(meaning("Tab", false, true, Taken::Tab), None);
        assert_eq!(meaning("r", true, false, Taken::Nothing), Some(Key::Search));
        assert_eq!(meaning("d", true, false, Taken::Tab), None);
        assert_eq!(meaning("d", true, false, Taken::End), Some(Key::End));
        assert_eq!(meaning("p", true, false, Taken::End), None);
    }

    #[test]
    fn keys_are_named_and_sent_alike() {
        let sent = ["p", "[", "_", "Backspace"]
            .map(|key| sent(key, key != "Backspace").expect(key))
            .iter()
            .collect::<String>();
        assert_eq!(named(&sent, |letter| words::ctrl_key(letter)), "Ctrl P Ctrl [ Ctrl _ Backspace");
        assert_eq!(super::sent("p", false).or(super::sent("Enter", true)), None);
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
    fn the_prompt_says_whose_input_it_is_and_sends_it_there() {
        let mut view = fixture::at_start();
        let start = Start { machine: "laptop".into(), prompt: "laptop:~ $".into(), line: "docker run -it t".into() };
        let reader = Reader { container: "calm_gauss".into(), begun: "<b># ".into(), leave: "\x10\x11".into() };
        for tell in [Tell::Started(start), Tell::Reads(Some(reader))] {
            view.learn(Fact::Told(tell));
        }
        let html = rendered(&view, prompt);
        assert!(html.contains("calm_gauss reads: &lt;b&gt;#</label>") && html.contains("End its input"), "{html}");
        view.update(Intent::Typed("ls".into()));
        let press = |keys| vec![Effect::Ask(Ask::Press(keys))];
        assert_eq!(view.update(Intent::Submitted), press(Keys::Text("ls\n".into())));
        assert_eq!(view.update(Intent::Submitted), press(Keys::Text("\n".into())));
        assert_eq!(view.update(Intent::Key(Key::End))[..1], press(Keys::End));
        assert_eq!(view.update(Intent::Key(Key::Leave))[..1], press(Keys::Leave));
        assert_eq!(view.update(Intent::Order("docker ps".into())), []);
        view.learn(Fact::Told(Tell::Reads(None)));
        assert!(rendered(&view, prompt).contains("laptop:~/mlmodel $</label>"));
    }

    #[test]
    fn the_keys_that_leave_a_program_come_in_their_order() {
        let mut view = fixture::at_start();
        let reader = Reader { container: "calm_gauss".into(), begun: String::new(), leave: "\x10\x10q".into() };
        view.learn(Fact::Told(Tell::Reads(Some(reader))));
        assert!(rendered(&view, prompt).contains("<kbd>Ctrl P Ctrl P q</kbd>"));
        let control = || Intent::Key(Key::Leaving('\x10'));
        let typed = |text: &str| Intent::Typed(text.to_owned());
        for between in [Intent::Key(Key::Up), Intent::Submitted, typed("x"), typed("")] {
            for key in [control(), between.clone(), control(), typed("q"), typed("")] {
                assert!(!view.update(key).contains(&Effect::Ask(Ask::Press(Keys::Leave))), "{between:?}");
            }
        }
        let keys = [control(), control(), typed("q")];
        let effects: Vec<Effect> = keys.into_iter().flat_map(|key| view.update(key)).collect();
        assert_eq!(effects[..1], [Effect::Ask(Ask::Press(Keys::Leave))]);
        assert_eq!(view.screen.input, "");
    }

    #[test]
    fn a_picked_machine_is_named_by_its_prompt() {
        let mut view = fixture::at_start();
        view.update(Intent::Machine("prod".into()));
        assert!(rendered(&view, prompt).contains("prod:/root $"));
    }
}
