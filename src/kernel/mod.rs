//! The vocabulary every other module speaks: money, ids, time, errors, pages, and what others write.
//!
//! Nothing here does I/O or knows a database, a web framework or another module of the panel.

pub mod cause;
pub mod change;
pub mod chosen;
pub mod clock;
pub mod day;
pub mod email;
pub mod error;
pub mod figure;
pub mod finding;
pub mod foreign;
pub mod ids;
pub mod language;
pub mod money;
pub mod note;
pub mod notice;
pub mod page;
pub mod reason;
pub mod rule;
pub mod secret;
pub mod text;
pub mod words;
