//! `--call`: what is asked of a Dockerfile instead of building it.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#call>

use super::{check, document, misread, refused};
use crate::build::progress::excerpt;
use crate::build::{Build, Outline, OutlineArgument, Place, SolveError, TargetStage};
use crate::cli::flags::Parsed;
use crate::cli::{Desk, Failure};
use crate::text::{Line, aligned};

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call {
    question: Question,
    /// Whether remarks make no exit code.
    ignores_status: bool,
    /// Whether the answer is the document that the builder gives.
    is_json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Check,
    Outline,
    Targets,
    /// What can be asked.
    Describe,
}

/// What can be asked, as the builder lists it.
pub(super) const REQUESTS: [(&str, &str); 3] = [
    ("outline", "List all parameters current build target supports"),
    ("targets", "List all targets current build supports"),
    ("subrequests.describe", "List available subrequest types"),
];

impl Call {
    /// What the flags ask, if they ask anything.
    pub(super) fn read(parsed: &Parsed<'_>) -> Result<Option<Self>, Failure> {
        let shorthand = parsed.has("check").then_some("check");
        let text = shorthand.or(parsed.value("call")).unwrap_or_default();
        let (mut name, mut ignores_status, mut is_json) = ("", false, false);
        for field in text.split(',') {
            match field.split_once('=') {
                // Another format than this is as if none was asked for.
                Some(("format", format)) => is_json = format == "json",
                Some(("ignorestatus", value)) => ignores_status = switch(value).map_err(|reason| misread(&reason))?,
                Some(_) => return Err(misread(&format!("invalid print field: {field}"))),
                None if !name.is_empty() => return Err(misread(&format!("invalid print value: {text}"))),
                None => name = field,
            }
        }
        let question = match name {
            "" | "build" => return Ok(None),
            "check" | "lint" => Question::Check,
            "outline" => Question::Outline,
            "targets" => Question::Targets,
            "subrequests.describe" => Question::Describe,
            other => return Err(refused(&format!("failed to solve: unsupported request frontend.{other}"))),
        };
        Ok(Some(Self { question, ignores_status, is_json }))
    }

    /// Whether stages are looked at that are not built: for their mistakes.
    pub(super) fn is_check(self) -> bool {
        self.question == Question::Check
    }

    /// A Dockerfile that cannot be built is an answer of the linter: what was remarked on before its mistake, and that.
    pub(super) fn mistaken(
        self,
        build: &Build,
        error: &SolveError,
        place: Option<&Place>,
        desk: &mut Desk<'_>,
    ) -> Failure {
        if self.is_json {
            desk.terminal.lines(document::check(build.warnings(), build.source(), Some((error, place))));
        } else {
            check::tell(build.warnings(), build, desk);
            if !build.warnings().is_empty() {
                desk.terminal.out("");
            }
        }
        let lines = [format!("ERROR: {error}")].into_iter().chain(place.map(excerpt).unwrap_or_default());
        Failure { lines: lines.map(Line::from).chain([Line::default()]).collect(), hint: None, code: 1 }
    }

    /// Prints the answer once it is known; the exit code then.
    pub(super) fn answer(self, build: &Build, desk: &mut Desk<'_>) -> Option<i32> {
        let code = match self.question {
            Question::Check if self.is_json => {
                let remarks = build.remarks()?;
                desk.terminal.lines(document::check(remarks, build.source(), None));
                i32::from(!remarks.is_empty())
            }
            Question::Check => check::report(build, desk)?,
            Question::Outline => {
                let found = build.outline()?;
                let json = self.is_json.then(|| document::outline(&found, build.source()));
                desk.terminal.lines(json.unwrap_or_else(|| outline(&found)));
                0
            }
            Question::Targets => {
                let found = build.target_stages()?;
                let json = self.is_json.then(|| document::targets(&found, build.source()));
                desk.terminal.lines(json.unwrap_or_else(|| targets(&found)));
                0
            }
            Question::Describe => {
                build.target_stages()?;
                let rows = REQUESTS.map(|(name, description)| format!("{name}\t1.0.0\t{description}")).into_iter();
                let text = || columns("NAME\tVERSION\tDESCRIPTION", rows, 1);
                desk.terminal.lines(if self.is_json { document::requests() } else { text() });
                0
            }
        };
        Some(if self.ignores_status { 0 } else { code })
    }
}

fn switch(value: &str) -> Result<bool, String> {
    match value {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(format!(
            "invalid ignorestatus print value: {value}: strconv.ParseBool: parsing {value:?}: invalid syntax"
        )),
    }
}

fn targets(targets: &[TargetStage]) -> Vec<String> {
    let row = |target: &TargetStage| {
        let name = target.name.as_deref().unwrap_or_default();
        let shown = match (name, target.is_default) {
            ("", true) => "(default)".to_owned(),
            (name, true) => format!("{name} (default)"),
            (name, false) => name.to_owned(),
        };
        format!("{shown}\t{}", target.description)
    };
    columns("TARGET\tDESCRIPTION", targets.iter().map(row), 1)
}

/// Each part ends with an empty line.
fn outline(outline: &Outline) -> Vec<String> {
    let Outline { name, description, arguments, secrets, agents } = outline;
    let mut parts = Vec::new();
    if let Some(name) = name {
        let rows = (!description.is_empty()).then(|| format!("DESCRIPTION:\t{description}"));
        parts.push(columns(&format!("TARGET:\t{name}"), rows.into_iter(), 1));
    }
    if !arguments.is_empty() {
        let rows = arguments.iter().map(|argument| {
            let OutlineArgument { name, value, description, .. } = argument;
            format!("{name}\t{value}\t{description}")
        });
        parts.push(columns("BUILD ARG\tVALUE\tDESCRIPTION", rows, 3));
    }
    for (kind, wanted) in [("SECRET", secrets), ("SSH", agents)].into_iter().filter(|(_, wanted)| !wanted.is_empty()) {
        let required = |is_required| if is_required { "true" } else { "" };
        let rows = wanted.iter().map(|secret| format!("{}\t{}", secret.name, required(secret.is_required)));
        parts.push(columns(&format!("{kind}\tREQUIRED"), rows, 3));
    }
    parts.into_iter().flat_map(|part| part.into_iter().chain([String::new()])).collect()
}

fn columns(heading: &str, rows: impl Iterator<Item = String>, padding: usize) -> Vec<String> {
    let text: Vec<String> = std::iter::once(heading.to_owned()).chain(rows).collect();
    aligned(&text.join("\n"), 0, padding)
}
