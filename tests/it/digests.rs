//! What the compiler of the guest decides, taken out of a transcript: each
//! digest and id becomes a number in the order of appearance.

use std::collections::BTreeMap;

/// The numbers given so far, by the first twelve digits.
#[derive(Debug, Default)]
pub struct Digests {
    numbers: BTreeMap<String, usize>,
}

impl Digests {
    /// `text` with `<digest-1>` for 64 digits and `<id-0000001>`, as wide as what it
    /// stands for, for the twelve that docker shows. Sizes in a line that
    /// shows a layer on its way depend on the same compiler.
    pub fn mask(&mut self, text: &str) -> String {
        let mut masked = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = word_length(rest);
            masked += &self.masked_word(&rest[..length.max(first.len_utf8())]);
            rest = &rest[length.max(first.len_utf8())..];
        }
        if masked.contains("<digest-") { without_amounts(&masked) } else { masked }
    }

    fn masked_word(&mut self, word: &str) -> String {
        let digits = word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !digits || !matches!(word.len(), 12 | 64) {
            return word.to_owned();
        }
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(word[..12].to_owned()).or_insert(next);
        if word.len() == 12 { format!("<id-{number:07}>") } else { format!("<digest-{number}>") }
    }
}

/// The length of the letters and digits that `text` begins with.
fn word_length(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len())
}

/// `#6 sha256:… 52.30kB / 52.30kB` without the amounts.
fn without_amounts(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let is_size = |word: &str| word.ends_with('B') && word.starts_with(|c: char| c.is_ascii_digit());
    let of_amount = |at: usize| {
        let pair = |first: usize| {
            words.get(first + 1) == Some(&"/")
                && words.get(first).is_some_and(|word| is_size(word))
                && words.get(first + 2).is_some_and(|word| is_size(word))
        };
        pair(at) || at.checked_sub(2).is_some_and(pair)
    };
    let shown = words.iter().enumerate().map(|(at, word)| if of_amount(at) { "<size>" } else { *word });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_same_digest_has_the_same_number_at_any_length() {
    let mut digests = Digests::default();
    let (one, two) = ("ab".repeat(32), "cd".repeat(32));
    assert_eq!(digests.mask(&format!("x sha256:{one} {}", &two[..12])), "x sha256:<digest-1> <id-0000002>");
    assert_eq!(digests.mask(&format!("{} {one}", &one[..12])), "<id-0000001> <digest-1>");
    assert_eq!(digests.mask("1.0: Pushed 1234567890123"), "1.0: Pushed 1234567890123");
}

#[test]
fn amounts_are_masked_beside_a_digest_alone() {
    let mut digests = Digests::default();
    let line = format!("#6 sha256:{} 1.08MB / 1.08MB 0.1s done", "ab".repeat(32));
    assert_eq!(digests.mask(&line), "#6 sha256:<digest-1> <size> / <size> 0.1s done");
    assert_eq!(digests.mask("#5 transferring context: 1.08MB / 2MB"), "#5 transferring context: 1.08MB / 2MB");
}
