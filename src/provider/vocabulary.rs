//! What providers write, in the languages of the field: `vocabulary.json`, read once.
//!
//! Each phrase is a part of a folded sentence (`words::folded`): lower case, Latin letters without accents, one blank
//! for every run of blanks and punctuation. A blank at an end stands for the end of a word.

use std::sync::LazyLock;

use serde::Deserialize;

pub(super) static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    serde_json::from_str(include_str!("vocabulary.json")).expect("the vocabulary is JSON, as the tests see")
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vocabulary {
    /// Our money with the provider does not suffice.
    pub no_funds: Phrases,
    /// Our key is not the one it wants, or our account is closed.
    pub no_entry: Phrases,
    /// Another order for this link is under way: only this order has to wait.
    pub same_link: Phrases,
    /// It takes nothing from anybody now.
    pub busy: Phrases,
    /// It does not know the service, or does not sell it.
    pub no_service: Phrases,
    /// The link, the quantity or the comments are spoken of.
    pub customer: Phrases,
    /// Where an order is delivered.
    pub link: Phrases,
    /// An order, a request, a payment.
    pub order: Phrases,
    /// A bound of a quantity.
    pub limit: Phrases,
    /// Something is denied, missing or wrong.
    pub denial: Phrases,
    /// Our account has to be paid into.
    pub top_up: Phrases,
    /// Clear words that an order was not made, where nothing else says why.
    pub not_made: Phrases,
    /// It has no order of the id that it was asked for.
    pub no_order: Phrases,
    /// Whole clauses that name no error.
    pub nothing: Phrases,
    /// It says that there is no error.
    pub no_error: Phrases,
    /// A call of the provider's own got no answer.
    pub broken_off: Phrases,
    /// It does not know itself whether it made the order.
    pub perhaps: Phrases,
    /// It says that the order was made; in English `unclear::is_made` finds that.
    pub made: Phrases,
    /// An order is under way, unless it speaks of an earlier one.
    pub under_way: Phrases,
    /// An earlier order, or something to wait for.
    pub earlier: Phrases,
    /// It has such an order, which may be ours.
    pub exists: Phrases,
    /// What stands before an order's id.
    pub order_id: Phrases,
    /// A success.
    pub success: Phrases,
    /// Single words that deny what stands soon behind them.
    pub not: Phrases,
    /// Beginnings of words for a refusal.
    pub refusal: Phrases,
    /// Single words for making an order, behind an "after".
    pub ordering: Phrases,
    /// Single words for what was done with an order, behind one.
    pub done: Phrases,
    /// It keeps the order, has begun with it, or serves it in another way, whatever else it complains of.
    pub kept: Phrases,
    /// Something was done, beside a reason to send the order again; in English `unclear::is_act` finds more.
    pub act: Phrases,
    /// English words in "-ed" that tell of no such thing.
    pub idle: Phrases,
    /// Phrases that neither say nor deny that, although words of theirs would.
    pub aside: Phrases,
    /// Single words after which a sentence speaks of something else.
    pub turn: Phrases,
    /// What begins a clause of its own.
    pub joint: Phrases,
    /// Phrases of a clause that says nothing of the order: a request, an apology.
    pub harmless: Phrases,
    /// Beginnings of a clause that says what to do now.
    pub advice: Phrases,
    /// Single words that name what is spoken of, or stand around a figure, and tell nothing by themselves.
    pub plain: Phrases,
    /// It failed, and does not say at what.
    pub untold: Phrases,
    /// It had the same before, or wants it no second time.
    pub repeated: Phrases,
    /// First clauses of a text that is a note.
    pub heading: Phrases,
    /// Single words before what a provider calls an order by.
    pub reference: Phrases,
    /// Single words before `kept` that make it a wish, a condition, or another's: an account's, an earlier order's.
    pub unreal: Phrases,
}

#[derive(Deserialize)]
pub(super) struct Phrases(Vec<String>);

impl Phrases {
    /// Whether the folded text has one of them.
    pub fn are_in(&self, text: &str) -> bool {
        self.iter().any(|phrase| text.contains(phrase))
    }

    /// Whether the text, without blanks around it, is one of them.
    pub fn have(&self, text: &str) -> bool {
        self.iter().any(|phrase| phrase == text)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::provider::words::folded;

    /// Another spelling would never be met.
    #[test]
    fn every_phrase_is_written_as_texts_are_read() {
        let lists: HashMap<String, Vec<String>> =
            serde_json::from_str(include_str!("vocabulary.json")).unwrap();
        assert_eq!(lists.len(), 41);
        for phrase in lists.values().flatten() {
            assert_eq!(folded(phrase).trim(), phrase.trim());
            assert!(!phrase.trim().is_empty());
        }
        LazyLock::force(&VOCABULARY);
    }
}
