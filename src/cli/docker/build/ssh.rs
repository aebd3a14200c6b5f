//! `--ssh`: an agent or keys that a RUN may use. A machine of a lab runs no
//! agent, and a program of WASI reaches no socket of one.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#ssh>

use crate::lab::Machine;

/// What begins a private key in a file.
const KEY: &[u8] = b"-----BEGIN ";

/// Why `default`, or `id=path,path`, cannot be had, in the builder's words.
pub(super) fn refusal(text: &str, machine: &Machine) -> String {
    let paths = text.split_once('=').map_or("", |(_, paths)| paths);
    if paths.is_empty() {
        return "invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set".to_owned();
    }
    for path in paths.split(',') {
        let Ok(bytes) = machine.files.read(&machine.resolve(path)) else {
            return format!("stat {path}: no such file or directory");
        };
        if !bytes.starts_with(KEY) {
            return format!("failed to parse {path}: ssh: no key found");
        }
    }
    "an agent with these keys is not supported in this lab".to_owned()
}
