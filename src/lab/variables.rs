//! The variables of a machine's shell: those that were set, and the few that
//! it has by itself.

use std::collections::BTreeMap;

use super::Machine;

/// Variables by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables {
    set: BTreeMap<String, Variable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Variable {
    value: String,
    /// Whether programs get it.
    exported: bool,
}

impl Variables {
    /// `NAME=value`; one that programs get stays so.
    pub fn set(&mut self, name: &str, value: &str) {
        let exported = self.set.get(name).is_some_and(|known| known.exported);
        self.set.insert(name.to_owned(), Variable { value: value.to_owned(), exported });
    }

    /// How much room names and values take, in bytes.
    pub fn size(&self) -> usize {
        self.set.iter().map(|(name, variable)| name.len() + variable.value.len()).sum()
    }

    /// `unset NAME`.
    pub fn unset(&mut self, name: &str) {
        self.set.remove(name);
    }
}

impl Machine {
    /// The value of a variable, if it has one.
    pub fn variable(&self, name: &str) -> Option<String> {
        let own = || self.own_variables().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        self.variables.set.get(name).map(|variable| variable.value.clone()).or_else(own)
    }

    /// `export NAME`: programs get the variable, docker too.
    pub fn export(&mut self, name: &str) {
        let value = self.variable(name).unwrap_or_default();
        self.variables.set.insert(name.to_owned(), Variable { value, exported: true });
    }

    /// What programs get, by name.
    pub fn environment(&self) -> BTreeMap<String, String> {
        let own = self.own_variables().into_iter().map(|(name, value)| (name.to_owned(), value));
        let exported = self.variables.set.iter().filter(|(_, variable)| variable.exported);
        own.chain(exported.map(|(name, variable)| (name.clone(), variable.value.clone()))).collect()
    }

    fn own_variables(&self) -> [(&'static str, String); 3] {
        [("HOME", Self::home().to_string()), ("HOSTNAME", self.name.clone()), ("PWD", self.directory.to_string())]
    }
}
