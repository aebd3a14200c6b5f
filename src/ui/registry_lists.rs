//! Two lists of a registry that grow and shrink: who is known to it, and what
//! is going to go wrong.

use yew::{Html, html};

use super::context::Context;
use super::intent::Intent;
use super::order::{for_some, line};
use super::registry_panel::{away, field, order, part, preview, submit};
use super::settings::Field;
use crate::lab::{AccountView, FaultView, RegistryView};
use crate::limits::TABLE_ROWS;

/// What can go wrong with a word for it: as it is typed, and in words.
const FAULTS: [(&str, &str); 10] = [
    ("status=429/30", "429 too many requests"),
    ("status=401", "401 unauthorized"),
    ("status=403", "403 forbidden"),
    ("status=404", "404 not found"),
    ("status=500", "500 server error"),
    ("cut=1000", "cut after 1000 bytes"),
    ("slow=10k", "slow wire (modelled)"),
    ("digest-mismatch", "changed byte"),
    ("disk-full", "full disk"),
    ("crash", "crash before a manifest"),
];

/// Users and robots.
pub(super) fn accounts(context: &Context<'_>, registry: &RegistryView) -> Html {
    let row = |account: &AccountView| {
        let kind = if account.robot { "robot" } else { "user" };
        html! {
            <tr>
                <th scope="row" translate="no">{ account.name.clone() }</th><td>{ kind }</td>
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
                    <caption class="unseen">{ "Users and robots" }</caption>
                    <thead><tr>
                        <th scope="col">{ "Name" }</th><th scope="col">{ "Kind" }</th><th scope="col">{ "May" }</th>
                        <th scope="col"><span class="unseen">{ "Take away" }</span></th>
                    </tr></thead>
                    <tbody>{ for known.iter().take(TABLE_ROWS).map(row) }</tbody>
                </table>
            }
            { newcomer(context, registry) }
        </>
    };
    part(
        "Users and robots",
        "A scope says what may be done where. A robot's secret is shown once, in the terminal.",
        inside,
    )
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
            { field(context, Field::Name, |text| Intent::Drafted(Field::Name, text), "Name", "ana") }
            { field(context, Field::Password, |text| Intent::Drafted(Field::Password, text), "Password", "not for a robot") }
            { field(context, Field::Scope, |text| Intent::Drafted(Field::Scope, text), "Scope", "team/*:pull,push") }
            { preview(&user("•••"), !can_be_user) }
            <div class="actions">
                { submit(context, "Add user", !can_be_user) }
                if !name.is_empty() && !scope.is_empty() { { order(context, "quiet", html! { "Add robot" }, robot) } }
            </div>
        </form>
    }
}

/// What is going to go wrong.
pub(super) fn faults(context: &Context<'_>, registry: &RegistryView) -> Html {
    let row = |(at, fault): (usize, &FaultView)| {
        let often = fault.times_left.map_or_else(|| "until taken away".to_owned(), |times| format!("{times} ×"));
        let part = fault.part.as_ref().map(|part| format!(" on {part}")).unwrap_or_default();
        let whose = if fault.repositories == "*" { String::new() } else { format!(" in {}", fault.repositories) };
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
    let pick = |(fault, label): (&'static str, &'static str)| order(context, "quiet", html! { { label } }, add(fault));
    let own = draft.text(Field::Fault);
    let inside = html! {
        <>
            <ul class="rows">{ for registry.faults.iter().enumerate().map(row) }</ul>
            <div class="picks">{ for FAULTS.into_iter().map(pick) }</div>
            <form class="form" onsubmit={context.submit(Intent::Order(add(own)))}>
                { field(context, Field::Fault, |text| Intent::Drafted(Field::Fault, text), "or", "cut=50k") }
                { preview(&add(own), own.is_empty()) }
                { submit(context, "Add", own.is_empty()) }
            </form>
        </>
    };
    part("Faults", "What is picked happens once, to the next request that can feel it.", inside)
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
