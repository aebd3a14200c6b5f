//! `test` and `[`.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/test.html>

use std::fs::Metadata;

use crate::arithmetic::number;
use crate::flow::Outcome;
use crate::shell::Shell;

pub(super) fn bracket(shell: &mut Shell, arguments: &[String]) -> Outcome {
    match arguments.split_last() {
        Some((last, arguments)) if last == "]" => test(shell, arguments),
        _ => shell.refuse(2, "[: missing ]"),
    }
}

pub(super) fn test(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let verdict = Test { shell }.evaluate(&words);
    match verdict {
        Ok(holds) => Ok(i32::from(!holds)),
        Err(error) => shell.refuse(2, format_args!("test: {error}")),
    }
}

struct Test<'a> {
    shell: &'a Shell,
}

type Verdict = Result<bool, String>;

impl Test<'_> {
    /// What few words mean depends on how many there are; more are an expression.
    fn evaluate(&self, words: &[&str]) -> Verdict {
        match words {
            [] => Ok(false),
            [word] => Ok(!word.is_empty()),
            [left, operator, right] if is_binary(operator) => self.binary(left, operator, right),
            ["!", rest @ ..] if rest.len() < 4 => self.evaluate(rest).map(|holds| !holds),
            [operator, operand] => self.unary(operator, operand),
            ["(", word, ")"] => self.evaluate(&[word]),
            ["(", left, right, ")"] => self.evaluate(&[left, right]),
            words => {
                let mut rest = words;
                let holds = self.either(&mut rest)?;
                if rest.is_empty() {
                    Ok(holds)
                } else {
                    Err(format!("{}: unexpected operator", rest[0]))
                }
            }
        }
    }

    fn either(&self, words: &mut &[&str]) -> Verdict {
        let mut holds = self.both(words)?;
        while let ["-o", rest @ ..] = *words {
            *words = rest;
            holds |= self.both(words)?;
        }
        Ok(holds)
    }

    fn both(&self, words: &mut &[&str]) -> Verdict {
        let mut holds = self.primary(words)?;
        while let ["-a", rest @ ..] = *words {
            *words = rest;
            holds &= self.primary(words)?;
        }
        Ok(holds)
    }

    fn primary(&self, words: &mut &[&str]) -> Verdict {
        match *words {
            [left, operator, right, rest @ ..] if is_binary(operator) && !joins(operator) => {
                *words = rest;
                self.binary(left, operator, right)
            }
            ["!", rest @ ..] => {
                *words = rest;
                self.primary(words).map(|holds| !holds)
            }
            ["(", rest @ ..] => {
                *words = rest;
                let holds = self.either(words)?;
                let [")", rest @ ..] = *words else {
                    return Err("closing paren expected".to_owned());
                };
                *words = rest;
                Ok(holds)
            }
            [operator, operand, rest @ ..] if operator.len() == 2 && operator.starts_with('-') => {
                *words = rest;
                self.unary(operator, operand)
            }
            [word, rest @ ..] => {
                *words = rest;
                Ok(!word.is_empty())
            }
            [] => Err("argument expected".to_owned()),
        }
    }

    fn unary(&self, operator: &str, operand: &str) -> Verdict {
        let path = self.shell.absolute(operand);
        let is = |check: fn(&Metadata) -> bool| {
            Ok(!operand.is_empty() && path.metadata().is_ok_and(|found| check(&found)))
        };
        let may = |bits: u32| {
            Ok(!operand.is_empty()
                && path.exists()
                && process::mode(&path).is_ok_and(|mode| mode & bits != 0))
        };
        match operator {
            "-n" => Ok(!operand.is_empty()),
            "-z" => Ok(operand.is_empty()),
            "-e" => is(|_| true),
            "-f" => is(Metadata::is_file),
            "-d" => is(Metadata::is_dir),
            "-s" => is(|found| found.len() > 0),
            "-h" | "-L" => Ok(path
                .symlink_metadata()
                .is_ok_and(|found| found.is_symlink())),
            "-r" => may(0o444),
            "-w" => may(0o222),
            "-x" => may(0o111),
            "-u" => may(0o4000),
            "-g" => may(0o2000),
            "-b" => is(|found| process::is_special(found, process::Special::Block)),
            "-c" => is(|found| process::is_special(found, process::Special::Character)),
            "-p" => is(|found| process::is_special(found, process::Special::Pipe)),
            "-S" => is(|found| process::is_special(found, process::Special::Socket)),
            "-t" => Ok(operand
                .parse()
                .is_ok_and(|number| self.shell.streams.is_terminal(number))),
            operator => Err(format!("{operator}: unexpected operator")),
        }
    }

    fn binary(&self, left: &str, operator: &str, right: &str) -> Verdict {
        let changed = |path: &str| {
            self.shell
                .absolute(path)
                .metadata()
                .and_then(|found| found.modified())
                .ok()
        };
        Ok(match operator {
            "=" | "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "-a" => !left.is_empty() && !right.is_empty(),
            "-o" => !left.is_empty() || !right.is_empty(),
            "-nt" => changed(left) > changed(right),
            "-ot" => changed(left) < changed(right),
            "-ef" => std::fs::canonicalize(self.shell.absolute(left))
                .ok()
                .is_some_and(|path| {
                    std::fs::canonicalize(self.shell.absolute(right))
                        .is_ok_and(|other| other == path)
                }),
            _ => {
                let order = whole(left)?.cmp(&whole(right)?);
                match operator {
                    "-eq" => order.is_eq(),
                    "-ne" => order.is_ne(),
                    "-lt" => order.is_lt(),
                    "-le" => order.is_le(),
                    "-gt" => order.is_gt(),
                    _ => order.is_ge(),
                }
            }
        })
    }
}

/// Whether an operator joins two tests, and not two words, in an expression.
fn joins(operator: &str) -> bool {
    matches!(operator, "-a" | "-o")
}

fn is_binary(word: &str) -> bool {
    matches!(
        word,
        "=" | "=="
            | "!="
            | "<"
            | ">"
            | "-a"
            | "-o"
            | "-nt"
            | "-ot"
            | "-ef"
            | "-eq"
            | "-ne"
            | "-lt"
            | "-le"
            | "-gt"
            | "-ge"
    )
}

/// A decimal number; a leading 0 means nothing here.
fn whole(text: &str) -> Result<i64, String> {
    let digits = text.trim();
    match digits.parse() {
        Ok(value) => Ok(value),
        Err(_) => number(digits)
            .filter(|_| !digits.is_empty() && !digits.contains('x'))
            .ok_or_else(|| format!("Illegal number: {text}")),
    }
}
