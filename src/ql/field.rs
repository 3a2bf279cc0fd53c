//! What of an event a query can look at, and what it cannot.

use crate::text::Untrusted;

/// Something of an event that authentik's query language can compare, by its dotted path:
/// `action`, `context.geo.country`.
///
/// ```
/// use eventide::ql::Field;
///
/// assert_eq!(Field::parse("context.geo.country").unwrap().path(), "context.geo.country");
/// assert!(Field::parse("expires").is_err());
/// assert!(Field::parse("context.user-agent").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field(String);

/// What a path begins with: all that authentik lets a query name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// What happened.
    Action,
    /// The part of authentik that wrote the event.
    App,
    /// The address of the caller.
    ClientIp,
    /// When it was written.
    Created,
    /// The event's id.
    EventUuid,
    /// Who did it: an object.
    User,
    /// All the rest: an object.
    Context,
    /// The brand that was in use: an object.
    Brand,
}

/// Why authentik's query language cannot match a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotMatchable {
    /// The value is a number.
    Number,
    /// The value is true or false.
    Truth,
    /// The value is null.
    Null,
    /// The value is an object or a list.
    Container,
    /// The value stands in a list.
    Item,
    /// A key on the way to it cannot be written in a query.
    Key(Untrusted),
    /// No query can name this part of an event.
    Unknown(Untrusted),
    /// The value holds the character NUL.
    Nul,
    /// The value is longer than a query may be.
    Long,
}

/// Keys at the end of a path that authentik's database layer takes for comparisons of its own when
/// `=` or `!=` follows.
const TAKEN: [&str; 21] = [
    "exact",
    "iexact",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "contains",
    "icontains",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "range",
    "isnull",
    "regex",
    "iregex",
    "has_key",
    "has_keys",
    "has_any_keys",
    "contained_by",
];

impl Root {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Action,
        Self::Created,
        Self::ClientIp,
        Self::App,
        Self::User,
        Self::Context,
        Self::Brand,
        Self::EventUuid,
    ];
    /// The name in a query.
    pub fn name(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::App => "app",
            Self::ClientIp => "client_ip",
            Self::Created => "created",
            Self::EventUuid => "event_uuid",
            Self::User => "user",
            Self::Context => "context",
            Self::Brand => "brand",
        }
    }
    /// The one with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|root| root.name() == name)
    }
    /// Whether it is an object, which takes any path behind it and cannot be compared itself.
    pub fn is_object(self) -> bool {
        matches!(self, Self::User | Self::Context | Self::Brand)
    }
}

impl Field {
    /// Reads a path as a query writes it.
    ///
    /// # Errors
    /// `Key` for what is no identifier, `Unknown` for what authentik lets no query name (`expires`,
    /// `action.x`), `Container` for `user`, `context` and `brand` alone.
    pub fn parse(path: &str) -> Result<Self, NotMatchable> {
        let mut keys = path.split('.');
        let root = keys.next().unwrap_or_default();
        let unknown = || NotMatchable::Unknown(Untrusted::new(path));
        let known = Root::named(root).ok_or_else(unknown)?;
        let mut deeper = false;
        for key in keys {
            deeper = true;
            if !is_identifier(key) {
                return Err(NotMatchable::Key(Untrusted::new(key)));
            }
        }
        match (known.is_object(), deeper) {
            (true, true) | (false, false) => Ok(Self(path.to_owned())),
            (true, false) => Err(NotMatchable::Container),
            (false, true) => Err(unknown()),
        }
    }
    /// The field of a value inside `user`, `context` or `brand`, by the keys that lead to it. This
    /// is what a path copied from an event must go through: a last key with the name of the object
    /// itself is written twice, because authentik drops it once.
    ///
    /// ```
    /// use eventide::ql::{Field, Root};
    ///
    /// let field = Field::inside(Root::Context, ["request", "context"]).unwrap();
    /// assert_eq!(field.path(), "context.request.context.context");
    /// ```
    ///
    /// # Errors
    /// `Key` for a key that no query can write, or that authentik would read as two;
    /// `Container` without any key; `Unknown` if `root` is no object.
    pub fn inside<'key>(
        root: Root,
        keys: impl IntoIterator<Item = &'key str>,
    ) -> Result<Self, NotMatchable> {
        if !root.is_object() {
            return Err(NotMatchable::Unknown(Untrusted::new(root.name())));
        }
        let mut path = root.name().to_owned();
        let mut last = "";
        for key in keys {
            // Django takes a path apart at the first double underscore it meets, so one at the end
            // of a key runs together with the two that follow.
            let is_split = key.contains("__") || key.ends_with('_');
            if !is_identifier(key) || is_split {
                return Err(NotMatchable::Key(Untrusted::new(key)));
            }
            path.push('.');
            path.push_str(key);
            last = key;
        }
        if last.is_empty() {
            return Err(NotMatchable::Container);
        }
        if last == root.name() {
            path.push('.');
            path.push_str(last);
        }
        Ok(Self(path))
    }
    /// The whole of an object as its JSON text, for `~`: `context.context`. `None` for what is no
    /// object.
    pub fn whole(root: Root) -> Option<Self> {
        let name = root.name();
        root.is_object().then(|| Self(format!("{name}.{name}")))
    }
    /// A field that is no object, by its root; the [whole](Self::whole) of one that is.
    pub fn of(root: Root) -> Self {
        Self::whole(root).unwrap_or_else(|| Self(root.name().to_owned()))
    }
    /// The path as a query writes it.
    pub fn path(&self) -> &str {
        &self.0
    }
    /// What it begins with.
    pub fn root(&self) -> Root {
        let name = self.0.split('.').next().unwrap_or_default();
        // Only paths that begin with a root are ever kept.
        Root::named(name).unwrap_or(Root::Context)
    }
    /// The last key as authentik's database layer sees it, if it takes that for a comparison of its
    /// own as soon as `=` or `!=` follows: `context.shift.range = "x"`. Lists (`in`) are free of it.
    pub fn taken(&self) -> Option<&'static str> {
        let root = self.root().name();
        let path = match self.0.strip_suffix(root) {
            Some(path) if path.ends_with('.') => path.trim_end_matches('.'),
            _ => &self.0,
        };
        let (_, keys) = path.split_once('.')?;
        let last = keys.rsplit('.').next().unwrap_or_default();
        let last = last.rsplit("__").next().unwrap_or_default();
        TAKEN.into_iter().find(|taken| *taken == last)
    }
}

impl NotMatchable {
    /// Why, for the person at the screen: a clause that goes on from "cannot be filtered: ".
    pub fn words(&self) -> String {
        let number = "authentik compares values inside an event as text only, and this is";
        match self {
            Self::Number => format!("{number} a number"),
            Self::Truth => format!("{number} true or false"),
            Self::Null => format!("{number} null"),
            Self::Container => {
                "authentik compares single values only: open it and choose one inside".to_owned()
            }
            Self::Item => "authentik cannot look at one item of a list: search for its text as \
                           words"
                .to_owned(),
            Self::Key(key) => format!(
                "authentik's queries cannot name the key “{}”: only letters, digits and single \
                 underscores can be written",
                key.clipped(40)
            ),
            Self::Unknown(path) => {
                format!("authentik has no search by “{}”", path.clipped(40))
            }
            Self::Nul => {
                "it holds the character NUL, which no event of authentik can hold".to_owned()
            }
            Self::Long => "it is longer than a search may be: search for a part of it".to_owned(),
        }
    }
}

/// Whether a query can write a name: Latin letters, digits, `_`, no digit first.
pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|letter: char| letter == '_' || letter.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|letter| letter == b'_' || letter.is_ascii_alphanumeric())
}
