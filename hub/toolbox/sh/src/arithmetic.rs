//! `$((…))`, in whole numbers of 64 bits that wrap around.

use brush_parser::arithmetic;
use brush_parser::ast::{
    ArithmeticExpr as Expr, ArithmeticTarget as Target, BinaryOperator as Op,
    UnaryAssignmentOperator as Step, UnaryOperator, Word,
};

use crate::flow::Flow;
use crate::shell::Shell;

impl Shell {
    /// The value of an expression, its parameters expanded first.
    pub(crate) fn arithmetic(&mut self, text: &str) -> Result<i64, Flow> {
        let text = self.expand_here(&Word::new(text))?;
        if text.trim().is_empty() {
            return Ok(0);
        }
        let expression = arithmetic::parse(text.trim());
        let expression = expression.map_err(|_| {
            self.fatal(
                2,
                format_args!("arithmetic expression: syntax error: \"{text}\""),
            )
        })?;
        self.evaluate(&expression)
    }

    fn evaluate(&mut self, expression: &Expr) -> Result<i64, Flow> {
        match expression {
            Expr::Literal(value) => Ok(*value),
            Expr::Reference(target) => self.number(target),
            Expr::UnaryOp(operator, operand) => {
                let value = self.evaluate(operand)?;
                Ok(match operator {
                    UnaryOperator::UnaryPlus => value,
                    UnaryOperator::UnaryMinus => value.wrapping_neg(),
                    UnaryOperator::BitwiseNot => !value,
                    UnaryOperator::LogicalNot => i64::from(value == 0),
                })
            }
            Expr::BinaryOp(Op::LogicalAnd, left, right) => Ok(i64::from(
                self.evaluate(left)? != 0 && self.evaluate(right)? != 0,
            )),
            Expr::BinaryOp(Op::LogicalOr, left, right) => Ok(i64::from(
                self.evaluate(left)? != 0 || self.evaluate(right)? != 0,
            )),
            Expr::BinaryOp(operator, left, right) => {
                let (left, right) = (self.evaluate(left)?, self.evaluate(right)?);
                self.calculate(*operator, left, right)
            }
            Expr::Conditional(condition, then, otherwise) => {
                if self.evaluate(condition)? != 0 {
                    self.evaluate(then)
                } else {
                    self.evaluate(otherwise)
                }
            }
            Expr::Assignment(target, value) => {
                let value = self.evaluate(value)?;
                self.store(target, value)
            }
            Expr::BinaryAssignment(operator, target, value) => {
                let (old, value) = (self.number(target)?, self.evaluate(value)?);
                let value = self.calculate(*operator, old, value)?;
                self.store(target, value)
            }
            Expr::UnaryAssignment(step, target) => self.step(*step, target),
        }
    }

    fn step(&mut self, step: Step, target: &Target) -> Result<i64, Flow> {
        let old = self.number(target)?;
        let new = match step {
            Step::PrefixIncrement | Step::PostfixIncrement => old.wrapping_add(1),
            Step::PrefixDecrement | Step::PostfixDecrement => old.wrapping_sub(1),
        };
        self.store(target, new)?;
        Ok(
            if matches!(step, Step::PrefixIncrement | Step::PrefixDecrement) {
                new
            } else {
                old
            },
        )
    }

    fn calculate(&self, operator: Op, left: i64, right: i64) -> Result<i64, Flow> {
        let divided = |value: Option<i64>| {
            value.ok_or_else(|| self.fatal(2, "arithmetic expression: division by zero"))
        };
        Ok(match operator {
            Op::Power => left.wrapping_pow(u32::try_from(right).unwrap_or(0)),
            Op::Multiply => left.wrapping_mul(right),
            Op::Divide => divided((right != 0).then(|| left.wrapping_div(right)))?,
            Op::Modulo => divided((right != 0).then(|| left.wrapping_rem(right)))?,
            Op::Comma => right,
            Op::Add => left.wrapping_add(right),
            Op::Subtract => left.wrapping_sub(right),
            Op::ShiftLeft => left.wrapping_shl(shift(right)),
            Op::ShiftRight => left.wrapping_shr(shift(right)),
            Op::LessThan => i64::from(left < right),
            Op::LessThanOrEqualTo => i64::from(left <= right),
            Op::GreaterThan => i64::from(left > right),
            Op::GreaterThanOrEqualTo => i64::from(left >= right),
            Op::Equals => i64::from(left == right),
            Op::NotEquals => i64::from(left != right),
            Op::BitwiseAnd => left & right,
            Op::BitwiseXor => left ^ right,
            Op::BitwiseOr => left | right,
            Op::LogicalAnd => i64::from(left != 0 && right != 0),
            Op::LogicalOr => i64::from(left != 0 || right != 0),
        })
    }

    fn number(&self, target: &Target) -> Result<i64, Flow> {
        let name = self.name_of(target)?;
        let Some(text) = self.variables.get(name) else {
            return if self.options.nounset {
                Err(self.fatal(2, format_args!("{name}: parameter not set")))
            } else {
                Ok(0)
            };
        };
        match number(text) {
            Some(value) => Ok(value),
            None => Err(self.fatal(2, format_args!("Illegal number: {text}"))),
        }
    }

    fn store(&mut self, target: &Target, value: i64) -> Result<i64, Flow> {
        let name = self.name_of(target)?.to_owned();
        self.assign(&name, value.to_string())?;
        Ok(value)
    }

    fn name_of<'a>(&self, target: &'a Target) -> Result<&'a str, Flow> {
        match target {
            Target::Variable(name) => Ok(name),
            Target::ArrayElement(..) => {
                Err(self.fatal(2, "arithmetic expression: no arrays in a POSIX shell"))
            }
        }
    }
}

fn shift(by: i64) -> u32 {
    u32::try_from(by & 63).unwrap_or(0)
}

/// A constant: decimal, octal after a 0, hexadecimal after 0x.
pub(crate) fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return Some(0);
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let hex = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    let value = match (hex, digits.strip_prefix('0')) {
        (Some(hex), _) => i64::from_str_radix(hex, 16),
        (None, Some(octal)) if !octal.is_empty() => i64::from_str_radix(octal, 8),
        _ => digits.parse(),
    };
    value.ok().map(|value| {
        if negative {
            value.wrapping_neg()
        } else {
            value
        }
    })
}
