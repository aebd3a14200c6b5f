//! What a build stores.

use proptest::prelude::*;

use super::*;

#[test]
fn the_documents_are_those_of_buildkit() {
    let mut desk = Desk::lesson();
    desk.write(
        "Dockerfile",
        "FROM scratch\nWORKDIR /app\nCOPY model.bin .\nENV A=1 B=\"x y\"\nLABEL v=1\nEXPOSE 8080\n\
         ENTRYPOINT [\"/serve\"]\nCMD run $A\n",
    );
    let built = desk.rebuild().1;
    let config = String::from_utf8(built.config.to_bytes()).expect("UTF-8");
    assert_eq!(config, CONFIG);
    let manifest = String::from_utf8(built.document.to_bytes()).expect("UTF-8");
    assert_eq!(manifest, MANIFEST);
}

const CONFIG: &str = r#"{"architecture":"wasm","config":{"ExposedPorts":{"8080/tcp":{}},"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","A=1","B=x y"],"Entrypoint":["/serve"],"Cmd":["/bin/sh","-c","run $A"],"WorkingDir":"/app","Labels":{"v":"1"},"ArgsEscaped":true},"created":"2026-01-05T12:00:00.081Z","history":[{"created":"2026-01-05T12:00:00.036Z","created_by":"WORKDIR /app","comment":"buildkit.dockerfile.v0"},{"created":"2026-01-05T12:00:00.081Z","created_by":"COPY model.bin . # buildkit","comment":"buildkit.dockerfile.v0"},{"created":"2026-01-05T12:00:00.081Z","created_by":"ENV A=1 B=x y","comment":"buildkit.dockerfile.v0","empty_layer":true},{"created":"2026-01-05T12:00:00.081Z","created_by":"LABEL v=1","comment":"buildkit.dockerfile.v0","empty_layer":true},{"created":"2026-01-05T12:00:00.081Z","created_by":"EXPOSE [8080/tcp]","comment":"buildkit.dockerfile.v0","empty_layer":true},{"created":"2026-01-05T12:00:00.081Z","created_by":"ENTRYPOINT [\"/serve\"]","comment":"buildkit.dockerfile.v0","empty_layer":true},{"created":"2026-01-05T12:00:00.081Z","created_by":"CMD [\"/bin/sh\" \"-c\" \"run $A\"]","comment":"buildkit.dockerfile.v0","empty_layer":true}],"os":"wasi","rootfs":{"type":"layers","diff_ids":["sha256:657f15078adb9827202d39d498a2b74f376bab4cd4ed0cffab8b9d478a7c4f6a","sha256:95285bcb2db717b3517bdbb926d1d0a4c3a06baeb4cf3d292c0c849a88549387"]}}"#;

const MANIFEST: &str = r#"{
  "schemaVersion": 2,
  "mediaType": "application/vnd.oci.image.manifest.v1+json",
  "config": {
    "mediaType": "application/vnd.oci.image.config.v1+json",
    "digest": "sha256:4b9cdc56877552aa80c6dafb6214a356cbc53c425dc07910a865f6aae28f3899",
    "size": 1379
  },
  "layers": [
    {
      "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
      "digest": "sha256:b39c8b4aa651720bc4a2b2c3b333a257205e0a39f5b19e8ab885d96f5a0b75f4",
      "size": 82
    },
    {
      "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
      "digest": "sha256:677cc9fb36680751050856daf09e6a970d4334c6999323d4aa65f2ca6a8d14db",
      "size": 134
    }
  ]
}"#;

#[test]
fn others_read_our_documents_and_the_layers_make_the_tree() {
    let mut desk = Desk::lesson();
    let built = desk.rebuild().1;
    let bytes = |digest: &Digest| desk.blobs.get(digest).expect("stored");
    let manifest = oci_spec::image::ImageManifest::from_reader(&bytes(&built.manifest.digest)[..]).expect("a manifest");
    let config = bytes(&built.document.config.digest);
    let config = oci_spec::image::ImageConfiguration::from_reader(&config[..]).expect("a configuration");
    assert_eq!(manifest.layers().len(), 4);
    assert_eq!(config.rootfs().diff_ids().len(), 4);
    let layers = config.history().iter().flatten().filter(|entry| entry.empty_layer() != Some(true)).count();
    assert_eq!(layers, 4);
    assert_eq!(config.config().as_ref().and_then(|config| config.working_dir().clone()).as_deref(), Some("/app"));
    let mut tree =
        base(&"mlserve:1".parse().expect("a name"), desk.base).expect("known").files.tree().expect("sound").clone();
    for (layer, diff_id) in built.document.layers.iter().zip(&built.config.rootfs.diff_ids).skip(1) {
        let tar = fs::decompressed(&bytes(&layer.digest)).expect("gzip").into_owned();
        assert_eq!(Digest::of(&tar), *diff_id);
        tree = fs::apply(&tree, &tar).expect("a layer");
    }
    assert_eq!(tree, built.tree());
}

#[test]
fn an_image_is_as_old_as_its_last_layer() {
    let mut desk = Desk::lesson();
    let (_, first) = desk.rebuild();
    desk.write("Dockerfile", &format!("{DOCKERFILE}LABEL late=yes\n"));
    desk.write(".dockerignore", "Dockerfile\n.dockerignore\n");
    let (_, with_ignore) = desk.rebuild();
    desk.write("Dockerfile", &format!("{DOCKERFILE}LABEL late=very\n"));
    let (steps, second) = desk.rebuild();
    assert!(steps.iter().all(|step| step.starts_with("CACHED")), "{steps:?}");
    assert_eq!(second.config.created, with_ignore.config.created);
    assert!(first.config.created < second.config.created);
    assert_eq!(second.config.history.last().expect("a label").created, second.config.created);
    assert_ne!(second.manifest, with_ignore.manifest);
}

#[test]
fn an_entrypoint_takes_the_inherited_command_away_but_not_its_own() {
    let mut desk = Desk::new("FROM mlserve:1\nENV X=1\n");
    let serve = Some(vec!["serve".to_owned()]);
    assert_eq!(desk.rebuild().1.config.config.cmd, serve);
    desk.write("Dockerfile", "FROM mlserve:1\nENTRYPOINT [\"a\"]\n");
    assert_eq!(desk.rebuild().1.config.config.cmd, None);
    desk.write("Dockerfile", "FROM mlserve:1\nCMD [\"serve\"]\nENTRYPOINT [\"a\"]\n");
    assert_eq!(desk.rebuild().1.config.config.cmd, serve);
}

#[test]
fn without_a_tag_the_image_dangles() {
    let mut desk = Desk::new("FROM scratch\nLABEL a=b\n");
    let platforms = vec!["linux/amd64".parse().expect("a platform")];
    let request = Request { tags: Vec::new(), platforms, ..desk.request() };
    let outcome = desk.run(&request);
    let built = &outcome.result.as_ref().expect("built").images[0];
    assert!(outcome.plain().contains(&format!("naming to moby-dangling@{} done", built.manifest.digest)));
    assert_eq!((built.config.os.as_str(), built.config.architecture.as_str()), ("linux", "amd64"));
    assert!(built.document.layers.is_empty());
    assert_eq!(built.config.created, Some(Timestamp::from_seconds(NOON)));
}

proptest! {
    #[test]
    fn the_same_context_makes_the_same_image(
        files in prop::collection::btree_map("[a-c]{1,2}(/[a-c])?", "[a-z]{0,20}", 0..6),
        seconds in 0..NOON,
    ) {
        let build = || {
            let mut desk = Desk::new("FROM mlserve:1\nWORKDIR /w\nCOPY . .\n");
            let mut names: Vec<&String> = Vec::new();
            for (path, content) in &files {
                let folder_of_another = |name: &&&String| path.starts_with(&format!("{name}/"));
                if !names.iter().any(|name| folder_of_another(&name)) {
                    desk.put(path, content, 0o644, seconds);
                    names.push(path);
                }
            }
            desk.rebuild().1
        };
        prop_assert_eq!(build().manifest, build().manifest);
    }
}
