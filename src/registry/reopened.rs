//! Uploads that outlive the process in which they were opened: what a journal
//! says of them, how their pieces are found again, and when they end.

use imbl::Vector;
use serde::{Deserialize, Serialize};

use super::Registry;
use super::uploads::{Upload, is_upload_id};
use crate::host::Kept;
use crate::limits;
use crate::oci::{Timestamp, Verifier};

/// An upload that is open, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// Who began it; empty for anybody.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// When the last piece came.
    pub since: Timestamp,
    /// How many bytes came.
    pub size: u64,
}

impl Registry {
    /// Has the host find the pieces of all open uploads, by id and number. An upload whose pieces are not
    /// just as many bytes as were acknowledged ends; these are told.
    pub fn find_pieces(&mut self, find: &dyn Fn(&str, usize) -> Option<Kept>) -> Vec<String> {
        let mut lost = Vec::new();
        for (id, upload) in std::mem::take(&mut self.uploads) {
            let pieces = is_upload_id(&id).then(|| upload.find_pieces(&|number| find(&id, number))).flatten();
            match pieces {
                Some(pieces) => drop(self.uploads.insert(id, Upload { pieces, ..upload })),
                None => lost.push(id),
            }
        }
        lost
    }

    /// Ends the uploads that nobody went on with for too long.
    pub fn expire_uploads(&mut self, now: Timestamp) {
        for id in self.uploads_older_than(limits::UPLOAD_SECONDS, now) {
            self.uploads.remove(&id);
        }
    }

    /// The ids of the uploads that are open, and the pieces in which each came so far.
    pub fn open_uploads(&self) -> impl Iterator<Item = (&str, &Vector<Kept>)> {
        self.uploads.iter().map(|(id, upload)| (id.as_str(), &upload.pieces))
    }

    /// The uploads whose last piece came at least so many seconds ago.
    pub(super) fn uploads_older_than(&self, seconds: u64, now: Timestamp) -> Vec<String> {
        let is_old = |upload: &Upload| upload.since.seconds().saturating_add(seconds) <= now.seconds();
        self.uploads.iter().filter(|(_, upload)| is_old(upload)).map(|(id, _)| id.clone()).collect()
    }
}

impl Upload {
    /// What there is to be written down.
    pub(super) fn opened(&self) -> Opened {
        Opened { owner: self.owner.clone(), since: self.since, size: self.size }
    }

    /// One that was written down, whose pieces are to be found.
    pub(super) fn found(repository: &str, opened: &Opened) -> Self {
        let Opened { owner, since, size } = opened.clone();
        let verifier = (size == 0).then(Verifier::default);
        Self { repository: repository.to_owned(), owner, since, size, pieces: Vector::new(), verifier }
    }

    /// The pieces that make up what came.
    fn find_pieces(&self, find: &dyn Fn(usize) -> Option<Kept>) -> Option<Vector<Kept>> {
        let (mut pieces, mut size) = (Vector::new(), 0_u64);
        while size < self.size {
            let piece = find(pieces.len()).filter(|piece| piece.size() > 0)?;
            size = size.checked_add(piece.size())?;
            pieces.push_back(piece);
        }
        (size == self.size).then_some(pieces)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{Request, header};

    use super::*;
    use crate::oci::{Algorithm, Digest};
    use crate::registry::tests::{Counting, Desk};

    /// A desk with an upload into `px` of which `layer` came in two pieces; where it goes on.
    fn with_upload() -> (Desk, String) {
        let mut desk = Desk::new();
        let mut location = "/v2/px/blobs/uploads/".to_owned();
        for (method, piece) in [("POST", ""), ("PATCH", "lay"), ("PATCH", "er")] {
            let answer = desk.send(method, &location, &[], piece);
            answer.headers()[header::LOCATION].to_str().expect("text").clone_into(&mut location);
        }
        (desk, location)
    }

    /// The registry again, of what its journal says and of these pieces; and what it lost.
    fn again(registry: &Registry, pieces: &[&'static str]) -> (Registry, Vec<String>) {
        let mut found = Registry::named("r.test");
        found.restore(registry.blobs().clone(), registry.changes_since(&Registry::default()));
        let piece = |number: usize| pieces.get(number).map(|piece| Bytes::from_static(piece.as_bytes()));
        let lost = found.find_pieces(&|_, number| piece(number).map(Kept::Memory));
        (found, lost)
    }

    fn close(desk: &mut Desk, location: &str, digest: Digest, last: &'static str) -> u16 {
        desk.send("PUT", &format!("{location}&digest={digest}"), &[], last).status().as_u16()
    }

    #[test]
    fn an_upload_goes_on_where_it_was_and_is_hashed_when_it_is_closed() {
        for digest in [Algorithm::Sha256, Algorithm::Sha512].map(|algorithm| algorithm.digest(b"layers!")) {
            let (mut desk, location) = with_upload();
            desk.registry = again(&desk.registry, &["lay", "er"]).0;
            assert_eq!(desk.send("GET", &location, &[], "").headers()[header::RANGE], "0-4");
            let further = desk.send("PATCH", &location, &[], "s");
            let location = further.headers()[header::LOCATION].to_str().expect("text").to_owned();
            assert_eq!(close(&mut desk, &location, digest, "!"), 201);
            assert_eq!(desk.registry.blobs().get(&digest).expect("pushed"), "layers!");
        }
    }

    #[test]
    fn bytes_that_changed_meanwhile_are_not_what_was_pushed() {
        let (mut desk, location) = with_upload();
        desk.registry = again(&desk.registry, &["lay", "ar"]).0;
        assert_eq!(close(&mut desk, &location, Digest::of(b"layer"), ""), 400);
        assert_eq!(desk.registry.open_uploads().count(), 0);
    }

    #[test]
    fn an_upload_of_other_pieces_than_were_acknowledged_is_none() {
        let (desk, _) = with_upload();
        for pieces in [&["layer"][..], &["l", "ayer"], &["lay", "er", "more"]] {
            assert_eq!(again(&desk.registry, pieces).1.len(), 0, "{pieces:?}");
        }
        for pieces in [&[][..], &["lay"], &["lay", "", "er"], &["lay", "ers"]] {
            let (registry, lost) = again(&desk.registry, pieces);
            assert_eq!((registry.open_uploads().count(), lost.len()), (0, 1), "{pieces:?}");
        }
    }

    #[test]
    fn a_request_that_closes_it_in_vain_reads_nothing() {
        let (desk, location) = with_upload();
        let registry = again(&desk.registry, &["lay", "er"]).0;
        let right = format!("{location}&digest={}", Digest::of(b"layers"));
        let reads = |path: &str, range: &str| {
            let request = Request::put(path).header(header::CONTENT_RANGE, range).header(header::CONTENT_LENGTH, 1);
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            registry.intake(&parts, &mut Counting(0)).is_ok_and(|intake| intake.is_behind())
        };
        assert!(reads(&right, "5-5"));
        for range in ["4-4", "5-9", "6-6", "5", "x-y"] {
            assert!(!reads(&right, range), "{range}");
        }
        for path in [&location, &right.replace("_state=5", "_state=3"), &right.replace("sha256:", "sha256:x")] {
            assert!(!reads(path, "5-5"), "{path}");
        }
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_no_upload() {
        let line = r#"{"repository":"px","uploads":{"../../x":{"since":"1970-01-01T00:00:00Z","size":0}}}"#;
        let mut registry = Registry::named("r.test");
        registry.restore(Registry::default().blobs, [serde_json::from_str(line).expect("a change")]);
        assert_eq!(registry.find_pieces(&|_, _| None), ["../../x"]);
        assert_eq!(registry.repositories().count(), 0);
    }

    #[test]
    fn an_upload_that_nobody_goes_on_with_ends_after_a_week() {
        let (mut desk, _) = with_upload();
        desk.registry.expire_uploads(Timestamp::from_seconds(limits::UPLOAD_SECONDS - 1));
        assert_eq!(desk.registry.open_uploads().count(), 1);
        desk.registry.expire_uploads(Timestamp::from_seconds(limits::UPLOAD_SECONDS));
        assert_eq!(desk.registry.open_uploads().count(), 0);
    }
}
