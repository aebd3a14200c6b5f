//! `--secret`: a file of the machine that a RUN may read, and no layer ever holds.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#secret>

use crate::lab::Machine;
use crate::text::Case;

/// The id and the bytes of `id=token,src=token.txt`; without a source the id names the file.
pub(super) fn read(text: &str, machine: &Machine) -> Result<(String, Vec<u8>), String> {
    let (mut id, mut source) = (None, None);
    for field in text.split(',') {
        let (name, value) =
            field.split_once('=').ok_or_else(|| format!("invalid field '{field}' must be a key=value pair"))?;
        match name.lowercase().as_str() {
            "id" => id = Some(value),
            "src" | "source" => source = Some(value),
            "type" if value == "file" => {}
            "type" | "env" => return Err("a secret from the environment is not supported yet in this lab".to_owned()),
            _ => return Err(format!("unexpected key '{name}' in '{field}'")),
        }
    }
    let id = id.or(source).ok_or("id required for secret")?;
    let path = machine.resolve(source.unwrap_or(id));
    let bytes = machine
        .files
        .read(&path)
        .map_err(|_| format!("failed to stat {}: no such file or directory", source.unwrap_or(id)))?;
    Ok((id.to_owned(), bytes.to_vec()))
}
