//! `alias` and `unalias`.

use super::quoted;
use crate::flow::Outcome;
use crate::shell::Shell;

pub(super) fn alias(shell: &mut Shell, arguments: &[String]) -> Outcome {
    if arguments.is_empty() {
        let lines = shell.aliases.iter();
        let lines: Vec<String> = lines.map(|(name, text)| shown(name, text)).collect();
        return shell.say(&lines.concat());
    }
    let mut status = 0;
    for argument in arguments {
        if let Some((name, text)) = argument.split_once('=') {
            shell.aliases.insert(name.to_owned(), text.to_owned());
        } else if let Some(text) = shell.aliases.get(argument) {
            shell.say(&shown(argument, text))?;
        } else {
            status = shell.refuse(1, format_args!("alias: {argument}: not found"))?;
        }
    }
    Ok(status)
}

fn shown(name: &str, text: &str) -> String {
    format!("{name}={}\n", quoted(text))
}

pub(super) fn unalias(shell: &mut Shell, arguments: &[String]) -> Outcome {
    if arguments.first().is_some_and(|option| option == "-a") {
        shell.aliases.clear();
        return Ok(0);
    }
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    let mut status = 0;
    for name in arguments {
        if shell.aliases.remove(name).is_none() {
            status = shell.refuse(1, format_args!("unalias: {name}: not found"))?;
        }
    }
    Ok(status)
}
