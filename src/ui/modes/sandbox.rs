//! `Sandbox`: everything open, and a few places to start from.

use yew::{Html, html};

use crate::course::ScenarioView;
use crate::ui::context::Context;
use crate::ui::intent::Intent;
use crate::ui::{prose, words};

/// All scenarios.
pub(super) fn sandbox(context: &Context<'_>, scenarios: &[ScenarioView]) -> Html {
    html! {
        <>
            { super::heading(words::sandbox(), words::everything_open(), words::type_what_you_like()) }
            { for scenarios.iter().map(|scenario| self::scenario(context, scenario)) }
        </>
    }
}

fn scenario(context: &Context<'_>, scenario: &ScenarioView) -> Html {
    let line = |(machine, line): &(String, String)| html! { <li>{ format!("{machine} $ {line}") }</li> };
    html! {
        <section class="task">
            <h3>{ prose::inlines(context, &scenario.title) }</h3>
            <div class="prose">{ prose::blocks(context, &scenario.prose) }</div>
            <ul class="shows" translate="no">{ for scenario.lines.iter().map(line) }</ul>
            <button type="button" class="quiet" disabled={context.view.busy()}
                onclick={context.click(Intent::Scenario(scenario.lines.clone()))}>{ words::run_these_lines_in_your() }</button>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Ask;
    use crate::ui::intent::Effect;
    use crate::ui::view::View;

    #[test]
    fn the_lines_run_one_after_the_other() {
        let mut view = View::default();
        let lines =
            vec![("laptop".to_owned(), "docker images".to_owned()), ("prod".to_owned(), "docker ps".to_owned())];
        let effects = view.update(Intent::Scenario(lines));
        let first = Ask::Line { machine: Some("laptop".into()), line: "docker images".into() };
        assert_eq!(effects, [Effect::Ask(first)]);
        assert_eq!(view.screen.waiting.len(), 1);
    }
}
