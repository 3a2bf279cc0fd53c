//! Templates, as `macros::ui` writes them: read once, then copied. A copy costs one call into the
//! browser where building costs one for each element, attribute and text.

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::document;
use web_sys::{Element, Node};

const SVG: &str = "http://www.w3.org/2000/svg";
const HTML: &str = "http://www.w3.org/1999/xhtml";

/// What a template is made of. Fixed nodes are known by their number, in the order of the text.
pub(super) struct Plan {
    /// The holes, in order.
    pub holes: Vec<HolePlace>,
    /// What stands at the top.
    pub roots: Vec<RootPlace>,
    nodes: Vec<Fixed>,
}

/// Where a hole is.
pub(super) enum HolePlace {
    /// Content in an element, or at the top; before a fixed node, or at the end.
    Content {
        parent: Option<usize>,
        before: Option<usize>,
    },
    /// An attribute, class, property or event of an element.
    Named { element: usize, name: &'static str },
}

/// What stands at the top of a template.
pub(super) enum RootPlace {
    /// A fixed node.
    Node(usize),
    /// The hole of this number.
    Hole(usize),
}

/// A fixed node, and how its copy is found.
struct Fixed {
    way: Way,
    /// Whether a hole is in it or before it, or the way to one leads over it.
    needed: bool,
}

enum Way {
    /// It is a copy of this, with all that is in it.
    Copy(Node),
    /// The first in a node.
    FirstIn(usize),
    /// The one behind a node.
    Behind(usize),
}

/// The plans of templates, by address and length of their text.
type Plans = Vec<((usize, usize), Rc<Plan>)>;

thread_local! {
    static PLANS: RefCell<Plans> = const { RefCell::new(Vec::new()) };
}

/// The plan of a template; read the first time.
pub(super) fn plan(template: &'static str) -> Rc<Plan> {
    let key = (template.as_ptr() as usize, template.len());
    PLANS.with_borrow_mut(|plans| {
        let place = plans.partition_point(|(known, _)| *known < key);
        match plans.get(place) {
            Some((known, plan)) if *known == key => Rc::clone(plan),
            _ => {
                let plan = Rc::new(Plan::read(template));
                plans.insert(place, (key, Rc::clone(&plan)));
                plan
            }
        }
    })
}

impl Plan {
    /// Fresh copies of the fixed nodes that are needed.
    pub fn copies(&self) -> Vec<Option<Node>> {
        let mut copies: Vec<Option<Node>> = Vec::with_capacity(self.nodes.len());
        for Fixed { way, needed } in &self.nodes {
            let known = |number: usize| copies.get(number)?.as_ref();
            let copy = match way {
                Way::Copy(node) => node.clone_node_with_deep(true).ok(),
                _ if !needed => None,
                Way::FirstIn(number) => known(*number).and_then(Node::first_child),
                Way::Behind(number) => known(*number).and_then(Node::next_sibling),
            };
            copies.push(copy);
        }
        copies
    }

    /// A mark, then its text up to U+0000, and so on.
    fn read(template: &'static str) -> Self {
        let mut reader = Reader {
            plan: Self {
                holes: Vec::new(),
                roots: Vec::new(),
                nodes: Vec::new(),
            },
            open: Vec::new(),
        };
        let mut rest = template;
        while let Some(mark) = rest.chars().next() {
            rest = rest.get(1..).unwrap_or_default();
            match mark {
                '\u{1}' => reader.open(text(&mut rest)),
                '\u{2}' => {
                    let name = text(&mut rest);
                    let value = text(&mut rest);
                    if let Some(open) = reader.open.last() {
                        let _ = open.element.set_attribute(name, value);
                    }
                }
                '\u{3}' => {
                    let text = document().create_text_node(text(&mut rest));
                    reader.node(text.into());
                }
                '\u{4}' => reader.content(),
                '\u{5}' => drop(reader.open.pop()),
                _ => reader.named(text(&mut rest)),
            }
        }
        reader.plan.find_ways();
        reader.plan
    }

    fn find_ways(&mut self) {
        for hole in &self.holes {
            let ends = match hole {
                HolePlace::Content { parent, before } => [*parent, *before],
                HolePlace::Named { element, .. } => [Some(*element), None],
            };
            for number in ends.into_iter().flatten() {
                if let Some(fixed) = self.nodes.get_mut(number) {
                    fixed.needed = true;
                }
            }
        }
        // Ways lead over nodes with smaller numbers.
        for number in (0..self.nodes.len()).rev() {
            if let Some(Fixed {
                way: Way::FirstIn(over) | Way::Behind(over),
                needed: true,
            }) = self.nodes.get(number)
                && let over = *over
                && let Some(over) = self.nodes.get_mut(over)
            {
                over.needed = true;
            }
        }
    }
}

struct Reader {
    plan: Plan,
    open: Vec<Open>,
}

/// An element whose end is not read yet.
struct Open {
    number: usize,
    element: Element,
    svg: bool,
    /// The last fixed node in it.
    last: Option<usize>,
    /// The holes behind that.
    waiting: Vec<usize>,
}

impl Reader {
    fn open(&mut self, tag: &str) {
        let svg = tag == "svg" || self.open.last().is_some_and(|open| open.svg);
        let space = if svg { SVG } else { HTML };
        if let Ok(element) = document().create_element_ns(Some(space), tag) {
            let number = self.node(element.clone().into());
            self.open.push(Open {
                number,
                element,
                svg,
                last: None,
                waiting: Vec::new(),
            });
        }
    }

    /// A fixed node comes next; its number.
    fn node(&mut self, node: Node) -> usize {
        let number = self.plan.nodes.len();
        let way = match self.open.last_mut() {
            None => {
                self.plan.roots.push(RootPlace::Node(number));
                Way::Copy(node)
            }
            Some(open) => {
                let _ = open.element.append_child(&node);
                for hole in open.waiting.drain(..) {
                    if let Some(HolePlace::Content { before, .. }) = self.plan.holes.get_mut(hole) {
                        *before = Some(number);
                    }
                }
                match open.last.replace(number) {
                    None => Way::FirstIn(open.number),
                    Some(last) => Way::Behind(last),
                }
            }
        };
        self.plan.nodes.push(Fixed { way, needed: false });
        number
    }

    fn content(&mut self) {
        let hole = self.plan.holes.len();
        let parent = match self.open.last_mut() {
            None => {
                self.plan.roots.push(RootPlace::Hole(hole));
                None
            }
            Some(open) => {
                open.waiting.push(hole);
                Some(open.number)
            }
        };
        self.plan.holes.push(HolePlace::Content {
            parent,
            before: None,
        });
    }

    fn named(&mut self, name: &'static str) {
        let name = name.split_once(':').map_or(name, |(_, name)| name);
        let element = self.open.last().map_or(0, |open| open.number);
        self.plan.holes.push(HolePlace::Named { element, name });
    }
}

/// The text up to U+0000, taken off `rest`.
fn text(rest: &mut &'static str) -> &'static str {
    let (text, behind) = rest.split_once('\u{0}').unwrap_or((rest, ""));
    *rest = behind;
    text
}
