//! Mistakes, in `BuildKit`'s words and with its lines.

use crate::dockerfile::{parse, parse_trigger};
use crate::limits;

#[track_caller]
fn check(text: &str, message: &str, first: u32) {
    let error = parse(text).expect_err(text);
    assert_eq!(error.to_string(), message, "{text}");
    assert_eq!(error.lines().map_or(0, |lines| lines.first), first, "{text}");
}

/// The second line of a Dockerfile is wrong, and `BuildKit` says so.
#[track_caller]
fn check_line(line: &str, fault: &str) {
    check(&format!("FROM a\n{line}"), &format!("dockerfile parse error on line 2: {fault}"), 2);
}

#[test]
fn a_file_without_instructions_or_stages_is_none() {
    check("", "the Dockerfile cannot be empty", 0);
    check("# only\n", "file with no instructions", 1);
    check("\n\n", "file with no instructions", 2);
    check("ARG A=1", "dockerfile contains no stages to build", 0);
    check("COPY . .", "no build stage in current context", 1);
    check("ARG A\nENV a=b\nFROM c", "no build stage in current context", 2);
}

#[test]
fn an_unknown_word_is_told_from_a_misspelt_one() {
    check_line("COPPY . .", "unknown instruction: COPPY (did you mean COPY?)");
    check_line("coppy . .", "unknown instruction: coppy (did you mean copy?)");
    check_line("EXECUTE", "unknown instruction: EXECUTE");
}

#[test]
fn from_has_one_or_three_words() {
    let fault = "dockerfile parse error on line 1: FROM requires either one or three arguments";
    for text in ["FROM", "FROM x AS", "FROM x IS y", "FROM x AS y z"] {
        check(text, fault, 1);
    }
    let name = "invalid name for build stage: \"1\", name can't start with a number or contain symbols";
    check("FROM x AS 1", &format!("dockerfile parse error on line 1: {name}"), 1);
    check("FROM --plat=y x", "dockerfile parse error on line 1: unknown flag: --plat", 1);
}

#[test]
fn arguments_are_counted() {
    let copy = "requires at least two arguments, but only one was provided. Destination could not be determined";
    check_line("COPY x", &format!("COPY {copy}"));
    check_line("ADD --nonsense x", &format!("ADD {copy}"));
    check_line("WORKDIR", "WORKDIR requires exactly one argument");
    check_line("USER", "USER requires exactly one argument");
    check_line("STOPSIGNAL", "STOPSIGNAL requires exactly one argument");
    check_line("MAINTAINER", "MAINTAINER requires exactly one argument");
    for keyword in ["ENV", "LABEL", "ARG", "EXPOSE", "VOLUME", "SHELL", "ONBUILD", "HEALTHCHECK"] {
        check_line(keyword, &format!("{keyword} requires at least one argument"));
    }
    check_line("SHELL []", "SHELL requires at least one argument");
    check_line("SHELL sh -c", "SHELL requires the arguments to be in JSON form");
    check_line("VOLUME [\"/a\", \" \"]", "VOLUME specified can not be an empty string");
}

#[test]
fn names_are_not_blank() {
    check_line("ENV =b", "ENV names can not be blank");
    check_line("LABEL a=b =c", "LABEL names can not be blank");
    check_line("ARG =b", "ARG names can not be blank");
}

#[test]
fn flags_are_those_of_the_instruction() {
    check_line("COPY --frm=b c d", "unknown flag: --frm (did you mean from?)");
    check_line("ADD --from=b c d", "unknown flag: --from");
    check_line("COPY --link=maybe c d", "expecting boolean value for flag --link, not: maybe");
    check_line("COPY --from c d", "missing a value on flag: --from");
    check_line("COPY --chown=1 --chown=2 c d", "duplicate flag specified: --chown");
    check_line("RUN --network=lan x", "invalid network mode \"lan\"");
    check_line("RUN --security=none x", "security \"none\" is not valid");
    check_line("ENV --a=b c=d", "unknown flag: --a");
    check_line("RUN --mount=from=$B x", "'from' doesn't support variable expansion, define alias stage instead");
    let quote = "failed to parse csv mounts: parse error on line 1, column 7: bare \" in non-quoted-field";
    check_line("RUN --mount=type=b\\\"ind x", quote);
}

#[test]
fn a_healthcheck_has_a_command_and_durations() {
    check_line("HEALTHCHECK NONE x", "HEALTHCHECK NONE takes no arguments");
    check_line("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD");
    check_line("HEALTHCHECK CMD []", "Missing command after HEALTHCHECK CMD");
    check_line("HEALTHCHECK run x", "Unknown type \"RUN\" in HEALTHCHECK (try CMD)");
    check_line("HEALTHCHECK --interval=5 CMD x", "time: missing unit in duration \"5\"");
    check_line("HEALTHCHECK --timeout=1us CMD x", "Interval \"timeout\" cannot be less than 1ms");
    check_line("HEALTHCHECK --retries=x CMD x", "strconv.ParseInt: parsing \"x\": invalid syntax");
    check_line(
        "HEALTHCHECK --retries=3000000000 CMD x",
        "strconv.ParseInt: parsing \"3000000000\": value out of range",
    );
    check_line("HEALTHCHECK --retries=-2 CMD x", "--retries cannot be negative (-2)");
}

#[test]
fn a_trigger_is_one_instruction_that_may_stand_in_a_child() {
    check_line("ONBUILD ONBUILD RUN x", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    check_line("ONBUILD from x", "FROM isn't allowed as an ONBUILD trigger");
    check_line("ONBUILD MAINTAINER x", "MAINTAINER isn't allowed as an ONBUILD trigger");
    let refusal = |text| parse_trigger(text).expect_err(text).to_string();
    assert_eq!(refusal("RUN a\nRUN b"), "onbuild trigger should be a single expression");
    assert_eq!(refusal("FROM a"), "*instructions.Stage is not a command type");
    assert_eq!(
        refusal("COPY a"),
        "dockerfile parse error on line 1: COPY requires at least two arguments, but only one was provided. Destination could not be determined"
    );
}

#[test]
fn the_way_it_is_written_is_judged_first_and_from_the_top() {
    check("FROM a\nENV A", "ENV must have two arguments", 2);
    check("FROM a\nLABEL a=b c", "Syntax error - can't find = in \"c\". Must be of the form: name=value", 2);
    let strings = "when using JSON array syntax, arrays must be comprised of strings only";
    check("FROM a\nCMD [1]", strings, 2);
    check("FROM a\nHEALTHCHECK CMD [null]", strings, 2);
    check("FROM a\nCOPPY . .\nENV A", "ENV must have two arguments", 3);
    check("FROM a\nONBUILD ENV A", "ENV must have two arguments", 2);
    check("FROM a\nRUN <<END\nENV A", "unterminated heredoc", 2);
    check("FROM a\nENV A\nRUN <<END", "ENV must have two arguments", 2);
    check(
        "FROM a\nCOPY a <<END\nEND",
        "dockerfile parse error on line 2: COPY cannot accept a heredoc as a destination",
        2,
    );
}

#[test]
fn directives_are_obeyed_or_refused() {
    check("# escape=x\nFROM a", "invalid escape token 'x' does not match ` or \\", 0);
    check("# escape=`\n# escape=`\nFROM a", "only one escape parser directive can be used", 1);
    let other = "the directive `# syntax=mine/frontend:2` is not supported in this lab";
    check("# syntax=mine/frontend:2\nFROM a", other, 1);
    check("#!/bin/sh\n// syntax=mine/frontend:2 x\nFROM a", other, 2);
    for frontend in ["docker/dockerfile:1", "docker.io/docker/dockerfile:1.7-labs", "docker/dockerfile@sha256:12"] {
        assert!(parse(&format!("# syntax={frontend}\nFROM a")).is_ok(), "{frontend}");
    }
}

#[test]
fn a_flood_of_instructions_or_bytes_is_refused() {
    let many = "FROM a\n".to_owned() + &"WORKDIR /\n".repeat(limits::INSTRUCTIONS);
    check(&many, "more than 1000 instructions", 1001);
    let large = "#".repeat(limits::DOCKERFILE_BYTES + 1);
    check(&large, "the Dockerfile is larger than 1048576 bytes", 0);
    check(&format!("FROM a\nRUN {}", "x".repeat(70_000)), "dockerfile line greater than max allowed size of 65535", 1);
    check(&format!("FROM a\n{}RUN x", "ONBUILD ".repeat(1000)), "more than 32 ONBUILD within each other", 2);
}
