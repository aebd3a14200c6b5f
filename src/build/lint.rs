//! The linter's remarks on a build: what can be said before anything is asked
//! for, and the rest once the images are known.

use std::collections::BTreeMap;

use super::environment;
use super::solve::{Build, Target};
use crate::dockerfile::{
    BaseFacts, CheckError, Dockerfile, Foreign, LintViolation, Report, Surroundings, Warning, lint_before_images,
    lint_until_mistake, lint_within,
};
use crate::event::Event;
use crate::oci::ImageConfig;
use crate::text::sorted;

impl Build {
    /// What the text says, and FROM.
    pub(super) fn remark_early(&mut self, file: &Dockerfile) -> Result<(), CheckError> {
        let report = self.report(file, lint_before_images)?;
        self.remark(report.warnings);
        Ok(())
    }

    /// What the text says up to a mistake.
    pub(super) fn remark_until_mistake(&mut self, file: &Dockerfile) -> Result<(), CheckError> {
        let around = Surroundings { arguments: &self.request.arguments, ..Surroundings::default() };
        let report = lint_until_mistake(file, &around)?;
        self.remark(report.warnings);
        Ok(())
    }

    /// What the stages say, now that their images are known, and whether the file wants the build to fail for all of
    /// it.
    pub(super) fn remark_late(&mut self) -> Option<LintViolation> {
        let file = self.file.take()?;
        let images = self.targets.first().map(|target| {
            let written = target.bases.range(..file.stages.len());
            let facts = written.map(|(stage, image)| (*stage, facts(target, *stage, &image.config)));
            facts.collect::<BTreeMap<_, _>>()
        });
        let ignore = Some(&self.context.ignore);
        let whole = |file: &Dockerfile, around: &Surroundings<'_>| {
            lint_within(file, &Surroundings { images: images.as_ref(), ignore, ..*around })
        };
        // The options were read before; they have not changed.
        let report = self.report(&file, whole).unwrap_or_default();
        self.file = Some(file);
        let violation = report.violation();
        self.remark(report.warnings);
        violation
    }

    /// Of several platforms `BuildKit` judges the first.
    fn report(
        &self,
        file: &Dockerfile,
        lint: impl FnOnce(&Dockerfile, &Surroundings<'_>) -> Result<Report, CheckError>,
    ) -> Result<Report, CheckError> {
        let request = &self.request;
        let platform = request.platforms.first().unwrap_or(&request.builder);
        let automatic = environment::automatic(&request.builder, platform, &self.target_stage(file));
        let automatic: Vec<(String, String)> = automatic
            .into_iter()
            .map(|(name, value)| {
                let given = environment::given_value(&request.arguments, name);
                (name.to_owned(), given.unwrap_or(value))
            })
            .collect();
        let needed = self.targets.first().map(|target| target.stages.needed()).unwrap_or_default();
        let stages = sorted(needed);
        let arguments = &request.arguments;
        lint(file, &Surroundings { arguments, automatic: &automatic, stages: Some(&stages), ..Surroundings::default() })
    }

    /// Makes each remark once.
    fn remark(&mut self, warnings: Vec<Warning>) {
        for warning in warnings {
            if self.remarks.contains(&warning) {
                continue;
            }
            let Warning { rule, message, line, .. } = warning.clone();
            if !self.request.is_check {
                self.steps.tell(Event::BuildWarned { rule: rule.to_owned(), message, line });
            }
            self.remarks.push(warning);
        }
    }
}

fn facts(target: &Target, stage: usize, image: &ImageConfig) -> BaseFacts {
    let stage = &target.stages.list[stage];
    let (expected, actual) = (stage.platform.as_ref().unwrap_or(&target.platform), image.platform());
    let is_foreign = (&expected.os, &expected.architecture) != (&actual.os, &actual.architecture);
    let foreign = || Foreign { name: stage.written.clone(), actual: actual.clone(), expected: expected.clone() };
    let config = &image.config;
    BaseFacts {
        env: config.env.clone(),
        has_shell: !config.shell.is_empty(),
        triggers: config.on_build.clone(),
        foreign: is_foreign.then(foreign),
    }
}
