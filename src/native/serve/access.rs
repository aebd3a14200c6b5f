//! The users of an htpasswd file, who become the accounts of the registry. Their
//! passwords are bcrypt as distribution wants them.
//! <https://distribution.github.io/distribution/about/configuration/#htpasswd>

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tokio::task::block_in_place;

use crate::limits;
use crate::native::NativeError;
use crate::oci::Digest;
use crate::registry::{Access, Account, Grant, Scheme};

/// Whom the users of `file` are, a line each: `name:$2y$…`. They may do everything, and others nothing.
pub fn read(file: &Path) -> Result<Access, NativeError> {
    let text = std::fs::read_to_string(file).map_err(NativeError::file(file))?;
    read_users(&text).map_err(|reason| NativeError::Refused { reason: format!("{}: {reason}", file.display()) })
}

/// Checks passwords by their hashes.
#[derive(Default)]
pub struct Passwords {
    /// Digests of passwords that were right: bcrypt is slow on purpose, and a push sends many requests.
    known: Mutex<BTreeSet<Digest>>,
}

impl Passwords {
    /// Whether this is the password with that hash. An unknown name, without a hash, takes as long as a wrong password.
    pub fn check(&self, hash: Option<&str>, password: &str) -> bool {
        let digest = Digest::of(format!("{}\n{password}", hash.unwrap_or_default()).as_bytes());
        if self.known.lock().unwrap_or_else(PoisonError::into_inner).contains(&digest) {
            return true;
        }
        let is_right = block_in_place(|| bcrypt::verify(password, hash.unwrap_or(NOBODY))).unwrap_or(false);
        if hash.is_none() || !is_right {
            return false;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= limits::SERVED_CREDENTIALS {
            known.clear();
        }
        // Another request may have found the same meanwhile.
        known.insert(digest);
        true
    }
}

/// The hash of a password nobody has.
const NOBODY: &str = "$2y$10$7EqJtq98hPqEX7fNZaFWoOhi5BWX4Z3eY1tGk7q1o8QXyDgB1o7Vu";

fn read_users(text: &str) -> Result<Access, String> {
    let mut access = Access { scheme: Some(Scheme::Basic), ..Access::default() };
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
        let account = Account { secret: hash.to_owned(), is_robot: false, grants: vec![Grant::everything()] };
        access.accounts.insert(user.to_owned(), account);
    }
    Ok(access)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use http::{Request, header};

    use super::*;
    use crate::oci::Timestamp;
    use crate::registry::{Registry, User};

    /// Who comes in with this name and password.
    fn admitted(registry: &Registry, passwords: &Passwords, text: &str) -> Option<String> {
        let value = format!("Basic {}", BASE64_STANDARD.encode(text));
        let request = Request::put("/v2/px/manifests/1").header(header::AUTHORIZATION, value).body(());
        let (parts, ()) = request.expect("ASCII").into_parts();
        let check = |hash: Option<&str>, password: &str| passwords.check(hash, password);
        registry.admit_by(&parts, Timestamp::default(), &check).ok().map(|User(user)| user)
    }

    #[test]
    fn a_user_comes_in_with_the_right_password_only() {
        let hash = bcrypt::hash("right", 4).expect("a cost in bounds");
        let mut registry = Registry::named("r.test");
        registry.access = read_users(&format!("# people\n\nana:{hash}\n")).expect("well written");
        let passwords = Passwords::default();
        for _ in 0..2 {
            assert_eq!(admitted(&registry, &passwords, "ana:right"), Some("ana".to_owned()));
            assert_eq!(admitted(&registry, &passwords, "ana:wrong"), None);
        }
        for other in ["ben:right", "ana", ":", "ana:right\n", &format!("ana:{hash}")] {
            assert_eq!(admitted(&registry, &passwords, other), None, "{other}");
        }
        registry.access = Access::default();
        assert_eq!(admitted(&registry, &passwords, "ben:any"), Some(String::new()));
    }

    #[test]
    fn who_asks_several_things_at_once_comes_in_with_each() {
        let hash = bcrypt::hash("right", 4).expect("a cost in bounds");
        for _ in 0..8 {
            let (passwords, together) = (Passwords::default(), std::sync::Barrier::new(4));
            std::thread::scope(|scope| {
                let ask = || {
                    together.wait();
                    passwords.check(Some(&hash), "right")
                };
                let asked: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
                assert!(asked.into_iter().all(|asked| asked.join().expect("it was checked")));
            });
        }
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
