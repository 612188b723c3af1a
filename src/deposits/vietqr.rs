//! The text behind a VietQR code (NAPAS 247, after EMVCo's merchant-presented QR): account, amount and memo.
//!
//! Every element is a two-digit id, a two-digit length and the value; templates nest the same way. The last
//! element is a CRC over everything before it, its own id and length included.

use crate::kernel::money::Vnd;

/// NAPAS among the world's payment schemes.
const NAPAS: &str = "A000000727";
/// Transfer to an account, not to a card.
const TO_ACCOUNT: &str = "QRIBFTTA";
/// One payment with a fixed amount.
const DYNAMIC: &str = "12";
const VND: &str = "704";

const MAX_ACCOUNT: usize = 19;
const MAX_MEMO: usize = 25;
/// The most that fits the amount's thirteen digits.
pub const MAX_AMOUNT: Vnd = Vnd::new(9_999_999_999_999);

/// The payload, or `None` when something does not fit: the bank's number is not six digits, the account not 1
/// to 19 letters and digits, the amount not 1 to `MAX_AMOUNT`, the memo not 1 to 25 printable ASCII
/// characters.
pub fn payload(bin: &str, account: &str, amount: Vnd, memo: &str) -> Option<String> {
    let fits = bin.len() == 6
        && bin.bytes().all(|byte| byte.is_ascii_digit())
        && (1..=MAX_ACCOUNT).contains(&account.len())
        && account.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (Vnd::new(1)..=MAX_AMOUNT).contains(&amount)
        && (1..=MAX_MEMO).contains(&memo.len())
        && memo.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if !fits {
        return None;
    }
    let receiver = element("00", bin) + &element("01", account);
    let merchant = element("00", NAPAS) + &element("01", &receiver) + &element("02", TO_ACCOUNT);
    let body = [
        element("00", "01"),
        element("01", DYNAMIC),
        element("38", &merchant),
        element("53", VND),
        element("54", &amount.get().to_string()),
        element("58", "VN"),
        element("62", &element("08", memo)),
        "6304".to_owned(),
    ]
    .concat();
    let check = crc16(body.as_bytes());
    Some(format!("{body}{check:04X}"))
}

/// The limits above keep every value below a hundred characters of ASCII.
fn element(id: &str, value: &str) -> String {
    format!("{id}{:02}{value}", value.len())
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, all ones at first, neither reflected nor inverted.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_checksum_is_the_standard_one() {
        assert_eq!(crc16(b"123456789"), 0x29B1);
    }

    #[test]
    fn payloads_of_other_builders_carry_the_same_checksum() {
        for payload in [
            "00020101021138540010A00000072701240006970422011001234567890208QRIBFTTA53037045802VN6304B1A7",
            "00020101021238540010A00000072701240006970436011010268061740208QRIBFTTA530370454063990005802VN\
             5912LE PHU THACH62250821NB123ABC LE PHU THACH63049F78",
        ] {
            let (body, check) = payload.split_at(payload.len() - 4);
            assert_eq!(format!("{:04X}", crc16(body.as_bytes())), check);
        }
    }

    #[test]
    fn payloads_equal_those_of_other_builders() {
        assert_eq!(
            payload("970422", "0123456789", Vnd::new(50_000), "NAP7K3Q9X").as_deref(),
            Some(
                "00020101021238540010A00000072701240006970422011001234567890208QRIBFTTA\
                 53037045405500005802VN62130809NAP7K3Q9X63041C62"
            )
        );
        assert_eq!(
            payload("970415", "0011001932418", Vnd::new(120_000), "ung ho lu lut").as_deref(),
            Some(
                "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA\
                 530370454061200005802VN62170813ung ho lu lut6304C15C"
            )
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |bin, account, amount, memo| payload(bin, account, Vnd::new(amount), memo).is_none();
        assert!(refused("97042", "0123456789", 1, "NAP"));
        assert!(refused("MBBANK", "0123456789", 1, "NAP"));
        assert!(refused("970422", "", 1, "NAP"));
        assert!(refused("970422", "01234567890123456789", 1, "NAP"));
        assert!(refused("970422", "0123 456", 1, "NAP"));
        assert!(refused("970422", "0123456789", 0, "NAP"));
        assert!(refused("970422", "0123456789", 10_000_000_000_000, "NAP"));
        assert!(refused("970422", "0123456789", 1, "nạp"));
        assert!(refused("970422", "0123456789", 1, ""));
    }

    proptest! {
        #[test]
        fn every_payload_reads_back(
            account in "[0-9A-Z]{1,19}",
            amount in 1..=MAX_AMOUNT.get(),
            memo in "[A-Z0-9]{1,25}",
        ) {
            let text = payload("970422", &account, Vnd::new(amount), &memo).unwrap();
            let (body, check) = text.split_at(text.len() - 4);
            prop_assert_eq!(format!("{:04X}", crc16(body.as_bytes())), check);
            let (amount, width) = (amount.to_string(), memo.len());
            let tail =
                format!("54{:02}{amount}5802VN62{:02}08{width:02}{memo}6304", amount.len(), width + 4);
            prop_assert!(body.ends_with(&tail));
            let receiver = format!("000697042201{:02}{account}0208QRIBFTTA", account.len());
            prop_assert!(body.contains(&receiver));
        }
    }
}
