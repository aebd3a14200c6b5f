//! The value of `RUN --mount`.
//! <https://docs.docker.com/reference/dockerfile/#run---mount>

use super::csv::{self, CsvError};
use super::expand::ExpandError;
use super::quote::quote;
use super::suggest::{did_you_mean, nearest};
use crate::text::Case;
use crate::text::units::typed_size;

/// What a RUN sees beside the image while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mount {
    /// `type`
    pub kind: MountKind,
    /// `from`: a stage, a named context or an image.
    pub from: Option<String>,
    /// `source`, `src`
    pub source: Option<String>,
    /// `target`, `dst`, `destination`
    pub target: Option<String>,
    /// `readonly`, `ro`, `readwrite`, `rw`; writable only by default where nothing else can change.
    pub read_only: bool,
    /// `size`, in bytes; 0 is no bound.
    pub size_bytes: i64,
    /// `id`
    pub id: Option<String>,
    /// `sharing`
    pub sharing: Option<Sharing>,
    /// `required`
    pub required: bool,
    /// `env`: the variable a secret is given in; empty means its id.
    pub env: Option<String>,
    /// `mode`
    pub mode: Option<u32>,
    /// `uid`
    pub uid: Option<u32>,
    /// `gid`
    pub gid: Option<u32>,
}

/// The kinds of mounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MountKind {
    /// Files of the context, a stage or an image.
    #[default]
    Bind,
    /// A folder that outlives the build.
    Cache,
    /// A folder in memory.
    Tmpfs,
    /// A file that never gets into the image.
    Secret,
    /// The agent that holds the user's keys.
    Ssh,
}

/// Who may use a cache at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Everybody.
    Shared,
    /// Each a folder of its own.
    Private,
    /// One after the other.
    Locked,
}

/// Why a text is no mount; `BuildKit`'s words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MountError {
    /// Not comma-separated values.
    #[error("failed to parse csv mounts: {source}")]
    Csv {
        /// How.
        #[from]
        source: CsvError,
    },
    /// A value has a quote or a variable too much.
    #[error("{source}")]
    Expand {
        /// How.
        #[from]
        source: ExpandError,
    },
    /// `from=$NAME`
    #[error("'from' doesn't support variable expansion, define alias stage instead")]
    VariableFrom,
    /// A field without `=`.
    #[error("invalid field '{field}' must be a key=value pair")]
    NoValue {
        /// As written.
        field: String,
    },
    /// A key there is not.
    #[error("unexpected key '{key}' in '{field}'{}", did_you_mean(nearest(.key, KEYS).map(str::to_owned)))]
    Key {
        /// In lower case.
        key: String,
        /// As written.
        field: String,
    },
    /// A key other kinds have.
    #[error("unexpected key '{key}' for mount type '{kind}'")]
    KeyOfOther {
        /// In lower case.
        key: String,
        /// Which kind.
        kind: &'static str,
    },
    /// A kind there is not.
    #[error("unsupported mount type {}{}", quote(.value), did_you_mean(nearest(.value, MountKind::NAMES).map(str::to_owned)))]
    Kind {
        /// As written.
        value: String,
    },
    /// A way of sharing there is not.
    #[error("unsupported sharing value {}{}", quote(.value), did_you_mean(nearest(.value, Sharing::NAMES).map(str::to_owned)))]
    Sharing {
        /// As written.
        value: String,
    },
    /// Not true or false, or not a size.
    #[error("invalid value for {key}: {value}")]
    Value {
        /// In lower case.
        key: String,
        /// As written.
        value: String,
    },
    /// Not a number.
    #[error("invalid value {value} for {key}")]
    Number {
        /// `mode`, `uid` or `gid`.
        key: &'static str,
        /// As written.
        value: String,
    },
    /// An owner or a mode for files that have one.
    #[error("{key} not allowed for {} type mounts", quote(.kind))]
    Owner {
        /// `mode`, `uid` or `gid`.
        key: &'static str,
        /// Which kind.
        kind: &'static str,
    },
    /// A secret from a stage.
    #[error("secret mount should not have a from")]
    SecretFrom,
    /// A secret that is shared.
    #[error("secret mount should not define sharing")]
    SecretSharing,
    /// A secret without a name.
    #[error("invalid secret mount. one of source, target required")]
    SecretName,
    /// A secret with two names.
    #[error("both source and id can't be set")]
    SecretNames,
    /// Sharing of what is no cache.
    #[error("invalid cache sharing set for {kind} mount")]
    SharingOfOther {
        /// Which kind.
        kind: &'static str,
    },
}

/// Every key there is.
const KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "target",
    "readonly",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "src",
    "dst",
    "destination",
    "ro",
    "rw",
    "readwrite",
    "env",
];

impl MountKind {
    const NAMES: [&str; 5] = ["bind", "cache", "secret", "ssh", "tmpfs"];

    /// As written in a Dockerfile.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bind => "bind",
            Self::Cache => "cache",
            Self::Tmpfs => "tmpfs",
            Self::Secret => "secret",
            Self::Ssh => "ssh",
        }
    }

    fn parse(value: &str) -> Option<Self> {
        let value = value.lowercase();
        [Self::Bind, Self::Cache, Self::Tmpfs, Self::Secret, Self::Ssh].into_iter().find(|kind| kind.name() == value)
    }
}

impl Sharing {
    const NAMES: [&str; 3] = ["locked", "private", "shared"];

    fn parse(value: &str) -> Option<Self> {
        match value.lowercase().as_str() {
            "shared" => Some(Self::Shared),
            "private" => Some(Self::Private),
            "locked" => Some(Self::Locked),
            _ => None,
        }
    }
}

impl Mount {
    /// The mount that `text` says, in which no variable is left.
    pub fn parse(text: &str) -> Result<Self, MountError> {
        Self::parse_with(text, &|value| Ok(value.to_owned()))
    }

    /// The mount that `text` says, each value resolved by `expand` first.
    pub fn parse_with(text: &str, expand: &dyn Fn(&str) -> Result<String, ExpandError>) -> Result<Self, MountError> {
        let mut mount = Self::default();
        let mut read_only = None;
        for field in csv::fields(text)? {
            match field.split_once('=') {
                Some((key, value)) => mount.set(&key.lowercase(), expand(value)?, &field, &mut read_only)?,
                None => mount.switch_on(&field, &mut read_only)?,
            }
        }
        let writable = matches!(mount.kind, MountKind::Cache | MountKind::Tmpfs);
        mount.read_only = read_only.unwrap_or(!writable);
        mount.check()?;
        Ok(mount)
    }

    /// The `from` of a mount whose other values may still be variables.
    pub fn written_from(text: &str) -> Result<Option<String>, MountError> {
        let mut from = None;
        for field in csv::fields(text)? {
            let Some((_, value)) = field.split_once('=').filter(|(key, _)| key.lowercase() == "from") else {
                continue;
            };
            if value.find('$').is_some_and(|at| at + 1 < value.len()) {
                return Err(MountError::VariableFrom);
            }
            from = filled(value.to_owned());
        }
        Ok(from)
    }

    fn switch_on(&mut self, field: &str, read_only: &mut Option<bool>) -> Result<(), MountError> {
        let key = field.lowercase();
        match key.as_str() {
            "readonly" | "ro" => *read_only = Some(true),
            "readwrite" | "rw" => *read_only = Some(false),
            "required" => {
                self.only_for(&key, &[MountKind::Secret, MountKind::Ssh])?;
                self.required = true;
            }
            _ => return Err(MountError::NoValue { field: field.to_owned() }),
        }
        Ok(())
    }

    fn set(&mut self, key: &str, value: String, field: &str, read_only: &mut Option<bool>) -> Result<(), MountError> {
        let wrong = |value: String| MountError::Value { key: key.to_owned(), value };
        match key {
            "type" => self.kind = MountKind::parse(&value).ok_or(MountError::Kind { value })?,
            "from" => self.from = filled(value),
            "source" | "src" => self.source = filled(value),
            "target" | "dst" | "destination" => self.target = filled(value),
            "id" => self.id = filled(value),
            "env" => self.env = Some(value),
            "readonly" | "ro" => *read_only = Some(boolean(&value).ok_or_else(|| wrong(value))?),
            "readwrite" | "rw" => *read_only = Some(!boolean(&value).ok_or_else(|| wrong(value))?),
            "required" => {
                self.only_for(key, &[MountKind::Secret, MountKind::Ssh])?;
                self.required = boolean(&value).ok_or_else(|| wrong(value))?;
            }
            "size" => {
                self.only_for(key, &[MountKind::Tmpfs])?;
                self.size_bytes = typed_size(&value).ok_or_else(|| wrong(value))?;
            }
            "sharing" => self.sharing = Some(Sharing::parse(&value).ok_or(MountError::Sharing { value })?),
            "mode" => self.mode = Some(number("mode", value, 8)?),
            "uid" => self.uid = Some(number("uid", value, 10)?),
            "gid" => self.gid = Some(number("gid", value, 10)?),
            _ => return Err(MountError::Key { key: key.to_owned(), field: field.to_owned() }),
        }
        Ok(())
    }

    fn only_for(&self, key: &str, kinds: &[MountKind]) -> Result<(), MountError> {
        if kinds.contains(&self.kind) {
            return Ok(());
        }
        Err(MountError::KeyOfOther { key: key.to_owned(), kind: self.kind.name() })
    }

    /// What does not go together.
    fn check(&self) -> Result<(), MountError> {
        let kind = self.kind.name();
        let owned = [("mode", self.mode), ("uid", self.uid), ("gid", self.gid)];
        let bare = matches!(self.kind, MountKind::Bind | MountKind::Tmpfs);
        if let Some((key, _)) = owned.into_iter().find(|(_, value)| bare && value.is_some()) {
            return Err(MountError::Owner { key, kind });
        }
        if self.kind == MountKind::Secret {
            if self.from.is_some() {
                return Err(MountError::SecretFrom);
            }
            if self.sharing.is_some() {
                return Err(MountError::SecretSharing);
            }
            if self.source.is_none() && self.target.is_none() && self.id.is_none() {
                return Err(MountError::SecretName);
            }
            if self.source.is_some() && self.id.is_some() {
                return Err(MountError::SecretNames);
            }
        }
        if self.sharing.is_some() && self.kind != MountKind::Cache {
            return Err(MountError::SharingOfOther { kind });
        }
        Ok(())
    }
}

fn filled(value: String) -> Option<String> {
    (!value.is_empty()).then_some(value)
}

/// Go's `strconv.ParseBool`.
fn boolean(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

fn number(key: &'static str, value: String, radix: u32) -> Result<u32, MountError> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = u32::from_str_radix(&value, radix).ok().filter(|_| digits);
    number.ok_or(MountError::Number { key, value })
}
