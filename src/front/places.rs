//! How many connections are open, in all and of each address.
//!
//! When all places are taken, the connection that has waited longest for its next request gives way: whoever fills the
//! panel with connections that ask nothing keeps nobody else out. Requests that are answered at once on one connection
//! count as so many connections, and take no more than an eighth of all places: the rest is for whoever comes anew.

use super::limits::Limits;
use super::watched::Congestion;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// One of so many places may be taken by a request beside others of its connection. Answers that their clients do not
/// read lie in memory, some 25 KiB each.
const FURTHER_SHARE: usize = 8;
/// Between two lines of the log about a lack of places.
const TELL_AGAIN: Duration = Duration::from_secs(60);

pub(super) struct Places {
    limits: Limits,
    taken: Arc<Mutex<Taken>>,
}

/// How many connections are open, for whoever watches. Cheap to clone.
#[derive(Clone, Default)]
pub struct Connections(Arc<Mutex<Taken>>);

impl Connections {
    /// Those whose requests are being answered, and those that wait for one.
    pub fn counts(&self) -> (usize, usize) {
        let taken = self.0.lock();
        (taken.all.saturating_sub(taken.waiting.len()), taken.waiting.len())
    }
}

#[derive(Default)]
struct Taken {
    all: usize,
    /// Of these, those of requests beside others of their connection.
    further: usize,
    by_network: HashMap<IpAddr, usize>,
    /// Those that wait for a request, the longest waiting first.
    waiting: BTreeMap<u64, Arc<Notify>>,
    next_turn: u64,
    /// When the log was told last.
    told: Option<Instant>,
}

/// One of the places, until it is dropped.
struct Taking {
    taken: Arc<Mutex<Taken>>,
    network: Option<IpAddr>,
    is_further: bool,
}

/// A connection's place, until it is dropped.
pub(super) struct Place {
    taking: Taking,
    limits: Limits,
    /// Notified when it has to give way.
    pub(super) gives_way: Arc<Notify>,
    /// Whether its client has yet to take what was written.
    pub(super) congestion: Arc<Congestion>,
    work: Mutex<Work>,
}

#[derive(Default)]
struct Work {
    /// Requests that are being answered.
    running: usize,
    /// Its place among those that wait.
    turn: Option<u64>,
}

/// While it lives, a request of the connection is being answered.
pub(super) struct Turn {
    place: Arc<Place>,
    /// The place of a request that is not the connection's only one.
    _further: Option<Taking>,
}

impl Places {
    pub(super) fn new(limits: Limits, connections: &Connections) -> Self {
        Places { limits, taken: Arc::clone(&connections.0) }
    }

    /// `None`: there is none for this address, or none at all.
    pub(super) fn take(&self, address: IpAddr) -> Option<Place> {
        let network = self.limits.of_one_address.and_then(|_| network(address));
        let place = Place {
            taking: Taking::one(&self.taken, &self.limits, network, false)?,
            limits: self.limits,
            gives_way: Arc::default(),
            congestion: Arc::default(),
            work: Mutex::default(),
        };
        place.waits(&mut place.work.lock());
        Some(place)
    }
}

impl Taking {
    fn one(
        all: &Arc<Mutex<Taken>>,
        limits: &Limits,
        network: Option<IpAddr>,
        is_further: bool,
    ) -> Option<Taking> {
        let mut taken = all.lock();
        if is_further && taken.further >= limits.connections / FURTHER_SHARE {
            taken.tell("requests beside others of their connection are refused: too many at once");
            return None;
        }
        if let (Some(network), Some(most)) = (network, limits.of_one_address) {
            let own = taken.by_network.entry(network).or_default();
            if *own >= most {
                taken.tell("one address has as many connections as it may have");
                return None;
            }
            *own = own.saturating_add(1);
        }
        taken.all = taken.all.saturating_add(1);
        taken.further = taken.further.saturating_add(usize::from(is_further));
        let taking = Taking { taken: Arc::clone(all), network, is_further };
        if taken.all > limits.connections {
            taken.tell("all connections are taken; those that have waited longest give way");
            let Some((_, oldest)) = taken.waiting.pop_first() else {
                // It is given back when it is dropped, which takes the lock.
                drop(taken);
                return None;
            };
            oldest.notify_one();
        }
        Some(taking)
    }
}

impl Drop for Taking {
    fn drop(&mut self) {
        let mut taken = self.taken.lock();
        taken.all = taken.all.saturating_sub(1);
        taken.further = taken.further.saturating_sub(usize::from(self.is_further));
        if let Some(network) = self.network
            && let Some(own) = taken.by_network.get_mut(&network)
        {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.by_network.remove(&network);
            }
        }
    }
}

impl Taken {
    fn tell(&mut self, what: &str) {
        if self.told.is_none_or(|told| told.elapsed() >= TELL_AGAIN) {
            self.told = Some(Instant::now());
            tracing::warn!(connections = self.all, "{what}");
        }
    }
}

impl Place {
    /// It has nothing to do until the next request.
    fn waits(&self, work: &mut Work) {
        let mut taken = self.taking.taken.lock();
        let turn = taken.next_turn;
        taken.next_turn = turn.wrapping_add(1);
        taken.waiting.insert(turn, Arc::clone(&self.gives_way));
        work.turn = Some(turn);
    }

    fn works(&self, work: &mut Work) {
        if let Some(turn) = work.turn.take() {
            self.taking.taken.lock().waiting.remove(&turn);
        }
    }

    pub(super) fn is_at_work(&self) -> bool {
        self.work.lock().running > 0
    }

    /// Returns once it has waited so long for a request, or up to twice as long.
    pub(super) async fn has_waited(&self, patience: Duration) {
        loop {
            let turn = self.work.lock().turn;
            sleep(patience).await;
            if turn.is_some() && self.work.lock().turn == turn {
                return;
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.works(&mut self.work.lock());
    }
}

impl Turn {
    /// Of a connection that has one request at a time.
    pub(super) fn of_one(place: &Arc<Place>) -> Turn {
        Turn::begin(place, None)
    }

    /// Of a connection that may have so many at once. `None`: it has, or there is no place for another.
    pub(super) fn of_many(place: &Arc<Place>, most: usize) -> Option<Turn> {
        let running = place.work.lock().running;
        if running >= most {
            return None;
        }
        let Taking { taken, network, .. } = &place.taking;
        let further = (running > 0).then(|| Taking::one(taken, &place.limits, *network, true));
        Some(Turn::begin(place, further.map_or(Some(None), |further| further.map(Some))?))
    }

    fn begin(place: &Arc<Place>, further: Option<Taking>) -> Turn {
        let mut work = place.work.lock();
        work.running = work.running.saturating_add(1);
        place.works(&mut work);
        Turn { place: Arc::clone(place), _further: further }
    }

    pub(super) fn congestion(&self) -> &Congestion {
        &self.place.congestion
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut work = self.place.work.lock();
        work.running = work.running.saturating_sub(1);
        if work.running == 0 {
            self.place.waits(&mut work);
        }
    }
}

/// Whom an address counts as: with IPv6 a /48, which whoever asks for it gets. `None`: an address of the operator's own
/// machines, where a proxy may stand for everybody.
fn network(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        IpAddr::V4(v4) if v4.is_loopback() || v4.is_private() || v4.is_link_local() => None,
        IpAddr::V4(v4) => Some(IpAddr::V4(v4)),
        IpAddr::V6(v6) if v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local() => None,
        IpAddr::V6(v6) => Some(IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(connections: usize, of_one_address: Option<usize>) -> Places {
        let limits = Limits { connections, of_one_address, ..Limits::of(&rocket::Config::default()) };
        Places::new(limits, &Connections::default())
    }

    fn take(places: &Places, address: &str) -> Option<Place> {
        places.take(address.parse().unwrap())
    }

    fn taken(places: &Places) -> (usize, usize, usize) {
        let taken = places.taken.lock();
        (taken.all, taken.by_network.len(), taken.waiting.len())
    }

    #[test]
    fn an_address_has_no_more_than_its_share() {
        let places = places(100, Some(2));
        for (first, same, other) in [
            ("203.0.113.1", "203.0.113.1", "203.0.113.2"),
            ("203.0.113.1", "::ffff:203.0.113.1", "203.0.113.2"),
            ("2001:db8:1::1", "2001:db8:1:2::1", "2001:db8:2::1"),
        ] {
            let open = [take(&places, first), take(&places, same)];
            assert!(open.iter().all(Option::is_some));
            assert!(take(&places, first).is_none() && take(&places, same).is_none());
            assert!(take(&places, other).is_some());
            drop(open);
            assert_eq!(taken(&places), (0, 0, 0), "{first}");
        }
    }

    #[test]
    fn a_proxy_has_as_many_as_there_are() {
        let of_operator = ["127.0.0.1", "::1", "10.1.2.3", "172.17.0.1", "192.168.1.1", "fd00::1", "fe80::1"];
        let behind = places(100, Some(2));
        for own in of_operator {
            let open: Vec<_> = (0..10).map(|_| take(&behind, own)).collect();
            assert!(open.iter().all(Option::is_some), "{own}");
        }
        let named = places(100, None);
        let open: Vec<_> = (0..10).map(|_| take(&named, "203.0.113.1")).collect();
        assert!(open.iter().all(Option::is_some));
    }

    #[test]
    fn whoever_works_keeps_its_place_and_the_longest_waiting_gives_way() {
        let places = places(2, None);
        let [first, second] = ["::1", "::1"].map(|address| Arc::new(take(&places, address).unwrap()));
        let turns = [Turn::of_one(&first), Turn::of_one(&second)];
        assert!(take(&places, "::1").is_none());
        assert_eq!(taken(&places), (2, 0, 0), "what was refused holds nothing");
        drop(turns);
        assert!(take(&places, "::1").is_some());
        let is_told = |place: &Place| {
            let mut told = std::pin::pin!(place.gives_way.notified());
            told.as_mut().enable()
        };
        assert_eq!((is_told(&first), is_told(&second)), (true, false));
        drop((first, second));
        assert_eq!(taken(&places), (0, 0, 0));
    }

    #[test]
    fn requests_at_once_count_as_connections() {
        let places = places(100, Some(4));
        let [first, second] = ["203.0.113.1"; 2].map(|address| Arc::new(take(&places, address).unwrap()));
        let begin = |place| Turn::of_many(place, 3);
        let turns = [begin(&first), begin(&first), begin(&second)];
        assert!(turns.iter().all(Option::is_some));
        // Two connections, of which one has a second request.
        assert_eq!(taken(&places), (3, 1, 0));
        assert!(begin(&first).is_some() && begin(&second).is_some());
        let last = begin(&first);
        assert!(last.is_some() && begin(&second).is_none() && take(&places, "203.0.113.1").is_none());
        drop((last, turns));
        assert_eq!(taken(&places), (2, 1, 2));
        let three = [begin(&first), begin(&first), begin(&first)];
        assert!(three.iter().all(Option::is_some) && begin(&first).is_none());
        assert!(first.is_at_work() && !second.is_at_work());
        drop((three, first, second));
        assert_eq!(taken(&places), (0, 0, 0));
    }

    #[test]
    fn requests_at_once_take_no_more_than_an_eighth_of_all_places() {
        let places = places(24, None);
        let greedy = Arc::new(take(&places, "203.0.113.1").unwrap());
        let turns: Vec<_> = std::iter::from_fn(|| Turn::of_many(&greedy, 32)).collect();
        assert_eq!((turns.len(), taken(&places)), (4, (4, 0, 0)), "its own and three more");
        // Whoever fills the rest with connections that ask nothing keeps no request out.
        let idle: Vec<_> = (0..20).filter_map(|_| take(&places, "203.0.113.2")).collect();
        let busy = Arc::new(take(&places, "203.0.113.3").unwrap());
        let first = Turn::of_many(&busy, 32);
        assert_eq!((idle.len(), first.is_some(), taken(&places)), (20, true, (25, 0, 19)));
        assert!(Turn::of_many(&busy, 32).is_none(), "the eighth is taken");
        drop(turns);
        let second = Turn::of_many(&busy, 32);
        assert!(second.is_some(), "there is room again");
        drop((first, second, busy, greedy, idle));
        assert_eq!((taken(&places), places.taken.lock().further), ((0, 0, 0), 0));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_answered_is_not_waited_for() {
        let place = Arc::new(take(&places(2, None), "::1").unwrap());
        let began = Instant::now();
        let turn = Turn::of_one(&place);
        tokio::spawn(async move {
            sleep(Duration::from_secs(100)).await;
            drop(turn);
        });
        place.has_waited(Duration::from_secs(30)).await;
        let waited = began.elapsed().as_secs();
        assert!((130..=160).contains(&waited), "{waited}");
    }
}
