//! Text cut to a width, with an ellipsis.

/// At most `width` characters; the last one is `…` if some are missing.
pub fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_too_long_is_cut() {
        for (text, cut) in [("abc", "abc"), ("abcd", "ab…"), ("äöüß", "äö…")] {
            assert_eq!(shortened(text, 3), cut);
        }
    }
}
