//! When a read is sent again. Pure: time, chance and the state of the network are arguments.

use super::{ApiError, Failure, Method};

/// How often a read was sent again, and how often it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    done: u32,
}

impl Attempts {
    /// How many milliseconds to wait before the next attempt; `None` to give up. `chance` lies in
    /// 0..1. A POST is never sent again.
    pub fn next(
        &mut self,
        method: Method,
        failure: &Failure,
        online: bool,
        chance: f64,
    ) -> Option<u32> {
        let _ = (method, failure, online, chance, ApiError::Server);
        let _ = self.done;
        todo!()
    }
}
