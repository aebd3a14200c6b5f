//! A message's pattern, made into its line.

use std::fmt::Write;

use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};

/// As many arguments a message may have: each is called by one digit.
pub const ARGUMENTS: usize = 10;
/// What languages call the kinds of their numbers.
/// <https://unicode.org/reports/tr35/tr35-numbers.html#Language_Plural_Rules>
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// What a message is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Without its `$`.
    pub name: String,
    /// Whether a variant is chosen by its number.
    pub is_counted: bool,
}

/// What is known of a message while its pattern is read.
#[derive(Default)]
pub struct Compiler {
    pub arguments: Vec<Argument>,
    /// Whether the source has named them all.
    are_given: bool,
    pub wrong: Vec<String>,
}

impl Compiler {
    /// For a message that the source fills with these.
    pub fn given(arguments: &[Argument]) -> Self {
        Self { arguments: arguments.to_vec(), are_given: true, wrong: Vec::new() }
    }

    /// The line of a message.
    pub fn line(&mut self, pattern: &Pattern<&str>) -> String {
        let mut line = String::new();
        self.pattern(pattern, &mut line);
        line
    }

    fn pattern(&mut self, pattern: &Pattern<&str>, line: &mut String) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.text(value, line),
                PatternElement::Placeable { expression } => self.expression(expression, line),
            }
        }
    }

    fn text(&mut self, text: &str, line: &mut String) {
        if text.contains(['{', '}']) {
            self.wrong.push("has a brace in its text: let an argument bring it".to_owned());
        }
        line.push_str(&text.replace('\n', " "));
    }

    fn expression(&mut self, expression: &Expression<&str>, line: &mut String) {
        match expression {
            Expression::Inline(InlineExpression::StringLiteral { value }) => self.text(value, line),
            Expression::Inline(InlineExpression::VariableReference { id }) => {
                let index = self.argument(id.name, false);
                let _ = write!(line, "{{{index}}}");
            }
            Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
                let index = self.argument(id.name, variants.iter().any(|variant| is_number(&variant.key)));
                let _ = write!(line, "{{{index}");
                self.variants(variants, line);
                line.push('}');
            }
            _ => self.wrong.push("has a placeable that is neither an argument nor a choice by one".to_owned()),
        }
    }

    /// The default comes last and needs no key: it is what is left.
    fn variants(&mut self, variants: &[Variant<&str>], line: &mut String) {
        let keyed = variants.iter().filter(|variant| !variant.default);
        for variant in keyed.chain(variants.iter().filter(|variant| variant.default)) {
            if !variant.default {
                line.push_str(key(&variant.key));
            }
            line.push('{');
            self.pattern(&variant.value, line);
            line.push('}');
        }
    }

    fn argument(&mut self, name: &str, is_counted: bool) -> usize {
        let known = self.arguments.iter().position(|argument| argument.name == name);
        let at = known.unwrap_or_else(|| {
            if self.are_given {
                self.wrong.push(format!("names ${name}, which the source does not give"));
            }
            if self.arguments.len() == ARGUMENTS {
                self.wrong.push(format!("has more than {ARGUMENTS} arguments"));
            }
            self.arguments.push(Argument { name: name.to_owned(), is_counted });
            self.arguments.len() - 1
        });
        self.arguments[at].is_counted |= is_counted;
        at
    }
}

fn key<'a>(key: &VariantKey<&'a str>) -> &'a str {
    match key {
        VariantKey::Identifier { name: key } | VariantKey::NumberLiteral { value: key } => key,
    }
}

fn is_number(variant: &VariantKey<&str>) -> bool {
    matches!(variant, VariantKey::NumberLiteral { .. })
        || (CATEGORIES.contains(&key(variant)) && key(variant) != "other")
}
