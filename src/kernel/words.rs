//! Sentences that are written with `{places}`. Pure.

/// A sentence with each `{name}` replaced, once from left to right: a value may hold what looks like a place. What
/// nobody gives a value for is left out.
pub fn completed(sentence: &str, values: &[(&str, &str)]) -> String {
    let (mut text, mut whole) = (sentence, String::new());
    while let Some((before, rest)) = text.split_once('{') {
        let (place, after) = rest.split_once('}').unwrap_or((rest, ""));
        let value = values.iter().find(|(known, _)| *known == place).map_or("", |(_, value)| *value);
        whole.push_str(before);
        whole.push_str(value);
        text = after;
    }
    whole + text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_never_read_as_words() {
        assert_eq!(completed("to {a} and {b}.", &[("a", "{b} {"), ("b", "B")]), "to {b} { and B.");
        assert_eq!(completed("no {c}", &[]), "no ");
    }
}
