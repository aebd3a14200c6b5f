//! "Did you mean": the nearest of the words that would have been right.

use crate::text::{Case, distance};

/// Words farther away than this are no suggestion; `BuildKit`'s own bound.
const FARTHEST: usize = 2;

/// A longer word is no misspelling of ours, and costs time to compare.
const LONGEST: usize = 64;

/// The nearest of `options` to `word`, the first of several. A word that is
/// among them is right, so nothing else is meant.
pub(crate) fn nearest<'a>(word: &str, options: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let options = options.into_iter().filter(|option| option.len() <= LONGEST);
    let (far, option) = options.map(|option| (distance(word, option), option)).min_by_key(|(far, _)| *far)?;
    (1..=FARTHEST).contains(&far).then_some(option)
}

/// As [`nearest`] whatever the case, which is that of `word` then; `options` are upper case.
pub(super) fn nearest_keyword(word: &str, options: &[&str]) -> Option<String> {
    let upper = word.uppercase();
    let option = nearest(&upper, options.iter().copied())?;
    let lower = word == word.lowercase() || word != upper;
    Some(if lower { option.lowercase() } else { option.to_owned() })
}

/// What follows an error whose cause may be `suggestion`.
pub(crate) fn did_you_mean(suggestion: Option<String>) -> String {
    suggestion.map(|word| format!(" (did you mean {word}?)")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_in_the_case_typed() {
        let options = ["CMD", "COPY", "ENV"];
        assert_eq!(nearest_keyword("COPPY", &options).as_deref(), Some("COPY"));
        assert_eq!(nearest_keyword("coppy", &options).as_deref(), Some("copy"));
        assert_eq!(nearest_keyword("Coppy", &options).as_deref(), Some("copy"));
        assert_eq!(nearest_keyword("EXECUTE", &options), None);
        assert_eq!(nearest_keyword(&"X".repeat(1000), &options), None);
    }

    #[test]
    fn a_word_that_is_right_has_no_suggestion() {
        assert_eq!(nearest("from", ["form", "from"]), None);
        assert_eq!(nearest("frm", ["chown", "from"]), Some("from"));
    }
}
