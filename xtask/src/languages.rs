//! The languages of the site: a file of words each, made into what the page reads.
//! English is their source, and what it says itself.

use std::path::Path;

use words::Words;

use crate::failure::{Failure, Outcome};
use crate::site::{Assets, read};

/// The language of the source.
pub const ENGLISH: &str = "en";

/// The tags of the languages that have a file of words in this folder, in their order.
pub fn languages(folder: &Path) -> Outcome<Vec<String>> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut tags: Vec<String> = names.filter_map(|name| name.strip_suffix(".ftl").map(str::to_owned)).collect();
    tags.sort();
    if tags.iter().any(|tag| tag == ENGLISH) {
        return Ok(tags);
    }
    Err(Failure::new(
        format!("{} has no {ENGLISH}.ftl", folder.display()),
        "it is the source of all words: bring it back",
    ))
}

/// Adds the words of each language: `words.de.txt`.
pub fn add_words(assets: &mut Assets, folder: &Path, languages: &[String]) -> Outcome {
    let file = |tag: &str| -> Outcome<String> {
        Ok(String::from_utf8_lossy(&read(&folder.join(format!("{tag}.ftl")))?).into_owned())
    };
    let english = Words::read(&file(ENGLISH)?).map_err(|wrong| unsound(ENGLISH, &wrong))?;
    for tag in languages {
        let lines = if tag == ENGLISH { Ok(english.lines()) } else { english.lines_in(&file(tag)?) };
        let lines = lines.map_err(|wrong| unsound(tag, &wrong))?;
        assets.insert(format!("words.{tag}.txt"), lines.into_bytes());
    }
    Ok(())
}

/// Whether a file is a lesson as its author wrote it.
pub fn is_lesson(name: &str) -> bool {
    name.rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with("lesson.") && Path::new(name).extension().is_some_and(|end| end == "md"))
}

/// Adds a lesson that was read, as its two files: `lessons/<id>/lesson.de.md` is in German.
pub fn add_lesson(assets: &mut Assets, languages: &[String], name: &str, read: &str) -> Outcome {
    let parts = name.rsplit_once("/lesson.").and_then(|(folder, end)| Some((folder, end.strip_suffix(".md")?)));
    let Some((folder, tag)) = parts.filter(|(_, tag)| languages.iter().any(|known| known == tag)) else {
        let cure = "call it `lesson.<tag>.md`, after a language that has its words in www/words/";
        return Err(Failure::new(format!("{name} is in no language of the site"), cure));
    };
    for (part, json) in ["lesson", "modes"].into_iter().zip(read.lines()) {
        assets.insert(format!("{folder}/{part}.{tag}.json"), json.as_bytes().to_vec());
    }
    Ok(())
}

/// A lesson that is not there in a language is there in English: nobody asks for what is missing.
pub fn fill_lessons(assets: &mut Assets, languages: &[String]) {
    let english = format!(".{ENGLISH}.json");
    let ends = ["/lesson", "/modes"].map(|part| format!("{part}{english}"));
    let known: Vec<(String, Vec<u8>)> = assets
        .iter()
        .filter(|(name, _)| ends.iter().any(|end| name.ends_with(end)))
        .map(|(name, json)| (name.clone(), json.clone()))
        .collect();
    for (name, json) in known {
        for tag in languages {
            assets.entry(name.replace(&english, &format!(".{tag}.json"))).or_insert_with(|| json.clone());
        }
    }
}

fn unsound(tag: &str, wrong: &[String]) -> Failure {
    Failure::new(format!("{tag}.ftl: {}", wrong.join("; ")), "mend it; what it lacks stays English")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place;

    #[test]
    fn a_lesson_is_english_where_there_is_no_other() {
        let languages = ["de", "en", "fr"].map(str::to_owned);
        let mut assets = Assets::new();
        for (name, read) in [("lessons/a/lesson.en.md", "{1}\n{2}"), ("lessons/a/lesson.de.md", "{3}\n{4}")] {
            add_lesson(&mut assets, &languages, name, read).expect(name);
        }
        fill_lessons(&mut assets, &languages);
        for (name, json) in [("lesson.en", "{1}"), ("modes.de", "{4}"), ("lesson.fr", "{1}"), ("modes.fr", "{2}")] {
            assert_eq!(assets[&format!("lessons/a/{name}.json")], json.as_bytes(), "{name}");
        }
        for name in ["lessons/a/lesson.md", "lessons/a/lesson.pl.md"] {
            assert!(add_lesson(&mut assets, &languages, name, "").is_err(), "{name}");
        }
    }

    #[test]
    fn a_language_comes_with_its_file_and_no_code() {
        let folder = place::target().join("languages-test");
        for (name, text) in
            [("en.ftl", "undo = Undo\nredo = Redo\n"), ("de-CH.ftl", "undo = Zurück\n"), ("README.md", "")]
        {
            crate::site::write(&folder.join(name), text.as_bytes()).expect("it is written");
        }
        let tags = languages(&folder).expect("there is English");
        assert_eq!(tags, ["de-CH", "en"]);
        let mut assets = Assets::new();
        add_words(&mut assets, &folder, &tags).expect("they are sound");
        assert_eq!(assets["words.de-CH.txt"], "Zurück\nRedo\n".as_bytes());
        assert_eq!(assets["words.en.txt"], b"Undo\nRedo\n");
        assert!(languages(&folder.join("nowhere")).is_err());
    }
}
