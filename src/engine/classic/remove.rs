//! `docker rmi` in the classic store: a tag takes the digests of its
//! repository along, and every layer that goes is told.
//! <https://github.com/moby/moby/blob/v28.5.2/daemon/images/image_delete.go>

use std::sync::Arc;

use crate::engine::{Engine, Image, RemoveError, Removed};
use crate::event::Events;
use crate::oci::{Descriptor, Digest, Reference};
use crate::text::sorted;

impl Engine {
    /// Removes the name `typed`, or the image with that id.
    pub(in crate::engine) fn remove_classic(
        &mut self,
        typed: &str,
        force: bool,
        events: Events<'_>,
    ) -> Result<Vec<Removed>, RemoveError> {
        let root = self.find_image(typed)?;
        let is_single = is_single(&self.references(&root));
        let Some(name) = self.named(typed, &root) else {
            self.check(&root, force, is_single)?;
            let names = self.names_of(&root.digest);
            let mut removed: Vec<Removed> = names.iter().map(|name| self.untag(name, &root, events)).collect();
            removed.extend(self.delete_with_layers(&root, events));
            return Ok(removed);
        };
        let user = self.users(&root.digest).next().map(|user| user.id[..12].to_owned());
        if let Some(container) = user.filter(|_| is_single && !force) {
            let (name, image) = (typed.to_owned(), root.digest.short());
            return Err(RemoveError::ReferenceInUse { name, container, image });
        }
        let mut removed = vec![self.untag(&name.to_string(), &root, events)];
        let rest = self.references(&root);
        let of_repository = |known: &&Reference| known.repository() == name.repository();
        if !rest.iter().filter(of_repository).any(|known| known.tag.is_some()) {
            for digest in rest.iter().filter(of_repository) {
                removed.push(self.untag(&digest.to_string(), &root, events));
            }
        }
        if !self.names_of(&root.digest).is_empty() {
            return Ok(removed);
        }
        // Who still uses it keeps it, and nothing is said of that.
        if self.check(&root, force, true).is_err() {
            self.dangling.insert(root.digest, Arc::new(root));
            return Ok(removed);
        }
        removed.extend(self.delete_with_layers(&root, events));
        Ok(removed)
    }

    fn references(&self, root: &Descriptor) -> Vec<Reference> {
        self.names_of(&root.digest).iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// The image, and the layers that no other image stands on, highest first.
    fn delete_with_layers(&mut self, root: &Descriptor, events: Events<'_>) -> Vec<Removed> {
        let chain = self.chain_of(root);
        let mut removed = vec![self.delete(root, events)];
        let roots: Vec<Descriptor> = self.named_or_not().cloned().collect();
        let needed = sorted(roots.iter().flat_map(|root| self.chain_of(root)));
        removed.extend(chain.into_iter().filter(|layer| needed.binary_search(layer).is_err()).map(Removed::Deleted));
        removed
    }

    fn chain_of(&self, root: &Descriptor) -> Vec<Digest> {
        let image = Image::load(&self.blobs, root, &self.platform());
        image.map(|image| Self::chain(&image.config.rootfs.diff_ids)).unwrap_or_default()
    }
}

/// Whether all names are of one repository and at most one of them is a tag.
fn is_single(names: &[Reference]) -> bool {
    let mut repositories = names.iter().map(Reference::repository);
    let first = repositories.next();
    repositories.all(|other| Some(other) == first) && names.iter().filter(|name| name.tag.is_some()).count() <= 1
}
