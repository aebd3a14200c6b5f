//! A registry as the page and the lessons see it: what it holds, how it treats
//! who comes, and what of it is garbage.

use std::rc::Rc;

use super::{
    AccessView, AccountView, FaultView, GarbageView, RegistryView, RepositoryView, RuleView, SchemeView, TagRuleView,
    TagView,
};
use crate::limits;
use crate::oci::{Blob, Descriptor, Digest, MediaType, Timestamp};
use crate::registry::{
    Access, Account, Fault, Grant, Part, Policies, Registry, Repository, Scheme, Shown, Sweep, TagRule,
};

/// One registry at one moment; of what is as it was `before` the same is to be seen.
pub(crate) fn registry_view(
    registry: &Registry,
    now: Timestamp,
    before: Option<(&Registry, &Rc<RegistryView>)>,
) -> RegistryView {
    let shown = registry.repositories().filter(|(_, repository)| !repository.is_empty());
    let seen = |name: &str, repository: &Repository| {
        let (then, seen) = before.filter(|(then, _)| then.policies == registry.policies)?;
        let (_, then) = then.repositories().find(|(known, _)| *known == name)?;
        let seen = seen.repositories.iter().find(|view| view.name == name)?;
        repository.is_same(then).then(|| Rc::clone(seen))
    };
    let view = |(name, repository): (&str, &Repository)| {
        seen(name, repository).unwrap_or_else(|| Rc::new(repository_view(registry, name, repository)))
    };
    let holds_same = before.filter(|(then, _)| registry.holds_same(then));
    RegistryView {
        name: registry.name().to_owned(),
        repositories: shown.map(view).collect(),
        access: access_view(&registry.access),
        rules: rule_views(&registry.policies),
        faults: registry.faults.iter().map(fault_view).collect(),
        garbage: holds_same.map_or_else(|| garbage_view(registry, now), |(_, seen)| seen.garbage.clone()),
    }
}

fn repository_view(registry: &Registry, name: &str, repository: &Repository) -> RepositoryView {
    let policy = registry.policies.of(name);
    let tag = |(tag, digest): (&String, &Digest)| TagView {
        tag: tag.clone(),
        digest: *digest,
        immutable: policy.immutable.is_for(tag),
    };
    let blob = |(digest, shown): (&Digest, &Shown)| Blob {
        media_type: shown.media_type.clone(),
        digest: *digest,
        size: shown.size,
    };
    RepositoryView {
        name: name.to_owned(),
        read_only: policy.read_only,
        tags: repository.tags.iter().map(tag).collect(),
        manifests: repository.manifests.iter().map(blob).collect(),
        blobs: repository.blobs.iter().map(blob).collect(),
    }
}

fn access_view(access: &Access) -> AccessView {
    let account = |(name, account): (&String, &Account)| AccountView {
        name: name.clone(),
        robot: account.is_robot,
        grants: account.grants.iter().map(Grant::to_string).collect(),
    };
    AccessView {
        scheme: match access.scheme {
            None => SchemeView::Anonymous,
            Some(Scheme::Basic) => SchemeView::Basic,
            Some(Scheme::Bearer { .. }) => SchemeView::Token,
        },
        accounts: access.accounts.iter().map(account).collect(),
        anybody: access.anybody.iter().map(Grant::to_string).collect(),
    }
}

fn rule_views(policies: &Policies) -> Vec<RuleView> {
    let all = &policies.all;
    let all = RuleView {
        repositories: None,
        read_only: Some(all.read_only),
        referrers: Some(all.referrers),
        sparse: Some(all.sparse),
        immutable: Some(tag_rule(&all.immutable)),
    };
    let own = policies.own.iter().map(|(pattern, rules)| RuleView {
        repositories: Some(pattern.clone()),
        read_only: rules.read_only,
        referrers: rules.referrers,
        sparse: rules.sparse,
        immutable: rules.immutable.as_ref().map(tag_rule),
    });
    std::iter::once(all).chain(own).collect()
}

fn tag_rule(rule: &TagRule) -> TagRuleView {
    TagRuleView { tags: rule.tags.clone(), except: rule.except.clone() }
}

fn fault_view(fault: &Fault) -> FaultView {
    let part = fault.part.and_then(|part| Part::NAMES.iter().find(|(_, known)| *known == part));
    FaultView {
        mishap: fault.mishap.to_string(),
        repositories: fault.repositories.clone(),
        part: part.map(|(name, _)| (*name).to_owned()),
        times_left: fault.times_left,
    }
}

/// What no tag leads to. If a manifest cannot be read nothing can be collected, and so nothing is garbage.
fn garbage_view(registry: &Registry, now: Timestamp) -> GarbageView {
    let sweep = Sweep { untagged: true, grace_seconds: 0 };
    let Ok(garbage) = registry.garbage(&sweep, now) else { return GarbageView::default() };
    let blobs = garbage.freed.iter().take(limits::ROWS).map(|digest| Blob::from(&described(registry, *digest)));
    GarbageView { blobs: blobs.collect(), bytes: garbage.freed_bytes, uploads: garbage.uploads.len() }
}

/// What a registry's bytes are, as far as a repository still shows them.
pub(crate) fn described(registry: &Registry, digest: Digest) -> Descriptor {
    let mut repositories = registry.repositories();
    let shown = repositories.find_map(|(_, of)| of.manifests.get(&digest).or_else(|| of.blobs.get(&digest)));
    let loose = || Descriptor::new(MediaType::OCTETS, digest, registry.blobs().size(&digest).unwrap_or_default());
    shown.map_or_else(loose, |shown| shown.descriptor(digest))
}
