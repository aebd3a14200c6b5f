//! Build contexts for two builders: files by path, and a Dockerfile.

/// One context.
pub struct Context {
    /// What it is about; names its row in `differences.md`.
    pub name: &'static str,
    /// What stands in the Dockerfile.
    pub dockerfile: &'static str,
    /// Files: path, mode, text. A text that begins with `-> ` is a link, with `tar ` an archive of files,
    /// with `tar.xz ` and the like a compressed one.
    pub files: &'static [(&'static str, u32, &'static str)],
}

/// All of them.
pub const CONTEXTS: &[Context] = &[
    Context {
        name: "files",
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
        dockerfile: "FROM scratch\nCOPY one /d\nCOPY two /d\nWORKDIR /d/sub\nCOPY one/f here\nCOPY two .\n",
        files: &[("one/f", 0o644, "1"), ("one/g", 0o640, "1"), ("two/f", 0o755, "2"), ("two/h/i", 0o644, "2")],
    },
    Context {
        name: "configuration",
        dockerfile: "FROM scratch\nENV A=1 B=\"two words\"\nENV C=$A-${B}\nLABEL app=test \"x.y\"='z'\nEXPOSE 80 53/udp\n\
                     WORKDIR /srv\nWORKDIR app\nCOPY f ${A}\nENTRYPOINT [\"/srv/app/1\"]\nCMD [\"-v\", \"$C\"]\n",
        files: &[("f", 0o755, "f")],
    },
    Context {
        name: "stages",
        dockerfile: "ARG NAME=one\nFROM scratch AS one\nWORKDIR /out\nCOPY a made\nCOPY tree tree\n\
                     FROM scratch AS unused\nCOPY none /\n\
                     FROM scratch\nARG V=1\nENV X=${V:-2} Y=${Z:-3}\nLABEL v=$V\n\
                     COPY --from=one /out/made /made\nCOPY --from=0 /out/tree/ /tree/\nCOPY --from=one /out /all\n",
        files: &[("a", 0o755, "a"), ("tree/x", 0o644, "x"), ("tree/link", 0, "-> x"), ("none", 0o644, "none")],
    },
    Context {
        name: "owners",
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
        dockerfile: "FROM scratch\nMAINTAINER somebody\nUSER 1000:10\nVOLUME /data \"/more\"\nSTOPSIGNAL SIGINT\n\
                     SHELL [\"/bin/sh\", \"-x\"]\nHEALTHCHECK --interval=5s --retries=2 CMD check\n\
                     ONBUILD COPY . /later\nCOPY a /data/a\nENTRYPOINT run $this\nCMD default\n",
        files: &[("a", 0o644, "a")],
    },
];
