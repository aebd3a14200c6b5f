// The scenes of which pictures are taken, in order; each acts on the page as
// the one before left it, and resolves when what it shows has come to rest.

export const scenes = [{ name: "start", act: async () => {} }];
