//! "Did you mean": the nearest of the words that would have been right.

use crate::text::distance;

/// Words farther away than this are no suggestion; `BuildKit`'s own bound.
const FARTHEST: usize = 2;

/// A longer word is no misspelling of ours, and costs time to compare.
const LONGEST: usize = 64;

/// The nearest of `options` (upper case) to `word`, in the case of `word`.
pub(super) fn nearest(word: &str, options: &[&str]) -> Option<String> {
    if word.len() > LONGEST {
        return None;
    }
    let upper = word.to_uppercase();
    let nearest = options.iter().map(|option| (distance(&upper, option), *option)).min_by_key(|(far, _)| *far);
    let (_, option) = nearest.filter(|(far, _)| (1..=FARTHEST).contains(far))?;
    let lower = word == word.to_lowercase() || word != upper;
    Some(if lower { option.to_lowercase() } else { option.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_in_the_case_typed() {
        let options = ["CMD", "COPY", "ENV"];
        assert_eq!(nearest("COPPY", &options).as_deref(), Some("COPY"));
        assert_eq!(nearest("coppy", &options).as_deref(), Some("copy"));
        assert_eq!(nearest("Coppy", &options).as_deref(), Some("copy"));
        assert_eq!(nearest("EXECUTE", &options), None);
        assert_eq!(nearest(&"X".repeat(1000), &options), None);
    }
}
