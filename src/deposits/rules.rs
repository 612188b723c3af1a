//! Codes and states of deposits, as plain values: how a code is made and found again in a bank's memo, and
//! what a deposit in each state does with a transfer, a settlement by hand and a tie.

use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use std::collections::BTreeSet;
use strum::{IntoStaticStr, VariantArray};

/// Days by which two readings of the bank's list overlap: banks report some transfers late.
const OVERLAP_DAYS: i64 = 2;
/// Days back from which the list is read the first time, at least and at most.
const FIRST_DAYS: i64 = 3;
const MOST_FIRST_DAYS: i64 = 30;

/// From which day on the bank's list is read: since shortly before it was `read` last; the first time since the last
/// transfer that was `received` by notice, within bounds. A moment in the future is a wrong clock's.
pub fn list_from(now: Timestamp, read: Option<Timestamp>, received: Option<Timestamp>) -> Day {
    let today = Day::of(now);
    if let Some(read) = read {
        return Day::of(read).min(today).plus(-OVERLAP_DAYS);
    }
    let (earliest, latest) = (today.plus(-MOST_FIRST_DAYS), today.plus(-FIRST_DAYS));
    received.map_or(latest, |at| Day::of(at).plus(-1).clamp(earliest, latest))
}

/// What every code begins with.
pub(super) const PREFIX: &[u8; 3] = b"NAP";
/// Characters behind the prefix.
const SUFFIX: usize = 8;
const LENGTH: usize = PREFIX.len() + SUFFIX;

/// No two of these look alike: of 0 O, 1 I L, 2 Z, 5 S, 8 B and U V at most one is here. `N` is missing so
/// that no code can begin inside another one, whatever stands in front.
const ALPHABET: &[u8; 24] = b"346789ACDEFGHJKMPQRTUWXY";

/// A code from 64 random bits. 24 to the power of 8 possibilities: the caller tries again when it is taken.
pub fn make_code(random: u64) -> String {
    let base = u64::try_from(ALPHABET.len()).unwrap_or(1);
    let mut code = String::from_utf8_lossy(PREFIX).into_owned();
    let mut left = random;
    for _ in 0..SUFFIX {
        let at = usize::try_from(left.checked_rem(base).unwrap_or(0)).unwrap_or(0);
        code.push(ALPHABET.get(at).copied().map_or('A', char::from));
        left = left.checked_div(base).unwrap_or(0);
    }
    code
}

/// Everything that could be a code in the two texts of a transfer, each once.
///
/// Banks change case, glue text on either side and put separators between any two letters or drop them. So
/// all but ASCII letters and digits is taken out of each text, and every position is tried. Whether a
/// candidate is the code of a deposit only the store knows.
pub fn find_codes(code: Option<&str>, content: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in [code.unwrap_or_default(), content] {
        let squeezed: Vec<u8> =
            text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()).collect();
        let candidates = squeezed.windows(LENGTH).filter(|window| is_code(window));
        found.extend(candidates.map(|window| String::from_utf8_lossy(window).into_owned()));
    }
    found
}

fn is_code(window: &[u8]) -> bool {
    window.strip_prefix(PREFIX).is_some_and(|rest| rest.iter().all(|byte| ALPHABET.contains(byte)))
}

/// Whether two account numbers are the same one. Leading zeros count, blanks around and case do not.
pub fn same_account(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    !one.is_empty() && one.eq_ignore_ascii_case(other)
}

/// Who completed a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum SettledBy {
    /// A bank transfer with its code.
    Transfer,
    /// An admin.
    Hand,
}

/// What clients are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Status {
    Pending,
    Completed,
    Rejected,
    Expired,
}

/// Where a deposit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Pending,
    /// Pending past its time. Nothing happened to it, so money is still welcome.
    Expired,
    Completed(SettledBy),
    Rejected,
}

/// What became of a bank transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum BankStatus {
    /// Nobody's yet.
    Unmatched,
    /// A user's, or tied to the deposit that was approved by hand for the same money.
    Credited,
    /// Outgoing, or set aside by an admin.
    Ignored,
}

/// Why a transfer was not credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Reason {
    /// It names no code, or none of ours.
    NoKnownCode,
    /// It names more than one code of ours.
    SeveralCodes,
    /// It arrived on an account that is not ours.
    OtherAccount,
    /// The deposit it names was approved by hand: perhaps for this very money.
    ApprovedByHand,
    /// The deposit it names was rejected.
    Rejected,
}

impl State {
    /// A transfer with the deposit's code arrived. `Ok`: it is credited and the deposit is completed by it; a
    /// second transfer and a late one are real money too.
    pub fn on_transfer(self) -> Result<(), Reason> {
        match self {
            State::Pending | State::Expired | State::Completed(SettledBy::Transfer) => Ok(()),
            State::Completed(SettledBy::Hand) => Err(Reason::ApprovedByHand),
            State::Rejected => Err(Reason::Rejected),
        }
    }

    /// Whether an admin may still approve or reject it.
    pub fn is_open(self) -> bool {
        match self {
            State::Pending | State::Expired => true,
            State::Completed(SettledBy::Transfer | SettledBy::Hand) | State::Rejected => false,
        }
    }

    pub fn is_approved_by_hand(self) -> bool {
        self == State::Completed(SettledBy::Hand)
    }

    /// Who completed it, if somebody has.
    pub fn settled_by(self) -> Option<SettledBy> {
        match self {
            State::Completed(by) => Some(by),
            State::Pending | State::Expired | State::Rejected => None,
        }
    }

    pub fn status(self) -> Status {
        match self {
            State::Pending => Status::Pending,
            State::Expired => Status::Expired,
            State::Completed(_) => Status::Completed,
            State::Rejected => Status::Rejected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CODE: &str = "NAP7K3Q9XYC";

    fn found(code: Option<&str>, content: &str) -> Vec<String> {
        find_codes(code, content).into_iter().collect()
    }

    #[test]
    fn a_code_is_found_whatever_the_bank_did_to_it() {
        for content in [
            "NAP7K3Q9XYC",
            "nap7k3q9xyc",
            "nap tien NAP7K3Q9XYC",
            "naptienNAP7K3Q9XYCchuyentien",
            "MBVCB.6612.NAP7K3Q9XYC.CT tu 0071 toi 0123456789",
            "NAP 7K3Q 9XYC",
            "NAP-7K3Q-9XYC",
            "N_A_P_7_K_3_Q_9_X_Y_C",
            "NAP7K3Q\r\n9XYC",
            "NAP\u{a0}7K3Q9\u{a0}XYC",
            "NAPNAP7K3Q9XYC",
            "NANAP7K3Q9XYC",
            "nạp tiềnNAP7K3Q9XYC123456",
        ] {
            assert_eq!(found(None, content), [CODE], "{content:?}");
        }
    }

    #[test]
    fn both_texts_are_searched_and_one_code_counts_once() {
        assert_eq!(found(Some("nap7k3q9xyc"), "hello"), [CODE]);
        assert_eq!(found(Some(CODE), "NAP 7K3Q9XYC and NAP7K3Q9XYC"), [CODE]);
        assert_eq!(found(Some("NAP4444AAAA"), CODE), ["NAP4444AAAA", CODE]);
    }

    #[test]
    fn the_texts_are_not_read_as_one() {
        assert!(found(Some("NAP7K3Q"), "9XYC").is_empty());
    }

    #[test]
    fn what_is_too_short_or_holds_other_letters_is_no_code() {
        for content in ["", "NAP", "NAP7K3Q9XY", "7K3Q9XYC", "NAP7K3Q9XY0", "NAP7K3Q9XYO", "NAP7K3Q9XYI"] {
            assert!(found(None, content).is_empty(), "{content:?}");
        }
    }

    #[test]
    fn only_open_and_transfer_completed_deposits_take_a_transfer() {
        let takes = |state: State| state.on_transfer();
        assert_eq!(takes(State::Pending), Ok(()));
        assert_eq!(takes(State::Expired), Ok(()));
        assert_eq!(takes(State::Completed(SettledBy::Transfer)), Ok(()));
        assert_eq!(takes(State::Completed(SettledBy::Hand)), Err(Reason::ApprovedByHand));
        assert_eq!(takes(State::Rejected), Err(Reason::Rejected));
    }

    #[test]
    fn a_state_says_what_may_still_happen_and_who_completed_it() {
        let by = |settled| (false, settled == SettledBy::Hand, Some(settled), Status::Completed);
        for (state, said) in [
            (State::Pending, (true, false, None, Status::Pending)),
            (State::Expired, (true, false, None, Status::Expired)),
            (State::Completed(SettledBy::Transfer), by(SettledBy::Transfer)),
            (State::Completed(SettledBy::Hand), by(SettledBy::Hand)),
            (State::Rejected, (false, false, None, Status::Rejected)),
        ] {
            let found = (state.is_open(), state.is_approved_by_hand(), state.settled_by(), state.status());
            assert_eq!(found, said, "{state:?}");
        }
    }

    #[test]
    fn the_list_is_read_with_an_overlap_and_not_for_years_the_first_time() {
        let at = |day: &str| Day::parse(day).unwrap().start();
        let from = |read, received| list_from(at("2026-11-22"), read, received).iso();
        assert_eq!(from(None, None), "2026-11-19");
        assert_eq!(from(None, Some(at("2026-11-22"))), "2026-11-19");
        assert_eq!(from(None, Some(at("2026-11-10"))), "2026-11-09");
        assert_eq!(from(None, Some(at("2020-01-01"))), "2026-10-23");
        assert_eq!(from(Some(at("2026-11-22")), Some(at("2020-01-01"))), "2026-11-20");
        assert_eq!(from(Some(at("2026-06-01")), None), "2026-05-30", "all that a long stop has missed");
        assert_eq!(from(Some(at("2033-01-01")), None), "2026-11-20", "a wrong clock hides nothing");
    }

    #[test]
    fn account_numbers_keep_their_zeros() {
        assert!(same_account("0123456789", " 0123456789 "));
        assert!(same_account("96247vqr01", "96247VQR01"));
        assert!(!same_account("0123456789", "123456789"));
        assert!(!same_account("", ""));
    }

    proptest! {
        #[test]
        fn a_made_code_has_no_look_alikes_and_is_found(random: u64) {
            let code = make_code(random);
            prop_assert_eq!(code.len(), 11);
            prop_assert!(code.starts_with("NAP"));
            prop_assert!(!code.bytes().skip(3).any(|byte| b"0O1IL2Z5SBVN".contains(&byte)));
            prop_assert_eq!(found(None, &code), vec![code]);
        }

        #[test]
        fn noise_around_and_separators_inside_never_hide_a_code(
            random: u64,
            front in ".{0,40}",
            back in ".{0,40}",
            separators in proptest::collection::vec("[ ._:/*\\-\u{a0}]{0,3}", 11),
            cases in proptest::collection::vec(any::<bool>(), 11),
        ) {
            let code = make_code(random);
            let mut memo = front;
            for ((letter, lower), separator) in code.chars().zip(cases).zip(separators) {
                memo.push(if lower { letter.to_ascii_lowercase() } else { letter });
                memo.push_str(&separator);
            }
            memo.push_str(&back);
            prop_assert!(find_codes(None, &memo).contains(&code), "{memo:?}");
        }

        #[test]
        fn two_codes_in_one_memo_are_both_found(one: u64, other: u64, between in "[a-z ]{0,9}") {
            let (one, other) = (make_code(one), make_code(other));
            let both = BTreeSet::from([one.clone(), other.clone()]);
            let memo = format!("{one}{between}{other}");
            prop_assert!(find_codes(None, &memo).is_superset(&both));
        }
    }
}
