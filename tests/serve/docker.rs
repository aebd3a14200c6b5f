//! Docker's own verbs of this command, to a registry behind a socket and back.

use std::process::Command;

use super::server::{Server, folder};

#[test]
fn an_image_is_pushed_with_a_password_and_pulled_by_another_store() {
    let root = folder("docker");
    let hash = bcrypt::hash("secret", 4).expect("a cost in bounds");
    std::fs::write(root.join("htpasswd"), format!("ana:{hash}\n")).expect("writable");
    let server = Server::start(&["--htpasswd", &root.join("htpasswd").to_string_lossy()]);
    // The name of this machine, as nobody but docker's rules for plain HTTP knows it.
    let name = format!("localhost:{}/team/app:1", server.address.port());
    std::fs::create_dir_all(root.join("context")).expect("a folder");
    std::fs::write(root.join("context/Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n").expect("writable");
    let run = |store: &str, config: &str, words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
        command.env("DOCKER_CONFIG", root.join(config)).args(words).arg("--store").arg(root.join(store));
        let output = command.output().expect("built");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        (output.status.code(), said)
    };
    let context = root.join("context");
    let built = run("one", "nobody", &["build", "-q", "-t", &name, &context.to_string_lossy()]);
    assert_eq!(built.0, Some(0), "{}", built.1);
    let digest = built.1.trim().to_owned();

    let (code, said) = run("one", "nobody", &["push", &name]);
    assert_eq!(code, Some(1));
    assert!(said.contains("no basic auth credentials"), "{said}");

    // base64 of ana:secret
    let config = format!(r#"{{"auths":{{"localhost:{}":{{"auth":"YW5hOnNlY3JldA=="}}}}}}"#, server.address.port());
    std::fs::create_dir_all(root.join("ana")).expect("a folder");
    std::fs::write(root.join("ana/config.json"), &config).expect("writable");
    let (code, said) = run("one", "ana", &["push", &name]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("1: digest: {digest} size: ")), "{said}");
    let (code, said) = run("two", "ana", &["pull", &name]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("Digest: {digest}\n")), "{said}");
    let inspected = |store| run(store, "nobody", &["inspect", "--format", "{{json .RootFS}} {{json .Config}}", &name]);
    assert_eq!(inspected("one"), inspected("two"));
    assert_eq!(std::fs::read_to_string(root.join("ana/config.json")).expect("there"), config);
}
