//! `gzip`, `gunzip`, `zcat` and `tar`.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use tar::{Archive, EntryType, Header};

use crate::find::{fits, walk};
use crate::options::{Failure, Options, on};
use crate::system::moment;

pub(crate) fn gzip(arguments: &[String]) -> Result<u8, Failure> {
    compress(arguments, false, false)
}

pub(crate) fn gunzip(arguments: &[String]) -> Result<u8, Failure> {
    compress(arguments, true, false)
}

pub(crate) fn zcat(arguments: &[String]) -> Result<u8, Failure> {
    compress(arguments, true, true)
}

fn compress(arguments: &[String], unpacks: bool, to_output: bool) -> Result<u8, Failure> {
    let options = Options::read(arguments, "cdfknqv123456789")?;
    let unpacks = unpacks || options.has('d');
    let to_output = to_output || options.has('c');
    let level = (1..=9)
        .rev()
        .find(|level| options.has(char::from(b'0' + level)));
    let level = Compression::new(u32::from(level.unwrap_or(6)));
    let from_input = options.rest.is_empty() || options.rest == ["-"];
    if from_input {
        return pipe(io::stdin(), io::stdout(), unpacks, level).map_err(broken("stdin"));
    }
    for name in &options.rest {
        let file = File::open(name).map_err(on(name))?;
        if to_output {
            pipe(file, io::stdout(), unpacks, level).map_err(broken(name))?;
            continue;
        }
        let target = match (unpacks, name.strip_suffix(".gz"), name.strip_suffix(".tgz")) {
            (false, None, _) => format!("{name}.gz"),
            (false, Some(_), _) => {
                return told(format!("{name} already has .gz suffix -- unchanged"));
            }
            (true, Some(plain), _) => plain.to_owned(),
            (true, None, Some(plain)) => format!("{plain}.tar"),
            (true, None, None) => {
                let message = format!("{name}: unknown suffix -- ignored");
                return Err(Failure::Told(message, 2));
            }
        };
        if Path::new(&target).exists() && !options.has('f') {
            return told(format!("{target} already exists"));
        }
        let out = File::create(&target).map_err(on(&target))?;
        if let Err(error) = pipe(file, out, unpacks, level) {
            fs::remove_file(&target).map_err(on(&target))?;
            return Err(broken(name)(error));
        }
        if !options.has('k') {
            fs::remove_file(name).map_err(on(name))?;
        }
    }
    Ok(0)
}

fn told<T>(message: String) -> Result<T, Failure> {
    Err(Failure::Told(message, 1))
}

/// What is not gzip is told so.
fn broken(name: &str) -> impl Fn(io::Error) -> Failure + '_ {
    move |error| match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            Failure::Told(format!("{name}: not in gzip format"), 1)
        }
        io::ErrorKind::UnexpectedEof => Failure::Told(format!("{name}: unexpected end of file"), 1),
        _ => on(name)(error),
    }
}

fn pipe(from: impl Read, to: impl Write, unpacks: bool, level: Compression) -> io::Result<u8> {
    if unpacks {
        let mut to = BufWriter::new(to);
        io::copy(&mut MultiGzDecoder::new(BufReader::new(from)), &mut to)?;
        to.flush()?;
    } else {
        // No name and no time in it: the same bytes every time.
        let mut encoder = GzEncoder::new(BufWriter::new(to), level);
        io::copy(&mut BufReader::new(from), &mut encoder)?;
        encoder.finish()?.flush()?;
    }
    Ok(0)
}

/// What the command line of `tar` asks for.
struct Wish {
    options: Options,
    /// Leading names that are left away: `--strip-components`.
    strip: usize,
    excluded: Vec<String>,
}

pub(crate) fn tar(arguments: &[String]) -> Result<u8, Failure> {
    let wish = read(arguments)?;
    let name = wish.options.value('f').unwrap_or("-").to_owned();
    match ['c', 'x', 't'].map(|letter| wish.options.has(letter)) {
        [true, false, false] => create(&wish, &name),
        [false, true, false] => unpack(&wish, &name),
        [false, false, true] => list(&wish, &name),
        _ => Err(Failure::Usage(
            "usage: tar -c|-x|-t [-zvO] [-f ARCHIVE] [-C FOLDER] [FILE]...".to_owned(),
        )),
    }
}

fn read(arguments: &[String]) -> Result<Wish, Failure> {
    let (mut strip, mut excluded, mut plain) = (0, Vec::new(), Vec::new());
    for (at, word) in arguments.iter().enumerate() {
        if let Some(count) = word.strip_prefix("--strip-components=") {
            strip = count
                .parse()
                .map_err(|_| Failure::Usage(format!("invalid number '{count}'")))?;
        } else if let Some(pattern) = word.strip_prefix("--exclude=") {
            excluded.push(pattern.to_owned());
        } else {
            plain.push(match word.as_str() {
                "--create" => "-c".to_owned(),
                "--extract" => "-x".to_owned(),
                "--list" => "-t".to_owned(),
                "--gzip" => "-z".to_owned(),
                // `tar xzf` is the old way to write `tar -xzf`.
                word if at == 0 && !word.starts_with('-') => format!("-{word}"),
                word => word.to_owned(),
            });
        }
    }
    Ok(Wish {
        options: Options::read(&plain, "cxtzvOpkmhf:C:")?,
        strip,
        excluded,
    })
}

impl Wish {
    fn folder(&self) -> PathBuf {
        PathBuf::from(self.options.value('C').unwrap_or("."))
    }

    /// Whether a name in an archive is asked for.
    fn wants(&self, name: &str) -> bool {
        let within = |wanted: &String| {
            let wanted = wanted.trim_end_matches('/');
            name.strip_prefix(wanted)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.options.rest.is_empty() || self.options.rest.iter().any(within)
    }

    fn excludes(&self, path: &str) -> bool {
        self.excluded
            .iter()
            .any(|pattern| fits(pattern, path) || path.split('/').any(|name| fits(pattern, name)))
    }
}

fn create(wish: &Wish, name: &str) -> Result<u8, Failure> {
    if wish.options.rest.is_empty() {
        return Err(Failure::Usage(
            "refusing to create an empty archive".to_owned(),
        ));
    }
    let out: Box<dyn Write> = if name == "-" {
        Box::new(io::stdout())
    } else {
        Box::new(File::create(name).map_err(on(name))?)
    };
    let out = BufWriter::new(out);
    if wish.options.has('z') {
        let encoder = GzEncoder::new(out, Compression::default());
        let encoder = pack(wish, encoder)?;
        encoder.finish()?.flush()?;
    } else {
        pack(wish, out)?.flush()?;
    }
    Ok(0)
}

fn pack<W: Write>(wish: &Wish, out: W) -> Result<W, Failure> {
    let mut builder = tar::Builder::new(out);
    let folder = wish.folder();
    for name in &wish.options.rest {
        let start = folder.join(name);
        let base = folder.to_string_lossy().into_owned();
        walk(&start.to_string_lossy(), &mut |path, found| {
            let shown = path.strip_prefix(&base).unwrap_or(path);
            let shown = shown.trim_start_matches('/');
            if shown.is_empty() || wish.excludes(shown) {
                return Ok(());
            }
            if wish.options.has('v') {
                writeln!(io::stderr(), "{shown}")?;
            }
            add(&mut builder, Path::new(path), shown, found).map_err(on(path))
        })?;
    }
    Ok(builder.into_inner()?)
}

fn add<W: Write>(
    builder: &mut tar::Builder<W>,
    path: &Path,
    shown: &str,
    found: &fs::Metadata,
) -> io::Result<()> {
    let mut header = Header::new_gnu();
    let time = found
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    header.set_mtime(time.as_secs());
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(0);
    let absolute = Path::new(&process::directory()?).join(path);
    if found.is_symlink() {
        header.set_entry_type(EntryType::Symlink);
        header.set_mode(0o777);
        return builder.append_link(&mut header, shown, fs::read_link(path)?);
    }
    header.set_mode(process::mode(&absolute)?);
    if found.is_dir() {
        header.set_entry_type(EntryType::Directory);
        return builder.append_data(&mut header, format!("{shown}/"), io::empty());
    }
    header.set_entry_type(EntryType::Regular);
    header.set_size(found.len());
    builder.append_data(&mut header, shown, File::open(path)?)
}

/// The bytes of an archive, unpacked if they are gzip, whether `-z` says so or not.
fn opened(name: &str) -> Result<Box<dyn Read>, Failure> {
    let mut input =
        crate::filters::open(name).map_err(|failure| Failure::Told(failure.told().0, 2))?;
    let start = input.fill_buf().map_err(on(name))?;
    Ok(if start.starts_with(&[0x1f, 0x8b]) {
        Box::new(MultiGzDecoder::new(input))
    } else {
        input
    })
}

fn list(wish: &Wish, name: &str) -> Result<u8, Failure> {
    let mut archive = Archive::new(opened(name)?);
    let mut out = io::stdout().lock();
    for entry in archive.entries().map_err(on(name))? {
        let entry = entry.map_err(broken(name))?;
        let path = entry
            .path()
            .map_err(on(name))?
            .to_string_lossy()
            .into_owned();
        if !wish.wants(&path) {
            continue;
        }
        if !wish.options.has('v') {
            writeln!(out, "{path}")?;
            continue;
        }
        let header = entry.header();
        let kind = match header.entry_type() {
            EntryType::Directory => 'd',
            EntryType::Symlink => 'l',
            _ => '-',
        };
        let letters = crate::listing::permissions(header.mode()?);
        let time = moment(header.mtime()?);
        let (date, hour) = (&time[..10], &time[11..16]);
        let link = entry.link_name().map_err(on(name))?;
        let link = link.map_or(String::new(), |link| format!(" -> {}", link.display()));
        writeln!(
            out,
            "{kind}{letters} root/root {:>9} {date} {hour} {path}{link}",
            entry.size()
        )?;
    }
    Ok(0)
}

fn unpack(wish: &Wish, name: &str) -> Result<u8, Failure> {
    let mut archive = Archive::new(opened(name)?);
    let folder = wish.folder();
    for entry in archive.entries().map_err(on(name))? {
        let mut entry = entry.map_err(broken(name))?;
        let path = entry.path().map_err(on(name))?.into_owned();
        let shown = path.to_string_lossy().into_owned();
        if !wish.wants(shown.trim_end_matches('/')) || wish.excludes(shown.trim_end_matches('/')) {
            continue;
        }
        let Some(inner) = inside(&path, wish.strip) else {
            continue;
        };
        if wish.options.has('v') {
            writeln!(io::stderr(), "{shown}")?;
        }
        if wish.options.has('O') {
            io::copy(&mut entry, &mut io::stdout())?;
            continue;
        }
        lay(&mut entry, &folder, &inner).map_err(on(&shown))?;
    }
    Ok(0)
}

/// A path that stays below the folder, without its first names; none if nothing is left of it.
fn inside(path: &Path, strip: usize) -> Option<PathBuf> {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name),
        _ => None,
    });
    let inner: PathBuf = names.skip(strip).collect();
    (!inner.as_os_str().is_empty()).then_some(inner)
}

fn lay(entry: &mut tar::Entry<'_, impl Read>, folder: &Path, inner: &Path) -> io::Result<()> {
    let place = folder.join(inner);
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent)?;
    }
    let absolute = Path::new(&process::directory()?).join(&place);
    let link = entry.link_name()?.map(std::borrow::Cow::into_owned);
    match (entry.header().entry_type(), link) {
        (EntryType::Directory, _) => fs::create_dir_all(&place)?,
        (EntryType::Symlink, Some(target)) => {
            let _ = fs::remove_file(&place);
            return crate::files::symlink(&target.to_string_lossy(), &place.to_string_lossy());
        }
        (EntryType::Link, Some(target)) => {
            let _ = fs::remove_file(&place);
            return match inside(&target, 0) {
                Some(target) => fs::hard_link(folder.join(target), &place),
                None => Err(io::ErrorKind::InvalidData.into()),
            };
        }
        _ => {
            let mut file = File::create(&place)?;
            io::copy(entry, &mut file)?;
            let time = UNIX_EPOCH + std::time::Duration::from_secs(entry.header().mtime()?);
            file.set_modified(time)?;
        }
    }
    process::set_mode(&absolute, entry.header().mode()? & 0o7777)
}
