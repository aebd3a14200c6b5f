//! oras, which pushes what is no image.

use std::path::Path;

use drydock::oci::Digest;
use serde_json::{Value, json};

use super::{Served, noise};
use crate::program::run;

#[test]
fn an_artifact_is_pushed_in_chunks_pulled_and_referred_to() {
    for served in Served::both("oras") {
        std::fs::create_dir_all(&served.folder).expect("a folder");
        let weights = noise(7, 300_000);
        std::fs::write(served.folder.join("weights.bin"), &weights).expect("written");
        std::fs::write(served.folder.join("config.json"), "{\"task\":\"test\"}").expect("written");
        std::fs::write(served.folder.join("signature"), "signed").expect("written");
        let told = oras(&served);
        assert_eq!(std::fs::read(served.folder.join("pulled/weights.bin")).expect("pulled"), weights);
        let model = served.digest("models/tiny:1");
        assert_eq!(told["pushed"], model.to_string());
        assert_eq!(told["manifest"]["annotations"], json!({"org.example.purpose": "test"}));
        assert_eq!(told["manifest"]["config"]["mediaType"], "application/vnd.example.model.config+json");
        assert_eq!(told["manifest"]["layers"][0]["digest"], Digest::of(&weights).to_string());
        let referrer = &told["referrers"]["manifests"][0];
        assert_eq!(referrer["artifactType"], "application/vnd.example.signature");
        assert_eq!(referrer["annotations"], json!({"org.example.by": "ana"}));
        assert_eq!(told["filtered"]["manifests"], json!([]));
        assert_eq!((&told["tags"], &told["left"]), (&json!(["1", "signature"]), &json!(["1"])));
    }
}

/// What `artifact.py` says it did in the folder of the test.
fn oras(served: &Served) -> Value {
    let python = std::env::var("ORAS_PYTHON");
    let python = python.expect("ORAS_PYTHON names no Python with oras: run `cargo xtask test`");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/artifact.py");
    let (address, folder) = (served.server.address.to_string(), served.folder.to_string_lossy());
    let said = run(&python, &[&script.to_string_lossy(), &address, &folder]);
    serde_json::from_slice(&said).expect("JSON")
}
