//! What names, passwords and reasons may look like, and which tier a spending reaches. Pure.

use crate::kernel::error::Rule;
use crate::kernel::money::Vnd;
use crate::kernel::text::trimmed;
use crate::settings::Tier;

/// bcrypt reads no further; a longer password would be cut silently.
pub const PASSWORD_MAX_BYTES: usize = 72;
const PASSWORD_MIN_CHARS: usize = 8;
const REASON_MAX_CHARS: usize = 500;
/// A slip of the finger may add zeros; and no number of such credits comes near the range of an account.
pub const ADJUSTMENT_MAX: Vnd = Vnd::new(1_000_000_000_000);

/// A user name in its stored form. Only ASCII is folded: `K` (the Kelvin sign) is not a `k`.
pub fn username(text: &str) -> Result<String, Rule> {
    let name = trimmed(text).to_ascii_lowercase();
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-');
    let (min, max) = (3, 32);
    if !(min..=max).contains(&name.len()) || !name.bytes().all(allowed) {
        return Err(Rule::Username { min, max });
    }
    Ok(name)
}

/// Whether bcrypt can tell this password from every other one: it ends its input with NUL and repeats it, so a NUL
/// inside makes different passwords equal, and what is beyond 72 bytes does not count.
pub fn is_hashable(password: &str) -> bool {
    password.len() <= PASSWORD_MAX_BYTES && !password.contains('\0')
}

/// A password somebody wants to use from now on.
pub fn new_password(text: &str) -> Result<(), Rule> {
    if text.chars().count() < PASSWORD_MIN_CHARS {
        return Err(Rule::CharsAtLeast { min: PASSWORD_MIN_CHARS });
    }
    if text.len() > PASSWORD_MAX_BYTES {
        return Err(Rule::BytesAtMost { max: PASSWORD_MAX_BYTES });
    }
    if is_hashable(text) { Ok(()) } else { Err(Rule::NoControl) }
}

/// Why an admin does something: some words, trimmed.
pub fn reason(text: &str) -> Result<String, Rule> {
    let reason = trimmed(text);
    let (min, max) = (1, REASON_MAX_CHARS);
    if (min..=max).contains(&reason.chars().count()) {
        return Ok(reason.to_owned());
    }
    Err(Rule::Chars { min, max })
}

/// A signed correction of a balance. Only credits have a limit: a debit is limited by the balance.
pub fn adjustment(amount: Vnd) -> Result<(), Rule> {
    if amount == Vnd::ZERO {
        return Err(Rule::NotZero);
    }
    if amount > ADJUSTMENT_MAX { Err(Rule::AmountAtMost { max: ADJUSTMENT_MAX.get() }) } else { Ok(()) }
}

/// The highest tier that `spent` reaches. `None` only when no tier begins at zero.
pub fn tier_for(spent: Vnd, tiers: &[Tier]) -> Option<&Tier> {
    tiers.iter().filter(|tier| tier.min_spent <= spent).max_by_key(|tier| (tier.min_spent, tier.level))
}

/// The tier after the one that `spent` reaches, if there is one.
pub fn next_tier(spent: Vnd, tiers: &[Tier]) -> Option<&Tier> {
    tiers.iter().filter(|tier| tier.min_spent > spent).min_by_key(|tier| (tier.min_spent, tier.level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::money::Percent;
    use proptest::prelude::*;

    fn tiers() -> Vec<Tier> {
        [(1, 0, 0), (2, 5_000_000, 3), (3, 20_000_000, 5), (4, 50_000_000, 10)]
            .into_iter()
            .map(|(level, min_spent, discount)| Tier {
                level,
                name: format!("T{level}"),
                min_spent: Vnd::new(min_spent),
                discount: Percent::new(discount).unwrap(),
            })
            .collect()
    }

    #[test]
    fn usernames_are_folded_and_limited() {
        assert_eq!(username("Lan.Anh_9-x").as_deref(), Ok("lan.anh_9-x"));
        assert_eq!(username("abc").as_deref(), Ok("abc"));
        assert_eq!(username("\u{feff} abc\u{200b}\n").as_deref(), Ok("abc"));
        assert_eq!(username(&"a".repeat(32)).map(|name| name.len()), Ok(32));
        for bad in ["", "ab", "a b", "a@b", "đạt", "a\nbc", "ab\u{200b}c", "ab\0", "\u{212a}ate", "tên-tôi"]
        {
            assert!(username(bad).is_err(), "{bad:?}");
        }
        assert!(username(&"a".repeat(33)).is_err());
    }

    #[test]
    fn passwords_have_eight_characters_and_at_most_72_bytes() {
        for good in ["12345678", "mật khẩu", "        ", "🔑🔑🔑🔑🔑🔑🔑🔑"] {
            assert_eq!(new_password(good), Ok(()), "{good:?}");
        }
        assert_eq!(new_password(&"x".repeat(72)), Ok(()));
        assert!(new_password(&"x".repeat(73)).is_err());
        assert!(new_password("1234567").is_err());
        assert!(new_password("ạạạạạạạ").is_err(), "7 characters, however many bytes");
        assert!(new_password(&"ạ".repeat(25)).is_err(), "75 bytes, however few characters");
        assert!(new_password("1234567\0").is_err());
    }

    #[test]
    fn a_reason_is_said_in_some_words() {
        assert_eq!(reason("  bank slip 7 ").as_deref(), Ok("bank slip 7"));
        assert!(reason(" \t\n").is_err());
        assert!(reason(&"ạ".repeat(501)).is_err());
    }

    #[test]
    fn an_adjustment_moves_something_and_not_absurdly_much() {
        assert!(adjustment(Vnd::ZERO).is_err());
        assert!(adjustment(Vnd::new(i64::MAX)).is_err());
        assert_eq!(adjustment(Vnd::new(1)), Ok(()));
        assert_eq!(adjustment(Vnd::new(i64::MIN)), Ok(()), "the balance refuses it, not the rule");
    }

    #[test]
    fn tiers_change_exactly_at_their_bounds() {
        let tiers = tiers();
        for (spent, level, next) in [
            (0, 1, Some(2)),
            (4_999_999, 1, Some(2)),
            (5_000_000, 2, Some(3)),
            (19_999_999, 2, Some(3)),
            (20_000_000, 3, Some(4)),
            (50_000_000, 4, None),
            (i64::MAX, 4, None),
        ] {
            assert_eq!(tier_for(Vnd::new(spent), &tiers).map(|t| t.level), Some(level), "{spent}");
            assert_eq!(next_tier(Vnd::new(spent), &tiers).map(|t| t.level), next, "{spent}");
        }
    }

    proptest! {
        #[test]
        fn the_discount_never_falls_with_spending(a in 0..100_000_000_i64, b in 0..100_000_000_i64) {
            let tiers = tiers();
            let discount = |spent| tier_for(Vnd::new(spent), &tiers).map(|tier| tier.discount);
            prop_assert!(discount(a.min(b)) <= discount(a.max(b)));
        }

        #[test]
        fn an_accepted_name_is_its_own_stored_form(text in ".{0,40}") {
            if let Ok(name) = username(&text) {
                prop_assert_eq!(username(&name), Ok(name.clone()));
                prop_assert!(!name.contains('@'), "a user name is never an e-mail address");
            }
        }

        #[test]
        fn any_text_is_judged_without_panic(text in any::<String>()) {
            let _ = (username(&text).is_ok(), new_password(&text), reason(&text).is_ok());
        }
    }
}
