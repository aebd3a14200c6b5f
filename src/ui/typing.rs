//! Typing at the prompt: lines that run or wait for their turn, keys, what is pasted.

use super::intent::{Effect, Intent, Key};
use super::view::View;
use crate::lab::Keys;
use crate::session::Ask;

impl View {
    pub(super) fn update_terminal(&mut self, intent: Intent) -> Vec<Effect> {
        match intent {
            Intent::Typed(text) => self.type_in(text),
            Intent::Submitted => {
                let line = self.screen.take_input();
                if self.screen.reader.is_some() { vec![press(&line)] } else { self.run(&line) }
            }
            Intent::Pasted(text) => self.paste(&text),
            Intent::Key(key) => self.press(key),
            Intent::Candidate(line) => {
                self.screen.type_in(line);
                vec![Effect::Focus("prompt")]
            }
            Intent::Machine(machine) => {
                self.screen.machine = (machine != self.snapshot.here).then_some(machine);
                vec![Effect::Focus("prompt")]
            }
            Intent::CopyOutput(at) => {
                self.screen.articles.get(at).map(|article| Effect::Copy(article.text())).into_iter().collect()
            }
            of_the_player => self.update_player(&of_the_player),
        }
    }

    /// Runs a line, or lets it wait for its turn.
    pub(super) fn run(&mut self, line: &str) -> Vec<Effect> {
        self.play.going = false;
        if line.trim().is_empty() {
            return Vec::new();
        }
        self.screen.remember(line);
        self.screen.waiting.push_back((self.screen.machine.clone(), line.to_owned()));
        self.run_next()
    }

    /// Runs the line that waits longest, if nothing runs.
    pub(super) fn run_next(&mut self) -> Vec<Effect> {
        let busy = self.screen.sent || self.screen.running();
        if busy { Vec::new() } else { self.run_waiting() }
    }

    /// Runs the line that waits longest.
    pub(super) fn run_waiting(&mut self) -> Vec<Effect> {
        let next = self.screen.waiting.pop_front();
        self.screen.sent = next.is_some();
        next.map(|(machine, line)| Effect::Ask(Ask::Line { machine, line })).into_iter().collect()
    }

    /// The lines before the last line end run; what follows it is typed.
    fn paste(&mut self, text: &str) -> Vec<Effect> {
        let text = std::mem::take(&mut self.screen.input) + &text.replace("\r\n", "\n");
        self.screen.leaving = 0;
        let (lines, rest) = text.rsplit_once('\n').unwrap_or(("", &text));
        self.screen.type_in(rest.to_owned());
        if self.screen.reader.is_some() {
            return lines.lines().map(press).collect();
        }
        let lines = lines.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned);
        lines.collect::<Vec<_>>().iter().flat_map(|line| self.run(line)).collect()
    }

    /// A letter more may be one of the keys that leave a program.
    fn type_in(&mut self, text: String) -> Vec<Effect> {
        let mut more = text.strip_prefix(&self.screen.input).unwrap_or_default().chars();
        let leaves = if let (Some(key), None) = (more.next(), more.next()) {
            self.screen.leave_by(key)
        } else {
            self.screen.leaving = 0;
            false
        };
        self.screen.type_in(text);
        if leaves { self.press(Key::Leave) } else { Vec::new() }
    }

    fn press(&mut self, key: Key) -> Vec<Effect> {
        if !matches!(key, Key::Leaving(_)) {
            self.screen.leaving = 0;
        }
        match key {
            Key::Up => self.screen.older(),
            Key::Down => self.screen.newer(),
            Key::Escape => self.screen.let_go(),
            Key::Clear => self.screen.clear(),
            Key::Search => self.screen.search_on(),
            Key::End => return vec![Effect::Ask(Ask::Press(Keys::End)), Effect::Focus("prompt")],
            Key::Leaving(key) if self.screen.leave_by(key) => return self.press(Key::Leave),
            Key::Leaving(_) => {}
            Key::Leave => {
                self.screen.type_in(String::new());
                return vec![Effect::Ask(Ask::Press(Keys::Leave)), Effect::Focus("prompt")];
            }
            Key::Tab => {
                let line = self.screen.input.clone();
                return vec![Effect::Complete(line), Effect::Focus("prompt")];
            }
            Key::Interrupt => {
                self.screen.waiting.clear();
                if self.busy() {
                    return vec![Effect::Ask(Ask::Interrupt), Effect::Focus("prompt")];
                }
                self.screen.search = None;
                self.screen.type_in(String::new());
            }
        }
        Vec::new()
    }
}

/// The question about a line whose cursor is behind so many UTF-16 units: it is cut off behind
/// the word the cursor is in, so that only at the end of the line it is completed.
pub fn completing(line: &str, cursor: usize) -> Ask {
    let mut units = 0;
    let mut is_end = |letter: char| {
        let is_end = letter == ' ' && units >= cursor;
        units += letter.len_utf16();
        is_end
    };
    let end = line.find(&mut is_end).unwrap_or(line.len());
    Ask::Complete { line: line[..end].to_owned() }
}

/// A line for the program that reads what is typed.
fn press(line: &str) -> Effect {
    Effect::Ask(Ask::Press(Keys::Text(format!("{line}\n"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Completion, Reader, Start, Tell};
    use crate::ui::fixture;
    use crate::ui::intent::Fact;

    #[test]
    fn the_word_the_cursor_is_in_is_asked_about() {
        let line = "echo 🚢 | grep ship";
        for (cursor, up_to) in [(0, "echo"), (4, "echo"), (5, "echo 🚢"), (7, "echo 🚢"), (8, "echo 🚢 |"), (19, line)]
        {
            assert_eq!(completing(line, cursor), Ask::Complete { line: up_to.into() }, "{cursor}");
        }
    }

    #[test]
    fn a_word_in_the_line_is_explained_and_not_completed() {
        let mut view = fixture::at_start();
        view.update(Intent::Typed("docker pu --quiet".into()));
        assert_eq!(view.update(Intent::Key(Key::Tab))[0], Effect::Complete("docker pu --quiet".into()));
        let told = |line: &str| Completion {
            line: line.into(),
            candidates: vec!["docker pull ".into()],
            help: Some("Help".into()),
        };
        view.learn(Fact::Told(Tell::Completed(told("docker pu"))));
        assert_eq!((view.screen.input.as_str(), view.screen.help.as_deref()), ("docker pu --quiet", Some("Help")));
        view.update(Intent::Typed("ls".into()));
        view.learn(Fact::Told(Tell::Completed(told("docker pu"))));
        assert_eq!(view.screen.help, None, "it is not of this line");
    }

    #[test]
    fn lines_that_wait_for_a_lab_do_not_run_in_the_one_that_takes_its_place() {
        let mut view = fixture::at_start();
        let start = Start { machine: "laptop".into(), prompt: "$".into(), line: "docker run -it t".into() };
        let reader = Reader { container: "calm_gauss".into(), begun: String::new(), leave: "\x10\x11".into() };
        view.learn(Fact::Told(Tell::Started(start)));
        view.run("docker ps");
        view.learn(Fact::Told(Tell::Reads(Some(reader))));
        assert_eq!(view.update(Intent::Retry { fresh: false }), [Effect::Restart]);
        assert!(!view.busy() && view.screen.reader.is_none());
        view.update(Intent::Typed("pwd".into()));
        let line = Ask::Line { machine: None, line: "pwd".into() };
        assert_eq!(view.update(Intent::Submitted), [Effect::Ask(line)]);
    }
}
