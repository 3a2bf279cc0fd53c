//! A traceback as it is read: newest call first, library code folded away.

use std::ops::Range;

use super::exception::Frame;

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StackRow {
    /// One frame.
    Frame {
        /// Its place in the traceback.
        index: usize,
        /// Whether the exception was raised here.
        raises: bool,
    },
    /// Frames of libraries, folded.
    Library(Range<usize>),
}

/// The rows of a traceback; places count in the traceback's own order, the raising frame last.
/// The raising frame is always shown, and so is a single library frame between two others: its
/// fold would take as much room.
pub fn rows(frames: &[Frame], folded: bool) -> Vec<StackRow> {
    let last = frames.len().saturating_sub(1);
    let mut rows: Vec<StackRow> = Vec::new();
    for (index, frame) in frames.iter().enumerate().rev() {
        let raises = index == last;
        match rows.last_mut() {
            Some(StackRow::Library(range)) if !frame.own => range.start = index,
            _ if frame.own || raises || !folded => rows.push(StackRow::Frame { index, raises }),
            _ => rows.push(StackRow::Library(index..index + 1)),
        }
    }
    for row in &mut rows {
        if let StackRow::Library(range) = row
            && range.len() == 1
        {
            *row = StackRow::Frame {
                index: range.start,
                raises: false,
            };
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(own: &str, folded: bool) -> String {
        let frames: Vec<Frame> = own
            .chars()
            .map(|letter| Frame {
                own: letter == 'o',
                ..Frame {
                    function: "f".into_untrusted(),
                    file: "x".into_untrusted(),
                    line: None,
                    own: false,
                }
            })
            .collect();
        rows(&frames, folded)
            .into_iter()
            .map(|row| match row {
                StackRow::Frame {
                    index,
                    raises: true,
                } => format!("{index}! "),
                StackRow::Frame {
                    index,
                    raises: false,
                } => format!("{index} "),
                StackRow::Library(range) => format!("({}..{}) ", range.start, range.end),
            })
            .collect::<String>()
            .trim_end()
            .to_owned()
    }

    trait IntoUntrusted {
        fn into_untrusted(self) -> crate::text::Untrusted;
    }
    impl IntoUntrusted for &str {
        fn into_untrusted(self) -> crate::text::Untrusted {
            crate::text::Untrusted::new(self)
        }
    }

    #[test]
    fn library_frames_fold_and_the_raising_one_does_not() {
        assert_eq!(drawn("ollloollll", true), "9! (6..9) 5 4 (1..4) 0");
        assert_eq!(drawn("olo", true), "2! 1 0");
        assert_eq!(drawn("l", true), "0!");
        assert_eq!(drawn("llll", true), "3! (0..3)");
        assert_eq!(drawn("", true), "");
        assert_eq!(drawn("oll", false), "2! 1 0");
    }
}
