//! What the page says is in `www/words/`, and its style knows no left and right: so
//! that languages come without code. That each message is there, is filled as it
//! wants and is said somewhere, the compiler sees; that none stands twice, `words`.

use crate::source::{files, literals, read, root, rust_files};

/// Attributes that are read or heard.
const SPOKEN: &[&str] =
    &["aria-label", "aria-valuetext", "alt", "data-label", "label", "placeholder", "summary", "title"];
/// What a line begins with that is typed or run, not read.
const TYPED: &[&str] = &["docker ", "registry ", "curl ", "skopeo ", "oras ", "wire "];
/// The language of browsers and servers.
const NAMES: &[&str] = &[
    "/health",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "Backspace",
    "Content-Type: application/json",
    "Dockerfile",
    "Dockerfile.",
    "End",
    "Enter",
    "Escape",
    "Home",
    "Tab",
];

#[test]
fn the_page_says_nothing_that_a_translator_does_not_see() {
    let files = rust_files("src/ui");
    assert!(files.len() > 50, "the page was not found");
    let mut wrong = Vec::new();
    for path in files.iter().filter(|path| !["fixture.rs", "rendered.rs"].iter().any(|name| path.ends_with(name))) {
        let told = |(line, text)| format!("{}:{line}: \"{text}\" belongs into www/words/en.ftl", path.display());
        wrong.extend(said(&read(path)).into_iter().map(told));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn what_is_read_before_the_page_is_there_is_what_it_says_itself() {
    let words = read(&root().join("www/words/en.ftl"));
    let lead = words.lines().find_map(|line| line.strip_prefix("lead = ")).expect("there is one");
    let index = read(&root().join("index.html"));
    assert!(index.contains(&format!("<p class=\"lead\">{lead}</p>")), "index.html does not say: {lead}");
}

/// What a file says in English, by line.
fn said(source: &str) -> Vec<(usize, String)> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let spoken = literals(code).into_iter().filter(|literal| is_said(literal.before, literal.text));
    spoken.map(|literal| (literal.line, literal.text.to_owned())).collect()
}

/// Whether a literal that stands behind `before` is for readers.
fn is_said(before: &str, text: &str) -> bool {
    let has_letters = text.chars().any(char::is_alphabetic);
    if NAMES.contains(&text) || TYPED.iter().any(|typed| text.starts_with(typed)) {
        return false;
    }
    if let Some(tag) = before.strip_suffix('=').or_else(|| before.strip_suffix("={")) {
        let attribute = tag.rsplit(char::is_whitespace).next().unwrap_or_default();
        return SPOKEN.contains(&attribute) && has_letters;
    }
    let before = before.trim_end_matches(['{', ' ']);
    let is_code = ["expect(", "reason ="].iter().any(|code| before.ends_with(code));
    let is_child = before.ends_with('>') && !before.ends_with("=>");
    !is_code && ((is_child && has_letters) || reads_as_english(text))
}

/// Whether two words stand beside each other, or one begins as sentences and labels do.
fn reads_as_english(text: &str) -> bool {
    let is_word = |word: &&str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation() && !matches!(c, '{' | '}'));
        word.chars().count() > 1 && word.chars().all(char::is_alphabetic)
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let beside = words.windows(2).any(|pair| {
        let is_filled = |word: &str| word.contains('{');
        (is_word(&pair[0]) && (is_word(&pair[1]) || is_filled(pair[1]))) || (is_filled(pair[0]) && is_word(&pair[1]))
    });
    let mut letters = text.trim_start().chars();
    let is_label = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    beside || is_label
}

#[test]
fn words_are_told_from_code() {
    for said in [
        "html! { <p>{ \"yes\" }</p> }",
        "html! { <p title=\"why\">{ a }</p> }",
        "match a { b => \"Undo\" }",
        "format!(\"stop {at}\")",
    ] {
        assert_eq!(self::said(said).len(), 1, "{said}");
    }
    for code in [
        "class=\"notice bad\"",
        "// \"Undo it\"\n",
        "format!(\"tab-{at}\")",
        "line(\"docker ps -a\")",
        "a.expect(\"it is so\")",
    ] {
        assert_eq!(self::said(code), [], "{code}");
    }
}

#[test]
fn the_style_knows_no_left_and_right() {
    let mut wrong = Vec::new();
    let sheets = files("www", "css");
    assert!(sheets.len() > 20, "the styles were not found");
    for path in sheets {
        for (at, line) in read(&path).lines().enumerate() {
            let declarations = line.split(['{', ';', '}']).filter_map(|part| part.split_once(':'));
            let physical = declarations.filter(|(property, value)| is_physical(property.trim(), value.trim()));
            wrong
                .extend(physical.map(|(property, value)| format!("{}:{}: {property}:{value}", path.display(), at + 1)));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Whether a declaration means another side where lines run from right to left.
fn is_physical(property: &str, value: &str) -> bool {
    let sides: Vec<&str> = value.split(' ').collect();
    match property {
        "left" | "right" | "float" | "clear" => true,
        "text-align" => matches!(value, "left" | "right"),
        "margin" | "padding" | "inset" => sides.len() == 4 && sides[1] != sides[3] && !value.contains('('),
        "border-radius" => sides.len() == 4 && (sides[0] != sides[1] || sides[2] != sides[3]),
        _ => property.ends_with("-left") || property.ends_with("-right"),
    }
}

#[test]
fn sides_that_differ_are_found() {
    assert!(is_physical("margin-left", "4px") && is_physical("padding", "0 8px 0 2px"));
    assert!(is_physical("border-radius", "0 6px 6px 0") && is_physical("text-align", "right"));
    assert!(!is_physical("margin-inline-start", "4px") && !is_physical("border-radius", "6px 6px 0 0"));
    assert!(!is_physical("padding", "0 8px") && !is_physical("text-align", "end"));
}
