//! `getopts`.

use crate::flow::{Flow, Outcome};
use crate::shell::Shell;

pub(super) fn getopts(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let [wanted, name, rest @ ..] = arguments else {
        return shell.refuse(2, "Usage: getopts optstring var [arg]");
    };
    let words = if rest.is_empty() {
        shell.parameters.clone()
    } else {
        rest.to_vec()
    };
    let (silent, wanted) = wanted
        .strip_prefix(':')
        .map_or((false, wanted.as_str()), |wanted| (true, wanted));
    let index = shell
        .variables
        .get("OPTIND")
        .and_then(|index| index.parse::<usize>().ok())
        .unwrap_or(1)
        .max(1);
    let offset = shell.option_offset.max(1);
    let word = words.get(index - 1).map(String::as_str).unwrap_or_default();
    if offset == 1 && (word.len() < 2 || !word.starts_with('-') || word == "--") {
        let index = index + usize::from(word == "--");
        put(shell, index, 0)?;
        shell.assign(name, "?")?;
        return Ok(1);
    }
    let Some(letter) = word[offset..].chars().next() else {
        return Ok(1);
    };
    let after = offset + letter.len_utf8();
    let takes = wanted
        .find(letter)
        .filter(|_| letter != ':')
        .map(|at| wanted[at + letter.len_utf8()..].starts_with(':'));
    let next = if after >= word.len() {
        (index + 1, 0)
    } else {
        (index, after)
    };
    match takes {
        None => {
            put(shell, next.0, next.1)?;
            report(shell, name, letter, silent, "?", "Illegal option")
        }
        Some(false) => {
            put(shell, next.0, next.1)?;
            shell
                .variables
                .unset("OPTARG")
                .map_err(|error| shell.fatal(2, error))?;
            shell.assign(name, letter.to_string())?;
            Ok(0)
        }
        Some(true) => {
            let inline = (after < word.len()).then(|| word[after..].to_owned());
            let used = index + 1 + usize::from(inline.is_none());
            let Some(value) = inline.or_else(|| words.get(index).cloned()) else {
                put(shell, index + 1, 0)?;
                return report(
                    shell,
                    name,
                    letter,
                    silent,
                    if silent { ":" } else { "?" },
                    "No arg for",
                );
            };
            put(shell, used, 0)?;
            shell.assign("OPTARG", value)?;
            shell.assign(name, letter.to_string())?;
            Ok(0)
        }
    }
}

fn put(shell: &mut Shell, index: usize, offset: usize) -> Result<(), Flow> {
    shell.assign("OPTIND", index.to_string())?;
    shell.option_offset = offset;
    Ok(())
}

/// Something was wrong with an option: quietly to the script, or in words to the user.
fn report(
    shell: &mut Shell,
    name: &str,
    letter: char,
    silent: bool,
    answer: &str,
    words: &str,
) -> Outcome {
    if silent {
        shell.assign("OPTARG", letter.to_string())?;
    } else {
        shell
            .variables
            .unset("OPTARG")
            .map_err(|error| shell.fatal(2, error))?;
        shell.complain(format_args!("{words} -{letter}"));
    }
    shell.assign(name, answer)?;
    Ok(0)
}
