//! The shop's own colour. Pure.

/// The least contrast of text to its ground, by WCAG 2.
const LEAST_CONTRAST: f64 = 4.5;

/// The same of a colour to white, so that on a ground tinted with it 4.5 are left.
const TINTED_CONTRAST: f64 = 5.8;

/// Whether the text is a colour `#rrggbb`.
pub(super) fn is_colour(text: &str) -> bool {
    bytes(text).is_some()
}

/// Whether the text is a colour `#rrggbb` on which white can be read.
#[expect(clippy::float_arithmetic, reason = "a contrast, no money")]
pub(super) fn carries_white(text: &str) -> bool {
    luminance(text).is_some_and(|ground| 1.05 / (ground + 0.05) >= LEAST_CONTRAST)
}

/// The colour, darkened as far as text in it needs to be read on the panel's tinted grounds too.
#[expect(clippy::float_arithmetic, reason = "a contrast, no money")]
pub fn readable(text: &str) -> String {
    let Some(bytes) = bytes(text) else { return text.to_owned() };
    for share in (0..=100_u32).rev() {
        let part = |byte: u8| u8::try_from(u32::from(byte).saturating_mul(share) / 100).unwrap_or(byte);
        let darker = format!("#{}", hex::encode(bytes.map(part)));
        if luminance(&darker).is_some_and(|own| 1.05 / (own + 0.05) >= TINTED_CONTRAST) {
            return if share == 100 { text.to_owned() } else { darker };
        }
    }
    text.to_owned()
}

fn bytes(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let mut bytes = [0; 3];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(bytes)
}

/// How light it is, from 0 to 1, as WCAG 2 reckons. `None`: no colour.
#[expect(clippy::float_arithmetic, reason = "a contrast, no money")]
fn luminance(text: &str) -> Option<f64> {
    let [red, green, blue] = bytes(text)?.map(|byte| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    Some(0.2126 * red + 0.7152 * green + 0.0722 * blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_a_colour_that_barely_carries_white_is_darker() {
        assert_eq!(readable("#7a1fa2"), "#7a1fa2");
        assert_eq!(readable("#0B6B4F"), "#0B6B4F");
        let darker = readable("#767676");
        assert!(darker != "#767676" && luminance(&darker) < luminance("#767676"), "{darker}");
    }

    #[test]
    fn a_colour_that_is_too_light_for_white_text_is_refused() {
        for good in ["#0b6b4f", "#000000", "#0B6B4F", "#767676"] {
            assert!(carries_white(good), "{good}");
        }
        for bad in [
            "#777777",
            "#ffffff",
            "#ffff00",
            "0b6b4f",
            "#0b6b4",
            "#0b6b4f0",
            "red",
            "",
            "#gggggg",
            "#\u{e9}a1b2",
        ] {
            assert!(!carries_white(bad), "{bad}");
        }
    }
}
