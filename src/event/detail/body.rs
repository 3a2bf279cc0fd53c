//! How the body of an event is put together: what no action tells of itself is told as well.

use super::{AdminPath, Section, Tone};
use crate::{
    event::{
        Context, Event, ModelRef, actor,
        admin::dashed,
        change::Change,
        exception::{before_traceback, exceptions},
        facts::{Fact, Label, Value, numbered},
        summary::sentence,
    },
    json::{Kind, Node},
    safe_url::SafeUrl,
    text::{Piece, Sentence, Untrusted},
};

/// Whose words label the entries of a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// Ours, where there are some: authentik wrote the context and its keys are known.
    Ours,
    /// Those of the context: anybody may have written it.
    Theirs,
}

impl Keys {
    pub(super) fn label(self, key: &Untrusted) -> Label {
        let ours = NAMES
            .iter()
            .filter(|_| self == Self::Ours)
            .find(|(own, _)| *own == key.original());
        match ours {
            Some((_, words)) => Label::Ours(words),
            None if key.original() == "message" => Label::Ours("Message"),
            None => Label::Theirs(key.clone()),
        }
    }
}

/// Keys that authentik writes, as people call what stands there.
const NAMES: &[(&str, &str)] = &[
    ("actor", "Task"),
    ("application", "Application"),
    ("auth_method", "Method"),
    ("authorized_application", "Application"),
    ("binding", "Binding"),
    ("body", "Answer"),
    ("cause", "Cause"),
    ("changelog", "Changelog"),
    ("deprecation", "Deprecated"),
    ("device", "Device"),
    ("device_type", "Kind of device"),
    ("dn", "DN"),
    ("endpoint", "Endpoint"),
    ("endpoints", "Endpoint"),
    ("error", "Error"),
    ("exception", "Exception"),
    ("expected", "Expected"),
    ("export", "Export"),
    ("flow", "Flow"),
    ("from_email", "From"),
    ("hyperlink", "Page"),
    ("hyperlink_label", "Link text"),
    ("identifier", "Identifier"),
    ("invitation_uuid", "Invitation ID"),
    ("known_device", "Known device"),
    ("lifecycle_iteration", "Review ID"),
    ("logout_reason", "Reason"),
    ("mapping", "Mapping"),
    ("mime_type", "File type"),
    ("model", "Object"),
    ("new_version", "New version"),
    ("outpost", "Outpost"),
    ("policy_uuid", "Policy ID"),
    ("principal", "Principal"),
    ("provider", "Provider"),
    ("raw_profile", "Profile as received"),
    ("reason", "Reason"),
    ("redirect_uri", "Redirect URI"),
    ("rel_obj", "Belongs to"),
    ("replacement", "Use instead"),
    ("scopes", "Scopes"),
    ("secret", "Secret"),
    ("source", "Source"),
    ("source_binding", "Binding"),
    ("stage", "Stage"),
    ("status_code", "Status"),
    ("subject", "Subject"),
    ("target", "Target"),
    ("template", "Template"),
    ("to_email", "To"),
    ("token", "Token"),
    ("type", "Type"),
    ("usage", "Used for"),
    ("user", "User"),
];

/// Something that we say.
pub(super) fn remark(title: &'static str, tone: Tone, words: &str) -> Section {
    let text = Sentence(vec![Piece::Words(words.to_owned())]);
    Section::Note { title, tone, text }
}

/// No event of authentik's has more; what has them is told in part, so that any page can be drawn.
const REPORTS: usize = 40;
const FRAMES: usize = 200;
const FIELDS: usize = 300;

/// More rows than this belong into the tree of the context.
const ROWS: usize = 24;

/// Objects and lists that take more room than this belong there too.
const LONGEST_INLINE: usize = 300;

/// The facts panel tells these, when they are objects.
const TOLD_AS_FACTS: [&str; 3] = ["http_request", "geo", "asn"];

/// The sections of a page as they grow.
#[derive(Debug)]
pub(super) struct Body<'a> {
    pub(super) context: &'a Context,
    /// The head of the page, which is not repeated below it.
    sentence: Sentence,
    keys: Keys,
    /// Keys of the context that some section tells already.
    pub(super) told: Vec<&'static str>,
    pub(super) sections: Vec<Section>,
    /// Rows that stand before the remaining ones.
    pub(super) first: Vec<Fact>,
    /// Objects that stand before the remaining ones.
    pub(super) objects: Vec<(Label, ModelRef)>,
}

impl<'a> Body<'a> {
    pub(super) fn new(event: &'a Event, keys: Keys) -> Self {
        Self {
            context: &event.context,
            sentence: sentence(event),
            keys,
            told: Vec::new(),
            sections: Vec::new(),
            first: Vec::new(),
            objects: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, title: &'static str, tone: Tone, words: &str) {
        self.sections.push(remark(title, tone, words));
    }

    pub(super) fn fields(&mut self, title: &'static str, rows: Vec<Fact>) {
        if !rows.is_empty() {
            self.sections.push(Section::Fields { title, rows });
        }
    }

    /// The row of one key, which is told with it.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Fact> {
        let node = self.context.at(&[key])?;
        self.told.push(key);
        Some(row(self.keys.label(&Untrusted::new(key)), key, node))
    }

    /// The object that was created, changed or deleted, first of all. One that is gone has no page.
    pub(super) fn model(&mut self, gone: bool) {
        if let Some(model) = self.context.model(&["model"]) {
            self.told.push("model");
            self.sections.push(Section::Object {
                title: Label::Ours("Object"),
                admin: AdminPath::of(&model).filter(|_| !gone),
                model,
            });
        }
    }

    /// Leaves out a message that says no more than the page does without it.
    pub(super) fn without_message(&mut self, known: &str) {
        let message = self.context.string(&["message"]);
        if message.is_some_and(|message| message.original() == known) {
            self.told.push("message");
        }
    }

    /// A part of the context that is an object, with its entries in a list of their own.
    pub(super) fn nested(
        &mut self,
        title: &'static str,
        node: Node<'_>,
        told: &[&str],
        keys: Keys,
    ) {
        let (rows, objects) = described(node, told, keys);
        self.fields(title, rows);
        self.objects.extend(objects);
    }

    /// Exceptions, and what stands in the message beside them.
    pub(super) fn exceptions(&mut self) {
        let mut reports = exceptions(self.context);
        let all = reports.len();
        reports.truncate(REPORTS);
        for report in &mut reports {
            // What raised it stands last.
            let before = report.frames.len().saturating_sub(FRAMES);
            report.frames.drain(..before);
        }
        let Some(report) = reports.first() else {
            return;
        };
        if let Some(message) = self.context.string(&["message"]) {
            let before = before_traceback(&message);
            if before.is_some() || message == report.message {
                self.told.push("message");
            }
            let before = before.filter(|before| !before.is_empty());
            self.first
                .extend(before.map(|before| Fact::ours("Message", Value::Text(before))));
        }
        self.told.push("exception");
        self.sections.push(Section::Exceptions(reports));
        self.left_out("More exceptions", all.saturating_sub(REPORTS));
    }

    /// What changed, field by field.
    pub(super) fn changed(&mut self, mut fields: Vec<Change>) {
        let all = fields.len();
        fields.truncate(FIELDS);
        self.sections.push(Section::Changes(fields));
        self.left_out("More changes", all.saturating_sub(FIELDS));
    }

    /// Says how much of something only the context has.
    fn left_out(&mut self, title: &'static str, count: usize) {
        if count > 0 {
            let words = format!("{} more in the context below.", numbered(count));
            self.note(title, Tone::Info, &words);
        }
    }

    /// Whether the head of the page says the whole of a text.
    fn in_head(&self, text: &Untrusted) -> bool {
        let text = text.original().trim_end_matches('.');
        self.sentence.0.iter().any(|piece| match piece {
            Piece::Words(_) => false,
            Piece::Data(data) | Piece::Strong(data) => data.original() == text,
        })
    }

    /// All sections, with what no section told yet behind them: simple values in a list under
    /// `title`, then the objects.
    pub(super) fn rest(mut self, title: &'static str) -> Vec<Section> {
        let root = self.context.tree().root();
        let message = self.context.string(&["message"]);
        if message
            .as_ref()
            .is_some_and(|message| self.in_head(message))
        {
            self.told.push("message");
        }
        // A message of several lines is read better as it was written.
        let message = message.filter(|message| message.original().contains('\n'));
        if let Some(text) = message.filter(|_| !self.told.contains(&"message")) {
            self.told.push("message");
            self.sections.push(Section::Code {
                title: "Message",
                text,
                failing_line: None,
            });
        }
        let (rows, objects) = described(root, &self.told, self.keys);
        self.first.extend(rows);
        let rows = std::mem::take(&mut self.first);
        self.fields(title, rows);
        self.objects.extend(objects);
        let objects = self.objects.into_iter().take(ROWS);
        self.sections
            .extend(objects.map(|(title, model)| Section::Object {
                title,
                admin: AdminPath::of(&model),
                model,
            }));
        self.sections
    }
}

/// The entries of an object: those that fit into a row, and those that refer to an object. The
/// message comes first.
pub(super) fn described(
    node: Node<'_>,
    told: &[&str],
    keys: Keys,
) -> (Vec<Fact>, Vec<(Label, ModelRef)>) {
    let (mut rows, mut objects) = (Vec::new(), Vec::new());
    let (mut left_out, mut functions) = (0_usize, 0_usize);
    let is_message = |child: &Node<'_>| child.key().is_some_and(|key| key.original() == "message");
    let first = node.children().filter(is_message);
    for child in first.chain(node.children().filter(|child| !is_message(child))) {
        let Some(key) = child.key() else { continue };
        let as_fact = TOLD_AS_FACTS.contains(&key.original()) && child.kind() == Kind::Object;
        if as_fact || told.contains(&key.original()) {
            continue;
        }
        if let Some(model) = ModelRef::read(child) {
            objects.push((keys.label(&key), model));
        } else if let Some(models) = models(child) {
            objects.extend(models.into_iter().map(|model| (keys.label(&key), model)));
        } else if is_function(child) {
            functions += 1;
        } else if !fits(child) {
            continue;
        } else if rows.len() < ROWS {
            rows.push(row(keys.label(&key), key.original(), child));
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        rows.push(Fact::ours(
            "More",
            Value::Words(format!("{} more in the context below", numbered(left_out))),
        ));
    }
    if functions > 0 {
        rows.push(Fact::ours(
            "Functions",
            Value::Words(format!(
                "{} of the expression’s surroundings, in the context below",
                numbered(functions)
            )),
        ));
    }
    (rows, objects)
}

/// The objects of a list that holds nothing else.
pub(super) fn models(list: Node<'_>) -> Option<Vec<ModelRef>> {
    if list.kind() != Kind::Array || list.is_empty() || list.len() > ROWS {
        return None;
    }
    list.children().map(ModelRef::read).collect()
}

/// What authentik writes for a function that an expression could have called.
fn is_function(node: Node<'_>) -> bool {
    let kind = node.get("type").and_then(Node::string);
    kind.is_some_and(|kind| kind == "callable") && node.get("module").is_some()
}

fn row(label: Label, key: &str, node: Node<'_>) -> Fact {
    let ours = matches!(label, Label::Ours(_));
    let mut fact = Fact::of(label, node);
    match (key, node.untrusted()) {
        // Only what authentik itself means as a link is one.
        ("hyperlink" | "changelog", Some(address)) => {
            let path = AdminPath::read(&address);
            fact.value = vec![match (SafeUrl::parse(&address), path) {
                (Some(url), _) => Value::Link(address, url),
                (None, Some(path)) => Value::Admin(Untrusted::new("Open in authentik"), path),
                (None, None) => Value::Path(address),
            }];
        }
        ("flow" | "invitation_uuid" | "policy_uuid" | "lifecycle_iteration", Some(id)) if ours => {
            if let Some(id) = dashed(&id) {
                fact = Fact {
                    value: vec![Value::Code(id.clone())],
                    ..fact.copied(&id)
                };
            }
        }
        _ => {}
    }
    match actor::account(node) {
        Some((name, page)) => Fact {
            value: vec![Value::Text(name.clone())],
            notes: page.into_iter().collect(),
            ..fact.copied(&name)
        },
        None => fact,
    }
}

/// Whether a value can stand in a row.
fn fits(node: Node<'_>) -> bool {
    !node.is_container() || node.text().len() <= LONGEST_INLINE
}
