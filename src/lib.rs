//! The panel, as a library for its binary and its tests. This page is the map.
//!
//! A module imports only modules of lower rank, so there are no circles; `tests/tidy` holds the table.
//!
//! | rank | modules | what they are |
//! |---|---|---|
//! | 0 | `kernel` | money, ids, time, errors, pages: no I/O |
//! | 1 | `db`, `front`, `outbound`, `order_types` | the SQLite file, connections from other machines, calls to them, how services are ordered and priced |
//! | 2 | `config`, `ledger`, `audit_log`, `idempotency` | the environment, every movement of money, small shared records |
//! | 3 | `settings`, `provider`, `certificates`, `storage` | what is in force, of the environment and of the operator's wishes; who delivers, and the upstream's language; what HTTPS is served with; where backups are sent |
//! | 4 | `announcements`, `referrals`, `bonuses`, `notify`, `mail` | what customers are told, what referrers earn, what users are given beside what they paid, what is told by Telegram, what users are written |
//! | 5 | `accounts`, `catalog` | who may come in, and at which tier; what is sold |
//! | 6 | `orders`, `deposits` | the two ways money moves |
//! | 7 | `state`, `refills`, `tickets` | what both edges share, what is topped up after its end, what customers ask the support |
//! | 8 | `reports`, `move_in` | figures, the audit and backups across all domains; what another panel left behind |
//! | 9 | `web`, `jobs`, `demo` | the two edges: HTTP, and background threads; the practice provider and bank |
//! | 10 | `app` | puts it all together |
//! | 11 | `cli` | the commands |

pub mod accounts;
pub mod announcements;
pub mod app;
pub mod audit_log;
pub mod bonuses;
pub mod catalog;
pub mod certificates;
pub mod cli;
pub mod config;
pub mod db;
pub mod demo;
pub mod deposits;
pub mod front;
pub mod idempotency;
pub mod jobs;
pub mod kernel;
pub mod ledger;
pub mod mail;
pub mod move_in;
pub mod notify;
pub mod order_types;
pub mod orders;
pub mod outbound;
pub mod provider;
pub mod referrals;
pub mod refills;
pub mod reports;
pub mod settings;
pub mod state;
pub mod storage;
pub mod tickets;
pub mod web;
