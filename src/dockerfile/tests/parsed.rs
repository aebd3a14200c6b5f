//! What instructions mean.

use std::time::Duration;

use proptest::prelude::*;

use crate::dockerfile::*;

fn one(line: &str) -> Command {
    let text = format!("FROM a\n{line}");
    let file = parse(&text).expect(line);
    let [instruction] = &file.last_stage().instructions[..] else { panic!("{line} is one instruction") };
    instruction.command.clone()
}

#[track_caller]
fn check(line: &str, expected: &Command) {
    assert_eq!(&one(line), expected, "{line}");
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn shell(text: &str) -> CommandLine {
    CommandLine::Shell(text.to_owned())
}

fn exec(list: &[&str]) -> CommandLine {
    CommandLine::Exec(words(list))
}

fn pair(name: &str, value: &str, legacy: bool) -> Pair {
    Pair { name: name.into(), value: value.into(), legacy }
}

fn transfer(sources: &[&str], destination: &str) -> Transfer {
    Transfer { sources: words(sources), destination: destination.into(), ..Transfer::default() }
}

fn heredoc(name: &str, text: &str) -> Heredoc {
    Heredoc { name: name.into(), text: text.into(), raw: text.into(), expand: true, descriptor: 0 }
}

fn run(line: CommandLine) -> Run {
    Run { line, files: Vec::new(), mounts: Vec::new(), network: None, security: None, devices: Vec::new() }
}

#[test]
fn every_instruction_has_its_forms() {
    check("WORKDIR /app dir", &Command::Workdir { path: "/app dir".into() });
    check("ENV a=1 b='x y'", &Command::Env { pairs: vec![pair("a", "1", false), pair("b", "'x y'", false)] });
    check("ENV a b c", &Command::Env { pairs: vec![pair("a", "b c", true)] });
    check("LABEL x=y", &Command::Label { pairs: vec![pair("x", "y", false)] });
    check("EXPOSE 9090 8080/tcp", &Command::Expose { ports: words(&["8080/tcp", "9090"]) });
    check("CMD [\"a\", \"b\"]", &Command::Cmd(exec(&["a", "b"])));
    check("CMD ['a']", &Command::Cmd(shell("['a']")));
    check("CMD", &Command::Cmd(shell("")));
    check("ENTRYPOINT run  this", &Command::Entrypoint(shell("run  this")));
    check("ENTRYPOINT []", &Command::Entrypoint(exec(&[])));
    check("MAINTAINER A  B <a@b>", &Command::Maintainer { name: "A  B <a@b>".into() });
    check("SHELL [\"sh\", \"-c\"]", &Command::Shell { words: words(&["sh", "-c"]) });
    check("STOPSIGNAL --odd SIGKILL", &Command::StopSignal { signal: "SIGKILL".into() });
    check("USER 1:2", &Command::User { user: "1:2".into() });
    check("VOLUME /a $B", &Command::Volume { paths: words(&["/a", "$B"]) });
    check("VOLUME [\" /a b \"]", &Command::Volume { paths: words(&["/a b"]) });
}

#[test]
fn arguments_have_defaults_or_none() {
    let argument =
        |name: &str, default: Option<&str>| Argument { name: name.into(), default: default.map(str::to_owned) };
    let arguments = vec![argument("A", None), argument("B", Some("")), argument("C", Some("'x y'=z"))];
    check("ARG A B= C='x y'=z", &Command::Arg { arguments });
}

#[test]
fn transfers_have_sources_and_flags() {
    check("COPY a b/ c/", &Command::Copy(transfer(&["a", "b/"], "c/")));
    check("COPY [\"a b\", \"c\"]", &Command::Copy(transfer(&["a b"], "c")));
    let flags = "--from=s --chown=1:2 --chmod=u+x --link --parents=true --exclude=x --exclude='y z'";
    let copy = Transfer {
        from: Some("s".into()),
        chown: Some("1:2".into()),
        chmod: Some("u+x".into()),
        link: true,
        parents: true,
        excludes: words(&["x", "y z"]),
        ..transfer(&["a"], "b")
    };
    check(&format!("COPY {flags} a b"), &Command::Copy(copy));
    let add = Transfer {
        checksum: Some("sha256:1".into()),
        unpack: Some(false),
        keep_git_dir: Some(true),
        ..transfer(&["http://x/y"], "/")
    };
    check("ADD --checksum=sha256:1 --unpack=false --keep-git-dir --link=FALSE http://x/y /", &Command::Add(add));
}

#[test]
fn inline_files_are_told_from_sources() {
    let files = vec![heredoc("A", "1\n"), Heredoc { text: "x\n".into(), raw: "\tx\n".into(), ..heredoc("B", "") }];
    let files = [files, vec![Heredoc { expand: false, ..heredoc("C", "$c\n") }]].concat();
    let copy = Transfer { files, ..transfer(&["d"], "/") };
    check("COPY <<A d <<-B <<'C' /\n1\nA\n\tx\n\tB\n$c\nC", &Command::Copy(copy));
}

#[test]
fn a_run_has_a_line_files_and_flags() {
    check("RUN a && b", &Command::Run(run(shell("a && b"))));
    check("RUN [\"a\"]", &Command::Run(run(exec(&["a"]))));
    let flagged = Run {
        mounts: words(&["type=cache,target=/c", "type=tmpfs,target=/t"]),
        network: Some("none".into()),
        security: Some("sandbox".into()),
        ..run(shell("x"))
    };
    let flags = "--mount=type=cache,target=/c --network=none --mount=type=tmpfs,target=/t --security=sandbox";
    check(&format!("RUN {flags} x"), &Command::Run(flagged));
    let files = vec![heredoc("A", "echo\n"), Heredoc { descriptor: 3, ..heredoc("B", "b\r\n") }];
    check("RUN cat <<A 3<<B\necho\nA\nb\r\nB\r\n", &Command::Run(Run { files, ..run(shell("cat <<A 3<<B")) }));
    check("RUN [\"<<A\"]", &Command::Run(run(exec(&["<<A"]))));
}

#[test]
fn a_healthcheck_says_what_and_how_often() {
    check("HEALTHCHECK --interval=9s none", &Command::Healthcheck(Healthcheck::None));
    let test = Healthcheck::Test {
        line: shell("a || b"),
        interval: Duration::from_secs(90),
        timeout: Duration::from_millis(1),
        start_period: Duration::ZERO,
        start_interval: Duration::ZERO,
        retries: 3,
    };
    check(
        "HEALTHCHECK --interval=1m30s --timeout=1ms --start-period=0 --retries=3 CMD a || b",
        &Command::Healthcheck(test),
    );
    let Command::Healthcheck(Healthcheck::Test { line, .. }) = one("HEALTHCHECK cmd [\"a\"]") else { panic!("a test") };
    assert_eq!(line, exec(&["a"]));
}

#[test]
fn a_trigger_is_kept_as_text_and_read_by_the_child() {
    check("ONBUILD  COPY a  b ", &Command::OnBuild { trigger: "COPY a  b ".into() });
    let trigger = "RUN <<A\nx\nA".to_owned();
    check("onbuild RUN <<A\nx\nA\n", &Command::OnBuild { trigger: trigger.clone() });
    let child = parse_trigger(&trigger).expect("a trigger");
    assert_eq!(child.command, Command::Run(Run { files: vec![heredoc("A", "x\n")], ..run(shell("<<A")) }));
}

#[test]
fn a_file_has_globals_and_stages() {
    let text = "# check=skip=all\n# a note\nARG V=1\nARG W\n# first\n# base the base\nfrom a:$V As Base\nRUN x\n\
                FROM --platform=$P base \\\n  as end\nRUN <<E\nE\nUSER 1";
    let file = parse(text).expect(text);
    assert_eq!(file.check.as_deref(), Some("skip=all"));
    assert_eq!(file.globals.iter().map(|global| global.lines.first).collect::<Vec<_>>(), [3, 4]);
    let [base, end] = &file.stages[..] else { panic!("two stages") };
    assert_eq!((base.base.as_str(), base.name.as_deref(), base.platform.as_deref()), ("a:$V", Some("Base"), None));
    assert_eq!(base.keywords, ("from".to_owned(), Some("As".to_owned())));
    assert_eq!(base.comments, ["first", "base the base"]);
    assert_eq!((end.platform.as_deref(), end.source.as_str()), (Some("$P"), "FROM --platform=$P base   as end"));
    assert_eq!(end.lines, LineRange { first: 9, last: 10 });
    let lines: Vec<_> = end.instructions.iter().map(|instruction| instruction.lines).collect();
    assert_eq!(lines, [LineRange { first: 11, last: 12 }, LineRange { first: 13, last: 13 }]);
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "(FROM a\n)?([A-Za-z$\\{}:=\"'`<#\\[\\]/é \n-]|ENV |CMD |COPY |RUN <<E|ONBUILD |HEALTHCHECK |--[a-z]=){0,60}") {
        if let Ok(file) = parse(&text) {
            prop_assert!(file.last_stage().instructions.iter().all(|i| i.lines.first <= i.lines.last));
        }
        drop((dump(&text), parse_trigger(&text)));
    }

    #[test]
    fn no_text_makes_a_mount_panic(text in "((type|from|target|mode|size|ro|required)=?|[a-z0-9=,\"$é. ]){0,12}") {
        drop(Mount::parse(&text));
    }
}
