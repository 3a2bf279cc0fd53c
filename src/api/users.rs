//! `core/users/me/`: whose token it is.

use super::{Answer, Call, FromAnswer};
use crate::text::Untrusted;

/// The account behind the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Primary key.
    pub pk: i64,
    /// Login name.
    pub username: Untrusted,
    /// Full name, often empty.
    pub name: Untrusted,
    /// Whether it may do everything.
    pub is_superuser: bool,
    /// The administrator behind it while impersonating.
    pub original: Option<Untrusted>,
}

/// Whose token it is; the surest probe of a token.
pub fn me() -> Call<Me> {
    todo!()
}

impl FromAnswer for Me {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let _ = answer;
        todo!()
    }
}
