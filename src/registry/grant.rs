//! What may be done with some repositories, written as in the scope of a token.
//! <https://distribution.github.io/distribution/spec/auth/scope/>

use std::fmt;
use std::str::FromStr;

use super::policy::{PatternError, repository_pattern};

/// What can be done with a repository.
const ACTIONS: [&str; 3] = ["pull", "push", "delete"];

/// What may be done with some repositories; as text `team/*:pull,push`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// Which, as a pattern, such as `team/*`.
    pub repositories: String,
    /// `pull`, `push` and `delete`.
    pub actions: Vec<String>,
}

/// A text that is no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// No colon stands before the actions.
    #[error("invalid scope {text:?}: it is PATTERN:ACTIONS, such as team/*:pull,push")]
    Colon {
        /// As typed.
        text: String,
    },
    /// Nobody can do that.
    #[error("invalid action {action:?}: there are pull, push and delete")]
    Action {
        /// As typed.
        action: String,
    },
    /// It fits no repository.
    #[error(transparent)]
    Pattern(#[from] PatternError),
}

impl Grant {
    /// Everything, everywhere.
    pub fn everything() -> Self {
        Self { repositories: "*".to_owned(), actions: ACTIONS.map(str::to_owned).to_vec() }
    }

    /// Reads actions with commas between them; `*` is all of them.
    pub fn actions(text: &str) -> Result<Vec<String>, GrantError> {
        if text == "*" {
            return Ok(Self::everything().actions);
        }
        let known = |action: &str| {
            let is_one = ACTIONS.contains(&action);
            is_one.then(|| action.to_owned()).ok_or_else(|| GrantError::Action { action: action.to_owned() })
        };
        text.split(',').map(known).collect()
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.repositories, self.actions.join(","))
    }
}

impl FromStr for Grant {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        let (pattern, actions) = text.rsplit_once(':').ok_or_else(|| GrantError::Colon { text: text.to_owned() })?;
        Ok(Self { repositories: repository_pattern(pattern)?, actions: Self::actions(actions)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_written_as_a_scope() {
        let grant: Grant = "team/*:pull,push".parse().expect("a grant");
        assert_eq!((grant.to_string().as_str(), grant.actions.len()), ("team/*:pull,push", 2));
        assert_eq!("*:*".parse(), Ok(Grant::everything()));
        for text in ["", "team", "team:", "team:read", ":pull", "Team:pull", "a:pull,"] {
            assert!(text.parse::<Grant>().is_err(), "{text}");
        }
    }
}
