//! Statements: the rows of each INSERT that is asked for, the columns of its table, and a way past all else.

use super::{Bytes, DumpError, Flaw, LONGEST_NAME, LONGEST_ROW, MOST_COLUMNS, Row, text, value};
use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

/// The rows of some tables, in the order of the file.
pub struct Rows<R, W> {
    bytes: Bytes<R>,
    /// Whether a table is asked for, by its name in lower case.
    is_wanted: W,
    /// The columns of those tables, as CREATE TABLE has them.
    known: HashMap<String, Arc<[String]>>,
    /// The INSERT whose rows are being read.
    open: Option<(Arc<str>, Arc<[String]>)>,
    has_begun: bool,
    /// Whether comments of mysqldump say that it began, and that it ended.
    began: bool,
    ended: bool,
}

impl<R: BufRead, W: Fn(&str) -> bool> Rows<R, W> {
    pub fn new(reader: R, is_wanted: W) -> Self {
        Rows {
            bytes: Bytes::new(reader),
            is_wanted,
            known: HashMap::new(),
            open: None,
            has_begun: false,
            began: false,
            ended: false,
        }
    }

    /// The next row; `None`: that was the last one.
    pub fn next_row(&mut self) -> Result<Option<Row>, DumpError> {
        if !self.has_begun {
            self.has_begun = true;
            beginning(&mut self.bytes)?;
        }
        loop {
            if let Some((table, columns)) = self.open.clone() {
                return self.row(table, columns).map(Some);
            }
            self.comments()?;
            if self.bytes.peek()?.is_none() {
                if self.began && !self.ended {
                    return Err(self.bytes.fault(Flaw::NotCompleted));
                }
                return Ok(None);
            }
            self.statement()?;
        }
    }

    /// Blanks and comments between statements; those of mysqldump say something.
    fn comments(&mut self) -> Result<(), DumpError> {
        loop {
            skip_white(&mut self.bytes)?;
            match self.bytes.peek()? {
                Some(b'-') => {
                    let line = self.bytes.rest_of_line(80)?;
                    let says = |word: &[u8]| line.windows(word.len()).any(|part| part == word);
                    let is_comment = line.starts_with(b"--");
                    if !is_comment {
                        return Err(self.bytes.fault(Flaw::Expected { wanted: "a statement" }));
                    }
                    self.began |= says(b"MySQL dump ") || says(b"MariaDB dump ");
                    self.ended |= says(b"Dump completed");
                }
                Some(b'#' | b'/') => blanks(&mut self.bytes)?,
                Some(b';') => {
                    self.bytes.take()?;
                }
                Some(_) | None => return Ok(()),
            }
        }
    }

    fn statement(&mut self) -> Result<(), DumpError> {
        let word = word(&mut self.bytes)?;
        match word.as_str() {
            "insert" | "replace" => self.insert(),
            "create" => self.create(),
            "delimiter" => past_delimited(&mut self.bytes),
            _ => past_statement(&mut self.bytes),
        }
    }

    fn insert(&mut self) -> Result<(), DumpError> {
        let bytes = &mut self.bytes;
        let table = table_behind(bytes, &["low_priority", "delayed", "high_priority", "ignore", "into"])?;
        if !(self.is_wanted)(&table) {
            return past_statement(bytes);
        }
        blanks(bytes)?;
        let named = if bytes.takes(b'(')? { Some(names(bytes)?) } else { None };
        blanks(bytes)?;
        match word(bytes)?.as_str() {
            "values" | "value" => {}
            _ => return Err(bytes.fault(Flaw::Expected { wanted: "VALUES" })),
        }
        let columns = named.map(Arc::from).or_else(|| self.known.get(&table).cloned());
        let columns = columns.ok_or_else(|| bytes.fault(Flaw::NoColumns { table: table.clone() }))?;
        blanks(bytes)?;
        self.open = Some((Arc::from(table), columns));
        Ok(())
    }

    fn create(&mut self) -> Result<(), DumpError> {
        let bytes = &mut self.bytes;
        blanks(bytes)?;
        if word(bytes)? != "table" {
            return past_statement(bytes);
        }
        let table = table_behind(bytes, &["if", "not", "exists"])?;
        blanks(bytes)?;
        if !(self.is_wanted)(&table) || !bytes.takes(b'(')? {
            return past_statement(bytes);
        }
        let columns = columns(bytes)?;
        if self.known.insert(table.clone(), Arc::from(columns)).is_some() {
            return Err(bytes.fault(Flaw::SecondTable { table }));
        }
        past_statement(bytes)
    }

    /// One row of the open INSERT, and what stands behind it up to the next one or the end of the statement.
    fn row(&mut self, table: Arc<str>, columns: Arc<[String]>) -> Result<Row, DumpError> {
        let bytes = &mut self.bytes;
        let line = bytes.line();
        if !bytes.takes(b'(')? {
            return Err(bytes.fault(Flaw::Expected { wanted: "a row" }));
        }
        let mut values = Vec::with_capacity(columns.len());
        let mut size = 0_usize;
        loop {
            blanks(bytes)?;
            let value = value::value(bytes)?;
            size = size.saturating_add(value.as_ref().map_or(0, String::len));
            values.push(value);
            if size > LONGEST_ROW || values.len() > MOST_COLUMNS {
                return Err(bytes.fault(Flaw::LongRow));
            }
            blanks(bytes)?;
            match bytes.need()? {
                b',' => {}
                b')' => break,
                _ => return Err(bytes.fault(Flaw::Expected { wanted: "`,` or `)`" })),
            }
        }
        if values.len() != columns.len() {
            let (found, wanted) = (values.len(), columns.len());
            let flaw = Flaw::Uneven { table: table.as_ref().to_owned(), found, wanted };
            return Err(DumpError::At { line, flaw });
        }
        blanks(bytes)?;
        match bytes.peek()? {
            Some(b',') => {
                bytes.take()?;
                blanks(bytes)?;
            }
            Some(b';') => {
                bytes.take()?;
                self.open = None;
            }
            // ON DUPLICATE KEY UPDATE …
            Some(b'o' | b'O' | b'a' | b'A') => {
                self.open = None;
                past_statement(bytes)?;
            }
            Some(_) => return Err(bytes.fault(Flaw::Expected { wanted: "`,` or `;`" })),
            None => return Err(bytes.fault(Flaw::CutOff)),
        }
        Ok(Row::new(line, table, columns, values))
    }
}

/// A byte order mark is passed over; what is no dump at all says so.
fn beginning<R: BufRead>(bytes: &mut Bytes<R>) -> Result<(), DumpError> {
    match bytes.peek()? {
        Some(0xff | 0xfe) => Err(bytes.fault(Flaw::Utf16)),
        Some(0xef) => {
            for byte in [0xef, 0xbb, 0xbf] {
                bytes.takes(byte)?;
            }
            Ok(())
        }
        Some(b'P') => {
            let word = word(bytes)?;
            if word == "pk" { Err(bytes.fault(Flaw::Zip)) } else { past_statement(bytes) }
        }
        Some(_) | None => Ok(()),
    }
}

fn skip_white<R: BufRead>(bytes: &mut Bytes<R>) -> Result<(), DumpError> {
    while bytes.peek()?.is_some_and(|byte| byte.is_ascii_whitespace() || byte == 0x0b) {
        bytes.take()?;
    }
    Ok(())
}

/// White space and comments.
pub(super) fn blanks<R: BufRead>(bytes: &mut Bytes<R>) -> Result<(), DumpError> {
    loop {
        skip_white(bytes)?;
        match bytes.peek()? {
            Some(b'#') => {
                bytes.rest_of_line(0)?;
            }
            Some(b'/') => past_comment(bytes)?,
            Some(_) | None => return Ok(()),
        }
    }
}

/// `/* … */`; what mysqldump writes as `/*! … */` sets nothing that is asked for.
fn past_comment<R: BufRead>(bytes: &mut Bytes<R>) -> Result<(), DumpError> {
    bytes.need()?;
    if !bytes.takes(b'*')? {
        return Err(bytes.fault(Flaw::Expected { wanted: "a comment" }));
    }
    loop {
        bytes.skip_until(|byte| byte == b'*')?;
        bytes.need()?;
        if bytes.takes(b'/')? {
            return Ok(());
        }
    }
}

/// Letters, digits and what else an unquoted name may hold, in lower case; empty: there is none.
fn word<R: BufRead>(bytes: &mut Bytes<R>) -> Result<String, DumpError> {
    let mut word = Vec::new();
    while let Some(byte) = bytes.peek()? {
        if !(byte.is_ascii_alphanumeric() || b"_$".contains(&byte) || byte >= 0x80) {
            break;
        }
        bytes.take()?;
        word.push(byte);
        if word.len() > LONGEST_NAME {
            return Err(bytes.fault(Flaw::LongName));
        }
    }
    Ok(text(word).to_lowercase())
}

/// A name in quotes, or bare, in lower case.
fn name<R: BufRead>(bytes: &mut Bytes<R>) -> Result<String, DumpError> {
    let Some(quote @ (b'`' | b'"')) = bytes.peek()? else {
        let word = word(bytes)?;
        return if word.is_empty() { Err(bytes.fault(Flaw::NoName)) } else { Ok(word) };
    };
    bytes.take()?;
    let mut name = Vec::new();
    loop {
        let byte = bytes.need()?;
        if byte == quote && !bytes.takes(quote)? {
            return Ok(text(name).to_lowercase());
        }
        name.push(byte);
        if name.len() > LONGEST_NAME {
            return Err(bytes.fault(Flaw::LongName));
        }
    }
}

/// The table's name, behind any of these words.
fn table_behind<R: BufRead>(bytes: &mut Bytes<R>, words: &[&str]) -> Result<String, DumpError> {
    loop {
        blanks(bytes)?;
        if matches!(bytes.peek()?, Some(b'`' | b'"')) {
            return table_name(bytes);
        }
        let word = word(bytes)?;
        if word.is_empty() {
            return Err(bytes.fault(Flaw::NoName));
        }
        if !words.contains(&word.as_str()) {
            return rest_of_name(bytes, word);
        }
    }
}

fn table_name<R: BufRead>(bytes: &mut Bytes<R>) -> Result<String, DumpError> {
    let first = name(bytes)?;
    rest_of_name(bytes, first)
}

/// What stands behind a point is the table, and what was before it its database.
fn rest_of_name<R: BufRead>(bytes: &mut Bytes<R>, first: String) -> Result<String, DumpError> {
    if bytes.takes(b'.')? { name(bytes) } else { Ok(first) }
}

/// Names up to the closing bracket.
fn names<R: BufRead>(bytes: &mut Bytes<R>) -> Result<Vec<String>, DumpError> {
    let mut names = Vec::new();
    loop {
        blanks(bytes)?;
        names.push(name(bytes)?);
        if names.len() > MOST_COLUMNS {
            return Err(bytes.fault(Flaw::ManyColumns));
        }
        blanks(bytes)?;
        match bytes.need()? {
            b',' => {}
            b')' => return Ok(names),
            _ => return Err(bytes.fault(Flaw::Expected { wanted: "`,` or `)`" })),
        }
    }
}

/// The columns of a CREATE TABLE, whose bracket is open; its keys are none.
fn columns<R: BufRead>(bytes: &mut Bytes<R>) -> Result<Vec<String>, DumpError> {
    const NO_COLUMNS: [&str; 9] =
        ["key", "primary", "unique", "constraint", "index", "fulltext", "spatial", "check", "foreign"];
    let mut columns = Vec::new();
    loop {
        blanks(bytes)?;
        let is_quoted = matches!(bytes.peek()?, Some(b'`' | b'"'));
        let found = name(bytes)?;
        if is_quoted || !NO_COLUMNS.contains(&found.as_str()) {
            columns.push(found);
        }
        if columns.len() > MOST_COLUMNS {
            return Err(bytes.fault(Flaw::ManyColumns));
        }
        if past_definition(bytes)? {
            return Ok(columns);
        }
    }
}

/// What stands behind a column's name, up to the next one; whether that was the last.
fn past_definition<R: BufRead>(bytes: &mut Bytes<R>) -> Result<bool, DumpError> {
    let mut depth = 0_u32;
    loop {
        blanks(bytes)?;
        match bytes.peek()? {
            Some(quote @ (b'\'' | b'"' | b'`')) => past_quoted(bytes, quote)?,
            Some(byte) => {
                bytes.take()?;
                match (byte, depth) {
                    (b'(', _) => depth = depth.saturating_add(1),
                    (b')', 0) => return Ok(true),
                    (b')', _) => depth = depth.saturating_sub(1),
                    (b',', 0) => return Ok(false),
                    _ => {}
                }
            }
            None => return Err(bytes.fault(Flaw::CutOff)),
        }
    }
}

/// The rest of a statement, kept nowhere.
fn past_statement<R: BufRead>(bytes: &mut Bytes<R>) -> Result<(), DumpError> {
    loop {
        bytes.skip_until(|byte| matches!(byte, b';' | b'\'' | b'"' | b'`' | b'#' | b'/' | b'-'))?;
        match bytes.peek()? {
            Some(quote @ (b'\'' | b'"' | b'`')) => past_quoted(bytes, quote)?,
            Some(b'#') => {
                bytes.rest_of_line(0)?;
            }
            Some(b'/') => {
                bytes.take()?;
                if bytes.peek()? == Some(b'*') {
                    bytes.take()?;
                    loop {
                        bytes.skip_until(|byte| byte == b'*')?;
                        bytes.need()?;
                        if bytes.takes(b'/')? {
                            break;
                        }
                    }
                }
            }
            Some(b'-') => {
                bytes.take()?;
                let is_comment =
                    bytes.takes(b'-')? && bytes.peek()?.is_none_or(|byte| byte.is_ascii_whitespace());
                if is_comment {
                    bytes.rest_of_line(0)?;
                }
            }
            Some(_) => {
                bytes.take()?;
                return Ok(());
            }
            None => return Err(bytes.fault(Flaw::CutOff)),
        }
    }
}

fn past_quoted<R: BufRead>(bytes: &mut Bytes<R>, quote: u8) -> Result<(), DumpError> {
    bytes.need()?;
    loop {
        bytes.skip_until(|byte| byte == quote || (byte == b'\\' && quote != b'`'))?;
        match bytes.need()? {
            b'\\' => {
                bytes.need()?;
            }
            _ if !bytes.takes(quote)? => return Ok(()),
            _ => {}
        }
    }
}

/// Bodies of triggers and procedures, which have statements within: all lines up to `DELIMITER ;`.
fn past_delimited<R: BufRead>(bytes: &mut Bytes<R>) -> Result<(), DumpError> {
    let is_usual = |line: &[u8]| {
        let line = line.trim_ascii();
        let (word, rest) = line.split_at_checked(9).unwrap_or((line, b""));
        word.eq_ignore_ascii_case(b"delimiter").then(|| rest.trim_ascii() == b";")
    };
    let first = bytes.rest_of_line(16)?;
    if first.trim_ascii() == b";" {
        return Ok(());
    }
    while bytes.peek()?.is_some() {
        let line = bytes.rest_of_line(64)?;
        if is_usual(&line) == Some(true) {
            return Ok(());
        }
    }
    Err(bytes.fault(Flaw::CutOff))
}
