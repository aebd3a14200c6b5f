//! One command: simple, compound, or the definition of a function.

use std::rc::Rc;

use brush_parser::ast::{Command, CompoundCommand, RedirectList};

use crate::flow::Outcome;
use crate::redirect::{self, Refusal};
use crate::shell::{Function, Shell};

/// Functions within functions: each needs some of the stack.
const DEPTH: usize = 500;

impl Shell {
    pub(crate) fn run_command(&mut self, command: &Command) -> Outcome {
        match command {
            Command::Simple(simple) => self.run_simple(simple),
            Command::Compound(compound, redirections) => {
                self.run_redirected(compound, redirections.as_ref())
            }
            Command::Function(function) => {
                let name = function.fname.value.clone();
                let function = Function {
                    definition: function.clone(),
                    first_line: self.first_line,
                };
                self.functions.insert(name, Rc::new(function));
                Ok(0)
            }
            Command::ExtendedTest(..) => Err(self.fatal(2, "[[: not in a POSIX shell")),
        }
    }

    fn run_redirected(
        &mut self,
        compound: &CompoundCommand,
        redirections: Option<&RedirectList>,
    ) -> Outcome {
        let Some(RedirectList(redirections)) = redirections else {
            return self.run_compound(compound);
        };
        let saved = self.streams.clone();
        let outcome = match self.redirect(redirections) {
            Ok(()) => self.run_compound(compound),
            Err(Refusal::Told) => self.after_failure(1),
            Err(Refusal::Flow(flow)) => Err(flow),
        };
        // What `exec` opened in there at another number stays.
        for redirection in redirections {
            self.streams.put_back(redirect::number(redirection), &saved);
        }
        outcome
    }

    /// Calls a function with these positional parameters.
    pub(crate) fn call(&mut self, function: &Function, parameters: Vec<String>) -> Outcome {
        if self.depth >= DEPTH {
            return Err(self.fatal(2, "functions call each other too deeply"));
        }
        let outer = std::mem::replace(&mut self.parameters, parameters);
        let loops = std::mem::take(&mut self.loops);
        self.depth += 1;
        self.locals.push(Vec::new());
        let first_line = std::mem::replace(&mut self.first_line, function.first_line);
        let body = &function.definition.body;
        let outcome = self.run_redirected(&body.0, body.1.as_ref());
        self.first_line = first_line;
        for (name, saved) in self.locals.pop().unwrap_or_default().into_iter().rev() {
            self.variables.restore(&name, saved);
        }
        self.depth -= 1;
        self.loops = loops;
        self.parameters = outer;
        match outcome {
            Err(crate::flow::Flow::Return(status)) => Ok(status),
            outcome => outcome,
        }
    }
}
