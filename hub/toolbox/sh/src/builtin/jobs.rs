//! `wait`, `kill`, `trap` and `times`.

use crate::builtin::quoted;
use crate::flow::Outcome;
use crate::shell::Shell;

/// Signals by name, at their number.
const SIGNALS: [&str; 16] = [
    "EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
    "USR2", "PIPE", "ALRM", "TERM",
];

pub(super) fn wait(shell: &mut Shell, arguments: &[String]) -> Outcome {
    if arguments.is_empty() {
        while let Some(pid) = shell.jobs.keys().next().copied() {
            shell.wait_for(pid)?;
            shell.jobs.remove(&pid);
        }
        return Ok(0);
    }
    let mut status = 0;
    for argument in arguments {
        let pid = argument
            .parse()
            .ok()
            .filter(|pid| shell.jobs.contains_key(pid));
        status = match pid {
            Some(pid) => shell.wait_for(pid)?,
            None => 127,
        };
    }
    Ok(status)
}

pub(super) fn kill(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (signal, pids) = match arguments {
        [option, ..] if option == "-l" => {
            return shell.say(&format!("{}\n", SIGNALS[1..].join(" ")));
        }
        [option, name, pids @ ..] if option == "-s" => (signal(name), pids),
        [option, pids @ ..] if option == "--" => (Some(15), pids),
        [option, pids @ ..] if option.starts_with('-') && option.len() > 1 => {
            (signal(&option[1..]), pids)
        }
        pids => (Some(15), pids),
    };
    let Some(signal) = signal else {
        return shell.refuse(2, format_args!("kill: invalid signal {}", arguments[0]));
    };
    let mut status = 0;
    for pid in pids {
        let Ok(number) = pid.parse() else {
            status = shell.refuse(2, format_args!("kill: Illegal number: {pid}"))?;
            continue;
        };
        let trapped = number == process::pid()
            && shell.run_trap(SIGNALS.get(usize::from(signal)).unwrap_or(&""))?;
        if !trapped && let Err(error) = process::kill(number, signal) {
            status = shell.refuse(1, format_args!("kill: {pid}: {error}"))?;
        }
    }
    Ok(status)
}

pub(super) fn trap(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    let Some((command, conditions)) = arguments.split_first() else {
        let lines: Vec<String> = shell
            .traps
            .iter()
            .map(|(name, command)| format!("trap -- {} {name}\n", quoted(command)))
            .collect();
        return shell.say(&lines.concat());
    };
    // One argument alone, or a number first, puts the default back.
    let resets = command == "-"
        || conditions.is_empty()
        || command.chars().all(|char| char.is_ascii_digit()) && !command.is_empty();
    let conditions = if command == "-" || !resets {
        conditions
    } else {
        arguments
    };
    for condition in conditions {
        let number = signal(condition).map(usize::from);
        let Some(name) = number.and_then(|number| SIGNALS.get(number)) else {
            return Err(shell.fatal(1, format_args!("trap: {condition}: bad trap")));
        };
        if resets {
            shell.traps.remove(*name);
        } else {
            shell.traps.insert((*name).to_owned(), command.clone());
        }
    }
    Ok(0)
}

/// There is no clock of the processor to look at.
pub(super) fn times(shell: &mut Shell, _: &[String]) -> Outcome {
    shell.say("0m0.000000s 0m0.000000s\n0m0.000000s 0m0.000000s\n")
}

fn signal(name: &str) -> Option<u8> {
    let bare = name.strip_prefix("SIG").unwrap_or(name);
    let by_name = SIGNALS.iter().position(|signal| *signal == bare);
    by_name
        .and_then(|at| u8::try_from(at).ok())
        .or_else(|| name.parse().ok().filter(|number| *number <= 64))
}
