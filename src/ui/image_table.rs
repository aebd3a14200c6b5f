//! The images of all machines.

use yew::{Html, html};

use super::chip;
use super::context::Context;
use super::explorer;
use super::pager::{Paged, paged};
use super::tables::nothing;
use super::view::Tab;
use super::words;
use crate::lab::ImageView;
use crate::text::units;

/// The table.
pub(super) fn image_table(context: &Context<'_>) -> Html {
    let machines = &context.view.snapshot.machines;
    if machines.iter().all(|machine| machine.images.is_empty()) {
        return nothing(words::no_images_yet());
    }
    let count = machines.iter().map(|machine| machine.images.len()).sum();
    paged(context, Paged::Table(Tab::Images), count, 0, |shown| {
        let rows = machines.iter().flat_map(|machine| machine.images.iter().map(move |image| (&machine.name, image)));
        let rows = rows.skip(shown.start).take(shown.len()).map(|(machine, image)| row(context, machine, image));
        html! {
            <table>
                <caption class="unseen">{ words::the_images_of_all_machines() }</caption>
                <thead><tr>
                    <th scope="col">{ words::image() }</th><th scope="col">{ words::machine() }</th><th scope="col">{ words::id() }</th>
                    <th scope="col">{ words::layers() }</th><th scope="col">{ words::content_size() }</th>
                    <th scope="col">{ words::disk_usage() }</th><th scope="col">{ words::in_use() }</th>
                    <th scope="col">{ words::inside() }</th>
                </tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
        }
    })
}

fn row(context: &Context<'_>, machine: &str, image: &ImageView) -> Html {
    let names = if image.references.is_empty() { words::untagged().to_owned() } else { image.references.join("\n") };
    html! {
        <tr>
            <th scope="row" class="names" translate="no" data-label={words::image()}>{ names }</th>
            <td data-label={words::machine()}>{ machine.to_owned() }</td>
            <td data-label={words::id()}>{ chip::link(context, image.id, &image.id.short()) }</td>
            <td data-label={words::layers()} class="number">{ image.layers.len() }</td>
            <td data-label={words::content_size()} class="number">{ units::size(image.content_size) }</td>
            <td data-label={words::disk_usage()} class="number">{ units::size(image.disk_usage) }</td>
            <td data-label={words::in_use()}>{ if image.in_use { words::by_a_container() } else { words::no() } }</td>
            <td data-label={words::inside()}>{ explorer::opener(context, image.id, Tab::Images.id()) }</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn one_image_with_two_names_is_one_row() {
        let html = rendered(&fixture::pushed(), image_table);
        assert_eq!(html.matches("<tr>").count(), 2, "{html}");
        assert!(html.contains("registry.example.com/mlproject/mlmodel:1.0"), "{html}");
    }

    #[test]
    fn without_images_it_says_where_they_come_from() {
        assert!(rendered(&fixture::at_start(), image_table).contains("No images yet."));
    }
}
