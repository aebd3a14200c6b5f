//! Compound commands.

use brush_parser::ast::{
    CaseClauseCommand, CaseItemPostAction, CompoundCommand, CompoundList, ForClauseCommand,
    IfClauseCommand,
};

use crate::flow::{Flow, Outcome};
use crate::shell::Shell;
use crate::subshell::Body;

impl Shell {
    pub(crate) fn run_compound(&mut self, command: &CompoundCommand) -> Outcome {
        match command {
            CompoundCommand::BraceGroup(group) => self.run_list(&group.list),
            CompoundCommand::Subshell(subshell) => {
                self.run_subshell(&Body::List(subshell.list.clone()))
            }
            CompoundCommand::IfClause(clause) => self.run_if(clause),
            CompoundCommand::WhileClause(clause) => self.run_while(&clause.0, &clause.1.list, true),
            CompoundCommand::UntilClause(clause) => {
                self.run_while(&clause.0, &clause.1.list, false)
            }
            CompoundCommand::ForClause(clause) => self.run_for(clause),
            CompoundCommand::CaseClause(clause) => self.run_case(clause),
            CompoundCommand::Arithmetic(_) | CompoundCommand::ArithmeticForClause(_) => {
                Err(self.fatal(2, "((: not in a POSIX shell"))
            }
            CompoundCommand::Coprocess(_) => Err(self.fatal(2, "coproc: not in a POSIX shell")),
        }
    }

    fn run_if(&mut self, clause: &IfClauseCommand) -> Outcome {
        if self.run_tested(&clause.condition)? == 0 {
            return self.run_list(&clause.then);
        }
        for clause in clause.elses.iter().flatten() {
            let wanted = match &clause.condition {
                Some(condition) => self.run_tested(condition)? == 0,
                None => true,
            };
            if wanted {
                return self.run_list(&clause.body);
            }
        }
        Ok(0)
    }

    fn run_while(
        &mut self,
        condition: &CompoundList,
        body: &CompoundList,
        wanted: bool,
    ) -> Outcome {
        let mut status = 0;
        loop {
            self.loops += 1;
            let tested = self.run_tested(condition);
            let outcome = match tested {
                Ok(tested) if (tested == 0) == wanted => self.run_list(body),
                Ok(_) => {
                    self.loops -= 1;
                    return Ok(status);
                }
                Err(flow) => Err(flow),
            };
            self.loops -= 1;
            match after_round(outcome)? {
                Round::Next(next) => status = next,
                Round::Last => return Ok(0),
            }
        }
    }

    fn run_for(&mut self, clause: &ForClauseCommand) -> Outcome {
        let values = match &clause.values {
            Some(words) => self.expand_words(words)?,
            None => self.parameters.clone(),
        };
        let mut status = 0;
        for value in values {
            self.assign(&clause.variable_name, value)?;
            self.loops += 1;
            let outcome = self.run_list(&clause.body.list);
            self.loops -= 1;
            match after_round(outcome)? {
                Round::Next(next) => status = next,
                Round::Last => return Ok(0),
            }
        }
        Ok(status)
    }

    fn run_case(&mut self, clause: &CaseClauseCommand) -> Outcome {
        let value = self.expand_text(&clause.value)?;
        let mut falls_through = false;
        let mut status = 0;
        for item in &clause.cases {
            let mut matched = falls_through;
            for pattern in &item.patterns {
                matched = matched || self.expand_pattern(&pattern.value)?.matches(&value);
            }
            if !matched {
                continue;
            }
            status = item
                .cmd
                .as_ref()
                .map_or(Ok(0), |list| self.run_list(list))?;
            match item.post_action {
                CaseItemPostAction::ExitCase => return Ok(status),
                CaseItemPostAction::UnconditionallyExecuteNextCaseItem => falls_through = true,
                CaseItemPostAction::ContinueEvaluatingCases => falls_through = false,
            }
        }
        Ok(status)
    }
}

/// What a loop does after one round.
enum Round {
    Next(i32),
    Last,
}

fn after_round(outcome: Outcome) -> Result<Round, Flow> {
    match outcome {
        Ok(status) => Ok(Round::Next(status)),
        Err(Flow::Break(0 | 1)) => Ok(Round::Last),
        Err(Flow::Continue(0 | 1)) => Ok(Round::Next(0)),
        Err(Flow::Break(levels)) => Err(Flow::Break(levels - 1)),
        Err(Flow::Continue(levels)) => Err(Flow::Continue(levels - 1)),
        Err(flow) => Err(flow),
    }
}
