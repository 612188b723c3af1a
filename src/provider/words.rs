//! The words providers use, whatever their spelling. Pure.

use super::model::{RefillWord, ReportedStatus};
use super::vocabulary::VOCABULARY;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

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
        "expired" => ReportedStatus::Expired,
        "paused" => ReportedStatus::Paused,
        _ => ReportedStatus::Unknown(word.to_owned()),
    }
}

/// The same of a refill.
pub(super) fn refill(word: &str) -> RefillWord {
    match status(word) {
        ReportedStatus::Pending => RefillWord::Pending,
        ReportedStatus::Processing | ReportedStatus::InProgress => RefillWord::InProgress,
        ReportedStatus::Completed => RefillWord::Completed,
        ReportedStatus::Canceled => RefillWord::Rejected,
        ReportedStatus::Unknown(word) if word.trim().eq_ignore_ascii_case("rejected") => RefillWord::Rejected,
        ReportedStatus::Partial
        | ReportedStatus::Expired
        | ReportedStatus::Paused
        | ReportedStatus::Unknown(_) => RefillWord::Unknown(word.to_owned()),
    }
}

/// Whether a `status` beside an order id says that the call failed.
pub(super) fn is_failure(word: &str) -> bool {
    ["error", "fail", "failed", "failure", "false"].contains(&word.trim().to_lowercase().as_str())
}

/// Whether it says that the call went well.
pub(super) fn is_success(word: &str) -> bool {
    ["success", "successful", "ok", "true"].contains(&word.trim().to_lowercase().as_str())
}

/// What a provider's error text means for the order it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Our account with it is the trouble: no funds, a wrong key, a ban.
    Account,
    /// It takes nothing now: a rate limit, maintenance.
    Busy,
    /// Another order for the same link is under way there.
    SameLink,
    /// It does not sell the service.
    Service,
    /// The order cannot be delivered as the customer wants it.
    Customer,
    /// No words that anybody here knows.
    Unknown,
}

/// Only of a text that is a clear no (`unclear`). There are no codes, only sentences in any language and wording, so
/// this looks for what such sentences share. What waits comes before what is refused: waiting under the operator's
/// eyes costs nothing, a refusal cannot be taken back.
pub(super) fn meaning(error: &str) -> Meaning {
    let text = folded(error);
    let known = &*VOCABULARY;
    if known.same_link.are_in(&text) || (known.exists.are_in(&text) && known.link.are_in(&text)) {
        Meaning::SameLink
    } else if known.no_funds.are_in(&text)
        || known.no_entry.are_in(&text)
        || is_key(&text)
        || is_barred(&text)
    {
        Meaning::Account
    } else if known.busy.are_in(&text) {
        Meaning::Busy
    } else if known.no_service.are_in(&text) {
        Meaning::Service
    } else if known.customer.are_in(&text) {
        Meaning::Customer
    } else {
        Meaning::Unknown
    }
}

/// Whether a text denies what it speaks of: the order, its link, its limits or our money. Of an order it has to say
/// that it was not made, unless it says why. What speaks of none of them is in words that nobody knows, and denies too.
pub(super) fn is_denied(error: &str) -> bool {
    let text = folded(&without_links(error));
    let known = &*VOCABULARY;
    let topics = [&known.order, &known.link, &known.customer, &known.no_funds];
    let has_reason = || meaning(error) != Meaning::Unknown;
    // A bound that is named is one that was broken.
    let denials = [&known.denial, &known.top_up, &known.limit];
    let denies = || denials.iter().any(|list| list.are_in(&text));
    !topics.iter().any(|topic| topic.are_in(&text))
        || known.not_made.are_in(&text)
        || (has_reason() && denies())
}

/// Whether it clearly says of the order asked for that there is none of its id: nothing about our account, nothing that
/// may pass, no generic trouble with a request.
pub(super) fn is_unknown_order(error: &str) -> bool {
    VOCABULARY.no_order.are_in(&folded(error)) && !matches!(meaning(error), Meaning::Account | Meaning::Busy)
}

/// Whether a text clearly says that a refill was not made: in the field's sentences, whose words are those of no order.
pub(super) fn is_no_refill(error: &str) -> bool {
    let text = folded(error);
    let known = [
        " refill is disabled ",
        " refill disabled ",
        " refill is not available ",
        " refill not available ",
        " cannot be refilled ",
        " can not be refilled ",
        " is not completed ",
        " not eligible ",
        " less than 24 hours ago ",
        " refill days are over ",
        " refill period ",
        " no refill ",
        " incorrect order id ",
        " khong ho tro bao hanh ",
        " khong duoc bao hanh ",
        " het han bao hanh ",
        " chua hoan thanh ",
    ];
    known.iter().any(|phrase| text.contains(phrase))
}

/// Whether a refusal says that the same was asked for before, or has happened: no no.
pub(super) fn is_asked_already(error: &str) -> bool {
    let text = folded(error);
    let known = [
        " already ",
        " duplicate ",
        " da duoc yeu cau",
        " da yeu cau",
        " da gui yeu cau",
        " dang huy ",
        " da huy ",
    ];
    known.iter().any(|phrase| text.contains(phrase))
}

/// Whether a word in the place of a status says that there is nothing.
pub(super) fn is_missing(word: &str) -> bool {
    let text = folded(word);
    let words =
        [" not ", " no ", " none ", " null ", " unknown ", " incorrect ", " invalid ", " wrong ", " khong "];
    text.trim().is_empty() || words.iter().any(|word| text.contains(word))
}

fn has_word(text: &str, list: &[&str]) -> bool {
    text.split(' ').any(|word| list.contains(&word))
}

fn is_key(text: &str) -> bool {
    has_word(text, &["key", "token"])
        && has_word(text, &["invalid", "incorrect", "wrong", "bad", "missing", "expired", "inactive"])
}

/// The target's account may be disabled as well, which is the customer's matter.
fn is_barred(text: &str) -> bool {
    let targets =
        ["link", "profile", "page", "target", "instagram", "facebook", "tiktok", "youtube", "service"];
    has_word(text, &["disabled", "suspended", "blocked", "banned", "deactivated", "inactive"])
        && has_word(text, &["user", "account", "api"])
        && !has_word(text, &targets)
}

/// Digits in a link are no id.
pub(super) fn without_links(error: &str) -> String {
    let is_link = |word: &&str| word.contains("://") || word.starts_with("www.");
    error.split_inclusive(char::is_whitespace).filter(|word| !is_link(word)).collect()
}

/// A text as the phrases are written: lower case, letters without accents, each run of blanks and punctuation one
/// blank, and one at each end.
pub(super) fn folded(text: &str) -> String {
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(text).to_lowercase();
    let is_accent = |c: &char| matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}');
    let plain = apart.chars().filter(|c| !is_accent(c)).map(|c| match c {
        'đ' => 'd',
        'ı' => 'i',
        'ł' => 'l',
        '’' => ' ',
        // Letters as wide as a Chinese character.
        '\u{ff01}'..='\u{ff5e}' => narrow(c),
        c if c.is_ascii_punctuation() || c.is_control() => ' ',
        c => c,
    });
    let plain: String = plain.collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    ComposingNormalizerBorrowed::new_nfc().normalize(&format!(" {} ", words.join(" "))).into_owned()
}

fn narrow(wide: char) -> char {
    let narrow = u32::from(wide).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(wide);
    if narrow.is_ascii_punctuation() { ' ' } else { narrow.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::super::unclear::is_unclear;
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
            (vec!["Expired", "EXPIRED"], ReportedStatus::Expired),
            (vec!["Paused", "paused"], ReportedStatus::Paused),
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

    #[track_caller]
    fn mean(expected: Meaning, errors: &[&str]) {
        for error in errors {
            assert_eq!(meaning(error), expected, "{error}");
            // What names no error at all is the other question.
            assert!(error.is_empty() || !is_unclear(error), "{error}");
        }
    }

    #[test]
    fn trouble_with_the_account_is_known_in_many_languages() {
        mean(
            Meaning::Account,
            &[
                "Not enough funds on balance",
                "neworder.error.not_enough_funds",
                "neworder.error.insufficient_balance",
                "neworder.error.account_banned",
                "Your balance is too low!",
                "not enough credits",
                "Incorrect API key",
                "invalid_api_key",
                "Invalid key",
                "Unauthorized",
                "User disabled",
                "Your account has been suspended",
                "Số dư không đủ",
                "So\u{302}\u{301} du\u{31b} không đủ",
                "Tài khoản không đủ tiền",
                "Saldo insuficiente",
                "Fondos insuficientes",
                "Clave API incorrecta",
                "Chave da API inválida",
                "Bakiye yetersiz",
                "BAKİYENİZ YETERSİZ",
                "API anahtarı geçersiz",
                "余额不足",
                "账户余额不足，请充值",
                "API密钥错误",
                "Недостаточно средств",
                "Недостаточно денег на балансе",
                "Неверный API ключ",
                "Saldo tidak mencukupi",
                "الرصيد غير كافٍ",
                "رصيدك غير كاف",
                "अपर्याप्त शेष राशि",
                "आपके खाते में बैलेंस कम है",
                "ยอดเงินไม่เพียงพอ",
                "残高不足です",
                "잔액이 부족합니다",
                "Solde insuffisant",
                "Nicht genügend Guthaben",
                "Niewystarczające środki",
            ],
        );
    }

    #[test]
    fn a_provider_that_is_busy_is_known_in_many_languages() {
        mean(
            Meaning::Busy,
            &[
                "Rate limit exceeded",
                "The panel is busy, try again",
                "Too many requests",
                "Server overloaded",
                "We are under maintenance",
                "Something went wrong. Please try again later.",
                "Service temporarily unavailable",
                "Service is currently unavailable",
                "Hệ thống đang bảo trì",
                "Vui lòng thử lại sau",
                "Inténtelo más tarde",
                "Sitio en mantenimiento",
                "Tente novamente mais tarde",
                "Lütfen daha sonra tekrar deneyin",
                "Sistem bakımda",
                "系统维护中",
                "请稍后再试",
                "请求过于频繁",
                "Demasiadas solicitudes",
                "Muitas requisições",
                "Trop de requêtes",
                "Çok fazla istek",
                "Слишком много запросов",
                "Đơn hàng: vui lòng thử lại sau",
                "Rate limit for orders",
                "Попробуйте позже",
                "Ведутся технические работы",
                "Silakan coba lagi nanti",
                "الموقع تحت الصيانة",
                "حاول مرة أخرى لاحقًا",
                "कृपया बाद में प्रयास करें",
                "อยู่ระหว่างการปรับปรุง",
            ],
        );
        mean(
            Meaning::SameLink,
            &[
                "You have active order with this link. Please wait until order being completed.",
                "neworder.error.link_duplicate",
                "Bạn đang có đơn với liên kết này",
                "Ya tienes un pedido activo con este enlace",
                "Bu link ile aktif siparişiniz var",
                "У вас есть активный заказ на эту ссылку",
                "该链接已有订单",
                "Masih ada pesanan aktif untuk link ini",
                "لديك طلب نشط على هذا الرابط",
            ],
        );
    }

    #[test]
    fn faults_of_the_order_are_known() {
        mean(
            Meaning::Service,
            &[
                "error.incorrect_service_id",
                "Incorrect service ID",
                "Disabled service ID",
                "Service is disabled",
                "Service not found",
                "Dịch vụ không tồn tại",
                "Servicio no encontrado",
                "Услуга не найдена",
                "服务不存在",
            ],
        );
        mean(
            Meaning::Customer,
            &[
                "Bad link",
                "Invalid link. Please check it and try again",
                "neworder.error.link",
                "neworder.error.min_quantity",
                "neworder.error.max_quantity",
                "neworder.error.comment",
                "Quantity less than minimal 100",
                "Quantity more than maximum 50000",
                "Not enough comments",
                "This account is private",
                "Liên kết không hợp lệ",
                "Số lượng tối thiểu là 100",
                "Enlace incorrecto",
                "Неверная ссылка",
                "Geçersiz miktar",
                "链接无效",
                "Tautan tidak valid",
                "الرابط غير صحيح",
            ],
        );
        mean(
            Meaning::Unknown,
            &[
                "",
                "No refund for this service",
                "This Instagram account is disabled",
                "Vui lòng liên hệ admin",
                "E_17",
                "xatolik yuz berdi",
            ],
        );
    }

    proptest! {
        #[test]
        fn any_word_is_read_without_panic(word in any::<String>()) {
            status(&word);
            meaning(&word);
            is_failure(&word);
        }
    }
}
