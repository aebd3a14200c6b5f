//! Variables and what is known of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One variable; without a value it is only marked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Variable {
    pub(crate) value: Option<String>,
    pub(crate) exported: bool,
    pub(crate) readonly: bool,
}

/// All variables by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Variables(BTreeMap<String, Variable>);

/// A variable that must not change.
#[derive(Debug)]
pub(crate) struct ReadOnly(pub(crate) String);

impl std::fmt::Display for ReadOnly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: is read only", self.0)
    }
}

impl Variables {
    /// The variables a shell starts with.
    pub(crate) fn from_environment(environment: impl Iterator<Item = (String, String)>) -> Self {
        let exported = |value| Variable {
            value: Some(value),
            exported: true,
            readonly: false,
        };
        let named = environment.filter(|(name, _)| is_name(name));
        Self(named.map(|(name, value)| (name, exported(value))).collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.value.as_deref()
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) -> Result<(), ReadOnly> {
        let variable = self.writable(name)?;
        variable.value = Some(value.into());
        Ok(())
    }

    /// Sets a variable that the shell itself keeps, whatever the user said of it.
    pub(crate) fn keep(&mut self, name: &str, value: String) {
        self.0.entry(name.to_owned()).or_default().value = Some(value);
    }

    pub(crate) fn unset(&mut self, name: &str) -> Result<(), ReadOnly> {
        if self.0.contains_key(name) {
            self.writable(name)?;
            self.0.remove(name);
        }
        Ok(())
    }

    pub(crate) fn export(&mut self, name: &str) {
        self.0.entry(name.to_owned()).or_default().exported = true;
    }

    pub(crate) fn protect(&mut self, name: &str) {
        self.0.entry(name.to_owned()).or_default().readonly = true;
    }

    /// The variable as it is, to be put back later.
    pub(crate) fn saved(&self, name: &str) -> Option<Variable> {
        self.0.get(name).cloned()
    }

    pub(crate) fn restore(&mut self, name: &str, saved: Option<Variable>) {
        match saved {
            Some(variable) => drop(self.0.insert(name.to_owned(), variable)),
            None => drop(self.0.remove(name)),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Variable)> {
        self.0.iter()
    }

    /// What a program that is started gets.
    pub(crate) fn environment(&self) -> Vec<String> {
        let exported = self.0.iter().filter(|(_, variable)| variable.exported);
        exported
            .filter_map(|(name, variable)| Some(format!("{name}={}", variable.value.as_ref()?)))
            .collect()
    }

    fn writable(&mut self, name: &str) -> Result<&mut Variable, ReadOnly> {
        let variable = self.0.entry(name.to_owned()).or_default();
        if variable.readonly {
            Err(ReadOnly(name.to_owned()))
        } else {
            Ok(variable)
        }
    }
}

/// Whether a text can be the name of a variable.
pub(crate) fn is_name(text: &str) -> bool {
    let first = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    first
        && text
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '_')
}
