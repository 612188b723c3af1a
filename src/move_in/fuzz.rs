//! Doors for a fuzzer to what is read of another panel.

use super::csv::CsvRows;
use super::dump::{LONGEST_ROW, Row, Rows};
use super::rules::{self, ExchangeRate};
use crate::kernel::clock::Timestamp;
use std::hint::black_box;

/// The columns that are looked at.
const COLUMNS: [&str; 6] = ["id", "email", "balance", "status", "created", "quantity"];

/// A dump, all its tables.
pub fn dump(bytes: &[u8]) {
    let mut rows = Rows::new(bytes, |_| true);
    while let Ok(Some(row)) = rows.next_row() {
        judge(&row);
    }
}

pub fn csv(bytes: &[u8]) {
    let mut rows = CsvRows::new(bytes, "users");
    while let Ok(Some(row)) = rows.next_row() {
        judge(&row);
    }
}

/// Every value is judged, whatever it is.
fn judge(row: &Row) {
    let rate = ExchangeRate::one();
    let values = COLUMNS.iter().filter_map(|name| row.text(&[name]));
    for text in values {
        assert!(text.len() <= LONGEST_ROW);
        assert!(!rules::line(text, 40).contains(char::is_control));
        black_box((rules::amount(text, &rate, true), rules::amount(text, &rate, false), rules::count(text)));
        black_box((
            rules::status(text),
            rules::moment(text, Timestamp::from_millis(i64::MAX)),
            rules::id(text),
        ));
    }
}
