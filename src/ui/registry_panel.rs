//! A registry, in full: its switches, its rules, who is known, what goes wrong,
//! its tags and its garbage. Every switch types a line at the prompt.

use yew::{Html, classes, html};

use super::chip::{self, chip};
use super::context::{Context, truth};
use super::icons::{self, icon};
use super::intent::Intent;
use super::order::{for_some, line};
use super::registry_lists::{accounts, faults};
use super::screen::Article;
use super::settings::Field;
use super::surveyor;
use super::words;
use crate::lab::{RegistryView, RepositoryView, RuleView, SchemeView, TagRuleView, TagView};
use crate::limits::TABLE_ROWS;
use crate::text::units;

/// The registry of this name.
pub(super) fn registry_panel(context: &Context<'_>, name: &str) -> Html {
    let Some(registry) = context.view.snapshot.registries.iter().find(|known| known.name == name) else {
        return html! { <p>{ words::this_registry_is_not_there() }</p> };
    };
    html! {
        <div class="settings">
            <p class="eyebrow">{ words::registry_heading() }</p>
            <h2 translate="no">{ name.to_owned() }</h2>
            { surveyor::opener_in_panel(context, name) }
            { last(context) }
            { whom(context, registry) }
            { access(context, registry) }
            { switches(context, registry) }
            { immutable(context, registry) }
            { accounts(context, registry) }
            { faults(context, registry) }
            { tags(context, registry) }
            { garbage(context, registry) }
        </div>
    }
}

/// How the last line of a registry ended: on a narrow page the terminal is elsewhere.
fn last(context: &Context<'_>) -> Html {
    let last = context.view.screen.articles.back().filter(|article| article.line.starts_with("registry "));
    match last {
        None => {
            html! { <p class="note">{ words::each_of_these_types() }</p> }
        }
        Some(article) => outcome(article),
    }
}

/// A line and how it ended: what was said last if it failed, and our hint.
pub(super) fn outcome(article: &Article) -> Html {
    let bad = article.code.is_some_and(|code| code != 0);
    let said = article.lines.last().map(|output| output.line.text()).filter(|_| bad);
    let hint = article.hint.as_ref().map(crate::text::Line::text);
    html! {
        <div class={classes!("outcome", bad.then_some("bad"))} role="status">
            <code translate="no">{ article.line.clone() }</code>
            <span>{ article.status() }</span>
            if let Some(said) = said { <p>{ said }</p> }
            if let Some(hint) = hint { <p>{ hint }</p> }
        </div>
    }
}

/// A heading, what it is about, and what belongs to it.
pub(super) fn part(title: &'static str, about: &'static str, inside: Html) -> Html {
    html! { <section class="setting"><h3>{ title }</h3><p class="note">{ about }</p>{ inside }</section> }
}

/// A button that types a line.
pub(super) fn order(context: &Context<'_>, class: &'static str, label: Html, line: String) -> Html {
    html! {
        <button type="button" class={class} title={line.clone()} disabled={context.view.busy()}
            onclick={context.click(Intent::Order(line))}>{ label }</button>
    }
}

/// A button that takes something away.
pub(super) fn away(context: &Context<'_>, what: &str, line: String) -> Html {
    html! {
        <button type="button" class="tool" title={line.clone()} aria-label={words::take_away(what)}
            disabled={context.view.busy()} onclick={context.click(Intent::Order(line))}>{ icon(icons::CLOSE) }</button>
    }
}

/// A field with its name before it.
pub(super) fn field(
    context: &Context<'_>,
    field: Field,
    typed: fn(String) -> Intent,
    label: &'static str,
    example: &'static str,
) -> Html {
    let kind = if field == Field::Password { "password" } else { "text" };
    html! {
        <label class="field">
            <span>{ label }</span>
            <input type={kind} value={context.view.draft.text(field).to_owned()} placeholder={example} oninput={context.input(typed)}
                autocapitalize="off" autocorrect="off" spellcheck="false" autocomplete="off" />
        </label>
    }
}

/// The repositories the switches are for.
fn whom(context: &Context<'_>, registry: &RegistryView) -> Html {
    let typed = |text| Intent::Drafted(Field::Repositories, text);
    let pick = |label: &str, pattern: String| {
        let picked = context.view.draft.text(Field::Repositories) == pattern;
        html! {
            <button type="button" aria-pressed={truth(picked)} onclick={context.click(Intent::Drafted(Field::Repositories, pattern))}>
                { label.to_owned() }
            </button>
        }
    };
    html! {
        <fieldset class="whom">
            <legend>{ words::switch_it_for() }</legend>
            <div class="picks">
                { pick(words::all_of_it(), String::new()) }
                { for registry.repositories.iter().take(TABLE_ROWS).map(|repository| pick(&repository.name, repository.name.clone())) }
            </div>
            { field(context, Field::Repositories, typed, words::or_a_pattern(), "team/*") }
        </fieldset>
    }
}

fn access(context: &Context<'_>, registry: &RegistryView) -> Html {
    let schemes = [(SchemeView::Anonymous, "anonymous"), (SchemeView::Basic, "basic"), (SchemeView::Token, "token")];
    let choice = |(scheme, word): (SchemeView, &'static str)| {
        let line = for_some(&["access", &registry.name, word], &context.view.draft);
        html! {
            <button type="button" aria-pressed={truth(registry.access.scheme == scheme)} title={line.clone()}
                disabled={context.view.busy()} onclick={context.click(Intent::Order(line))}>{ word }</button>
        }
    };
    let about = match registry.access.scheme {
        SchemeView::Anonymous => words::everybody_may_do_everything(),
        SchemeView::Basic => words::name_and_password_come(),
        SchemeView::Token => words::name_and_password_are_exchanged(),
    };
    let anybody = &registry.access.anybody;
    let inside = html! {
        <>
            <div class="switch" role="group" aria-label={words::access()}>{ for schemes.into_iter().map(choice) }</div>
            if !anybody.is_empty() { <p class="note">{ words::without_a_name() }<code translate="no">{ anybody.join(" ") }</code></p> }
        </>
    };
    part(words::access(), about, inside)
}

/// What is said of the repositories that are picked; of all, if nothing is said of those.
fn said<T>(context: &Context<'_>, registry: &RegistryView, of: impl Fn(&RuleView) -> Option<T>) -> Option<T> {
    let picked = context.view.draft.text(Field::Repositories);
    let own = registry.rules.iter().find(|rule| rule.repositories.as_deref().unwrap_or_default() == picked);
    own.and_then(&of).or_else(|| registry.rules.first().and_then(&of))
}

fn switches(context: &Context<'_>, registry: &RegistryView) -> Html {
    let rules = [
        (
            "read-only",
            words::read_only(),
            words::refuses_every_change(),
            said(context, registry, |rule| rule.read_only),
        ),
        ("referrers", words::referrers(), words::lists_what_refers(), said(context, registry, |rule| rule.referrers)),
    ];
    let switch = |(word, label, about, on): (&'static str, &'static str, &'static str, Option<bool>)| {
        let on = on.unwrap_or_default();
        let line = for_some(&[word, &registry.name, if on { "off" } else { "on" }], &context.view.draft);
        html! {
            <div class="toggle">
                <button type="button" role="switch" aria-checked={truth(on)} title={line.clone()} disabled={context.view.busy()}
                    onclick={context.click(Intent::Order(line))}><span class="knob"></span>{ label }</button>
                <p class="note">{ about }</p>
            </div>
        }
    };
    html! { <section class="setting"><h3>{ words::switches() }</h3>{ for rules.into_iter().map(switch) }</section> }
}

fn immutable(context: &Context<'_>, registry: &RegistryView) -> Html {
    let rules = registry.rules.iter().filter_map(|rule| Some((rule, rule.immutable.as_ref()?)));
    let rules = rules.filter(|(_, immutable)| !immutable.tags.is_empty());
    let row = |(rule, immutable): (&RuleView, &TagRuleView)| {
        let (text, whose) = (told(immutable), rule.repositories.as_deref().unwrap_or_default());
        let off = match whose {
            "" => line(&["immutable", &registry.name, "--off"]),
            pattern => line(&["immutable", &registry.name, "--off", "--repository", pattern]),
        };
        html! {
            <li>
                { icon(icons::LOCK) }<span class="what" translate="no">{ text.clone() }</span>
                <span class="note">{ if whose.is_empty() { words::everywhere().to_owned() } else { words::in_whose(whose) } }</span>
                { away(context, &text, off) }
            </li>
        }
    };
    let draft = &context.view.draft;
    let mut words = vec!["immutable", registry.name.as_str(), draft.text(Field::Tags)];
    if !draft.text(Field::Except).is_empty() {
        words.extend(["--except", draft.text(Field::Except)]);
    }
    let inside = html! {
        <>
            <ul class="rows">{ for rules.map(row) }</ul>
            <form class="form" onsubmit={context.submit(Intent::Order(for_some(&words, draft)))}>
                { field(context, Field::Tags, |text| Intent::Drafted(Field::Tags, text), words::tags(), "v*") }
                { field(context, Field::Except, |text| Intent::Drafted(Field::Except, text), words::but_not(), "v0.*") }
                { preview(&for_some(&words, draft), draft.text(Field::Tags).is_empty()) }
                { submit(context, words::keep_them(), draft.text(Field::Tags).is_empty()) }
            </form>
        </>
    };
    part(words::immutable_tags(), words::they_get_no_other_manifest(), inside)
}

/// What a form is going to type.
pub(super) fn preview(line: &str, is_empty: bool) -> Html {
    html! { if !is_empty { <code class="preview" translate="no">{ line.to_owned() }</code> } }
}

/// The button that sends a form.
pub(super) fn submit(context: &Context<'_>, label: &'static str, is_empty: bool) -> Html {
    html! { <button type="submit" class="quiet" disabled={context.view.busy() || is_empty}>{ label }</button> }
}

fn told(rule: &TagRuleView) -> String {
    let except = if rule.except.is_empty() { String::new() } else { words::except(&rule.except.join(" ")) };
    rule.tags.join(" ") + &except
}

fn tags(context: &Context<'_>, registry: &RegistryView) -> Html {
    let row = |(repository, tag): (&RepositoryView, &TagView)| {
        let name = format!("{}:{}", repository.name, tag.tag);
        let remove = line(&["rm", &format!("{}/{name}", registry.name)]);
        html! {
            <li>
                if tag.immutable { { icon(icons::LOCK) }<span class="unseen">{ words::immutable_before() }</span> }
                <span class="what" translate="no">{ name.clone() }</span>
                { chip::link(context, tag.digest, &tag.digest.hex()[..8]) }
                { away(context, &name, remove) }
            </li>
        }
    };
    let all =
        registry.repositories.iter().flat_map(|repository| repository.tags.iter().map(move |tag| (&**repository, tag)));
    let mut rows = all.take(TABLE_ROWS).map(row).peekable();
    let inside = html! {
        if rows.peek().is_none() { <p class="empty">{ words::no_tags() }</p> }
        else { <ul class="rows">{ for rows }</ul> }
    };
    part(words::tags(), words::deleting_one_frees_nothing(), inside)
}

fn garbage(context: &Context<'_>, registry: &RegistryView) -> Html {
    let garbage = &registry.garbage;
    let name = registry.name.as_str();
    let sum = match garbage.blobs.len() {
        0 => words::some_tag_leads_to_every_byte().to_owned(),
        many => words::no_tag_leads_to_blobs(many, &units::size(garbage.bytes)),
    };
    let collect =
        |more: &[&str]| line(&[&["garbage-collect", "--delete-untagged", "--grace", "0s"], more, &[name]].concat());
    let inside = html! {
        <>
            <div class="stack">{ for garbage.blobs.iter().take(TABLE_ROWS).map(|blob| chip(context, blob)) }</div>
            <div class="actions">
                { order(context, "quiet", html! { words::only_look() }, collect(&["--dry-run"])) }
                { order(context, "quiet", html! { words::collect() }, collect(&[])) }
            </div>
        </>
    };
    html! { <section class="setting"><h3>{ words::garbage() }</h3><p class="note">{ sum }</p>{ inside }</section> }
}

/// What a registry does differently, in a few words; for the stage.
pub(super) fn badges(registry: &RegistryView) -> Vec<String> {
    let mut badges = Vec::new();
    match registry.access.scheme {
        SchemeView::Anonymous => {}
        SchemeView::Basic => badges.push(words::basic_access().to_owned()),
        SchemeView::Token => badges.push(words::token_access().to_owned()),
    }
    for rule in &registry.rules {
        let whose = rule.repositories.as_ref().map(words::in_pattern).unwrap_or_default();
        if rule.read_only == Some(true) {
            badges.push(words::read_only_whose(&whose));
        }
        if rule.referrers == Some(false) {
            badges.push(words::no_referrers(&whose));
        }
        if let Some(immutable) = rule.immutable.as_ref().filter(|immutable| !immutable.tags.is_empty()) {
            badges.push(words::immutable(&told(immutable), &whose));
        }
    }
    badges.extend(registry.faults.iter().map(|fault| words::fault(&fault.mishap)));
    if !registry.garbage.blobs.is_empty() {
        badges.push(words::of_garbage(&units::size(registry.garbage.bytes)));
    }
    badges
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::lab::{FaultView, GarbageView};
    use crate::oci::{Blob, MediaType};
    use crate::session::Ask;
    use crate::ui::fixture;
    use crate::ui::intent::Effect;
    use crate::ui::rendered::rendered;
    use crate::ui::view::{Selection, View};

    const NAME: &str = "registry.example.com";

    /// The page with a registry that is set in every way.
    fn view() -> View {
        let mut view = fixture::pushed();
        let mut snapshot = (*view.snapshot).clone();
        let registry = snapshot.registries.iter_mut().find(|known| known.name == NAME).expect("the registry");
        let registry = Rc::make_mut(registry);
        registry.access.scheme = SchemeView::Token;
        registry.access.anybody = vec!["public/*:pull".into()];
        let immutable = TagRuleView { tags: vec!["v*".into()], except: vec!["<b>".into()] };
        registry.rules = vec![
            RuleView { read_only: Some(false), referrers: Some(true), ..RuleView::default() },
            RuleView {
                repositories: Some("team/*".into()),
                read_only: Some(true),
                immutable: Some(immutable),
                ..RuleView::default()
            },
        ];
        registry.faults =
            vec![FaultView { mishap: "cut=1000".into(), repositories: "*".into(), part: None, times_left: Some(2) }];
        let blob = Blob::of(MediaType::LAYER_GZIP, b"nobody's");
        registry.garbage = GarbageView { bytes: blob.size, blobs: vec![blob], uploads: 0 };
        view.snapshot = snapshot.into();
        view.update(Intent::Select(Selection::Registry(NAME.into())));
        view
    }

    fn html(view: &View) -> String {
        rendered(view, |context| registry_panel(context, NAME))
    }

    #[test]
    fn every_switch_says_how_it_stands_and_what_it_types() {
        let html = html(&view());
        for text in [
            "registry read-only registry.example.com on",
            "registry referrers registry.example.com off",
            "registry access registry.example.com anonymous",
            "registry immutable registry.example.com --off --repository 'team/*'",
            "registry fault rm registry.example.com 1",
            "registry rm registry.example.com/mlproject/mlmodel:1.0",
            "registry garbage-collect --delete-untagged --grace 0s --dry-run registry.example.com",
            "public/*:pull",
            "No tag leads to 1 blob of 8B",
        ] {
            assert!(html.contains(text), "{text} is not in {html}");
        }
        assert!(html.contains("&lt;b&gt;") && !html.contains("<b>"), "{html}");
    }

    #[test]
    fn a_switch_is_for_the_repositories_that_are_picked() {
        let mut view = view();
        view.update(Intent::Drafted(Field::Repositories, "team/*".into()));
        let html = html(&view);
        assert!(html.contains("registry read-only registry.example.com off --repository 'team/*'"), "{html}");
    }

    #[test]
    fn an_order_is_a_line_at_the_prompt() {
        let mut view = view();
        view.update(Intent::Drafted(Field::Tags, "v*".into()));
        let effects = view.update(Intent::Order("registry ls".into()));
        assert_eq!(effects, [Effect::Ask(Ask::Line { machine: None, line: "registry ls".into() })]);
        assert_eq!(view.draft.text(Field::Tags), "");
        assert_eq!(view.screen.typed.last().map(String::as_str), Some("registry ls"));
    }

    #[test]
    fn the_stage_says_in_a_few_words_what_is_different() {
        let view = view();
        let registry = view.snapshot.registries.iter().find(|known| known.name == NAME).expect("the registry");
        assert_eq!(
            badges(registry),
            [
                "token access",
                "read-only in team/*",
                "v* except <b> immutable in team/*",
                "fault cut=1000",
                "8B of garbage"
            ]
        );
    }

    #[test]
    fn what_is_not_there_any_more_is_said() {
        let html = rendered(&fixture::at_start(), |context| registry_panel(context, "gone.example.com"));
        assert!(html.contains("not there at this point"), "{html}");
    }
}
