//! The flags of one instruction, told by the instruction which it has.

use super::fault::FlagFault;
use super::suggest::nearest;
use crate::text::Case;

/// What a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `--link`, `--link=false`
    Switch,
    /// `--from=name`, once.
    Value,
    /// `--exclude=pattern`, as often as wanted.
    Values,
}

/// Flags and their values, in order.
#[derive(Debug, Default)]
pub(super) struct Flags<'a> {
    found: Vec<(&'a str, String)>,
}

impl<'a> Flags<'a> {
    /// `written`, if the instruction has the flags in `known`, which is sorted.
    pub(super) fn read(written: &'a [String], known: &[(&str, Kind)]) -> Result<Self, FlagFault> {
        let mut flags = Self::default();
        for text in written {
            let (flag, value) = text.split_once('=').map_or((text.as_str(), None), |(flag, value)| (flag, Some(value)));
            let name = flag.strip_prefix("--").unwrap_or(flag);
            let named = || flag.to_owned();
            let Some((_, kind)) = known.iter().find(|(known, _)| *known == name) else {
                let suggestion = nearest(name, known.iter().map(|(name, _)| *name)).map(str::to_owned);
                return Err(FlagFault::Unknown { flag: named(), suggestion });
            };
            if *kind != Kind::Values && flags.value(name).is_some() {
                return Err(FlagFault::Repeated { flag: named() });
            }
            let value = match (kind, value) {
                (Kind::Switch, None) => "true".to_owned(),
                (Kind::Switch, Some(value)) if !value.is_empty() => {
                    switch(value).ok_or_else(|| FlagFault::NotBoolean { flag: named(), value: value.to_owned() })?
                }
                (Kind::Value | Kind::Values, Some(value)) => value.to_owned(),
                _ => return Err(FlagFault::NoValue { flag: named() }),
            };
            flags.found.push((name, value));
        }
        Ok(flags)
    }

    /// The flag's value, if it is there.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.found.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_str())
    }

    /// As [`Flags::value`]; `BuildKit` cannot tell an empty value from none.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.value(name).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// Each value of a flag that may be there several times.
    pub(super) fn values(&self, name: &str) -> Vec<String> {
        self.found.iter().filter(|(found, _)| *found == name).map(|(_, value)| value.clone()).collect()
    }

    /// Whether a switch is on, if it is there.
    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        self.value(name).map(|value| value == "true")
    }
}

fn switch(value: &str) -> Option<String> {
    let value = value.lowercase();
    matches!(value.as_str(), "true" | "false").then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [(&str, Kind); 3] = [("exclude", Kind::Values), ("from", Kind::Value), ("link", Kind::Switch)];

    fn written(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn flags_have_the_values_their_kind_allows() {
        let written = written("--from=a=b --link=False --exclude=x --exclude=y");
        let flags = Flags::read(&written, &KNOWN).expect("flags");
        assert_eq!(flags.text("from").as_deref(), Some("a=b"));
        assert_eq!(flags.switch("link"), Some(false));
        assert_eq!(flags.values("exclude"), ["x", "y"]);
    }

    #[test]
    fn mistakes_are_named_in_buildkits_words() {
        let table = [
            ("--frm=a", "unknown flag: --frm (did you mean from?)"),
            ("--platform=a", "unknown flag: --platform"),
            ("--FROM=a", "unknown flag: --FROM"),
            ("--from", "missing a value on flag: --from"),
            ("--exclude", "missing a value on flag: --exclude"),
            ("--link=", "missing a value on flag: --link"),
            ("--link=1", "expecting boolean value for flag --link, not: 1"),
            ("--from=a --from=b", "duplicate flag specified: --from"),
            ("--link --link=false", "duplicate flag specified: --link"),
        ];
        for (text, message) in table {
            assert_eq!(Flags::read(&written(text), &KNOWN).expect_err(text).to_string(), message);
        }
    }
}
