//! How much a browser loads, and how much it may.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::trouble::Trouble;

/// The most that a browser may load before the app runs, after brotli: 476 KiB.
///
/// It only holds the line: the aim is 130 KiB, and docs/size.md says where the bytes are. Every
/// feature of the app is paid for out of this. Raising it is a decision, not a repair.
pub const BUDGET: usize = 476 * 1024;

/// The endings of files that are served packed; pictures are packed already.
const PACKED_ENDINGS: [&str; 8] = [
    "html",
    "js",
    "css",
    "wasm",
    "svg",
    "json",
    "txt",
    "webmanifest",
];

/// The packed forms of a file: ending and bytes.
pub type Forms = Vec<(&'static str, Vec<u8>)>;

/// The sizes of one file, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Size {
    /// The sizes of a file and its packed forms; a form that is not kept counts as the file itself.
    pub fn of(name: &str, bytes: &[u8], forms: &Forms) -> Self {
        let size = |ending| {
            let form = forms.iter().find(|(own, _)| *own == ending);
            form.map_or(bytes.len(), |(_, form)| form.len())
        };
        Self {
            name: name.to_owned(),
            raw: bytes.len(),
            gzip: size("gz"),
            brotli: size("br"),
        }
    }

    /// The file's name.
    #[cfg(test)]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What travels to a browser of today.
    pub fn travels(&self) -> usize {
        self.brotli
    }
}

/// The packed forms of a file that are worth keeping, each as small as it can be made.
///
/// # Errors
/// When a compressor fails, which on memory it does not.
pub fn pack(name: &str, bytes: &[u8]) -> io::Result<Forms> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if !PACKED_ENDINGS.contains(&ending) {
        return Ok(Forms::new());
    }
    let mut forms = vec![("br", brotli(bytes)?), ("gz", gzip(bytes)?)];
    forms.retain(|(_, form)| form.len() < bytes.len());
    Ok(forms)
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut io::Cursor::new(bytes), &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes)?;
    packer.finish()
}

fn total(sizes: &[Size]) -> Size {
    Size {
        name: "total".to_owned(),
        raw: sizes.iter().map(|size| size.raw).sum(),
        gzip: sizes.iter().map(|size| size.gzip).sum(),
        brotli: sizes.iter().map(|size| size.brotli).sum(),
    }
}

/// What a browser loads, file by file and together, beside what it may.
pub fn table(sizes: &[Size]) -> String {
    let mut sorted = sizes.to_vec();
    sorted.sort_by_key(|size| std::cmp::Reverse(size.brotli));
    let total = total(sizes);
    let width = sorted
        .iter()
        .map(|size| size.name.len())
        .max()
        .unwrap_or_default();
    let mut table = format!(
        "{:width$}  {:>9}  {:>9}  {:>9}\n",
        "bytes", "raw", "gzip", "brotli"
    );
    for Size {
        name,
        raw,
        gzip,
        brotli,
    } in sorted.iter().chain([&total])
    {
        // Writing to a String does not fail.
        let _ = writeln!(
            table,
            "{name:width$}  {:>9}  {:>9}  {:>9}",
            grouped(*raw),
            grouped(*gzip),
            grouped(*brotli)
        );
    }
    let _ = write!(table, "{:width$}  {:>31}", "budget", grouped(BUDGET));
    table
}

/// # Errors
/// When the files together are larger than [`BUDGET`].
pub fn within_budget(sizes: &[Size]) -> Result<(), Trouble> {
    let brotli = total(sizes).brotli;
    if brotli <= BUDGET {
        return Ok(());
    }
    Err(Trouble::new(
        format!(
            "a browser would load {} bytes (brotli), {} more than the budget of {}",
            grouped(brotli),
            grouped(brotli.saturating_sub(BUDGET)),
            grouped(BUDGET)
        ),
        "make the app smaller, or decide on another BUDGET in xtask/src/seal/size.rs",
    ))
}

/// 1234567 → `1,234,567`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn size(name: &str, brotli: usize) -> Size {
        Size {
            name: name.to_owned(),
            raw: brotli * 4,
            gzip: brotli + 1,
            brotli,
        }
    }

    #[test]
    fn packed_forms_unpack_to_the_same_bytes() {
        let bytes = "eventide ".repeat(500).into_bytes();
        let forms = pack("a.js", &bytes).unwrap();
        let [("br", br), ("gz", gz)] = forms.as_slice() else {
            panic!("{forms:?}");
        };
        let mut unpacked = Vec::new();
        brotli::Decompressor::new(br.as_slice(), 4096)
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, bytes);
        unpacked.clear();
        flate2::read::GzDecoder::new(gz.as_slice())
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, bytes);
    }

    #[test]
    fn what_does_not_shrink_is_not_packed() {
        assert_eq!(pack("a.js", b"x").unwrap(), Forms::new());
        assert_eq!(pack("picture.png", &[0; 5000]).unwrap(), Forms::new());
        assert_eq!(Size::of("a.js", b"x", &Forms::new()).brotli, 1);
    }

    #[test]
    fn packing_gives_the_same_bytes_every_time() {
        let bytes = include_bytes!("size.rs");
        assert_eq!(pack("a.js", bytes).unwrap(), pack("a.js", bytes).unwrap());
    }

    #[test]
    fn the_budget_is_the_last_byte_that_fits() {
        assert!(within_budget(&[size("a", BUDGET - 1), size("b", 1)]).is_ok());
        let trouble = within_budget(&[size("a", BUDGET), size("b", 1)]).unwrap_err();
        assert_eq!(
            trouble.what,
            format!(
                "a browser would load {} bytes (brotli), 1 more than the budget of {}",
                grouped(BUDGET + 1),
                grouped(BUDGET)
            )
        );
    }

    #[test]
    fn the_table_adds_up() {
        let table = table(&[size("index.html", 1000), size("eventide.wasm", 90_000)]);
        assert_eq!(
            table,
            format!(
                "bytes                raw       gzip     brotli\n\
             eventide.wasm    360,000     90,001     90,000\n\
             index.html         4,000      1,001      1,000\n\
             total            364,000     91,002     91,000\n\
             budget                                 {}",
                grouped(BUDGET)
            )
        );
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), expected);
        }
    }
}
