//! RUN: programs of the image, what they see, what they leave, what is cached.

use super::*;

const FROM: &str = "FROM scratch AS tools\nCOPY --chmod=755 tool /bin/tool\nENV PATH=/bin\n";

/// A desk whose context has a program and a secret.
fn desk(instructions: &str) -> Desk {
    let mut desk = Desk::new(&format!("{FROM}{instructions}\n"));
    desk.put_bytes("tool", wat::parse_str(include_str!("tool.wat")).expect("a module"), 0o644, NOON - 60);
    desk.write("notes.txt", "from the context\n");
    desk
}

fn request(desk: &Desk) -> Request {
    let secrets = [("token".to_owned(), b"hush\n".to_vec())].into();
    let arguments = vec![("V".to_owned(), "1".to_owned())];
    Request { arguments, secrets, ..desk.request() }
}

/// What the programs of the steps wrote.
fn written(outcome: &Outcome) -> Vec<String> {
    let text = |event: &Event| match event {
        Event::BuildStepWrote { text, .. } => Some(text.clone()),
        _ => None,
    };
    outcome.events.iter().filter_map(text).collect()
}

/// What a build of `instructions` wrote, and the files it left.
fn run(instructions: &str) -> (Vec<String>, Tree) {
    let mut desk = desk(instructions);
    let request = request(&desk);
    let outcome = desk.run(&request);
    let tree = outcome.result.as_ref().unwrap_or_else(|error| panic!("{instructions}: {error}")).images[0].tree();
    (written(&outcome), tree)
}

fn text_of(tree: &Tree, path: &str) -> Option<String> {
    tree.read(&path.into()).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[test]
fn a_program_changes_the_files_and_that_is_the_layer() {
    let (_, tree) = run("RUN [\"tool\", \"add\", \"/made\"]\nRUN [\"tool\", \"add\", \"/made\"]");
    assert_eq!(text_of(&tree, "/made").as_deref(), Some("more\nmore\n"));
    for folder in ["/dev", "/proc", "/sys"] {
        assert!(tree.get(&folder.into()).is_some(), "runc mounts something on {folder}");
    }
}

#[test]
fn a_step_that_changes_nothing_is_the_well_known_empty_layer() {
    let mut desk = desk("RUN [\"tool\", \"env\"]\nRUN [\"tool\", \"env\"]");
    let built = desk.rebuild().1;
    let empty = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
    assert_eq!(built.config.rootfs.diff_ids[2].to_string(), empty);
}

#[test]
fn arguments_are_seen_by_programs_and_recorded_but_not_kept() {
    let mut desk = desk("ARG V\nENV E=e\nRUN [\"tool\", \"env\"]");
    let request = request(&desk);
    let outcome = desk.run(&request);
    let lines = written(&outcome);
    assert!(lines.contains(&"V=1".to_owned()) && lines.contains(&"E=e".to_owned()), "{lines:?}");
    let config = &outcome.result.expect("built").images[0].config;
    assert_eq!(config.history.last().expect("a line").created_by, "RUN |1 V=1 tool env # buildkit");
    assert!(!config.config.env.contains(&"V=1".to_owned()));
}

#[test]
fn a_bind_shows_files_that_stay_where_they_are() {
    let (lines, tree) = run("RUN --mount=type=bind,target=/in [\"tool\", \"cat\", \"/in/notes.txt\"]");
    assert_eq!(lines, ["from the context"]);
    assert!(tree.get(&"/in".into()).is_none());
    let staged = "COPY notes.txt /n\nFROM scratch\nCOPY --from=0 /bin/tool /bin/tool\n\
                  RUN --mount=from=tools,source=/n,target=/in/n [\"/bin/tool\", \"cat\", \"/in/n\"]";
    assert_eq!(run(staged).0, ["from the context"]);
}

#[test]
fn a_cache_outlives_its_build_and_is_in_no_layer() {
    let step = "RUN --mount=type=cache,target=/cache [\"tool\", \"add\", \"/cache/log\"]\n\
                RUN --mount=type=cache,target=/cache [\"tool\", \"cat\", \"/cache/log\"]";
    let mut desk = desk(step);
    let first = desk.build();
    assert_eq!(written(&first), ["more"]);
    assert!(first.result.expect("built").images[0].tree().get(&"/cache".into()).is_none());
    desk.no_cache = true;
    assert_eq!(written(&desk.build()), ["more", "more"]);
}

#[test]
fn a_secret_is_a_file_or_a_variable_and_never_in_the_image() {
    let (lines, tree) = run("RUN --mount=type=secret,id=token [\"tool\", \"cat\", \"/run/secrets/token\"]");
    assert_eq!(lines, ["hush"]);
    assert!(tree.get(&"/run".into()).is_none());
    let (lines, _) = run("RUN --mount=type=secret,id=token,env=TOKEN [\"tool\", \"env\"]");
    assert!(lines.contains(&"TOKEN=hush".to_owned()), "{lines:?}");
    let mut without = desk("RUN --mount=type=secret,id=other,required=true [\"tool\", \"env\"]");
    assert_eq!(without.build().error(), "failed to solve: secret other: not found");
}

#[test]
fn a_tmpfs_is_forgotten() {
    let (_, tree) = run("RUN --mount=type=tmpfs,target=/t [\"tool\", \"add\", \"/t/x\"]");
    assert!(tree.get(&"/t".into()).is_none());
}

#[test]
fn a_script_of_a_heredoc_is_run_itself_and_a_text_by_the_shell() {
    // Its interpreter is given the script, and prints it.
    let mut script = desk("RUN <<EOF\n#!/bin/tool cat\nsome text\nEOF");
    let outcome = script.build();
    assert!(outcome.plain().contains(" some text\n"), "{}", outcome.plain());
    let mut lost = desk("RUN <<EOF\n#!/bin/none\nEOF");
    let outcome = lost.build();
    assert!(outcome.plain().contains("exec /dev/pipes/EOF: no such file or directory"), "{}", outcome.plain());
    assert!(outcome.error().contains("process \"/dev/pipes/EOF\" did not complete successfully: exit code: 255"));
    let mut shell = desk("SHELL [\"/bin/tool\", \"env\"]\nRUN <<EOF\none\ntwo\nEOF");
    let outcome = shell.build();
    assert!(outcome.plain().contains("] RUN <<EOF (one...)\n"), "{}", outcome.plain());
    let config = &outcome.result.expect("built").images[0].config;
    assert_eq!(config.history.last().expect("a line").created_by, "RUN /bin/tool env one\ntwo\n # buildkit");
}

#[test]
fn a_program_that_fails_fails_the_build_with_what_it_wrote() {
    let mut desk = desk("RUN [\"tool\", \"cat\", \"/bin/none\"]");
    assert_eq!(
        desk.build().error(),
        "failed to solve: process \"tool cat /bin/none\" did not complete successfully: exit code: 1"
    );
    desk.write("Dockerfile", &format!("{FROM}RUN [\"tool\", \"fail\"]\n"));
    let outcome = desk.build();
    assert!(outcome.plain().contains("exit code: 3\n"), "{}", outcome.plain());
    desk.write("Dockerfile", &format!("{FROM}RUN echo\n"));
    let outcome = desk.build();
    assert!(outcome.plain().contains(
        "------\n > [2/2] RUN echo:\n0.120 runc run failed: unable to start container process: error during \
         container init: exec: \"/bin/sh\": stat /bin/sh: no such file or directory\n------\n"
    ));
}

#[test]
fn text_arguments_and_environment_break_the_cache_of_a_run_and_labels_do_not() {
    let cached = |before: &str, after: &str| {
        let mut desk = desk(before);
        desk.rebuild();
        desk.write("Dockerfile", &format!("{FROM}{after}\n"));
        desk.rebuild().0.last().expect("a step").starts_with("CACHED")
    };
    let run = "RUN [\"tool\", \"env\"]";
    assert!(cached(run, run));
    assert!(cached(run, &format!("# a comment\nLABEL a=b\nEXPOSE 1\nCMD x\n{run}")));
    assert!(!cached(run, "RUN [\"tool\", \"env\", \"\"]"));
    assert!(!cached("SHELL [\"tool\", \"env\"]\nRUN a  b", "SHELL [\"tool\", \"env\"]\nRUN a b"), "spaces count");
    assert!(!cached(run, &format!("ENV A=b\n{run}")));
    assert!(!cached(run, &format!("ARG A=b\n{run}")), "even if it is not mentioned");
    assert!(!cached(run, &format!("WORKDIR /w\n{run}")));
    assert!(!cached(run, &format!("USER 1\n{run}")));
}

#[test]
fn a_build_is_stopped_between_slices() {
    let mut desk = desk("RUN [\"tool\", \"env\"]");
    let mut build = Build::new(desk.request(), Cache::default()).expect("a context");
    let mut host = Still { now: Timestamp::from_seconds(NOON), page: None };
    let mut events = Vec::new();
    let mut bases = |request: &BaseRequest<'_>, _: &mut dyn Host, _: Events<'_>| base(request.reference, "").map(Some);
    let mut keep = |event| events.push(event);
    let mut tools = Tools { host: &mut host, events: &mut keep, bases: &mut bases, processes: &mut desk.processes };
    while build.running.is_none() {
        assert!(build.advance(1, &mut tools).expect("it goes on").is_none());
    }
    let error = build.cancel(&mut |event| events.push(event));
    assert_eq!(error.to_string(), "failed to solve: Canceled: context canceled");
    assert!(matches!(events.last(), Some(Event::BuildStepCanceled { .. })));
}
