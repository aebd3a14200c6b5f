//! What is wrong with how a file is written.

use std::collections::BTreeSet;

use super::Remarks;
use super::rule;
use crate::dockerfile::{Command, Dockerfile, Instruction, LineRange, Stage, quote};
use crate::text::Case;

pub(super) fn lint(file: &Dockerfile, remarks: &mut Remarks) {
    lint_instructions(file, remarks);
    lint_names(file, remarks);
    lint_casing(file, remarks);
}

/// What can be said of each instruction as it is read.
pub(super) fn lint_instructions(file: &Dockerfile, remarks: &mut Remarks) {
    for lines in &file.empty_continuations {
        let last = LineRange { first: lines.last, last: lines.last };
        remarks.add(&rule::NO_EMPTY_CONTINUATION, last, "Empty continuation line");
    }
    file.globals.iter().for_each(|global| lint_instruction(global, remarks));
    for stage in &file.stages {
        lint_from(stage, remarks);
        stage.instructions.iter().for_each(|instruction| lint_instruction(instruction, remarks));
    }
}

fn lint_from(stage: &Stage, remarks: &mut Remarks) {
    let comments = &stage.comments;
    if let Some(name) = stage.name.as_ref().filter(|name| name.lowercase() != **name) {
        let message = format!("Stage name '{name}' should be lowercase");
        remarks.add_below(comments, &rule::STAGE_NAME_CASING, stage.lines, message);
    }
    if let (from, Some(alias)) = &stage.keywords
        && casing(from).is_some_and(|lower| alias != &lower.of(alias))
    {
        let message = format!("'{alias}' and '{from}' keywords' casing do not match");
        remarks.add_below(comments, &rule::FROM_AS_CASING, stage.lines, message);
    }
    if let Some(name) = &stage.name {
        lint_description("FROM", &[name.lowercase()], comments, stage.lines, remarks);
    }
}

fn lint_instruction(instruction: &Instruction, remarks: &mut Remarks) {
    let Instruction { comments, lines, .. } = instruction;
    match &instruction.command {
        Command::Maintainer { .. } => {
            let message = "Maintainer instruction is deprecated in favor of using label";
            remarks.add_below(comments, &rule::MAINTAINER_DEPRECATED, *lines, message);
        }
        Command::Arg { arguments } => {
            let names: Vec<String> = arguments.iter().map(|argument| argument.name.clone()).collect();
            lint_description("ARG", &names, comments, *lines, remarks);
        }
        _ => {}
    }
}

/// The comment right above what has a name begins with that name.
fn lint_description(keyword: &str, names: &[String], comments: &[String], lines: LineRange, remarks: &mut Remarks) {
    let Some(comment) = comments.last() else { return };
    let first = comment.split(' ').next().unwrap_or_default();
    if names.iter().any(|name| name == first) {
        return;
    }
    let name = if let [name] = names { name } else { "<arg_key>" };
    let message = format!("Comment for {keyword} should follow the format: `# {name} <description>`");
    remarks.add_below(comments, &rule::INVALID_DEFINITION_DESCRIPTION, lines, message);
}

fn lint_names(file: &Dockerfile, remarks: &mut Remarks) {
    let mut names = BTreeSet::new();
    for stage in &file.stages {
        let Some(name) = stage.name.as_ref().map(|name| name.lowercase()) else { continue };
        let quoted = quote(&name);
        if matches!(name.as_str(), "context" | "scratch") {
            let message = format!("Stage name should not use the same name as reserved stage {quoted}");
            remarks.add(&rule::RESERVED_STAGE_NAME, stage.lines, message);
        }
        if !names.insert(name) {
            let message = format!("Duplicate stage name {quoted}, stage names should be unique");
            remarks.add(&rule::DUPLICATE_STAGE_NAME, stage.lines, message);
        }
    }
}

/// Every keyword is written as most are; as many of both mean upper case.
fn lint_casing(file: &Dockerfile, remarks: &mut Remarks) {
    let of_stage = |stage: &'_ Stage| {
        let rest = stage.instructions.iter().map(|instruction| (instruction.keyword.clone(), instruction.lines));
        std::iter::once((stage.keywords.0.clone(), stage.lines)).chain(rest).collect::<Vec<_>>()
    };
    let keywords: Vec<(String, LineRange)> = file.stages.iter().flat_map(of_stage).collect();
    let count = |wanted| keywords.iter().filter(|(keyword, _)| casing(keyword) == Some(wanted)).count();
    let majority = if count(Casing::Lower) > count(Casing::Upper) { Casing::Lower } else { Casing::Upper };
    for (keyword, lines) in &keywords {
        if majority.of(keyword) != *keyword {
            let wanted = if majority == Casing::Lower { "lowercase" } else { "uppercase" };
            let message = format!("Command '{keyword}' should match the case of the command majority ({wanted})");
            remarks.add(&rule::CONSISTENT_INSTRUCTION_CASING, *lines, message);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Casing {
    Lower,
    Upper,
}

impl Casing {
    fn of(self, word: &str) -> String {
        match self {
            Self::Lower => word.lowercase(),
            Self::Upper => word.uppercase(),
        }
    }
}

/// None for a mixture.
fn casing(word: &str) -> Option<Casing> {
    [Casing::Lower, Casing::Upper].into_iter().find(|casing| casing.of(word) == word)
}
