//! What can happen: the one table of actions.

use crate::text::Untrusted;

/// Which part of authentik an action belongs to; decides the tile's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Signing in and out.
    Auth,
    /// Access to secrets, applications and other accounts.
    Access,
    /// Changed objects.
    Change,
    /// Flows, policies, reviews.
    Policy,
    /// The server itself.
    System,
    /// Something broke.
    Error,
    /// Written by an administrator's own code, or by a newer server.
    Custom,
}

/// How much an action wants to be seen; decides the row's edge and the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Expected every day.
    Routine,
    /// Something is different now.
    Change,
    /// Worth a look.
    Warning,
    /// Broken or hostile.
    Error,
}

/// What happened. Reading never fails: a name that this build does not know is kept as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EventAction {
    /// One of the server's own.
    Known(KnownAction),
    /// `custom_<name>`, prefix removed.
    Custom(Untrusted),
    /// A newer server's.
    Unknown(Untrusted),
}

/// An action of the server's `EventActions` list. (stub: the real one comes from the table macro)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KnownAction {
    /// …
    Login,
}

impl KnownAction {
    /// All, in the order of the server's schema.
    pub const ALL: &'static [Self] = &[Self::Login];
    /// The value on the wire.
    pub fn wire(self) -> &'static str {
        todo!()
    }
    /// Our name for it.
    pub fn label(self) -> &'static str {
        todo!()
    }
    /// Its family.
    pub fn family(self) -> Family {
        todo!()
    }
    /// Its severity.
    pub fn severity(self) -> Severity {
        todo!()
    }
    /// What it means, in one sentence, for the create form.
    pub fn meaning(self) -> &'static str {
        todo!()
    }
    /// First authentik release that knows it, as in "2023.1".
    pub fn since(self) -> &'static str {
        todo!()
    }
    /// By wire value.
    pub fn from_wire(wire: &str) -> Option<Self> {
        let _ = wire;
        todo!()
    }
}

impl Family {
    /// All, in the order of menus.
    pub const ALL: [Self; 7] = [Self::Auth, Self::Access, Self::Change, Self::Policy, Self::System, Self::Error, Self::Custom];
    /// The value of `data-family`.
    pub fn name(self) -> &'static str {
        todo!()
    }
    /// The head of its group in menus.
    pub fn label(self) -> &'static str {
        todo!()
    }
}

impl EventAction {
    /// Reads a wire value.
    pub fn read(wire: &str) -> Self {
        let _ = wire;
        todo!()
    }
    /// The wire value, as it came.
    pub fn wire(&self) -> Untrusted {
        todo!()
    }
    /// Its name: ours, or the custom name with blanks for underscores, or the raw name.
    pub fn label(&self) -> Untrusted {
        todo!()
    }
    /// Its family; custom for what this build does not know.
    pub fn family(&self) -> Family {
        todo!()
    }
    /// Its severity; routine for what this build does not know.
    pub fn severity(&self) -> Severity {
        todo!()
    }
    /// The id of its icon in the sprite, without `#`.
    pub fn icon(&self) -> &'static str {
        todo!()
    }
}
