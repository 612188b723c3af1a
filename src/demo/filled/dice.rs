//! Chance that is the same each time, so that a filled demo can be compared with the last one.

/// SplitMix64.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// From 0 up to, and without, `most`; 0 if that is none.
    pub(super) fn below(&mut self, most: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((mixed ^ (mixed >> 31)) >> 1).unwrap_or(0).checked_rem(most).unwrap_or(0)
    }

    pub(super) fn percent(&mut self, chance: i64) -> bool {
        self.below(100) < chance
    }

    /// One of them; `None` of nothing.
    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(i64::try_from(of.len()).ok()?)).ok()?;
        of.get(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_the_same_each_time_and_stays_in_its_bounds() {
        let throw = || {
            let mut dice = Dice::new(7);
            (0..1000).map(|_| dice.below(6)).collect::<Vec<_>>()
        };
        assert_eq!(throw(), throw());
        assert!(
            (0..6).all(|side| throw().contains(&side)) && throw().iter().all(|side| (0..6).contains(side))
        );
        assert_eq!((Dice::new(7).below(0), Dice::new(7).one::<i64>(&[])), (0, None));
    }
}
