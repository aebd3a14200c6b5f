//! The static site: what was compiled, and the files of `www/`, put together
//! so that caches can never mix two versions.
//!
//! Everything but the pages, the element that embeds one of them (`drydock-lab.js`) and
//! `hub/` lies in one folder that carries the hash of its content:
//! `dist/assets-0123456789ab/`. The pages alone name that folder, so a browser or
//! proxy that holds one has a whole old site, one that fetches it anew a whole new
//! one, and the folder may be cached forever.
//! `hub/` keeps its name across versions: its blobs are named by digest, so
//! that a page opened before an update still finds those it has yet to read.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::failure::{Failure, Outcome};
use crate::place;
use crate::run::{cargo, output};
use crate::{languages, setup, shrink, split, wasm};

/// What `index.html` calls the folder whose name depends on its content.
const ASSETS: &str = "./assets/";
/// What it says of languages where there is but one.
const ENGLISH_ONLY: &str = "data-languages=\"en\"";

/// How the wasm is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Small and fast, as it is published and as it is tested.
    Release,
    /// Compiled quickly, to look at while writing.
    Dev,
}

/// Files of the assets folder by their path in it.
pub type Assets = BTreeMap<String, Vec<u8>>;

/// Builds `dist/`.
pub fn build(profile: Profile) -> Outcome {
    let staged = wasm::bundle(profile)?;
    let shrinker = if profile == Profile::Release { setup::shrinker() } else { None };
    let mut assets = Assets::new();
    let mut exports = BTreeMap::new();
    for name in ["page", "worker", "runtime"] {
        let program = match &shrinker {
            Some(shrinker) => shrink::shrunk(&staged, name, shrinker)?,
            None => shrink::bundled(&staged, name)?,
        };
        assets.insert(format!("{name}.js"), program.script);
        assets.insert(format!("{name}_bg.wasm"), program.module);
        exports.insert(name, program.exports);
    }
    own_files(&mut assets)?;
    let words = place::root().join("www/words");
    let languages = languages::languages(&words)?;
    languages::add_words(&mut assets, &words, &languages)?;
    read_lessons(&mut assets, &languages)?;
    // Who shrinks has Node, in which the lesson can be rehearsed.
    assets.insert(split::PAGE_DEFERRED.to_owned(), split::nothing());
    for program in split::PROGRAMS.iter().filter(|_| shrinker.is_some()) {
        split::split(&mut assets, program, &exports[program.name], &wasm::linked(program.name)?)?;
    }
    let reference = output(cargo(&["run", "--quiet", "--locked", "--"]).arg("reference"), "mend the command")?;
    let index = String::from_utf8_lossy(&read(&staged.join("index.html"))?).into_owned();
    let index = index.replacen(ENGLISH_ONLY, &format!("data-languages=\"{}\"", languages.join(" ")), 1);
    assemble(&index, &reference, &assets)
}

/// Adds what `www/` holds: scripts and pictures as they are, the style sheets
/// as one but for that of the page of commands, folders whole.
fn own_files(assets: &mut Assets) -> Outcome {
    let www = place::root().join("www");
    let mut files = Assets::new();
    collect(&www, "", &mut files)?;
    let mut style = files.remove("tokens.css").unwrap_or_default();
    let reference = files.remove("reference/reference.css").unwrap_or_default();
    assets.insert("reference.css".to_owned(), [style.as_slice(), &reference].concat());
    for (name, bytes) in files {
        let end = Path::new(&name).extension().and_then(|end| end.to_str());
        if name.starts_with("css/") {
            style.extend_from_slice(&bytes);
        } else if !name.starts_with("hub/")
            && !name.starts_with("embed/")
            && !name.starts_with("words/")
            && !name.ends_with("README.md")
            && (name.contains('/') || matches!(end, Some("js" | "svg")))
        {
            assets.insert(name, bytes);
        }
    }
    assets.insert("style.css".to_owned(), style);
    Ok(())
}

/// Lessons go out read already: `lesson.en.md` becomes `lesson.en.json` and `modes.en.json`. One that says what is not so does not go out.
fn read_lessons(assets: &mut Assets, languages: &[String]) -> Outcome {
    let written: Vec<String> = assets.keys().filter(|name| languages::is_lesson(name)).cloned().collect();
    for name in written {
        assets.remove(&name);
        let file = place::root().join("www").join(&name);
        let mut command = cargo(&["run", "--quiet", "--locked", "--", "lesson", "--site"]);
        let read = output(command.arg(place::root().join("www")).arg(file), "mend the lesson as the error says")?;
        languages::add_lesson(assets, languages, &name, &read)?;
    }
    languages::fill_lessons(assets, languages);
    Ok(())
}

/// Writes the site beside the old one and puts it in its place when it is whole.
fn assemble(index: &str, reference: &str, assets: &Assets) -> Outcome {
    let (dist, fresh) = (place::dist(), place::dist().with_extension("new"));
    remove(&fresh)?;
    let parts = assets.iter().flat_map(|(name, bytes)| [name.as_bytes(), &[0], bytes, &[0]]);
    let folder = format!("assets-{}", &hash(parts)[..12]);
    for (name, bytes) in assets {
        write(&fresh.join(&folder).join(name), bytes)?;
    }
    let index = index_for(index, &folder)?;
    write(&fresh.join("embed.html"), embed_of(&index, &folder).as_bytes())?;
    write(&fresh.join("index.html"), index.as_bytes())?;
    write(&fresh.join("reference.html"), index_for(reference, &folder)?.as_bytes())?;
    let embed = place::root().join("www/embed");
    let example = read(&embed.join("example.html"))?;
    write(&fresh.join("embed-example.html"), index_for(&String::from_utf8_lossy(&example), &folder)?.as_bytes())?;
    write(&fresh.join("drydock-lab.js"), &read(&embed.join("drydock-lab.js"))?)?;
    let mut hub = Assets::new();
    collect(&place::root().join("www/hub"), "", &mut hub)?;
    for (name, bytes) in &hub {
        write(&fresh.join("hub").join(name), bytes)?;
    }
    remove(&dist)?;
    std::fs::rename(&fresh, &dist).map_err(|error| cannot("put in place", &dist, &error))
}

/// The page's markup for this folder of assets, without what was for trunk and for us.
fn index_for(index: &str, folder: &str) -> Outcome<String> {
    if !index.contains(ASSETS) {
        return Err(Failure::new(format!("index.html does not name `{ASSETS}`"), "let it load its files from there"));
    }
    let (before, rest) = index.split_once("<!--").unwrap_or((index, ""));
    let after = rest.split_once("-->\n").map_or(rest, |(_, after)| after);
    let lines = before.lines().chain(after.lines());
    let kept = lines.filter(|line| !line.contains("data-trunk") && !line.trim().is_empty());
    Ok(kept.map(|line| line.replace(ASSETS, &format!("./{folder}/")) + "\n").collect())
}

/// The page as a part of others: the same, with a script that tells those how high it is.
fn embed_of(index: &str, folder: &str) -> String {
    let boot = format!("<script type=\"module\" src=\"./{folder}/boot.js\">");
    let both = format!("<script src=\"./{folder}/embed.js\"></script>\n  {boot}");
    index.replacen("<html ", "<html data-embed ", 1).replacen(&boot, &both, 1)
}

/// Reads a folder whole, by paths with `/` from it; one that is missing is empty.
fn collect(folder: &Path, below: &str, files: &mut Assets) -> Outcome {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, read(&entry.path())?);
        }
    }
    Ok(())
}

/// The sha256 over all parts, in hexadecimal.
pub fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A file's bytes.
pub fn read(path: &Path) -> Outcome<Vec<u8>> {
    std::fs::read(path).map_err(|error| cannot("read", path, &error))
}

/// A file and the folders above it.
pub fn write(path: &Path, bytes: &[u8]) -> Outcome {
    make_folder(path.parent().expect("every file of the site is in a folder"))?;
    std::fs::write(path, bytes).map_err(|error| cannot("written", path, &error))
}

/// A folder and those above it.
pub fn make_folder(path: &Path) -> Outcome {
    std::fs::create_dir_all(path).map_err(|error| cannot("made", path, &error))
}

fn remove(folder: &Path) -> Outcome {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(cannot("removed", folder, &error)),
        _ => Ok(()),
    }
}

/// What the disk refused.
pub fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be {what}: {error}", path.display()), "check the disk and its permissions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_markup_names_the_folder_and_nothing_of_the_build() {
        let index = "<!doctype html>\n<!-- why\n ./assets/ -->\n<link data-trunk href=\"Cargo.toml\">\n<i src=\"./assets/x\">\n";
        let site = index_for(index, "assets-1").expect("the markup names its assets");
        assert_eq!(site, "<!doctype html>\n<i src=\"./assets-1/x\">\n");
        assert!(index_for("<p>", "assets-1").is_err());
    }

    #[test]
    fn an_embed_is_the_page_and_says_so() {
        let index = "<html lang=\"en\">\n  <script type=\"module\" src=\"./assets-1/boot.js\"></script>\n";
        let embed = "<html data-embed lang=\"en\">\n  <script src=\"./assets-1/embed.js\"></script>\n  \
                     <script type=\"module\" src=\"./assets-1/boot.js\"></script>\n";
        assert_eq!(embed_of(index, "assets-1"), embed);
    }
}
