//! The shop's own colour. Pure.

/// The least contrast of text to its ground, by WCAG 2.
const LEAST_CONTRAST: f64 = 4.5;

/// Whether the text is a colour `#rrggbb` on which white can be read.
#[expect(clippy::float_arithmetic, reason = "a contrast, no money")]
pub(super) fn carries_white(text: &str) -> bool {
    luminance(text).is_some_and(|ground| 1.05 / (ground + 0.05) >= LEAST_CONTRAST)
}

/// How light it is, from 0 to 1, as WCAG 2 reckons. `None`: no colour.
#[expect(clippy::float_arithmetic, reason = "a contrast, no money")]
fn luminance(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let mut bytes = [0; 3];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    let [red, green, blue] = bytes.map(|byte| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    Some(0.2126 * red + 0.7152 * green + 0.0722 * blue)
}

#[cfg(test)]
mod tests {
    use super::*;

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
