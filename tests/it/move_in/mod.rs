//! Moving in from other panels, by the binary and through the public doors of what came.

mod again;
mod cmsnt;
mod csv;
mod hostile;
mod kills;
mod money;
mod numbers;
mod perfectpanel;
mod smartpanel;
