//! The file that is open: its text as it is on the machine, and as the
//! learner has it.

use super::foresight::Foresight;

/// The file editor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Editor {
    /// The file that is open: machine and absolute path.
    pub open: Option<(String, String)>,
    /// Its text on the machine, or what stands in its way; none while it is fetched.
    pub stored: Option<Result<String, String>>,
    /// The text with changes that are not written yet.
    pub draft: Option<String>,
    /// What a build of it would do.
    pub foresight: Foresight,
}

impl Editor {
    /// Opens another file.
    pub fn open(&mut self, machine: String, path: String) {
        let wanted = self.foresight.wanted;
        *self = Self { open: Some((machine, path)), stored: None, ..Self::default() };
        self.foresight.wanted = wanted;
    }

    /// Takes the text of the file that is open; of any other it is ignored.
    pub fn take(&mut self, machine: &str, path: &str, text: Result<String, String>) {
        if !self.is_open(machine, path) {
            return;
        }
        if self.draft.as_ref() == text.as_ref().ok() {
            self.draft = None;
        }
        self.stored = Some(text);
    }

    /// The learner typed.
    pub fn type_in(&mut self, text: String) {
        self.draft = (self.stored.as_ref() != Some(&Ok(text.clone()))).then_some(text);
    }

    /// Whether that file is open.
    pub fn is_open(&self, machine: &str, path: &str) -> bool {
        self.open.as_ref().is_some_and(|(at, of)| at == machine && of == path)
    }

    /// Whether a build reads it.
    pub fn is_dockerfile(&self) -> bool {
        let name = self.open.as_ref().map_or("", |(_, path)| path.rsplit('/').next().unwrap_or(path));
        name == "Dockerfile" || name.starts_with("Dockerfile.") || name.ends_with(".Dockerfile")
    }

    /// The text to show.
    pub fn text(&self) -> Option<&str> {
        self.draft.as_deref().or(self.stored.as_ref()?.as_deref().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stay_until_the_machine_has_them() {
        let mut editor = Editor::default();
        editor.open("laptop".into(), "/Dockerfile".into());
        editor.take("laptop", "/Dockerfile", Ok("FROM a".into()));
        editor.type_in("FROM b".into());
        editor.take("laptop", "/Dockerfile", Ok("FROM a".into()));
        assert_eq!(editor.text(), Some("FROM b"));
        editor.take("laptop", "/Dockerfile", Ok("FROM b".into()));
        assert_eq!((editor.text(), editor.draft.as_ref()), (Some("FROM b"), None));
    }

    #[test]
    fn typing_a_change_back_leaves_nothing_to_write() {
        let mut editor = Editor::default();
        editor.open("laptop".into(), "/a".into());
        editor.take("laptop", "/a", Ok("x".into()));
        editor.type_in("xy".into());
        editor.type_in("x".into());
        assert_eq!(editor.draft, None);
        editor.take("prod", "/a", Ok("other".into()));
        assert_eq!(editor.text(), Some("x"));
    }
}
