//! What an admin asks to change, and which values may be in force. Pure: no error text repeats a value.

use super::{Tier, notice_name};
use crate::config::{Bank, DEPOSIT_EXPIRY_MINUTES};
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::money::{Percent, Vnd};
use crate::kernel::notice::NoticeKind;
use crate::kernel::secret::Secret;
use crate::kernel::text::trimmed;
use std::ops::RangeInclusive;

/// The most that a VietQR code can ask for.
const MOST_DONG: i64 = 9_999_999_999_999;
const TIERS: usize = 4;
const MOST_NOTICE_CHARS: usize = 2000;
/// A month: a longer view than the pace of a week gives is none.
const MOST_LOW_FUNDS_HOURS: i64 = 720;

/// The settings to change; `None` leaves one as it is. In the inner options, `None` or a blank text empties it.
#[derive(Default)]
pub struct Patch {
    pub site_name: Option<String>,
    pub notice: Option<Option<String>>,
    pub support_zalo: Option<Option<String>>,
    pub support_telegram: Option<Option<String>>,
    pub support_email: Option<Option<String>>,
    pub bank: Option<Option<Bank>>,
    pub deposit_min: Option<i64>,
    pub deposit_max: Option<i64>,
    pub deposit_expiry_minutes: Option<i64>,
    pub commission_percent: Option<i64>,
    pub pay_banned_referrers: Option<bool>,
    /// All of them, lowest first.
    pub tiers: Option<Vec<TierDraft>>,
    pub sepay_secret: Option<Option<Secret>>,
    pub sepay_api_token: Option<Option<Secret>>,
    pub telegram_bot_token: Option<Option<Secret>>,
    pub telegram_chat_id: Option<Option<String>>,
    pub notices: Vec<(NoticeKind, bool)>,
    pub min_margin_percent: Option<i64>,
    pub price_jump_percent: Option<i64>,
    pub auto_resume: Option<bool>,
    pub low_funds_hours: Option<i64>,
}

/// A tier that nobody looked at yet.
#[derive(Debug, Clone)]
pub struct TierDraft {
    pub level: i64,
    pub name: String,
    pub min_spent: i64,
    pub discount_percent: i64,
}

/// Checked values, ready to be stored.
#[derive(Default)]
pub(super) struct Draft {
    /// By name; `None` deletes.
    pub values: Vec<(&'static str, Option<String>)>,
    pub tiers: Option<Vec<Tier>>,
    pub wrong: Vec<FieldError>,
}

impl Draft {
    /// All that the patch names, and all that is wrong with it.
    pub fn of(patch: Patch) -> Draft {
        let mut draft = Draft::default();
        draft.site_name(patch.site_name);
        draft.optional("notice", patch.notice, is_notice, Rule::CharsAtMost { max: MOST_NOTICE_CHARS });
        draft.optional("support.zalo", patch.support_zalo, is_contact, Rule::Contact { max: 200 });
        draft.optional("support.telegram", patch.support_telegram, is_contact, Rule::Contact { max: 200 });
        draft.optional("support.email", patch.support_email, is_email, Rule::Email);
        draft.bank(patch.bank);
        draft.amount("deposit_min", patch.deposit_min);
        draft.amount("deposit_max", patch.deposit_max);
        draft.integer("deposit_expiry_minutes", patch.deposit_expiry_minutes, DEPOSIT_EXPIRY_MINUTES);
        draft.integer("commission_percent", patch.commission_percent, 0..=100);
        draft.tiers(patch.tiers);
        let text = |secret: Option<Option<Secret>>| secret.map(|s| s.map(|s| s.expose().to_owned()));
        let key = Rule::Key { min: 8, max: 200 };
        draft.optional("sepay.secret", text(patch.sepay_secret), is_secret, key.clone());
        draft.optional("sepay.api_token", text(patch.sepay_api_token), is_secret, key);
        draft.optional("telegram.bot_token", text(patch.telegram_bot_token), is_bot_token, Rule::BotToken);
        draft.optional("telegram.chat_id", patch.telegram_chat_id, is_chat, Rule::Chat);
        for (kind, on) in patch.notices {
            draft.values.push((notice_name(kind), Some(on.to_string())));
        }
        draft.integer("min_margin_percent", patch.min_margin_percent, 0..=100);
        draft.integer("price_jump_percent", patch.price_jump_percent, 0..=100);
        for (name, on) in
            [("auto_resume", patch.auto_resume), ("pay_banned_referrers", patch.pay_banned_referrers)]
        {
            draft.values.extend(on.map(|on| (name, Some(on.to_string()))));
        }
        draft.integer("low_funds_hours", patch.low_funds_hours, 0..=MOST_LOW_FUNDS_HOURS);
        draft
    }

    pub fn refuse(&mut self, field: impl Into<String>, rule: Rule) {
        self.wrong.push(FieldError::new(field, rule));
    }

    /// The names of all it changes.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.values.iter().map(|(name, _)| *name)
    }

    fn site_name(&mut self, given: Option<String>) {
        let Some(name) = given.map(|name| trimmed(&name).to_owned()) else { return };
        if !is_line(&name, 1..=100) {
            self.refuse("site_name", Rule::Line { min: 1, max: 100 });
        }
        self.values.push(("site_name", Some(name)));
    }

    fn optional(
        &mut self,
        name: &'static str,
        given: Option<Option<String>>,
        fits: fn(&str) -> bool,
        rule: Rule,
    ) {
        let Some(text) = given else { return };
        let text = text.map(|text| trimmed(&text).to_owned()).filter(|text| !text.is_empty());
        if text.as_deref().is_some_and(|text| !fits(text)) {
            self.refuse(name, rule);
        }
        self.values.push((name, text));
    }

    fn integer(&mut self, name: &'static str, given: Option<i64>, range: RangeInclusive<i64>) {
        let Some(number) = given else { return };
        if !range.contains(&number) {
            self.refuse(name, Rule::Range { min: *range.start(), max: *range.end() });
        }
        self.values.push((name, Some(number.to_string())));
    }

    fn amount(&mut self, name: &'static str, given: Option<i64>) {
        let Some(dong) = given else { return };
        if !(1..=MOST_DONG).contains(&dong) {
            self.refuse(name, Rule::AmountRange { min: 1, max: MOST_DONG });
        }
        self.values.push((name, Some(dong.to_string())));
    }

    fn bank(&mut self, given: Option<Option<Bank>>) {
        let Some(bank) = given else { return };
        match bank.map(Bank::check).transpose() {
            Ok(bank) => self.values.push(("bank", bank.as_ref().map(super::shown::bank_text))),
            Err(wrong) => {
                self.values.push(("bank", None));
                for bad in wrong {
                    self.refuse(format!("bank.{}", bad.part), bad.rule);
                }
            }
        }
    }

    /// Who spends more never pays more, so neither bounds nor discounts may fall.
    fn tiers(&mut self, given: Option<Vec<TierDraft>>) {
        let Some(drafts) = given else { return };
        if drafts.len() != TIERS {
            return self.refuse("tiers", Rule::Tiers { count: TIERS });
        }
        let mut tiers: Vec<Tier> = Vec::with_capacity(TIERS);
        for (index, (draft, level)) in drafts.into_iter().zip(1..).enumerate() {
            let before = tiers.last();
            let least_spent = before.map_or(0, |below| below.min_spent.get().saturating_add(1));
            let most_spent = if level == 1 { 0 } else { MOST_DONG };
            let least_discount = before.map_or(0, |below| below.discount.get());
            let problems = [
                ("level", draft.level == level, Rule::Exactly { value: level }),
                ("name", is_line(trimmed(&draft.name), 1..=50), Rule::Line { min: 1, max: 50 }),
                (
                    "min_spent",
                    (least_spent..=most_spent).contains(&draft.min_spent),
                    Rule::AmountRange { min: least_spent, max: most_spent },
                ),
                (
                    "discount_percent",
                    (least_discount..=100).contains(&draft.discount_percent),
                    Rule::Range { min: least_discount, max: 100 },
                ),
            ];
            for (part, _, rule) in problems.into_iter().filter(|(_, fits, _)| !fits) {
                self.refuse(format!("tiers[{index}].{part}"), rule);
            }
            tiers.push(Tier {
                level,
                name: trimmed(&draft.name).to_owned(),
                min_spent: Vnd::new(draft.min_spent),
                discount: Percent::new(draft.discount_percent).unwrap_or_default(),
            });
        }
        self.tiers = Some(tiers);
    }
}

fn is_line(text: &str, characters: RangeInclusive<usize>) -> bool {
    characters.contains(&text.chars().count()) && !text.contains(char::is_control)
}

fn is_notice(text: &str) -> bool {
    text.chars().count() <= MOST_NOTICE_CHARS
        && !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t')
}

/// Pages make links of these, so no other scheme may hide in one.
fn is_contact(text: &str) -> bool {
    let is_link = ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme));
    is_line(text, 1..=200) && (is_link || !text.contains(':'))
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && b != b'@');
    text.len() <= 254 && parts.is_some_and(|(name, host)| plain(name) && plain(host)) && !text.contains(':')
}

fn is_secret(text: &str) -> bool {
    (8..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// It becomes a part of an address.
fn is_bot_token(text: &str) -> bool {
    let Some((bot, key)) = text.split_once(':') else { return false };
    text.len() <= 200
        && !bot.is_empty()
        && bot.bytes().all(|b| b.is_ascii_digit())
        && !key.is_empty()
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn is_chat(text: &str) -> bool {
    let name = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let number = text.strip_prefix('-').unwrap_or(text);
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let is_name = text.strip_prefix('@').is_some_and(|rest| !rest.is_empty() && name(rest));
    text.len() <= 64 && (is_number || is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_hide_no_other_scheme() {
        for good in ["0901234567", "@shop", "https://zalo.me/0901234567", "http://t.me/shop"] {
            assert!(is_contact(good), "{good}");
        }
        for bad in ["javascript:alert(1)", "data:text/html,x", "HTTPS:x", "a\nb", ""] {
            assert!(!is_contact(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_tokens_and_chats_look_like_what_they_are() {
        assert!(is_email("hotro@example.vn") && is_bot_token("123456:ABC-def_1"));
        for chat in ["42", "-1001234567890", "@thong_bao"] {
            assert!(is_chat(chat), "{chat}");
        }
        assert!(["@", "a@", "@b", "a@b@c", "a b@c", "mailto:a@b"].iter().all(|bad| !is_email(bad)));
        assert!(["", "1", "1:", ":a", "1:a/../b", "x:a", "1:a b"].iter().all(|bad| !is_bot_token(bad)));
        assert!(["", "-", "@", "chat", "1 2", "@a-b"].iter().all(|bad| !is_chat(bad)));
        assert!(!is_secret("short") && !is_secret("has a blank in it") && is_secret("12345678"));
    }
}
