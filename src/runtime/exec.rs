//! From a command to the file that is its program, and the errors on the way
//! in the words of runc.

use crate::fs::{FsError, FsPath, Node, Tree};

/// The four bytes every WebAssembly file begins with.
pub(super) const MAGIC: &[u8] = b"\0asm";
/// Any of the three permissions to execute.
pub(super) const EXECUTABLE: u32 = 0o111;

/// Why a command cannot be executed. docker puts its own words before these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExecError {
    /// A bare name that is in no folder of `PATH`.
    #[error("exec: {command:?}: executable file not found in $PATH")]
    NotInPath {
        /// The command as given.
        command: String,
    },
    /// A path where nothing is.
    #[error("exec: {command:?}: stat {command}: no such file or directory")]
    NotFound {
        /// The command as given.
        command: String,
    },
    /// A file, but not to be executed.
    #[error("exec: {command:?}: permission denied")]
    Permission {
        /// The command as given.
        command: String,
    },
    /// A folder.
    #[error("exec: {command:?}: is a directory: permission denied")]
    Directory {
        /// The command as given.
        command: String,
    },
    /// An executable file that is no WebAssembly program; said from inside the container.
    #[error("exec {path}: exec format error")]
    Format {
        /// The file.
        path: FsPath,
    },
}

impl ExecError {
    /// What `docker run` exits with.
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::NotInPath { .. } | Self::NotFound { .. } => 127,
            Self::Permission { .. } | Self::Directory { .. } => 126,
            Self::Format { .. } => 255,
        }
    }
}

/// The file that `command` means: a bare name is looked for in the folders of
/// `search` (the variable `PATH`), anything with a slash is a path seen from
/// `directory`.
pub fn resolve(tree: &Tree, command: &str, search: &str, directory: &FsPath) -> Result<FsPath, ExecError> {
    let command = command.to_owned();
    let path = if command.contains('/') {
        let path = directory.join(&command);
        check(tree, &path).map_err(|refusal| refusal.at(command))?
    } else {
        let mut folders = search.split(':').filter(|_| !command.is_empty());
        let found = folders.find_map(|folder| check(tree, &directory.join(folder).child(&command)).ok());
        found.ok_or(ExecError::NotInPath { command })?
    };
    match tree.get(&path).and_then(Node::content) {
        Some(content) if content.starts_with(MAGIC) => Ok(path),
        _ => Err(ExecError::Format { path }),
    }
}

/// Why a path is not an executable file.
enum Refusal {
    Absent,
    Denied,
    Folder,
}

impl Refusal {
    fn at(&self, command: String) -> ExecError {
        match self {
            Self::Absent => ExecError::NotFound { command },
            Self::Denied => ExecError::Permission { command },
            Self::Folder => ExecError::Directory { command },
        }
    }
}

/// The path with its links followed, if an executable file is there.
fn check(tree: &Tree, path: &FsPath) -> Result<FsPath, Refusal> {
    let target = tree.resolve(path).map_err(|_: FsError| Refusal::Absent)?;
    let node = tree.get(&target).ok_or(Refusal::Absent)?;
    if node.entries().is_some() {
        return Err(Refusal::Folder);
    }
    if node.metadata.mode & EXECUTABLE == 0 {
        return Err(Refusal::Denied);
    }
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::Metadata;
    use crate::oci::Timestamp;

    fn tree() -> Tree {
        let mut tree = Tree::default();
        let file = Metadata::file(Timestamp::default());
        let program = Metadata { mode: 0o755, ..file };
        for folder in ["/bin", "/usr/bin", "/app"] {
            tree.make_directories(&folder.into(), program).unwrap();
        }
        for (path, node) in [
            ("/usr/bin/predict", Node::file(program, b"\0asm\x01\0\0\0".to_vec())),
            ("/bin/predict", Node::file(file, b"\0asm\x01\0\0\0".to_vec())),
            ("/app/app.py", Node::file(file, b"print()".to_vec())),
            ("/app/script", Node::file(program, b"#!/bin/sh".to_vec())),
            ("/app/link", Node::symlink(program, "../usr/bin/predict")),
            ("/app/loop", Node::symlink(program, "loop")),
        ] {
            tree.insert(&path.into(), node).unwrap();
        }
        tree
    }

    fn check(command: &str, expected: Result<&str, (&str, i32)>) {
        let found = resolve(&tree(), command, "/none:/bin:/usr/bin:/app", &"/app".into());
        let found = found.map(|path| path.to_string()).map_err(|error| (error.to_string(), error.exit_code()));
        assert_eq!(found, expected.map(str::to_owned).map_err(|(text, code)| (text.to_owned(), code)), "{command}");
    }

    #[test]
    fn a_name_is_found_by_path_and_a_path_by_directory() {
        check("predict", Ok("/usr/bin/predict"));
        check("/usr/bin/predict", Ok("/usr/bin/predict"));
        check("../usr/bin/predict", Ok("/usr/bin/predict"));
        check("./link", Ok("/usr/bin/predict"));
        check("link", Ok("/usr/bin/predict"));
    }

    #[test]
    fn the_refusals_are_those_of_runc() {
        check("nosuchcmd", Err((r#"exec: "nosuchcmd": executable file not found in $PATH"#, 127)));
        check("", Err((r#"exec: "": executable file not found in $PATH"#, 127)));
        check("/nope", Err((r#"exec: "/nope": stat /nope: no such file or directory"#, 127)));
        check("/app/loop", Err((r#"exec: "/app/loop": stat /app/loop: no such file or directory"#, 127)));
        check("/app/app.py", Err((r#"exec: "/app/app.py": permission denied"#, 126)));
        check("/app", Err((r#"exec: "/app": is a directory: permission denied"#, 126)));
        check("script", Err(("exec /app/script: exec format error", 255)));
    }
}
