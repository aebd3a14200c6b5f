//! A container, in full: what it does, its log, and a form that asks a port
//! which it publishes. The form types a `curl` line at the prompt.

use std::rc::Rc;

use yew::{Html, classes, html};

use super::context::{Context, truth};
use super::intent::Intent;
use super::place::status;
use super::registry_panel::part;
use super::screen::Article;
use super::trial::Trying;
use super::words;
use crate::lab::{ContainerView, MachineView, Status};

/// The container with this id.
pub(super) fn container_panel(context: &Context<'_>, id: &str) -> Html {
    let found = context.view.snapshot.machines.iter().find_map(|machine| {
        let container = machine.containers.iter().find(|container| container.id == id)?;
        Some((machine, container))
    });
    let Some((machine, container)) = found else {
        return html! { <p>{ words::this_container_is_not_there() }</p> };
    };
    html! {
        <div class="settings">
            <p class="eyebrow">{ words::container_on(&machine.name) }</p>
            <h2 translate="no">{ container.name.clone() }</h2>
            <dl class="facts">
                <dt>{ words::state() }</dt><dd>{ status(&container.status) }</dd>
                <dt>{ words::image() }</dt><dd translate="no">{ container.image.clone() }</dd>
                <dt>{ words::command() }</dt><dd translate="no">{ container.command.join(" ") }</dd>
            </dl>
            { log(context, machine, container) }
            { trial(context, machine, container) }
        </div>
    }
}

/// It goes on with each line that is typed, as the container does. All of it is what `docker logs` prints.
fn log(context: &Context<'_>, machine: &MachineView, container: &ContainerView) -> Html {
    let about = words::its_last_lines();
    let line = format!("docker logs {}", container.name);
    let typed = Intent::Scenario(vec![(machine.name.clone(), line.clone())]);
    let inside = html! {
        <>
        if container.log.is_empty() {
            <p class="note">{ words::it_has_written_nothing_yet() }</p>
        } else {
            <pre class="code" role="group" aria-label={words::log_of(&container.name)} tabindex="0" translate="no">
                { container.log.join("\n") }
            </pre>
            <button type="button" class="quiet" onclick={context.click(typed)} disabled={context.view.busy()}>
                { words::show_all_of_it() }
            </button>
            { answer(context, machine, |asked| asked == line) }
        }
        </>
    };
    part(words::log(), about, inside)
}

fn trial(context: &Context<'_>, machine: &MachineView, container: &ContainerView) -> Html {
    let trial = &context.view.trial;
    let line = trial.line(&container.ports).filter(|_| container.status == Status::Running);
    let Some(line) = line else {
        let about = words::a_running_container_that_publishes();
        return part(words::try_this(), about, Html::default());
    };
    let way = |label: &'static str, sends: bool| {
        html! {
            <button type="button" aria-pressed={truth(trial.sends == sends)} onclick={context.click(Intent::Try(Trying::Sends(sends)))}>
                { label }
            </button>
        }
    };
    let asked = Intent::Scenario(vec![(machine.name.clone(), line.clone())]);
    let inside = html! {
        <form class="form" onsubmit={context.submit(asked)}>
            { ports(context, container) }
            <div class="switch" role="group" aria-label={words::method()}>{ way("GET", false) }{ way("POST", true) }</div>
            <label class="field">
                <span>{ words::path() }</span>
                <input type="text" value={trial.path.clone()} placeholder="/health" oninput={context.input(|text| Intent::Try(Trying::Path(text)))}
                    autocapitalize="off" autocorrect="off" spellcheck="false" autocomplete="off" />
            </label>
            if trial.sends {
                <label class="field">
                    <span>{ words::body_heading() }</span>
                    <textarea rows="3" value={trial.body.clone()} oninput={context.input(|text| Intent::Try(Trying::Body(text)))}
                        spellcheck="false" translate="no" />
                </label>
            }
            <code class="preview" translate="no">{ line }</code>
            <button type="submit" class="quiet" disabled={context.view.busy()}>{ words::send() }</button>
        </form>
    };
    html! {
        <>
            { part(words::try_this(), words::types_this_line(), inside) }
            { answer(context, machine, |asked| asks(asked, &container.ports)) }
        </>
    }
}

/// Which port, if there is a choice.
fn ports(context: &Context<'_>, container: &ContainerView) -> Html {
    let picked =
        context.view.trial.port.filter(|port| container.ports.contains(port)).or(container.ports.first().copied());
    let pick = |port: &u16| {
        html! {
            <button type="button" aria-pressed={truth(picked == Some(*port))} onclick={context.click(Intent::Try(Trying::Port(*port)))}>
                { port.to_string() }
            </button>
        }
    };
    html! {
        if container.ports.len() > 1 {
            <div class="picks" role="group" aria-label={words::port()}>{ for container.ports.iter().map(pick) }</div>
        }
    }
}

/// Whether a line is a request to one of these ports.
fn asks(line: &str, ports: &[u16]) -> bool {
    let names = |port: &u16| line.contains(&format!("localhost:{port}/"));
    line.starts_with("curl -i ") && ports.iter().any(names)
}

/// What the last such line on this machine came to. Its place is there before, so that it is announced.
fn answer(context: &Context<'_>, machine: &MachineView, is_asked: impl Fn(&str) -> bool) -> Html {
    let here = format!("{}:", machine.name);
    let is_meant = |article: &&Rc<Article>| article.prompt.starts_with(&here) && is_asked(&article.line);
    let last = context.view.screen.articles.iter().rfind(is_meant);
    html! { <div role="status">{ for last.map(|article| answered(article)) }</div> }
}

fn answered(article: &Article) -> Html {
    let bad = article.code.is_some_and(|code| code != 0);
    html! {
        <div class={classes!("outcome", bad.then_some("bad"))}>
            <code translate="no">{ article.line.clone() }</code>
            <span>{ article.status() }</span>
            if !article.lines.is_empty() { <pre class="code" translate="no">{ article.text() }</pre> }
            if let Some(hint) = &article.hint { <p>{ hint.text() }</p> }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::intent::Effect;
    use crate::ui::rendered::rendered;
    use crate::ui::view::{Selection, View};

    /// The container of the last machine, running with these ports.
    fn selected(ports: &[u16]) -> (View, String) {
        let mut view = fixture::all_run();
        let machines = &mut std::rc::Rc::make_mut(&mut view.snapshot).machines;
        let container = &mut machines.last_mut().expect("two machines").containers[0];
        (container.status, container.ports) = (Status::Running, ports.to_vec());
        let id = container.id.clone();
        view.update(Intent::Select(Selection::Container(id.clone())));
        (view, id)
    }

    #[test]
    fn a_container_shows_its_log_and_what_the_form_will_type() {
        let (mut view, id) = selected(&[8080]);
        let panel = |view: &View| rendered(view, |context| container_panel(context, &id));
        let html = panel(&view);
        assert!(html.contains("prediction: 7") && html.contains("Log of brave_hopper"), "{html}");
        assert!(html.contains("curl -i localhost:8080/</code>"), "{html}");
        view.update(Intent::Try(Trying::Path("<b>".into())));
        view.update(Intent::Try(Trying::Sends(true)));
        let html = panel(&view);
        assert!(html.contains("localhost:8080/&lt;b&gt;") && html.contains("<textarea"), "{html}");
        let effects = view.update(Intent::Scenario(vec![("prod".into(), "curl -i localhost:8080/".into())]));
        assert!(matches!(&effects[..], [Effect::Ask(_)]), "{effects:?}");
    }

    #[test]
    fn an_answer_stands_with_the_container_that_was_asked() {
        let (mut view, id) = selected(&[8080]);
        let asked = |prompt: &str, line: &str| {
            Article { prompt: prompt.into(), line: line.into(), code: Some(0), ..Article::default() }.into()
        };
        view.screen.articles.push_back(asked("prod:~ $", "curl -i localhost:8080/health"));
        view.screen.articles.push_back(asked("laptop:~ $", "curl -i localhost:8080/elsewhere"));
        let html = |view: &View| rendered(view, |context| container_panel(context, &id));
        assert!(html(&view).contains("localhost:8080/health"), "{}", html(&view));
        assert!(!html(&view).contains("localhost:8080/elsewhere"), "{}", html(&view));
        assert!(!html(&view).contains("docker logs"), "{}", html(&view));
        view.screen.articles.push_back(asked("prod:~ $", "docker logs brave_hopper"));
        assert!(html(&view).contains("docker logs brave_hopper"), "{}", html(&view));
        let (mut other, _) = selected(&[80]);
        other.screen = view.screen.clone();
        assert!(html(&other).contains("<div role=\"status\"></div>"), "{}", html(&other));
    }

    #[test]
    fn without_a_port_there_is_no_form_and_what_is_gone_is_said() {
        let (view, id) = selected(&[]);
        let html = rendered(&view, |context| container_panel(context, &id));
        assert!(!html.contains("<form") && html.contains("-p 8080:8080"), "{html}");
        assert!(rendered(&view, |context| container_panel(context, "none")).contains("not there at this point"));
    }
}
