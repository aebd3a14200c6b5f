//! Several stages, several platforms, arguments before FROM, triggers.

use super::*;

fn check_error(dockerfile: &str, message: &str) {
    let mut desk = Desk::new(dockerfile);
    desk.write("model.bin", "weights");
    assert_eq!(desk.build().error(), format!("failed to solve: {message}"), "{dockerfile}");
}

fn with(dockerfile: &str, change: impl FnOnce(&mut Request)) -> Outcome {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", dockerfile);
    let mut request = desk.request();
    change(&mut request);
    desk.run(&request)
}

const TWO: &str = "FROM mlserve:1 AS builder\nWORKDIR /out\nCOPY model.bin .\n\
                   FROM scratch AS unused\nCOPY sample.json /never\n\
                   FROM scratch\nCOPY --from=builder /out /app\nCOPY --from=0 /usr/bin/mlserve /bin/\n";

#[test]
fn only_what_the_target_needs_is_built() {
    let outcome = with(TWO, |_| {});
    let names = [
        "[builder 1/3] FROM docker.io/library/mlserve:1@sha256",
        "[builder 2/3] WORKDIR /out",
        "[builder 3/3] COPY model.bin .",
        "[stage-2 1/2] COPY --from",
        "[stage-2 2/2] COPY --from",
    ];
    let found: Vec<String> =
        outcome.steps().iter().map(|step| step.split([':', '=']).next().unwrap_or(step).to_owned()).collect();
    let expected: Vec<String> =
        names.iter().map(|name| name.split([':', '=']).next().unwrap_or(name).to_owned()).collect();
    assert_eq!(found, expected);
    let tree = outcome.result.expect("built").images[0].tree();
    for (path, is_there) in [("/app/model.bin", true), ("/bin/mlserve", true), ("/never", false)] {
        assert_eq!(tree.get(&path.into()).is_some(), is_there, "{path}");
    }
}

#[test]
fn a_target_is_named_in_any_case() {
    let outcome = with(TWO, |request| request.target = Some("Builder".to_owned()));
    assert_eq!(outcome.result.expect("built").images[0].config.config.working_dir, "/out");
    let error = with(TWO, |request| request.target = Some("nope".to_owned())).error();
    assert_eq!(error, "failed to solve: target stage \"nope\" could not be found");
    let error = with(TWO, |request| request.target = Some("bulder".to_owned())).error();
    assert_eq!(error, "failed to solve: target stage \"bulder\" could not be found (did you mean builder?)");
}

#[test]
fn a_stage_goes_on_where_another_ended() {
    let text = "FROM scratch AS a\nARG V=1\nENV E=$V\nWORKDIR /w\nCMD [\"x\"]\nFROM a\nCOPY model.bin $V$E\n";
    let built = with(text, |_| {}).result.expect("built").images.remove(0);
    assert!(built.tree().get(&"/w/11".into()).is_some(), "ARGs and ENVs are inherited");
    assert_eq!(built.config.history.len(), 5);
    assert_eq!(built.config.config.cmd, Some(vec!["x".to_owned()]));
}

#[test]
fn a_step_that_two_stages_share_is_shown_once() {
    let text = "FROM mlserve:1 AS a\nWORKDIR /w\nFROM mlserve:1\nWORKDIR /w\nCOPY --from=a /w /x\n";
    let steps = with(text, |_| {}).steps();
    assert_eq!(steps.len(), 3, "{steps:?}");
}

#[test]
fn arguments_before_from_are_for_from_and_for_those_who_ask() {
    let text = "ARG BASE=mlserve\nARG TAG=1\nFROM $BASE:${TAG}\nARG TAG\nARG NONE\nENV T=$TAG-$BASE-$NONE\n";
    let config = with(text, |_| {}).result.expect("built").images.remove(0).config;
    assert!(config.config.env.contains(&"T=1--".to_owned()), "{:?}", config.config.env);
    let given = |request: &mut Request| request.arguments.push(("TAG".to_owned(), "2".to_owned()));
    let config = with(text, given).result.expect("built").images.remove(0).config;
    assert!(config.config.env.contains(&"T=2--".to_owned()), "{:?}", config.config.env);
    let history: Vec<&str> = config.history.iter().skip(1).map(|entry| entry.created_by.as_str()).collect();
    assert_eq!(history, ["ARG TAG=2", "ARG NONE", "ENV T=2--"]);
}

#[test]
fn platforms_are_arguments_and_make_an_index() {
    let text =
        "FROM scratch\nARG TARGETPLATFORM\nARG BUILDPLATFORM\nENV P=$TARGETPLATFORM/$BUILDPLATFORM\nWORKDIR /w\n";
    let outcome = with(text, |request| {
        request.platforms = ["linux/amd64", "linux/arm64/v8"].map(|text| text.parse().expect("a platform")).into();
        request.provenance = Some(Provenance::default());
    });
    let built = outcome.result.as_ref().expect("built");
    let index: crate::oci::Index =
        crate::oci::json::read(&built.blobs.get(&built.image.digest).expect("stored")).expect("an index");
    let platforms: Vec<String> =
        index.manifests.iter().filter_map(|m| Some(m.platform.as_ref()?.to_string())).collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64/v8", "unknown/unknown", "unknown/unknown"]);
    assert!(built.images[0].config.config.env.contains(&"P=linux/amd64/wasi/wasm".to_owned()));
    assert_eq!(built.images[0].document.layers, built.images[1].document.layers);
    let plain = outcome.plain();
    for platform in ["linux/amd64", "linux/arm64/v8"] {
        assert!(plain.contains(&format!(" [{platform} 1/1] WORKDIR /w\n")), "{plain}");
    }
}

#[test]
fn triggers_run_right_after_from() {
    let text = "FROM scratch AS base\nONBUILD COPY model.bin /m\nONBUILD ENV X=y\nFROM base\nWORKDIR /w\n";
    let outcome = with(text, |_| {});
    assert!(outcome.plain().contains("[stage-1 1/3] ONBUILD COPY model.bin /m\n"), "{}", outcome.plain());
    let built = outcome.result.expect("built").images.remove(0);
    assert!(built.config.config.env.contains(&"X=y".to_owned()) && built.config.config.on_build.is_empty());
    let kept = with("FROM scratch\nONBUILD RUN x\n", |_| {}).result.expect("built").images.remove(0).config;
    assert_eq!(kept.config.on_build, ["RUN x"]);
    assert!(kept.history.is_empty(), "an ONBUILD is no line of the history");
}

#[test]
fn mistakes_between_stages_are_named_in_buildkits_words() {
    check_error("FROM scratch AS a\nCOPY --from=a /x /y\n", "circular dependency detected on stage: a");
    check_error("FROM scratch\nCOPY --from=9 /x /y\n", "invalid stage index 9");
    check_error("ARG X\nFROM $X\n", "base name ($X) should not be blank");
    check_error("FROM --platform=$NONE scratch\n", "empty platform value from expression $NONE");
    check_error("FROM scratch\nVOLUME \"\"\n", "VOLUME specified can not be an empty string");
    check_error("FROM scratch\nSTOPSIGNAL nope\n", "invalid signal: nope");
    let octal = "it should be octal string and between 0 and 07777";
    check_error("FROM scratch\nCOPY --chmod=999 model.bin /\n", &format!("invalid chmod parameter: '999'. {octal}"));
    check_error(
        "FROM scratch\nCOPY --from=builder /x /y\n",
        "builder: failed to resolve source metadata for docker.io/library/builder:latest: \
         docker.io/library/builder:latest: not found",
    );
}
