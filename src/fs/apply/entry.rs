//! One entry of a layer, read and checked before anything is done with it.

use std::io::Read;

use ::tar::EntryType;

use super::{ApplyError, LeftOut};
use crate::fs::{FsPath, Metadata};
use crate::limits;
use crate::oci::Timestamp;

/// Extended attributes, as GNU tar and Go write them and as libarchive does.
const ATTRIBUTES: [&str; 2] = ["SCHILY.xattr.", "LIBARCHIVE.xattr."];
/// A sparse file in PAX form: its bytes are not those of the entry.
const SPARSE: &str = "GNU.sparse.";
/// The last second that Go's clock calls have, in nanoseconds since 1970; what is beyond counts as none.
const LAST_NANOS: u64 = i64::MAX.unsigned_abs();

/// What an entry says.
pub(super) struct Entry {
    /// As cleaned, links on the way not followed yet.
    pub path: FsPath,
    pub metadata: Metadata,
    pub what: What,
}

/// What it makes.
pub(super) enum What {
    File { size: u64 },
    Directory,
    Symlink { target: String },
    Link { target: String },
}

impl Entry {
    /// Reads it; none if it is about the archive or about the root, which stays as it is.
    pub(super) fn read<R: Read>(
        entry: &mut ::tar::Entry<'_, R>,
        tell: &mut dyn FnMut(LeftOut),
    ) -> Result<Option<Self>, ApplyError> {
        if entry.header().entry_type() == EntryType::XGlobalHeader {
            return Ok(None);
        }
        let name = text(&entry.path_bytes())?;
        let path = FsPath::from(name.as_str());
        if path == FsPath::root() {
            return Ok(None);
        }
        check_length(path.as_str())?;
        let mut metadata = metadata(entry.header(), &path)?;
        read_extensions(entry, &path, &mut metadata, tell)?;
        let what = what(entry, &path, name.ends_with('/'))?;
        Ok(Some(Self { path, metadata, what }))
    }
}

/// Refuses what Linux could not name.
pub(super) fn check_length(path: &str) -> Result<(), ApplyError> {
    let long = |name: &str| name.len() > limits::NAME_BYTES;
    if path.len() < limits::PATH_BYTES && !path.split('/').any(long) {
        return Ok(());
    }
    Err(ApplyError::TooLong { start: path[..path.floor_char_boundary(64)].to_owned() })
}

fn what<R: Read>(entry: &::tar::Entry<'_, R>, path: &FsPath, slash: bool) -> Result<What, ApplyError> {
    // Archives older than the type of folders write them as files with a slash.
    let old = entry.header().as_old().linkflag[0] == 0;
    match entry.header().entry_type() {
        EntryType::Regular if old && slash => Ok(What::Directory),
        EntryType::Regular | EntryType::Continuous => Ok(What::File { size: entry.size() }),
        EntryType::Directory => Ok(What::Directory),
        EntryType::Symlink => Ok(What::Symlink { target: target(entry)? }),
        EntryType::Link => Ok(What::Link { target: target(entry)? }),
        kind => Err(ApplyError::Unsupported { path: path.clone(), kind: char::from(kind.as_byte()) }),
    }
}

fn target<R: Read>(entry: &::tar::Entry<'_, R>) -> Result<String, ApplyError> {
    let target = text(&entry.link_name_bytes().ok_or(ApplyError::Name)?)?;
    if target.len() >= limits::PATH_BYTES {
        return Err(ApplyError::TooLong { start: target[..target.floor_char_boundary(64)].to_owned() });
    }
    Ok(target)
}

fn text(bytes: &[u8]) -> Result<String, ApplyError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ApplyError::Name)?;
    if text.contains('\0') { Err(ApplyError::Name) } else { Ok(text.to_owned()) }
}

fn metadata(header: &::tar::Header, path: &FsPath) -> Result<Metadata, ApplyError> {
    let number = |value: u64, field| u32::try_from(value).map_err(|_| ApplyError::Number { path: path.clone(), field });
    Ok(Metadata {
        mode: header.mode()? & 0o7777,
        uid: number(header.uid()?, "uid")?,
        gid: number(header.gid()?, "gid")?,
        modified: bounded(Timestamp::from_seconds(header.mtime()?)),
    })
}

/// What PAX says beyond name, size and owner, which the reader has looked at already.
fn read_extensions<R: Read>(
    entry: &mut ::tar::Entry<'_, R>,
    path: &FsPath,
    metadata: &mut Metadata,
    tell: &mut dyn FnMut(LeftOut),
) -> Result<(), ApplyError> {
    for record in entry.pax_extensions()?.into_iter().flatten() {
        let record = record?;
        let Ok(key) = record.key() else { return Err(ApplyError::Name) };
        if key.starts_with(SPARSE) {
            return Err(ApplyError::Unsupported { path: path.clone(), kind: 'S' });
        }
        if key == "mtime" {
            let invalid = || ApplyError::Number { path: path.clone(), field: "mtime" };
            metadata.modified = record.value().ok().and_then(seconds).ok_or_else(invalid)?;
        }
        if let Some(attribute) = ATTRIBUTES.iter().find_map(|prefix| key.strip_prefix(prefix)) {
            tell(LeftOut { path: path.clone(), attribute: attribute.to_owned() });
        }
    }
    Ok(())
}

/// `1350244992.023960108`; before 1970 is 1970.
fn seconds(text: &str) -> Option<Timestamp> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    if unsigned.is_empty() || !digits(unsigned) || !digits(part) {
        return None;
    }
    if whole.starts_with('-') {
        return Some(Timestamp::default());
    }
    let whole = whole.parse::<u64>().ok()?.saturating_mul(1_000_000_000);
    let nanos: u64 = format!("{part:0<9}")[..9].parse().ok()?;
    Some(bounded(Timestamp { nanos: whole.saturating_add(nanos) }))
}

fn bounded(time: Timestamp) -> Timestamp {
    if time.nanos > LAST_NANOS { Timestamp::default() } else { time }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pax_time_has_nanoseconds_and_bounds() {
        let table = [
            ("1350244992.023960108", Some(1_350_244_992_023_960_108)),
            ("7", Some(7_000_000_000)),
            ("7.5", Some(7_500_000_000)),
            ("7.1234567891", Some(7_123_456_789)),
            ("-1.5", Some(0)),
            ("99999999999", Some(0)),
            ("", None),
            ("-", None),
            ("1.x", None),
            ("+1", None),
        ];
        for (text, nanos) in table {
            assert_eq!(seconds(text).map(|time| time.nanos), nanos, "{text}");
        }
    }
}
