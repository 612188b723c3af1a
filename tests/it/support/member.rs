//! A logged-in user of a test panel.

use super::app::Asker;
use smm_panel::kernel::ids::UserId;
use std::ops::Deref;

pub struct Member<'a> {
    pub id: UserId,
    pub asker: Asker<'a>,
}

impl<'a> Deref for Member<'a> {
    type Target = Asker<'a>;

    fn deref(&self) -> &Asker<'a> {
        &self.asker
    }
}

impl Member<'_> {
    /// With so much money more.
    #[must_use]
    pub fn funded(self, amount: i64) -> Self {
        self.app.fund(self.id, amount);
        self
    }

    pub fn balance(&self) -> i64 {
        self.app.number(&format!("SELECT balance FROM accounts WHERE id = {}", self.id))
    }

    pub fn spent(&self) -> i64 {
        self.app.number(&format!("SELECT spent FROM accounts WHERE id = {}", self.id))
    }

    pub fn referral_code(&self) -> String {
        let id = self.id;
        let read = |tx: &smm_panel::db::ReadTx| smm_panel::accounts::profile(tx, id);
        self.app.app.db.read_now(read).unwrap().unwrap().user.referral_code
    }

    pub fn token(&self) -> &str {
        self.asker.token.as_deref().unwrap()
    }
}
