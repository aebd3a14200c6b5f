//! `--chmod`: octal, or the symbols of chmod(1).
//! <https://docs.docker.com/reference/dockerfile/#copy---chown---chmod>

use crate::build::error::SolveError;

/// Permissions to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mode {
    /// All twelve bits.
    Octal(u32),
    /// Changes, one after the other.
    Symbolic(Vec<Change>),
}

/// `u+x`: whose bits, how, which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    who: u32,
    how: How,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Add,
    Remove,
    Set,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// Bits for everybody, of which `who` takes its own; `X` only where something may be executed already.
    Bits { bits: u32, execute_if_any: bool },
    /// What the user, the group or the others have; the shift of their bits.
    Copy { shift: u32 },
}

const USER: u32 = 0o4700;
const GROUP: u32 = 0o2070;
const OTHER: u32 = 0o1007;
const ALL: u32 = 0o7777;

impl Mode {
    pub(super) fn parse(text: &str) -> Result<Self, SolveError> {
        let wrong = || SolveError::Chmod { mode: text.to_owned() };
        if let Ok(number) = u32::from_str_radix(text, 8) {
            return if number <= ALL { Ok(Self::Octal(number)) } else { Err(wrong()) };
        }
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(wrong());
        }
        let mut changes = Vec::new();
        for clause in text.split(',') {
            clause_changes(clause, &mut changes).ok_or(SolveError::ChmodSymbols)?;
        }
        Ok(Self::Symbolic(changes))
    }

    /// The mode of a file, or of a folder, that had `mode`.
    pub(super) fn apply(&self, mode: u32, is_directory: bool) -> u32 {
        match self {
            Self::Octal(octal) => *octal,
            Self::Symbolic(changes) => changes.iter().fold(mode, |mode, change| change.apply(mode, is_directory)),
        }
    }
}

impl Change {
    fn apply(&self, mode: u32, is_directory: bool) -> u32 {
        let wanted = match self.what {
            What::Bits { bits, execute_if_any } => {
                let execute = execute_if_any && (is_directory || mode & 0o111 != 0);
                bits | if execute { 0o111 } else { 0 }
            }
            What::Copy { shift } => ((mode >> shift) & 0o7) * 0o111,
        };
        let wanted = wanted & self.who;
        match self.how {
            How::Add => mode | wanted,
            How::Remove => mode & !wanted,
            How::Set => (mode & !self.who) | wanted,
        }
    }
}

/// `ugo+rwx-s`: one set of users, several changes.
fn clause_changes(clause: &str, changes: &mut Vec<Change>) -> Option<()> {
    let start = clause.find(['+', '-', '='])?;
    let mut who = 0;
    for letter in clause[..start].chars() {
        who |= match letter {
            'u' => USER,
            'g' => GROUP,
            'o' => OTHER,
            'a' => ALL,
            _ => return None,
        };
    }
    let who = if who == 0 { ALL } else { who };
    let mut rest = &clause[start..];
    while let Some(operator) = rest.chars().next() {
        let end = rest[1..].find(['+', '-', '=']).map_or(rest.len(), |at| at + 1);
        let how = match operator {
            '+' => How::Add,
            '-' => How::Remove,
            _ => How::Set,
        };
        changes.push(Change { who, how, what: what(&rest[1..end])? });
        rest = &rest[end..];
    }
    Some(())
}

fn what(letters: &str) -> Option<What> {
    match letters {
        "u" => return Some(What::Copy { shift: 6 }),
        "g" => return Some(What::Copy { shift: 3 }),
        "o" => return Some(What::Copy { shift: 0 }),
        _ => {}
    }
    let (mut bits, mut execute_if_any) = (0, false);
    for letter in letters.chars() {
        match letter {
            'r' => bits |= 0o444,
            'w' => bits |= 0o222,
            'x' => bits |= 0o111,
            'X' => execute_if_any = true,
            's' => bits |= 0o6000,
            't' => bits |= 0o1000,
            _ => return None,
        }
    }
    Some(What::Bits { bits, execute_if_any })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_those_of_chmod() {
        let table = [
            ("0644", 0o755, 0o644),
            ("755", 0o600, 0o755),
            ("7777", 0, 0o7777),
            ("u+x", 0o644, 0o744),
            ("+x", 0o644, 0o755),
            ("go-w", 0o666, 0o644),
            ("u=rwX,go=rX", 0o600, 0o644),
            ("u=rwX,go=rX", 0o700, 0o755),
            ("go=u-w", 0o640, 0o644),
            ("a=r", 0o4777, 0o444),
            ("u+s,o+t", 0o755, 0o5755),
            ("=", 0o755, 0),
        ];
        for (text, before, after) in table {
            let mode = Mode::parse(text).expect(text);
            assert_eq!(format!("{:o}", mode.apply(before, false)), format!("{after:o}"), "{text}");
        }
        assert_eq!(Mode::parse("a+X").expect("symbols").apply(0o644, true), 0o755);
    }

    #[test]
    fn what_is_no_mode_is_refused() {
        let octal = "it should be octal string and between 0 and 07777";
        for (text, message) in [
            ("999", format!("invalid chmod parameter: '999'. {octal}")),
            ("10000", format!("invalid chmod parameter: '10000'. {octal}")),
            ("rwx", "invalid syntax".to_owned()),
            ("u+q", "invalid syntax".to_owned()),
        ] {
            assert_eq!(Mode::parse(text).expect_err(text).to_string(), message);
        }
    }
}
