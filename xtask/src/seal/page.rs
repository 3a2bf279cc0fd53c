//! [`Page`]: index.html as text with a few tags in it that can be changed.
//!
//! Everything that is not one of those tags keeps its bytes.

use std::fmt;

/// The tags that name files.
const READ_TAGS: [&str; 3] = ["link", "script", "meta"];

/// A page, in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The pieces in order; written one after the other they are the page.
    pub pieces: Vec<Piece>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Anything else, comments included.
    Text(String),
    /// A start tag that may name a file.
    Tag(Tag),
}

/// A start tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tag {
    /// Its name in lower case.
    pub name: String,
    /// Its attributes in order; one without a value has an empty one.
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    /// A tag of this name and these attributes.
    pub fn new(name: &str, attributes: &[(&str, &str)]) -> Self {
        Self {
            name: name.to_owned(),
            attributes: attributes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }
    }

    /// The value of an attribute, if it is there.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute, in its place if it is there.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        match self.attributes.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = value.into(),
            None => self.attributes.push((name.to_owned(), value.into())),
        }
    }

    /// Whether this is a `<link>` of that relation.
    pub fn is_link(&self, relation: &str) -> bool {
        self.name == "link"
            && self
                .attribute("rel")
                .is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word == relation))
    }

    /// The attribute in which such a tag names a file.
    pub fn address_attribute(&self) -> Option<&'static str> {
        match self.name.as_str() {
            "script" => Some("src"),
            "link" => Some("href"),
            _ => None,
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<{}", self.name)?;
        for (name, value) in &self.attributes {
            match value.as_str() {
                "" => write!(formatter, " {name}")?,
                value => {
                    let value = value.replace('&', "&amp;").replace('"', "&quot;");
                    write!(formatter, " {name}=\"{value}\"")?;
                }
            }
        }
        write!(formatter, ">")
    }
}

impl fmt::Display for Page {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => formatter.write_str(text)?,
                Piece::Tag(tag) => write!(formatter, "{tag}")?,
            }
        }
        Ok(())
    }
}

impl Page {
    /// Takes a page apart. Any text is a page.
    pub fn read(html: &str) -> Self {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut rest = html;
        while let Some((before, tag)) = rest.split_once('<') {
            text.push_str(before);
            if let Some(comment) = tag.strip_prefix("!--") {
                let (inside, after) = comment.split_once("-->").unwrap_or((comment, ""));
                text.push_str("<!--");
                text.push_str(inside);
                text.push_str("-->");
                rest = after;
            } else if let Some((tag, after)) = read_tag(tag) {
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                pieces.push(Piece::Tag(tag));
                rest = after;
            } else {
                text.push('<');
                rest = tag;
            }
        }
        text.push_str(rest);
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Self { pieces }
    }

    /// The tags in order.
    pub fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Tag(tag) => Some(tag),
            Piece::Text(_) => None,
        })
    }

    /// The same page with each tag replaced by what `change` gives for it: nothing, one or several.
    ///
    /// # Errors
    /// The first that `change` gives.
    pub fn map_tags<E>(
        self,
        mut change: impl FnMut(Tag) -> Result<Vec<Tag>, E>,
    ) -> Result<Self, E> {
        let mut pieces = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces {
            match piece {
                Piece::Tag(tag) => pieces.extend(change(tag)?.into_iter().map(Piece::Tag)),
                text @ Piece::Text(_) => pieces.push(text),
            }
        }
        Ok(Self { pieces })
    }
}

/// Reads what follows a `<`, if it is one of [`READ_TAGS`]; gives the tag and what comes after it.
fn read_tag(text: &str) -> Option<(Tag, &str)> {
    let name_length = text.find(|letter: char| !letter.is_ascii_alphanumeric())?;
    let (name, mut rest) = text.split_at_checked(name_length)?;
    let name = name.to_ascii_lowercase();
    if !READ_TAGS.contains(&name.as_str()) {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        rest =
            rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some((Tag { name, attributes }, after));
        }
        let (attribute, after) = read_attribute(rest)?;
        attributes.push(attribute);
        rest = after;
    }
}

fn read_attribute(text: &str) -> Option<((String, String), &str)> {
    let ends_name =
        |letter: char| letter.is_ascii_whitespace() || matches!(letter, '=' | '>' | '/');
    let (name, rest) = text.split_at_checked(text.find(ends_name)?)?;
    let name = name.to_ascii_lowercase();
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        return (!name.is_empty()).then(|| ((name, String::new()), rest));
    };
    let value = value.trim_start();
    let (value, after) = if let Some(quoted) = value.strip_prefix('"') {
        quoted.split_once('"')?
    } else if let Some(quoted) = value.strip_prefix('\'') {
        quoted.split_once('\'')?
    } else {
        value.split_at_checked(
            value.find(|letter: char| letter.is_ascii_whitespace() || letter == '>')?,
        )?
    };
    let value = value.replace("&quot;", "\"").replace("&amp;", "&");
    Some(((name, value), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(html: &str) -> Vec<Tag> {
        Page::read(html).tags().cloned().collect()
    }

    #[test]
    fn tags_are_read_however_they_are_quoted() {
        let expected = [Tag::new(
            "link",
            &[("rel", "stylesheet"), ("href", "/a.css")],
        )];
        for html in [
            r#"<link rel="stylesheet" href="/a.css">"#,
            r#"<link rel="stylesheet" href="/a.css"/>"#,
            "<link rel='stylesheet' href='/a.css' />",
            "<LINK REL=stylesheet HREF=/a.css>",
            "<link\n  rel = stylesheet\n  href = \"/a.css\"\n>",
        ] {
            assert_eq!(tags(html), expected, "{html}");
        }
    }

    #[test]
    fn an_attribute_may_have_no_value() {
        assert_eq!(
            tags("<script async src=/boot.js></script>"),
            [Tag::new("script", &[("async", ""), ("src", "/boot.js")])]
        );
        assert_eq!(
            tags("<script defer></script>"),
            [Tag::new("script", &[("defer", "")])]
        );
    }

    #[test]
    fn comments_and_other_elements_stay_as_they_are() {
        let html = "<!doctype html><html lang=en><!-- <link rel=stylesheet href=/no.css> --><svg class=\"sprite\"><symbol id=\"i-x\"><path d=\"M1 2\"/></symbol></svg>1 < 2 &amp; 3<p>";
        let page = Page::read(html);
        assert_eq!(page.tags().count(), 0);
        assert_eq!(page.to_string(), html);
    }

    #[test]
    fn a_page_is_written_as_it_was_read() {
        let html = r#"<html><head><meta charset="utf-8"><link rel="icon" href="/icon.svg"></head><body><noscript>x</noscript></body></html>"#;
        assert_eq!(Page::read(html).to_string(), html);
    }

    #[test]
    fn a_quote_in_a_value_is_written_safely() {
        let mut tag = Tag::new("meta", &[("name", "x")]);
        tag.set("content", "a \"b\"");
        assert_eq!(
            tag.to_string(),
            r#"<meta name="x" content="a &quot;b&quot;">"#
        );
        assert_eq!(tags(&tag.to_string()), [tag]);
    }

    #[test]
    fn a_tag_can_become_none_or_several() {
        let page = Page::read("<p>a<link id=1>b<link id=2>c");
        let changed = page.map_tags(|tag| match tag.attribute("id") {
            Some("1") => Ok(Vec::new()),
            Some("2") => Ok(vec![tag, Tag::new("meta", &[("name", "n")])]),
            _ => Err(tag),
        });
        assert_eq!(
            changed.unwrap().to_string(),
            "<p>ab<link id=\"2\"><meta name=\"n\">c"
        );
    }
}
