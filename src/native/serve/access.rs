//! Who may come in: everybody, or the users of an htpasswd file, whose
//! passwords are bcrypt as distribution wants them.
//! <https://distribution.github.io/distribution/about/configuration/#htpasswd>

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, header};
use tokio::task::block_in_place;

use crate::limits;
use crate::native::NativeError;
use crate::oci::Digest;

/// The users, if there are any.
pub struct Access {
    users: Option<BTreeMap<String, String>>,
    /// Digests of headers that were right: bcrypt is slow on purpose, and a push sends many requests.
    known: Mutex<BTreeSet<Digest>>,
}

impl Access {
    /// Everybody may do everything.
    pub fn anybody() -> Self {
        Self { users: None, known: Mutex::default() }
    }

    /// The users of `file`, a line each: `name:$2y$…`.
    pub fn read(file: &Path) -> Result<Self, NativeError> {
        let text = std::fs::read_to_string(file).map_err(NativeError::file(file))?;
        let users = read_users(&text)
            .map_err(|reason| NativeError::Refused { reason: format!("{}: {reason}", file.display()) })?;
        Ok(Self { users: Some(users), known: Mutex::default() })
    }

    /// The user who sends these headers, empty for anybody; none if it is nobody's name and password.
    pub fn user(&self, headers: &HeaderMap) -> Option<String> {
        let Some(users) = &self.users else { return Some(String::new()) };
        let header = headers.get(header::AUTHORIZATION)?;
        let (user, password) = basic(header.to_str().ok()?)?;
        let digest = Digest::of(header.as_bytes());
        if self.known.lock().unwrap_or_else(PoisonError::into_inner).contains(&digest) {
            return Some(user);
        }
        // An unknown name takes as long as a wrong password.
        let (hash, is_user) = users.get(&user).map_or((NOBODY, false), |hash| (hash.as_str(), true));
        let is_right = block_in_place(|| bcrypt::verify(password, hash)).unwrap_or(false);
        if !is_user || !is_right {
            return None;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= limits::SERVED_CREDENTIALS {
            known.clear();
        }
        known.insert(digest);
        Some(user)
    }
}

/// The hash of a password nobody has.
const NOBODY: &str = "$2y$10$7EqJtq98hPqEX7fNZaFWoOhi5BWX4Z3eY1tGk7q1o8QXyDgB1o7Vu";

fn read_users(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut users = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |why: &str| format!("line {}: {why}", number + 1);
        let (user, hash) = line.split_once(':').ok_or_else(|| wrong("there is no colon behind a name"))?;
        if !hash.starts_with("$2") {
            return Err(wrong("the password is not bcrypt, as `htpasswd -B` writes it"));
        }
        users.insert(user.to_owned(), hash.to_owned());
    }
    Ok(users)
}

/// User and password of a Basic header. <https://www.rfc-editor.org/rfc/rfc7617#section-2>
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(text: &str) -> HeaderMap {
        let value = format!("Basic {}", BASE64_STANDARD.encode(text));
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_str(&value).expect("ASCII"))])
    }

    fn access() -> Access {
        let hash = bcrypt::hash("right", 4).expect("a cost in bounds");
        let users = read_users(&format!("# people\n\nana:{hash}\n")).expect("well written");
        Access { users: Some(users), known: Mutex::default() }
    }

    #[test]
    fn a_user_comes_in_with_the_right_password_only() {
        let access = access();
        for _ in 0..2 {
            assert_eq!(access.user(&headers("ana:right")), Some("ana".to_owned()));
            assert_eq!(access.user(&headers("ana:wrong")), None);
        }
        for other in ["ben:right", "ana", ":", "ana:right\n"] {
            assert_eq!(access.user(&headers(other)), None, "{other}");
        }
        assert_eq!(access.user(&HeaderMap::new()), None);
        assert_eq!(Access::anybody().user(&HeaderMap::new()), Some(String::new()));
    }

    #[test]
    fn a_file_that_is_not_bcrypt_is_refused_with_its_line() {
        let table = [
            ("ana:{SHA}xyz=", "line 1: the password is not bcrypt, as `htpasswd -B` writes it"),
            ("\nana", "line 2: there is no colon behind a name"),
        ];
        for (text, why) in table {
            assert_eq!(read_users(text), Err(why.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_password_of_nobody_is_a_hash_that_is_computed() {
        assert_eq!(bcrypt::verify("x", NOBODY).ok(), Some(false));
    }
}
