//! How each service does, of the orders placed in the last 30 days: how long they take, how they end, and how often its
//! provider kept the promise of refills.

use super::store;
use crate::db::ReadTx;
use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::kernel::ids::ServiceId;

const DAYS: i64 = 30;
/// A median of fewer says nothing.
const FEWEST: i64 = 5;

/// Some orders of a service that ended alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended {
    pub service: ServiceId,
    pub end: End,
    pub orders: i64,
}

/// How an order ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// After so many seconds, to two digits.
    Completed(i64),
    Partial,
    Canceled,
}

/// How a service did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceFigures {
    pub service: ServiceId,
    /// Orders by their end; what is open is not counted.
    pub completed: i64,
    pub partial: i64,
    pub canceled: i64,
    /// Seconds from order to completion. `None`: too few were completed.
    pub median_seconds: Option<i64>,
    /// Refills asked for at the provider in that time that were done, and that were rejected.
    pub refills_completed: i64,
    pub refills_rejected: i64,
}

/// Of every service of which an order ended or a refill was asked for, by id.
pub fn service_figures(tx: &ReadTx) -> Result<Vec<ServiceFigures>, Fault> {
    let ended = store::ended_since(tx, Day::of(tx.now()).plus(-DAYS))?;
    let mut all: Vec<_> = ended.chunk_by(|one, next| one.service == next.service).map(figures).collect();
    for (service, completed, rejected) in
        store::refilled_since(tx, tx.now().plus_seconds(-DAYS * 24 * 60 * 60))?
    {
        let at = all.binary_search_by_key(&service, |one| one.service).unwrap_or_else(|at| {
            all.insert(at, ServiceFigures::none(service));
            at
        });
        if let Some(figures) = all.get_mut(at) {
            (figures.refills_completed, figures.refills_rejected) = (completed, rejected);
        }
    }
    Ok(all)
}

impl ServiceFigures {
    fn none(service: ServiceId) -> Self {
        ServiceFigures {
            service,
            completed: 0,
            partial: 0,
            canceled: 0,
            median_seconds: None,
            refills_completed: 0,
            refills_rejected: 0,
        }
    }
}

/// Of one service's orders, those that were completed sorted by their time.
fn figures(ended: &[Ended]) -> ServiceFigures {
    let mut figures = ServiceFigures::none(ended.first().map_or(ServiceId::new(0), |one| one.service));
    let mut times = Vec::new();
    for Ended { end, orders, .. } in ended {
        let counter = match end {
            End::Completed(seconds) => {
                times.push((*seconds, *orders));
                &mut figures.completed
            }
            End::Partial => &mut figures.partial,
            End::Canceled => &mut figures.canceled,
        };
        *counter = counter.saturating_add(*orders);
    }
    figures.median_seconds = median(&times);
    figures
}

/// The lower median of values, sorted, with how often each is there.
fn median(counted: &[(i64, i64)]) -> Option<i64> {
    let all = counted.iter().fold(0_i64, |sum, (_, n)| sum.saturating_add(*n));
    if all < FEWEST {
        return None;
    }
    let mut before = 0_i64;
    let reaches_middle = |(_, n): &&(i64, i64)| {
        before = before.saturating_add(*n);
        before.saturating_mul(2) >= all
    };
    counted.iter().find(reaches_middle).map(|(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_median_needs_five() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[(10, 2), (20, 2)]), None);
        assert_eq!(median(&[(10, 2), (20, 3)]), Some(20));
        assert_eq!(median(&[(10, 3), (20, 3)]), Some(10));
    }

    proptest! {
        #[test]
        fn half_are_no_longer_and_half_no_shorter(mut values in prop::collection::vec(0..50_i64, 5..60)) {
            values.sort_unstable();
            let counted: Vec<_> = values
                .chunk_by(|one, next| one == next)
                .map(|same| (same[0], i64::try_from(same.len()).unwrap()))
                .collect();
            prop_assert_eq!(median(&counted), Some(values[(values.len() - 1) / 2]));
        }
    }
}
