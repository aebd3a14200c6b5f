//! The images of all machines.

use yew::{Html, html};

use super::chip;
use super::context::Context;
use super::explorer;
use super::tables::nothing;
use super::view::Tab;
use crate::lab::ImageView;
use crate::text::units;

/// The table.
pub(super) fn image_table(context: &Context<'_>) -> Html {
    let machines = &context.view.snapshot.machines;
    if machines.iter().all(|machine| machine.images.is_empty()) {
        return nothing("No images yet. A build, a pull or a run puts them here.");
    }
    let rows =
        machines.iter().flat_map(|machine| machine.images.iter().map(|image| row(context, &machine.name, image)));
    html! {
        <table>
            <caption class="unseen">{ "The images of all machines" }</caption>
            <thead><tr>
                <th scope="col">{ "Image" }</th><th scope="col">{ "Machine" }</th><th scope="col">{ "ID" }</th>
                <th scope="col">{ "Layers" }</th><th scope="col">{ "Content size" }</th>
                <th scope="col">{ "Disk usage" }</th><th scope="col">{ "In use" }</th>
                <th scope="col">{ "Inside" }</th>
            </tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}

fn row(context: &Context<'_>, machine: &str, image: &ImageView) -> Html {
    let names = if image.references.is_empty() { "untagged".to_owned() } else { image.references.join("\n") };
    html! {
        <tr>
            <th scope="row" class="names" translate="no" data-label="Image">{ names }</th>
            <td data-label="Machine">{ machine.to_owned() }</td>
            <td data-label="ID">{ chip::link(context, image.id, &image.id.short()) }</td>
            <td data-label="Layers" class="number">{ image.layers.len() }</td>
            <td data-label="Content size" class="number">{ units::size(image.content_size) }</td>
            <td data-label="Disk usage" class="number">{ units::size(image.disk_usage) }</td>
            <td data-label="In use">{ if image.in_use { "by a container" } else { "no" } }</td>
            <td data-label="Inside">{ explorer::opener(context, image.id, Tab::Images.id()) }</td>
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
