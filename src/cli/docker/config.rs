//! `~/.docker/config.json`: what docker's command line remembers, above all
//! who the learner is at which registry, in plain base64. The file is the
//! truth: whoever edits it changes what docker does.
//! <https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties>

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::cli::Failure;
use crate::fs::{FsPath, Metadata, Node, Tree};
use crate::lab::Machine;
use crate::oci::{DEFAULT_DOMAIN, Timestamp, json};
use crate::text::sorted_by;
use crate::transfer::Credentials;

/// The variable that names another folder.
pub const FOLDER: &str = "DOCKER_CONFIG";
/// The file.
const NAME: &str = "config.json";

/// The key of Docker Hub.
pub const HUB_KEY: &str = "https://index.docker.io/v1/";

/// Who the machine's user is, by registry, as domains of references name them.
pub type Known = BTreeMap<String, Credentials>;

/// Where it is, unless the environment names another folder.
pub fn path() -> FsPath {
    Machine::home().join(".docker").child(NAME)
}

/// The folder it is in on this machine, with what else docker's command line keeps there.
pub fn folder(machine: &Machine) -> FsPath {
    let named = machine.environment().remove(FOLDER).filter(|folder| !folder.is_empty());
    named.map_or_else(|| Machine::home().join(".docker"), |folder| machine.resolve(&folder))
}

/// The credentials in the file; none without a file. The error is what docker
/// says of a file it cannot read, before it goes on without one.
pub fn credentials(files: &Tree, folder: &FsPath) -> Result<Known, String> {
    let path = folder.child(NAME);
    let document = read(files, &path)?;
    let auths = document.get("auths").and_then(Value::as_object);
    let mut known = Known::new();
    for (key, entry) in auths.into_iter().flatten() {
        let Some(auth) = entry.get("auth").and_then(Value::as_str).filter(|auth| !auth.is_empty()) else { continue };
        known.insert(domain_of(key), decoded(auth).map_err(|reason| wrong(&path, &reason))?);
    }
    Ok(known)
}

/// Remembers `credentials` for a registry, or forgets them; says whether the file changed.
pub fn store(
    files: &mut Tree,
    folder: &FsPath,
    registry: &str,
    credentials: Option<&Credentials>,
    now: Timestamp,
) -> Result<bool, Failure> {
    let path = folder.child(NAME);
    let mut document = read(files, &path).unwrap_or_default();
    let before = document.clone();
    let auths = document.entry("auths").or_insert_with(|| json!({}));
    if !auths.is_object() {
        *auths = json!({});
    }
    let auths = auths.as_object_mut().expect("it is one now");
    auths.retain(|key, _| domain_of(key) != registry);
    if let Some(Credentials { user, password }) = credentials {
        auths.insert(key_of(registry).to_owned(), json!({ "auth": STANDARD.encode(format!("{user}:{password}")) }));
        *auths = sorted_by(std::mem::take(auths), |(a, _), (b, _)| a.cmp(b)).into_iter().collect();
    }
    if document == before || (before.is_empty() && credentials.is_none()) {
        return Ok(false);
    }
    let private = Metadata { mode: 0o700, ..Metadata::directory(now) };
    files.make_directories(folder, private).map_err(Failure::new)?;
    let text = json::printed(&document, "\t");
    let private = Metadata { mode: 0o600, ..Metadata::file(now) };
    files.insert(&path, Node::file(private, text.into_bytes())).map_err(Failure::new)?;
    Ok(true)
}

/// The key under which docker keeps what it knows of a registry.
pub fn key_of(registry: &str) -> &str {
    if registry == DEFAULT_DOMAIN { HUB_KEY } else { registry }
}

/// The host of a registry as typed or as older files have it: `https://host/v1/`.
pub fn domain_of(typed: &str) -> String {
    if typed == HUB_KEY {
        return DEFAULT_DOMAIN.to_owned();
    }
    let rest = typed.split_once("://").map_or(typed, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default().to_owned()
}

fn read(files: &Tree, path: &FsPath) -> Result<Map<String, Value>, String> {
    let Ok(bytes) = files.read(path) else { return Ok(Map::new()) };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    json::read(&bytes)
        .map_err(|error| if error.is_eof() { wrong(path, &"unexpected EOF") } else { wrong(path, &error) })
}

fn wrong(path: &FsPath, reason: &dyn std::fmt::Display) -> String {
    format!("parsing config file ({path}): {reason}")
}

fn decoded(auth: &str) -> Result<Credentials, String> {
    let bytes = STANDARD.decode(auth).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&bytes);
    let invalid = || "invalid auth configuration file".to_owned();
    let (user, password) = text.split_once(':').filter(|(user, _)| !user.is_empty()).ok_or_else(invalid)?;
    Ok(Credentials { user: user.to_owned(), password: password.trim_matches('\0').to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> FsPath {
        Machine::home().join(".docker")
    }

    fn with(text: &str) -> Tree {
        let mut files = Tree::default();
        let time = Timestamp::default();
        files.make_directories(&Machine::home().join(".docker"), Metadata::directory(time)).expect("fresh");
        files.insert(&path(), Node::file(Metadata::file(time), text.as_bytes().to_vec())).expect("its folder is there");
        files
    }

    #[test]
    fn what_is_stored_is_read_again_and_the_rest_of_the_file_stays() {
        let mut files = with("{\"psFormat\":\"table\",\"auths\":{\"https://old.test/v1/\":{\"auth\":\"YTpi\"}}}");
        let ana = Credentials { user: "ana".into(), password: "se:cret".into() };
        assert_eq!(store(&mut files, &usual(), DEFAULT_DOMAIN, Some(&ana), Timestamp::default()).ok(), Some(true));
        assert_eq!(store(&mut files, &usual(), DEFAULT_DOMAIN, Some(&ana), Timestamp::default()).ok(), Some(false));
        let known = credentials(&files, &usual()).expect("readable");
        assert_eq!(known.keys().collect::<Vec<_>>(), ["docker.io", "old.test"]);
        assert_eq!(known["docker.io"], ana);
        store(&mut files, &usual(), "old.test", None, Timestamp::default()).expect("written");
        let text = String::from_utf8(files.read(&path()).expect("there").to_vec()).expect("UTF-8");
        assert_eq!(
            text,
            "{\n\t\"psFormat\": \"table\",\n\t\"auths\": {\n\t\t\"https://index.docker.io/v1/\": {\n\t\t\t\"auth\": \"YW5hOnNlOmNyZXQ=\"\n\t\t}\n\t}\n}"
        );
    }

    #[test]
    fn a_damaged_file_is_told_and_no_file_is_empty() {
        assert_eq!(credentials(&Tree::default(), &usual()), Ok(Known::new()));
        assert_eq!(credentials(&with(""), &usual()), Ok(Known::new()));
        for text in ["{", "[]", "{\"auths\":{\"a\":{\"auth\":\"%\"}}}", "{\"auths\":{\"a\":{\"auth\":\"OnB3\"}}}"] {
            let error = credentials(&with(text), &usual()).expect_err(text);
            assert!(error.starts_with("parsing config file (/home/learner/.docker/config.json): "), "{error}");
        }
        assert_eq!(domain_of("https://r.test:5000/v2/"), "r.test:5000");
    }
}
