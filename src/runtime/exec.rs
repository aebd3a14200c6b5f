//! From a command to the file that is its program, and the errors on the way
//! in the words of runc.

use std::io::Read;

use super::user::{EXECUTE, User};
use crate::fs::{Content, FsError, FsPath, Node, Tree};

/// The four bytes every WebAssembly file begins with.
pub(super) const MAGIC: &[u8] = b"\0asm";
/// The two bytes that a script begins with which names its interpreter.
const SCRIPT: &[u8] = b"#!";
/// As many bytes of it are looked at: `BINPRM_BUF_SIZE` of Linux, without the zero at its end.
const SCRIPT_LINE_BYTES: u64 = 255;
/// So many interpreters may be scripts themselves, as on Linux.
pub(super) const INTERPRETERS: usize = 4;

/// A command, found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The file that is its program: of a script, the interpreter.
    pub program: FsPath,
    /// The arguments that it gets; the first is its name.
    pub arguments: Vec<String>,
}

/// What the first line of a script says runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interpreter {
    /// Where it is.
    pub(super) path: String,
    /// All that stands behind it on the line is one argument.
    argument: Option<String>,
}

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
    /// An executable file that cannot be run; said from inside the container.
    #[error("exec {path}: {reason}")]
    Inside {
        /// The file.
        path: FsPath,
        /// What is the matter with it.
        reason: Unfit,
    },
}

/// Why an executable file cannot be run, in the words of Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is neither a WebAssembly program nor a script.
    #[error("exec format error")]
    Format,
    /// Nobody is at the place of its interpreter.
    #[error("no such file or directory")]
    Absent,
    /// The interpreter must not be executed.
    #[error("permission denied")]
    Denied,
    /// Interpreters are scripts whose interpreters are scripts.
    #[error("too many levels of symbolic links")]
    Loop,
}

impl ExecError {
    /// What `docker run` exits with.
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::NotInPath { .. } | Self::NotFound { .. } => 127,
            Self::Permission { .. } | Self::Directory { .. } => 126,
            Self::Inside { .. } => 255,
        }
    }
}

/// The program that `command` means: a bare name is looked for in the folders
/// of `search` (the variable `PATH`), anything with a slash is a path seen from
/// `directory`. A script is run by the interpreter that it names.
pub fn resolve(
    tree: &Tree,
    command: &[String],
    search: &str,
    directory: &FsPath,
    user: &User,
) -> Result<Found, ExecError> {
    let name = command.first().cloned().unwrap_or_default();
    let (path, mut called) = if name.contains('/') {
        let path = check(tree, &directory.join(&name), user).map_err(|refusal| refusal.at(name.clone()))?;
        (path, name)
    } else {
        let mut places =
            search.split(':').filter(|_| !name.is_empty()).map(|folder| directory.join(folder).child(&name));
        let found = places.find_map(|place| Some((check(tree, &place, user).ok()?, place.to_string())));
        found.ok_or(ExecError::NotInPath { command: name })?
    };
    let unfit = |reason| ExecError::Inside { path: path.clone(), reason };
    let mut found = Found { program: path.clone(), arguments: command.to_vec() };
    for _ in 0..=INTERPRETERS {
        let content = tree.get(&found.program).and_then(Node::content).ok_or_else(|| unfit(Unfit::Format))?;
        if content.starts_with(MAGIC) {
            return Ok(found);
        }
        let interpreter = Interpreter::of(content).ok_or_else(|| unfit(Unfit::Format))?;
        let place = directory.join(&interpreter.path);
        found.program = check(tree, &place, user).map_err(|refusal| unfit(refusal.inside()))?;
        interpreter.takes(&called, &mut found.arguments);
        called = interpreter.path;
    }
    Err(unfit(Unfit::Loop))
}

impl Interpreter {
    /// That of a file, if it is a script.
    /// <https://man7.org/linux/man-pages/man2/execve.2.html>
    pub(super) fn of(content: &Content) -> Option<Self> {
        let mut bytes = Vec::new();
        content.open().and_then(|reader| reader.take(SCRIPT_LINE_BYTES).read_to_end(&mut bytes)).ok()?;
        let line = bytes.strip_prefix(SCRIPT)?.split(|byte| *byte == b'\n').next()?;
        let line = String::from_utf8_lossy(line);
        let blank = [' ', '\t'];
        let line = line.trim_matches(blank);
        let (path, argument) = line.split_once(blank).unwrap_or((line, ""));
        let argument = Some(argument.trim_start_matches(blank)).filter(|argument| !argument.is_empty());
        (!path.is_empty()).then(|| Self { path: path.to_owned(), argument: argument.map(str::to_owned) })
    }

    /// The arguments of a script that was called so become those of its interpreter.
    pub(super) fn takes(&self, script: &str, arguments: &mut Vec<String>) {
        let own = [Some(self.path.clone()), self.argument.clone(), Some(script.to_owned())];
        arguments.splice(..1.min(arguments.len()), own.into_iter().flatten());
    }
}

/// Why a path is not an executable file.
enum Refusal {
    Absent,
    Denied,
    Folder,
}

impl Refusal {
    fn inside(&self) -> Unfit {
        match self {
            Self::Absent => Unfit::Absent,
            Self::Denied | Self::Folder => Unfit::Denied,
        }
    }

    fn at(&self, command: String) -> ExecError {
        match self {
            Self::Absent => ExecError::NotFound { command },
            Self::Denied => ExecError::Permission { command },
            Self::Folder => ExecError::Directory { command },
        }
    }
}

/// The path with its links followed, if a file is there that the user may execute.
fn check(tree: &Tree, path: &FsPath, user: &User) -> Result<FsPath, Refusal> {
    let target = tree.resolve(path).map_err(|_: FsError| Refusal::Absent)?;
    let node = tree.get(&target).ok_or(Refusal::Absent)?;
    if node.entries().is_some() {
        return Err(Refusal::Folder);
    }
    if !user.may(EXECUTE, node) {
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
            ("/app/text", Node::file(program, b"text".to_vec())),
            ("/app/script", Node::file(program, b"#! /usr/bin/predict  -v  x \necho".to_vec())),
            ("/app/plain", Node::file(program, b"#!../usr/bin/predict".to_vec())),
            ("/app/twice", Node::file(program, b"#!/app/script\n".to_vec())),
            ("/app/round", Node::file(program, b"#!/app/round\n".to_vec())),
            ("/app/lost", Node::file(program, b"#!/bin/bash\n".to_vec())),
            ("/app/denied", Node::file(program, b"#!/app/app.py\n".to_vec())),
            ("/app/empty", Node::file(program, b"#! \n/bin/sh".to_vec())),
            ("/app/link", Node::symlink(program, "../usr/bin/predict")),
            ("/app/loop", Node::symlink(program, "loop")),
        ] {
            tree.insert(&path.into(), node).unwrap();
        }
        tree
    }

    fn check(command: &str, expected: Result<&str, (&str, i32)>) {
        let found = resolve(
            &tree(),
            &[command.into(), "a".into()],
            "/none:/bin:/usr/bin:/app",
            &"/app".into(),
            &User::default(),
        );
        let found = found
            .map(|found| format!("{} {}", found.program, found.arguments[..].join("|")))
            .map_err(|error| (error.to_string(), error.exit_code()));
        assert_eq!(found, expected.map(str::to_owned).map_err(|(text, code)| (text.to_owned(), code)), "{command}");
    }

    #[test]
    fn a_name_is_found_by_path_and_a_path_by_directory() {
        check("predict", Ok("/usr/bin/predict predict|a"));
        check("/usr/bin/predict", Ok("/usr/bin/predict /usr/bin/predict|a"));
        check("../usr/bin/predict", Ok("/usr/bin/predict ../usr/bin/predict|a"));
        check("./link", Ok("/usr/bin/predict ./link|a"));
        check("link", Ok("/usr/bin/predict link|a"));
    }

    #[test]
    fn a_script_is_run_by_the_interpreter_that_it_names() {
        check("./script", Ok("/usr/bin/predict /usr/bin/predict|-v  x|./script|a"));
        check("script", Ok("/usr/bin/predict /usr/bin/predict|-v  x|/app/script|a"));
        check("plain", Ok("/usr/bin/predict ../usr/bin/predict|/app/plain|a"));
        check("twice", Ok("/usr/bin/predict /usr/bin/predict|-v  x|/app/script|/app/twice|a"));
        check("lost", Err(("exec /app/lost: no such file or directory", 255)));
        check("denied", Err(("exec /app/denied: permission denied", 255)));
        check("round", Err(("exec /app/round: too many levels of symbolic links", 255)));
        check("empty", Err(("exec /app/empty: exec format error", 255)));
    }

    #[test]
    fn the_refusals_are_those_of_runc() {
        check("nosuchcmd", Err((r#"exec: "nosuchcmd": executable file not found in $PATH"#, 127)));
        check("", Err((r#"exec: "": executable file not found in $PATH"#, 127)));
        check("/nope", Err((r#"exec: "/nope": stat /nope: no such file or directory"#, 127)));
        check("/app/loop", Err((r#"exec: "/app/loop": stat /app/loop: no such file or directory"#, 127)));
        check("/app/app.py", Err((r#"exec: "/app/app.py": permission denied"#, 126)));
        check("/app", Err((r#"exec: "/app": is a directory: permission denied"#, 126)));
        check("text", Err(("exec /app/text: exec format error", 255)));
    }
}
