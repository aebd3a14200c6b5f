//! The terminal's state: what commands printed, what is typed, what waits.
//! It knows nothing of docker; lines go out as asks and come back as output.

use std::collections::VecDeque;
use std::rc::Rc;

use super::known::Known;
use super::words;
use crate::course::ProcessRow;
use crate::limits::{SCROLLBACK_COMMANDS, SCROLLBACK_LINES};
use crate::session::Reader;
use crate::text::{Line, Output};

/// The terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Screen {
    /// The commands, oldest first.
    pub articles: VecDeque<Rc<Article>>,
    /// The prompt, such as `laptop:~/mlmodel $`.
    pub prompt: String,
    /// The machine that was picked to type to; none: where the prompt is.
    pub machine: Option<String>,
    /// What is typed.
    pub input: String,
    /// The program that reads what is typed, if one does.
    pub reader: Option<Reader>,
    /// How many of the keys were pressed that leave it.
    pub leaving: usize,
    /// Whether a line is on its way to the session or runs there.
    pub sent: bool,
    /// Lines typed or pasted while a command runs, with the machine picked for them.
    pub waiting: VecDeque<(Option<String>, String)>,
    /// Every line that was sent, oldest first.
    pub typed: Rc<Vec<String>>,
    /// Where in `typed` the arrow keys are.
    pub recalled: Option<usize>,
    /// The reverse search, if it is on: where in `typed` it found something.
    pub search: Option<Search>,
    /// Words that could stand at the end of the line.
    pub candidates: Vec<String>,
    /// What help says of the word that was completed or asked about last.
    pub help: Option<String>,
    /// Whether Tab moves the focus, because Esc let go of it.
    pub released: bool,
    /// Counts what was printed, so that the rim knows when to scroll.
    pub revision: u64,
}

/// A command and what it printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Article {
    /// Counts up; stays the same while it runs.
    pub number: u64,
    /// The prompt it was typed at.
    pub prompt: String,
    /// The line.
    pub line: String,
    /// What it printed.
    pub lines: Vec<Output>,
    /// Lines that are left out because there were too many.
    pub dropped: usize,
    /// What is waited for before it can run, in words.
    pub fetching: Option<String>,
    /// Exit code, once it has ended.
    pub code: Option<i32>,
    /// Our advice.
    pub hint: Option<Line>,
    /// The row of the process table that tells what it did, if it changed the lab.
    pub row: Option<usize>,
    /// What the lab knew of the digests it names when it had ended.
    pub known: Option<Rc<Known>>,
}

/// A reverse search: the prompt's text is what is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Search {
    /// Which sent line was found.
    pub found: Option<usize>,
}

impl Screen {
    /// Whether a command runs.
    pub fn running(&self) -> bool {
        self.articles.back().is_some_and(|article| article.code.is_none())
    }

    /// A command began.
    pub fn start(&mut self, prompt: String, line: String) {
        let number = self.articles.back().map_or(0, |last| last.number.wrapping_add(1));
        if self.articles.len() >= SCROLLBACK_COMMANDS {
            self.articles.pop_front();
        }
        self.articles.push_back(Rc::new(Article { number, prompt, line, ..Article::default() }));
        self.revision = self.revision.wrapping_add(1);
    }

    /// Something must come before the command can run: what, in words.
    pub fn fetch(&mut self, what: &str) {
        if let Some(article) = self.articles.back_mut().filter(|article| article.code.is_none()) {
            Rc::make_mut(article).fetching = Some(what.to_owned());
            self.revision = self.revision.wrapping_add(1);
        }
    }

    /// It is here.
    pub fn fetched(&mut self) {
        if let Some(article) = self.articles.back_mut().filter(|article| article.fetching.is_some()) {
            Rc::make_mut(article).fetching = None;
            self.revision = self.revision.wrapping_add(1);
        }
    }

    /// A command printed a line, or a new text for one of its lines.
    pub fn print(&mut self, output: Output) {
        let Some(article) = self.articles.back_mut() else { return };
        let article = Rc::make_mut(article);
        article.fetching = None;
        let slot = output.slot.as_ref().and_then(|_| article.lines.iter().position(|line| line.slot == output.slot));
        match slot.and_then(|at| article.lines.get_mut(at)) {
            Some(line) => *line = output,
            None => article.lines.push(output),
        }
        if article.lines.len() > SCROLLBACK_LINES {
            article.lines.remove(0);
            article.dropped += 1;
        }
        self.revision = self.revision.wrapping_add(1);
    }

    /// The command ended.
    pub fn finish(&mut self, code: i32, hint: Option<Line>) {
        if let Some(article) = self.articles.back_mut() {
            let article = Rc::make_mut(article);
            (article.fetching, article.code, article.hint) = (None, Some(code), hint);
        }
        self.revision = self.revision.wrapping_add(1);
    }

    /// What has ended keeps what the lab knows now of the digests it names, so that no
    /// command is drawn again for what a later one does; and which of the rows, newest
    /// first, tells what it did.
    pub fn settle<'a>(&mut self, known: &Known, mut rows: impl Iterator<Item = &'a ProcessRow> + Clone) {
        let unsettled = self.articles.iter_mut().rev().skip_while(|article| article.code.is_none());
        for article in unsettled.take_while(|article| article.known.is_none()) {
            let article = Rc::make_mut(article);
            let advice = article.hint.iter();
            let spans = article.lines.iter().map(|output| &output.line).chain(advice).flat_map(|line| &line.spans);
            let mut older = rows.clone();
            if let Some(row) = older.find(|row| row.line == article.line) {
                (article.row, rows) = (Some(row.number), older);
            }
            article.known = Some(Rc::new(known.of_texts(spans.map(|span| span.text.as_str()))));
        }
    }

    /// The worker is gone: what ran will never end by itself.
    pub fn abandon(&mut self) {
        self.waiting.clear();
        (self.sent, self.reader) = (false, None);
        if self.running() {
            self.finish(137, None);
        }
    }

    /// Forgets what is to be seen; a running command keeps its place.
    pub fn clear(&mut self) {
        let running = self.articles.pop_back().filter(|article| article.code.is_none());
        self.articles = running.into_iter().collect();
        self.revision = self.revision.wrapping_add(1);
    }

    /// What is in the prompt leaves it, to be run.
    pub fn take_input(&mut self) -> String {
        let searched = self.search.take().and_then(|search| search.found);
        let line = searched.map_or_else(|| std::mem::take(&mut self.input), |at| self.typed[at].clone());
        self.input.clear();
        self.candidates.clear();
        self.help = None;
        (self.recalled, self.released, self.leaving) = (None, false, 0);
        line
    }

    /// Remembers a line for the arrow keys; the same one twice in a row once.
    pub fn remember(&mut self, line: &str) {
        if !line.trim().is_empty() && self.typed.last().is_none_or(|last| last != line) {
            Rc::make_mut(&mut self.typed).push(line.to_owned());
        }
    }

    /// The learner typed.
    pub fn type_in(&mut self, text: String) {
        self.input = text;
        self.candidates.clear();
        self.help = None;
        (self.recalled, self.released) = (None, false);
        if self.search.is_some() {
            self.search = Some(Search { found: self.find_before(self.typed.len()) });
        }
    }

    /// Another key was pressed, as the character that a terminal sends for it: whether it is the last of those that leave
    /// the program that reads.
    pub fn leave_by(&mut self, key: char) -> bool {
        let keys = self.reader.as_ref().map_or("", |reader| &reader.leave);
        // A key that does not come next takes those before it back.
        let next = keys.chars().nth(self.leaving) == Some(key);
        self.leaving = if next { self.leaving + 1 } else { keys.starts_with(key).into() };
        next && self.leaving == keys.chars().count()
    }

    /// An older line.
    pub fn older(&mut self) {
        let from = self.recalled.unwrap_or(self.typed.len());
        if let Some(line) = from.checked_sub(1).and_then(|at| self.typed.get(at)) {
            self.input.clone_from(line);
            self.recalled = Some(from - 1);
        }
    }

    /// A newer line, and an empty prompt after the newest.
    pub fn newer(&mut self) {
        let Some(at) = self.recalled else { return };
        self.recalled = (at + 1 < self.typed.len()).then_some(at + 1);
        self.input = self.recalled.and_then(|at| self.typed.get(at)).cloned().unwrap_or_default();
    }

    /// Starts the reverse search, or goes on to an older line.
    pub fn search_on(&mut self) {
        let before = self.search.and_then(|search| search.found).unwrap_or(self.typed.len());
        let found = self.find_before(before).or_else(|| self.search.and_then(|search| search.found));
        self.search = Some(Search { found });
    }

    /// Leaves the search with what it found, drops the candidates, lets Tab go.
    pub fn let_go(&mut self) {
        if let Some(at) = self.search.take().and_then(|search| search.found) {
            self.input.clone_from(&self.typed[at]);
        }
        self.candidates.clear();
        self.help = None;
        self.released = true;
    }

    /// Takes candidates for what is typed: one is taken, of several what they share.
    pub fn complete(&mut self, line: &str, candidates: Vec<String>) {
        self.candidates.clear();
        if self.input != line {
            return;
        }
        if let Some(first) = candidates.first() {
            let shared = candidates.iter().fold(first.as_str(), |shared, other| common(shared, other));
            if shared.len() > line.len() && shared.starts_with(line) {
                shared.clone_into(&mut self.input);
            }
        }
        self.revision = self.revision.wrapping_add(1);
        self.candidates = if candidates.len() > 1 { candidates } else { Vec::new() };
    }

    fn find_before(&self, before: usize) -> Option<usize> {
        self.typed[..before].iter().rposition(|line| !self.input.is_empty() && line.contains(&self.input))
    }
}

impl Article {
    /// What it printed, as plain text.
    pub fn text(&self) -> String {
        self.lines.iter().map(|output| output.line.text() + "\n").collect()
    }

    /// The exit status in words.
    pub fn status(&self) -> String {
        match self.code {
            None => self.fetching.clone().unwrap_or_else(|| words::is_running().to_owned()),
            Some(0) => words::succeeded().to_owned(),
            Some(130) => words::interrupted_exit_status().to_owned(),
            Some(code) => words::failed_exit_status(&code.to_string()),
        }
    }
}

fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let length = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    &one[..length]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Stream;

    fn output(slot: Option<&str>, text: &str) -> Output {
        Output { stream: Stream::Stdout, slot: slot.map(str::to_owned), line: text.into() }
    }

    fn screen(lines: &[&str]) -> Screen {
        let mut screen = Screen::default();
        for line in lines {
            screen.remember(line);
        }
        screen
    }

    #[test]
    fn a_slot_is_updated_in_place() {
        let mut screen = Screen::default();
        screen.start("$".into(), "docker push".into());
        screen.print(output(Some("a"), "a: Waiting"));
        screen.print(output(None, "between"));
        screen.print(output(Some("a"), "a: Pushed"));
        assert_eq!(screen.articles[0].text(), "a: Pushed\nbetween\n");
        assert!(screen.running());
        screen.finish(0, None);
        assert!(!screen.running());
    }

    #[test]
    fn the_arrow_keys_walk_the_lines_sent() {
        let mut screen = screen(&["one", "two", "two"]);
        screen.older();
        assert_eq!(screen.input, "two");
        screen.older();
        screen.older();
        assert_eq!(screen.input, "one");
        screen.newer();
        screen.newer();
        assert_eq!(screen.input, "");
    }

    #[test]
    fn the_reverse_search_goes_to_older_lines() {
        let mut screen = screen(&["docker push a", "ls", "docker push b"]);
        screen.search_on();
        screen.type_in("push".into());
        assert_eq!(screen.search, Some(Search { found: Some(2) }));
        screen.search_on();
        assert_eq!(screen.search, Some(Search { found: Some(0) }));
        screen.search_on();
        assert_eq!(screen.take_input(), "docker push a");
        assert_eq!(screen.search, None);
    }

    #[test]
    fn completion_takes_what_all_candidates_share() {
        let mut screen = Screen::default();
        screen.type_in("docker pu".into());
        screen.complete("docker pu", vec!["docker pull".into(), "docker push".into()]);
        assert_eq!((screen.input.as_str(), screen.candidates.len()), ("docker pu", 2));
        screen.complete("docker pu", vec!["docker push ".into()]);
        assert_eq!((screen.input.as_str(), screen.candidates.len()), ("docker push ", 0));
        screen.complete("docker pu", vec!["stale".into()]);
        assert_eq!(screen.input, "docker push ");
    }

    #[test]
    fn a_flood_keeps_its_last_lines_only() {
        let mut screen = Screen::default();
        screen.start("$".into(), "yes".into());
        (0..SCROLLBACK_LINES + 3).for_each(|at| screen.print(output(None, &at.to_string())));
        assert_eq!((screen.articles[0].lines.len(), screen.articles[0].dropped), (SCROLLBACK_LINES, 3));
    }
}
