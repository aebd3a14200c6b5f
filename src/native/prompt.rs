//! The prompt for a person: history, completion, Ctrl-C and Ctrl-D.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{
    Cmd, CompletionType, ConditionalEventHandler, Config, Context, Editor, Event, EventContext, EventHandler, Helper,
    KeyEvent, Modifiers, RepeatCount,
};

use super::NativeError;
use super::options::Lab;
use super::runner::Runner;
use super::screen::{self, Screen};
use crate::lab::Keys;
use crate::session::Reader;

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
        let reader = runner.borrow().reader().cloned();
        if let Some(reader) = reader {
            let (read, is_left) = read(&mut editor, &reader);
            type_in(&mut runner.borrow_mut(), &reader.begun, is_left, read)?;
            continue;
        }
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
    or_complain(runner.run(line).map(drop))
}

/// A line for the program that reads, and whether the keys came instead that leave it, which no other prompt needs.
fn read(editor: &mut Editor<Words, MemHistory>, reader: &Reader) -> (rustyline::Result<String>, bool) {
    let keys: Vec<KeyEvent> = reader.leave.chars().map(|key| KeyEvent::new(key, Modifiers::NONE)).collect();
    if keys.is_empty() {
        return (editor.readline(&reader.begun), false);
    }
    let leaving = || Event::KeySeq(keys.clone());
    let is_left = Arc::new(AtomicBool::new(false));
    editor.bind_sequence(leaving(), EventHandler::Conditional(Box::new(Leaving(Arc::clone(&is_left)))));
    let read = editor.readline(&reader.begun);
    editor.unbind_sequence(leaving());
    (read, is_left.load(Ordering::Relaxed))
}

/// Notes that the program is to be left, and gives up the line.
struct Leaving(Arc<AtomicBool>);

impl ConditionalEventHandler for Leaving {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        self.0.store(true, Ordering::Relaxed);
        Some(Cmd::Interrupt)
    }
}

/// What was typed goes to the program that reads, after what it has written of that line.
fn type_in(
    runner: &mut Runner,
    begun: &str,
    is_left: bool,
    read: rustyline::Result<String>,
) -> Result<(), NativeError> {
    let (typed, keys) = match read {
        Ok(text) => {
            let lines = text.split('\n').map(|line| Keys::Text(format!("{line}\n"))).collect();
            (text, lines)
        }
        Err(ReadlineError::Interrupted) if is_left => (String::new(), vec![Keys::Leave]),
        Err(ReadlineError::Interrupted) => (String::new(), vec![Keys::Interrupt]),
        Err(ReadlineError::Eof) => (String::new(), vec![Keys::End]),
        Err(error) => return Err(terminal(error)),
    };
    runner.take_back(&format!("{begun}{typed}"));
    keys.into_iter().try_for_each(|keys| or_complain(runner.press(keys)))
}

fn or_complain(done: Result<(), NativeError>) -> Result<(), NativeError> {
    match done {
        Err(error @ NativeError::Refused { .. }) => {
            screen::complain(&error.to_string());
            Ok(())
        }
        done => done,
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
        if self.0.borrow().reader().is_some() {
            return Ok((position, Vec::new()));
        }
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
