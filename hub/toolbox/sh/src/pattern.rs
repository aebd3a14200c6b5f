//! Patterns as file names, `case` and `${name#pattern}` have them.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_14>

/// One part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Char(char),
    Any,
    Many,
    Set { negated: bool, members: Vec<Member> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Member {
    Range(char, char),
    Class(String),
}

/// A pattern, ready to be matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Part>);

impl Pattern {
    /// Reads characters, each with whether it is quoted and so means itself.
    pub(crate) fn new(chars: &[(char, bool)]) -> Self {
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some((char, quoted)) = chars.get(at).copied() {
            at += 1;
            parts.push(match (char, quoted) {
                ('*', false) => Part::Many,
                ('?', false) => Part::Any,
                ('[', false) => match set(&chars[at..]) {
                    Some((part, used)) => {
                        at += used;
                        part
                    }
                    None => Part::Char('['),
                },
                ('\\', false) if at < chars.len() => {
                    at += 1;
                    Part::Char(chars[at - 1].0)
                }
                (char, _) => Part::Char(char),
            });
        }
        Self(parts)
    }

    /// Whether anything in it stands for more than itself.
    pub(crate) fn is_wild(&self) -> bool {
        self.0.iter().any(|part| !matches!(part, Part::Char(_)))
    }

    /// Whether it begins with a dot of its own.
    pub(crate) fn begins_with_dot(&self) -> bool {
        self.0.first() == Some(&Part::Char('.'))
    }

    /// The text it is, if it stands for one alone.
    pub(crate) fn literal(&self) -> String {
        let chars = self.0.iter().filter_map(|part| {
            if let Part::Char(char) = part {
                Some(*char)
            } else {
                None
            }
        });
        chars.collect()
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        matches(&self.0, &text.chars().collect::<Vec<_>>())
    }

    /// The length in characters of the shortest or longest start of the text that matches.
    pub(crate) fn prefix(&self, text: &[char], longest: bool) -> Option<usize> {
        let mut lengths: Box<dyn Iterator<Item = usize>> = Box::new(0..=text.len());
        if longest {
            lengths = Box::new((0..=text.len()).rev());
        }
        lengths
            .into_iter()
            .find(|length| matches(&self.0, &text[..*length]))
    }

    /// Where the shortest or longest end of the text that matches begins.
    pub(crate) fn suffix(&self, text: &[char], longest: bool) -> Option<usize> {
        let mut starts: Box<dyn Iterator<Item = usize>> = Box::new((0..=text.len()).rev());
        if longest {
            starts = Box::new(0..=text.len());
        }
        starts
            .into_iter()
            .find(|start| matches(&self.0, &text[*start..]))
    }
}

/// Goes back only to the last `*`, so that no pattern takes long.
fn matches(parts: &[Part], text: &[char]) -> bool {
    let (mut part, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (parts.get(part), text.get(at)) {
            (None, None) => return true,
            (Some(Part::Many), _) => {
                retry = Some((part, at));
                part += 1;
                continue;
            }
            (Some(wanted), Some(char)) if accepts(wanted, *char) => {
                part += 1;
                at += 1;
                continue;
            }
            _ => {}
        }
        match &mut retry {
            Some((star, from)) if *from < text.len() => {
                *from += 1;
                (part, at) = (*star + 1, *from);
            }
            _ => return false,
        }
    }
}

fn accepts(part: &Part, char: char) -> bool {
    match part {
        Part::Char(own) => *own == char,
        Part::Any => true,
        Part::Many => false,
        Part::Set { negated, members } => members.iter().any(|member| member.has(char)) != *negated,
    }
}

impl Member {
    fn has(&self, char: char) -> bool {
        match self {
            Self::Range(first, last) => (*first..=*last).contains(&char),
            Self::Class(name) => match name.as_str() {
                "alpha" => char.is_alphabetic(),
                "digit" => char.is_ascii_digit(),
                "alnum" => char.is_alphanumeric(),
                "upper" => char.is_uppercase(),
                "lower" => char.is_lowercase(),
                "space" => char.is_whitespace(),
                "blank" => matches!(char, ' ' | '\t'),
                "punct" => char.is_ascii_punctuation(),
                "cntrl" => char.is_control(),
                "xdigit" => char.is_ascii_hexdigit(),
                "print" => !char.is_control(),
                "graph" => !char.is_control() && !char.is_whitespace(),
                _ => false,
            },
        }
    }
}

/// A set, after its `[`, and how many characters it takes.
fn set(chars: &[(char, bool)]) -> Option<(Part, usize)> {
    let mut at = 0;
    let negated = matches!(chars.first(), Some(('!' | '^', false)));
    at += usize::from(negated);
    let mut members = Vec::new();
    loop {
        let (char, quoted) = *chars.get(at)?;
        at += 1;
        match (char, quoted) {
            (']', false) if !members.is_empty() => {
                return Some((Part::Set { negated, members }, at));
            }
            ('[', false) if matches!(chars.get(at), Some((':' | '=', false))) => {
                let (member, used) = named(&chars[at..])?;
                members.push(member);
                at += used;
            }
            ('/', false) => return None,
            _ => {
                let (first, used) = end_of_range(&chars[at - 1..])?;
                at += used - 1;
                let goes_on = matches!(chars.get(at), Some(('-', false)))
                    && chars.get(at + 1).is_some_and(|next| *next != (']', false));
                let mut last = first;
                if goes_on {
                    let used;
                    (last, used) = end_of_range(&chars[at + 1..])?;
                    at += 1 + used;
                }
                members.push(Member::Range(first, last));
            }
        }
    }
}

/// A character that may begin or end a range, plain or as `[.x.]`, and how many characters it takes.
fn end_of_range(chars: &[(char, bool)]) -> Option<(char, usize)> {
    match chars {
        [('[', false), ('.', false), ..] => {
            let (member, used) = named(&chars[1..])?;
            let Member::Range(char, _) = member else {
                return None;
            };
            Some((char, used + 1))
        }
        [('\\', false), (char, _), ..] => Some((*char, 2)),
        [(char, _), ..] => Some((*char, 1)),
        [] => None,
    }
}

/// `:alpha:]`, `.x.]` or `=x=]`, after its `[`.
fn named(chars: &[(char, bool)]) -> Option<(Member, usize)> {
    let mark = chars.first()?.0;
    let end = (1..chars.len()).find(|at| {
        chars[*at].0 == mark && chars.get(at + 1).is_some_and(|(char, _)| *char == ']')
    })?;
    let name: String = chars[1..end].iter().map(|(char, _)| *char).collect();
    let first = name.chars().next()?;
    Some((
        if mark == ':' {
            Member::Class(name)
        } else {
            Member::Range(first, first)
        },
        end + 2,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(
            &pattern
                .chars()
                .map(|char| (char, false))
                .collect::<Vec<_>>(),
        )
        .matches(text)
    }

    #[test]
    fn patterns_match_what_they_should() {
        for (pattern, text) in [
            ("a*c", "abbc"),
            ("*", ""),
            ("?[!a-c]", "xd"),
            ("[]x]", "]"),
            ("[[:digit:]]*", "1a"),
            ("\\*", "*"),
            ("[", "["),
            ("[a-]", "-"),
            ("a*b*c", "aXbYbZc"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("a*c", "abb"),
            ("?", ""),
            ("[!a]", "a"),
            ("\\*", "x"),
            ("[a-c", "b"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn no_pattern_takes_long() {
        assert!(!matches(&"a*".repeat(50), &"a".repeat(40)));
    }

    #[test]
    fn starts_and_ends_are_found() {
        let pattern = Pattern::new(&[('*', false), ('/', false)]);
        let text: Vec<char> = "a/b/c".chars().collect();
        assert_eq!(
            (pattern.prefix(&text, false), pattern.prefix(&text, true)),
            (Some(2), Some(4))
        );
        let pattern = Pattern::new(&[('/', false), ('*', false)]);
        assert_eq!(
            (pattern.suffix(&text, false), pattern.suffix(&text, true)),
            (Some(3), Some(1))
        );
    }
}
