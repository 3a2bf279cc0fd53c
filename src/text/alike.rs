//! Names that are not what they seem: letters of several scripts in one word, and words that look
//! like other words (Unicode Technical Standard 39).
//!
//! Scripts are told apart as far as its restriction levels need. Of the letters that look like
//! others only those are known that look like letters of ASCII: names of accounts that somebody
//! would imitate are written with those.

use super::{cluster::is_unseen, marks::is_mark};

/// Scripts, a bit for each; the place of the bit is the number in [`SCRIPTS`].
type Scripts = u32;

const LATIN: Scripts = 1 << 1;
const CYRILLIC: Scripts = 1 << 2;
const GREEK: Scripts = 1 << 3;
const HAN: Scripts = 1 << 4;
const HIRAGANA: Scripts = 1 << 5;
const KATAKANA: Scripts = 1 << 6;
const BOPOMOFO: Scripts = 1 << 7;
const HANGUL: Scripts = 1 << 8;
/// All scripts that the standard does not recommend, as one.
const OTHER: Scripts = 1 << 30;

/// Whether a word holds letters of more scripts than the level "moderately restrictive" allows:
/// one script, those that Japanese, Chinese and Korean are written with, or Latin beside one script
/// that does not look like it. Blanks and `@` end a word.
pub(super) fn mixes_scripts(text: &str) -> bool {
    let mut words = text.split(|letter: char| letter.is_whitespace() || letter == '@');
    !text.is_ascii()
        && words.any(|word| is_mixed(word.chars().map(script).fold(0, |all, it| all | it)))
}

fn is_mixed(scripts: Scripts) -> bool {
    let within = |allowed: Scripts| scripts & !allowed == 0;
    let beside_latin = scripts & !LATIN;
    scripts.count_ones() > 1
        && !within(LATIN | HAN | HIRAGANA | KATAKANA)
        && !within(LATIN | HAN | BOPOMOFO)
        && !within(LATIN | HAN | HANGUL)
        && (beside_latin.count_ones() > 1 || beside_latin & (CYRILLIC | GREEK | OTHER) != 0)
}

/// The script of a letter; none for what is no letter and what all scripts share.
fn script(letter: char) -> Scripts {
    if letter.is_ascii_alphabetic() {
        return LATIN;
    }
    // Marks belong to the letter that they stand on.
    if !letter.is_alphabetic() || is_mark(letter) {
        return 0;
    }
    let (code, mut at, mut found) = (u32::from(letter), 0, 0);
    for run in SCRIPTS.chunks_exact(2) {
        if let [gap, script] = run {
            at += u32::from(*gap);
            if code < at {
                break;
            }
            found = *script;
        }
    }
    match found {
        0 => 0,
        place => 1 << place,
    }
}

/// What a text looks like: texts with the same skeleton look alike. It is no text for a screen.
pub(super) fn skeleton(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.trim().chars().filter(|letter| !is_unseen(*letter)) {
        match plain(letter) {
            // Look-alikes within ASCII.
            '1' | 'I' | '|' => out.push('l'),
            '0' => out.push('O'),
            'm' => out.push_str("rn"),
            '`' => out.push('\''),
            letter => out.push(letter),
        }
    }
    out
}

/// The letter of ASCII that a letter looks like, or itself.
fn plain(letter: char) -> char {
    let code = u32::from(letter);
    let ascii = |code: u32| char::from_u32(code).unwrap_or(letter);
    match code {
        0..=0x7f => letter,
        // Full width.
        0xff01..=0xff5e => ascii(code - 0xfee0),
        // Mathematical alphabets: capital and small letters by turns, then digits.
        0x1d400..=0x1d6a3 => {
            let place = (code - 0x1d400) % 52;
            ascii(if place < 26 {
                0x41 + place
            } else {
                0x47 + place
            })
        }
        0x1d6a4 => 'i',
        0x1d6a5 => 'j',
        0x1d7ce..=0x1d7ff => ascii(0x30 + (code - 0x1d7ce) % 10),
        _ => {
            let row = ALIKE.iter().find(|row| row.contains(letter));
            row.and_then(|row| row.chars().next()).unwrap_or(letter)
        }
    }
}

/// Gap and script by turns: so many characters further on, letters of this script begin. 0 is what
/// all scripts share, 1 to 8 and 30 are the constants above, and what is between is one recommended
/// script each. As of Unicode 17.0.0; what is no letter is not told apart.
const SCRIPTS: [u16; 292] = [
    170, 1, 11, 0, 5, 1, 511, 0, 39, 1, 12, 0, 132, 3, 4, 0, 2, 3, 108, 30, 14, 3, 16, 2, 305, 10,
    159, 17, 80, 9, 32, 0, 1, 9, 207, 30, 64, 9, 48, 27, 74, 30, 166, 9, 148, 12, 124, 11, 133, 16,
    128, 15, 128, 23, 126, 25, 130, 26, 123, 18, 132, 21, 129, 24, 124, 28, 128, 20, 127, 29, 256,
    22, 160, 14, 96, 8, 256, 13, 416, 30, 992, 19, 160, 30, 1120, 2, 16, 14, 89, 0, 23, 1, 38, 3,
    5, 2, 1, 1, 49, 3, 5, 1, 4, 3, 5, 1, 13, 2, 1, 1, 70, 3, 65, 1, 256, 3, 369, 1, 145, 0, 36, 3,
    2, 0, 2, 1, 2, 0, 6, 1, 1, 0, 27, 1, 2738, 30, 96, 1, 32, 30, 128, 14, 48, 30, 80, 13, 175, 0,
    470, 4, 1, 0, 1, 4, 42, 0, 7, 4, 4, 0, 5, 5, 96, 6, 91, 0, 1, 6, 8, 7, 44, 8, 111, 7, 80, 6,
    528, 4, 27648, 30, 1600, 2, 96, 30, 119, 0, 11, 1, 102, 0, 3, 1, 117, 30, 242, 12, 24, 30, 86,
    8, 36, 30, 75, 0, 17, 22, 32, 30, 96, 22, 32, 30, 129, 13, 47, 1, 53, 3, 1, 1, 10, 30, 144, 8,
    19712, 4, 512, 1, 19, 10, 10, 17, 51, 9, 977, 1, 69, 6, 10, 0, 1, 6, 45, 0, 2, 8, 96, 30, 320,
    3, 320, 30, 1280, 1, 128, 30, 1730, 9, 62, 30, 24803, 4, 29, 30, 16368, 6, 17, 5, 287, 6, 18,
    5, 35, 6, 27, 30, 8848, 0, 2816, 1, 304, 2, 208, 30, 1760, 13, 32, 30, 1536, 9, 4608, 4,
];

/// A letter of ASCII, and the letters of living scripts that look like it by the table of
/// confusable characters of the standard.
#[rustfmt::skip]
const ALIKE: [&str; 61] = [
    "'´ʹʻʼʽʾˈˊˋ˴ʹ΄՚՛՝\u{5d9}\u{5f3}᾽᾿`´῾‘’‛′‵Ꞌꞌ",
    "-˗\u{6d4}‐‑‒–⁃−➖ꩽ﹘﹣",
    ".\u{660}\u{6f0}․﹒",
    "2ƧჇᲷꙄꝚ",
    "3ƷȜЗӠՅ\u{969}\u{ae9}ᲕꝪꞫ",
    "4Ꮞꮞ",
    "5Ƽ",
    "6бᏮꮾ",
    "7ᲄ",
    "8Ȣȣ\u{9ea}\u{a6a}\u{b03}",
    "9\u{9ed}\u{a67}\u{b68}\u{d6d}Ꝯꝯ",
    "@﹫",
    "AΑАᎪ",
    "BΒВᏴℬꞴ",
    "CϹСᏟℂℭⅭ",
    "DᎠⅅⅮ",
    "EΕЕᎬℰ⋿",
    "FϜℱꞘ",
    "GԌᏀᏳ",
    "HΗНᎻℋℌℍ",
    "JͿЈᎫꞲ",
    "KΚКᏦK",
    "LᏞℒⅬ",
    "MΜϺМᎷℳⅯ",
    "NΝℕ",
    "OΟОՕ\u{b20}\u{ce6}ዐᲿ〇",
    "PΡРᏢℙ",
    "QԚℚ",
    "RƦɌᎡᏒℛℜℝ",
    "SЅՏႽჽᏕᏚᲽ",
    "TΤТᎢ⊤⟙ㄒ丅",
    "UՍሀ∪⋃",
    "VѴ\u{667}\u{6f7}ᏙⅤ",
    "WԜᎳᏔ",
    "XΧХᳵⅩ╳Ꭓ",
    "YΥϒУҮᎩᎽㄚ丫",
    "ZΖჍᏃℤℨⱫ",
    "_\u{640}﹍﹎﹏",
    "aɑαа⍺ꭤ",
    "bƄЬᏏ",
    "cϲсငၚᲃᴄⅽꮯ",
    "dԁᏧⅆⅾ",
    "eеҽ℮ℯⅇꬲ",
    "fſƒʄքẝꞙꬵ",
    "gƍɡցᶃℊ",
    "hҺһհႹᏂℎ",
    "i¡ıɩɪιіւᎥιℹⅈⅰ⍳ꙇꭵ",
    "jȷϳјյⅉ",
    "lƖǀΙІӀӏ\u{5c0}\u{5d5}\u{5df}\u{627}\u{661}\u{6f1}\u{964}၊ℐℑℓⅠⅼ↿∣⏽│┃ꞁꞮꟾ꠰︱\u{fe8d}\u{fe8e}￨",
    "nոռ",
    "oοσоօ\u{5e1}\u{647}\u{665}\u{6be}\u{6c1}\u{6d5}\u{6f5}\u{966}\u{9e6}\u{a66}\u{ae6}\u{b66}\u{be6}\u{c02}\u{c66}\u{c82}\u{d02}\u{d20}\u{d66}\u{d82}๐໐ဝ၀ჿᄋᆼ០ᲂᴏᴑℴㅇꬽ\u{fba6}\u{fba7}\u{fba8}\u{fba9}\u{fbaa}\u{fbab}\u{fbac}\u{fbad}\u{fee9}\u{feea}\u{feeb}\u{feec}ﾷ",
    "pþƿρϱϸр⍴",
    "qԛգզ",
    "rгᴦꭇꭈꮁ",
    "sƽѕ\u{d1f}ꜱꮪ",
    "uʋυսᴜꞟꭎꭒ",
    "vνѵ\u{5d8}ᴠⅴ∨⋁ꮩ",
    "wɯшѡԝաᴡ⧢ꟺꮃꮤ",
    "x×хⅹ⤫⤬⨯",
    "yɣʏγуүყᶌỿℽꭚ",
    "zᴢⱬⴭꮓ",
];
