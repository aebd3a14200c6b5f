//! A Dockerfile in the colours of its words, behind the field in which it is
//! typed. It knows how words look, not what they mean: problems are the core's.

use yew::{Html, html};

use crate::dockerfile::KEYWORDS;

/// A text longer than this stays plain: each key would colour all of it.
const LONGEST: usize = 16 << 10;

/// The text, each word in its colour; nothing if it is too long.
pub(super) fn shaded(text: &str) -> Html {
    if text.len() > LONGEST {
        return Html::default();
    }
    let mut begun = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let goes_on = begun;
        let is_comment = line.trim_start().starts_with('#');
        begun = if is_comment { begun } else { line.trim_end().ends_with('\\') };
        self::line(line, goes_on, is_comment)
    });
    html! { <pre class="shade" aria-hidden="true">{ for lines }{ "\n" }</pre> }
}

fn line(line: &str, goes_on: bool, is_comment: bool) -> Html {
    if is_comment {
        return html! { <span class="comment">{ line.to_owned() }</span> };
    }
    let mut is_first = !goes_on;
    let words = line.split_inclusive(char::is_whitespace).map(|word| {
        let class = class(word.trim_end(), is_first);
        is_first &= word.trim().is_empty();
        match class {
            "" => html! { { word.to_owned() } },
            class => html! { <span {class}>{ word.to_owned() }</span> },
        }
    });
    words.collect()
}

fn class(word: &str, is_first: bool) -> &'static str {
    match word {
        _ if is_first && KEYWORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) => "instruction",
        "AS" | "as" => "instruction",
        _ if word.starts_with("--") => "flag",
        _ if word.contains('$') => "variable",
        _ if word.starts_with(['"', '\'', '[']) || word.ends_with(['"', '\'', ']']) => "text",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_the_colour_of_what_it_looks_like() {
        let table = [
            ("copy", true, "instruction"),
            ("copy", false, ""),
            ("", true, ""),
            ("--from=build", false, "flag"),
            ("$N", false, "variable"),
            ("[\"predict\"]", false, "text"),
        ];
        for (word, is_first, expected) in table {
            assert_eq!(class(word, is_first), expected, "{word}");
        }
    }
}
