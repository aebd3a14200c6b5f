//! A file that the learner picked or dropped onto the page: a lab, progress, or an
//! archive of images, which comes to the machine where the prompt is and is
//! loaded there by docker, as the terminal shows.

use super::intent::{Brought, Effect};
use super::order::quoted;
use super::view::View;
use super::words;
use crate::limits::BROUGHT_BYTES;
use crate::session::Ask;
use crate::text::units;

impl View {
    /// Takes a file, or why there is none.
    #[inline(never)]
    pub(super) fn take_file(&mut self, brought: Result<Brought, String>) -> Vec<Effect> {
        let Brought { name, bytes } = match brought {
            Ok(brought) => brought,
            Err(reason) => {
                self.tell(true, reason);
                return Vec::new();
            }
        };
        // So begins what a lab is saved as; any other JSON is a file like others.
        if bytes.trim_ascii_start().starts_with(b"{\"version\":") {
            return self.find_lab(String::from_utf8_lossy(&bytes).into_owned());
        }
        if bytes.starts_with(super::progress::BEGINNING) {
            return self.find_progress(&name, &bytes);
        }
        let hindrance = match (self.machine(), self.busy()) {
            ("", _) => Some(words::the_lab_is_not_here()),
            (_, true) => Some(words::a_command_is_still_running_and()),
            _ => None,
        };
        if let Some(hindrance) = hindrance {
            self.tell(true, words::was_not_taken(&name, hindrance));
            return Vec::new();
        }
        if bytes.len() > BROUGHT_BYTES {
            let (size, limit) = (units::size(bytes.len() as u64), units::size(BROUGHT_BYTES as u64));
            self.tell(false, words::files_over_are_not_saved(&name, &size, &limit));
        }
        let machine = self.machine().to_owned();
        self.bringing = Some((machine.clone(), format!("docker load -i {}", quoted(&name))));
        self.screen.sent = true;
        self.announcement = words::putting_on(&name, &machine);
        vec![Effect::Ask(Ask::Bring { machine, name, bytes })]
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::session::Tell;
    use crate::ui::fixture;
    use crate::ui::intent::Fact;

    fn brought(name: &str, bytes: impl Into<Bytes>) -> Fact {
        Fact::Brought(Ok(Brought { name: name.to_owned(), bytes: bytes.into() }))
    }

    #[test]
    fn an_archive_comes_to_the_machine_and_docker_loads_it() {
        let mut view = fixture::pushed();
        let effects = view.learn(brought("my image.tar", "tar"));
        let (machine, name, bytes) = ("laptop".to_owned(), "my image.tar".to_owned(), Bytes::from("tar"));
        assert_eq!(effects, [Effect::Ask(Ask::Bring { machine: machine.clone(), name, bytes })]);
        let effects = view.learn(Fact::Told(Tell::State(Box::new(fixture::lab(&view)))));
        let line = "docker load -i 'my image.tar'".to_owned();
        assert!(effects.contains(&Effect::Ask(Ask::Line { machine: Some(machine), line })), "{effects:?}");
        assert!(view.notices.is_empty());
    }

    #[test]
    fn only_json_that_begins_as_a_saved_lab_is_one() {
        let mut view = fixture::pushed();
        assert!(view.learn(brought("lab.json", "\n{\"version\":1}")).is_empty(), "the learner is asked");
        let effects = view.learn(brought("data.json", "{\"rows\": 1}"));
        assert!(matches!(&effects[..], [Effect::Ask(Ask::Bring { .. })]), "{effects:?}");
    }

    #[test]
    fn one_that_is_refused_is_not_loaded() {
        let mut view = fixture::pushed();
        view.learn(brought("a.tar", "tar"));
        assert!(view.learn(Fact::Told(Tell::Refused("write /a.tar: no space left on device".into()))).is_empty());
        assert!(!view.busy() && view.bringing.is_none());
    }

    #[test]
    fn a_large_one_says_that_it_is_not_kept_and_a_busy_machine_takes_none() {
        let mut view = fixture::pushed();
        view.learn(brought("a.tar", vec![0; BROUGHT_BYTES + 1]));
        assert!(view.notices[0].text.contains("are not saved with the lab"), "{:?}", view.notices);
        assert!(view.learn(brought("b.tar", "tar")).is_empty());
        assert!(view.notices[1].text.starts_with("b.tar was not taken: a command"), "{:?}", view.notices);
        let mut early = View::default();
        assert!(early.learn(brought("c.tar", "tar")).is_empty());
        assert_eq!(early.notices[0].text, "c.tar was not taken: the lab is not here yet.");
    }

    #[test]
    fn a_file_that_cannot_be_read_says_why() {
        let mut view = fixture::pushed();
        view.learn(Fact::Brought(Err("a.tar has 3GB; this page takes files up to 67.1MB.".into())));
        assert!(view.notices[0].bad && view.notices[0].text.contains("3GB"));
    }
}
