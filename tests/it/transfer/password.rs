//! Registries that want to know who asks.

use super::*;

#[test]
fn a_registry_with_a_password_wants_the_right_one() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    let wrong = Credentials { password: "wrong".to_owned(), ..ana() };
    let push_with = |world: &mut World, credentials| push_as(world, &machine, "private.test/px:1", credentials, &[]);
    assert_eq!(
        push_with(&mut world, None).0.expect_err("no credentials").to_string(),
        "push access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials"
    );
    let (result, seen) = push_with(&mut world, Some(&wrong));
    let words = result.expect_err("a wrong password").to_string();
    assert!(words.starts_with("unexpected status from HEAD request to https://private.test/v2/px/blobs/"), "{words}");
    assert!(words.ends_with(": 401 Unauthorized"), "{words}");
    assert_eq!(seen.exchanges.len(), 2, "one answer to one challenge");
    let (result, seen) = push_with(&mut world, Some(&ana()));
    assert!(result.is_ok());
    assert_eq!(seen.lines(&[]).iter().filter(|line| line.ends_with("401")).count(), 1);
    assert!(!format!("{:?}", seen.exchanges).contains("YW5hOnNlY3JldA"), "a password is never told");
}

#[test]
fn a_login_is_judged_by_the_registry() {
    let mut world = World::with_hub_image().0;
    let mut events: Events<'_> = &mut |_| ();
    assert_eq!(login("private.test", &ana(), &mut world, &mut events), Ok(()));
    assert_eq!(login("r.test", &ana(), &mut world, &mut events), Ok(()));
    let error = login("docker.io", &ana(), &mut world, &mut events).expect_err("the hub has no accounts");
    assert_eq!(
        error.to_string(),
        "Get \"https://registry-1.docker.io/v2/\": unauthorized: incorrect username or password"
    );
    let wrong = Credentials { password: "wrong".to_owned(), ..ana() };
    let error = login("private.test", &wrong, &mut world, &mut events).expect_err("a wrong password");
    assert_eq!(error.to_string(), "login attempt to https://private.test/v2/ failed with status: 401 Unauthorized");
}

/// A registry whose token service knows ana, and whose uploads go elsewhere.
#[derive(Default)]
struct Guarded {
    registry: Registry,
    /// Host and `Authorization` of each request.
    heard: Vec<(String, String)>,
    drawn: u8,
}

impl Host for Guarded {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.drawn += 1;
        bytes.fill(self.drawn);
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let said = request.headers().get(header::AUTHORIZATION).map(|value| value.to_str().expect("text").to_owned());
        let said = said.unwrap_or_default();
        self.heard.push((host.clone(), said.clone()));
        let answer = |status: u16, body: &str| Response::builder().status(status).body(Bytes::from(body.to_owned()));
        let response = match host.as_str() {
            "auth.test" => {
                let form = String::from_utf8_lossy(request.body()).into_owned();
                let expected = "client_id=containerd-client&grant_type=password&password=secret&scope=repository%3Apx%3Apull+repository%3Apx%3Apull%2Cpush&service=r&username=ana";
                if form == expected { answer(200, r#"{"access_token":"granted"}"#) } else { answer(401, &form) }
            }
            "r.test" if said != "Bearer granted" => {
                let challenge = r#"Bearer realm="https://auth.test/token",service="r",scope="repository:px:pull""#;
                Response::builder().status(401).header(header::WWW_AUTHENTICATE, challenge).body(Bytes::new())
            }
            _ => {
                let mut registry = std::mem::take(&mut self.registry);
                let mut response = registry.answer(request, self);
                self.registry = registry;
                let path = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
                if let Some(elsewhere) = path.filter(|path| path.contains("uploads")) {
                    let elsewhere = format!("https://uploads.test{elsewhere}").parse().expect("a header");
                    response.headers_mut().insert(header::LOCATION, elsewhere);
                }
                Ok(response)
            }
        };
        Ok(response.expect("a response"))
    }
}

#[test]
fn one_token_serves_a_push_and_never_leaves_its_registry() {
    let (mut world, machine) = (Guarded::default(), Machine::with_image());
    let (name, ana) = (reference("r.test/px:1"), ana());
    let pushed = push(&machine.blobs, &machine.root, &name, Some(&ana), &[], &mut world, &mut |_| ());
    assert!(pushed.is_ok(), "{pushed:?}");
    let asked = |wanted: &str| world.heard.iter().filter(|(host, _)| host == wanted).count();
    assert_eq!((asked("auth.test"), asked("uploads.test")), (1, 2));
    for (host, said) in &world.heard {
        assert!(host == "r.test" || said.is_empty(), "{host} heard {said}");
    }
}
