//! The command line of the shell itself.

use process::{Reaction, signal};

use crate::builtin::set::switch;
use crate::parse::Script;
use crate::shell::Shell;
use crate::streams::Streams;
use crate::subshell;

/// Where commands come from.
enum Source {
    Text(String),
    File(String),
    Input,
}

/// Runs the shell that these arguments ask for: its exit status.
pub(crate) fn run(arguments: Vec<String>) -> i32 {
    if arguments
        .get(1)
        .is_some_and(|argument| argument == subshell::MARK)
    {
        return subshell::follow();
    }
    let mut arguments = arguments.into_iter();
    let name = arguments.next().unwrap_or_else(|| "sh".to_owned());
    let directory = process::directory().unwrap_or_else(|_| "/".to_owned());
    let program = program(&name);
    let mut shell = Shell::new(name, Vec::new(), directory, program);
    shell.streams = Streams::given((0..3).map(|number| (number, number)));
    match read(&mut shell, arguments.collect()) {
        Ok(source) => start(&mut shell, source),
        Err(message) => {
            shell.complain(message);
            2
        }
    }
}

fn start(shell: &mut Shell, source: Source) -> i32 {
    let script = match source {
        Source::Text(text) => Script::file(text),
        Source::File(path) => match std::fs::read(shell.absolute(&path)) {
            Ok(bytes) => Script::file(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => {
                shell.complain(format_args!(
                    "cannot open {path}: {}",
                    crate::redirect::reason(&error)
                ));
                return 127;
            }
        },
        Source::Input => {
            shell.interactive |= [0, 2]
                .iter()
                .all(|number| shell.streams.is_terminal(*number));
            if shell.interactive {
                // It ends what is typed or runs, never the shell.
                process::react(signal::INTERRUPT, Reaction::Catch);
            }
            Script::input()
        }
    };
    let outcome = shell.run_script(script);
    shell.ended(&outcome)
}

/// Reads the options; what is left becomes the positional parameters.
fn read(shell: &mut Shell, arguments: Vec<String>) -> Result<Source, String> {
    let mut arguments = arguments.into_iter().peekable();
    let (mut command, mut input, mut ended) = (false, false, false);
    while let Some(argument) =
        arguments.next_if(|next| next.len() > 1 && next.starts_with(['-', '+']))
    {
        ended = argument == "--";
        if ended {
            break;
        }
        let on = argument.starts_with('-');
        for letter in argument[1..].chars() {
            match letter {
                'c' => command = on,
                's' => input = on,
                'i' => shell.interactive = on,
                'o' => switch(
                    &mut shell.options,
                    &arguments.next().unwrap_or_default(),
                    on,
                )?,
                letter => switch(&mut shell.options, &letter.to_string(), on)?,
            }
        }
    }
    // A hyphen alone ends the options too.
    arguments.next_if(|next| !ended && next == "-");
    let source = if command {
        Source::Text(arguments.next().ok_or("-c requires an argument")?)
    } else if let (Some(file), false) = (arguments.peek(), input) {
        Source::File(file.clone())
    } else {
        Source::Input
    };
    if !input && let Some(name) = arguments.next() {
        shell.name = name;
    }
    shell.parameters = arguments.collect();
    Ok(source)
}

/// The file we are.
#[cfg(not(target_os = "wasi"))]
fn program(_: &str) -> String {
    std::env::current_exe().map_or_else(
        |_| "/bin/sh".to_owned(),
        |path| path.to_string_lossy().into_owned(),
    )
}

/// The file we are: by our name, or where shells are.
#[cfg(target_os = "wasi")]
fn program(name: &str) -> String {
    if name.starts_with('/') {
        name.to_owned()
    } else {
        "/bin/sh".to_owned()
    }
}
