//! The flags of `drydock serve` and its kin.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::origins::Origins;
use crate::cli;
use crate::native::NativeError;
use crate::native::given::{Given, usage};
use crate::registry::{PatternError, Sweep, TagRule, repository_pattern, tag_pattern};

/// `drydock serve`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serve {
    /// Where to listen; port 0 is any that is free.
    pub address: SocketAddr,
    /// The folder that keeps everything; none is memory.
    pub root: Option<PathBuf>,
    /// The users and their passwords; none lets everybody in.
    pub htpasswd: Option<PathBuf>,
    /// Where tokens are given out, as clients see it; none wants name and password with each request.
    pub realm: Option<String>,
    /// Whether nothing may be changed.
    pub read_only: bool,
    /// The tags that stay what they are.
    pub immutable: TagRule,
    /// The repositories that may be pulled without a name, as patterns.
    pub anonymous: Vec<String>,
    /// What is logged of every request.
    pub log: LogForm,
    /// Whose pages may read its answers.
    pub origins: Origins,
}

/// `drydock scrub`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scrub {
    /// The folder of a registry that is not being served.
    pub root: PathBuf,
}

/// `drydock gc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collect {
    /// The folder of a registry that is not being served.
    pub root: PathBuf,
    /// What goes.
    pub sweep: Sweep,
    /// Whether it is only told.
    pub dry_run: bool,
}

/// The form of a line in the request log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// The Common Log Format and the seconds it took.
    Common,
    /// A JSON object.
    Json,
    /// No lines.
    None,
}

impl Serve {
    /// The words after `drydock serve`.
    pub fn read(words: &[&str]) -> Result<Self, NativeError> {
        let (words, read_only) = Given::switch(words, "--read-only");
        let given = Given::read(
            &words,
            &[
                "--addr",
                "--allow-origin",
                "--root",
                "--htpasswd",
                "--log",
                "--immutable",
                "--except",
                "--anonymous",
                "--realm",
            ],
        )?;
        given.no_more_arguments()?;
        let (htpasswd, anonymous) = (given.last("--htpasswd"), patterns(&given, "--anonymous", repository_pattern)?);
        let realm = given.last("--realm").map(realm).transpose()?;
        if htpasswd.is_none() && (!anonymous.is_empty() || realm.is_some()) {
            return Err(usage("--anonymous and --realm: without --htpasswd nobody is asked for a name"));
        }
        let address = given.last("--addr").unwrap_or_else(|| "127.0.0.1:5000".to_owned());
        let log = match given.last("--log").as_deref() {
            None | Some("common") => LogForm::Common,
            Some("json") => LogForm::Json,
            Some("none") => LogForm::None,
            Some(other) => return Err(usage(format!("--log: there is no form '{other}', only common, json and none"))),
        };
        Ok(Self {
            address: address.parse().map_err(|_| usage(format!("--addr: '{address}' is no address and port")))?,
            root: given.last("--root").filter(|root| root != "memory").map(PathBuf::from),
            htpasswd: htpasswd.map(PathBuf::from),
            realm,
            read_only,
            immutable: TagRule {
                tags: patterns(&given, "--immutable", tag_pattern)?,
                except: patterns(&given, "--except", tag_pattern)?,
            },
            anonymous,
            log,
            origins: Origins(given.all("--allow-origin")),
        })
    }
}

/// An address with a path of its own, such as `https://registry.example.com/token`.
fn realm(text: String) -> Result<String, NativeError> {
    let path =
        text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).and_then(|rest| rest.split_once('/'));
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\?#".contains(&byte));
    match path {
        Some((host, path)) if plain && !host.is_empty() && !path.is_empty() && !path.starts_with("v2/") => Ok(text),
        _ => Err(usage(format!("--realm: '{text}' is no address such as https://registry.example.com/token"))),
    }
}

/// Every value of a flag, each a pattern.
fn patterns(
    given: &Given,
    flag: &str,
    check: fn(&str) -> Result<String, PatternError>,
) -> Result<Vec<String>, NativeError> {
    let typed = given.flags.iter().filter(|(name, _)| name == flag);
    typed.map(|(_, text)| check(text).map_err(|error| usage(format!("{flag}: {error}")))).collect()
}

impl Scrub {
    /// The words after `drydock scrub`.
    pub fn read(words: &[&str]) -> Result<Self, NativeError> {
        let given = Given::read(words, &["--root"])?;
        given.no_more_arguments()?;
        let root = given.last("--root").ok_or_else(|| usage("'drydock scrub' needs --root DIR"))?;
        Ok(Self { root: root.into() })
    }
}

impl Collect {
    /// The words after `drydock gc`.
    pub fn read(words: &[&str]) -> Result<Self, NativeError> {
        let (words, dry_run) = Given::switch(words, "--dry-run");
        let (words, untagged) = Given::switch(&words, "--delete-untagged");
        let given = Given::read(&words, &["--root", "--grace"])?;
        given.no_more_arguments()?;
        let root = given.last("--root").ok_or_else(|| usage("'drydock gc' needs --root DIR"))?;
        let grace_seconds = match given.last("--grace") {
            None => Sweep::default().grace_seconds,
            Some(text) => {
                let grace = cli::duration(&text);
                grace.ok_or_else(|| usage(format!("--grace: '{text}' is no duration such as 2h or 30m")))?.as_secs()
            }
        };
        Ok(Self { root: root.into(), sweep: Sweep { untagged, grace_seconds }, dry_run })
    }
}
