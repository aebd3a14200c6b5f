//! What the linter says while a build runs.

use super::*;

/// Each remark with its line, in the order in which it was made.
fn remarks(dockerfile: &str) -> (Vec<(String, u32)>, Outcome) {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", dockerfile);
    let outcome = desk.build();
    let said = outcome.events.iter().filter_map(|event| match event {
        Event::BuildWarned { rule, line, .. } => Some((rule.clone(), *line)),
        _ => None,
    });
    (said.collect(), outcome)
}

#[track_caller]
fn check(dockerfile: &str, expected: &[(&str, u32)]) {
    let (said, outcome) = remarks(dockerfile);
    let said: Vec<(&str, u32)> = said.iter().map(|(rule, line)| (rule.as_str(), *line)).collect();
    assert_eq!(said, expected, "{dockerfile}");
    assert!(outcome.result.is_ok(), "{dockerfile}");
}

#[test]
fn what_an_image_brings_is_known_before_a_variable_is_called_undefined() {
    check("FROM mlserve:1\nCMD serve\nENV A=$PATH B=$PAHT", &[("JSONArgsRecommended", 2), ("UndefinedVar", 3)]);
}

#[test]
fn only_stages_that_are_built_are_judged() {
    check("FROM mlserve:1 AS a\nWORKDIR x\nFROM scratch\nWORKDIR y", &[("WorkdirRelativePath", 4)]);
}

#[test]
fn of_stages_whose_images_cannot_be_had_only_what_is_written_is_judged() {
    let (said, outcome) = remarks("FROM nosuch:1 as a\nWORKDIR x\nCMD serve");
    assert_eq!(said, [("FromAsCasing".to_owned(), 1)]);
    assert!(outcome.error().contains("not found"));
}

#[test]
fn what_is_said_later_is_a_block_of_the_step_that_read_the_file() {
    let (_, outcome) = remarks("FROM mlserve:1 as a\nCMD serve\nENTRYPOINT serve");
    let blocks = outcome.plain();
    let again = "#1 [internal] load build definition from Dockerfile\n#1 WARN: JSONArgsRecommended";
    let position = |text: &str| blocks.find(text).expect(text);
    assert!(position("#1 WARN: FromAsCasing") < position("#2 [internal] load metadata"), "{blocks}");
    assert!(position("#3 DONE") < position(again), "{blocks}");
    assert_eq!(blocks.matches("#1 DONE").count(), 2, "{blocks}");
    assert!(!blocks.contains("#1 ..."), "{blocks}");
}

#[test]
fn a_file_can_make_its_remarks_errors() {
    let (said, outcome) = remarks("# check=error=true\nFROM mlserve:1\nCMD serve\nENV A=$PAHT");
    assert_eq!(said.len(), 2);
    let error = "failed to solve: lint violation found for rules: JSONArgsRecommended, UndefinedVar";
    assert_eq!(outcome.error(), error);
    let (_, outcome) = remarks("# check=errors\nFROM mlserve:1");
    assert_eq!(outcome.error(), "failed to solve: failed to parse check options: invalid check option \"errors\"");
}

#[test]
fn a_mistake_does_not_hide_the_remarks_before_it() {
    let (said, outcome) = remarks("FROM mlserve:1 AS Base\nMAINTAINER me\nCOPPY a b");
    assert_eq!(said, [("StageNameCasing".to_owned(), 1), ("MaintainerDeprecated".to_owned(), 2)]);
    assert!(outcome.error().contains("unknown instruction: COPPY"));
}
