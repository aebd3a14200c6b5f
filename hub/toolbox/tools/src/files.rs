//! Programs that make, change and remove single files.

use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::options::{Failure, Options, on};

pub(crate) fn mkdir(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "pm:")?;
    for path in options.at_least(1)? {
        let made = if options.has('p') {
            fs::create_dir_all(path)
        } else {
            fs::create_dir(path)
        };
        made.map_err(on(path))?;
        if let Some(mode) = options.value('m') {
            change(path, mode)?;
        }
    }
    Ok(0)
}

pub(crate) fn rmdir(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "")?;
    for path in options.at_least(1)? {
        fs::remove_dir(path).map_err(on(path))?;
    }
    Ok(0)
}

pub(crate) fn rm(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "rRfd")?;
    let (deep, force) = (options.has('r') || options.has('R'), options.has('f'));
    if options.rest.is_empty() && !force {
        options.at_least(1)?;
    }
    for path in &options.rest {
        match fs::symlink_metadata(path) {
            Err(error) if force && error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(found) if found.is_dir() && deep => fs::remove_dir_all(path),
            Ok(found) if found.is_dir() && options.has('d') => fs::remove_dir(path),
            Ok(_) => fs::remove_file(path),
        }
        .map_err(on(path))?;
    }
    Ok(0)
}

pub(crate) fn touch(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "cam")?;
    for path in options.at_least(1)? {
        if options.has('c') && !Path::new(path).exists() {
            continue;
        }
        let file = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .map_err(on(path))?;
        file.set_modified(std::time::SystemTime::now())
            .map_err(on(path))?;
    }
    Ok(0)
}

pub(crate) fn ln(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "sfn")?;
    let [target, rest @ ..] = options.at_least(1)? else {
        return Ok(2);
    };
    let name = rest
        .first()
        .map_or_else(|| crate::base(target), String::as_str);
    let place = into(name, target);
    let place = place.to_string_lossy();
    if options.has('f') && fs::symlink_metadata(&*place).is_ok() {
        fs::remove_file(&*place).map_err(on(&place))?;
    }
    if options.has('s') {
        link(target, &place)?;
    } else {
        fs::hard_link(target, &*place).map_err(on(&place))?;
    }
    Ok(0)
}

/// A symbolic link.
pub(crate) fn link(target: &str, place: &str) -> Result<(), Failure> {
    symlink(target, place).map_err(on(place))
}

pub(crate) fn symlink(target: &str, place: &str) -> io::Result<()> {
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(target, place);
    #[cfg(target_os = "wasi")]
    let made = process::symlink(target, place);
    made
}

/// A file, or (`-d`) a folder, that nobody else has: its name.
pub(crate) fn mktemp(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "dtp:")?;
    let folder = options.value('p').map(str::to_owned);
    let folder = folder
        .or_else(|| std::env::var("TMPDIR").ok())
        .unwrap_or_else(|| "/tmp".to_owned());
    let template = match options.rest.first() {
        Some(template) if options.has('t') => format!("{folder}/{template}"),
        Some(template) => template.clone(),
        None => format!("{folder}/tmp.XXXXXXXXXX"),
    };
    let base = template.trim_end_matches('X');
    let width = template.len() - base.len();
    if width < 3 {
        let message = format!("too few X's in template '{template}'");
        return Err(Failure::Told(message, 1));
    }
    for _ in 0..100 {
        let path = format!("{base}{}", letters(width));
        let made = if options.has('d') {
            fs::create_dir(&path)
        } else {
            fs::File::create_new(&path).map(drop)
        };
        match made {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => {
                made.map_err(on(&path))?;
                let private = if options.has('d') { 0o700 } else { 0o600 };
                let place = Path::new(&process::directory()?).join(&path);
                process::set_mode(&place, private).map_err(on(&path))?;
                writeln!(io::stdout(), "{path}")?;
                return Ok(0);
            }
        }
    }
    Err(Failure::Told(
        format!("cannot create a file from '{template}'"),
        1,
    ))
}

/// So many letters that nobody can guess.
fn letters(count: usize) -> String {
    let mut number = 0;
    let letters = (0..count).map(|at| {
        if at % 12 == 0 {
            // A new state of the hasher is random.
            number = std::hash::RandomState::new().build_hasher().finish();
        }
        let letter = b'a' + (number % 26).to_le_bytes()[0];
        number /= 26;
        char::from(letter)
    });
    letters.collect()
}

/// Where a file goes: into a folder under its own name, else in its place.
pub(crate) fn into(place: &str, source: &str) -> PathBuf {
    let place = Path::new(place);
    if place.is_dir() {
        place.join(crate::base(source.trim_end_matches('/')))
    } else {
        place.to_owned()
    }
}

pub(crate) fn readlink(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "fn")?;
    for path in options.at_least(1)? {
        let target = if options.has('f') {
            absolute(path)?
        } else {
            fs::read_link(path).map_err(on(path))?
        };
        writeln!(io::stdout(), "{}", target.display())?;
    }
    Ok(0)
}

pub(crate) fn realpath(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "")?;
    for path in options.at_least(1)? {
        fs::symlink_metadata(path).map_err(on(path))?;
        writeln!(io::stdout(), "{}", absolute(path)?.display())?;
    }
    Ok(0)
}

/// Where a path leads to.
fn absolute(path: &str) -> Result<PathBuf, Failure> {
    process::physical(&Path::new(&process::directory()?).join(path)).map_err(on(path))
}

pub(crate) fn chmod(arguments: &[String]) -> Result<u8, Failure> {
    let (deep, words) = match arguments.split_first() {
        Some((option, words)) if option == "-R" => (true, words),
        _ => (false, arguments),
    };
    let [mode, paths @ ..] = words else {
        return Err(Failure::Usage("missing operand".to_owned()));
    };
    for path in paths {
        change_all(Path::new(path), mode, deep)?;
    }
    Ok(0)
}

fn change_all(path: &Path, mode: &str, deep: bool) -> Result<(), Failure> {
    let shown = path.to_string_lossy();
    change(&shown, mode)?;
    if deep && path.is_dir() {
        for entry in fs::read_dir(path).map_err(on(&shown))? {
            change_all(&entry.map_err(on(&shown))?.path(), mode, deep)?;
        }
    }
    Ok(())
}

fn change(path: &str, mode: &str) -> Result<(), Failure> {
    let place = Path::new(&process::directory()?).join(path);
    let old = process::mode(&place).map_err(on(path))?;
    let new = changed(old, mode, place.is_dir())
        .ok_or_else(|| Failure::Usage(format!("invalid mode '{mode}'")))?;
    process::set_mode(&place, new).map_err(on(path))
}

/// A mode changed as `755` or `u+x,go-w` says.
fn changed(old: u32, mode: &str, is_folder: bool) -> Option<u32> {
    if mode.chars().all(|char| char.is_digit(8)) {
        return u32::from_str_radix(mode, 8)
            .ok()
            .filter(|mode| *mode <= 0o7777);
    }
    mode.split(',').try_fold(old, |mode, clause| {
        let at = clause.find(['+', '-', '='])?;
        let (who, rest) = clause.split_at(at);
        let mut whom = 0;
        for char in who.chars() {
            whom |= match char {
                'u' => 0o4700,
                'g' => 0o2070,
                'o' => 0o1007,
                'a' => 0o7777,
                _ => return None,
            };
        }
        let whom = if who.is_empty() { 0o7777 } else { whom };
        let mut bits = 0;
        for char in rest[1..].chars() {
            bits |= match char {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                'X' if is_folder || mode & 0o111 != 0 => 0o111,
                'X' => 0,
                's' => 0o6000,
                't' => 0o1000,
                _ => return None,
            };
        }
        Some(match &rest[..1] {
            "+" => mode | bits & whom,
            "-" => mode & !(bits & whom),
            _ => mode & !(whom & 0o777) | bits & whom,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn modes_are_changed_by_number_and_by_letter() {
        for (old, mode, new) in [
            (0o644, "755", Some(0o755)),
            (0o644, "+x", Some(0o755)),
            (0o755, "go-rx", Some(0o700)),
            (0o777, "u=rw,g=r,o=", Some(0o640)),
            (0o644, "a+X", Some(0o644)),
            (0o644, "x", None),
            (0o644, "99999", None),
        ] {
            assert_eq!(changed(old, mode, false), new, "{mode}");
        }
    }
}
