//! Integration tests: the panel and its parts through their public doors, over real sockets and files.

mod health;
mod support;
