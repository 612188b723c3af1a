//! What real servers write, in the files of `cases/`: a line for each text.

use super::*;
use crate::provider::words::meaning;
use proptest::prelude::*;

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.is_empty())
}

#[test]
fn what_does_not_say_no_is_unclear() {
    let missed: Vec<_> = lines(include_str!("cases/unclear.txt")).filter(|text| !is_unclear(text)).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(lines(include_str!("cases/unclear.txt")).count() > 300);
}

/// With what it means, one of several, where somebody has to act on it.
#[test]
fn a_clear_no_stays_one() {
    let is_another = |line: &&str| {
        let (wanted, text) = line.split_once('|').unwrap();
        let is = format!("{:?}", meaning(text));
        is_unclear(text) || !(wanted.is_empty() || wanted.split(',').any(|wanted| wanted == is))
    };
    let missed: Vec<_> = lines(include_str!("cases/clear.txt")).filter(is_another).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_text_that_nobody_reads_to_its_end_is_unclear() {
    let refusal = |length: usize| format!("Not enough funds. {}", "Please add funds. ".repeat(length / 18));
    assert!(!is_unclear(&refusal(4000)));
    for text in [refusal(4200), refusal(5_000_000), ".".repeat(5_000_000), "order ".repeat(1_000_000)] {
        assert!(is_unclear(&text) && tells_of_an_order(&text));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in any::<String>()) {
        is_unclear(&text);
    }
}
