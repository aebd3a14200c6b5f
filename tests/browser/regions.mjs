// The regions of the page, by the names a screen reader lists them under.

export const region = (page, name) => page.getByRole("region", { name, exact: true });
export const inspector = (page) => region(page, "Inspector");
