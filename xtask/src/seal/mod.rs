//! The last step of a build: what Trunk has put together becomes what a server may serve.
//!
//! Trunk runs this as its `post_build` hook (`cargo xtask seal`), so `trunk build --release` and
//! `cargo xtask build` give the same files:
//!
//! - the style sheets of index.html become one, so that a page fetches one;
//! - every file that index.html names, and the app itself, gets a name made of its own bytes, so a
//!   server may let browsers keep it for ever, and its integrity beside it;
//! - `<meta name="eventide-app">`, which Trunk.toml puts where index.html has its
//!   `<link data-trunk rel="rust">`, tells the boot script what to load: `data-js` and `data-wasm`
//!   (file names, relative to the boot script's own address), `data-js-integrity`,
//!   `data-wasm-integrity`, `data-wasm-size` (bytes as they travel) and `data-build`. The glue and
//!   the app are preloaded from there, side by side with everything else;
//! - in a release build wasm-opt makes the app smaller, text loses its comments, every file lies beside its brotli and gzip
//!   form, the sizes are printed, and a build that is over its budget fails, or that holds what must
//!   not be given out.
//!
//! index.html itself keeps its name: it is the one file that a browser asks about each time. It
//! names its files beside itself (`./`), so the same files work below any path. For the addresses
//! one folder deep, as /events/new, it lies once more as events/deep.html, which names them one
//! folder up (`../`): `<base>` would do as well, and the policy forbids it.

mod imports;
mod optimiser;
mod page;
mod shipped;
mod shrink;
mod size;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256, Sha384};

use crate::trouble::{Trouble, file_trouble};
use page::{Page, Tag};
use size::{Forms, Size};

/// The files of a built app: name, with `/` between folders, and bytes.
type Files = BTreeMap<String, Vec<u8>>;

/// The page of the addresses without a folder: `/`, `/events`.
const INDEX: &str = "index.html";
/// The same page for the addresses below `/events/`.
const DEEP: &str = "events/deep.html";
/// What every address in [`INDEX`] begins with; Trunk.toml says so to Trunk.
const BESIDE: &str = "./";
/// And in [`DEEP`].
const ONE_UP: &str = "../";
const APP: &str = "eventide-app";

/// Seals the folder that Trunk is about to put in place.
///
/// # Errors
/// When Trunk did not call it, when the build is not one that can be sealed, and when a release
/// build is over its budget.
pub fn run() -> Result<(), Trouble> {
    let by_trunk = |name: &str| {
        env::var(name).map_err(|_| {
            Trouble::new(
                format!("{name} is not set: only Trunk runs `cargo xtask seal`"),
                "run `cargo xtask build`",
            )
        })
    };
    let folder = PathBuf::from(by_trunk("TRUNK_STAGING_DIR")?);
    let sealed = match by_trunk("TRUNK_PROFILE")?.as_str() {
        "release" => {
            optimiser::optimise(&folder)?;
            let files = read_files(&folder)?.into_iter();
            let files = files.map(|(name, bytes)| (name.clone(), shrink::shrink(&name, bytes)));
            let sealed = seal(files.collect(), size::pack)?;
            println!("{}", size::table(&sealed.loaded));
            size::within_budget(&sealed.loaded)?;
            shipped::check(&sealed.files)?;
            sealed
        }
        // A development build is served to one person on the same machine.
        _ => seal(read_files(&folder)?, |_, _| Ok(Forms::new()))?,
    };
    write_files(&folder, &sealed.files)
}

/// A sealed build.
#[derive(Debug, PartialEq, Eq)]
struct Sealed {
    files: Files,
    /// What a browser fetches before the app runs.
    loaded: Vec<Size>,
}

/// Seals the files of a build.
fn seal(mut files: Files, pack: Pack) -> Result<Sealed, Trouble> {
    let index = files
        .remove(INDEX)
        .ok_or_else(|| unfit("it has no index.html"))?;
    let index = String::from_utf8(index).map_err(|_| unfit("its index.html is not text"))?;
    if let Some(snippet) = files.keys().find(|name| name.starts_with("snippets/")) {
        return Err(unfit(&format!(
            "a dependency brings {snippet}, which a browser would fetch only after the glue"
        )));
    }
    let page = Page::read(&index);
    let mut sealing = Sealing {
        pack,
        files,
        sealed: Files::new(),
        sizes: Vec::new(),
        renamed: BTreeMap::new(),
    };
    sealing.check_addresses(&page)?;
    let styles = sealing.bundle_styles(&page)?;
    let app = sealing.app(&page, &index)?;
    let mut styles = Some(styles);
    let page = page.map_tags(|tag| {
        if is_app(&tag) {
            Ok(app.clone())
        } else if tag.is_link("stylesheet") {
            // The first link becomes the one for all.
            Ok(styles.take().into_iter().collect())
        } else {
            sealing.tag(tag).map(|tag| vec![tag])
        }
    })?;
    sealing.put(INDEX, page.to_string().into_bytes())?;
    let loaded = std::mem::take(&mut sealing.sizes);
    sealing.put(DEEP, one_folder_deeper(page)?.to_string().into_bytes())?;
    // What is left is not named by the page: it keeps its name.
    for (name, bytes) in std::mem::take(&mut sealing.files) {
        sealing.put(&name, bytes)?;
    }
    Ok(Sealed {
        files: sealing.sealed,
        loaded,
    })
}

/// Makes the packed forms of a file.
type Pack = fn(&str, &[u8]) -> std::io::Result<Forms>;

fn forms(name: &str, bytes: &[u8], pack: Pack) -> Result<Forms, Trouble> {
    pack(name, bytes).map_err(|error| file_trouble("compress", Path::new(name), &error))
}

fn named(name: &str, forms: Forms) -> Files {
    let files = forms
        .into_iter()
        .map(|(ending, bytes)| (format!("{name}.{ending}"), bytes));
    files.collect()
}

fn is_app(tag: &Tag) -> bool {
    tag.name == "meta" && tag.attribute("name") == Some(APP)
}

fn unfit(why: &str) -> Trouble {
    Trouble::new(
        format!("this build cannot be sealed: {why}"),
        "mend index.html, Trunk.toml or the dependency, and build again",
    )
}

/// The page for addresses that lie one folder deeper.
fn one_folder_deeper(page: Page) -> Result<Page, Trouble> {
    page.map_tags(|mut tag| {
        if let Some(attribute) = tag.address_attribute()
            && let Some(name) = tag.attribute(attribute).and_then(name_in)
        {
            let address = format!("{ONE_UP}{name}");
            tag.set(attribute, address);
        }
        Ok(vec![tag])
    })
}

/// The name in an address of ours.
fn name_in(address: &str) -> Option<&str> {
    address.strip_prefix(BESIDE)
}

fn address_of(name: &str) -> String {
    format!("{BESIDE}{name}")
}

struct Sealing {
    pack: Pack,
    /// As Trunk left them.
    files: Files,
    /// Under their new names, and their packed forms.
    sealed: Files,
    /// Of the files under their new names.
    sizes: Vec<Size>,
    /// By their old names.
    renamed: BTreeMap<String, Kept>,
}

/// A file under its new name.
#[derive(Clone)]
struct Kept {
    name: String,
    integrity: String,
}

impl Sealing {
    /// An address of ours without a file behind it would only fail in a browser.
    fn check_addresses(&self, page: &Page) -> Result<(), Trouble> {
        let addresses = page
            .tags()
            .filter_map(|tag| tag.attribute(tag.address_attribute()?));
        for address in addresses {
            if name_in(address).is_some_and(|name| !self.files.contains_key(name)) {
                return Err(unfit(&format!(
                    "index.html names {address}, which is not one of its files"
                )));
            }
        }
        Ok(())
    }

    /// Takes a file, renames it after its bytes, and gives its new name and integrity.
    fn rename(&mut self, name: &str) -> Result<Kept, Trouble> {
        if let Some(kept) = self.renamed.get(name) {
            return Ok(kept.clone());
        }
        let bytes = self
            .files
            .remove(name)
            .ok_or_else(|| unfit(&format!("{name} is not there")))?;
        let kept = self.keep(name, bytes)?;
        self.renamed.insert(name.to_owned(), kept.clone());
        Ok(kept)
    }

    /// Puts a file that a browser loads among the sealed ones, under a name made of its bytes.
    fn keep(&mut self, name: &str, bytes: Vec<u8>) -> Result<Kept, Trouble> {
        let kept = Kept {
            name: name_by_content(name, &bytes),
            integrity: integrity(&bytes),
        };
        self.put(&kept.name, bytes)?;
        Ok(kept)
    }

    fn put(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), Trouble> {
        let forms = forms(name, &bytes, self.pack)?;
        self.sizes.push(Size::of(name, &bytes, &forms));
        self.sealed.extend(named(name, forms));
        self.sealed.insert(name.to_owned(), bytes);
        Ok(())
    }

    /// All style sheets of the page as one, in their order; gives the link to it.
    fn bundle_styles(&mut self, page: &Page) -> Result<Tag, Trouble> {
        let mut bundle = Vec::new();
        for link in page.tags().filter(|tag| tag.is_link("stylesheet")) {
            let address = link.attribute("href").unwrap_or_default();
            if link.attribute("media").is_some() {
                return Err(unfit(&format!(
                    "{address} has a media attribute; write @media inside it"
                )));
            }
            let name = name_in(address).unwrap_or(address);
            let style = self
                .files
                .remove(name)
                .ok_or_else(|| unfit(&format!("the style sheet {address} comes from elsewhere")))?;
            if contains(&style, b"@import") || contains(&style, b"@charset") {
                return Err(unfit(&format!(
                    "{name} has an @import or @charset, which cannot stand in the middle of a style sheet"
                )));
            }
            if !bundle.is_empty() {
                bundle.push(b'\n');
            }
            bundle.extend(style);
        }
        if bundle.is_empty() {
            return Err(unfit("index.html has no style sheet"));
        }
        let styles = self.keep("eventide.css", bundle)?;
        Ok(Tag::new(
            "link",
            &[
                ("rel", "stylesheet"),
                ("href", &address_of(&styles.name)),
                ("integrity", &styles.integrity),
            ],
        ))
    }

    /// The tags that take the place of the app's element: itself, filled in, and the preloads.
    fn app(&mut self, page: &Page, index: &str) -> Result<Vec<Tag>, Trouble> {
        let mut app = page
            .tags()
            .find(|tag| is_app(tag))
            .cloned()
            .ok_or_else(|| unfit("index.html has no <link data-trunk rel=\"rust\">"))?;
        let file = |attribute| {
            let name = app.attribute(attribute).unwrap_or_default();
            name_in(name).unwrap_or(name).to_owned()
        };
        let (js, wasm) = (file("data-js"), file("data-wasm"));
        let js = self.rename(&js)?;
        let wasm = self.rename(&wasm)?;
        let travels = self.sizes.last().map_or(0, Size::travels);
        app.set("data-js", js.name.as_str());
        app.set("data-js-integrity", js.integrity.as_str());
        app.set("data-wasm", wasm.name.as_str());
        app.set("data-wasm-integrity", wasm.integrity.as_str());
        app.set("data-wasm-size", travels.to_string());
        app.set("data-build", self.build(index));
        let preload = Tag::new(
            "link",
            &[
                ("rel", "preload"),
                ("as", "fetch"),
                ("type", "application/wasm"),
                ("crossorigin", ""),
                ("href", &address_of(&wasm.name)),
                // No integrity: Chromium ignores it here and warns. The boot script asks for it.
            ],
        );
        let module = Tag::new(
            "link",
            &[
                ("rel", "modulepreload"),
                ("href", &address_of(&js.name)),
                ("integrity", &js.integrity),
            ],
        );
        Ok(vec![app, preload, module])
    }

    /// A name for all of the build, from every byte of it.
    fn build(&self, index: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(index);
        for (name, bytes) in self.files.iter().chain(&self.sealed) {
            hash.update(name);
            hash.update(bytes);
        }
        hex(&hash.finalize(), 12)
    }

    /// Any other tag: if it names a file of ours, that file is renamed and vouched for.
    fn tag(&mut self, mut tag: Tag) -> Result<Tag, Trouble> {
        let named = tag.address_attribute().and_then(|attribute| {
            let name = name_in(tag.attribute(attribute)?)?;
            Some((attribute, name.to_owned()))
        });
        if let Some((attribute, name)) = named {
            let kept = self.rename(&name)?;
            tag.set(attribute, address_of(&kept.name));
            if tag.name == "script" {
                tag.set("integrity", kept.integrity);
            }
        }
        Ok(tag)
    }
}

/// `eventide_bg.wasm` → `eventide-0123456789abcdef.wasm`.
fn name_by_content(name: &str, bytes: &[u8]) -> String {
    let hash = hex(&Sha256::digest(bytes), 16);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    format!("{stem}-{hash}.{ending}")
}

fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

fn hex(bytes: &[u8], digits: usize) -> String {
    let all = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    all.take(digits)
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn read_files(folder: &Path) -> Result<Files, Trouble> {
    let mut files = Files::new();
    let mut folders = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let entries =
            fs::read_dir(&folder).map_err(|error| file_trouble("read", &folder, &error))?;
        for entry in entries {
            let path = entry
                .map_err(|error| file_trouble("read", &folder, &error))?
                .path();
            let file_name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{prefix}{file_name}");
            if path.is_dir() {
                folders.push((path, format!("{name}/")));
            } else {
                let bytes = fs::read(&path).map_err(|error| file_trouble("read", &path, &error))?;
                files.insert(name, bytes);
            }
        }
    }
    Ok(files)
}

/// Makes `folder` hold exactly these files.
fn write_files(folder: &Path, files: &Files) -> Result<(), Trouble> {
    for name in read_files(folder)?
        .into_keys()
        .filter(|name| !files.contains_key(name))
    {
        let path = folder.join(name);
        fs::remove_file(&path).map_err(|error| file_trouble("remove", &path, &error))?;
    }
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).map_err(|error| file_trouble("create", above, &error))?;
        }
        fs::write(&path, bytes).map_err(|error| file_trouble("write", &path, &error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html><html lang=en><head>\
        <script async type=module src=./boot.js></script>\
        <meta name=eventide-app data-js=./eventide.js data-wasm=./eventide_bg.wasm>\
        <link rel=stylesheet href=./tokens.css><link rel=stylesheet href=./base.css>\
        <link rel=icon href=./icon.svg></head><body><svg class=sprite></svg></body></html>";

    fn built(page: &str) -> Files {
        [
            (INDEX, page),
            ("boot.js", "boot()"),
            ("eventide.js", "glue()"),
            ("eventide_bg.wasm", "\0asm"),
            ("tokens.css", "@layer a;"),
            ("base.css", "p{}"),
            ("icon.svg", "<svg/>"),
            ("robots.txt", "User-agent: *"),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
        .collect()
    }

    fn unpacked(_: &str, _: &[u8]) -> std::io::Result<Forms> {
        Ok(Forms::new())
    }

    fn text(sealed: &Sealed, name: &str) -> String {
        String::from_utf8(sealed.files[name].clone()).unwrap()
    }

    fn name_like(sealed: &Sealed, start: &str, end: &str) -> String {
        let fits = |name: &&String| name.starts_with(start) && name.ends_with(end);
        sealed.files.keys().find(fits).unwrap().clone()
    }

    #[test]
    fn every_file_that_the_page_names_is_named_after_its_bytes() {
        let sealed = seal(built(PAGE), unpacked).unwrap();
        let names = sealed.files.keys().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(
            names,
            [
                "boot-31e652f3d5a5174b.js",
                "eventide-55da00052c7a1d0b.js",
                "eventide-cd5d4935a48c0672.wasm",
                "eventide-de79f36265c834db.css",
                "events/deep.html",
                "icon-d4dc56669143034f.svg",
                "index.html",
                "robots.txt",
            ]
        );
    }

    #[test]
    fn the_page_loads_everything_side_by_side_with_its_integrity() {
        let sealed = seal(built(PAGE), unpacked).unwrap();
        let page = Page::read(&text(&sealed, INDEX));
        let tags = page.tags().cloned().collect::<Vec<_>>();
        let [boot, app, preload, module, styles, icon] = tags.as_slice() else {
            panic!("{tags:#?}");
        };
        let (js, wasm, css) = (
            name_like(&sealed, "eventide", ".js"),
            name_like(&sealed, "eventide", ".wasm"),
            name_like(&sealed, "eventide", ".css"),
        );
        let vouched = |name: &String| integrity(&sealed.files[name]);

        assert_eq!(
            boot.attribute("src"),
            Some(format!("./{}", name_like(&sealed, "boot", ".js")).as_str())
        );
        assert_eq!(boot.attribute("async"), Some(""));
        assert_eq!(
            boot.attribute("integrity"),
            Some(integrity(b"boot()").as_str())
        );

        assert_eq!(app.attribute("data-js"), Some(js.as_str()));
        assert_eq!(
            app.attribute("data-js-integrity"),
            Some(vouched(&js).as_str())
        );
        assert_eq!(app.attribute("data-wasm"), Some(wasm.as_str()));
        assert_eq!(
            app.attribute("data-wasm-integrity"),
            Some(vouched(&wasm).as_str())
        );
        assert_eq!(app.attribute("data-wasm-size"), Some("4"));
        assert_eq!(app.attribute("data-build").map(str::len), Some(12));

        assert!(preload.is_link("preload"));
        assert_eq!(
            preload.attribute("href"),
            Some(format!("./{wasm}").as_str())
        );
        assert!(module.is_link("modulepreload"));
        assert_eq!(module.attribute("href"), Some(format!("./{js}").as_str()));

        assert_eq!(styles.attribute("href"), Some(format!("./{css}").as_str()));
        assert_eq!(styles.attribute("integrity"), Some(vouched(&css).as_str()));
        assert_eq!(icon.attribute("integrity"), None);
    }

    #[test]
    fn style_sheets_become_one_in_their_order() {
        let sealed = seal(built(PAGE), unpacked).unwrap();
        assert_eq!(
            text(&sealed, &name_like(&sealed, "eventide", ".css")),
            "@layer a;\np{}"
        );
    }

    #[test]
    fn what_a_browser_loads_is_counted_and_nothing_else() {
        let sealed = seal(built(PAGE), unpacked).unwrap();
        let names = sealed.loaded.iter().map(Size::name).collect::<Vec<_>>();
        assert_eq!(names.len(), 6);
        assert!(names.contains(&INDEX));
        assert!(!names.contains(&"robots.txt"));
    }

    #[test]
    fn packed_forms_lie_beside_their_files() {
        let sealed = seal(built(PAGE), |_, _| Ok(vec![("br", vec![1])])).unwrap();
        let (packed, files) = sealed
            .files
            .keys()
            .partition::<Vec<_>, _>(|name| name.ends_with(".br"));
        assert_eq!(files.len(), 8);
        assert_eq!(
            packed,
            files
                .iter()
                .map(|name| format!("{name}.br"))
                .collect::<Vec<_>>()
                .iter()
                .collect::<Vec<_>>()
        );
        let page = text(&sealed, INDEX);
        assert!(page.contains("data-wasm-size=\"1\""), "{page}");
    }

    #[test]
    fn other_bytes_give_another_name_and_another_build() {
        let one = seal(built(PAGE), unpacked).unwrap();
        let mut files = built(PAGE);
        files.insert("eventide_bg.wasm".into(), b"\0asm2".to_vec());
        let other = seal(files, unpacked).unwrap();
        assert_ne!(
            name_like(&one, "eventide", ".wasm"),
            name_like(&other, "eventide", ".wasm")
        );
        assert_eq!(
            name_like(&one, "eventide", ".css"),
            name_like(&other, "eventide", ".css")
        );
        let build = |sealed: &Sealed| {
            let page = Page::read(&text(sealed, INDEX));
            let app = page.tags().find(|tag| is_app(tag)).cloned();
            app.unwrap().attribute("data-build").map(str::to_owned)
        };
        assert_ne!(build(&one), build(&other));
        assert_eq!(build(&one), build(&seal(built(PAGE), unpacked).unwrap()));
    }

    #[test]
    fn the_page_for_a_folder_is_the_same_one_with_its_files_one_up() {
        let sealed = seal(built(PAGE), unpacked).unwrap();
        let page = text(&sealed, INDEX);
        assert_eq!(text(&sealed, DEEP), page.replace("=\"./", "=\"../"));
        let addresses = |html: &str| {
            Page::read(html)
                .tags()
                .filter_map(|tag| Some(tag.attribute(tag.address_attribute()?)?.to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(addresses(&page).len(), 5);
        assert!(
            addresses(&page)
                .iter()
                .all(|address| address.starts_with(BESIDE))
        );
        assert!(
            addresses(&text(&sealed, DEEP))
                .iter()
                .all(|address| address.starts_with(ONE_UP))
        );
        let page = Page::read(&page);
        let app = page.tags().find(|tag| is_app(tag)).unwrap();
        assert!(!app.attribute("data-js").unwrap().contains('/'));
    }

    #[test]
    fn a_build_that_cannot_be_sealed_says_why() {
        let check = |change: fn(&mut Files), expected: &str| {
            let mut files = built(PAGE);
            change(&mut files);
            let trouble = seal(files, unpacked).unwrap_err();
            assert!(trouble.what.contains(expected), "{trouble}");
        };
        check(|files| drop(files.remove(INDEX)), "no index.html");
        check(
            |files| drop(files.remove("eventide.js")),
            "eventide.js is not there",
        );
        check(
            |files| drop(files.remove("base.css")),
            "names ./base.css, which is not one of its files",
        );
        check(
            |files| drop(files.insert("base.css".into(), b"@import 'x';".to_vec())),
            "@import",
        );
        check(
            |files| drop(files.insert("snippets/x/inline0.js".into(), Vec::new())),
            "a dependency brings snippets/x/inline0.js",
        );
        check(
            |files| {
                drop(files.insert(INDEX.into(), PAGE.replace("eventide-app", "x").into_bytes()))
            },
            "rel=\"rust\"",
        );
    }

    #[test]
    fn integrity_is_what_a_browser_computes() {
        // printf '' | openssl dgst -sha384 -binary | base64
        assert_eq!(
            integrity(b""),
            "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"
        );
    }
}
