//! Builtins that mark and forget variables.

use super::quoted;
use crate::flow::{Flow, Outcome};
use crate::shell::Shell;
use crate::variables::{Variable, Variables, is_name};

pub(super) fn export(shell: &mut Shell, arguments: &[String]) -> Outcome {
    mark(shell, "export", arguments, Variables::export, |variable| {
        variable.exported
    })
}

pub(super) fn readonly(shell: &mut Shell, arguments: &[String]) -> Outcome {
    mark(
        shell,
        "readonly",
        arguments,
        Variables::protect,
        |variable| variable.readonly,
    )
}

fn mark(
    shell: &mut Shell,
    verb: &str,
    arguments: &[String],
    mark: fn(&mut Variables, &str),
    is_marked: fn(&Variable) -> bool,
) -> Outcome {
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    if arguments.is_empty() || arguments == ["-p"] {
        let marked = shell
            .variables
            .iter()
            .filter(|(_, variable)| is_marked(variable));
        let lines: Vec<String> = marked
            .map(|(name, variable)| match &variable.value {
                Some(value) => format!("{verb} {name}={}\n", quoted(value)),
                None => format!("{verb} {name}\n"),
            })
            .collect();
        return shell.say(&lines.concat());
    }
    for argument in arguments {
        let name = declared(shell, verb, argument)?;
        mark(&mut shell.variables, &name);
    }
    Ok(0)
}

/// Assigns, if the argument says what: the name.
fn declared(shell: &mut Shell, verb: &str, argument: &str) -> Result<String, Flow> {
    let (name, value) = match argument.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (argument, None),
    };
    if !is_name(name) {
        return Err(shell.fatal(2, format_args!("{verb}: {name}: bad variable name")));
    }
    if let Some(value) = value {
        shell.assign(name, value)?;
    }
    Ok(name.to_owned())
}

pub(super) fn local(shell: &mut Shell, arguments: &[String]) -> Outcome {
    if shell.locals.is_empty() {
        return Err(shell.fatal(2, "local: not in a function"));
    }
    for argument in arguments {
        let name = argument.split('=').next().unwrap_or_default().to_owned();
        let saved = shell.variables.saved(&name);
        if let Some(locals) = shell.locals.last_mut() {
            locals.push((name, saved));
        }
        declared(shell, "local", argument)?;
    }
    Ok(0)
}

pub(super) fn unset(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (functions, names) = match arguments.split_first() {
        Some((option, names)) if option == "-f" => (true, names),
        Some((option, names)) if option == "-v" || option == "--" => (false, names),
        _ => (false, arguments),
    };
    for name in names {
        if functions {
            shell.functions.remove(name);
        } else {
            shell
                .variables
                .unset(name)
                .map_err(|error| shell.fatal(2, format_args!("unset: {error}")))?;
        }
    }
    Ok(0)
}
