//! `drydock shell`: lines from the command line, a file, a pipe or a person.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::options::Shell;
use super::runner::Runner;
use super::screen::{self, Screen};
use super::{NativeError, prompt};

/// Runs the lines; the exit code is the last one's.
pub fn run(options: &Shell) -> Result<i32, NativeError> {
    let Shell { lab, trace, file } = options;
    // What is asked for on the command line is all there is to do.
    let complete = lab.steps > 0 || !lab.lines.is_empty();
    let input = match file {
        Some(file) => Some(file.as_path()),
        None if complete => None,
        None => Some(Path::new("-")),
    };
    if !trace && input == Some(Path::new("-")) && screen::is_interactive() {
        return prompt::run(lab);
    }
    let mut runner = Runner::open(lab, if *trace { Screen::none() } else { Screen::real(None) }, false)?;
    match input {
        None => {}
        Some(path) if path == Path::new("-") => run_lines(&mut runner, io::stdin().lock(), path)?,
        Some(path) => {
            let file = File::open(path).map_err(NativeError::file(path))?;
            run_lines(&mut runner, BufReader::new(file), path)?;
        }
    }
    if *trace {
        screen::say(&runner.trace()?)?;
    }
    Ok(runner.code())
}

/// Runs every line, also after one that fails, as `sh` does; stops when nobody reads any more.
fn run_lines(runner: &mut Runner, lines: impl BufRead, path: &Path) -> Result<(), NativeError> {
    for line in lines.lines() {
        runner.run(&line.map_err(NativeError::file(path))?)?;
        if runner.is_unheard() {
            break;
        }
    }
    Ok(())
}
