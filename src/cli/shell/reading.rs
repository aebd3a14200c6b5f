//! What words read: files by name, or what comes on the standard input.

use crate::cli::{Desk, Failure};
use crate::fs::FsError;

/// The bytes of all `files` together; of the standard input if there are none, or for `-`.
pub fn read(word: &str, files: &[String], desk: &mut Desk<'_>) -> Result<Vec<u8>, Failure> {
    if files.is_empty() {
        return input(word, desk);
    }
    let mut bytes = Vec::new();
    for file in files {
        bytes.extend(if file == "-" { input(word, desk)? } else { of_file(word, file, desk)? });
    }
    Ok(bytes)
}

/// The lines of a text that was read.
pub fn lines(word: &str, bytes: &[u8]) -> Result<Vec<String>, Failure> {
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|_| Failure::new(format!("{word}: {} bytes that are not text", bytes.len())))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Letters of flags before other words, and those words; a flag that is not known is an error.
pub fn flags<'w>(word: &str, known: &str, words: &'w [String]) -> Result<(String, &'w [String]), Failure> {
    let count = words.iter().take_while(|word| word.starts_with('-') && word.len() > 1).count();
    let letters: String = words[..count].iter().flat_map(|word| word[1..].chars()).collect();
    match letters.chars().find(|letter| !known.contains(*letter)) {
        Some(unknown) => Err(Failure::with_code(2, format!("{word}: invalid option -- '{unknown}'"))),
        None => Ok((letters, &words[count..])),
    }
}

fn input(word: &str, desk: &mut Desk<'_>) -> Result<Vec<u8>, Failure> {
    let nothing = || {
        Failure::new(format!("{word}: nothing comes on the standard input"))
            .hint("Name a file, or use a pipe: `COMMAND | {word}`.".replace("{word}", word))
    };
    desk.input.take().ok_or_else(nothing)
}

fn of_file(word: &str, typed: &str, desk: &Desk<'_>) -> Result<Vec<u8>, Failure> {
    let path = desk.machine.resolve(typed);
    let failed = |reason: &str| Failure::new(format!("{word}: {typed}: {reason}"));
    let bytes = desk.machine.files.read(&path).map_err(|error| match error {
        FsError::IsADirectory { .. } => failed("Is a directory"),
        FsError::NotADirectory { .. } => failed("Not a directory"),
        FsError::NotFound { .. } => failed("No such file or directory"),
        FsError::Loop { .. } => failed("Too many levels of symbolic links"),
        FsError::Unreadable { reason, .. } => failed(&reason),
    })?;
    Ok(bytes.to_vec())
}
