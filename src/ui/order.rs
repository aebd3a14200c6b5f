//! The lines that the panels type: they have no other way to change anything,
//! and a learner could type each of them.

use super::settings::{Draft, Field};

/// A line that begins with `registry`: words, quoted where a shell would read them otherwise.
pub(super) fn line(all: &[&str]) -> String {
    let all: Vec<&str> = all.iter().copied().filter(|word| !word.is_empty()).collect();
    format!("registry {}", words(&all))
}

/// Words of a line, quoted where a shell would read them otherwise.
pub(super) fn words(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    quoted.join(" ")
}

/// The same for the repositories that are picked, if some are.
pub(super) fn for_some(words: &[&str], draft: &Draft) -> String {
    match draft.text(Field::Repositories) {
        "" => line(words),
        pattern => line(&[words, &["--repository", pattern]].concat()),
    }
}

/// A word as a shell reads it.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:=,@%+•".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        let table = [
            (["user", "add", "a b"], "registry user add 'a b'"),
            (["immutable", "v*", "it's"], r"registry immutable 'v*' 'it'\''s'"),
            (["fault", "$x", "<b>&;|"], "registry fault '$x' '<b>&;|'"),
            (["rm", "r.test:5000/a_b:1.0", "a/b@sha256:00"], "registry rm r.test:5000/a_b:1.0 a/b@sha256:00"),
            (["a", "\"", "\\"], r#"registry a '"' '\'"#),
        ];
        for (words, typed) in table {
            assert_eq!(line(&words), typed);
        }
    }
}
