//! How the kernel's types stand in a column.

use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::ids::*;
use crate::kernel::language::Language;
use crate::kernel::money::{Percent, Quantity, Rate, Vnd};
use crate::kernel::note::Note;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

macro_rules! integer_column {
    ($($name:ty, $to:expr, $from:expr;)+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from($to(*self)))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let raw = value.as_i64()?;
                $from(raw).ok_or(FromSqlError::OutOfRange(raw))
            }
        }
    )+};
}

/// As JSON. What is none is a corrupt row.
impl ToSql for Note {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json = serde_json::to_string(self);
        json.map(ToSqlOutput::from).map_err(|cause| rusqlite::Error::ToSqlConversionFailure(cause.into()))
    }
}

impl FromSql for Note {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map_err(|cause| FromSqlError::Other(cause.into()))
    }
}

impl ToSql for UserSet {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(serde_json::Value::from_iter(self.ids()).to_string()))
    }
}

/// Words in a column, for enums with strum's `VariantArray` and `into_str`. Another word is a corrupt row.
macro_rules! word_column {
    ($($name:ty),+ $(,)?) => {$(
        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(rusqlite::types::ToSqlOutput::from(self.into_str()))
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                let word = value.as_str()?;
                let words = <$name as strum::VariantArray>::VARIANTS;
                let known = words.iter().copied().find(|known| known.into_str() == word);
                let unknown = concat!("no ", stringify!($name), ": ");
                known.ok_or_else(|| rusqlite::types::FromSqlError::Other(format!("{unknown}{word}").into()))
            }
        }
    )+};
}
pub(crate) use word_column;

word_column!(Language);

macro_rules! id_columns {
    ($($(#[$_doc:meta])* $name:ident),+ $(,)?) => {
        integer_column! { $($name, $name::get, |raw| Some($name::new(raw));)+ }
    };
}
for_each_id!(id_columns);

integer_column! {
    Vnd, Vnd::get, |raw| Some(Vnd::new(raw));
    Rate, Rate::milli, Rate::from_milli;
    Percent, Percent::get, Percent::new;
    Quantity, Quantity::get, Quantity::new;
    Day, Day::number, |raw| Some(Day::from_number(raw));
    Timestamp, Timestamp::millis, |raw| Some(Timestamp::from_millis(raw));
}
