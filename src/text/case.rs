//! Letters in the other case, as Go's `strings.ToLower` and `ToUpper` have
//! them: all of Unicode. Nearly every text is ASCII, and that needs no tables.

/// A text in another case.
pub trait Case {
    /// In lower case.
    fn lowercase(&self) -> String;
    /// In upper case.
    fn uppercase(&self) -> String;
}

impl Case for str {
    fn lowercase(&self) -> String {
        if self.is_ascii() { self.to_ascii_lowercase() } else { beyond(self, Self::to_lowercase) }
    }

    fn uppercase(&self) -> String {
        if self.is_ascii() { self.to_ascii_uppercase() } else { beyond(self, Self::to_uppercase) }
    }
}

#[cold]
#[inline(never)]
fn beyond(text: &str, fold: fn(&str) -> String) -> String {
    fold(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_case() {
        assert_eq!(("RUN Ä\u{212a}".lowercase(), "straße".uppercase()), ("run äk".to_owned(), "STRASSE".to_owned()));
    }
}
