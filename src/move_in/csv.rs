//! CSV as spreadsheets and panels write it: a line of names, then a row a line. Pure, and no bytes make it panic.

use super::dump::{Bytes, DumpError, Flaw, LONGEST_ROW, LONGEST_VALUE, MOST_COLUMNS, Row, text};
use std::io::BufRead;
use std::sync::Arc;

/// The rows of one file; its name stands for the table.
pub struct CsvRows<R> {
    bytes: Bytes<R>,
    table: Arc<str>,
    /// Once the first line is read: the names, and what parts them.
    head: Option<(Arc<[String]>, u8)>,
}

impl<R: BufRead> CsvRows<R> {
    pub fn new(reader: R, table: &str) -> Self {
        CsvRows { bytes: Bytes::new(reader), table: Arc::from(table), head: None }
    }

    /// The next row; `None`: that was the last one. Empty lines are passed over, and an empty value is none.
    pub fn next_row(&mut self) -> Result<Option<Row>, DumpError> {
        let (columns, separator) = match &self.head {
            Some((columns, separator)) => (Arc::clone(columns), *separator),
            None => self.begin()?,
        };
        loop {
            let line = self.bytes.line();
            if self.bytes.peek()?.is_none() {
                return Ok(None);
            }
            let fields = record(&mut self.bytes, separator)?;
            if fields.iter().all(String::is_empty) {
                continue;
            }
            if fields.len() != columns.len() {
                let (found, wanted) = (fields.len(), columns.len());
                let flaw = Flaw::Uneven { table: self.table.as_ref().to_owned(), found, wanted };
                return Err(DumpError::At { line, flaw });
            }
            let values =
                fields.into_iter().map(|field| Some(field).filter(|field| !field.is_empty())).collect();
            return Ok(Some(Row::new(line, Arc::clone(&self.table), columns, values)));
        }
    }

    fn begin(&mut self) -> Result<(Arc<[String]>, u8), DumpError> {
        if matches!(self.bytes.peek()?, Some(0xff | 0xfe)) {
            return Err(self.bytes.fault(Flaw::Utf16));
        }
        for byte in [0xef, 0xbb, 0xbf] {
            self.bytes.takes(byte)?;
        }
        let first = self.bytes.rest_of_line(LONGEST_ROW)?;
        // Names hold none of these, so the one that is there parts them.
        let separator =
            b",;\t".iter().copied().max_by_key(|byte| first.iter().filter(|at| *at == byte).count());
        let separator = separator.unwrap_or(b',');
        let names = record(&mut Bytes::new(first.as_slice()), separator)?;
        let names: Arc<[String]> = names.iter().map(|name| column(name)).collect();
        self.head = Some((Arc::clone(&names), separator));
        Ok((names, separator))
    }
}

/// `Start count` is `start_count`.
fn column(name: &str) -> String {
    crate::kernel::text::trimmed(name).to_lowercase().replace([' ', '-'], "_")
}

/// The fields up to the end of the line, or of the quotes that a line break stands in.
fn record<R: BufRead>(bytes: &mut Bytes<R>, separator: u8) -> Result<Vec<String>, DumpError> {
    let (mut fields, mut field) = (Vec::new(), Vec::new());
    let (mut size, mut is_quoted) = (0_usize, false);
    loop {
        let byte = bytes.take()?;
        size = size.saturating_add(1);
        if field.len() > LONGEST_VALUE {
            return Err(bytes.fault(Flaw::LongValue));
        }
        if size > LONGEST_ROW {
            return Err(bytes.fault(Flaw::LongRow));
        }
        match byte {
            None if is_quoted => return Err(bytes.fault(Flaw::CutOff)),
            Some(b'"') if is_quoted && !bytes.takes(b'"')? => is_quoted = false,
            Some(b'"') if !is_quoted && field.is_empty() => is_quoted = true,
            Some(byte) if is_quoted || (byte != separator && byte != b'\n') => field.push(byte),
            Some(byte) if byte == separator => {
                fields.push(text(std::mem::take(&mut field)));
                if fields.len() >= MOST_COLUMNS {
                    return Err(bytes.fault(Flaw::ManyColumns));
                }
            }
            Some(_) | None => {
                if field.last() == Some(&b'\r') {
                    field.pop();
                }
                fields.push(text(field));
                return Ok(fields);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(csv: &str) -> Vec<Row> {
        let mut rows = CsvRows::new(csv.as_bytes(), "users");
        std::iter::from_fn(|| rows.next_row().unwrap()).collect()
    }

    #[test]
    fn quotes_line_ends_and_separators_are_read_as_spreadsheets_write_them() {
        for csv in [
            "\u{feff}ID,Start count,Link\r\n7,5,\"a, \"\"b\"\"\nc\"\r\n\r\n8,,\r\n",
            "id;start-count;LINK\n7;5;\"a, \"\"b\"\"\nc\"\n8;;",
            "id\tstart_count\tlink\n7\t5\t\"a, \"\"b\"\"\nc\"\n\n8\t\t\n",
        ] {
            let rows = rows(csv);
            assert_eq!(rows.len(), 2, "{csv:?}");
            assert_eq!(rows[0].get(&["link"]), Some("a, \"b\"\nc"));
            assert_eq!((rows[0].get(&["start_count"]), rows[1].get(&["start_count"])), (Some("5"), None));
            assert_eq!((rows[0].line, rows[1].get(&["id"])), (2, Some("8")));
        }
    }

    #[test]
    fn what_is_uneven_or_never_ends_is_told_with_its_line() {
        for (csv, said) in [
            ("a,b\n1,2\n3\n", "line 3: a row of `users` has 1 values for 2 columns"),
            ("a,b\n1,\"2\n3\n", "line 4: the file ends in the middle of a statement"),
            ("a\n\"x", "line 2: the file ends in the middle of a statement"),
        ] {
            let mut rows = CsvRows::new(csv.as_bytes(), "users");
            let fault = std::iter::from_fn(|| rows.next_row().transpose()).find_map(Result::err).unwrap();
            assert_eq!(fault.to_string(), said);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let mut rows = CsvRows::new(bytes.as_slice(), "users");
            while let Ok(Some(_)) = rows.next_row() {}
        }

        #[test]
        fn what_was_written_is_read(rows in proptest::collection::vec(("[^\0]{0,9}", "[a-z\"\n,;]{1,9}"), 1..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["one", "two"]).unwrap();
            for (one, two) in &rows {
                writer.write_record([one, two]).unwrap();
            }
            let written = writer.into_inner().unwrap();
            let mut read = CsvRows::new(written.as_slice(), "users");
            for (one, two) in &rows {
                let row = read.next_row().unwrap().unwrap();
                prop_assert_eq!(row.get(&["one"]).unwrap_or_default(), one);
                prop_assert_eq!(row.get(&["two"]).unwrap_or_default(), two);
            }
        }
    }
}
