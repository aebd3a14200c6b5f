//! The registry beside a model of it that is too simple to be wrong: random
//! calls are answered alike by both, a clone taken before a call does not feel
//! it, and what the journal says of each makes the same registry again.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::{Request, Response, header};
use proptest::prelude::*;
use serde_json::{Value, json};

use drydock::oci::{Descriptor, Digest, Index, Manifest, MediaType};
use drydock::registry::{Change, Registry, Repository, TagRule};

use crate::calls::Counting;

const BLOBS: [&str; 3] = ["a", "bb", "{}"];
const REPOSITORIES: [&str; 2] = ["px", "py/z"];
const TAGS: [&str; 2] = ["1", "latest"];

/// One call, by numbers that choose from what there is.
#[derive(Debug, Clone)]
enum Step {
    PushBlob {
        repository: usize,
        blob: usize,
        sound: bool,
    },
    Mount {
        repository: usize,
        from: Option<usize>,
        blob: usize,
    },
    Open {
        repository: usize,
    },
    Piece {
        repository: usize,
        start: usize,
        piece: usize,
    },
    Close {
        repository: usize,
        blob: usize,
    },
    Cancel {
        repository: usize,
    },
    PutManifest {
        repository: usize,
        document: usize,
        tag: Option<usize>,
    },
    GetManifest {
        repository: usize,
        document: usize,
        tag: Option<usize>,
    },
    GetBlob {
        repository: usize,
        blob: usize,
    },
    ListTags {
        repository: usize,
    },
    ListReferrers {
        repository: usize,
        document: usize,
    },
    DeleteManifest {
        repository: usize,
        document: usize,
        tag: Option<usize>,
    },
    DeleteBlob {
        repository: usize,
        blob: usize,
    },
    /// From now on one tag of the repository stays what it is, or none does.
    Lock {
        repository: usize,
        tag: Option<usize>,
    },
    /// From now on nothing of the repository changes, or it may again.
    Freeze {
        repository: usize,
        on: bool,
    },
    /// The process ends, and another one finds what was written down.
    Restart,
}

fn steps() -> impl Strategy<Value = Step> {
    use Step::*;
    let (repository, blob, document, tag) = (0..2_usize, 0..3_usize, 0..4_usize, proptest::option::of(0..2_usize));
    prop_oneof![
        4 => (repository.clone(), blob.clone(), prop::bool::weighted(0.9))
            .prop_map(|(repository, blob, sound)| PushBlob { repository, blob, sound }),
        1 => (repository.clone(), proptest::option::of(0..2_usize), blob.clone())
            .prop_map(|(repository, from, blob)| Mount { repository, from, blob }),
        1 => repository.clone().prop_map(|repository| Open { repository }),
        2 => (repository.clone(), 0..3_usize, blob.clone())
            .prop_map(|(repository, start, piece)| Piece { repository, start, piece }),
        1 => (repository.clone(), blob.clone()).prop_map(|(repository, blob)| Close { repository, blob }),
        1 => repository.clone().prop_map(|repository| Cancel { repository }),
        6 => (repository.clone(), document.clone(), tag.clone())
            .prop_map(|(repository, document, tag)| PutManifest { repository, document, tag }),
        3 => (repository.clone(), document.clone(), tag.clone())
            .prop_map(|(repository, document, tag)| GetManifest { repository, document, tag }),
        2 => (repository.clone(), blob.clone()).prop_map(|(repository, blob)| GetBlob { repository, blob }),
        1 => repository.clone().prop_map(|repository| ListTags { repository }),
        2 => (repository.clone(), document.clone())
            .prop_map(|(repository, document)| ListReferrers { repository, document }),
        2 => (repository.clone(), document, tag)
            .prop_map(|(repository, document, tag)| DeleteManifest { repository, document, tag }),
        1 => (repository.clone(), blob).prop_map(|(repository, blob)| DeleteBlob { repository, blob }),
        1 => (repository.clone(), proptest::option::of(0..2_usize)).prop_map(|(repository, tag)| Lock { repository, tag }),
        1 => (repository, prop::bool::weighted(0.3)).prop_map(|(repository, on)| Freeze { repository, on }),
        1 => Just(Restart),
    ]
}

/// A manifest or an index: an image, another, what refers to the first, an index of both images.
fn document(number: usize) -> (MediaType, Vec<u8>) {
    let blob = |at: usize| Descriptor::of(MediaType::LAYER_GZIP, BLOBS[at].as_bytes());
    let image = Manifest::of(blob(2), vec![blob(0)]);
    let named = |number: usize| {
        let (media_type, bytes) = document(number);
        Descriptor::of(media_type, &bytes)
    };
    match number {
        0 => (MediaType::MANIFEST, image.to_bytes()),
        1 => (MediaType::MANIFEST, Manifest::of(blob(2), vec![blob(0), blob(1)]).to_bytes()),
        2 => {
            let annotations = [("by".to_owned(), "ana".to_owned())].into();
            let referrer = Manifest { subject: Some(named(0)), annotations, ..Manifest::of(blob(1), Vec::new()) };
            (MediaType::MANIFEST, referrer.to_bytes())
        }
        _ => (MediaType::INDEX, Index::of(vec![named(0), named(1)]).to_bytes()),
    }
}

fn digest(number: usize) -> Digest {
    Digest::of(&document(number).1)
}

fn blob_digest(number: usize) -> Digest {
    Digest::of(BLOBS[number].as_bytes())
}

/// What a repository shows, by the numbers of the contents.
#[derive(Debug, Default)]
struct Shown {
    blobs: BTreeSet<usize>,
    documents: BTreeSet<usize>,
    tags: BTreeMap<&'static str, usize>,
}

#[derive(Debug, Default)]
struct Model {
    /// Those something was ever shown in.
    repositories: BTreeMap<usize, Shown>,
    /// The one upload that is spoken of: its repository and its bytes.
    upload: Option<(usize, String)>,
    /// The tag of each repository that stays what it is.
    locked: BTreeMap<usize, usize>,
    frozen: BTreeSet<usize>,
}

impl Step {
    /// The repository that it would change, if it is one that changes something.
    fn changes(&self) -> Option<usize> {
        match *self {
            Step::PushBlob { repository, .. }
            | Step::Mount { repository, .. }
            | Step::Open { repository }
            | Step::Piece { repository, .. }
            | Step::Close { repository, .. }
            | Step::Cancel { repository }
            | Step::PutManifest { repository, .. }
            | Step::DeleteManifest { repository, .. }
            | Step::DeleteBlob { repository, .. } => Some(repository),
            Step::GetManifest { .. }
            | Step::GetBlob { .. }
            | Step::ListTags { .. }
            | Step::ListReferrers { .. }
            | Step::Lock { .. }
            | Step::Freeze { .. }
            | Step::Restart => None,
        }
    }
}

/// A status and, of a success, the body; of a refusal, the codes.
type Answer = (u16, Value);

fn refused(status: u16, code: &str) -> Answer {
    (status, json!([code]))
}

impl Model {
    fn answer(&mut self, step: &Step) -> Answer {
        if step.changes().is_some_and(|repository| self.frozen.contains(&repository)) {
            return refused(405, "UNSUPPORTED");
        }
        match *step {
            Step::Lock { repository, tag } => {
                self.locked.remove(&repository);
                self.locked.extend(tag.map(|tag| (repository, tag)));
                (0, Value::Null)
            }
            Step::Freeze { repository, on } => {
                self.frozen.remove(&repository);
                self.frozen.extend(on.then_some(repository));
                (0, Value::Null)
            }
            // Nobody notices.
            Step::Restart => (0, Value::Null),
            Step::PushBlob { repository, blob, sound: true } => self.show(repository, blob),
            Step::PushBlob { sound: false, .. } => refused(400, "DIGEST_INVALID"),
            Step::Mount { repository, from, blob } => {
                let has = |from: usize| self.repositories.get(&from).is_some_and(|shown| shown.blobs.contains(&blob));
                if from.map_or_else(|| (0..REPOSITORIES.len()).any(has), has) {
                    return self.show(repository, blob);
                }
                self.open(repository)
            }
            Step::Open { repository } => self.open(repository),
            Step::Piece { repository, start, piece } => self.extend(repository, start, piece),
            Step::Close { repository, blob } => self.close(repository, Some(blob)),
            Step::Cancel { repository } => self.close(repository, None),
            Step::PutManifest { repository, document, tag } => self.put(repository, document, tag),
            Step::GetManifest { repository, document: number, tag } => match self.find(repository, number, tag) {
                Some(found) => (200, json!(String::from_utf8(document(found).1).expect("JSON"))),
                None => refused(404, "MANIFEST_UNKNOWN"),
            },
            Step::GetBlob { repository, blob } => match self.repositories.get(&repository) {
                Some(shown) if shown.blobs.contains(&blob) => (200, json!(BLOBS[blob])),
                _ => refused(404, "BLOB_UNKNOWN"),
            },
            Step::ListTags { repository } => match self.repositories.get(&repository) {
                None => refused(404, "NAME_UNKNOWN"),
                Some(shown) => {
                    let tags: Vec<&str> = shown.tags.keys().copied().collect();
                    let tags = if tags.is_empty() { Value::Null } else { json!(tags) };
                    (200, json!(format!("{}\n", json!({ "name": REPOSITORIES[repository], "tags": tags }))))
                }
            },
            Step::ListReferrers { repository, document } => self.referrers(repository, document),
            Step::DeleteManifest { repository, document, tag } => self.delete(repository, document, tag),
            Step::DeleteBlob { repository, blob } => {
                let shown = self.repositories.get_mut(&repository);
                let removed = shown.is_some_and(|shown| shown.blobs.remove(&blob));
                if removed { (202, json!("")) } else { refused(404, "BLOB_UNKNOWN") }
            }
        }
    }

    fn extend(&mut self, repository: usize, start: usize, piece: usize) -> Answer {
        let Some((_, bytes)) = self.upload.as_mut().filter(|(place, _)| *place == repository) else {
            return refused(404, "BLOB_UPLOAD_UNKNOWN");
        };
        if bytes.len() != start {
            return refused(416, "RANGE_INVALID");
        }
        *bytes += BLOBS[piece];
        (202, json!(""))
    }

    /// Ends the upload as this blob, or as none.
    fn close(&mut self, repository: usize, blob: Option<usize>) -> Answer {
        let Some((_, bytes)) = self.upload.take_if(|(place, _)| *place == repository) else {
            return refused(404, "BLOB_UPLOAD_UNKNOWN");
        };
        match blob {
            None => (204, json!("")),
            Some(blob) if bytes == BLOBS[blob] => self.show(repository, blob),
            Some(_) => refused(400, "DIGEST_INVALID"),
        }
    }

    fn delete(&mut self, repository: usize, document: usize, tag: Option<usize>) -> Answer {
        let Some(found) = self.find(repository, document, tag) else { return refused(404, "MANIFEST_UNKNOWN") };
        let goes = |at: usize| tag.is_none_or(|tag| tag == at) && self.named(repository, at) == Some(found);
        if self.locked.get(&repository).is_some_and(|locked| goes(*locked)) {
            return refused(412, "PRECONDITION");
        }
        let shown = self.repositories.entry(repository).or_default();
        if let Some(tag) = tag {
            shown.tags.remove(TAGS[tag]);
        } else {
            shown.documents.remove(&found);
            shown.tags.retain(|_, named| *named != found);
        }
        (202, json!(""))
    }

    fn show(&mut self, repository: usize, blob: usize) -> Answer {
        self.repositories.entry(repository).or_default().blobs.insert(blob);
        (201, json!(""))
    }

    fn open(&mut self, repository: usize) -> Answer {
        self.upload = Some((repository, String::new()));
        (202, json!(""))
    }

    fn put(&mut self, repository: usize, document: usize, tag: Option<usize>) -> Answer {
        let nothing = Shown::default();
        let shown = self.repositories.get(&repository).unwrap_or(&nothing);
        let (blobs, documents): (&[usize], &[usize]) = match document {
            0 => (&[0, 2], &[]),
            1 => (&[0, 1, 2], &[]),
            2 => (&[1], &[]),
            _ => (&[], &[0, 1]),
        };
        let lacking = blobs.iter().filter(|blob| !shown.blobs.contains(blob)).count()
            + documents.iter().filter(|document| !shown.documents.contains(document)).count();
        if lacking > 0 {
            return (400, json!(vec!["MANIFEST_BLOB_UNKNOWN"; lacking]));
        }
        let locked = tag.filter(|tag| self.locked.get(&repository) == Some(tag));
        if locked.and_then(|tag| self.named(repository, tag)).is_some_and(|named| named != document) {
            return refused(412, "PRECONDITION");
        }
        let shown = self.repositories.entry(repository).or_default();
        shown.documents.insert(document);
        shown.tags.extend(tag.map(|tag| (TAGS[tag], document)));
        (201, json!(""))
    }

    /// What a tag names.
    fn named(&self, repository: usize, tag: usize) -> Option<usize> {
        self.repositories.get(&repository)?.tags.get(TAGS[tag]).copied()
    }

    fn find(&self, repository: usize, document: usize, tag: Option<usize>) -> Option<usize> {
        let shown = self.repositories.get(&repository)?;
        let named = tag.map_or(Some(document), |tag| shown.tags.get(TAGS[tag]).copied())?;
        shown.documents.contains(&named).then_some(named)
    }

    fn referrers(&self, repository: usize, subject: usize) -> Answer {
        let is_there = self.repositories.get(&repository).is_some_and(|shown| shown.documents.contains(&2));
        let listed = json!([{
            "mediaType": MediaType::MANIFEST, "digest": digest(2), "size": document(2).1.len(),
            "annotations": { "by": "ana" }, "artifactType": MediaType::LAYER_GZIP,
        }]);
        let manifests = if is_there && subject == 0 { listed } else { json!([]) };
        let index = json!({ "schemaVersion": 2, "mediaType": MediaType::INDEX, "manifests": manifests });
        (200, json!(index.to_string()))
    }
}

/// The registry, and where its upload goes on.
struct Desk {
    registry: Registry,
    host: Counting,
    upload: String,
    /// All that was written down.
    journal: Vec<Change>,
}

impl Desk {
    /// The registry as another process finds it: by the journal, with the bytes that lie there.
    fn found(&self) -> Registry {
        let mut found = Registry::named("r.test");
        found.restore(self.registry.blobs().clone(), self.journal.iter().cloned());
        let pieces: BTreeMap<&str, _> = self.registry.open_uploads().collect();
        let lost = found.find_pieces(&|id, number| pieces.get(id)?.get(number).cloned());
        assert!(lost.is_empty(), "{lost:?}");
        found.policies = self.registry.policies.clone();
        found
    }

    fn answer(&mut self, step: &Step) -> Answer {
        let name = |repository: usize| REPOSITORIES[repository];
        let target = |document: usize, tag: Option<usize>| {
            tag.map_or_else(|| digest(document).to_string(), |tag| TAGS[tag].to_owned())
        };
        let manifest =
            |repository, document, tag| format!("/v2/{}/manifests/{}", name(repository), target(document, tag));
        let blob_path = |repository, blob| format!("/v2/{}/blobs/{}", name(repository), blob_digest(blob));
        let start = |repository, query: String| format!("/v2/{}/blobs/uploads/{query}", name(repository));
        // The id alone leads to the upload from whatever repository it is asked for.
        let upload = |repository, query: String| start(repository, format!("{}{query}", self.upload));
        match *step {
            Step::Lock { repository, tag } => {
                let tags = tag.map(|tag| TAGS[tag].to_owned()).into_iter().collect();
                let rules = self.registry.policies.own.entry(name(repository).to_owned()).or_default();
                rules.immutable = Some(TagRule { tags, except: Vec::new() });
                (0, Value::Null)
            }
            Step::Freeze { repository, on } => {
                self.registry.policies.own.entry(name(repository).to_owned()).or_default().read_only = Some(on);
                (0, Value::Null)
            }
            Step::Restart => {
                self.registry = self.found();
                (0, Value::Null)
            }
            Step::PushBlob { repository, blob, sound } => {
                let body = if sound { BLOBS[blob] } else { "something else" };
                self.send("POST", &start(repository, format!("?digest={}", blob_digest(blob))), &[], body)
            }
            Step::Mount { repository, from, blob } => {
                let from = from.map(|from| format!("&from={}", name(from))).unwrap_or_default();
                self.send("POST", &start(repository, format!("?mount={}{from}", blob_digest(blob))), &[], "")
            }
            Step::Open { repository } => self.send("POST", &start(repository, String::new()), &[], ""),
            Step::Piece { repository, start, piece } => {
                let range = format!("{start}-{}", start + BLOBS[piece].len() - 1);
                let path = upload(repository, String::new());
                self.send("PATCH", &path, &[("content-range", range)], BLOBS[piece])
            }
            Step::Close { repository, blob } => {
                self.send("PUT", &upload(repository, format!("?digest={}", blob_digest(blob))), &[], "")
            }
            Step::Cancel { repository } => self.send("DELETE", &upload(repository, String::new()), &[], ""),
            Step::PutManifest { repository, document: number, tag } => {
                let (media_type, bytes) = document(number);
                let headers = [("content-type", media_type.to_string())];
                self.send("PUT", &manifest(repository, number, tag), &headers, bytes)
            }
            Step::GetManifest { repository, document, tag } => {
                self.send("GET", &manifest(repository, document, tag), &[], "")
            }
            Step::GetBlob { repository, blob } => self.send("GET", &blob_path(repository, blob), &[], ""),
            Step::ListTags { repository } => self.send("GET", &format!("/v2/{}/tags/list", name(repository)), &[], ""),
            Step::ListReferrers { repository, document } => {
                self.send("GET", &format!("/v2/{}/referrers/{}", name(repository), digest(document)), &[], "")
            }
            Step::DeleteManifest { repository, document, tag } => {
                self.send("DELETE", &manifest(repository, document, tag), &[], "")
            }
            Step::DeleteBlob { repository, blob } => self.send("DELETE", &blob_path(repository, blob), &[], ""),
        }
    }

    fn send(&mut self, method: &str, path: &str, headers: &[(&str, String)], body: impl Into<Bytes>) -> Answer {
        let builder = Request::builder().method(method).uri(path);
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value));
        let response = self.registry.answer(builder.body(body.into()).expect("a request"), &mut self.host);
        if let Some(id) = response.headers().get("docker-upload-uuid").filter(|_| response.status() == 202) {
            id.to_str().expect("text").clone_into(&mut self.upload);
        }
        told(&response)
    }
}

fn told(response: &Response<Bytes>) -> Answer {
    let status = response.status().as_u16();
    let body = String::from_utf8_lossy(response.body());
    assert_eq!(response.headers()[header::CONTENT_LENGTH], response.body().len().to_string());
    if status < 400 {
        return (status, json!(body));
    }
    let envelope: Value = serde_json::from_str(&body).expect("an envelope");
    let codes = envelope["errors"].as_array().expect("errors").iter().map(|error| error["code"].clone());
    (status, codes.collect())
}

fn shown(registry: &Registry) -> Vec<(&str, &Repository)> {
    registry.repositories().filter(|(_, repository)| !repository.is_empty()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_registry_answers_what_its_model_answers(steps in proptest::collection::vec(steps(), 1..60)) {
        let mut model = Model::default();
        let registry = Registry::named("r.test");
        let mut desk = Desk { registry, host: Counting(0), upload: "none".to_owned(), journal: Vec::new() };
        for step in &steps {
            let before = desk.registry.clone();
            // As text, for a clone of it would share what it must not share.
            let was = format!("{before:?}");
            prop_assert_eq!(desk.answer(step), model.answer(step), "{:?}", step);
            prop_assert_eq!(format!("{before:?}"), was, "{:?}", step);
            let changes = desk.registry.changes_since(&before);
            desk.journal.extend(changes);
        }
        let found = desk.found();
        prop_assert_eq!(shown(&desk.registry), shown(&found));
        prop_assert!(desk.registry.open_uploads().eq(found.open_uploads()));
    }
}
