//! What may be written, and how it is kept. Pure.

use crate::kernel::error::{FieldError, Rule};
use crate::kernel::text::trimmed;
use strum::{IntoStaticStr, VariantArray};

pub(super) const MOST_TEXT_CHARS: usize = 10_000;
const MOST_LINE_CHARS: usize = 200;
/// Orders, or deposits, that one ticket is about.
pub(super) const MOST_THINGS: usize = 20;

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum TicketStatus {
    /// The support's.
    Open,
    /// The customer's.
    Answered,
    /// Nobody's.
    Closed,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Sender {
    Customer,
    Support,
}

/// A subject, or a title.
pub(super) fn line(field: &str, given: &str) -> Result<String, FieldError> {
    let text = trimmed(given);
    let fits = (1..=MOST_LINE_CHARS).contains(&text.chars().count()) && !text.chars().any(breaks_line);
    let rule = || FieldError::new(field, Rule::Line { min: 1, max: MOST_LINE_CHARS });
    fits.then(|| text.to_owned()).ok_or_else(rule)
}

fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// What is said, with its lines ended alike.
pub(super) fn text(field: &str, given: &str) -> Result<String, FieldError> {
    let text = trimmed(given).replace("\r\n", "\n").replace('\r', "\n");
    if !(1..=MOST_TEXT_CHARS).contains(&text.chars().count()) {
        return Err(FieldError::new(field, Rule::Chars { min: 1, max: MOST_TEXT_CHARS }));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(FieldError::new(field, Rule::NoControl));
    }
    Ok(text)
}

/// The beginning of what was said.
pub(super) fn beginning(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(line("subject", " Đơn chậm \n").unwrap(), "Đơn chậm");
        assert!(line("subject", &"đ".repeat(200)).is_ok());
        for wrong in ["", " \u{200B}", "a\nb", "a\u{2028}b", &"đ".repeat(201)] {
            assert!(line("subject", wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_message_has_lines_and_nothing_that_moves_a_terminal() {
        assert_eq!(text("message", " a\r\n\r\nb\rc\td ").unwrap(), "a\n\nb\nc\td");
        assert!(text("message", &"đ".repeat(10_000)).is_ok());
        for wrong in ["", "\n\n", "a\u{0}b", "a\u{1B}[2Jb", &"đ".repeat(10_001)] {
            assert!(text("message", wrong).is_err());
        }
    }

    #[test]
    fn a_beginning_is_cut_between_characters() {
        assert_eq!(beginning("đơn", 3), "đơn");
        assert_eq!(beginning("đơn hàng", 3), "đơn…");
    }
}
