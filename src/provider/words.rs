//! The words providers use, whatever their spelling. Pure.

use super::model::ReportedStatus;
/// The status a word stands for, without regard to case, blanks, `_` and `-`. An unknown one is unshortened.
pub(super) fn status(word: &str) -> ReportedStatus {
    let ignored = |c: char| c.is_whitespace() || matches!(c, '_' | '-');
    let folded: String = word.chars().filter(|c| !ignored(*c)).flat_map(char::to_lowercase).collect();
    match folded.as_str() {
        "pending" => ReportedStatus::Pending,
        "processing" => ReportedStatus::Processing,
        "inprogress" | "active" => ReportedStatus::InProgress,
        "completed" | "complete" => ReportedStatus::Completed,
        "partial" => ReportedStatus::Partial,
        "canceled" | "cancelled" | "cancel" | "refunded" => ReportedStatus::Canceled,
        _ => ReportedStatus::Unknown(word.to_owned()),
    }
}

/// Whether a `status` beside an order id says that the call failed.
pub(super) fn is_failure(word: &str) -> bool {
    ["error", "fail", "failed", "failure"].contains(&word.trim().to_lowercase().as_str())
}

/// Whether a provider's error speaks of our account with it and not of the order.
///
/// There are no codes, only sentences in any language and wording, so this looks for the words that such sentences
/// share. Taking a refusal for trouble keeps an order waiting under the operator's eyes; the other way round it is
/// canceled and refunded. Neither loses money.
pub(super) fn is_account_trouble(error: &str) -> bool {
    let lower = error.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let says = |list: &[&str]| list.iter().any(|part| lower.contains(part));

    let money = any(&["balance", "funds", "fund"])
        || (any(&["credit", "credits", "money"]) && any(&["enough", "insufficient", "no", "low"]))
        || says(&["số dư", "so du", "hết tiền", "không đủ tiền"]);
    let key = any(&["apikey", "unauthorized", "unauthorised", "unauthenticated"])
        || says(&["api key", "api_key", "api-key", "authentication", "authorization", "not authorized"])
        || (any(&["key", "token"])
            && any(&["invalid", "incorrect", "wrong", "bad", "missing", "expired", "inactive"]));
    let barred = any(&["disabled", "suspended", "blocked", "banned", "deactivated", "inactive"])
        && any(&["user", "account", "api"])
        // The target's account may be disabled as well, which is the customer's matter.
        && !any(&["link", "profile", "page", "target", "instagram", "facebook", "tiktok", "youtube", "service"]);
    money || key || barred
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn status_words_are_known_in_every_spelling() {
        for (words, expected) in [
            (vec!["Pending", " pending "], ReportedStatus::Pending),
            (vec!["Processing", "PROCESSING"], ReportedStatus::Processing),
            (
                vec!["In progress", "In Progress", "inprogress", "in_progress", "IN-PROGRESS", "Active"],
                ReportedStatus::InProgress,
            ),
            (vec!["Completed", "complete"], ReportedStatus::Completed),
            (vec!["Partial", "PARTIAL"], ReportedStatus::Partial),
            (vec!["Canceled", "Cancelled", "cancel", "Refunded"], ReportedStatus::Canceled),
        ] {
            for word in words {
                assert_eq!(status(word), expected, "{word:?}");
            }
        }
    }

    #[test]
    fn other_words_decide_nothing() {
        for word in [
            "",
            "Fail",
            "Failed",
            "Error",
            "Success",
            "Canceling",
            "Not completed",
            "Partially completed",
            "0",
        ] {
            assert_eq!(status(word), ReportedStatus::Unknown(word.to_owned()));
        }
    }

    #[test]
    fn trouble_with_the_account_is_told_from_a_refusal() {
        for error in [
            "Not enough funds on balance",
            "neworder.error.not_enough_funds",
            "Insufficient balance",
            "Your balance is too low!",
            "not enough credits",
            "Incorrect API key",
            "Invalid API key",
            "invalid_api_key",
            "Invalid key",
            "Unauthorized",
            "User disabled",
            "Your account has been suspended",
            "Số dư không đủ",
            "Tài khoản không đủ tiền",
        ] {
            assert!(is_account_trouble(error), "{error}");
        }
        for error in [
            "",
            "Bad link",
            "Incorrect link",
            "Incorrect service ID",
            "Quantity less than minimal 100",
            "Quantity more than maximum 50000",
            "You have active order with this link. Please wait until order being completed.",
            "Service is disabled",
            "This Instagram account is disabled",
            "No refund for this service",
            "This account is private",
            "Not enough comments",
            "neworder.error.link_duplicate",
        ] {
            assert!(!is_account_trouble(error), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_word_is_read_without_panic(word in any::<String>()) {
            status(&word);
            is_account_trouble(&word);
            is_failure(&word);
        }
    }
}
