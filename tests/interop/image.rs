//! The lesson's image as the session tells it: what others have to agree with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use drydock::lab::FileView;
use drydock::native::Site;
use drydock::oci::{Blob, Digest};
use drydock::runtime::Modules;
use drydock::session::{Ask, BlobView, Inspection, Session, Tell};

use super::IMAGE;

/// What we say of the image.
pub struct Image {
    /// The digest its name points at.
    pub id: Digest,
    /// Its layers, lowest first.
    pub layers: Vec<Blob>,
    /// Its files by path, folders left out.
    pub files: BTreeMap<String, FileView>,
}

/// The project the image is built from.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("www/lessons/container-registries-for-ml/project")
}

impl Image {
    /// As the first step of the lesson builds it.
    pub fn built() -> Self {
        let mut session = opened();
        let told = ask(&mut session, Ask::Next);
        let snapshot = told.iter().rev().find_map(|tell| match tell {
            Tell::State(lab) => Some(&lab.snapshot),
            _ => None,
        });
        let images = &snapshot.expect("a state").machines[0].images;
        let image = images.iter().find(|image| image.references.contains(&IMAGE.to_owned())).expect("it was built");
        let layers: Vec<Blob> = image.layers.iter().map(|layer| layer.blob.clone()).collect();
        let files = layers.iter().flat_map(|layer| files(&mut session, layer.digest)).collect();
        Self { id: image.id, layers, files }
    }
}

/// The archive of an image that says it is for Linux.
pub fn for_linux() -> Vec<u8> {
    let mut session = opened();
    let machine = || "laptop".to_owned();
    let text = "FROM scratch\nWORKDIR /data\nCOPY sample.json .\nCMD [\"/data/sample.json\"]\n".to_owned();
    let path = "/home/learner/mlmodel/Dockerfile".to_owned();
    ask(&mut session, Ask::WriteFile { machine: machine(), path, text });
    let line = "docker build --platform linux/amd64 -t linux .".to_owned();
    ask(&mut session, Ask::Line { machine: None, line });
    let told = ask(&mut session, Ask::Export { machine: machine(), reference: "linux".to_owned() });
    let exported =
        told.into_iter().find_map(|tell| if let Tell::Exported(download) = tell { Some(download.bytes) } else { None });
    exported.expect("it was built")
}

fn opened() -> Session {
    let site = Site::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("www"));
    let mut session = Session::new(Box::new(site), Box::new(Modules::default()), false);
    ask(
        &mut session,
        Ask::Open { lesson: "container-registries-for-ml".to_owned(), language: "en".to_owned(), saved: None },
    );
    session
}

/// The files of one layer; the lesson's image replaces and removes none.
fn files(session: &mut Session, digest: Digest) -> Vec<(String, FileView)> {
    let told = ask(session, Ask::Inspect { digest });
    let Some(Tell::Inspected(Inspection { blob: BlobView::Layer(layer), .. })) = told.last() else {
        panic!("{digest} is no layer: {told:#?}");
    };
    layer.entries.iter().filter(|entry| !entry.directory).map(|entry| (entry.path.clone(), entry.clone())).collect()
}

fn ask(session: &mut Session, ask: Ask) -> Vec<Tell> {
    let mut told = Vec::new();
    session.ask(ask, &mut |tell| told.push(tell));
    while session.tick(&mut |tell| told.push(tell)) {}
    told
}
