//! `ui!`: the syntax of Leptos's `view!`, compiled to a template and its holes.
//!
//! `view!` gives each piece of markup a type of its own and so a copy of the code that draws it.
//! Here what never changes is one string, read by one small interpreter
//! (`eventide::browser::markup`), and what changes is a list of holes in it. The app this was
//! measured on shrank by half, and no text is ever turned into HTML on the way.
//!
//! In markup: elements, `name="text"`, `name=value`, `name=move || value`, `on:event=handler`,
//! `prop:name=value`, `class:name=condition`, `node_ref=node`, `"text"` and `{content}`. Components
//! are functions: `{event_table(rows)}`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use rstml::{
    Infallible,
    node::{KeyedAttribute, Node, NodeAttribute, NodeBlock, NodeElement},
};
use syn::{Error, Expr, Ident, Lit, Result, Stmt, spanned::Spanned};

/// Markup, as an expression of type `Markup`.
#[proc_macro]
pub fn ui(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let parser = rstml::Parser::new(rstml::ParserConfig::default());
    let written = parser.parse_simple(tokens).and_then(|nodes| {
        let mut template = Template::default();
        nodes.iter().try_for_each(|node| template.node(node))?;
        Ok(template.written())
    });
    written.unwrap_or_else(Error::into_compile_error).into()
}

/// The marks of a template; `eventide::browser::markup::template` reads them.
mod mark {
    pub const OPEN: char = '\u{1}';
    pub const ATTRIBUTE: char = '\u{2}';
    pub const TEXT: char = '\u{3}';
    pub const CONTENT: char = '\u{4}';
    pub const NAMED: char = '\u{6}';
    pub const CLOSE: char = '\u{5}';
    pub const END: char = '\u{0}';
}

#[derive(Default)]
struct Template {
    text: String,
    /// What each is filled with, as a call of a method of `Markup`.
    holes: Vec<TokenStream>,
}

impl Template {
    fn written(self) -> TokenStream {
        let Self { text, holes } = self;
        if holes.is_empty() {
            return quote!(::eventide::browser::markup::Markup::fixed(#text));
        }
        let count = holes.len();
        // Seen only here, whatever the values are called that fill the holes.
        let markup = Ident::new("markup", Span::mixed_site());
        quote! {{
            let mut #markup = ::eventide::browser::markup::Markup::of(#text, #count);
            #(#markup.#holes;)*
            #markup
        }}
    }

    fn node(&mut self, node: &Node) -> Result<()> {
        match node {
            Node::Element(element) => self.element(element),
            Node::Text(text) => {
                self.put(mark::TEXT, &text.value_string());
                Ok(())
            }
            Node::Block(NodeBlock::ValidBlock(block)) => {
                let content = match block.stmts.as_slice() {
                    [Stmt::Expr(content, None)] => quote!(#content),
                    _ => quote!(#block),
                };
                self.text.push(mark::CONTENT);
                self.holes.push(quote!(content(#content)));
                Ok(())
            }
            Node::Fragment(fragment) => fragment
                .children
                .iter()
                .try_for_each(|node| self.node(node)),
            Node::Comment(_) => Ok(()),
            other => Err(Error::new(
                other.span(),
                "markup knows elements, \"text\" and {content}",
            )),
        }
    }

    fn element(&mut self, element: &NodeElement<Infallible>) -> Result<()> {
        let tag = element.name().to_string();
        if tag.starts_with(char::is_uppercase) {
            return Err(Error::new(
                element.name().span(),
                "components are functions here: write {name(…)} in the place of an element",
            ));
        }
        self.put(mark::OPEN, &tag);
        for attribute in element.attributes() {
            match &attribute {
                NodeAttribute::Attribute(attribute) => self.attribute(attribute)?,
                NodeAttribute::Block(block) => {
                    return Err(Error::new(block.span(), "write the attribute: name=value"));
                }
            }
        }
        element
            .children
            .iter()
            .try_for_each(|node| self.node(node))?;
        self.text.push(mark::CLOSE);
        Ok(())
    }

    fn attribute(&mut self, attribute: &KeyedAttribute) -> Result<()> {
        let name = attribute.key.to_string();
        let at = attribute.key.span();
        let Some(value) = attribute.value() else {
            self.fixed(&name, "");
            return Ok(());
        };
        let hole = match name.split_once(':') {
            Some(("on", event)) => {
                let event = match event {
                    // Leptos has no type for it.
                    "cancel" => quote!(Custom::<::web_sys::Event>::new("cancel")),
                    _ => Ident::new(event, at).into_token_stream(),
                };
                quote!(on(::leptos::ev::#event, #value))
            }
            Some(("class", _)) => quote!(class(#value)),
            Some(("prop", _)) => quote!(property(#value)),
            Some(_) => return Err(Error::new(at, "known are on:, class: and prop:")),
            None if name == "node_ref" => quote!(node(#value)),
            None => match literal(value) {
                Some(text) => {
                    self.fixed(&name, &text);
                    return Ok(());
                }
                None => quote!(attribute(#value)),
            },
        };
        // With its name as it is written, so that equal templates have equal holes.
        self.put(mark::NAMED, &name);
        self.holes.push(hole);
        Ok(())
    }

    fn fixed(&mut self, name: &str, value: &str) {
        self.put(mark::ATTRIBUTE, name);
        self.text.push_str(value);
        self.text.push(mark::END);
    }

    fn put(&mut self, mark: char, text: &str) {
        self.text.push(mark);
        self.text.push_str(text);
        self.text.push(mark::END);
    }
}

/// The text of a literal that may stand in a template.
fn literal(value: &Expr) -> Option<String> {
    let Expr::Lit(literal) = value else {
        return None;
    };
    match &literal.lit {
        Lit::Str(text) => Some(text.value()),
        Lit::Int(number) => Some(number.base10_digits().to_owned()),
        _ => None,
    }
}
