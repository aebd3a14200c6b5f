//! Build contexts for two builders: files by path, and a Dockerfile.

/// One context.
pub struct Context {
    /// What it is about; names its row in `differences.md`.
    pub name: &'static str,
    /// What it can begin with: `localhost/base:base`.
    pub base: Base,
    /// What stands in the Dockerfile.
    pub dockerfile: &'static str,
    /// Files: path, mode, text. A text that begins with `-> ` is a link, with `tar ` an archive of files,
    /// with `tar.xz ` and the like a compressed one.
    pub files: &'static [(&'static str, u32, &'static str)],
}

/// The image that a context can begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// None is there.
    None,
    /// The same for both builders, byte for byte: ours, of this Dockerfile and the files of the context.
    Image(&'static str),
    /// A shell and its programs: for us `toolbox:1`, for buildah a busybox, for each can run one kind of program only.
    Shell,
}

/// All of them.
pub const CONTEXTS: &[Context] = &[
    Context {
        name: "files",
        base: Base::None,
        dockerfile: "FROM scratch\nCOPY a /a\nCOPY a b /dir/\nCOPY tree /tree\nCOPY tree/sub/deep /renamed\n",
        files: &[
            ("a", 0o644, "a"),
            ("b", 0o755, "b"),
            ("tree/x", 0o600, "x"),
            ("tree/sub/deep", 0o4755, "deep"),
            ("tree/link", 0, "-> sub/deep"),
            ("tree/dangling", 0, "-> /nowhere"),
        ],
    },
    Context {
        name: "patterns",
        base: Base::None,
        dockerfile: "FROM scratch\nCOPY *.txt /text/\nCOPY d?r/[ab]* /some/\nCOPY . /all\n",
        files: &[
            (".dockerignore", 0o644, "# kept at home\n*.log\n**/*.tmp\nsecret\n!secret/shown\n"),
            ("one.txt", 0o644, "1"),
            ("two.txt", 0o644, "2"),
            ("noise.log", 0o644, "n"),
            ("dir/a1", 0o644, "a"),
            ("dir/b1", 0o644, "b"),
            ("dir/c1", 0o644, "c"),
            ("dir/x.tmp", 0o644, "x"),
            ("secret/hidden", 0o644, "h"),
            ("secret/shown", 0o644, "s"),
        ],
    },
    Context {
        name: "over each other",
        base: Base::None,
        dockerfile: "FROM scratch\nCOPY one /d\nCOPY two /d\nWORKDIR /d/sub\nCOPY one/f here\nCOPY two .\n",
        files: &[("one/f", 0o644, "1"), ("one/g", 0o640, "1"), ("two/f", 0o755, "2"), ("two/h/i", 0o644, "2")],
    },
    Context {
        name: "configuration",
        base: Base::None,
        dockerfile: "FROM scratch\nENV A=1 B=\"two words\"\nENV C=$A-${B}\nLABEL app=test \"x.y\"='z'\nEXPOSE 80 53/udp\n\
                     WORKDIR /srv\nWORKDIR app\nCOPY f ${A}\nENTRYPOINT [\"/srv/app/1\"]\nCMD [\"-v\", \"$C\"]\n",
        files: &[("f", 0o755, "f")],
    },
    Context {
        name: "stages",
        base: Base::None,
        dockerfile: "ARG NAME=one\nFROM scratch AS one\nWORKDIR /out\nCOPY a made\nCOPY tree tree\n\
                     FROM scratch AS unused\nCOPY none /\n\
                     FROM scratch\nARG V=1\nENV X=${V:-2} Y=${Z:-3}\nLABEL v=$V\n\
                     COPY --from=one /out/made /made\nCOPY --from=0 /out/tree/ /tree/\nCOPY --from=one /out /all\n",
        files: &[("a", 0o755, "a"), ("tree/x", 0o644, "x"), ("tree/link", 0, "-> x"), ("none", 0o644, "none")],
    },
    Context {
        name: "owners",
        base: Base::None,
        dockerfile: "FROM scratch\nCOPY --chown=1000:1001 tree /tree\nCOPY --chmod=640 a /a\n\
                     COPY --chown=7 a /b\nADD a files.tar /added/\nADD --chown=5:6 files.tar /owned/\nCOPY files.tar /kept.tar\n",
        files: &[
            ("a", 0o755, "a"),
            ("tree/x", 0o644, "x"),
            ("tree/sub/y", 0o600, "y"),
            ("files.tar", 0o644, "tar in/the/archive=1 top=2"),
        ],
    },
    Context {
        name: "compressed archives",
        base: Base::None,
        dockerfile: "FROM scratch\nADD f.tar.gz /gzip/\nADD f.tar.bz2 /bzip2/\nADD f.txz /xz/\nADD f.tar.zst /zstd/\n\
                     ADD text.xz noise.gz /kept/\n",
        files: &[
            ("f.tar.gz", 0o644, "tar.gz in/gzip=1 top=2"),
            ("f.tar.bz2", 0o644, "tar.bz2 in/bzip2=1 top=2"),
            ("f.txz", 0o644, "tar.xz in/xz=1 top=2"),
            ("f.tar.zst", 0o644, "tar.zst in/zstd=1 top=2"),
            ("text.xz", 0o644, "named so only"),
            ("noise.gz", 0o644, "\u{1f}\u{8b} is no beginning in UTF-8"),
        ],
    },
    Context {
        name: "the rest",
        base: Base::None,
        dockerfile: "FROM scratch\nMAINTAINER somebody\nUSER 1000:10\nVOLUME /data \"/more\"\nSTOPSIGNAL SIGINT\n\
                     SHELL [\"/bin/sh\", \"-x\"]\nHEALTHCHECK --interval=5s --retries=2 CMD check\n\
                     ONBUILD COPY . /later\nCOPY a /data/a\nENTRYPOINT run $this\nCMD default\n",
        files: &[("a", 0o644, "a")],
    },
    Context {
        name: "upon a base",
        base: Base::Image(
            "FROM scratch\nENV PATH=/bin A=base\nLABEL from=base\nEXPOSE 80\nVOLUME /data\nUSER 7:8\nWORKDIR /srv\n\
             COPY --chown=5:6 tree /tree\nCOPY a /srv/a\nENTRYPOINT [\"/srv/a\"]\nCMD [\"base\"]\n",
        ),
        dockerfile: "FROM localhost/base:base AS first\nCOPY b a\nENV B=$A\n\
                     FROM first\nWORKDIR sub\nCOPY tree/x /tree/sub\nCOPY --from=first /tree /copied\n\
                     COPY --from=localhost/base:base /srv/a /from/the/image\nCMD [\"own\"]\n",
        files: &[("a", 0o755, "a"), ("b", 0o700, "b"), ("tree/x", 0o644, "x"), ("tree/link", 0, "-> x")],
    },
    Context {
        name: "run",
        base: Base::Shell,
        dockerfile: "FROM localhost/base:base AS made\nARG GREETING=hello\nENV NAME=world\nWORKDIR /work\nCOPY tree tree\n\
                     RUN echo \"$GREETING $NAME\" > said && chmod 600 said\n\
                     RUN mkdir -p deep/er && mv tree/x deep/er/x && ln -s er/x deep/link && rm -r tree/sub\n\
                     RUN [\"/bin/sh\", \"-c\", \"pwd > where; echo $0 $NAME >> where\"]\n\
                     RUN rm said && mkdir said && echo folder > said/now\n\
                     RUN cat where deep/er/x | sort | head -n 1 > first; exit 0\n\
                     FROM localhost/base:base\nCOPY --from=made /work /work\nRUN rm /work/where\n",
        files: &[("tree/x", 0o640, "x"), ("tree/y", 0o755, "y"), ("tree/sub/z", 0o644, "z")],
    },
    Context {
        name: "whiteouts",
        base: Base::Shell,
        dockerfile: "FROM localhost/base:base\nCOPY tree /tree\nCOPY tree /kept\nRUN rm -r /tree/sub /kept/x\n\
                     COPY tree/x /tree/sub\nRUN rm -r /kept && mkdir /kept && echo new > /kept/new\n",
        files: &[("tree/x", 0o644, "x"), ("tree/sub/y", 0o644, "y"), ("tree/sub/z", 0o644, "z")],
    },
];
