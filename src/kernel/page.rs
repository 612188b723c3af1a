//! Keyset pages: the cursor names the last row seen, so that a page costs the same however deep it is.

/// How many rows a page may hold; clients ask for 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(i64);

impl Limit {
    pub const DEFAULT: Limit = Limit(50);
    /// What a file of a whole list is read by.
    pub const PORTION: Limit = Limit(500);
    /// What is changed together (`kernel::chosen::MOST`).
    pub const AT_ONCE: Limit = Limit(1000);

    pub fn new(rows: i64) -> Option<Self> {
        (1..=100).contains(&rows).then_some(Limit(rows))
    }

    /// One more than the page: its presence tells that another page follows.
    pub fn probe(self) -> i64 {
        self.0.saturating_add(1)
    }

    fn rows(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Where the next page starts: strictly below this place. In most lists that is an id; in one that is ordered by
/// something else it is that, its rank, and among equals the id. The public text is `c` and the id, then a dot and the
/// rank if there is one, in hexadecimal digits; opaque to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    id: i64,
    rank: Option<i64>,
}

impl Cursor {
    /// Above every row.
    pub const START: Cursor = Cursor::before(i64::MAX);

    pub const fn before(id: i64) -> Self {
        Cursor { id, rank: None }
    }

    /// In a list by a rank of at least 0, highest first.
    pub const fn below(rank: i64, id: i64) -> Self {
        Cursor { id, rank: Some(rank) }
    }

    pub const fn get(self) -> i64 {
        self.id
    }

    /// Above every rank where there is none.
    pub fn rank(self) -> i64 {
        self.rank.unwrap_or(i64::MAX)
    }

    pub const fn is_ranked(self) -> bool {
        self.rank.is_some()
    }

    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('c')?;
        let (id, rank) = digits.split_once('.').map_or((digits, None), |(id, rank)| (id, Some(rank)));
        let rank = rank.map(from_hex).map_or(Some(None), |rank| rank.map(Some))?;
        Some(Cursor { id: from_hex(id)?, rank })
    }

    pub fn encode(self) -> String {
        let rank = self.rank.map(|rank| format!(".{rank:x}")).unwrap_or_default();
        format!("c{:x}{rank}", self.id)
    }
}

fn from_hex(digits: &str) -> Option<i64> {
    if digits.starts_with(['+', '-']) { None } else { i64::from_str_radix(digits, 16).ok() }
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    pub limit: Limit,
    pub cursor: Cursor,
}

impl PageRequest {
    pub const FIRST: PageRequest = PageRequest { limit: Limit::DEFAULT, cursor: Cursor::START };
}

/// One page and where the next begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// From up to `limit.probe()` rows, newest first; `id` names a row's place in the order.
    pub fn from_probe(rows: Vec<T>, limit: Limit, id: impl Fn(&T) -> i64) -> Self {
        Page::from_probe_at(rows, limit, |row| Cursor::before(id(row)))
    }

    /// The same in any order; `place` names a row's place in it.
    pub fn from_probe_at(mut rows: Vec<T>, limit: Limit, place: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > limit.rows();
        rows.truncate(limit.rows());
        let next = if more { rows.last().map(place) } else { None };
        Page { items: rows, next }
    }

    /// A first page that `first` leads, whatever its place; `rows` are all others, newest first.
    pub fn led_by(first: T, mut rows: Vec<T>, limit: Limit, id: impl Fn(&T) -> i64) -> Self {
        let room = limit.rows().saturating_sub(1);
        let next = rows.get(room).map(|row| Cursor::before(id(row).saturating_add(1)));
        rows.truncate(room);
        rows.insert(0, first);
        Page { items: rows, next }
    }

    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(view).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cursors_survive_their_text(id in 0..=i64::MAX) {
            prop_assert_eq!(Cursor::parse(&Cursor::before(id).encode()), Some(Cursor::before(id)));
        }

        #[test]
        fn ranked_cursors_survive_it_too(id in 0..=i64::MAX, rank in 0..=i64::MAX) {
            let place = Cursor::below(rank, id);
            prop_assert_eq!(Cursor::parse(&place.encode()), Some(place));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = Cursor::parse(&text);
        }
    }

    #[test]
    fn half_a_cursor_is_none() {
        for text in ["", "c", "7", "c7.", "c.7", "c7.7.7", "c-7", "c7.-7", "c7.+7"] {
            assert_eq!(Cursor::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_last_page_has_no_next() {
        let limit = Limit::new(2).unwrap();
        let page = Page::from_probe(vec![9, 8, 7], limit, |id| *id);
        assert_eq!((page.items, page.next), (vec![9, 8], Some(Cursor::before(8))));
        assert_eq!(Page::from_probe(vec![9, 8], limit, |id| *id).next, None);
    }

    #[test]
    fn a_page_that_one_leads_goes_on_behind_the_others() {
        let led =
            |limit: i64, rows: &[i64]| Page::led_by(3, rows.to_vec(), Limit::new(limit).unwrap(), |id| *id);
        assert_eq!(led(3, &[9, 8]), Page { items: vec![3, 9, 8], next: None });
        assert_eq!(led(2, &[9, 8]), Page { items: vec![3, 9], next: Some(Cursor::before(9)) });
        assert_eq!(led(1, &[9]), Page { items: vec![3], next: Some(Cursor::before(10)) });
    }
}
