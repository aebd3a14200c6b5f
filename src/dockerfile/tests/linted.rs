//! Remarks, in `BuildKit`'s words and order.

use std::collections::BTreeMap;

use crate::dockerfile::{
    BaseFacts, Ignore, Report, Surroundings, lint, lint_until_mistake, lint_within, parse, parse_until_mistake,
};

fn report(text: &str, around: &Surroundings<'_>) -> Report {
    lint_within(&parse(text).expect(text), around).expect(text)
}

#[track_caller]
fn check_within(text: &str, around: &Surroundings<'_>, expected: &[&str]) {
    let warnings = report(text, around).warnings;
    let found: Vec<String> = warnings.iter().map(|w| format!("{}: {} (line {})", w.rule, w.message, w.line)).collect();
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_within(text, &Surroundings::default(), expected);
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_clean_file_has_no_remarks() {
    let text = "ARG V=1\nFROM a:$V AS b\nWORKDIR /app\nWORKDIR src\nENV A=b PUBLIC_KEY=c MONKEY=d KEY_FILE=e\n\
                CMD [\"x\"]\nFROM --platform=$BUILDPLATFORM scratch\nCOPY --from=b $PATH /";
    check(text, &[]);
    check("from a as b\nworkdir /app", &[]);
}

#[test]
fn the_way_a_file_is_written_is_remarked_on_first() {
    check(
        "FROM a as B\nLABEL l \\\n\nx",
        &[
            "NoEmptyContinuation: Empty continuation line (line 4)",
            "StageNameCasing: Stage name 'B' should be lowercase (line 1)",
            "FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 1)",
            "LegacyKeyValueFormat: \"LABEL key=value\" should be used instead of legacy \"LABEL key value\" format (line 2)",
        ],
    );
    check(
        "from a\nMAINTAINER me\nEnv x=y",
        &[
            "MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label (line 2)",
            "ConsistentInstructionCasing: Command 'from' should match the case of the command majority (uppercase) (line 1)",
            "ConsistentInstructionCasing: Command 'Env' should match the case of the command majority (uppercase) (line 3)",
        ],
    );
    check(
        "FROM a AS x\nFROM b AS X\nFROM c AS scratch",
        &[
            "StageNameCasing: Stage name 'X' should be lowercase (line 2)",
            "DuplicateStageName: Duplicate stage name \"x\", stage names should be unique (line 2)",
            "ReservedStageName: Stage name should not use the same name as reserved stage \"scratch\" (line 3)",
        ],
    );
}

#[test]
fn instructions_have_rules_of_their_own() {
    check(
        "FROM a\nWORKDIR app\nENV API_KEY=x\nARG token\nCMD x\nHEALTHCHECK NONE",
        &[
            "WorkdirRelativePath: Relative workdir \"app\" can have unexpected results if the base image changes (line 2)",
            "SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ENV \"API_KEY\") (line 3)",
            "SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG \"token\") (line 4)",
            "JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals (line 5)",
        ],
    );
    let once = "instructions should not be used in the same stage because only the last one will be used";
    check(
        "FROM a\nCMD [\"x\"]\nCMD [\"y\"]\nHEALTHCHECK NONE\nHEALTHCHECK CMD x\nFROM b\nCMD [\"z\"]",
        &[
            &format!("MultipleInstructionsDisallowed: Multiple CMD {once} (line 2)"),
            &format!("MultipleInstructionsDisallowed: Multiple HEALTHCHECK {once} (line 4)"),
        ],
    );
    check("FROM a\nSHELL [\"x\"]\nCMD x\nENTRYPOINT y", &[]);
    check(
        "FROM a\nEXPOSE 1/TCP 80:80 127.0.0.1:1:2/udp $X",
        &[
            "ExposeProtoCasing: Defined protocol '1/TCP' in EXPOSE instruction should be lowercase (line 2)",
            "ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '127.0.0.1:1:2/udp' (line 2)",
            "ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '80:80' (line 2)",
        ],
    );
}

#[test]
fn from_uses_arguments_that_are_declared() {
    check(
        "ARG TAG\nARG BASE=a\nFROM $BSE:$TAG",
        &[
            "InvalidDefaultArgInFrom: Default value for ARG $BSE:$TAG results in empty or invalid base image name (line 3)",
            "UndefinedArgInFrom: FROM argument 'BSE' is not declared (did you mean BASE?) (line 3)",
        ],
    );
    let given = pairs(&[("TAG", "1")]);
    check_within(
        "ARG TAG\nFROM a:$TAG",
        &Surroundings { arguments: &given, ..Surroundings::default() },
        &["InvalidDefaultArgInFrom: Default value for ARG a:$TAG results in empty or invalid base image name (line 2)"],
    );
    check(
        "FROM --platform=$TARGETPLATFORM a\nFROM --platform=linux/arm64 b\nFROM --platform=linux/arm64 c AS on-arm64",
        &[
            "RedundantTargetPlatform: Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior (line 1)",
            "FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant value \"linux/arm64\" (line 2)",
        ],
    );
}

#[test]
fn variables_are_those_of_the_image_and_the_stage() {
    let undefined = |rest: &str| format!("UndefinedVar: Usage of undefined variable '{rest}");
    check(
        "ARG V=1\nFROM scratch AS a\nARG V\nARG W\nENV X=$V$W$PATH\nCOPY $Y /$Z\nFROM a\nUSER $X$V\nFROM scratch\nUSER $V",
        &[
            &undefined("$Y' (did you mean $V?) (line 6)"),
            &undefined("$Z' (did you mean $V?) (line 6)"),
            &undefined("$V' (line 10)"),
        ],
    );
    check("FROM image\nUSER $ANYTHING", &[]);
    let facts = BaseFacts {
        env: vec!["LANG=C".to_owned()],
        has_shell: true,
        triggers: vec!["USER $LNG".to_owned()],
        foreign: None,
    };
    let images = BTreeMap::from([(0, facts)]);
    let around = Surroundings { images: Some(&images), ..Surroundings::default() };
    check_within(
        "FROM image\nCMD $x\nUSER $LAGN$LANG",
        &around,
        &[&undefined("$LNG' (did you mean $LANG?) (line 1)"), &undefined("$LAGN' (did you mean $LANG?) (line 3)")],
    );
    check(
        "FROM scratch\nRUN --mount=target=$T echo $U\nCOPY <<E <<'F' /\n$V's\nE\n$W\nF\nARG X=${Y:-1}",
        &[&undefined("$T' (line 2)"), &undefined("$V' (line 3)"), &undefined("$Y' (line 8)")],
    );
}

#[test]
fn triggers_of_a_stage_are_read_by_the_stage_upon_it() {
    check(
        "FROM scratch AS a\nONBUILD USER $U\nFROM a\nFROM a",
        &[
            "UndefinedVar: Usage of undefined variable '$U' (line 3)",
            "UndefinedVar: Usage of undefined variable '$U' (line 4)",
        ],
    );
}

#[test]
fn stages_that_are_not_built_are_not_judged() {
    let only = [1];
    let around = Surroundings { stages: Some(&only), ..Surroundings::default() };
    check_within("FROM a\nWORKDIR x\nFROM b\nWORKDIR /y", &around, &[]);
}

#[test]
fn a_source_that_stays_at_home_is_named() {
    let ignore = Ignore::parse("*.log\nsecret").expect("patterns");
    let around = Surroundings { ignore: Some(&ignore), ..Surroundings::default() };
    check_within(
        "FROM a\nCOPY ./x.log b.txt /\nADD secret/key https://x/secret /\nCOPY --from=b x.log /\nCOPY . /",
        &around,
        &[
            "CopyIgnoredFile: Attempting to Copy file \"x.log\" that is excluded by .dockerignore (line 2)",
            "CopyIgnoredFile: Attempting to Add file \"secret/key\" that is excluded by .dockerignore (line 3)",
        ],
    );
    let all = Ignore::parse("**").expect("a pattern");
    let around = Surroundings { ignore: Some(&all), ..Surroundings::default() };
    let message = "CopyIgnoredFile: Attempting to Copy file \".\" that is excluded by .dockerignore (line 2)";
    check_within("FROM a\nCOPY . /", &around, &[message]);
    let exceptions = Ignore::parse("*.log\n!a.log").expect("patterns");
    check_within("FROM a\nCOPY b.log /", &Surroundings { ignore: Some(&exceptions), ..Surroundings::default() }, &[]);
}

#[test]
fn a_file_says_which_rules_speak() {
    check(
        "# check=skip=WorkdirRelativePath, StageNameCasing\nFROM a AS B\nWORKDIR x",
        &["StageNameCasing: Stage name 'B' should be lowercase (line 2)"],
    );
    check("# check=skip=all\nFROM a AS B\nWORKDIR x", &[]);
    check(
        "FROM a\n# check=skip=WorkdirRelativePath\nWORKDIR x\nCMD x",
        &[
            "JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals (line 4)",
        ],
    );
    let text = "# check=experimental=all\n# the first\nARG A B\n# b is the base\nFROM a AS b\n# other\nARG C";
    check(
        text,
        &[
            "InvalidDefinitionDescription: Comment for ARG should follow the format: `# <arg_key> <description>` (line 3)",
            "InvalidDefinitionDescription: Comment for ARG should follow the format: `# C <description>` (line 7)",
        ],
    );
    let given = pairs(&[("BUILDKIT_DOCKERFILE_CHECK", "skip=WorkdirRelativePath")]);
    check_within("FROM a\nWORKDIR x", &Surroundings { arguments: &given, ..Surroundings::default() }, &[]);
}

#[test]
fn remarks_can_be_made_errors() {
    let wanted = report("# check=error=true\nFROM a\nWORKDIR x\nCMD y\nCMD z", &Surroundings::default());
    let rules =
        "lint violation found for rules: WorkdirRelativePath, JSONArgsRecommended, MultipleInstructionsDisallowed";
    assert_eq!(wanted.violation().expect("a violation").to_string(), rules);
    assert_eq!(report("# check=error=true\nFROM a", &Surroundings::default()).violation(), None);
    assert_eq!(report("FROM a\nCMD x", &Surroundings::default()).violation(), None);
}

#[test]
fn options_that_are_none_are_refused() {
    let table = [
        ("fail", "failed to parse check options: invalid check option \"fail\""),
        ("fail=true", "failed to parse check options: invalid check option \"fail\""),
        (
            "error=maybe",
            "failed to parse check options: failed to parse check option \"error=maybe\": strconv.ParseBool: parsing \"maybe\": invalid syntax",
        ),
    ];
    for (check, message) in table {
        let file = parse(&format!("# check={check}\nFROM a")).expect(check);
        assert_eq!(lint_within(&file, &Surroundings::default()).expect_err(check).to_string(), message);
    }
}

#[test]
fn a_mistake_does_not_hide_what_came_before_it() {
    let (file, mistake) = parse_until_mistake("FROM a AS B\nMAINTAINER me\nCOPPY\nMAINTAINER you").expect("a file");
    assert!(mistake.expect("a mistake").to_string().contains("unknown instruction: COPPY"));
    let report = lint_until_mistake(&file, &Surroundings::default()).expect("no options");
    let rules: Vec<_> = report.warnings.iter().map(|warning| (warning.rule, warning.line)).collect();
    assert_eq!(rules, [("StageNameCasing", 1), ("MaintainerDeprecated", 2)]);
}

#[test]
fn a_remark_says_where_and_why() {
    let warnings = lint(&parse("FROM a\nCMD x \\\n y").expect("a file"));
    let [warning] = &warnings[..] else { panic!("one warning") };
    assert_eq!((warning.lines.first, warning.lines.last), (2, 3));
    assert_eq!(warning.url, "https://docs.docker.com/go/dockerfile/rule/json-args-recommended/");
    assert!(warning.description.starts_with("JSON arguments recommended for ENTRYPOINT/CMD"));
}
