//! `wait`, `jobs`, `kill`, `trap` and `times`.

use process::signal;

use crate::builtin::quoted;
use crate::flow::Outcome;
use crate::redirect::reason;
use crate::shell::Shell;

pub(super) fn wait(shell: &mut Shell, arguments: &[String]) -> Outcome {
    if arguments.is_empty() {
        while let Some(pid) = shell.jobs.keys().next().copied() {
            if let Err(interrupted) = shell.wait_for_job(pid)? {
                return Ok(interrupted);
            }
        }
        return Ok(0);
    }
    let mut status = 0;
    for argument in arguments {
        let pid = argument.parse().ok();
        status = match pid.filter(|pid| shell.jobs.contains_key(pid)) {
            Some(pid) => match shell.wait_for_job(pid)? {
                Ok(status) => status,
                Err(interrupted) => return Ok(interrupted),
            },
            None => 127,
        };
    }
    Ok(status)
}

/// What runs in the background; it cannot be brought back.
pub(super) fn jobs(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let option = arguments.first().map(String::as_str);
    let lines = shell.jobs.keys().enumerate().map(|(at, pid)| match option {
        Some("-p") => format!("{pid}\n"),
        Some("-l") => format!("[{}] {pid} Running\n", at + 1),
        _ => format!("[{}] Running\n", at + 1),
    });
    let lines: Vec<String> = lines.collect();
    shell.say(&lines.concat())
}

pub(super) fn kill(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (signal, pids) = match arguments {
        [option, numbers @ ..] if option == "-l" => return list(shell, numbers),
        [option, name, pids @ ..] if option == "-s" => (signal::number(name), pids),
        [option, pids @ ..] if option == "--" => (Some(15), pids),
        [option, pids @ ..] if option.starts_with('-') && option.len() > 1 => {
            (signal::number(&option[1..]), pids)
        }
        pids => (Some(15), pids),
    };
    let pids = pids.strip_prefix(&["--".to_owned()]).unwrap_or(pids);
    let Some(signal) = signal else {
        return shell.refuse(2, format_args!("kill: invalid signal {}", arguments[0]));
    };
    if pids.is_empty() {
        return shell.refuse(2, "kill: usage: kill [-s SIGNAL | -SIGNAL] PID...");
    }
    let mut status = 0;
    for pid in pids {
        let Ok(number) = pid.parse() else {
            status = shell.refuse(2, format_args!("kill: Illegal number: {pid}"))?;
            continue;
        };
        if let Err(error) = process::kill(number, signal) {
            status = shell.refuse(1, format_args!("kill: {pid}: {}", reason(&error)))?;
        }
    }
    Ok(status)
}

/// The names of all signals, or of these: numbers, or the statuses of what they ended.
fn list(shell: &mut Shell, numbers: &[String]) -> Outcome {
    if numbers.is_empty() {
        return shell.say(&format!("{}\n", signal::names().join("\n")));
    }
    for text in numbers {
        let number = text.parse::<u8>().ok();
        let number = number.map(|number| number.checked_sub(128).unwrap_or(number));
        match number.and_then(signal::name) {
            Some(name) => shell.say(&format!("{name}\n"))?,
            None => return shell.refuse(2, format_args!("kill: invalid signal {text}")),
        };
    }
    Ok(0)
}

pub(super) fn trap(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    let (shows, arguments) = match arguments.split_first() {
        None => (true, arguments),
        Some((option, conditions)) if option == "-p" => (true, conditions),
        Some(_) => (false, arguments),
    };
    if shows {
        return show(shell, arguments);
    }
    let (command, conditions) = (&arguments[0], &arguments[1..]);
    // A number first puts the default back.
    let is_number = !command.is_empty() && command.bytes().all(|byte| byte.is_ascii_digit());
    let (command, conditions) = match command.as_str() {
        _ if is_number || conditions.is_empty() => (None, arguments),
        "-" => (None, conditions),
        command => (Some(command), conditions),
    };
    let mut status = 0;
    for condition in conditions {
        match signal::number(condition).filter(|number| signal::name(*number).is_some()) {
            Some(number) => shell.set_trap(number, command),
            None => status = shell.refuse(1, format_args!("trap: {condition}: bad trap"))?,
        }
    }
    Ok(status)
}

fn show(shell: &mut Shell, conditions: &[String]) -> Outcome {
    let wanted: Vec<_> = conditions
        .iter()
        .filter_map(|condition| signal::name(signal::number(condition)?))
        .collect();
    let traps = shell.traps.shown();
    let lines: Vec<String> = traps
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()))
        .map(|(name, command)| format!("trap -- {} {name}\n", quoted(command)))
        .collect();
    shell.say(&lines.concat())
}

/// There is no clock of the processor to look at.
pub(super) fn times(shell: &mut Shell, _: &[String]) -> Outcome {
    shell.say("0m0.000000s 0m0.000000s\n0m0.000000s 0m0.000000s\n")
}
