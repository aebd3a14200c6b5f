//! Fields: where an expanded word falls apart.

use super::{Item, Origin};

/// One field: characters, each with whether it is quoted.
pub(super) type Field = Vec<(char, bool)>;

/// The fields of a word, separated by the characters of `IFS`.
pub(super) fn split(items: &[Item], separators: &str) -> Vec<Field> {
    let mut splitter = Splitter {
        fields: Vec::new(),
        current: None,
        after_space: false,
    };
    for item in items {
        match *item {
            Item::Char(char, Origin::Expanded) if separators.contains(char) => {
                splitter.separate(matches!(char, ' ' | '\t' | '\n'));
            }
            Item::Char(char, origin) => splitter.field().push((char, origin == Origin::Quoted)),
            Item::Quotes => drop(splitter.field()),
            Item::Break => {
                splitter.end();
                splitter.after_space = false;
            }
        }
    }
    splitter.end();
    splitter.fields
}

struct Splitter {
    fields: Vec<Field>,
    current: Option<Field>,
    /// Whether white space has ended a field, so that one other separator belongs to the same end.
    after_space: bool,
}

impl Splitter {
    fn field(&mut self) -> &mut Field {
        self.after_space = false;
        self.current.get_or_insert_default()
    }

    fn end(&mut self) -> bool {
        let field = self.current.take();
        let ended = field.is_some();
        self.fields.extend(field);
        ended
    }

    fn separate(&mut self, is_space: bool) {
        let ended = self.end();
        if is_space {
            self.after_space |= ended;
        } else {
            if !ended && !self.after_space {
                self.fields.push(Field::new());
            }
            self.after_space = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, separators: &str, expected: &[&str]) {
        let items: Vec<Item> = text
            .chars()
            .map(|char| Item::Char(char, Origin::Expanded))
            .collect();
        let fields: Vec<String> = split(&items, separators)
            .into_iter()
            .map(|field| field.into_iter().map(|(char, _)| char).collect())
            .collect();
        assert_eq!(fields, expected, "{text:?}");
    }

    #[test]
    fn white_space_and_other_separators_differ() {
        check("  a  b ", " ", &["a", "b"]);
        check("a:b::c:", ":", &["a", "b", "", "c"]);
        check(":a", ":", &["", "a"]);
        check(" a : b  c ", " :", &["a", "b", "c"]);
        check("a b", "", &["a b"]);
    }
}
