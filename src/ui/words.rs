//! What the page says, in the language it was told at its start. `www/words/` holds a
//! file a language; from the English one come the functions here, one a message
//! (`build.rs`), so that there is none to call that no file has.

use std::sync::OnceLock;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// The page says everything in one language, for as long as it is open.
static SPOKEN: OnceLock<Spoken> = OnceLock::new();

struct Spoken {
    /// A line a message.
    lines: Vec<&'static str>,
    category: Category,
}

/// What the language calls the kind of a number: `one`, `few`, `other`…
/// <https://unicode.org/reports/tr35/tr35-numbers.html#Language_Plural_Rules>
pub type Category = fn(u64) -> String;

/// A message without arguments, to be said later: so constants can hold it.
pub(super) type Word = fn() -> &'static str;

/// What a message is filled with.
#[derive(Clone, Copy)]
pub(crate) enum Argument<'a> {
    Text(&'a str),
    Number(u64),
}

/// From now on the page speaks these lines, which the `words` crate made of a language's
/// file. False if they are not as many as there are messages: then they are another version's.
pub fn speak(lines: String, category: Category) -> bool {
    let lines: Vec<&'static str> = lines.leak().lines().collect();
    lines.len() == COUNT && SPOKEN.set(Spoken { lines, category }).is_ok()
}

#[inline(never)]
fn said(index: usize) -> &'static str {
    spoken().lines[index]
}

#[inline(never)]
fn filled(index: usize, arguments: &[Argument<'_>]) -> String {
    let mut text = String::new();
    fill(spoken(), said(index), arguments, &mut text);
    text
}

#[cfg(not(test))]
fn spoken() -> &'static Spoken {
    SPOKEN.get().expect("the page is told its words before it says any")
}

/// Tests read the page in English.
#[cfg(test)]
fn spoken() -> &'static Spoken {
    let lines = || include_str!(concat!(env!("OUT_DIR"), "/words.en.txt")).lines().collect();
    SPOKEN.get_or_init(|| Spoken { lines: lines(), category: english })
}

#[cfg(test)]
fn english(number: u64) -> String {
    if number == 1 { "one" } else { "other" }.to_owned()
}

/// Writes a line with its arguments in it.
fn fill(spoken: &Spoken, mut line: &str, arguments: &[Argument<'_>], text: &mut String) {
    while let Some((before, rest)) = line.split_once('{') {
        text.push_str(before);
        let (inside, after) = closed(rest);
        line = after;
        let (index, variants) = inside.split_at(1);
        let argument = arguments[usize::from(index.as_bytes()[0] - b'0')];
        match argument {
            _ if !variants.is_empty() => fill(spoken, chosen(spoken, variants, argument), arguments, text),
            Argument::Text(argument) => text.push_str(argument),
            Argument::Number(number) => text.push_str(&number.to_string()),
        }
    }
    text.push_str(line);
}

/// Of `one{…}few{…}{…}` the first that fits: by the argument as it is written, then by its kind.
fn chosen<'a>(spoken: &Spoken, mut variants: &'a str, argument: Argument<'_>) -> &'a str {
    let (written, category) = match argument {
        Argument::Text(text) => (text.to_owned(), String::new()),
        Argument::Number(number) => (number.to_string(), (spoken.category)(number)),
    };
    while let Some((key, rest)) = variants.split_once('{') {
        let (inside, after) = closed(rest);
        if key.is_empty() || key == written || key == category {
            return inside;
        }
        variants = after;
    }
    ""
}

/// What stands before the brace that closes one opened before, and what after it.
fn closed(text: &str) -> (&str, &str) {
    let mut depth = 1;
    let end = text.bytes().position(|byte| {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        depth == 0
    });
    end.map_or((text, ""), |end| (&text[..end], &text[end + 1..]))
}

impl<'a> From<&'a str> for Argument<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Argument<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Argument<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

impl From<u32> for Argument<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Argument<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Polish counts.
    fn polish(number: u64) -> String {
        match (number, number % 10, number % 100) {
            (1, ..) => "one",
            (_, 2..=4, rest) if !(12..=14).contains(&rest) => "few",
            _ => "many",
        }
        .to_owned()
    }

    fn check(line: &str, arguments: &[Argument<'_>], expected: &str) {
        let mut text = String::new();
        fill(&Spoken { lines: Vec::new(), category: polish }, line, arguments, &mut text);
        assert_eq!(text, expected, "{line}");
    }

    #[test]
    fn arguments_stand_where_the_language_wants_them() {
        check("stop {0} of {1}", &[3_usize.into(), "main".into()], "stop 3 of main");
        check("{1}: {0}", &["a".into(), "b {0}".into()], "b {0}: a");
    }

    #[test]
    fn a_variant_is_chosen_by_the_number_then_by_its_kind() {
        let line = "{00{brak warstw}one{{0} warstwa}few{{0} warstwy}{{0} warstw}}.";
        for (number, expected) in [(0, "brak warstw."), (1, "1 warstwa."), (3, "3 warstwy."), (12, "12 warstw.")] {
            check(line, &[Argument::Number(number)], expected);
        }
    }

    #[test]
    fn a_variant_is_chosen_by_a_word() {
        let line = "{0machine{on {1}}{in {1}}}";
        check(line, &["machine".into(), "prod".into()], "on prod");
        check(line, &["registry".into(), "prod".into()], "in prod");
    }

    #[test]
    fn words_of_another_version_are_not_spoken() {
        assert!(!speak("Undo\n".to_owned(), polish));
    }
}
