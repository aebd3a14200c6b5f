//! The terminal: each command an article with its exit status in words, in a
//! log that is announced once; lines that are updated in place are not.

use std::rc::Rc;

use yew::{Callback, Html, Properties, classes, component, html};

use super::browser::Browser;
use super::context::{Context, truth};
use super::icons::{self, icon};
use super::intent::Intent;
use super::known::Known;
use super::screen::Article;
use super::view::{Selection, View};
use super::words;
use super::{prompt, prose};

/// So many commands make a batch. The last two batches are new; older ones are laid out only while they are in sight,
/// and none is looked at again unless one of its commands changed.
const BATCH: u64 = 16;

/// Machines, log, prompt.
pub(super) fn terminal(context: &Context<'_>) -> Html {
    html! {
        <>
            { machines(context) }
            <div class="scroll" id="terminal-log" tabindex="0" role="group" aria-label={words::output()}>
                if context.view.screen.articles.is_empty() {
                    <p class="empty">
                        { prose::with_code(words::every_line_is_really_executed()) }
                    </p>
                }
                <div role="log" aria-label={words::commands_and_their_output()} aria-relevant="additions">{ for batches(context) }</div>
                { waiting(context) }
                { prompt::prompt(context) }
            </div>
        </>
    }
}

fn machines(context: &Context<'_>) -> Html {
    let button = |name: &String| {
        let picked = context.view.machine() == name;
        html! {
            <button type="button" aria-pressed={truth(picked)} onclick={context.click(Intent::Machine(name.clone()))}>
                { name.clone() }
            </button>
        }
    };
    let names = context.view.snapshot.machines.iter().map(|machine| &machine.name);
    html! {
        <div class="machines">
            <div role="group" aria-label={words::type_on()}>{ for names.map(button) }</div>
            { clock(context) }
        </div>
    }
}

/// The lab's own time, and that it is a model.
fn clock(context: &Context<'_>) -> Html {
    let time = context.view.snapshot.clock.get(11..19).unwrap_or_default();
    html! {
        <p class="clock" title={words::everything_here_is_executed_but()}>{ words::modelled_time(time) }</p>
    }
}

fn waiting(context: &Context<'_>) -> Html {
    let lines = context.view.screen.waiting.iter().map(|(_, line)| html! { <li>{ line.clone() }</li> });
    html! {
        if !context.view.screen.waiting.is_empty() {
            <ul class="queued" aria-label={words::lines_that_wait_for_their()} translate="no">{ for lines }</ul>
        }
    }
}

/// The commands, by batches.
fn batches(context: &Context<'_>) -> Vec<Html> {
    let articles = &context.view.screen.articles;
    let number = |article: &Rc<Article>| article.number / BATCH;
    let new = articles.back().map_or(0, number).saturating_sub(1);
    let mut batches = Vec::new();
    let mut from = 0;
    while let Some(first) = articles.get(from).map(number) {
        let batch: Vec<_> = articles.range(from..).take_while(|article| number(article) == first).cloned().collect();
        let next = from + batch.len();
        let is_settled = batch.iter().all(|article| article.known.is_some());
        let known = if is_settled { Rc::default() } else { Rc::clone(&context.view.known) };
        let emit = context.emit.clone();
        batches.push(html! { <Batch key={first} at={from} is_old={first < new} articles={batch} {known} {emit} /> });
        from = next;
    }
    batches
}

#[derive(Clone, PartialEq, Properties)]
struct BatchProps {
    /// The place of the first.
    at: usize,
    is_old: bool,
    articles: Vec<Rc<Article>>,
    /// What the lab knows now, if one of them has not kept its own.
    known: Rc<Known>,
    emit: Callback<Intent>,
}

/// Some commands in a row.
#[component]
fn Batch(props: &BatchProps) -> Html {
    let entry = |(at, article): (usize, &Rc<Article>)| {
        let known = Rc::clone(article.known.as_ref().unwrap_or(&props.known));
        let emit = props.emit.clone();
        html! { <Entry key={article.number} at={props.at + at} article={Rc::clone(article)} {known} {emit} /> }
    };
    html! { <div class={props.is_old.then_some("old")}>{ for props.articles.iter().enumerate().map(entry) }</div> }
}

#[derive(Clone, PartialEq, Properties)]
struct EntryProps {
    at: usize,
    article: Rc<Article>,
    known: Rc<Known>,
    emit: Callback<Intent>,
}

/// One command; drawn again only if it changed.
#[component]
fn Entry(props: &EntryProps) -> Html {
    let view = View { known: Rc::clone(&props.known), ..View::default() };
    let browser = Browser::default();
    let context = Context { view: &view, emit: &props.emit, browser: &browser };
    let article = &*props.article;
    let failed = article.code.is_some_and(|code| code != 0);
    html! {
        <article class={classes!("entry", failed.then_some("failed"))}>
            <h2 class="typed" translate="no"><span class="prompt">{ format!("{} ", article.prompt) }</span>{ article.line.clone() }</h2>
            if article.dropped > 0 { <p class="status">{ words::earlier_lines_are_left_out(article.dropped) }</p> }
            { prose::output(&context, &article.lines) }
            if let Some(hint) = &article.hint { <p class="advice"><b>{ words::hint() }</b>{ prose::line(&context, hint) }</p> }
            { foot(&context, props.at, article) }
        </article>
    }
}

fn foot(context: &Context<'_>, at: usize, article: &Article) -> Html {
    let class = match article.code {
        None if article.fetching.is_some() => classes!("status"),
        None | Some(0) => classes!("unseen"),
        Some(_) => classes!("status", "bad"),
    };
    html! {
        <p class="foot">
            <span {class}>{ article.status() }</span>
            if let Some(row) = article.row {
                <button type="button" class="tool asks" aria-label={words::why_did(&article.line)} title={words::why()}
                    onclick={context.click(Intent::Select(Selection::Row(row)))}>{ icon(icons::ASK) }</button>
            }
            if article.code.is_some() && !article.lines.is_empty() {
                <button type="button" class="tool copy" aria-label={words::copy_the_output_of(&article.line)}
                    title={words::copy_the_output()} onclick={context.click(Intent::CopyOutput(at))}>{ icon(icons::COPY) }</button>
            }
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{End, Loading, Start, Tell};
    use crate::text::{Output, Stream, Style};
    use crate::ui::fixture;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;

    #[test]
    fn a_failure_is_said_in_words_and_the_hint_stands_apart() {
        let mut view = fixture::at_start();
        let tells = [
            Tell::Started(Start {
                machine: "laptop".into(),
                prompt: "laptop:~ $".into(),
                line: "docker push x".into(),
            }),
            Tell::Printed(Output {
                stream: Stream::Stderr,
                slot: None,
                line: "An image does not exist locally with the tag: x".into(),
            }),
            Tell::Finished(End { code: 1, hint: Some(crate::text::Line::styled(Style::Hint, "Tag it first.")) }),
        ];
        for tell in tells {
            view.learn(Fact::Told(tell));
        }
        let html = rendered(&view, terminal);
        assert!(html.contains("failed, exit status 1"), "{html}");
        assert!(html.contains("class=\"advice\""), "{html}");
        assert!(html.contains("role=\"log\""), "{html}");
    }

    #[test]
    fn what_is_fetched_for_a_command_is_said_until_it_goes_on() {
        let mut view = fixture::at_start();
        let start = Start { machine: "laptop".into(), prompt: "laptop:~ $".into(), line: "docker run m".into() };
        view.learn(Fact::Told(Tell::Started(start)));
        view.learn(Fact::Told(Tell::Loading(Loading::Interpreter)));
        assert!(rendered(&view, terminal).contains("<span class=\"status\">Fetching the interpreter…</span>"));
        view.learn(Fact::Told(Tell::Loaded));
        assert!(!rendered(&view, terminal).contains("Fetching"));
    }

    #[test]
    fn a_line_that_changed_the_lab_leads_to_what_it_did_and_why() {
        let mut view = fixture::at_start();
        let lab = fixture::pushed();
        for line in ["docker images", &lab.trace.rows[2].line] {
            view.screen.start("laptop:~ $".into(), line.to_owned());
            view.screen.finish(0, None);
        }
        view.screen.settle(&Known::default(), lab.trace.rows[..3].iter().rev().map(|row| &**row));
        let html = rendered(&view, terminal);
        assert!(!html.contains("Why? docker images") && html.contains("Why? docker push"), "{html}");
        assert_eq!(view.screen.articles[1].row, Some(3));
    }

    #[test]
    fn of_many_commands_the_older_ones_are_laid_out_only_while_they_are_in_sight() {
        let mut view = fixture::at_start();
        for at in 0..=BATCH * 2 {
            view.screen.start("laptop:~ $".into(), format!("echo {at}"));
            view.screen.finish(0, None);
        }
        let html = rendered(&view, terminal);
        assert_eq!(html.matches("<article").count(), 33, "{html}");
        let (old, new) = html.split_once("echo 15<").expect("all are there");
        assert!(old.contains("<div class=\"old\">") && !new.contains("class=\"old\""), "{html}");
    }

    #[test]
    fn a_short_digest_in_the_output_opens_its_blob() {
        let html = rendered(&fixture::pushed(), terminal);
        assert!(html.contains("class=\"digest h"), "{html}");
    }
}
