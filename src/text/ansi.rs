//! The renderer for a real terminal.

use super::{Line, Style};

/// `line` with ANSI colours; no line end.
pub fn to_ansi(line: &Line) -> String {
    line.spans.iter().map(|span| paint(code(span.style), &span.text)).collect()
}

fn paint(code: Option<&str>, text: &str) -> String {
    code.map_or_else(|| text.to_owned(), |code| format!("\u{1b}[{code}m{text}\u{1b}[0m"))
}

fn code(style: Style) -> Option<&'static str> {
    match style {
        Style::Plain => None,
        Style::Dim => Some("2"),
        Style::Bold => Some("1"),
        Style::Done => Some("34"),
        Style::Good => Some("32"),
        Style::Warn => Some("33"),
        Style::Bad => Some("31"),
        Style::Hint => Some("36"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_meaning_is_painted() {
        let line = Line::from("a ").and(Style::Bad, "b");
        assert_eq!(to_ansi(&line), "a \u{1b}[31mb\u{1b}[0m");
    }
}
