//! The options of a command's help as `pflag` lays them out: names, kinds of
//! values, and what they do, wrapped beside them.
//! <https://github.com/spf13/pflag/blob/v1.0.10/flag.go>

use super::Flag;
use crate::text::sorted_by;

/// Columns of a terminal that does not say how many it has.
const WIDTH: usize = 79;

/// How far a line may run over so that no short word stands alone.
const SLOP: usize = 5;

/// One or more lines a flag, in the order of their names.
pub fn usage(flags: &[Flag]) -> Vec<String> {
    let shown = sorted_by(flags.iter().filter(|flag| !flag.hidden), |a, b| a.long.cmp(b.long));
    let names: Vec<String> = shown.iter().map(|flag| name(flag)).collect();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    let line = |(flag, name): (&&Flag, &String)| {
        let about = wrapped(&about(flag), width + 3);
        format!("{name:width$}   {about}").lines().map(str::to_owned).collect::<Vec<_>>()
    };
    shown.iter().zip(&names).flat_map(line).collect()
}

fn name(flag: &Flag) -> String {
    let short = flag.short.map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
    format!("  {short}--{} {}", flag.long, flag.kind).trim_end().to_owned()
}

fn about(flag: &Flag) -> String {
    match (flag.default, flag.kind) {
        ("", _) => flag.about.to_owned(),
        (default, "string") => format!("{} (default \"{default}\")", flag.about),
        (default, _) => format!("{} (default {default})", flag.about),
    }
}

/// `text` in lines that fit beside the names; all but the first are indented.
fn wrapped(text: &str, indent: usize) -> String {
    let mut indent = indent;
    let mut lines = String::new();
    if WIDTH.saturating_sub(indent) < 24 {
        indent = 16;
        lines = line_end(indent);
    }
    let line_end = line_end(indent);
    let room = WIDTH - indent - SLOP;
    let (mut line, mut rest) = cut(text, room);
    loop {
        lines += &line.replace('\n', &line_end);
        if rest.is_empty() {
            return lines;
        }
        lines += &line_end;
        (line, rest) = cut(rest, room);
    }
}

/// A line end and so many spaces.
fn line_end(indent: usize) -> String {
    format!("\n{:indent$}", "")
}

/// The first line of `text`, cut at white space, and the rest.
fn cut(text: &str, room: usize) -> (&str, &str) {
    if room + SLOP > text.len() {
        return (text, "");
    }
    let head = (0..=room).rev().find_map(|at| text.get(..at)).unwrap_or_default();
    let Some(space) = head.rfind([' ', '\t', '\n']).filter(|at| *at > 0) else { return (text, "") };
    let end = head.rfind('\n').filter(|at| *at > 0).unwrap_or(space).min(space);
    (&text[..end], &text[end + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_laid_out_as_pflag_does() {
        let flags = [
            Flag::switch("quiet", Some('q'), "Only show image IDs"),
            Flag::value("last", Some('n'), "Show n last created containers").of("int").defaults_to("-1"),
            Flag::value("format", None, super::super::docker::FORMAT),
            Flag::switch("secret", None, "Not shown").hidden(),
        ];
        let lines = [
            "      --format string   Format output using a custom template:",
            "                        'table':            Print output in table format",
            "                        with column headers (default)",
            "                        'table TEMPLATE':   Print output in table format",
            "                        using the given Go template",
            "                        'json':             Print in JSON format",
            "                        'TEMPLATE':         Print output using the given",
            "                        Go template.",
            "                        Refer to https://docs.docker.com/go/formatting/",
            "                        for more information about formatting output with",
            "                        templates",
            "  -n, --last int        Show n last created containers (default -1)",
            "  -q, --quiet           Only show image IDs",
        ];
        assert_eq!(usage(&flags), lines);
    }
}
