//! The bot that brings notices to the operator, as the environment names it.

use super::{ConfigError, Vars};
use crate::kernel::secret::Secret;

/// Telegram's own servers.
pub const TELEGRAM: &str = "https://api.telegram.org";

impl Vars<'_> {
    /// It becomes a part of an address, so what would change the address is refused, and never shown.
    pub(super) fn telegram_bot_token(&self) -> Result<Option<Secret>, ConfigError> {
        let Some(token) = self.text("TELEGRAM_BOT_TOKEN") else { return Ok(None) };
        if !token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:".contains(&b)) {
            let problem = "must look like 123456:ABC-DEF, as @BotFather gave it".to_owned();
            return Err(ConfigError { name: "TELEGRAM_BOT_TOKEN", problem });
        }
        Ok(Some(Secret::new(token)))
    }

    pub(super) fn telegram_chat_id(&self) -> Result<Option<String>, ConfigError> {
        let Some(chat) = self.text("TELEGRAM_CHAT_ID") else { return Ok(None) };
        let named = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if chat.parse::<i64>().is_ok() || chat.strip_prefix('@').is_some_and(named) {
            return Ok(Some(chat));
        }
        let problem = "must be a number like -1001234567890, or @name of a channel".to_owned();
        Err(ConfigError { name: "TELEGRAM_CHAT_ID", problem })
    }
}
