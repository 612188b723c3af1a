//! The values of a row.

use super::{Bytes, DumpError, Flaw, LONGEST_VALUE, text};
use std::io::BufRead;

/// A value and nothing behind it. `None`: NULL.
pub(super) fn value<R: BufRead>(bytes: &mut Bytes<R>) -> Result<Option<String>, DumpError> {
    match bytes.peek()? {
        Some(quote @ (b'\'' | b'"')) => Ok(Some(text(string(bytes, quote)?))),
        Some(b'0'..=b'9' | b'-' | b'+' | b'.') => number(bytes).map(Some),
        Some(b'_' | b'a'..=b'z' | b'A'..=b'Z') => word(bytes),
        Some(_) => Err(bytes.fault(Flaw::NoValue)),
        None => Err(bytes.fault(Flaw::CutOff)),
    }
}

/// What stands between quotes, and behind them nothing of it.
pub(super) fn string<R: BufRead>(bytes: &mut Bytes<R>, quote: u8) -> Result<Vec<u8>, DumpError> {
    let mut said = Vec::new();
    bytes.need()?;
    loop {
        let byte = match bytes.need()? {
            b'\\' => match escaped(bytes.need()?) {
                Ok(byte) => byte,
                // A search pattern's escape, which stays one.
                Err(byte) => {
                    said.push(b'\\');
                    byte
                }
            },
            byte if byte == quote && !bytes.takes(quote)? => return Ok(said),
            byte => byte,
        };
        said.push(byte);
        if said.len() > LONGEST_VALUE {
            return Err(bytes.fault(Flaw::LongValue));
        }
    }
}

/// What a backslash and this byte stand for; `Err`: for both.
fn escaped(byte: u8) -> Result<u8, u8> {
    match byte {
        b'0' => Ok(0),
        b'b' => Ok(8),
        b'n' => Ok(b'\n'),
        b'r' => Ok(b'\r'),
        b't' => Ok(b'\t'),
        b'Z' => Ok(26),
        b'%' | b'_' => Err(byte),
        other => Ok(other),
    }
}

/// Digits as they are written; `0x…` as the bytes it stands for.
fn number<R: BufRead>(bytes: &mut Bytes<R>) -> Result<String, DumpError> {
    let mut digits = String::new();
    while let Some(byte @ (b'0'..=b'9' | b'-' | b'+' | b'.' | b'a'..=b'z' | b'A'..=b'Z')) = bytes.peek()? {
        bytes.take()?;
        digits.push(char::from(byte));
        if digits.len() > LONGEST_VALUE.saturating_mul(2) {
            return Err(bytes.fault(Flaw::LongValue));
        }
    }
    match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => bytes_of(hex).ok_or_else(|| bytes.fault(Flaw::NoValue)),
        None if digits.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) => Ok(digits),
        None => Err(bytes.fault(Flaw::NoValue)),
    }
}

fn bytes_of(hex: &str) -> Option<String> {
    // MySQL puts a zero before an odd digit.
    let even = if hex.len().is_multiple_of(2) { hex.to_owned() } else { format!("0{hex}") };
    hex::decode(even).ok().map(text)
}

fn word<R: BufRead>(bytes: &mut Bytes<R>) -> Result<Option<String>, DumpError> {
    let mut word = String::new();
    while let Some(byte @ (b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9')) = bytes.peek()? {
        bytes.take()?;
        word.push(char::from(byte.to_ascii_lowercase()));
        if word.len() > 32 {
            return Err(bytes.fault(Flaw::NoValue));
        }
    }
    match (word.as_str(), bytes.peek()?) {
        ("null" | "default", _) => Ok(None),
        ("true", _) => Ok(Some("1".to_owned())),
        ("false", _) => Ok(Some("0".to_owned())),
        ("x", Some(b'\'')) => {
            let hex = text(string(bytes, b'\'')?);
            bytes_of(&hex).map(Some).ok_or_else(|| bytes.fault(Flaw::NoValue))
        }
        ("b", Some(b'\'')) => {
            let bits = text(string(bytes, b'\'')?);
            let number = i64::from_str_radix(&bits, 2).ok().filter(|number| *number >= 0);
            number.map(|number| Some(number.to_string())).ok_or_else(|| bytes.fault(Flaw::NoValue))
        }
        // A charset's name before the string that it is of.
        (word, _) if word.starts_with('_') || word == "n" => {
            super::statement::blanks(bytes)?;
            match bytes.peek()? {
                Some(b'\'' | b'"' | b'0' | b'x' | b'X') => value(bytes),
                _ => Err(bytes.fault(Flaw::NoValue)),
            }
        }
        _ => Err(bytes.fault(Flaw::NoValue)),
    }
}
