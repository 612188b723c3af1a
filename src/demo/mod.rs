//! Everything that plays: the practice provider and bank, and the sample data of `smm-panel demo`. A panel that is
//! none uses only `sandbox`, and only with `BUMX_API_URL=sandbox`.

mod bank;
mod data;
mod filled;
pub mod sandbox;
mod transfers;

pub use data::{config, fill, introduce};
pub use filled::{DAYS, fill_month};
pub use transfers::start as start_transfers;
