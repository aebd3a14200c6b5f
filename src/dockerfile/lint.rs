//! Remarks about a Dockerfile that never fail a build: those of `BuildKit`'s
//! rules that need nothing but the text.
//! <https://docs.docker.com/reference/build-checks/>

use super::quote::quote;
use super::{Command, CommandLine, Dockerfile, Instruction, Pair, Stage};

/// A remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Such as `WorkdirRelativePath`.
    pub rule: &'static str,
    /// `BuildKit`'s words.
    pub message: String,
    /// Line, from 1.
    pub line: u32,
}

/// Words that make a variable's name look like a secret.
const SECRETS: [&str; 10] =
    ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];

/// All remarks about `file`: on how it is written, then on what it says, in order.
pub fn lint(file: &Dockerfile) -> Vec<Warning> {
    let stage = file.last_stage();
    let mut warnings: Vec<Warning> = file
        .empty_continuations
        .iter()
        .map(|lines| warning("NoEmptyContinuation", "Empty continuation line", lines.last))
        .collect();
    lint_from(stage, &mut warnings);
    lint_casing(stage, &mut warnings);
    let mut workdir_set = false;
    for instruction in &stage.instructions {
        lint_instruction(instruction, &mut workdir_set, &mut warnings);
    }
    lint_repeated(stage, "CMD", |command| matches!(command, Command::Cmd(_)), &mut warnings);
    lint_repeated(stage, "ENTRYPOINT", |command| matches!(command, Command::Entrypoint(_)), &mut warnings);
    warnings
}

fn warning(rule: &'static str, message: impl Into<String>, line: u32) -> Warning {
    Warning { rule, message: message.into(), line }
}

fn lint_from(stage: &Stage, warnings: &mut Vec<Warning>) {
    let line = stage.lines.first;
    if let Some(name) = stage.name.as_ref().filter(|name| name.to_lowercase() != **name) {
        warnings.push(warning("StageNameCasing", format!("Stage name '{name}' should be lowercase"), line));
    }
    if let (from, Some(alias)) = &stage.keywords
        && is_lower(from) != is_lower(alias)
    {
        warnings.push(warning("FromAsCasing", format!("'{alias}' and '{from}' keywords' casing do not match"), line));
    }
}

fn lint_casing(stage: &Stage, warnings: &mut Vec<Warning>) {
    let rest = stage.instructions.iter().map(|instruction| (&instruction.keyword, instruction.lines));
    let keywords: Vec<_> = std::iter::once((&stage.keywords.0, stage.lines)).chain(rest).collect();
    let lower = keywords.iter().filter(|(keyword, _)| is_lower(keyword)).count();
    let upper = keywords.iter().filter(|(keyword, _)| keyword.to_uppercase() == **keyword).count();
    let majority = if lower > upper { "lowercase" } else { "uppercase" };
    for (keyword, lines) in keywords {
        let right = if lower > upper { keyword.to_lowercase() } else { keyword.to_uppercase() };
        if right != *keyword {
            let message = format!("Command '{keyword}' should match the case of the command majority ({majority})");
            warnings.push(warning("ConsistentInstructionCasing", message, lines.first));
        }
    }
}

fn lint_instruction(instruction: &Instruction, workdir_set: &mut bool, warnings: &mut Vec<Warning>) {
    let line = instruction.lines.first;
    let keyword = instruction.keyword.to_uppercase();
    match &instruction.command {
        Command::Workdir { path } => {
            if !*workdir_set && !path.starts_with(['/', '$', '"', '\'']) {
                let path = quote(path);
                let message = format!("Relative workdir {path} can have unexpected results if the base image changes");
                warnings.push(warning("WorkdirRelativePath", message, line));
            }
            *workdir_set = true;
        }
        Command::Env { pairs } => {
            lint_legacy(&keyword, pairs, line, warnings);
            for pair in pairs.iter().filter(|pair| is_secret(&pair.name)) {
                let name = quote(&pair.name);
                let message = format!("Do not use ARG or ENV instructions for sensitive data (ENV {name})");
                warnings.push(warning("SecretsUsedInArgOrEnv", message, line));
            }
        }
        Command::Label { pairs } => lint_legacy(&keyword, pairs, line, warnings),
        Command::Cmd(CommandLine::Shell(_)) | Command::Entrypoint(CommandLine::Shell(_)) => {
            let message = format!(
                "JSON arguments recommended for {keyword} to prevent unintended behavior related to OS signals"
            );
            warnings.push(warning("JSONArgsRecommended", message, line));
        }
        _ => {}
    }
}

fn lint_legacy(keyword: &str, pairs: &[Pair], line: u32, warnings: &mut Vec<Warning>) {
    if pairs.iter().any(|pair| pair.legacy) {
        let message =
            format!("\"{keyword} key=value\" should be used instead of legacy \"{keyword} key value\" format");
        warnings.push(warning("LegacyKeyValueFormat", message, line));
    }
}

/// Every one but the last is remarked on.
fn lint_repeated(stage: &Stage, keyword: &str, is: impl Fn(&Command) -> bool, warnings: &mut Vec<Warning>) {
    let mut found: Vec<_> = stage.instructions.iter().filter(|instruction| is(&instruction.command)).collect();
    found.pop();
    for instruction in found {
        let message = format!(
            "Multiple {keyword} instructions should not be used in the same stage because only the last one will be used"
        );
        warnings.push(warning("MultipleInstructionsDisallowed", message, instruction.lines.first));
    }
}

fn is_lower(word: &str) -> bool {
    word.to_lowercase() == word
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let has = |word: &str| name.split('_').any(|part| part == word);
    SECRETS.into_iter().any(has) && !has("public")
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let warnings = lint(&parse(text).expect(text));
        let found: Vec<String> =
            warnings.iter().map(|w| format!("{}: {} (line {})", w.rule, w.message, w.line)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_clean_file_has_no_remarks() {
        check("FROM a AS b\nWORKDIR /app\nWORKDIR src\nENV A=b PUBLIC_KEY=c MONKEY=d\nCMD [\"x\"]", &[]);
        check("from a as b\nworkdir /app", &[]);
    }

    #[test]
    fn each_rule_speaks_in_buildkits_words() {
        check(
            "FROM a\nWORKDIR app\nENV API_KEY=x\nCMD x",
            &[
                "WorkdirRelativePath: Relative workdir \"app\" can have unexpected results if the base image changes (line 2)",
                "SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ENV \"API_KEY\") (line 3)",
                "JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals (line 4)",
            ],
        );
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
            "from a\nCMD [\"x\"]\nCMD [\"y\"]",
            &[
                "ConsistentInstructionCasing: Command 'from' should match the case of the command majority (uppercase) (line 1)",
                "MultipleInstructionsDisallowed: Multiple CMD instructions should not be used in the same stage because only the last one will be used (line 2)",
            ],
        );
    }
}
