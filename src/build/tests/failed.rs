//! What goes wrong, and how it is told.

use super::super::progress::Tty;
use super::*;

fn check_failure(dockerfile: &str, expected: &str) {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", dockerfile);
    desk.write(".dockerignore", "sample.json\n");
    assert_eq!(desk.build().error(), expected, "{dockerfile}");
}

#[test]
fn mistakes_have_buildkits_last_line() {
    let not_found = "failed to solve: nosuch:1: failed to resolve source metadata for docker.io/library/nosuch:1: \
                     docker.io/library/nosuch:1: not found";
    check_failure("", "failed to solve: the Dockerfile cannot be empty");
    check_failure("FROM nosuch:1", not_found);
    check_failure(
        "FROM Busybox",
        "failed to solve: failed to parse stage name \"Busybox\": invalid reference format: \
         repository name (library/Busybox) must be lowercase",
    );
    check_failure("FROM ${BASE}", "failed to solve: base name (${BASE}) should not be blank");
    check_failure("FROM scratch\nEXPOSE x", "failed to solve: invalid containerPort: x");
    check_failure("FROM scratch\nCOPY https://a/b /", "failed to solve: source can't be a URL for COPY");
    check_failure("FROM scratch\nCOPY model.bin /a\nCOPY src /a", "failed to solve: cannot copy to non-directory: /a");
    check_failure("FROM scratch\nCOPY [a /", "failed to solve: [a: syntax error in pattern");
    check_failure(
        "FROM scratch\nRUN --network=host x",
        "failed to solve: failed to load LLB: network.host is not allowed",
    );
}

#[test]
fn who_misspells_a_name_is_asked_what_was_meant() {
    let not_found = |base: &str, meant: &str| {
        let whole = format!("docker.io/library/{base}:latest");
        format!("failed to solve: {base}: failed to resolve source metadata for {whole}: {whole}: not found{meant}")
    };
    check_failure("FROM alpin", &not_found("alpin", " (did you mean alpine?)"));
    check_failure("FROM scratch AS Build\nFROM buld", &not_found("buld", " (did you mean build?)"));
    check_failure(
        "FROM scratch AS a\nFROM a\nCOPY --from=stage-2 /x /",
        &not_found("stage-2", " (did you mean stage-1?)"),
    );
    check_failure("FROM nothing-like-it", &not_found("nothing-like-it", ""));
    check_failure(
        "FROM --platform=$TARGETPLATFOM scratch",
        "failed to solve: empty platform value from expression $TARGETPLATFOM (did you mean TARGETPLATFORM?)",
    );
}

#[test]
fn a_source_that_is_not_there_is_shown_with_its_line() {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", "FROM scratch\nCOPY nosuch.txt /\n");
    let found = desk.build().plain();
    let tail = found.split("#4 [1/1]").nth(1).expect("the step is shown");
    assert_eq!(tail, MISSING, "\n{tail}");
}

const MISSING: &str = " COPY nosuch.txt /
#4 ERROR: failed to calculate checksum of ref zzzzzzzzzzzzzzzzzzzzzzzzz::zzzzzzzzzzzzzzzzzzzzzzzzz: \"/nosuch.txt\": not found
------
 > [1/1] COPY nosuch.txt /:
------
Dockerfile:2
--------------------
   1 |     FROM scratch
   2 | >>> COPY nosuch.txt /
   3 |     
--------------------
ERROR: failed to build: failed to solve: failed to compute cache key: failed to calculate checksum of ref zzzzzzzzzzzzzzzzzzzzzzzzz::zzzzzzzzzzzzzzzzzzzzzzzzz: \"/nosuch.txt\": not found
";

#[test]
fn an_ignored_source_is_missing_and_remarked_on() {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", "FROM scratch\nCOPY sample.json /\n");
    desk.write(".dockerignore", "*.json\n");
    let found = desk.build().plain();
    let remark = "CopyIgnoredFile: Attempting to Copy file \"sample.json\" that is excluded by .dockerignore (line 2)";
    assert!(found.contains(&format!("#1 WARN: {remark}\n#1 DONE")), "{found}");
    assert!(found.contains("\"/sample.json\": not found"), "{found}");
    assert!(found.contains(&format!("\n\n 1 warning found (use docker --debug to expand):\n - {remark}\n")), "{found}");
}

#[test]
fn a_failed_build_shows_what_failed_and_where() {
    let mut desk = Desk::new("FROM nosuch:1\n");
    let failed = desk.build();
    let plain = failed.plain();
    assert!(plain.ends_with(NO_BASE), "{plain}");
    let mut tty = Tty::default();
    let last = failed.events.iter().flat_map(|event| tty.event(event)).last().expect("events");
    let expected = " => ERROR [internal] load metadata for docker.io/library/nosuch:1          0.0s";
    assert_eq!(last.line.text(), expected);
    let end = text(&tty.finish(failed.result.as_ref().err()));
    assert!(end.starts_with("[+] Building 0.0s (1/2)  "), "{end}");
}

const NO_BASE: &str = "\
#2 [internal] load metadata for docker.io/library/nosuch:1
#2 ERROR: docker.io/library/nosuch:1: not found
------
 > [internal] load metadata for docker.io/library/nosuch:1:
------
Dockerfile:1
--------------------
   1 | >>> FROM nosuch:1
   2 |     
--------------------
ERROR: failed to build: failed to solve: nosuch:1: failed to resolve source metadata for docker.io/library/nosuch:1: docker.io/library/nosuch:1: not found
";

#[test]
fn a_missing_context_or_dockerfile_is_named() {
    let mut desk = Desk::lesson();
    desk.files.remove(&"/home/ana/project/Dockerfile".into()).expect("there");
    let outcome = desk.build();
    assert_eq!(
        outcome.error(),
        "failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory"
    );
    assert!(outcome.plain().contains("#1 transferring dockerfile: 2B done"));
    desk.files = Tree::default();
    let outcome = desk.build();
    assert_eq!(outcome.error(), "unable to prepare context: path \".\" not found");
    assert_eq!(outcome.plain(), "ERROR: failed to build: unable to prepare context: path \".\" not found\n");
}
