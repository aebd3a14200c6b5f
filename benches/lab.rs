//! What a lab costs that holds very much, beside one that holds next to
//! nothing: the session's part of a line, of an undo and of a jump, and the
//! memory of a long history. Everything goes through the session, as in the page.
#![allow(clippy::disallowed_methods, reason = "this looks at the real clock")]
#![allow(clippy::print_stdout, reason = "what it measures is printed")]

use std::time::{Duration, Instant};

use drydock::native::Site;
use drydock::runtime::Modules;
use drydock::session::{Ask, Session, Tell};

/// What is in the full lab: images on one machine, each with layers of its own, all pushed to two repositories.
const IMAGES: usize = 200;
const LAYERS: usize = 24;
/// How often each is done.
const ROUNDS: usize = 40;
/// Operations of the long history.
const OPERATIONS: usize = 10_000;

/// Both, or of an argument but the one: `speed` or `memory`.
fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let is_wanted = |part: &str| wanted.as_deref().is_none_or(|wanted| wanted == part);
    if is_wanted("speed") {
        speed();
    }
    if is_wanted("memory") {
        memory();
    }
}

fn speed() {
    let (mut empty, mut full) = (Bench::open(), Bench::open());
    full.fill();
    println!("{:<8} {:>12} {:>12} {:>12} {:>8}", "", "empty p50", "full p50", "full p95", "ratio");
    empty.line("touch start");
    let lines = |_: &Bench| [line("touch a"), line("touch b")];
    let undo = |_: &Bench| [Ask::Undo, Ask::Redo];
    for (name, asks) in [("line", lines as fn(&Bench) -> [Ask; 2]), ("undo", undo), ("jump", Bench::ends)] {
        let (before, now) = (empty.times(&asks(&empty)), full.times(&asks(&full)));
        let ratio = now[ROUNDS / 2].as_secs_f64() / before[ROUNDS / 2].as_secs_f64();
        println!(
            "{name:<8} {:>12.2?} {:>12.2?} {:>12.2?} {ratio:>7.1}x",
            before[ROUNDS / 2],
            now[ROUNDS / 2],
            now[ROUNDS * 95 / 100]
        );
    }
}

fn memory() {
    let mut long = Bench::open();
    long.line("docker build -q -t mlmodel:1.0 .");
    let before = resident();
    for number in 1..OPERATIONS {
        long.line(&format!("docker tag mlmodel:1.0 mlmodel:{}", number % 10));
    }
    println!("{OPERATIONS} operations: {} kB", resident() - before);
}

fn line(line: &str) -> Ask {
    Ask::Line { machine: None, line: line.to_owned() }
}

struct Bench {
    session: Session,
    /// Operations of the history.
    operations: usize,
}

impl Bench {
    fn open() -> Self {
        let site = Site::new(concat!(env!("CARGO_MANIFEST_DIR"), "/www"));
        let mut bench =
            Self { session: Session::new(Box::new(site), Box::new(Modules::default()), false), operations: 0 };
        bench.ask(Ask::Open {
            lesson: "container-registries-for-ml".to_owned(),
            language: "en".to_owned(),
            saved: None,
        });
        bench
    }

    fn fill(&mut self) {
        let folders = (0..LAYERS).map(|at| format!("WORKDIR /n$N-{at}\n"));
        let text = format!("FROM scratch\nARG N\n{}", folders.collect::<String>());
        self.ask(Ask::WriteFile {
            machine: "laptop".to_owned(),
            path: "/home/learner/mlmodel/Dockerfile".to_owned(),
            text,
        });
        for number in 1..=IMAGES {
            let (name, again) =
                (format!("registry.example.com/full/i:{number}"), format!("registry.example.com/full/again:{number}"));
            self.line(&format!(
                "docker build -q --build-arg N={number} -t {name} . && docker push -q {name} && docker tag {name} {again} && docker push -q {again}"
            ));
        }
    }

    /// To the start of the history and to its end.
    fn ends(&self) -> [Ask; 2] {
        [Ask::Jump { position: 0 }, Ask::Jump { position: self.operations }]
    }

    fn line(&mut self, text: &str) {
        self.ask(line(text));
    }

    /// Asks and lets what begins run to its end; a benchmark of a failure means nothing.
    fn ask(&mut self, ask: Ask) {
        let operations = &mut self.operations;
        let check = &mut |tell| match tell {
            Tell::State(lab) => *operations = lab.history.operations.len(),
            Tell::Finished(end) => assert_eq!(end.code, 0, "a line failed"),
            Tell::Refused(reason) | Tell::NotRestored(reason) => panic!("{reason}"),
            _ => {}
        };
        self.session.ask(ask, check);
        while self.session.tick(check) {}
    }

    /// What each round of `asks` by turns took, the shortest first.
    fn times(&mut self, asks: &[Ask; 2]) -> Vec<Duration> {
        let mut times: Vec<Duration> = (0..ROUNDS)
            .map(|round| {
                let began = Instant::now();
                self.ask(asks[round % 2].clone());
                began.elapsed()
            })
            .collect();
        times.sort();
        times
    }
}

/// The kilobytes of memory this process holds.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the line");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("kilobytes")
}
