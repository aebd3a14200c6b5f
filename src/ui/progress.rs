//! What was learnt, as a file to take along: answers and notes of one lesson,
//! which another browser adds to its own.

use serde::{Deserialize, Serialize};

use super::intent::Effect;
use super::study::Study;
use super::view::View;
use super::words;
use crate::limits::PROGRESS_BYTES;
use crate::text::units;

/// The form of the file; another number is another form.
const VERSION: u32 = 1;
/// So the file begins, which tells it from other JSON.
pub(super) const BEGINNING: &[u8] = b"{\"progress\":";

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The number of its form.
    #[serde(rename = "progress")]
    version: u32,
    /// The lesson it is of.
    lesson: String,
    /// Answers and notes.
    study: Study,
}

impl Progress {
    /// What was learnt of a lesson.
    pub fn of(lesson: String, study: Study) -> Self {
        Self { version: VERSION, lesson, study }
    }
}

impl View {
    /// Takes the text of such a file, to be read by who can.
    #[inline(never)]
    pub(super) fn find_progress(&mut self, name: &str, bytes: &[u8]) -> Vec<Effect> {
        if bytes.len() > PROGRESS_BYTES {
            let (size, limit) = (units::size(bytes.len() as u64), units::size(PROGRESS_BYTES as u64));
            self.tell(true, words::progress_is_too_large(name, &size, &limit));
            return Vec::new();
        }
        vec![Effect::ReadProgress(String::from_utf8_lossy(bytes).into_owned())]
    }

    /// Adds what such a file holds; none if it cannot be read.
    #[inline(never)]
    pub(super) fn add_progress(&mut self, found: Option<Progress>) -> Vec<Effect> {
        let lesson = self.lesson.as_deref().map(|lesson| lesson.id.clone()).unwrap_or_default();
        let refused = match found {
            None => words::progress_cannot_be_read().to_owned(),
            Some(Progress { version, .. }) if version != VERSION => words::progress_has_another_form(version, VERSION),
            Some(found) if found.lesson != lesson => words::progress_of_another_lesson(&found.lesson),
            Some(found) => {
                self.study.add(found.study);
                self.tell(false, words::the_progress_was_added().to_owned());
                return vec![Effect::Remember];
            }
        };
        self.tell(true, refused);
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::course::{Answer, Said, Verdict};
    use crate::ui::fixture;
    use crate::ui::intent::{Brought, Fact};
    use crate::ui::study::Act;

    fn solved(question: &str) -> Study {
        let mut study = Study::default();
        study.act(Act::Say(question.into(), Said::Word("x".into())));
        let answer = Answer { question: question.into(), said: Said::Word("x".into()) };
        study.hear(Verdict { answer, right: true, ..Verdict::default() });
        study
    }

    fn read(view: &mut View, text: &str) -> Vec<Effect> {
        let brought = Brought { name: "my.json".into(), bytes: Bytes::from(text.to_owned()) };
        let effects = view.learn(Fact::Brought(Ok(brought)));
        let [Effect::ReadProgress(text)] = &effects[..] else { return effects };
        view.learn(Fact::Progress(serde_json::from_str(text).ok().map(Box::new)))
    }

    #[test]
    fn what_is_taken_along_is_added_and_takes_nothing_away() {
        let mut view = fixture::pushed();
        view.study = solved("try-1");
        let lesson = view.lesson.as_deref().expect("the fixture opens the lesson").id.clone();
        let text = serde_json::to_string(&Progress::of(lesson, solved("try-2"))).expect("JSON");
        assert!(text.as_bytes().starts_with(BEGINNING));
        assert_eq!(read(&mut view, &text), [Effect::Remember]);
        assert_eq!(view.study.solved("try"), 2);
    }

    #[test]
    fn what_is_of_another_lesson_of_another_form_too_large_or_nonsense_is_refused_in_words() {
        let large = format!("{{\"progress\":1,\"x\":\"{}\"}}", "x".repeat(PROGRESS_BYTES));
        for (text, words) in [
            ("{\"progress\":1,\"lesson\":\"other\",\"study\":{}}", "of the lesson \"other\""),
            ("{\"progress\":2,\"lesson\":\"x\",\"study\":{}}", "form 2"),
            ("{\"progress\":nonsense", "cannot be read"),
            (&large, "progress fits into"),
        ] {
            let mut view = fixture::pushed();
            let before = view.study.clone();
            assert!(read(&mut view, text).is_empty());
            assert!(view.notices[0].bad && view.notices[0].text.contains(words), "{:?}", view.notices);
            assert_eq!(view.study, before);
        }
    }
}
