//! Parameters: `$name` and all that can stand between braces.

use brush_parser::word::{
    Parameter, ParameterExpr, ParameterTestType, SpecialParameter, WordPiece, WordPieceWithSource,
};

use super::{Around, Item, Origin, push};
use crate::flow::Flow;
use crate::parse;
use crate::shell::Shell;

/// Whether quotes hold `$@` and nothing else.
pub(super) fn is_all_parameters(pieces: &[WordPieceWithSource]) -> bool {
    let all = |piece: &WordPieceWithSource| {
        matches!(
            &piece.piece,
            WordPiece::ParameterExpansion(ParameterExpr::Parameter {
                parameter: Parameter::Special(SpecialParameter::AllPositionalParameters {
                    concatenate: false
                }),
                ..
            })
        )
    };
    !pieces.is_empty() && pieces.iter().all(all)
}

impl Shell {
    pub(super) fn expand_parameter(
        &mut self,
        expression: &ParameterExpr,
        around: Around,
        items: &mut Vec<Item>,
    ) -> Result<(), Flow> {
        use ParameterExpr as E;
        if let Some(name) = measured(expression) {
            let length = self.special(&name).unwrap_or_default().chars().count();
            push(items, &length.to_string(), around.expanded());
            return Ok(());
        }
        match expression {
            E::Parameter { parameter, .. } => {
                self.check_set(parameter)?;
                self.push_parameter(parameter, around, items);
                Ok(())
            }
            E::UseDefaultValues {
                parameter,
                test_type,
                default_value,
                ..
            } => {
                if self.is_there(parameter, test_type) {
                    self.push_parameter(parameter, around, items);
                    return Ok(());
                }
                self.push_word(default_value.as_deref(), around, items)
            }
            E::UseAlternativeValue {
                parameter,
                test_type,
                alternative_value,
                ..
            } => {
                if self.is_there(parameter, test_type) {
                    return self.push_word(alternative_value.as_deref(), around, items);
                }
                Ok(())
            }
            E::AssignDefaultValues {
                parameter,
                test_type,
                default_value,
                ..
            } => {
                if !self.is_there(parameter, test_type) {
                    self.assign_default(parameter, default_value.as_deref(), around)?;
                }
                self.push_parameter(parameter, around, items);
                Ok(())
            }
            E::IndicateErrorIfNullOrUnset {
                parameter,
                test_type,
                error_message,
                ..
            } => {
                if !self.is_there(parameter, test_type) {
                    return Err(self.missing(parameter, error_message.as_deref())?);
                }
                self.push_parameter(parameter, around, items);
                Ok(())
            }
            E::ParameterLength { parameter, .. } => {
                self.check_set(parameter)?;
                let length = match parameter {
                    Parameter::Special(SpecialParameter::AllPositionalParameters { .. }) => {
                        self.parameters.len()
                    }
                    parameter => self.value(parameter).unwrap_or_default().chars().count(),
                };
                push(items, &length.to_string(), around.expanded());
                Ok(())
            }
            E::RemoveSmallestPrefixPattern {
                parameter, pattern, ..
            } => self.cut(
                parameter,
                pattern.as_ref(),
                Cut::Start(false),
                around,
                items,
            ),
            E::RemoveLargestPrefixPattern {
                parameter, pattern, ..
            } => self.cut(parameter, pattern.as_ref(), Cut::Start(true), around, items),
            E::RemoveSmallestSuffixPattern {
                parameter, pattern, ..
            } => self.cut(parameter, pattern.as_ref(), Cut::End(false), around, items),
            E::RemoveLargestSuffixPattern {
                parameter, pattern, ..
            } => self.cut(parameter, pattern.as_ref(), Cut::End(true), around, items),
            _ => Err(self.fatal(2, "bad substitution")),
        }
    }

    /// The value of a parameter, none if it is unset.
    pub(crate) fn value(&self, parameter: &Parameter) -> Option<String> {
        match parameter {
            Parameter::Named(name) => self.variables.get(name).map(str::to_owned),
            Parameter::Positional(0) => Some(self.name.clone()),
            Parameter::Positional(number) => self.parameters.get(*number as usize - 1).cloned(),
            Parameter::Special(special) => self.special(special),
            Parameter::NamedWithIndex { .. } | Parameter::NamedWithAllIndices { .. } => None,
        }
    }

    fn special(&self, parameter: &SpecialParameter) -> Option<String> {
        Some(match parameter {
            SpecialParameter::AllPositionalParameters { .. } if self.parameters.is_empty() => {
                return None;
            }
            SpecialParameter::AllPositionalParameters { .. } => {
                self.parameters.join(&self.separator())
            }
            SpecialParameter::PositionalParameterCount => self.parameters.len().to_string(),
            SpecialParameter::LastExitStatus => self.status.to_string(),
            SpecialParameter::CurrentOptionFlags => crate::builtin::set::letters(&self.options),
            SpecialParameter::ProcessId => self.pid.to_string(),
            SpecialParameter::LastBackgroundProcessId => self.background?.to_string(),
            SpecialParameter::ShellName => self.name.clone(),
        })
    }

    /// What `"$*"` joins with: the first character of `IFS`.
    fn separator(&self) -> String {
        self.variables
            .get("IFS")
            .map_or(" ".to_owned(), |separators| {
                separators.chars().take(1).collect()
            })
    }

    fn push_parameter(&self, parameter: &Parameter, around: Around, items: &mut Vec<Item>) {
        let Parameter::Special(SpecialParameter::AllPositionalParameters { concatenate }) =
            parameter
        else {
            return push(
                items,
                &self.value(parameter).unwrap_or_default(),
                around.expanded(),
            );
        };
        if *concatenate && around == Around::Quotes {
            return push(
                items,
                &self.parameters.join(&self.separator()),
                Origin::Quoted,
            );
        }
        for (index, value) in self.parameters.iter().enumerate() {
            if index > 0 {
                items.push(Item::Break);
            }
            if around == Around::Quotes {
                items.push(Item::Quotes);
            }
            push(items, value, around.expanded());
        }
    }

    /// The word of `${name-word}`, in the quotes that are around all of it.
    fn push_word(
        &mut self,
        word: Option<&str>,
        around: Around,
        items: &mut Vec<Item>,
    ) -> Result<(), Flow> {
        let Some(word) = word else { return Ok(()) };
        let expanded = match around {
            Around::Nothing => self.expand_word(word, &parse::options())?,
            Around::Quotes => self.expand_word(&format!("\"{word}\""), &parse::options())?,
        };
        // What is written there is split like what came of an expansion.
        items.extend(expanded.into_iter().map(|item| match item {
            Item::Char(char, Origin::Literal) => Item::Char(char, Origin::Expanded),
            item => item,
        }));
        Ok(())
    }

    fn assign_default(
        &mut self,
        parameter: &Parameter,
        word: Option<&str>,
        around: Around,
    ) -> Result<(), Flow> {
        let Parameter::Named(name) = parameter else {
            return Err(self.fatal(2, format_args!("{parameter}: cannot assign in this way")));
        };
        let mut items = Vec::new();
        self.push_word(word, around, &mut items)?;
        let value = Self::joined(&items);
        self.assign(name, value)
    }

    fn cut(
        &mut self,
        parameter: &Parameter,
        pattern: Option<&String>,
        cut: Cut,
        around: Around,
        items: &mut Vec<Item>,
    ) -> Result<(), Flow> {
        self.check_set(parameter)?;
        let value: Vec<char> = self.value(parameter).unwrap_or_default().chars().collect();
        let pattern = self.expand_pattern(pattern.map_or("", String::as_str))?;
        let rest = match cut {
            Cut::Start(longest) => &value[pattern.prefix(&value, longest).unwrap_or(0)..],
            Cut::End(longest) => &value[..pattern.suffix(&value, longest).unwrap_or(value.len())],
        };
        push(items, &rest.iter().collect::<String>(), around.expanded());
        Ok(())
    }

    fn is_there(&self, parameter: &Parameter, test: &ParameterTestType) -> bool {
        match self.value(parameter) {
            Some(value) => !value.is_empty() || matches!(test, ParameterTestType::Unset),
            None => false,
        }
    }

    /// `set -u`: an unset parameter is an error, but for `$@` and `$*`.
    fn check_set(&self, parameter: &Parameter) -> Result<(), Flow> {
        let all = matches!(
            parameter,
            Parameter::Special(SpecialParameter::AllPositionalParameters { .. })
        );
        if self.options.nounset && !all && self.value(parameter).is_none() {
            return Err(self.fatal(2, format_args!("{}: parameter not set", shown(parameter))));
        }
        Ok(())
    }

    fn missing(&mut self, parameter: &Parameter, message: Option<&str>) -> Result<Flow, Flow> {
        let message = match message {
            Some(message) if !message.is_empty() => self.expand_assigned(message)?,
            _ => "parameter not set or null".to_owned(),
        };
        Ok(self.fatal(2, format_args!("{}: {message}", shown(parameter))))
    }
}

/// The parameter whose length is meant, where brush sees a word behind `$#`: `${#?}` and `${#-}`.
fn measured(expression: &ParameterExpr) -> Option<SpecialParameter> {
    use ParameterExpr as E;
    let (parameter, test_type, word, meant) = match expression {
        E::IndicateErrorIfNullOrUnset {
            parameter,
            test_type,
            error_message,
            ..
        } => (
            parameter,
            test_type,
            error_message,
            SpecialParameter::LastExitStatus,
        ),
        E::UseDefaultValues {
            parameter,
            test_type,
            default_value,
            ..
        } => (
            parameter,
            test_type,
            default_value,
            SpecialParameter::CurrentOptionFlags,
        ),
        _ => return None,
    };
    let counts = matches!(
        parameter,
        Parameter::Special(SpecialParameter::PositionalParameterCount)
    );
    let is_bare = matches!(test_type, ParameterTestType::Unset)
        && word.as_deref().unwrap_or_default().is_empty();
    (counts && is_bare).then_some(meant)
}

/// Which end is cut, and whether as much as possible.
#[derive(Clone, Copy)]
enum Cut {
    Start(bool),
    End(bool),
}

/// A parameter by its name alone.
fn shown(parameter: &Parameter) -> String {
    match parameter {
        Parameter::Named(name) => name.clone(),
        Parameter::Positional(number) => number.to_string(),
        other => other.to_string(),
    }
}
