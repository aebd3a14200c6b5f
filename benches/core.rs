//! What a learner waits for: a build, a push, a pull, and a long lab restored.
//! Everything goes through the session, as in the page; the site is in memory.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::rc::Rc;

use bytes::Bytes;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use drydock::host::{Host, SendError};
use drydock::native::Site;
use drydock::oci::Timestamp;
use drydock::runtime::Modules;
use drydock::session::{Ask, Session, Tell};
use http::{Request, Response};

/// Operations of the lab that is restored.
const OPERATIONS: usize = 1_000;

criterion_group!(core, build, push, pull, replay);
criterion_main!(core);

fn build(criterion: &mut Criterion) {
    measure_step(criterion, "build", 0);
}

fn push(criterion: &mut Criterion) {
    measure_step(criterion, "push", 2);
}

fn pull(criterion: &mut Criterion) {
    measure_step(criterion, "pull", 3);
}

/// The step of the lesson after `before` others.
fn measure_step(criterion: &mut Criterion, name: &str, before: usize) {
    let site = Memory::new();
    criterion.bench_function(name, |bencher| {
        let ready = || {
            let mut session = open(&site, None);
            (0..before).for_each(|_| ask(&mut session, Ask::Next));
            session
        };
        bencher.iter_batched_ref(ready, |session| ask(session, Ask::Next), BatchSize::PerIteration);
    });
}

fn replay(criterion: &mut Criterion) {
    let site = Memory::new();
    let mut session = open(&site, None);
    (0..3).for_each(|_| ask(&mut session, Ask::Next));
    let mut saved = None;
    for number in 3..OPERATIONS {
        // New names, so that each operation changes something and none is like the one before.
        let line = format!("docker tag mlmodel:1.0 mlmodel:{number}");
        let keep = &mut |tell| {
            if let Tell::Saved(text) = tell {
                saved = Some(text);
            }
        };
        session.ask(Ask::Line { machine: None, line }, keep);
    }
    let mut group = criterion.benchmark_group("replay");
    group.sample_size(10);
    group.bench_function(format!("{OPERATIONS} operations"), |bencher| {
        bencher.iter(|| black_box(open(&site, saved.clone())));
    });
    group.finish();
}

fn open(site: &Memory, saved: Option<String>) -> Session {
    let mut session = Session::new(Box::new(site.clone()), Box::new(Modules::default()), false);
    ask(&mut session, Ask::Open { lesson: "container-registries-for-ml".to_owned(), language: "en".to_owned(), saved });
    session
}

/// Asks and lets what begins run to its end; a benchmark of a failure means nothing.
fn ask(session: &mut Session, ask: Ask) {
    let check = &mut |tell| match tell {
        Tell::Finished(end) => assert_eq!(end.code, 0, "a line failed"),
        Tell::Refused(reason) | Tell::NotRestored(reason) => panic!("{reason}"),
        _ => {}
    };
    session.ask(ask, check);
    while session.tick(check) {}
}

/// The site, each of its files read once.
#[derive(Clone)]
struct Memory {
    site: Site,
    answers: Rc<RefCell<BTreeMap<String, Response<Bytes>>>>,
}

impl Memory {
    fn new() -> Self {
        let site = Site::new(concat!(env!("CARGO_MANIFEST_DIR"), "/www"));
        assert!(site.has_hub(), "www/hub is not built: run `cargo xtask build`");
        Self { site, answers: Rc::default() }
    }
}

impl Host for Memory {
    fn now(&self) -> Timestamp {
        self.site.now()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.site.random(bytes);
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let path = request.uri().path().to_owned();
        if let Some(known) = self.answers.borrow().get(&path) {
            return Ok(known.clone());
        }
        let answer = self.site.send(request)?;
        self.answers.borrow_mut().insert(path, answer.clone());
        Ok(answer)
    }
}
