//! One pass over a JSON text, token by token.
//!
//! Nothing here recurses: what is open is a list of brackets. Literals are places in the text and
//! are never turned into values, so no digit, key or depth gets lost.

/// What a step of the reader found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// `{` or `[`
    Open(Bracket),
    /// `}` or `]`
    Close(Bracket),
    /// A key with its quotes; its colon is read as well.
    Key,
    /// A string with its quotes.
    String,
    /// A number.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
}

/// The two kinds of brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    /// `{}`
    Curly,
    /// `[]`
    Square,
}

/// A step and the bytes it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub step: Step,
    pub start: usize,
    pub end: usize,
}

/// Where a text stops being JSON, and what should stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    pub at: usize,
    pub message: String,
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    ValueOrClose,
    KeyOrClose,
    /// After the comma at this place.
    KeyAfterComma(usize),
    /// After the comma at this place.
    ValueAfterComma(usize),
    CommaOrClose,
    End,
    Stopped,
}

/// Reads the tokens of a text and checks its grammar on the way.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Bracket>,
    next: Next,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            next: Next::Value,
        }
    }

    /// How many brackets are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    fn peek(&self) -> Option<u8> {
        byte(self.text, self.at)
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The next token; `None` behind the last one and behind a stop.
    fn advance(&mut self) -> Result<Option<Token>, Stop> {
        loop {
            self.skip_blanks();
            let start = self.at;
            let found = self.peek();
            match (self.next, found) {
                (Next::Stopped, _) | (Next::End, None) => return Ok(None),
                (Next::End, Some(_)) => return Err(self.expected(start, "the end of the text")),
                (Next::KeyOrClose | Next::CommaOrClose, Some(b'}'))
                    if self.inside() == Some(Bracket::Curly) =>
                {
                    return Ok(Some(self.close(Bracket::Curly)));
                }
                (Next::ValueOrClose | Next::CommaOrClose, Some(b']'))
                    if self.inside() == Some(Bracket::Square) =>
                {
                    return Ok(Some(self.close(Bracket::Square)));
                }
                (Next::CommaOrClose, Some(b',')) => {
                    self.at += 1;
                    self.next = match self.inside() {
                        Some(Bracket::Curly) => Next::KeyAfterComma(start),
                        _ => Next::ValueAfterComma(start),
                    };
                }
                (Next::CommaOrClose, _) => {
                    let wanted = match self.inside() {
                        Some(Bracket::Curly) => "a comma or }",
                        _ => "a comma or ]",
                    };
                    return Err(self.expected(start, wanted));
                }
                (Next::KeyAfterComma(comma), Some(b'}')) => {
                    return Err(Stop {
                        at: comma,
                        message: "no comma may stand before }".to_owned(),
                    });
                }
                (Next::ValueAfterComma(comma), Some(b']')) => {
                    return Err(Stop {
                        at: comma,
                        message: "no comma may stand before ]".to_owned(),
                    });
                }
                (Next::KeyOrClose | Next::KeyAfterComma(_), Some(b'"')) => {
                    return self.key().map(Some);
                }
                (Next::KeyOrClose, _) => {
                    return Err(self.expected(start, "a key in double quotes or }"));
                }
                (Next::KeyAfterComma(_), _) => {
                    return Err(self.expected(start, "a key in double quotes"));
                }
                (Next::ValueOrClose, None) => return Err(self.expected(start, "a value or ]")),
                (Next::Value | Next::ValueOrClose | Next::ValueAfterComma(_), _) => {
                    return self.value().map(Some);
                }
            }
        }
    }

    fn inside(&self) -> Option<Bracket> {
        self.open.last().copied()
    }

    fn close(&mut self, bracket: Bracket) -> Token {
        let start = self.at;
        self.at += 1;
        self.open.pop();
        self.after_value();
        Token {
            step: Step::Close(bracket),
            start,
            end: self.at,
        }
    }

    fn after_value(&mut self) {
        self.next = if self.open.is_empty() {
            Next::End
        } else {
            Next::CommaOrClose
        };
    }

    fn key(&mut self) -> Result<Token, Stop> {
        let start = self.at;
        let end = string_end(self.text, start)?;
        self.at = end;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return Err(self.expected(self.at, "a colon after the key"));
        }
        self.at += 1;
        self.next = Next::Value;
        Ok(Token {
            step: Step::Key,
            start,
            end,
        })
    }

    fn value(&mut self) -> Result<Token, Stop> {
        let start = self.at;
        let (step, end) = match self.peek() {
            Some(b'{') => return Ok(self.enter(Bracket::Curly)),
            Some(b'[') => return Ok(self.enter(Bracket::Square)),
            Some(b'"') => (Step::String, string_end(self.text, start)?),
            Some(b'-' | b'0'..=b'9') => (Step::Number, number_end(self.text, start)?),
            _ => {
                let word = word_at(self.text, start);
                let step = match word {
                    "true" | "false" => Step::Bool,
                    "null" => Step::Null,
                    _ => return Err(self.no_value(start, word)),
                };
                (step, start + word.len())
            }
        };
        self.at = end;
        self.after_value();
        Ok(Token { step, start, end })
    }

    fn enter(&mut self, bracket: Bracket) -> Token {
        let start = self.at;
        self.at += 1;
        self.open.push(bracket);
        self.next = match bracket {
            Bracket::Curly => Next::KeyOrClose,
            Bracket::Square => Next::ValueOrClose,
        };
        Token {
            step: Step::Open(bracket),
            start,
            end: self.at,
        }
    }

    fn no_value(&self, at: usize, word: &str) -> Stop {
        let message = match word {
            "NaN" | "Infinity" | "undefined" => format!("expected a value; JSON has no {word}"),
            "True" | "TRUE" => "expected true in small letters".to_owned(),
            "False" | "FALSE" => "expected false in small letters".to_owned(),
            "None" | "Null" | "NULL" => "expected null".to_owned(),
            _ => match self.peek() {
                Some(b'.') => "a number may not start with a point; write 0 before it".to_owned(),
                Some(b'+') => "a number may not start with +".to_owned(),
                _ => return self.expected(at, "a value"),
            },
        };
        Stop { at, message }
    }

    /// What is wanted, with a hint for the slips that people make.
    fn expected(&self, at: usize, wanted: &str) -> Stop {
        let found = self.text.get(at..).and_then(|rest| rest.chars().next());
        let message = match found {
            None => format!("expected {wanted}, but the text ends here"),
            Some('\'') => format!("expected {wanted}; a string stands in double quotes"),
            Some('/' | '#') => format!("expected {wanted}; JSON has no comments"),
            Some('\u{feff}') => format!("expected {wanted}, not a byte order mark (U+FEFF)"),
            Some('\u{a0}') => format!("expected {wanted}, not a no-break space (U+00A0)"),
            Some('\u{201c}' | '\u{201d}' | '\u{201e}') => {
                format!("expected {wanted}; only straight double quotes begin a string")
            }
            Some(other) if !other.is_ascii_graphic() => {
                format!("expected {wanted}, not U+{:04X}", u32::from(other))
            }
            Some(_) => format!("expected {wanted}"),
        };
        Stop { at, message }
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Token, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.advance();
        if step.is_err() {
            self.next = Next::Stopped;
        }
        step.transpose()
    }
}

fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

/// The letters from `at` on, so that a wrong word is judged as a whole.
fn word_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let length = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count();
    rest.get(..length).unwrap_or_default()
}

/// The place behind the string whose opening quote is at `start`.
pub(super) fn string_end(text: &str, start: usize) -> Result<usize, Stop> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(length) = rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
        else {
            return Err(Stop {
                at: start,
                message: "this string has no closing quote".to_owned(),
            });
        };
        at += length;
        match byte(text, at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = escape_end(text, at)?,
            Some(b'\n' | b'\r') => {
                let message = r#"expected " before the end of the line; a line break in a string is written \n"#;
                return Err(Stop {
                    at,
                    message: message.to_owned(),
                });
            }
            Some(b'\t') => {
                return Err(Stop {
                    at,
                    message: r"a tab in a string is written \t".to_owned(),
                });
            }
            control => {
                let code = control.unwrap_or_default();
                return Err(Stop {
                    at,
                    message: format!(r"a control character in a string is written \u{code:04x}"),
                });
            }
        }
    }
}

/// The place behind the escape whose backslash is at `at`.
fn escape_end(text: &str, at: usize) -> Result<usize, Stop> {
    match byte(text, at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            let digits = text.as_bytes().get(at + 2..at + 6);
            if digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                Ok(at + 6)
            } else {
                Err(Stop {
                    at,
                    message: r"expected four hexadecimal digits after \u".to_owned(),
                })
            }
        }
        _ => Err(Stop {
            at,
            message: r#"expected one of " \ / b f n r t u after the backslash"#.to_owned(),
        }),
    }
}

/// The place behind the number that begins at `start`.
fn number_end(text: &str, start: usize) -> Result<usize, Stop> {
    let digits_from = |at: usize| -> usize {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let wanted = |at: usize, after: &str| Stop {
        at,
        message: format!("expected a digit after {after}"),
    };
    let mut at = start;
    if byte(text, at) == Some(b'-') {
        at += 1;
    }
    let whole = at;
    at = digits_from(whole);
    if at == whole {
        return Err(wanted(at, "the minus sign"));
    }
    if byte(text, whole) == Some(b'0') && at > whole + 1 {
        return Err(Stop {
            at: whole,
            message: "a number may not start with 0".to_owned(),
        });
    }
    if byte(text, at) == Some(b'.') {
        let fraction = at + 1;
        at = digits_from(fraction);
        if at == fraction {
            return Err(wanted(at, "the decimal point"));
        }
    }
    if matches!(byte(text, at), Some(b'e' | b'E')) {
        let mut exponent = at + 1;
        if matches!(byte(text, exponent), Some(b'+' | b'-')) {
            exponent += 1;
        }
        at = digits_from(exponent);
        if at == exponent {
            return Err(wanted(at, "the exponent sign"));
        }
    }
    Ok(at)
}
