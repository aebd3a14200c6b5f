//! The server as a program: what its models get right of pictures they were
//! never shown, and what it answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
/// A seven, in the words of a client.
const SEVEN: &str =
    include_str!("../../../www/lessons/container-registries-for-ml/project/sample.json");

fn mlserve(model: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mlserve"));
    command.env(
        "MODEL",
        format!("{FOLDER}/server/models/{model}.safetensors"),
    );
    command
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What `once` answers: the status and the body.
fn ask(method: &str, path: &str, body: &str) -> (String, String) {
    let mut command = mlserve("mlp");
    let mut child = command
        .arg("once")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let length = body.len();
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}");
    child
        .stdin
        .take()
        .expect("its input")
        .write_all(request.as_bytes())
        .expect("it reads");
    split(&text(&child.wait_with_output().expect("it ends")))
}

fn split(response: &str) -> (String, String) {
    let (head, body) = response.split_once("\r\n\r\n").expect("a head");
    (
        head.split(' ').nth(1).unwrap_or_default().to_string(),
        body.to_string(),
    )
}

#[test]
fn each_model_is_as_good_as_its_card_says() {
    for (model, accuracy) in [
        ("linear", "93.6% (337 of 360)"),
        ("mlp", "98.6% (355 of 360)"),
    ] {
        let output = mlserve(model)
            .args(["batch", &format!("{FOLDER}/tests/held-out.csv")])
            .output();
        let table = text(&output.expect("it runs"));
        assert_eq!(table.lines().count(), 362);
        assert_eq!(
            table.lines().last(),
            Some(format!("accuracy {accuracy}").as_str())
        );
        let card = text(&mlserve(model).arg("card").output().expect("it runs"));
        assert!(
            card.contains(&format!("accuracy  {accuracy} on held-out samples")),
            "{card}"
        );
    }
}

#[test]
fn samples_are_answered_alone_and_together() {
    let (status, body) = ask("POST", "/predict", SEVEN);
    assert_eq!(status, "200");
    assert!(
        body.starts_with("{\"class\":7,\"probability\":0.9") && body.contains("\"right\":true"),
        "{body}"
    );
    let (_, both) = ask(
        "POST",
        "/predict",
        &format!("{{\"instances\":[{SEVEN},{SEVEN}]}}"),
    );
    assert_eq!(
        both,
        format!("{{\"predictions\":[{0},{0}]}}\n", body.trim_end())
    );
}

#[test]
fn what_is_wrong_is_told() {
    for (method, path, body, status, told) in [
        (
            "GET",
            "/health",
            "",
            "200",
            "{\"status\":\"ok\",\"model\":\"digits-mlp\",\"version\":\"2.0\"}",
        ),
        (
            "GET",
            "/",
            "",
            "200",
            "layers    64-128-64-10 (17226 weights)",
        ),
        ("GET", "/nosuch", "", "404", "no such path: /nosuch"),
        ("GET", "/predict", "", "405", "allowed here: POST"),
        (
            "POST",
            "/predict",
            "",
            "400",
            "not JSON: expected a value at byte 0",
        ),
        ("POST", "/predict", "{\"pixels\":[]}", "400", "has 0 rows"),
        (
            "POST",
            "/predict",
            "{\"instances\":[{}]}",
            "400",
            "instance 1: no list",
        ),
    ] {
        let (found, answer) = ask(method, path, body);
        assert_eq!(found, status, "{method} {path} {answer}");
        assert!(answer.contains(told), "{method} {path} {answer}");
    }
}

#[test]
fn a_client_is_answered_over_a_socket() {
    let mut server = mlserve("linear")
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(server.stdout.take().expect("its output")).lines();
    let port = lines
        .find_map(|line| {
            line.expect("a line")
                .strip_prefix("listening on port ")
                .map(str::to_owned)
        })
        .expect("it listens");
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("it takes us");
    stream
        .write_all(b"GET /health HTTP/1.1\r\n\r\n")
        .expect("it reads");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("it answers");
    assert_eq!(split(&response).0, "200");
    assert_eq!(
        lines.next().expect("a line").expect("a line"),
        "GET /health 200"
    );
    server.kill().expect("it ends");
    server.wait().expect("it ends");
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let output = mlserve("nosuch").arg("card").output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nosuch.safetensors: no such file"));
    assert_eq!(
        mlserve("mlp")
            .arg("--what")
            .output()
            .expect("it runs")
            .status
            .code(),
        Some(2)
    );
}
