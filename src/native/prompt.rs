//! The prompt for a person: history, completion, Ctrl-C and Ctrl-D.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::NativeError;
use super::options::Lab;
use super::runner::Runner;
use super::screen::{self, Screen};

/// Reads and runs lines until Ctrl-D; the exit code is the last line's.
pub fn run(lab: &Lab) -> Result<i32, NativeError> {
    let config = Config::builder().completion_type(CompletionType::List).build();
    let mut editor: Editor<Words, MemHistory> = Editor::with_history(config, MemHistory::new()).map_err(terminal)?;
    let size = screen::size_of(&mut editor);
    screen::say("A lab without a network: everything here really runs. `help` lists the words, Ctrl-D leaves.")?;
    let runner = Rc::new(RefCell::new(Runner::open(lab, Screen::real(Some(size)), true)?));
    listen(&runner.borrow())?;
    editor.set_helper(Some(Words(Rc::clone(&runner))));
    loop {
        let prompt = format!("{} ", runner.borrow().prompt());
        match editor.readline(&prompt) {
            Ok(line) => {
                if !line.trim().is_empty() {
                    editor.add_history_entry(&line).map_err(terminal)?;
                }
                let size = screen::size_of(&mut editor);
                // What was pasted may be several lines.
                for line in line.lines() {
                    run_line(&mut runner.borrow_mut(), line, size)?;
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(runner.borrow().code()),
            Err(error) => return Err(terminal(error)),
        }
    }
}

/// What the session refuses is a message here, and the prompt goes on.
fn run_line(runner: &mut Runner, line: &str, size: (usize, usize)) -> Result<(), NativeError> {
    runner.resize(size);
    match runner.run(line) {
        Err(error @ NativeError::Refused { .. }) => {
            screen::complain(&error.to_string());
            Ok(())
        }
        done => done.map(drop),
    }
}

/// Lets Ctrl-C end what runs instead of this process.
fn listen(runner: &Runner) -> Result<(), NativeError> {
    let flag = runner.interrupted();
    let registered = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&flag));
    registered.map(drop).map_err(|error| NativeError::Terminal { reason: error.to_string() })
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn terminal(error: ReadlineError) -> NativeError {
    NativeError::Terminal { reason: error.to_string() }
}

/// Completion, asked of the session.
struct Words(Rc<RefCell<Runner>>);

impl Completer for Words {
    type Candidate = Pair;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let lines = self.0.borrow_mut().complete(line.get(..position).unwrap_or(line));
        let pair = |line: String| {
            let display = line.split_whitespace().next_back().unwrap_or_default().to_owned();
            Pair { display, replacement: line }
        };
        Ok((0, lines.into_iter().map(pair).collect()))
    }
}

impl Hinter for Words {
    type Hint = String;
}

impl Highlighter for Words {}
impl Validator for Words {}
impl Helper for Words {}
