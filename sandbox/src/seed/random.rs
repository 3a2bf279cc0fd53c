//! Numbers that look random and are the same every time.

use uuid::{Builder, Uuid};

/// A source of numbers (splitmix64).
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The source that starts at a number.
    #[must_use]
    pub fn from(start: u64) -> Random {
        Random { state: start }
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below another; 0 below 0.
    pub fn below(&mut self, end: usize) -> usize {
        match u64::try_from(end) {
            Ok(0) | Err(_) => 0,
            Ok(end) => usize::try_from(self.next() % end).unwrap_or_default(),
        }
    }

    /// True so many times of a hundred.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several. The first ones come up more often when `skewed`.
    pub fn pick<'thing, Thing>(
        &mut self,
        things: &'thing [Thing],
        skewed: bool,
    ) -> Option<&'thing Thing> {
        let at = self.below(things.len());
        let at = if skewed {
            at.min(self.below(things.len()))
        } else {
            at
        };
        things.get(at)
    }

    /// An id.
    pub fn uuid(&mut self) -> Uuid {
        Builder::from_random_bytes(
            (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes(),
        )
        .into_uuid()
    }

    /// 32 hexadecimal digits.
    pub fn hex(&mut self) -> String {
        self.uuid().simple().to_string()
    }
}
