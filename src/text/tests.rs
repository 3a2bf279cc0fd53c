use proptest::prelude::*;

use super::*;

fn visible(text: &str) -> String {
    Untrusted::new(text).visible()
}

/// Reads escapes back; the inverse of `visible`.
fn unescape(shown: &str) -> String {
    let mut out = String::new();
    let mut rest = shown;
    while let Some((before, after)) = rest.split_once("⟨U+") {
        let (code, behind) = after.split_once('⟩').expect("an escape is closed");
        out.push_str(before);
        out.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[test]
fn what_cannot_be_seen_stands_as_its_code_point() {
    let table: &[(&str, u32, u32)] = &[
        ("controls", 0x00, 0x1f),
        ("delete", 0x7f, 0x7f),
        ("C1 controls with NEL", 0x80, 0x9f),
        ("soft hyphen", 0xad, 0xad),
        ("combining grapheme joiner", 0x34f, 0x34f),
        ("Arabic letter mark", 0x61c, 0x61c),
        ("Hangul fillers", 0x115f, 0x1160),
        ("Khmer inherent vowels", 0x17b4, 0x17b5),
        ("Mongolian selectors and vowel separator", 0x180b, 0x180f),
        ("zero widths, joiners, LRM, RLM", 0x200b, 0x200f),
        (
            "line and paragraph separator, embeddings, overrides, narrow no-break space",
            0x2028,
            0x202f,
        ),
        ("word joiner and invisible operators", 0x2060, 0x2065),
        ("isolates and deprecated format characters", 0x2066, 0x206f),
        ("Braille blank", 0x2800, 0x2800),
        ("Hangul filler", 0x3164, 0x3164),
        ("private use", 0xe000, 0xf8ff),
        ("noncharacters", 0xfdd0, 0xfdef),
        ("variation selectors", 0xfe00, 0xfe0f),
        ("byte order mark", 0xfeff, 0xfeff),
        ("halfwidth Hangul filler", 0xffa0, 0xffa0),
        ("annotations", 0xfff9, 0xfffb),
        ("noncharacters at the end of a plane", 0xfffe, 0xffff),
        ("shorthand format controls", 0x1bca0, 0x1bca3),
        ("musical format controls", 0x1d173, 0x1d17a),
        ("more noncharacters", 0x1fffe, 0x1ffff),
        ("tags", 0xe0000, 0xe007f),
        ("more variation selectors", 0xe0100, 0xe01ef),
        ("private use, plane 15", 0xf0000, 0xf0100),
        ("private use, plane 16", 0x10_ff00, 0x10_ffff),
    ];
    for (class, first, last) in table {
        for code in *first..=*last {
            let Some(character) = char::from_u32(code) else {
                continue;
            };
            let text = Untrusted::new(format!("a{character}b"));
            assert_eq!(text.visible(), format!("a⟨U+{code:04X}⟩b"), "{class}");
            let kept = matches!(character, '\n' | '\t');
            assert_eq!(text.hides_something(), !kept, "{class}");
            let lines = if kept {
                text.original().to_owned()
            } else {
                text.visible()
            };
            assert_eq!(text.visible_lines(), lines, "{class}");
        }
    }
}

#[test]
fn attacks_lie_open() {
    let table = [
        ("akadmin\u{202e}nimda", "akadmin⟨U+202E⟩nimda"),
        ("x\u{2069}\u{202e}y", "x⟨U+2069⟩⟨U+202E⟩y"),
        ("ad\u{200b}min", "ad⟨U+200B⟩min"),
        ("ad\u{200d}min", "ad⟨U+200D⟩min"),
        ("admin\u{200c}", "admin⟨U+200C⟩"),
        ("\u{200d}admin", "⟨U+200D⟩admin"),
        ("a\r\nb", "a⟨U+000D⟩⟨U+000A⟩b"),
        ("a\u{2028}b", "a⟨U+2028⟩b"),
        ("\u{1b}[2J", "⟨U+001B⟩[2J"),
        (
            "\u{1b}]8;;http://evil\u{7}x",
            "⟨U+001B⟩]8;;http://evil⟨U+0007⟩x",
        ),
        ("a\u{8}b", "a⟨U+0008⟩b"),
        ("admin\u{fe0f}", "admin⟨U+FE0F⟩"),
        ("1\u{fe0f}2", "1⟨U+FE0F⟩2"),
        ("葛\u{e0100}", "葛⟨U+E0100⟩"),
        ("😀\u{e0101}\u{e0102}", "😀⟨U+E0101⟩⟨U+E0102⟩"),
        ("\u{1f3f4}\u{e0067}\u{e0062}", "🏴⟨U+E0067⟩⟨U+E0062⟩"),
        ("hi\u{e0041}\u{e0042}", "hi⟨U+E0041⟩⟨U+E0042⟩"),
        ("مر\u{200f}حبا", "مر⟨U+200F⟩حبا"),
        ("م\u{200d}\u{200d}ا", "م⟨U+200D⟩⟨U+200D⟩ا"),
        ("م\u{200d}क", "م⟨U+200D⟩क"),
        ("😀\u{200d}x", "😀⟨U+200D⟩x"),
        ("x\u{200d}😀", "x⟨U+200D⟩😀"),
        ("\u{301}x", "⟨U+0301⟩x"),
        ("\u{fffe}\u{fdd0}", "⟨U+FFFE⟩⟨U+FDD0⟩"),
        ("\u{f8ff}", "⟨U+F8FF⟩"),
        ("⟨U+202E⟩", "⟨U+27E8⟩U+202E⟩"),
        ("⟨x⟩", "⟨x⟩"),
        ("a\u{2800}b", "a⟨U+2800⟩b"),
        ("⠓\u{2800}⠊", "⠓\u{2800}⠊"),
    ];
    for (text, expected) in table {
        assert_eq!(visible(text), expected);
    }
}

#[test]
fn a_ninth_mark_on_one_letter_is_escaped() {
    let eight = format!("e{}", "\u{301}".repeat(8));
    assert_eq!(visible(&eight), eight);
    let shown = visible(&format!("{eight}\u{301}\u{301}x"));
    assert_eq!(shown, format!("{eight}⟨U+0301⟩⟨U+0301⟩x"));
    let long = visible(&format!("a{}", "\u{489}".repeat(200)));
    assert_eq!(long.matches('\u{489}').count(), 8);
}

#[test]
fn several_lines_keep_their_breaks() {
    let text = Untrusted::new("one\n\ttwo\r\nthree\rfour");
    assert_eq!(text.visible_lines(), "one\n\ttwo\nthree⟨U+000D⟩four");
    assert_eq!(
        text.visible(),
        "one⟨U+000A⟩⟨U+0009⟩two⟨U+000D⟩⟨U+000A⟩three⟨U+000D⟩four"
    );
    assert!(!Untrusted::new("one\n\ttwo").hides_something());
    assert_eq!(Untrusted::new("a\n\u{301}").visible_lines(), "a\n⟨U+0301⟩");
}

#[test]
fn emoji_stay_whole() {
    let emoji = [
        "😀",
        "❤️",
        "✈︎",
        "1️⃣",
        "#️⃣",
        "👍🏽",
        "👨‍👩‍👧‍👦",
        "👩🏽‍🚀",
        "❤️‍🔥",
        "🏳️‍🌈",
        "🏴‍☠️",
        "🧑🏻‍❤️‍💋‍🧑🏿",
        "🇩🇪",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "👁️‍🗨️",
        "🧔‍♂️",
        "🐻‍❄️",
        "↔️",
        "©️",
    ];
    for text in emoji {
        assert_eq!(visible(text), text);
        let clipped = Untrusted::new(format!("{text}{text}xyz")).clipped(2);
        assert!(clipped.starts_with(&format!("{text}{text}…")), "{clipped}");
    }
}

#[test]
fn a_long_text_is_cut_between_graphemes_with_its_size() {
    let check = |text: &str, limit: usize, expected: &str| {
        assert_eq!(Untrusted::new(text).clipped(limit), expected);
    };
    check("", 0, "");
    check("abc", 3, "abc");
    check("abcd", 3, "abc… (4 bytes)");
    check("ä", 0, "… (2 bytes)");
    check("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}e\u{301}… (9 bytes)");
    check("🇩🇪🇫🇷🇮🇹", 2, "🇩🇪🇫🇷… (24 bytes)");
    check("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 1, "👨‍👩‍👧‍👦… (50 bytes)");
    check("한국어", 2, "한국… (9 bytes)");
    check(
        "한\u{1100}\u{1161}\u{11a8}국",
        2,
        "한\u{1100}\u{1161}\u{11a8}… (15 bytes)",
    );
    check("क्षत्रिय", 2, "क्षत्रि… (24 bytes)");
    check("กำลังใจ", 3, "กำลั… (21 bytes)");
    check("a\u{202e}b", 3, "a… (5 bytes)");
    check("a\u{202e}b", 10, "a⟨U+202E⟩b");
    check(&"x".repeat(1_200_000), 3, "xxx… (1.2 MB)");
}

#[test]
fn the_beginning_of_a_long_text_is_one_of_whole_graphemes() {
    let check = |text: &str, limit: usize, expected: &str| {
        assert_eq!(Untrusted::new(text).brief(limit).visible(), expected);
    };
    check("", 0, "");
    check("abc", 3, "abc");
    check("ab cd", 3, "ab…");
    check("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 1, "👨‍👩‍👧‍👦…");
    check("علی‌رضا", 3, "علی…");
    check("e\u{301}e\u{301}", 1, "e\u{301}…");
    // What hides takes the room that it is shown in, and is not left out as a blank.
    check("ok\n\n\n\n", 20, "ok⟨U+000A⟩⟨U+000A⟩…");
    check("a\u{202e}b", 3, "a…");
    check(&"x".repeat(1_200_000), 3, "xxx… (1.2 MB)");
    check(&"x".repeat(999), 3, "xxx…");
}

#[test]
fn json_is_spelled_with_escapes_where_something_hides() {
    let spelled = |text: &str| Untrusted::new(text).spelled_as_json();
    assert_eq!(
        spelled("{\n\t\"a\": \"é😀\"\r\n}"),
        "{\n\t\"a\": \"é😀\"\n}"
    );
    assert_eq!(
        spelled("\"\u{202e}\u{e0041}\u{7f}\""),
        r#""\u202e\udb40\udc41\u007f""#
    );
    assert_eq!(spelled("\"⟨U+202E⟩\""), r#""\u27e8U+202E⟩""#);
}

#[test]
fn sizes_are_written_in_the_unit_that_fits() {
    let table = [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1234, "1.2 kB"),
        (1250, "1.3 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1 MB"),
        (1_200_000, "1.2 MB"),
        (16 * 1024 * 1024, "16.8 MB"),
        (2_000_000_000, "2 GB"),
    ];
    for (bytes, expected) in table {
        assert_eq!(size_name(bytes), expected);
    }
    assert!(size_name(usize::MAX).ends_with("GB"));
}

#[test]
fn a_sentence_is_one_line_of_words_and_escaped_data() {
    let sentence = Sentence(vec![
        Piece::Data(Untrusted::new("ak\u{202e}admin")),
        Piece::Words(" opened ".to_owned()),
        Piece::Strong(Untrusted::new("Grafana")),
    ]);
    assert_eq!(sentence.visible(), "ak⟨U+202E⟩admin opened Grafana");
}

#[test]
fn names_of_people_raise_no_alarm() {
    let mut languages = std::collections::BTreeSet::new();
    let mut names = 0;
    let mut skeletons = Vec::new();
    for line in NAMES.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (language, list) = line.split_once(": ").unwrap();
        languages.insert(language);
        for name in list.split(", ") {
            names += 1;
            let text = Untrusted::new(name);
            assert!(!text.hides_something(), "{language}: {}", text.visible());
            assert!(!text.mixes_scripts(), "{language}: {name}");
            skeletons.push((text.skeleton(), name));
            assert_eq!(text.visible(), name);
            assert_eq!(text.clipped(120), name);
        }
    }
    assert!(names >= 500, "only {names} names");
    assert!(languages.len() >= 40, "only {} languages", languages.len());
    // None looks like another one.
    skeletons.sort();
    skeletons.dedup();
    for pair in skeletons.windows(2) {
        assert_ne!(pair[0].0, pair[1].0, "{} and {}", pair[0].1, pair[1].1);
    }
}

#[test]
fn words_of_several_scripts_are_told_from_those_of_languages() {
    for (text, mixes) in [
        ("аdmin", true),
        ("admіn", true),
        ("rοοt", true),
        ("αdmin", true),
        ("аδ", true),
        ("админ", false),
        ("Ivan Иванов", false),
        ("иван@example.com", false),
        ("иван.petrov", true),
        ("東京タワーです", false),
        ("Tシャツ", false),
        ("abc漢字한글", false),
        ("カナ한글", true),
        ("ab한글", false),
        ("abcกขค", false),
        ("abcกขคकख", true),
        ("Ꭺdmin", true),
        ("ΩОS", true),
        ("naïve2", false),
        ("50µm", false),
        ("ａｄｍｉｎ", false),
        ("", false),
    ] {
        assert_eq!(Untrusted::new(text).mixes_scripts(), mixes, "{text}");
    }
}

#[test]
fn texts_that_look_alike_have_one_skeleton() {
    let same =
        |one: &str, other: &str| Untrusted::new(one).skeleton() == Untrusted::new(other).skeleton();
    for imitation in [
        "аkаdmіn",
        "ａｋａｄｍｉｎ",
        "𝐚𝐤𝐚𝐝𝐦𝐢𝐧",
        "𝓪𝓴𝓪𝓭𝓶𝓲𝓷",
        "𝚊𝚔𝚊𝚍𝚖𝚒𝚗",
        "akadrnin",
        "akadm\u{131}n",
        "ak\u{200b}admin",
        " akadmin",
        "akaԁmin",
    ] {
        assert!(same(imitation, "akadmin"), "{imitation}");
    }
    assert!(same("r00t", "rOOt") && same("PauI", "Paul") && same("\u{212a}ai", "Kai"));
    for other in ["Akadmin", "akadmins", "akädmin", "管理者", ""] {
        assert!(!same(other, "akadmin"), "{other}");
    }
}

proptest! {
    #[test]
    fn what_is_shown_stands_for_exactly_one_text(text in any::<String>(), codes in prop::collection::vec(0u32..0x11_0000, 0..20)) {
        let odd: String = codes.into_iter().filter_map(char::from_u32).collect();
        for text in [text, odd] {
            let shown = visible(&text);
            prop_assert_eq!(unescape(&shown), text.as_str());
            prop_assert!(!shown.chars().any(|character| character.is_control()));
            let seen = shown.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{2028}']);
            prop_assert!(!seen);
        }
    }

    #[test]
    fn what_is_hard_to_tell_apart_stands_for_exactly_one_text(text in "[⟨⟩U+0-9A-F\u{200d}\u{301}😀\u{fe0f}क\u{94d}م1\u{20e3}\u{1f3f4}\u{e0067}\u{e007f}\u{1f1e6}]{0,30}") {
        prop_assert_eq!(unescape(&visible(&text)), text);
    }

    #[test]
    fn a_cut_text_is_a_beginning_of_the_whole(text in any::<String>(), limit in 0usize..40) {
        let text = Untrusted::new(text);
        let clipped = text.clipped(limit);
        match clipped.rsplit_once("… (") {
            Some((start, _)) if clipped != text.visible() => prop_assert!(text.visible().starts_with(start)),
            _ => prop_assert_eq!(clipped, text.visible()),
        }
    }
}

/// A line a language, in the form `Language: name, name`.
const NAMES: &str = include_str!("../../tests/fixtures/names.list");
