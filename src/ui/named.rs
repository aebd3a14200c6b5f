//! A few values by name, in the order in which they came: less code in the
//! page than a tree, and never more than a lesson has questions.

use serde::{Deserialize, Serialize};

/// Values by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named<T>(Vec<(String, T)>);

impl<T> Named<T> {
    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value of that name, made if it is not there yet.
    pub fn at(&mut self, name: &str) -> &mut T
    where
        T: Default,
    {
        let known = self.0.iter().position(|(known, _)| known == name);
        let at = known.unwrap_or_else(|| {
            self.0.push((name.to_owned(), T::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    /// Whether this is so of one of the values.
    pub fn any(&self, is: impl Fn(&T) -> bool) -> bool {
        self.0.iter().any(|(_, value)| is(value))
    }

    /// Of how many values this is so.
    pub fn count(&self, is: impl Fn(&str, &T) -> bool) -> usize {
        self.0.iter().filter(|(name, value)| is(name, value)).count()
    }

    /// Hands every value over with its name.
    pub fn take_each(self, mut take: impl FnMut(String, T)) {
        self.0.into_iter().for_each(|(name, value)| take(name, value));
    }

    /// Does this with every value.
    pub fn each(&mut self, act: impl Fn(&mut T)) {
        self.0.iter_mut().for_each(|(_, value)| act(value));
    }

    /// Keeps the values that `keep` says.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.0.retain(|(_, value)| keep(value));
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_name() {
        let mut named = Named::default();
        *named.at("a") = 1;
        *named.at("b") = 2;
        *named.at("a") += 2;
        assert_eq!((named.get("a"), named.get("b"), named.get("c")), (Some(&3), Some(&2), None));
        named.retain(|value| *value > 2);
        assert_eq!(named.get("b"), None);
        named.clear();
        assert_eq!(named, Named::default());
    }
}
