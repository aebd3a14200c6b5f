//! `set` and `shift`.

use super::quoted;
use crate::flow::Outcome;
use crate::shell::{Options, Shell};

/// Letters and names of the options.
const OPTIONS: [(&str, &str); 11] = [
    ("a", "allexport"),
    ("b", "notify"),
    ("e", "errexit"),
    ("h", "hashall"),
    ("C", "noclobber"),
    ("n", "noexec"),
    ("f", "noglob"),
    ("u", "nounset"),
    ("", "pipefail"),
    ("v", "verbose"),
    ("x", "xtrace"),
];
/// Options that a shell without a terminal has nothing to do for.
const IDLE: [&str; 4] = ["m", "monitor", "ignoreeof", "vi"];

/// Switches an option, by its letter or name.
pub(crate) fn switch(options: &mut Options, name: &str, on: bool) -> Result<(), String> {
    let known = OPTIONS
        .iter()
        .find(|(letter, long)| *long == name || (!letter.is_empty() && *letter == name));
    match known {
        Some((_, name)) => *field(options, name) = on,
        None if IDLE.contains(&name) => {}
        None => return Err(format!("Illegal option -{name}")),
    }
    Ok(())
}

/// What `$-` is.
pub(crate) fn letters(options: &Options) -> String {
    let mut options = options.clone();
    OPTIONS
        .iter()
        .filter(|(_, name)| *field(&mut options, name))
        .map(|(letter, _)| *letter)
        .collect()
}

fn field<'a>(options: &'a mut Options, name: &str) -> &'a mut bool {
    match name {
        "allexport" => &mut options.allexport,
        "notify" => &mut options.notify,
        "hashall" => &mut options.hashall,
        "errexit" => &mut options.errexit,
        "noclobber" => &mut options.noclobber,
        "noexec" => &mut options.noexec,
        "noglob" => &mut options.noglob,
        "nounset" => &mut options.nounset,
        "pipefail" => &mut options.pipefail,
        "verbose" => &mut options.verbose,
        _ => &mut options.xtrace,
    }
}

pub(super) fn set(shell: &mut Shell, arguments: &[String]) -> Outcome {
    if arguments.is_empty() {
        let values = shell
            .variables
            .iter()
            .filter_map(|(name, variable)| Some((name, variable.value.as_ref()?)));
        let lines: Vec<String> = values
            .map(|(name, value)| format!("{name}={}\n", quoted(value)))
            .collect();
        return shell.say(&lines.concat());
    }
    let mut rest = arguments;
    while let Some((option, left)) = rest
        .split_first()
        .filter(|(option, _)| option.starts_with(['-', '+']))
    {
        rest = left;
        if option == "--" {
            shell.parameters = rest.to_vec();
            return Ok(0);
        }
        if option == "-" || option == "+" {
            break;
        }
        let on = option.starts_with('-');
        for letter in option[1..].chars() {
            if letter != 'o' {
                switch(&mut shell.options, &letter.to_string(), on)
                    .map_err(|error| shell.fatal(2, format_args!("set: {error}")))?;
                continue;
            }
            let Some((name, left)) = rest.split_first() else {
                return listed(shell, on);
            };
            rest = left;
            switch(&mut shell.options, name, on)
                .map_err(|error| shell.fatal(2, format_args!("set: {error}")))?;
        }
    }
    if !rest.is_empty() {
        shell.parameters = rest.to_vec();
    }
    Ok(0)
}

/// `set -o` and `set +o`.
fn listed(shell: &mut Shell, table: bool) -> Outcome {
    let mut lines = Vec::new();
    for (_, name) in OPTIONS {
        let on = *field(&mut shell.options, name);
        lines.push(if table {
            format!("{name:<16}{}\n", if on { "on" } else { "off" })
        } else {
            format!("set {}o {name}\n", if on { "-" } else { "+" })
        });
    }
    shell.say(&lines.concat())
}

pub(super) fn shift(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let count = match arguments.first().map(|text| text.parse::<usize>()) {
        None => 1,
        Some(Ok(count)) => count,
        Some(Err(_)) => {
            return Err(shell.fatal(2, format_args!("shift: Illegal number: {}", arguments[0])));
        }
    };
    if count > shell.parameters.len() {
        return Err(shell.fatal(2, "shift: can't shift that many"));
    }
    shell.parameters.drain(..count);
    Ok(0)
}
