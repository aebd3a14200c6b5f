//! Our documents before another reader's eyes: `oci-spec` parses every one of
//! them and agrees with what the lab says of it.

use std::rc::Rc;

use drydock::lab::ImageView;
use drydock::oci::Digest;
use drydock::session::{Ask, BlobView, Inspection, Tell};
use oci_spec::image::{ImageConfiguration, ImageIndex, ImageManifest, MediaType};

use crate::lab::Lab;
use crate::source::root;

fn text(lab: &mut Lab, digest: Digest) -> String {
    let told = lab.ask(Ask::Inspect { digest });
    let blob = told
        .into_iter()
        .find_map(|tell| if let Tell::Inspected(inspection) = tell { Some(inspection.blob) } else { None });
    match blob {
        Some(BlobView::Document(document)) => document.text,
        other => panic!("{digest}: {other:?}"),
    }
}

fn image(lab: &Lab, machine: &str, name: &str) -> ImageView {
    let machine = lab.snapshot.machines.iter().find(|view| view.name == machine).expect("the machine");
    let named = |image: &&Rc<ImageView>| image.references.iter().any(|reference| reference == name);
    machine.images.iter().find(named).expect("the image").as_ref().clone()
}

#[test]
fn manifest_and_configuration_mean_to_others_what_they_mean_to_us() {
    let mut lab = Lab::open();
    lab.steps(4);
    let image = image(&lab, "prod", "registry.example.com/mlproject/mlmodel:1.0");
    let bytes = text(&mut lab, image.manifest.digest);
    assert_eq!(Digest::of(bytes.as_bytes()), image.manifest.digest);
    let manifest = ImageManifest::from_reader(bytes.as_bytes()).expect("a manifest");
    assert_eq!(manifest.media_type(), &Some(MediaType::ImageManifest));
    assert_eq!(manifest.config().digest().to_string(), image.config.digest.to_string());
    let layers: Vec<(String, u64)> =
        manifest.layers().iter().map(|layer| (layer.digest().to_string(), layer.size())).collect();
    let ours: Vec<(String, u64)> =
        image.layers.iter().map(|layer| (layer.blob.digest.to_string(), layer.blob.size)).collect();
    assert_eq!(layers, ours);
    assert!(manifest.layers().iter().all(|layer| *layer.media_type() == MediaType::ImageLayerGzip));

    let bytes = text(&mut lab, image.config.digest);
    let config = ImageConfiguration::from_reader(bytes.as_bytes()).expect("a configuration");
    let diff_ids: Vec<String> = image.layers.iter().map(|layer| layer.diff_id.to_string()).collect();
    assert_eq!(*config.rootfs().diff_ids(), diff_ids);
    assert_eq!((config.architecture().to_string(), config.os().to_string()), ("wasm".into(), "wasi".into()));
    let history = config.history().as_ref().expect("a history");
    assert_eq!(history.iter().filter(|entry| entry.empty_layer() != Some(true)).count(), diff_ids.len());
    let run = config.config().as_ref().expect("what to run");
    assert_eq!(run.cmd().as_deref(), Some(&["predict".to_owned(), "sample.json".to_owned()][..]));
    assert_eq!(run.working_dir().as_deref(), Some("/app"));
}

#[test]
fn a_layer_is_what_its_two_digests_say() {
    let mut lab = Lab::open();
    lab.steps(1);
    for layer in image(&lab, "laptop", "mlmodel:1.0").layers {
        let told = lab.ask(Ask::Inspect { digest: layer.blob.digest });
        let Some(Tell::Inspected(Inspection { blob: BlobView::Layer(files), .. })) = told.last() else {
            panic!("{told:#?}");
        };
        assert_eq!((files.size, files.diff_id), (layer.blob.size, layer.diff_id));
        assert!(!files.entries.is_empty());
    }
}

#[test]
fn the_hub_is_an_index_of_named_images() {
    let folder = root().join("www/hub");
    let index = ImageIndex::from_file(folder.join("index.json")).expect("an index");
    let blob = |digest: &str| {
        let name = digest.strip_prefix("sha256:").expect("sha256");
        let bytes = std::fs::read(folder.join("blobs/sha256").join(name)).expect("the blob");
        assert_eq!(Digest::of(&bytes).to_string(), digest);
        bytes
    };
    let [lesson, toolbox, server] = index.manifests().as_slice() else { panic!("three images") };
    for (descriptor, name, tag) in [(lesson, "mlserve", "1"), (toolbox, "toolbox", "1"), (server, "mlserve", "2")] {
        let annotations = descriptor.annotations().clone().expect("annotations");
        assert_eq!(annotations["io.containerd.image.name"], format!("docker.io/library/{name}:{tag}"));
        assert_eq!(annotations["org.opencontainers.image.ref.name"], tag);
        let manifest = ImageManifest::from_reader(&*blob(descriptor.digest().as_ref())).expect("a manifest");
        for named in manifest.layers().iter().chain([manifest.config()]) {
            assert_eq!(blob(named.digest().as_ref()).len() as u64, named.size());
        }
    }
}
