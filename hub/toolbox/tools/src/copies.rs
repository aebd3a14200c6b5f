//! `cp` and `mv`.

use std::fs;
use std::path::Path;

use crate::files::{into, link};
use crate::options::{Failure, Options, on};

pub(crate) fn cp(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "rRapf")?;
    let deep = options.has('r') || options.has('R') || options.has('a');
    let Some((place, sources)) = options.at_least(2)?.split_last() else {
        return Ok(2);
    };
    check(place, sources)?;
    for source in sources {
        if Path::new(source).is_dir() && !deep {
            return Err(Failure::Told(
                format!("-r not specified; omitting directory '{source}'"),
                1,
            ));
        }
        copy(Path::new(source), &into(place, source), options.has('a'))?;
    }
    Ok(0)
}

pub(crate) fn mv(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "fn")?;
    let Some((place, sources)) = options.at_least(2)?.split_last() else {
        return Ok(2);
    };
    check(place, sources)?;
    for source in sources {
        let target = into(place, source);
        if options.has('n') && target.exists() {
            continue;
        }
        fs::rename(source, target).map_err(on(source))?;
    }
    Ok(0)
}

/// Several files need a folder to go to.
fn check(place: &str, sources: &[String]) -> Result<(), Failure> {
    if sources.len() > 1 && !Path::new(place).is_dir() {
        return Err(Failure::Told(
            format!("target '{place}' is not a directory"),
            1,
        ));
    }
    Ok(())
}

fn copy(source: &Path, place: &Path, keeps_links: bool) -> Result<(), Failure> {
    let shown = source.to_string_lossy();
    let found = if keeps_links {
        fs::symlink_metadata(source)
    } else {
        fs::metadata(source)
    }
    .map_err(on(&shown))?;
    if found.is_symlink() {
        return link(
            &fs::read_link(source).map_err(on(&shown))?.to_string_lossy(),
            &place.to_string_lossy(),
        );
    }
    if !found.is_dir() {
        let (mut from, mut to) = (
            fs::File::open(source).map_err(on(&shown))?,
            fs::File::create(place).map_err(on(&place.to_string_lossy()))?,
        );
        std::io::copy(&mut from, &mut to).map_err(on(&shown))?;
        return same_mode(source, place);
    }
    if place.starts_with(source) {
        return Err(Failure::Told(
            format!("cannot copy '{shown}' into itself"),
            1,
        ));
    }
    fs::create_dir_all(place).map_err(on(&place.to_string_lossy()))?;
    for entry in fs::read_dir(source).map_err(on(&shown))? {
        let entry = entry.map_err(on(&shown))?;
        copy(&entry.path(), &place.join(entry.file_name()), true)?;
    }
    same_mode(source, place)
}

fn same_mode(source: &Path, place: &Path) -> Result<(), Failure> {
    let here = process::directory()?;
    let mode = process::mode(&Path::new(&here).join(source))?;
    Ok(process::set_mode(&Path::new(&here).join(place), mode)?)
}
