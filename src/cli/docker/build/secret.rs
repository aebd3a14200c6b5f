//! `--secret`: a file of the machine, or a variable of the client, that a RUN may read and no layer ever holds.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#secret>

use super::{misread, refused};
use crate::cli::Failure;
use crate::lab::Machine;
use crate::limits;
use crate::text::Case;

/// The id and the bytes of `id=token,src=token.txt` or `id=token,env=TOKEN`; without a source the id names the
/// variable, if there is one, or the file.
pub(super) fn read(text: &str, machine: &Machine) -> Result<(String, Vec<u8>), Failure> {
    let (mut id, mut source, mut variable, mut is_variable) = (None, None, None, false);
    for field in text.split(',') {
        let wrong = || misread(&format!("invalid field '{field}' must be a key=value pair"));
        let (name, value) = field.split_once('=').ok_or_else(wrong)?;
        match (name.lowercase().as_str(), value) {
            ("id", value) => id = Some(value),
            ("src" | "source", value) => source = Some(value),
            ("env", value) => variable = Some(value),
            ("type", "file" | "env") => is_variable = value == "env",
            ("type", value) => return Err(misread(&format!("unsupported secret type {value:?}"))),
            (name, _) => return Err(misread(&format!("unexpected key '{name}' in '{field}'"))),
        }
    }
    if is_variable && variable.is_none() {
        variable = source.take();
    }
    let environment = machine.environment();
    let id = id.filter(|id| !id.is_empty()).ok_or_else(|| refused("secret missing ID"))?;
    if variable.is_none() && source.is_none() && environment.contains_key(id) {
        variable = Some(id);
    }
    let path = source.or(if variable.is_none() { Some(id) } else { None });
    let file = path.map(|path| {
        let bytes = machine.files.read(&machine.resolve(path));
        bytes.map_err(|_| refused(&format!("failed to stat {path}: stat {path}: no such file or directory")))
    });
    let file = file.transpose()?.unwrap_or_default();
    if file.len() > limits::SECRET_BYTES {
        return Err(refused(&format!("secret {id} too big. max size 500KiB")));
    }
    let value = variable.map(|name| environment.get(name).cloned().unwrap_or_default().into_bytes());
    Ok((id.to_owned(), value.unwrap_or_else(|| file.to_vec())))
}
