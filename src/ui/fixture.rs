//! A made-up lesson with made-up bytes, for tests of the page only: what a
//! session would tell at a few points of a history.

use std::rc::Rc;

use crate::course::{
    Answer, AskedView, Block, Cell, ChoiceView, Column, FillView, FlowBox, FlowState, Inline, LessonView, Mode,
    ModesView, PassageView, Pointer, ProcessRow, QuestionView, Said, ScratchRun, ScratchView, StepView, TraceView,
    Tracker, TrackerGroup, TrackerRow, TrackerValue, Verdict,
};
use crate::event::{BlobMove, Direction, Exchange, Outcome};
use crate::lab::{
    ContainerView, FileView, ImageView, LayerView, LinkView, MachineView, RegistryView, RepositoryView, Snapshot,
    Status, TagView,
};
use crate::oci::{Blob, Digest, MediaType, Platform, Timestamp};
use crate::session::{
    BranchView, End, Exploration, Explored, ExploredLayer, FileChange, FileText, HistoryView, How, LabView, Named,
    OperationView, Shelf, Shelved, Start, Survey, Surveyed, Tell, Wasted,
};
use crate::text::{Line, Output, Stream, Style, sorted_by};
use crate::ui::{Act, Fact, Intent, View};

const NAME: &str = "registry.example.com/mlproject/mlmodel:1.0";
const LINES: [(&str, &str, &str); 5] = [
    ("laptop", "docker build -t mlmodel:1.0 .", "build"),
    ("laptop", "docker tag mlmodel:1.0 registry.example.com/mlproject/mlmodel:1.0", "tag"),
    ("laptop", "docker push registry.example.com/mlproject/mlmodel:1.0", "push"),
    ("prod", "docker pull registry.example.com/mlproject/mlmodel:1.0", "pull"),
    ("prod", "docker run registry.example.com/mlproject/mlmodel:1.0", "run"),
];

/// Before the first step.
pub fn at_start() -> View {
    at(0, 0)
}

/// After the build.
pub fn built() -> View {
    at(1, 1)
}

/// After the push.
pub fn pushed() -> View {
    at(3, 3)
}

/// While the push is under way.
pub fn pushing() -> View {
    let mut view = at(2, 2);
    tell(&mut view, started(2));
    for moved in moves(Direction::Push) {
        tell(&mut view, Tell::Moved(moved));
    }
    let progress = "[===============>          ]  26.1kB/41.2kB";
    tell(&mut view, printed(Some("w"), Line::from(format!("{}: Pushing ", short(2))).and(Style::Dim, progress)));
    tell(&mut view, Tell::Moved(moved(Direction::Push, 2, Outcome::Moving { current: 26_100 })));
    view
}

/// After everything.
pub fn all_run() -> View {
    at(5, 5)
}

/// After the push, with questions answered and a moment executed.
pub fn questioned() -> View {
    let mut view = pushed();
    let answer = Answer { question: "quiz-2".into(), said: Said::Choice(1) };
    view.update(Intent::Study(Act::Say(answer.question.clone(), answer.said.clone())));
    let evidence = "After step 2 registry.example.com held 0 manifests.".into();
    tell(&mut view, Tell::Verdict(Verdict { answer, evidence, ..Verdict::default() }));
    let run = ScratchRun {
        machine: "laptop".into(),
        line: "docker push mlmodel:1.0".into(),
        output: vec![output(None, Line::styled(Style::Bad, "denied: requested access to the resource is denied"))],
        code: 1,
    };
    let after = vec![("registry.example.com".into(), "empty".into())];
    tell(
        &mut view,
        Tell::Scratch(ScratchView { id: "moment-1".into(), runs: vec![run], after, explanation: Vec::new() }),
    );
    view
}

/// An image of two layers, the second of which changes a file and removes a folder.
pub fn explored() -> Explored {
    let file = |path: &str, size, directory| FileView { path: path.into(), size, mode: 0o644, directory };
    let change = |path: &str, size, directory, how| FileChange {
        file: file(path, size, directory),
        how,
        target: None,
        content: (!directory && how != How::Removed).then(|| Digest::of(size.to_string().as_bytes())),
    };
    let layer = |at, created_by: &str, changes| ExploredLayer {
        blob: self::layer(at),
        created_by: format!("{created_by} # buildkit"),
        changes,
        left_out: 0,
    };
    let first = vec![
        change("/app", 0, true, How::Added),
        change("/app/model.bin", 20, false, How::Added),
        change("/app/old", 0, true, How::Added),
        change("/app/old/a", 20, false, How::Added),
    ];
    let second = vec![change("/app/model.bin", 60, false, How::Changed), change("/app/old", 20, true, How::Removed)];
    let wasted = |path: &str, times| Wasted { path: path.into(), bytes: 20, times };
    let found = Exploration {
        layers: vec![layer(1, "COPY . /", first), layer(2, "COPY model.bin /app/", second)],
        stored: 100,
        shown: 60,
        wasted: vec![wasted("/app/model.bin", 2), wasted("/app/old/a", 1)],
    };
    Explored { image: manifest().digest, found: Ok(found) }
}

/// A registry with a tagged index of one image, signed; beside them a manifest and a blob that nobody needs.
pub fn surveyed() -> Surveyed {
    let named = |blob: Blob, about: &str| Named { blob, about: about.into() };
    let shelved = |blob: Blob, about: &str, names: Vec<Named>, referrers: Vec<Digest>| Shelved {
        unneeded: about == "unneeded",
        blob,
        about: about.into(),
        names: Ok(names),
        referrers,
    };
    let root = |media_type: MediaType, text: &str| Blob::of(media_type, text.as_bytes());
    let (index, signature) = (root(MediaType::INDEX, "index"), root(MediaType::MANIFEST, "signature"));
    let old = root(MediaType::MANIFEST, "old");
    let image = vec![named(config(), ""), named(layer(2), "elsewhere")];
    let in_order = |all: Vec<Shelved>| sorted_by(all, |a, b| a.blob.digest.cmp(&b.blob.digest));
    let manifests = vec![
        shelved(index.clone(), "", vec![named(manifest(), "wasi/wasm")], vec![signature.digest]),
        shelved(manifest(), "", image, Vec::new()),
        shelved(signature, "signature", vec![named(config(), "")], Vec::new()),
        shelved(old, "unneeded", vec![named(config(), "")], Vec::new()),
    ];
    let blobs = vec![shelved(config(), "", vec![], vec![]), shelved(layer(3), "unneeded", vec![], vec![])];
    let shelf = Shelf {
        name: "mlproject/mlmodel".into(),
        tags: vec![("1.0".into(), index.digest)],
        manifests: in_order(manifests),
        blobs: in_order(blobs),
    };
    let found = Survey { shelves: vec![shelf], loose: vec![layer(1)], garbage: Ok(434), left_out: 0 };
    Surveyed { registry: "registry.example.com".into(), found: Ok(found) }
}

fn at(position: usize, operations: usize) -> View {
    let mut view = View::default();
    tell(&mut view, Tell::Opened(Box::new(lesson())));
    tell(&mut view, Tell::Modes(Box::new(modes())));
    for step in 0..position {
        tell(&mut view, started(step));
        for told in printed_by(step) {
            tell(&mut view, told);
        }
        tell(&mut view, Tell::Finished(End { code: 0, hint: None }));
    }
    let told = Tell::State(Box::new(LabView {
        snapshot: snapshot(position),
        history: history(position, operations),
        trace: trace(position),
        prompt: "laptop:~/mlmodel $".into(),
    }));
    tell(&mut view, told);
    let text = "FROM mlserve:1\nWORKDIR /app\nCOPY model.safetensors .\nCOPY sample.json .\nCMD [\"predict\", \"sample.json\"]\n";
    let path = "/home/learner/mlmodel/Dockerfile".into();
    tell(&mut view, Tell::File(FileText { machine: "laptop".into(), path, text: Ok(text.into()) }));
    view
}

/// The lab as a page was told it last.
pub fn lab(view: &View) -> LabView {
    LabView {
        snapshot: (*view.snapshot).clone(),
        history: (*view.history).clone(),
        trace: (*view.trace).clone(),
        prompt: view.screen.prompt.clone(),
    }
}

fn tell(view: &mut View, told: Tell) {
    drop(view.learn(Fact::Told(told)));
}

fn started(step: usize) -> Tell {
    let (machine, line, _) = LINES[step];
    let prompt = if machine == "laptop" { "laptop:~/mlmodel $" } else { "prod:~ $" };
    Tell::Started(Start { machine: machine.into(), prompt: prompt.into(), line: line.into() })
}

fn printed_by(step: usize) -> Vec<Tell> {
    let lines = match step {
        0 => vec![
            Line::styled(Style::Done, "#5 [2/4] WORKDIR /app"),
            Line::styled(Style::Dim, "#5 DONE 0.0s"),
            Line::from(format!("#8 writing image {} done", layer(0).digest)),
        ],
        2 => vec![
            "The push refers to repository [registry.example.com/mlproject/mlmodel]".into(),
            Line::from(format!("{}: Pushed", short(1))),
            Line::from(format!("{}: Pushed", short(2))),
            Line::from(format!("1.0: digest: {} size: 1102", manifest().digest)),
        ],
        3 => vec![
            "1.0: Pulling from mlproject/mlmodel".into(),
            format!("Status: Downloaded newer image for {NAME}").into(),
        ],
        4 => vec!["prediction: 7 (0.998)".into()],
        _ => Vec::new(),
    };
    lines.into_iter().map(|line| printed(None, line)).collect()
}

fn printed(slot: Option<&str>, line: Line) -> Tell {
    Tell::Printed(output(slot, line))
}

fn output(slot: Option<&str>, line: Line) -> Output {
    Output { stream: Stream::Stdout, slot: slot.map(str::to_owned), line }
}

fn text(text: &str) -> Vec<Inline> {
    vec![Inline::Text(text.into())]
}

fn paragraph(of: &str) -> Block {
    Block::Paragraph(text(of))
}

fn lesson() -> LessonView {
    let titles = [
        "Build the image",
        "Tag: a second name",
        "Push: the bytes leave the laptop",
        "Pull on another machine",
        "Run it",
    ];
    let steps = LINES.iter().zip(titles).map(|((machine, line, _), title)| StepView {
        title: title.into(),
        machine: (*machine).into(),
        line: (*line).into(),
        prose: vec![Block::Paragraph(vec![
            Inline::Text("The name says where to go: ".into()),
            Inline::Code("registry.example.com".into()),
            Inline::Text(
                ". The client asks for each blob first, sends only what is missing, and puts the manifest last.".into(),
            ),
        ])],
        correction: vec![paragraph("A tag alone never touches a registry. The registry fills here, with the push.")],
    });
    let boxes = [
        "Build ML container image",
        "Tag with version",
        "Push to registry",
        "Stored in registry",
        "Pull for deployment or testing",
        "Run container from image",
        "Done",
    ];
    let at = [Some(0), Some(1), Some(2), Some(2), Some(3), Some(4), None];
    LessonView {
        id: "fixture".into(),
        title: "Container registries for ML".into(),
        minutes: 10,
        intro: vec![paragraph(
            "Five lines take a model from a laptop to another machine. Each one is really executed here.",
        )],
        flow: boxes.iter().zip(at).map(|(label, step)| FlowBox { label: (*label).into(), step }).collect(),
        steps: steps.collect(),
        moments: vec![PassageView {
            id: "moment-1".into(),
            title: text("Why tag with the registry path before pushing?"),
            prose: vec![paragraph("The name says where to push.")],
            shows: vec!["laptop $ docker push mlmodel:1.0".into()],
        }],
        quiz: vec![question()],
        concepts: ["A registry stores and shares images.", "docker push uploads what is missing."].map(text).to_vec(),
        modes: vec![(Mode::Try, 3)],
    }
}

fn modes() -> ModesView {
    ModesView { practice: vec![fill()], ..ModesView::default() }
}

fn question() -> QuestionView {
    let choice = |step| ChoiceView { text: text(&format!("Step {step}")), show: Some(format!("quiz-2-choice-{step}")) };
    QuestionView {
        id: "quiz-2".into(),
        question: text("At which step is the image stored in the registry?"),
        prose: Vec::new(),
        given: Vec::new(),
        asked: AskedView::Choose((1..5).map(choice).collect()),
        goals: Vec::new(),
        hints: vec!["Look at the registry column.".into()],
        pointer: Some(Pointer { row: 3, column: Some(Column::Registry) }),
        seconds: None,
    }
}

fn fill() -> QuestionView {
    let around = vec!["docker tag mlmodel:1.0 ".into(), String::new()];
    QuestionView {
        id: "try-1".into(),
        asked: AskedView::Fill(FillView { machine: "laptop".into(), around, words: vec![NAME.into()] }),
        pointer: None,
        ..question()
    }
}

const LAYERS: [(&str, &str, u64); 4] = [
    ("base", "COPY mlserve /bin/ # buildkit", 184_000),
    ("app", "WORKDIR /app", 122),
    ("weights", "COPY model.safetensors . # buildkit", 41_226),
    ("input", "COPY sample.json . # buildkit", 312),
];

fn layer(at: usize) -> Blob {
    let (seed, _, size) = LAYERS[at];
    Blob { size, ..Blob::of(MediaType::LAYER_GZIP, seed.as_bytes()) }
}

fn short(at: usize) -> String {
    layer(at).digest.short()
}

fn manifest() -> Blob {
    Blob { size: 1_102, ..Blob::of(MediaType::MANIFEST, b"manifest") }
}

fn config() -> Blob {
    Blob { size: 856, ..Blob::of(MediaType::CONFIG, b"config") }
}

fn image(references: &[&str]) -> ImageView {
    let layers = (0..LAYERS.len()).map(|at| LayerView {
        blob: layer(at),
        diff_id: Digest::of(&[1]),
        created_by: LAYERS[at].1.into(),
    });
    ImageView {
        references: references.iter().map(|name| (*name).to_owned()).collect(),
        id: manifest().digest,
        manifest: manifest(),
        attestations: Vec::new(),
        config: config(),
        platform: Platform::wasi(),
        created: Timestamp::default().to_string(),
        layers: layers.collect(),
        content_size: 227_618,
        disk_usage: 689_000,
        in_use: false,
    }
}

fn snapshot(position: usize) -> Snapshot {
    let names = if position < 2 { vec!["mlmodel:1.0"] } else { vec!["mlmodel:1.0", NAME] };
    let file = |name: &str, size| FileView {
        path: format!("/home/learner/mlmodel/{name}"),
        size,
        mode: 0o644,
        directory: false,
    };
    let laptop = MachineView {
        name: "laptop".into(),
        directory: "/home/learner/mlmodel".into(),
        images: Rc::new((position > 0).then(|| image(&names).into()).into_iter().collect()),
        files: vec![
            file(".dockerignore", 20),
            file("Dockerfile", 98),
            file("model.safetensors", 43_008),
            file("sample.json", 900),
        ]
        .into(),
        ..MachineView::default()
    };
    let container = ContainerView {
        id: "4f".repeat(32),
        name: "brave_hopper".into(),
        image: NAME.into(),
        image_id: manifest().digest,
        command: vec!["predict".into(), "sample.json".into()],
        created: Timestamp::default().to_string(),
        status: Status::Exited { code: 0, at: Timestamp::default().to_string() },
        log: vec!["prediction: 7 (0.998)".into()],
        ports: Vec::new(),
    };
    let prod = MachineView {
        name: "prod".into(),
        directory: "/root".into(),
        images: Rc::new((position >= 4).then(|| image(&[NAME]).into()).into_iter().collect()),
        containers: if position < 5 { Vec::new() } else { vec![container] },
        ..MachineView::default()
    };
    let hub = registry(
        "docker.io",
        "library/mlserve",
        "1",
        &[Blob { size: 610, ..Blob::of(MediaType::MANIFEST, b"base manifest") }],
        &[layer(0)],
    );
    let blobs = [config(), layer(0), layer(1), layer(2), layer(3)];
    let project = registry("registry.example.com", "mlproject/mlmodel", "1.0", &[manifest()], &blobs);
    let registries = match position {
        0 => Vec::new(),
        1 | 2 => vec![hub],
        _ => vec![hub, project],
    };
    Snapshot {
        here: "laptop".into(),
        clock: Timestamp::default().to_string(),
        machines: vec![laptop, prod],
        links: links(&registries).into(),
        registries: registries.into_iter().map(Rc::new).collect(),
    }
}

fn links(registries: &[RegistryView]) -> Vec<LinkView> {
    let names = registries.iter().map(|registry| registry.name.clone());
    let link = |machine: &str, registry: String| LinkView {
        machine: machine.into(),
        registry,
        bandwidth: "20Mbit".into(),
        latency: "80ms".into(),
        real: None,
    };
    names.flat_map(|name| [link("laptop", name.clone()), link("prod", name)]).collect()
}

fn registry(name: &str, repository: &str, tag: &str, manifests: &[Blob], blobs: &[Blob]) -> RegistryView {
    let tags = vec![TagView { tag: tag.into(), digest: manifests[0].digest, immutable: false }];
    let (manifests, blobs) = (manifests.to_vec(), blobs.to_vec());
    RegistryView {
        name: name.into(),
        repositories: vec![Rc::new(RepositoryView {
            name: repository.into(),
            tags,
            manifests,
            blobs,
            read_only: false,
        })],
        ..RegistryView::default()
    }
}

fn history(position: usize, operations: usize) -> HistoryView {
    let operation = |(step, (machine, line, label)): (usize, &(&str, &str, &str))| OperationView {
        machine: (*machine).into(),
        line: (*line).into(),
        label: (*label).into(),
        step: Some(step),
        code: 0,
    };
    let main = operations.checked_sub(1).map(|tip| BranchView {
        name: "main".into(),
        tip,
        forked: 0,
        depth: operations,
        first: LINES[0].1.into(),
        last: LINES[tip].1.into(),
        shown: true,
    });
    HistoryView {
        operations: LINES.iter().enumerate().take(operations).map(operation).map(Rc::new).collect(),
        position,
        at: position.checked_sub(1),
        branches: main.into_iter().collect(),
        bookmarks: Vec::new(),
    }
}

fn moved(direction: Direction, at: usize, outcome: Outcome) -> BlobMove {
    let (registry, repository) = ("registry.example.com".into(), "mlproject/mlmodel".into());
    BlobMove { direction, registry, repository, blob: layer(at), outcome }
}

fn moves(direction: Direction) -> Vec<BlobMove> {
    vec![
        moved(direction, 0, Outcome::AlreadyExists),
        moved(direction, 1, Outcome::Moved),
        moved(direction, 2, Outcome::Moving { current: 26_100 }),
        moved(direction, 3, Outcome::Waiting),
    ]
}

fn exchanges(direction: Direction) -> Vec<Exchange> {
    let method = if direction == Direction::Push { "HEAD" } else { "GET" };
    let asked = (0..4).map(|at| Exchange {
        registry: "registry.example.com".into(),
        method: method.into(),
        path: format!("/v2/mlproject/mlmodel/blobs/{}", layer(at).digest),
        status: if direction == Direction::Push { 404 } else { 200 },
        request_headers: vec![("Host".into(), "registry.example.com".into())],
        response_headers: vec![("Docker-Distribution-Api-Version".into(), "registry/2.0".into())],
        sent: 0,
        received: 157,
        says: None,
        why: "It asks for the blob before it sends it; 404 says it is missing.".into(),
    });
    asked.collect()
}

/// The direction in which a row's command moves blobs, once it has run.
fn direction(at: usize) -> Option<Direction> {
    match at {
        2 => Some(Direction::Push),
        3 => Some(Direction::Pull),
        _ => None,
    }
}

fn trace(position: usize) -> TraceView {
    let actions = ["Build image", "Tag image", "Push image", "Pull image", "Run container", "Process complete"];
    let results = [
        "Local image created",
        "Second name, 0 bytes",
        "Image stored in registry",
        "Image downloaded",
        "Container ran, exit 0",
        "—",
    ];
    let registry = ["none", "none", "4 HEAD, 4 POST, 4 PUT", "5 GET", "none", "none"];
    let row = |at: usize| {
        let (machine, line, _) = LINES.get(at).copied().unwrap_or_default();
        let happened = at < position || (at == 5 && position == 5);
        let direction = direction(at).filter(|_| happened);
        let exchanges = direction.map(exchanges).unwrap_or_default();
        let moves = direction.map(|way| (0..4).map(|at| moved(way, at, Outcome::Moved)).collect());
        let moves: Vec<BlobMove> = moves.unwrap_or_default();
        let cell = |text: &str| Cell {
            text: if happened || at < 5 { text.into() } else { String::new() },
            why: "A tag is a pointer kept beside the image; nothing is copied.".into(),
            exchanges: exchanges.clone(),
            moves: moves.clone(),
            real: "docker image ls --digests".into(),
        };
        let image = if at == 0 { "mlmodel:1.0" } else { NAME };
        ProcessRow {
            number: at + 1,
            position: (at < position).then_some(at + 1),
            step: (at < 5).then_some(at),
            machine: machine.into(),
            line: line.into(),
            action: cell(actions[at]),
            image: cell(image),
            registry: cell(if happened { registry[at] } else { "" }),
            result: cell(if happened { results[at] } else { "" }),
        }
    };
    let flow = (0..7).map(|at| match at {
        3 if position == 3 => FlowState::Current,
        _ if at + 1 < position => FlowState::Reached,
        _ if at + 1 == position => FlowState::Current,
        _ => FlowState::ToCome,
    });
    TraceView {
        rows: (0..6).map(row).map(Rc::new).collect(),
        tracker: tracker(position),
        transcript: (0..position).map(|at| text(&format!("Then {} was run.", LINES[at].1)).into()).collect(),
        next_step: (position < 5).then_some(position),
        current_step: position.checked_sub(1),
        flow: flow.collect(),
        goals: Vec::new(),
    }
}

fn tracker(position: usize) -> Tracker {
    let columns = (0..7).map(|at| match at {
        0 => "start".to_owned(),
        6 => "final".to_owned(),
        at => format!("after step {at}"),
    });
    let row = |label: &str, of: &dyn Fn(usize) -> Vec<String>| TrackerRow {
        label: label.into(),
        values: (0..7)
            .map(|at| {
                let changed = at > 0 && of(at) != of(at - 1);
                (at <= position || (at == 6 && position == 5)).then(|| TrackerValue { lines: of(at), changed })
            })
            .collect(),
    };
    let local =
        |at: usize| ["mlmodel:1.0", NAME].iter().take(at.min(2)).map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let since =
        |from: usize, text: &'static str| move |at: usize| if at < from { Vec::new() } else { vec![text.to_owned()] };
    Tracker {
        columns: columns.collect(),
        current: position,
        groups: vec![
            TrackerGroup { place: "laptop".into(), rows: vec![row("image store", &local)] },
            TrackerGroup {
                place: "registry.example.com".into(),
                rows: vec![row("storage", &since(3, "mlproject/mlmodel:1.0"))],
            },
            TrackerGroup {
                place: "prod".into(),
                rows: vec![
                    row("image store", &since(4, NAME)),
                    row("containers", &since(5, "brave_hopper exited (0)")),
                ],
            },
        ],
    }
}
