//! A traceback as it is read: newest call first, library code folded away.

use std::ops::Range;

use super::exception::{ExceptionReport, Frame, Relation};
use crate::text::Untrusted;

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

/// An exception and its causes as Python prints them, for copies and for the raw view: oldest call
/// and first cause first.
pub fn as_text(reports: &[ExceptionReport]) -> Untrusted {
    let mut text = String::new();
    for (at, report) in reports.iter().enumerate().rev() {
        text.push_str(&report_as_text(report));
        if at > 0 {
            text.push_str(match report.relation {
                Relation::Cause => {
                    "\nThe above exception was the direct cause of the following exception:\n\n"
                }
                Relation::Handled => {
                    "\nDuring handling of the above exception, another exception occurred:\n\n"
                }
                Relation::Raised | Relation::Member => "\n",
            });
        }
    }
    Untrusted::new(text)
}

fn report_as_text(report: &ExceptionReport) -> String {
    let mut text = String::new();
    if !report.frames.is_empty() {
        text.push_str("Traceback (most recent call last):\n");
    }
    for frame in &report.frames {
        let line = frame
            .line
            .map_or_else(|| "?".to_owned(), |line| line.to_string());
        let (file, function) = (frame.file.original(), frame.function.original());
        text.push_str(&format!("  File \"{file}\", line {line}, in {function}\n"));
    }
    text.push_str(report.kind.original());
    if !report.message.is_empty() {
        text.push_str(": ");
        text.push_str(report.message.original());
    }
    text.push('\n');
    for note in &report.notes {
        text.push_str(note.original());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(own: bool) -> Frame {
        let text = |text: &str| Untrusted::new(text);
        Frame {
            function: text("sync"),
            file: text("authentik/tasks.py"),
            line: Some(88),
            own,
        }
    }

    fn drawn(own: &str, folded: bool) -> String {
        let frames: Vec<Frame> = own.chars().map(|letter| frame(letter == 'o')).collect();
        let row = |row: StackRow| match row {
            StackRow::Frame {
                index,
                raises: true,
            } => format!("{index}! "),
            StackRow::Frame {
                index,
                raises: false,
            } => format!("{index} "),
            StackRow::Library(range) => format!("({}..{}) ", range.start, range.end),
        };
        let text: String = rows(&frames, folded).into_iter().map(row).collect();
        text.trim_end().to_owned()
    }

    #[test]
    fn a_copied_traceback_reads_as_python_prints_it() {
        let report = |kind: &str, relation: Relation| ExceptionReport {
            kind: Untrusted::new(kind),
            message: Untrusted::new("no"),
            relation,
            frames: vec![frame(true)],
            ..ExceptionReport::default()
        };
        let raised = ExceptionReport {
            notes: vec![Untrusted::new("a note")],
            ..report("KeyError", Relation::Raised)
        };
        assert_eq!(
            as_text(&[raised, report("OSError", Relation::Cause)]).original(),
            "Traceback (most recent call last):\n  File \"authentik/tasks.py\", line 88, in sync\nOSError: no\n\n\
             The above exception was the direct cause of the following exception:\n\n\
             Traceback (most recent call last):\n  File \"authentik/tasks.py\", line 88, in sync\nKeyError: no\na note\n"
        );
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
