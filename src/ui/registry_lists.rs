//! Two lists of a registry that grow and shrink: who is known to it, and what
//! is going to go wrong.

use yew::{Html, html};

use super::context::Context;
use super::intent::Intent;
use super::order::{for_some, line};
use super::registry_panel::{away, field, order, part, preview, submit};
use super::settings::Field;
use super::words::{self, Word};
use crate::lab::{AccountView, FaultView, RegistryView};
use crate::limits::TABLE_ROWS;

/// What can go wrong with a word for it: as it is typed, and in words.
const FAULTS: [(&str, Word); 10] = [
    ("status=429/30", words::too_many_requests),
    ("status=401", words::unauthorized),
    ("status=403", words::forbidden),
    ("status=404", words::not_found),
    ("status=500", words::server_error),
    ("cut=1000", words::cut_after_some_bytes),
    ("slow=10k", words::slow_wire_modelled),
    ("digest-mismatch", words::changed_byte),
    ("disk-full", words::full_disk),
    ("crash", words::crash_before_a_manifest),
];

/// Users and robots.
pub(super) fn accounts(context: &Context<'_>, registry: &RegistryView) -> Html {
    let row = |account: &AccountView| {
        let kind = if account.robot { "robot" } else { "user" };
        html! {
            <tr>
                <th scope="row" translate="no">{ account.name.clone() }</th><td>{ if account.robot { words::robot() } else { words::user() } }</td>
                <td translate="no">{ account.grants.join(" ") }</td>
                <td>{ away(context, &account.name, line(&[kind, "rm", &registry.name, &account.name])) }</td>
            </tr>
        }
    };
    let known = &registry.access.accounts;
    let inside = html! {
        <>
            if !known.is_empty() {
                <table class="known">
                    <caption class="unseen">{ words::users_and_robots() }</caption>
                    <thead><tr>
                        <th scope="col">{ words::name() }</th><th scope="col">{ words::kind() }</th><th scope="col">{ words::may() }</th>
                        <th scope="col"><span class="unseen">{ words::take_away_alone() }</span></th>
                    </tr></thead>
                    <tbody>{ for known.iter().take(TABLE_ROWS).map(row) }</tbody>
                </table>
            }
            { newcomer(context, registry) }
        </>
    };
    part(words::users_and_robots(), words::a_scope_says_what_may(), inside)
}

fn newcomer(context: &Context<'_>, registry: &RegistryView) -> Html {
    let draft = &context.view.draft;
    let (name, password) = (draft.text(Field::Name), draft.text(Field::Password));
    let scope = draft.text(Field::Scope);
    let with_scope = |words: &[&str]| match scope {
        "" => line(words),
        scope => line(&[words, &["--scope", scope]].concat()),
    };
    let user = |password: &str| with_scope(&["user", "add", &registry.name, name, "--password", password]);
    let can_be_user = !name.is_empty() && !password.is_empty();
    let robot = with_scope(&["robot", "add", &registry.name, name]);
    html! {
        <form class="form" onsubmit={context.submit(Intent::Order(user(password)))}>
            { field(context, Field::Name, |text| Intent::Drafted(Field::Name, text), words::name(), "ana") }
            { field(context, Field::Password, |text| Intent::Drafted(Field::Password, text), words::password(), words::not_for_a_robot()) }
            { field(context, Field::Scope, |text| Intent::Drafted(Field::Scope, text), words::scope(), "team/*:pull,push") }
            { preview(&user("•••"), !can_be_user) }
            <div class="actions">
                { submit(context, words::add_user(), !can_be_user) }
                if !name.is_empty() && !scope.is_empty() { { order(context, "quiet", html! { words::add_robot() }, robot) } }
            </div>
        </form>
    }
}

/// What is going to go wrong.
pub(super) fn faults(context: &Context<'_>, registry: &RegistryView) -> Html {
    let row = |(at, fault): (usize, &FaultView)| {
        let often = fault.times_left.map_or_else(|| words::until_taken_away().to_owned(), |times| format!("{times} ×"));
        let part = fault.part.as_ref().map(words::on_part).unwrap_or_default();
        let whose = if fault.repositories == "*" { String::new() } else { words::in_pattern(&fault.repositories) };
        let number = (at + 1).to_string();
        html! {
            <li>
                <span class="what" translate="no">{ fault.mishap.clone() }</span>
                <span class="note">{ format!("{often}{part}{whose}") }</span>
                { away(context, &fault.mishap, line(&["fault", "rm", &registry.name, &number])) }
            </li>
        }
    };
    let draft = &context.view.draft;
    let add = |fault: &str| for_some(&["fault", "add", &registry.name, fault], draft);
    let pick = |(fault, label): (&'static str, Word)| order(context, "quiet", html! { { label() } }, add(fault));
    let own = draft.text(Field::Fault);
    let inside = html! {
        <>
            <ul class="rows">{ for registry.faults.iter().enumerate().map(row) }</ul>
            <div class="picks">{ for FAULTS.into_iter().map(pick) }</div>
            <form class="form" onsubmit={context.submit(Intent::Order(add(own)))}>
                { field(context, Field::Fault, |text| Intent::Drafted(Field::Fault, text), "or", "cut=50k") }
                { preview(&add(own), own.is_empty()) }
                { submit(context, words::add(), own.is_empty()) }
            </form>
        </>
    };
    part(words::faults(), words::what_is_picked_happens_once(), inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn a_name_and_a_password_become_a_line() {
        let mut view = fixture::pushed();
        for (field, text) in [(Field::Name, "ana"), (Field::Password, "it's"), (Field::Scope, "team/*:pull")] {
            view.update(Intent::Drafted(field, text.into()));
        }
        let registry = RegistryView { name: "r.test".into(), ..RegistryView::default() };
        let html = rendered(&view, |context| accounts(context, &registry));
        assert!(html.contains("registry robot add r.test ana --scope"), "{html}");
        assert!(html.contains("type=\"password\""), "{html}");
    }
}
