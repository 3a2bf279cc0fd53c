//! The text of a mail that was sent as HTML, and the links in it.
//!
//! This is for reading, not for safety: what comes out is data like any other. It is no reader of
//! HTML either. It leaves out what no reader sees, breaks lines where mail programs do, and never
//! hides a link behind its words.

use crate::{safe_url::SafeUrl, text::Untrusted};

/// A mail as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// What a person would read.
    pub text: Untrusted,
    /// Where it leads, in order.
    pub links: Vec<MailLink>,
    /// How many links more there are.
    pub more_links: usize,
    /// The body as it was sent, where it is HTML.
    pub html: Option<Untrusted>,
}

/// A link of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLink {
    /// Its words.
    pub words: Untrusted,
    /// Its address.
    pub address: Untrusted,
    /// The host, where the address is one of the web that reads the same everywhere.
    pub host: Option<Untrusted>,
}

/// Longer mails are cut.
const LONGEST: usize = 200_000;
const MOST_LINKS: usize = 50;

impl Mail {
    /// Reads the body of a mail. Total, and linear in its length.
    pub fn read(body: &Untrusted) -> Self {
        let mut reading = Reading::default();
        let is_html = looks_like_html(body.original());
        if is_html {
            reading.html(body.original());
        } else {
            reading.out = body.original().chars().take(LONGEST).collect();
        }
        Self {
            text: Untrusted::new(reading.out.trim()),
            links: reading.links,
            more_links: reading.more_links,
            html: is_html.then(|| body.clone()),
        }
    }
}

/// Whether a text has a tag in it.
fn looks_like_html(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
        next.is_some_and(opens_a_tag)
    }) && text.contains('>')
}

fn opens_a_tag(letter: char) -> bool {
    letter.is_ascii_alphabetic() || matches!(letter, '/' | '!' | '?')
}

/// Elements whose content nobody reads.
const UNREAD: [&str; 5] = ["head", "style", "script", "title", "template"];

/// Elements that stand in lines of their own; the others flow.
const BLOCKS: [&str; 28] = [
    "address",
    "article",
    "blockquote",
    "body",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

#[derive(Default)]
struct Reading {
    out: String,
    /// A blank stood here; it is written before the next letter, unless a line begins there.
    blank: bool,
    links: Vec<MailLink>,
    more_links: usize,
    /// The link that is open: its address, and where its words begin in `out`.
    open: Option<(Untrusted, usize)>,
}

impl Reading {
    fn html(&mut self, html: &str) {
        // Behind the last `>` nothing is a tag.
        let last = html.rfind('>').unwrap_or_default();
        let mut rest = html;
        loop {
            let here = html.len().saturating_sub(rest.len());
            let tag = rest.find('<').filter(|at| here.saturating_add(*at) < last);
            let Some((text, behind)) = tag.and_then(|at| rest.split_at_checked(at)) else {
                self.text(rest);
                self.close();
                return;
            };
            self.text(text);
            rest = match tag_of(behind) {
                Some((tag, behind)) => self.tag(tag, behind),
                None => {
                    self.text("<");
                    behind.get(1..).unwrap_or_default()
                }
            };
        }
    }

    /// A tag without its brackets; gives what stands behind it and behind what nobody reads.
    fn tag<'a>(&mut self, tag: &'a str, behind: &'a str) -> &'a str {
        if tag.starts_with("!--") {
            // The comment may have ended inside what was taken for the tag.
            return if tag.ends_with("--") && tag.len() >= "!----".len() {
                behind
            } else {
                behind.split_once("-->").map_or("", |(_, rest)| rest)
            };
        }
        let (closes, tag) = match tag.strip_prefix('/') {
            Some(tag) => (true, tag),
            None => (false, tag),
        };
        let end = tag.find(|letter: char| !letter.is_ascii_alphanumeric());
        let (name, attributes) = tag
            .split_at_checked(end.unwrap_or(tag.len()))
            .unwrap_or((tag, ""));
        let name = name.to_ascii_lowercase();
        let name = name.as_str();
        if !closes && UNREAD.contains(&name) {
            return behind_closing(behind, name);
        }
        if BLOCKS.contains(&name) {
            self.line();
        }
        match (name, closes) {
            ("a", _) => {
                self.close();
                let address = attribute(attributes, "href").filter(|_| !closes);
                self.open = address.map(|address| (Untrusted::new(address), self.out.len()));
            }
            ("td" | "th", false) => self.blank = true,
            ("p" | "h1" | "h2" | "h3" | "table", _) => self.paragraph(),
            ("li", false) => self.text("• "),
            ("hr", false) => {
                self.text("———");
                self.line();
            }
            ("img", false) => {
                if let Some(alt) = attribute(attributes, "alt").filter(|alt| !alt.trim().is_empty())
                {
                    self.text("[");
                    self.plain(&alt);
                    self.text("]");
                }
            }
            _ => {}
        }
        behind
    }

    /// Text between tags: its blanks run together, its entities are read.
    fn text(&mut self, text: &str) {
        if text.contains('&') {
            self.plain(&decoded(text));
        } else {
            self.plain(text);
        }
    }

    fn plain(&mut self, text: &str) {
        for letter in text.chars() {
            if self.out.len() >= LONGEST {
                return;
            }
            if letter.is_ascii_whitespace() {
                self.blank = true;
                continue;
            }
            let begins = self.out.is_empty() || self.out.ends_with('\n');
            if self.blank && !begins {
                self.out.push(' ');
            }
            self.blank = false;
            self.out.push(letter);
        }
    }

    fn line(&mut self) {
        self.blank = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn paragraph(&mut self) {
        self.line();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Ends the link that is open.
    fn close(&mut self) {
        let Some((address, from)) = self.open.take() else {
            return;
        };
        if self.links.len() >= MOST_LINKS {
            self.more_links = self.more_links.saturating_add(1);
            return;
        }
        let words = self.out.get(from..).unwrap_or_default();
        let words: Vec<&str> = words.split_ascii_whitespace().collect();
        let host = SafeUrl::parse(&address).map(|url| Untrusted::new(url.host()));
        self.links.push(MailLink {
            words: Untrusted::new(words.join(" ")),
            address,
            host,
        });
    }
}

/// What stands between `<` and the next `>`, and what stands behind it.
fn tag_of(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('<')?;
    if !inside.chars().next().is_some_and(opens_a_tag) {
        return None;
    }
    inside.split_once('>')
}

/// What stands behind `</name>`; nothing when there is none.
fn behind_closing<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once("</") {
        let own = behind
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name));
        if own {
            return behind.split_once('>').map_or("", |(_, rest)| rest);
        }
        rest = behind;
    }
    ""
}

/// The value of an attribute, its entities read.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        rest =
            rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(|letter: char| letter.is_ascii_whitespace() || letter == '=');
        let (own, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        let behind = behind.trim_ascii_start();
        let Some(value) = behind.strip_prefix('=') else {
            rest = behind;
            continue;
        };
        let value = value.trim_ascii_start();
        let quote = value
            .chars()
            .next()
            .filter(|letter| matches!(letter, '"' | '\''));
        let (value, behind) = match quote {
            Some(quote) => {
                let inside = value.get(1..)?;
                inside.split_once(quote).unwrap_or((inside, ""))
            }
            None => {
                let end = value.find(|letter: char| letter.is_ascii_whitespace());
                value.split_at_checked(end.unwrap_or(value.len()))?
            }
        };
        if own.eq_ignore_ascii_case(name) {
            return Some(decoded(value));
        }
        rest = behind;
    }
}

/// Names that mails use; the others stay as they are written.
const ENTITIES: [(&str, &str); 18] = [
    ("amp", "&"),
    ("apos", "'"),
    ("bull", "•"),
    ("copy", "©"),
    ("gt", ">"),
    ("hellip", "…"),
    ("laquo", "«"),
    ("ldquo", "“"),
    ("lsquo", "‘"),
    ("lt", "<"),
    ("mdash", "—"),
    ("middot", "·"),
    ("nbsp", "\u{a0}"),
    ("ndash", "–"),
    ("quot", "\""),
    ("raquo", "»"),
    ("rdquo", "”"),
    ("rsquo", "’"),
];

/// No entity is longer.
const LONGEST_ENTITY: usize = 10;

fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let end = behind
            .bytes()
            .take(LONGEST_ENTITY)
            .position(|byte| byte == b';');
        let entity = end.and_then(|end| behind.get(..end));
        match entity.and_then(|entity| Some((entity, letter(entity)?))) {
            Some((entity, letter)) => {
                out.push_str(&letter);
                rest = behind.get(entity.len() + 1..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

fn letter(entity: &str) -> Option<String> {
    if let Some(number) = entity.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(number).map(String::from);
    }
    let found = ENTITIES.iter().find(|(name, _)| *name == entity);
    found.map(|(_, letter)| (*letter).to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    fn read(body: &str) -> Mail {
        Mail::read(&Untrusted::new(body))
    }

    fn seen(body: &str) -> String {
        let mail = read(body);
        let links = mail.links.iter().map(|link| {
            let host = link.host.as_ref().map_or("?", Untrusted::original);
            format!(
                "|{}={} at {host}",
                link.words.original(),
                link.address.original()
            )
        });
        format!("{}{}", mail.text.original(), links.collect::<String>())
    }

    #[test]
    fn a_mail_reads_as_a_person_would_read_it() {
        let check = |body: &str, expected: &str| assert_eq!(seen(body), expected, "{body}");
        check("plain\n text & more", "plain\n text & more");
        check("1 < 2 and 3 > 2", "1 < 2 and 3 > 2");
        check("<p>Hi  grace,</p><p>a<br>b</p>", "Hi grace,\n\na\nb");
        check(
            "<html><head><title>t</title><style>p{}</style></head><body>x<script>y</script> z</body>",
            "x z",
        );
        check("a<!-- hidden > still -->b<!---->c", "abc");
        check("<ul><li>one<li>two</ul>", "• one\n• two");
        check("<table><tr><td>a<td>b</tr><tr><td>c</table>", "a b\nc");
        check(
            "<img src='cid:logo' alt=\"authentik logo\"><hr>x",
            "[authentik logo]\n———\nx",
        );
        check(
            "&lt;b&gt; &amp;amp; &#65;&#x42; &nope; &",
            "&lt;b&gt; &amp;amp; &#65;&#x42; &nope; &",
        );
        check(
            "<i>&lt;b&gt; &amp;amp; &#65;&#x42; &#xD800; &nope; &",
            "<b> &amp; AB &#xD800; &nope; &",
        );
        check(
            "<A class=x HREF = 'https://id.example/?a=1&amp;b=2'>Reset\n <b>password</b></A>.",
            "Reset password.|Reset password=https://id.example/?a=1&b=2 at id.example",
        );
        check(
            "<a href=\"https://bank.example@evil.example/\">https://bank.example</a>",
            "https://bank.example|https://bank.example=https://bank.example@evil.example/ at ?",
        );
        check(
            "<a href=javascript:alert(1)>x</a>",
            "x|x=javascript:alert(1) at ?",
        );
        check("<a name=here>x</a><a href=''>y", "xy|y= at ?");
        check("x<style>never closed", "x");
        check("x<!-- never closed", "x<!-- never closed");
        check("x<b", "x<b");
        check("", "");
        check("<>", "<>");
    }

    #[test]
    fn links_beyond_the_list_are_counted() {
        let mail = read(&"<a href=x>y</a>".repeat(60));
        assert_eq!((mail.links.len(), mail.more_links), (50, 10));
    }

    #[test]
    fn a_mail_of_any_size_is_read_in_time() {
        for part in [
            "<",
            "<a",
            "<a href='",
            "<!--",
            "</",
            "<style>",
            "<style></",
            "&",
            "&#",
            "<p>",
            "x ",
            "<a href=x>",
            "</a>",
            "<img alt=\"",
            "<b>=",
            "'\">",
        ] {
            for end in ["", ">", "-->"] {
                let body = part.repeat(1_000_000 / part.len()) + end;
                let start = Instant::now();
                let mail = read(&body);
                assert!(mail.text.original().len() <= LONGEST + 10, "{part}");
                assert!(
                    start.elapsed() < Duration::from_secs(10),
                    "{part}{end} took {:?}",
                    start.elapsed()
                );
            }
        }
    }

    proptest! {
        #[test]
        fn any_mail_is_read(body in "\\PC{0,80}", parts in "(<|>|</|a|href=|\"|'|&|;|#|x|!--|-->|style| |é){0,40}") {
            for body in [body, parts] {
                let mail = read(&body);
                prop_assert!(mail.links.len() <= MOST_LINKS);
                prop_assert_eq!(mail.html.map_or(body.clone(), |html| html.original().to_owned()), body);
            }
        }
    }
}
