//! One line of comma-separated values, as the value of `--mount` is one.
//! <https://www.rfc-editor.org/rfc/rfc4180>

/// Why a line is none; Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// There is nothing.
    #[error("EOF")]
    Empty,
    /// A quote inside a field that does not start with one.
    #[error("parse error on line 1, column {column}: bare \" in non-quoted-field")]
    BareQuote {
        /// In bytes, from 1.
        column: usize,
    },
    /// A quote that does not close, or text behind one that does.
    #[error("parse error on line 1, column {column}: extraneous or missing \" in quoted-field")]
    Quote {
        /// In bytes, from 1.
        column: usize,
    },
}

/// The fields of `line`.
pub(super) fn fields(line: &str) -> Result<Vec<String>, CsvError> {
    let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() {
        return Err(CsvError::Empty);
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let at = line.len() - rest.len();
        let (field, after) = match rest.strip_prefix('"') {
            Some(inside) => quoted(inside, at + 1)?,
            None => plain(rest, at)?,
        };
        fields.push(field);
        match after {
            Some(after) => rest = after,
            None => return Ok(fields),
        }
    }
}

/// A field and what follows its comma.
type Field<'a> = Result<(String, Option<&'a str>), CsvError>;

fn plain(rest: &str, at: usize) -> Field<'_> {
    let (field, after) = rest.split_once(',').map_or((rest, None), |(field, after)| (field, Some(after)));
    match field.find('"') {
        Some(quote) => Err(CsvError::BareQuote { column: at + quote + 1 }),
        None => Ok((field.to_owned(), after)),
    }
}

/// The rest of a field whose first quote is read; two quotes are one.
fn quoted(inside: &str, at: usize) -> Field<'_> {
    let mut field = String::new();
    let mut rest = inside;
    loop {
        let here = at + inside.len() - rest.len();
        let Some((text, after)) = rest.split_once('"') else { return Err(CsvError::Quote { column: here + 1 }) };
        field.push_str(text);
        match after.chars().next() {
            Some('"') => {
                field.push('"');
                rest = &after[1..];
            }
            Some(',') => return Ok((field, Some(&after[1..]))),
            None => return Ok((field, None)),
            Some(_) => return Err(CsvError::Quote { column: here + text.len() + 1 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_fields_unless_they_are_quoted() {
        let table: [(&str, &[&str]); 6] = [
            ("a,b=c", &["a", "b=c"]),
            ("a,,", &["a", "", ""]),
            ("\"a,b\",c", &["a,b", "c"]),
            ("\"say \"\"hi\"\"\"", &["say \"hi\""]),
            ("\"\",b\n", &["", "b"]),
            ("a\r\n", &["a"]),
        ];
        for (line, expected) in table {
            assert_eq!(fields(line).expect(line), expected, "{line:?}");
        }
    }

    #[test]
    fn a_quote_in_the_wrong_place_is_named_with_its_column() {
        let table = [
            ("", "EOF"),
            ("ab,c\"d", "parse error on line 1, column 5: bare \" in non-quoted-field"),
            ("\"ab\"c", "parse error on line 1, column 4: extraneous or missing \" in quoted-field"),
            ("x,\"ab", "parse error on line 1, column 4: extraneous or missing \" in quoted-field"),
        ];
        for (line, message) in table {
            assert_eq!(fields(line).expect_err(line).to_string(), message);
        }
    }
}
