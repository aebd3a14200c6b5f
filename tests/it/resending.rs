//! A request of the history sent once more: the same answer while nothing has
//! changed, another one when something has, and the lab as it was.

use drydock::event::Exchange;
use drydock::session::{Ask, Tell};

use crate::lab::Lab;

/// What a line sent over the wire.
fn sent(lab: &mut Lab, machine: &str, line: &str) -> Vec<Exchange> {
    let told = lab.ask(Ask::Line { machine: Some(machine.into()), line: line.into() });
    let exchange = |tell| match tell {
        Tell::Exchanged(exchange) => Some(exchange),
        _ => None,
    };
    told.into_iter().filter_map(exchange).collect()
}

fn again(lab: &mut Lab, machine: &str, exchange: &Exchange) -> Result<Vec<Exchange>, String> {
    let told = lab.ask(Ask::Resend { machine: machine.into(), exchange: exchange.clone() });
    let resent = told.into_iter().find_map(|tell| match tell {
        Tell::Resent(resent) if resent.first == *exchange => Some(resent.now),
        _ => None,
    });
    resent.expect("the question is answered")
}

fn pushed() -> (Lab, Vec<Exchange>) {
    let mut lab = Lab::open();
    lab.steps(2);
    let exchanges = sent(&mut lab, "laptop", "docker push registry.example.com/mlproject/mlmodel:1.0");
    (lab, exchanges)
}

fn find<'a>(exchanges: &'a [Exchange], method: &str, part: &str) -> &'a Exchange {
    let mut all = exchanges.iter();
    all.find(|of| of.method == method && of.path.contains(part)).unwrap_or_else(|| panic!("no {method} of {part}"))
}

#[test]
fn a_question_that_was_answered_no_is_answered_yes_after_the_push() {
    let (mut lab, exchanges) = pushed();
    let before = (lab.snapshot.clone(), lab.history.clone());
    let asked = find(&exchanges, "HEAD", "/blobs/");
    let now = again(&mut lab, "laptop", asked).expect("it is sent");
    assert_eq!((asked.status, now.len(), now[0].status), (404, 1, 200));
    assert_eq!((now[0].path.as_str(), &now[0].request_headers), (asked.path.as_str(), &asked.request_headers));
    lab.ask(Ask::Jump { position: 2 });
    assert_eq!(again(&mut lab, "laptop", asked).expect("it is sent")[0].status, 404);
    lab.ask(Ask::Jump { position: 3 });
    assert_eq!((lab.snapshot.clone(), lab.history.clone()), before, "a copy of the lab was asked");
}

#[test]
fn a_manifest_is_put_once_more_with_the_bytes_that_its_digest_names() {
    let (mut lab, exchanges) = pushed();
    let put = find(&exchanges, "PUT", "/manifests/1.0");
    lab.line("registry rm registry.example.com/mlproject/mlmodel:1.0");
    let now = again(&mut lab, "laptop", put).expect("the bytes are on the laptop");
    assert_eq!((now[0].status, now[0].sent), (201, put.sent));
    assert_eq!(now[0].response_headers, put.response_headers);
    assert!(lab.snapshot.registries[0].repositories[0].tags.is_empty(), "a copy of the lab was changed");
}

#[test]
fn an_upload_that_was_closed_is_gone_and_the_registry_says_so() {
    let (mut lab, exchanges) = pushed();
    let close = find(&exchanges, "PUT", "/blobs/uploads/");
    let now = again(&mut lab, "laptop", close).expect("the digest in its path names the bytes");
    assert_eq!(now[0].status, 404);
    let says = now[0].says.as_deref().expect("an error is remembered");
    assert!(says.contains("BLOB_UPLOAD_UNKNOWN"), "{says}");
    assert_eq!(close.says, None);
}

#[test]
fn whoever_is_asked_for_a_name_proves_it_anew_and_no_secret_is_told() {
    let mut lab = Lab::open();
    lab.steps(2);
    for line in [
        "registry access registry.example.com token",
        "registry user add registry.example.com ana --password geheim --scope '*:pull,push'",
        "docker login -u ana -p geheim registry.example.com",
    ] {
        lab.line(line);
    }
    let exchanges = sent(&mut lab, "laptop", "docker push registry.example.com/mlproject/mlmodel:1.0");
    let with_token = exchanges.iter().find(|of| of.request_headers.iter().any(|(name, _)| name == "authorization"));
    let now = again(&mut lab, "laptop", with_token.expect("the registry asks for a token")).expect("it is sent");
    let statuses: Vec<u16> = now.iter().map(|of| of.status).collect();
    assert_eq!(statuses[..2], [401, 200], "first it is asked who is there, then a token is fetched");
    assert_ne!(now.last().expect("an answer").status, 401);
    // Its body held the password and is not remembered; the same service answers a GET.
    let asked = Exchange { method: "GET".into(), sent: 0, ..now[1].clone() };
    let token = again(&mut lab, "laptop", &asked).expect("it is sent");
    assert_eq!(token.last().expect("an answer").status, 200);
    let told = format!("{exchanges:?}{now:?}{token:?}");
    assert!(!told.contains("geheim") && !told.contains("access_token"), "a secret was told");
}

#[test]
fn what_cannot_be_sent_again_is_said() {
    let (mut lab, exchanges) = pushed();
    let asked = find(&exchanges, "HEAD", "/blobs/").clone();
    let nobody = again(&mut lab, "nobody", &asked).expect_err("no such machine");
    assert!(nobody.contains("no machine \"nobody\""), "{nobody}");
    let piece = Exchange { method: "PATCH".into(), path: "/v2/a/blobs/uploads/1".into(), sent: 5, ..asked.clone() };
    let forgotten =
        again(&mut lab, "laptop", &Exchange { response_headers: Vec::new(), ..piece }).expect_err("no digest");
    assert!(forgotten.contains("the 5 bytes of its body are not remembered"), "{forgotten}");
    let elsewhere = Exchange { registry: "nowhere.example.com".into(), ..asked.clone() };
    let now = again(&mut lab, "laptop", &elsewhere).expect("it is tried");
    assert_eq!(now[0].status, 0);
    lab.line("wire bind real.example.com http://127.0.0.1:9");
    let real = Exchange { registry: "real.example.com".into(), ..asked };
    let refused = again(&mut lab, "laptop", &real).expect_err("it is real");
    assert!(refused.contains("real registry"), "{refused}");
}
