//! `--format` of the commands that print lists: a template a line, docker's
//! words `table`, `json` and `raw`, and headers over the columns of a table.
//! <https://github.com/docker/cli/blob/v29.0.0/cli/command/formatter/formatter.go>

use serde_json::{Map, Value};

use super::Failure;
use crate::template::{Shape, Template, TemplateError, View};
use crate::text::aligned;

/// The least width of a column with its gap, and the gap.
const COLUMN: (usize, usize) = (10, 3);

/// What one command lists.
#[derive(Debug, Clone, Copy)]
pub struct Listing {
    /// Go's type of a line, which errors name.
    pub types: &'static [(&'static str, &'static str)],
    /// The fields a line has and the words above them.
    pub headers: &'static [(&'static str, &'static str)],
}

impl Listing {
    /// The lines for `rows`, which have the fields of this list.
    pub fn lines(&self, format: &str, rows: &[Value]) -> Result<Vec<String>, Failure> {
        let template = Template::parse(&template_text(format)).map_err(|error| unfit(&error))?;
        let mut out = String::new();
        if is_table(format) {
            // An error in a header leaves what came before it, as in docker.
            let _ = template.execute(&self.header(), &Shape { view: View::Headers, ..Shape::default() }, &mut out);
            out.push('\n');
        }
        for row in rows {
            template.execute(row, &self.shape(), &mut out).map_err(|error| unfit(&error))?;
            out.push('\n');
        }
        let Some(text) = out.strip_suffix('\n') else { return Ok(Vec::new()) };
        Ok(if is_table(format) {
            aligned(text, COLUMN.0, COLUMN.1)
        } else {
            text.split('\n').map(str::to_owned).collect()
        })
    }

    /// What templates know of a line.
    pub fn shape(&self) -> Shape {
        Shape { view: View::Row, types: self.types, maps: &["/labels"], omitted: &[] }
    }

    fn header(&self) -> Value {
        self.headers.iter().map(|(field, header)| ((*field).to_owned(), (*header).into())).collect::<Map<_, _>>().into()
    }
}

/// Whether lines get headers and columns.
pub fn is_table(format: &str) -> bool {
    format.starts_with("table")
}

/// The template within a format.
fn template_text(format: &str) -> String {
    match format {
        "table" => String::new(),
        "json" => "{{json .}}".to_owned(),
        format => unescaped(format.strip_prefix("table").unwrap_or(format).trim_matches(' ')),
    }
}

/// A shell keeps `\t` in quotes as two characters; docker makes it a tab.
fn unescaped(text: &str) -> String {
    text.replace("\\t", "\t").replace("\\n", "\n")
}

/// A template that does not fit.
pub fn unfit(error: &TemplateError) -> Failure {
    Failure::new(format!("template parsing error: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PETS: Listing =
        Listing { types: &[("", "*formatter.petContext")], headers: &[("Name", "NAME"), ("Legs", "LEGS")] };

    fn listed(format: &str) -> Result<Vec<String>, String> {
        let rows = [("cat", "4"), ("a very long bird", "2")];
        let rows = rows.map(|(name, legs)| serde_json::json!({ "Name": name, "Legs": legs }));
        PETS.lines(format, &rows).map_err(|failure| failure.lines[0].text())
    }

    #[test]
    fn a_format_is_a_template_a_line_with_or_without_headers() {
        let table: [(&str, &[&str]); 5] = [
            ("{{.Name}}: {{.Legs}}", &["cat: 4", "a very long bird: 2"]),
            ("json", &[r#"{"Legs":"4","Name":"cat"}"#, r#"{"Legs":"2","Name":"a very long bird"}"#]),
            (
                r"table {{.Name}}\t{{.Legs}}",
                &["NAME               LEGS", "cat                4", "a very long bird   2"],
            ),
            ("table {{upper .Name}}", &["NAME", "CAT", "A VERY LONG BIRD"]),
            (r"{{.Legs}}\nx", &["4", "x", "2", "x"]),
        ];
        for (format, lines) in table {
            assert_eq!(listed(format).expect(format), lines, "{format}");
        }
    }

    #[test]
    fn a_format_that_does_not_fit_says_so() {
        let table = [
            ("{{.Name", "template parsing error: template: :1: unclosed action"),
            (
                "{{.Tail}}",
                "template parsing error: template: :1:2: executing \"\" at <.Tail>: \
                 can't evaluate field Tail in type *formatter.petContext",
            ),
        ];
        for (format, error) in table {
            assert_eq!(listed(format), Err(error.to_owned()));
        }
    }

    #[test]
    fn a_list_of_nothing_is_its_header_or_nothing() {
        assert_eq!(PETS.lines(r"table {{.Name}}\t{{.Legs}}", &[]).expect("a table"), ["NAME      LEGS"]);
        assert!(PETS.lines("{{.Name}}", &[]).expect("no line").is_empty());
    }
}
