//! `--detach-keys`: the keys by which one leaves a terminal to its program.
//! <https://github.com/moby/term/blob/v0.5.2/ascii.go>

use crate::cli::flags::Parsed;
use crate::cli::{Failure, Flag};

/// The keys unless others are chosen.
const USUAL: &str = "ctrl-p,ctrl-q";

/// The flag of each command that joins a terminal to a program.
pub const FLAG: Flag = Flag::value("detach-keys", None, "Override the key sequence for detaching a container");

/// The keys that were chosen, each as the character that a terminal sends for it.
pub fn keys(parsed: &Parsed<'_>) -> Result<String, Failure> {
    let names = parsed.value(FLAG.long).filter(|names| !names.is_empty()).unwrap_or(USUAL);
    let unknown = |name| {
        let failure = Failure::new(format!("invalid detach keys ({names}): Unknown character: '{name}'"));
        failure.hint("A key is a character, or `ctrl-` and a letter; between two of them is a comma: `ctrl-x,q`.")
    };
    names.split(',').map(|name| sent(name).ok_or_else(|| unknown(name))).collect()
}

fn sent(name: &str) -> Option<char> {
    let code = match (name.as_bytes(), name.strip_prefix("ctrl-").map(str::as_bytes)) {
        ([key], _) if key.is_ascii() => *key,
        (_, Some([key @ (b'a'..=b'z' | b'@' | b'['..=b'_')])) => key & 0x1f,
        (b"DEL", _) => 0x7f,
        _ => return None,
    };
    Some(char::from(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_names_that_docker_gives_them() {
        let known = ["ctrl-@", "ctrl-a", "ctrl-z", "ctrl-[", "ctrl-_", "x", "A", "DEL"];
        assert_eq!(known.map(sent), ['\0', '\x01', '\x1a', '\x1b', '\x1f', 'x', 'A', '\x7f'].map(Some));
        for unknown in ["", "ctrl-", "ctrl-A", "ctrl-1", "ctrl-pp", "shift-a", "del", "é"] {
            assert_eq!(sent(unknown), None, "{unknown}");
        }
    }
}
