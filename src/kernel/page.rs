//! Keyset pages: the cursor names the last row seen, so that a page costs the same however deep it is.

/// How many rows a page may hold, 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(i64);

impl Limit {
    pub const DEFAULT: Limit = Limit(50);

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

/// Where the next page starts: strictly below this id. The public text is `c` and the id in base 36, opaque to
/// clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(i64);

impl Cursor {
    /// Above every row.
    pub const START: Cursor = Cursor(i64::MAX);

    pub const fn before(id: i64) -> Self {
        Cursor(id)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('c')?;
        if digits.starts_with(['+', '-']) {
            return None;
        }
        i64::from_str_radix(digits, 36).ok().map(Cursor)
    }

    pub fn encode(self) -> String {
        let mut left = self.0.max(0);
        let mut digits = Vec::new();
        loop {
            let digit = u32::try_from(left % 36).unwrap_or(0);
            digits.push(char::from_digit(digit, 36).unwrap_or('0'));
            left /= 36;
            if left == 0 {
                break;
            }
        }
        digits.push('c');
        digits.iter().rev().collect()
    }
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
    pub fn from_probe(mut rows: Vec<T>, limit: Limit, id: impl Fn(&T) -> i64) -> Self {
        let more = rows.len() > limit.rows();
        rows.truncate(limit.rows());
        let next = if more { rows.last().map(|row| Cursor::before(id(row))) } else { None };
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
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = Cursor::parse(&text);
        }
    }

    #[test]
    fn the_last_page_has_no_next() {
        let limit = Limit::new(2).unwrap();
        let page = Page::from_probe(vec![9, 8, 7], limit, |id| *id);
        assert_eq!((page.items, page.next), (vec![9, 8], Some(Cursor::before(8))));
        assert_eq!(Page::from_probe(vec![9, 8], limit, |id| *id).next, None);
    }
}
