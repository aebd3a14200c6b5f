//! `echo` and `printf`: words.

use crate::cli::{Desk, Failure, Flow};

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    match arguments {
        [flag, words @ ..] if flag == "-n" => desk.terminal.text(words.join(" ").as_bytes()),
        words => desk.terminal.out(words.join(" ")),
    }
    Ok(Flow::Done(0))
}

/// The form is used again until no word is left, as POSIX has it.
pub fn printf(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let Some((form, words)) = arguments.split_first() else {
        return Err(Failure::with_code(2, "printf: usage: printf FORMAT [WORD...]"));
    };
    let mut words = words.iter();
    let mut text = String::new();
    loop {
        let before = words.len();
        filled(form, &mut words, &mut text)?;
        if words.len() == 0 || words.len() == before {
            break;
        }
    }
    desk.terminal.text(text.as_bytes());
    Ok(Flow::Done(0))
}

fn filled<'w>(form: &str, words: &mut impl Iterator<Item = &'w String>, text: &mut String) -> Result<(), Failure> {
    let mut rest = form.chars();
    while let Some(c) = rest.next() {
        match (c, rest.clone().next()) {
            ('%', Some('s')) => text.push_str(words.next().map_or("", String::as_str)),
            ('%', Some('%')) => text.push('%'),
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some('t')) => text.push('\t'),
            ('\\', Some('\\')) => text.push('\\'),
            ('%', directive) => {
                let directive = directive.map(String::from).unwrap_or_default();
                return Err(
                    Failure::new(format!("printf: %{directive}: invalid directive")).hint("Here are `%s` and `%%`.")
                );
            }
            (c, _) => {
                text.push(c);
                continue;
            }
        }
        rest.next();
    }
    Ok(())
}
