//! Instructions that describe: configuration and history as `BuildKit` writes them.

use serde_json::Value;

use super::*;
use crate::oci::{Index, json};

/// Configuration and history after `instructions`, upon nothing.
fn described(instructions: &str) -> (String, Vec<String>) {
    let mut desk = Desk::new(&format!("FROM scratch\n{instructions}\n"));
    let config = desk.rebuild().1.config;
    let json = serde_json::to_string(&config.config).expect("a document");
    let env = "\"Env\":[\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"],";
    let json = json.replace(env, "").replace("\"WorkingDir\":\"/\",", "").replace("\"WorkingDir\":\"/\"", "");
    (json, config.history.into_iter().map(|entry| entry.created_by).collect())
}

#[test]
fn each_instruction_has_its_field_and_its_line_of_history() {
    let table = [
        ("USER ana:ml", r#"{"User":"ana:ml",}"#, "USER ana:ml"),
        ("VOLUME /a /b", r#"{"Volumes":{"/a":{},"/b":{}},}"#, "VOLUME [/a /b]"),
        ("STOPSIGNAL SIGINT", r#"{"StopSignal":"SIGINT"}"#, "STOPSIGNAL SIGINT"),
        ("SHELL [\"/bin/ash\", \"-c\"]", r#"{"Shell":["/bin/ash","-c"]}"#, "SHELL [/bin/ash -c]"),
        ("EXPOSE 80 53/udp", r#"{"ExposedPorts":{"53/udp":{},"80/tcp":{}},}"#, "EXPOSE [53/udp 80/tcp]"),
        (
            "CMD echo hi",
            r#"{"Cmd":["/bin/sh","-c","echo hi"],"ArgsEscaped":true}"#,
            r#"CMD ["/bin/sh" "-c" "echo hi"]"#,
        ),
        (
            "HEALTHCHECK NONE",
            r#"{"Healthcheck":{"Test":["NONE"]}}"#,
            "HEALTHCHECK {Test:[NONE] Interval:0s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0}",
        ),
        (
            "HEALTHCHECK --interval=30s --retries=3 CMD curl x",
            r#"{"Healthcheck":{"Test":["CMD-SHELL","curl x"],"Interval":30000000000,"Retries":3}}"#,
            "HEALTHCHECK {Test:[CMD-SHELL curl x] Interval:30s Timeout:0s StartPeriod:0s StartInterval:0s Retries:3}",
        ),
    ];
    for (instruction, json, history) in table {
        let (found, lines) = described(instruction);
        assert_eq!(found.replace(",}", "}"), json.replace(",}", "}"), "{instruction}");
        assert_eq!(lines, [history], "{instruction}");
    }
}

#[test]
fn a_maintainer_is_an_author() {
    let mut desk = Desk::new("FROM scratch\nMAINTAINER Ana <ana@example.com>\n");
    let config = desk.rebuild().1.config;
    assert_eq!(config.author.as_deref(), Some("Ana <ana@example.com>"));
    assert!(
        String::from_utf8(config.to_bytes()).expect("UTF-8").starts_with(r#"{"architecture":"wasm","author":"Ana "#)
    );
}

#[test]
fn a_workdir_of_a_user_is_the_users() {
    let mut desk = Desk::new("FROM scratch\nCOPY passwd /etc/passwd\nUSER ana\nWORKDIR /home/ana\n");
    desk.write("passwd", "ana:x:1000:100::/home/ana:/bin/sh\n");
    let folder = desk.rebuild().1.tree().get(&"/home/ana".into()).expect("made").metadata;
    assert_eq!((folder.uid, folder.gid), (1000, 100));
}

#[test]
fn labels_of_the_command_line_come_last() {
    let mut desk = Desk::new("FROM scratch\nLABEL a=file b=file\n");
    let request = Request { labels: vec![("a".into(), "line".into())], ..desk.request() };
    let config = desk.run(&request).result.expect("built").images.remove(0).config;
    assert_eq!(config.config.labels["a"], "line");
    assert_eq!(config.config.labels["b"], "file");
}

#[test]
fn a_date_for_everything_makes_the_same_bytes_whenever_it_is_built() {
    let build = |now: u64| {
        let mut desk = Desk::lesson();
        desk.now = now;
        let arguments = vec![("SOURCE_DATE_EPOCH".to_owned(), "1000000000".to_owned())];
        let request = Request { arguments, rewrite_timestamp: true, output: request::Output::Oci, ..desk.request() };
        desk.run(&request).result.expect("built")
    };
    let (first, second) = (build(NOON), build(NOON + 86_400));
    assert_eq!(first.image, second.image);
    let layers = &first.images[0].document.layers;
    assert!(layers.iter().skip(1).all(|layer| layer.annotations["buildkit/rewritten-timestamp"] == "1000000000"));
    assert_eq!(first.images[0].config.created, Some(Timestamp::from_seconds(1_000_000_000)));
}

#[test]
fn an_attestation_is_new_each_time_and_what_it_attests_is_not() {
    let mut desk = Desk::lesson();
    let request = Request { provenance: Some(Provenance::default()), ..desk.request() };
    let first = desk.run(&request).result.expect("built");
    let second = desk.run(&request).result.expect("built again");
    assert_eq!(first.images[0].manifest, second.images[0].manifest);
    assert_ne!(first.image.digest, second.image.digest);
    let statement = statement(&first);
    assert_eq!(statement["subject"][0]["name"], "pkg:docker/mlmodel@1.0?platform=wasi%2Fwasm");
    let dependency = &statement["predicate"]["buildDefinition"]["resolvedDependencies"][0];
    assert_eq!(dependency["uri"], "pkg:docker/mlserve@1?platform=wasi%2Fwasm");
}

/// What is attested of the first image.
fn statement(built: &Built) -> Value {
    let index: Index = json::read(&built.blobs.get(&built.image.digest).expect("stored")).expect("an index");
    let attestation = &index.manifests[1];
    assert_eq!(attestation.attested(), Some(built.images[0].manifest.digest));
    let manifest: Manifest = json::read(&built.blobs.get(&attestation.digest).expect("stored")).expect("a manifest");
    json::read(&built.blobs.get(&manifest.layers[0].digest).expect("stored")).expect("a statement")
}

#[test]
fn all_there_is_to_know_are_the_steps_their_lines_and_their_layers() {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", "FROM mlserve:1 AS base\nARG KIND\nFROM scratch\nWORKDIR /app\nCOPY --from=base /usr/bin/mlserve model.bi* ./\nCOPY sample.json .\n");
    let provenance = Some(Provenance { is_whole: true, ..Provenance::default() });
    let arguments = vec![("KIND".to_owned(), "large".to_owned())];
    let request = Request { arguments, provenance, ..desk.request() };
    let built = desk.run(&request).result.expect("built");
    let statement = statement(&built);
    let predicate = &statement["predicate"];
    let definition = &predicate["buildDefinition"];
    assert_eq!(definition["externalParameters"]["request"]["args"]["build-arg:KIND"], "large");
    let steps = definition["internalParameters"]["buildConfig"]["llbDefinition"].as_array().expect("a list");
    let inputs: Vec<String> = steps.iter().map(|step| step["inputs"].to_string()).collect();
    let expected = ["null", "null", r#"["step1:0","step0:0"]"#, "null", r#"["step2:0","step3:0"]"#, r#"["step4:0"]"#];
    assert_eq!(inputs, expected, "{steps:#?}");
    let source = &steps[0]["op"]["Op"]["source"]["identifier"];
    assert!(source.as_str().is_some_and(|name| name.starts_with("docker-image://docker.io/library/mlserve:1@sha256:")));
    assert_eq!(steps[3]["op"]["Op"]["source"]["identifier"], "local://context");
    let actions = &steps[2]["op"]["Op"]["file"]["actions"];
    assert_eq!(actions[0]["Action"]["copy"]["src"], "/usr/bin/mlserve");
    assert_eq!(
        (&actions[1]["input"], &actions[1]["secondaryInput"], &actions[1]["output"]),
        (&serde_json::json!(2), &serde_json::json!(1), &serde_json::json!(0))
    );
    let known = &predicate["runDetails"]["metadata"]["buildkit_metadata"];
    assert_eq!(known["source"]["locations"]["step4"]["locations"][0]["ranges"][0]["start"]["line"], 6);
    let layers = known["layers"]["step4:0"][0].as_array().expect("a list");
    let digests: Vec<&str> = layers.iter().filter_map(|layer| layer["digest"].as_str()).collect();
    let expected: Vec<String> = built.images[0].document.layers.iter().map(|layer| layer.digest.to_string()).collect();
    assert_eq!(digests, expected);
}
