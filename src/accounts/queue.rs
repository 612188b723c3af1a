//! The queue in front of the threads that hash passwords. A flood from one network makes that network wait, not
//! everybody: networks take turns, and those who have logged in before have every other turn and places of their own.

use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Whose attempts wait in one queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// Somebody who is logged in.
    User(UserId),
    /// A browser that has logged in before, by the hash of its cookie.
    Device([u8; 32]),
    /// An address from which somebody has logged in before.
    Address(IpAddr),
    /// Everybody else, by the network: an IPv4 /24, an IPv6 /48. `None`: the address is not known.
    Network(Option<IpAddr>),
}

impl Party {
    /// A stranger at this address.
    pub fn stranger(address: Option<IpAddr>) -> Self {
        Party::Network(address.map(|address| match address.to_canonical() {
            IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & (u32::MAX << 8))),
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80))),
        }))
    }

    fn lane(self) -> usize {
        match self {
            Party::User(_) | Party::Device(_) | Party::Address(_) => KNOWN,
            Party::Network(_) => STRANGERS,
        }
    }
}

const KNOWN: usize = 0;
const STRANGERS: usize = 1;
/// How many may wait: in a lane, and of one party in it.
const ROOM: [(usize, usize); 2] = [(64, 16), (192, 64)];

/// A few turns at a time, each for as long as its guard lives.
pub(super) struct Turns(Mutex<Inner>);

struct Inner {
    free: usize,
    lanes: [Lane; 2],
    /// The lane that is served next, if somebody waits in it.
    next: usize,
}

#[derive(Default)]
struct Lane {
    waiting: usize,
    /// Those who wait, in the order in which they are served: one of each, then the next of each.
    order: VecDeque<Party>,
    lines: HashMap<Party, VecDeque<oneshot::Sender<Turn>>>,
}

/// The right to use one thread.
pub(super) struct Turn(Option<Arc<Turns>>);

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.0.take() {
            turns.pass_on();
        }
    }
}

impl Turns {
    pub fn new(at_once: usize) -> Arc<Self> {
        Arc::new(Turns(Mutex::new(Inner { free: at_once, lanes: Default::default(), next: KNOWN })))
    }

    /// Waits for a turn. Errors: `Overloaded` when too many wait already, of this party or in all.
    pub async fn take(self: &Arc<Self>, party: Party) -> Result<Turn, Fault> {
        match self.stand(party)? {
            Ok(turn) => Ok(turn),
            Err(called) => called.await.map_err(|_| Fault::Internal("a turn was lost".to_owned())),
        }
    }

    /// A turn at once, or a place in the queue.
    fn stand(self: &Arc<Self>, party: Party) -> Result<Result<Turn, oneshot::Receiver<Turn>>, Fault> {
        let mut inner = self.0.lock();
        if inner.free > 0 {
            inner.free = inner.free.saturating_sub(1);
            return Ok(Ok(Turn(Some(Arc::clone(self)))));
        }
        let (most, most_of_one) = ROOM[party.lane()];
        let lane = &mut inner.lanes[party.lane()];
        let own = lane.lines.get(&party).map_or(0, VecDeque::len);
        if lane.waiting >= most || own >= most_of_one {
            return Err(Fault::Overloaded("too many passwords wait to be checked"));
        }
        if own == 0 {
            lane.order.push_back(party);
        }
        lane.waiting = lane.waiting.saturating_add(1);
        let (call, called) = oneshot::channel();
        lane.lines.entry(party).or_default().push_back(call);
        Ok(Err(called))
    }

    /// A turn is over: the next one's. Who has gone away meanwhile is passed over.
    fn pass_on(self: Arc<Self>) {
        loop {
            let Some(call) = self.0.lock().next() else { return };
            match call.send(Turn(Some(Arc::clone(&self)))) {
                Ok(()) => return,
                Err(mut unwanted) => unwanted.0 = None,
            }
        }
    }
}

impl Inner {
    /// Takes out whoever is next; `None`: nobody waits, and the turn is free.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let other = 1_usize.saturating_sub(self.next);
        for lane in [self.next, other] {
            if let Some(call) = self.lanes[lane].next() {
                self.next = 1_usize.saturating_sub(lane);
                return Some(call);
            }
        }
        self.free = self.free.saturating_add(1);
        None
    }
}

impl Lane {
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let party = self.order.pop_front()?;
        let line = self.lines.get_mut(&party)?;
        let call = line.pop_front();
        if line.is_empty() {
            self.lines.remove(&party);
        } else {
            self.order.push_back(party);
        }
        self.waiting = self.waiting.saturating_sub(1);
        call
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADMIN: Party = Party::Device([1; 32]);

    fn stranger(address: &str) -> Party {
        Party::stranger(Some(address.parse().unwrap()))
    }

    /// A place in the line, where all turns are taken.
    fn place(turns: &Arc<Turns>, party: Party) -> Result<oneshot::Receiver<Turn>, Fault> {
        turns.stand(party).map(|stood| stood.err().unwrap())
    }

    fn first(turns: &Arc<Turns>) -> Turn {
        turns.stand(ADMIN).unwrap().ok().unwrap()
    }

    #[test]
    fn a_flood_from_one_network_waits_for_itself_and_is_bounded() {
        let turns = Turns::new(1);
        let mut turn = first(&turns);
        let flood: Vec<_> =
            (0..320).map(|number| place(&turns, stranger(&format!("192.0.2.{}", number % 256)))).collect();
        let mut flood: Vec<_> = flood.into_iter().flatten().collect();
        assert_eq!(flood.len(), 64, "the rest is told at once");
        let (mut other, mut admin) =
            (place(&turns, stranger("198.51.100.7")).unwrap(), place(&turns, ADMIN).unwrap());
        let mut before = 0;
        while admin.try_recv().map(|next| turn = next).is_err() {
            if let Some(next) = flood.iter_mut().find_map(|called| called.try_recv().ok()) {
                before += 1;
                turn = next;
            } else {
                let spent = std::mem::replace(&mut turn, Turn(None));
                drop(spent);
            }
        }
        assert!(before <= 1, "{before}");
        drop(turn);
        assert!(flood.iter_mut().filter_map(|called| called.try_recv().ok()).count() <= 2);
        assert!(other.try_recv().is_ok(), "the other network is next but one");
    }

    #[test]
    fn a_full_lane_of_strangers_leaves_room_for_those_who_are_known() {
        let turns = Turns::new(1);
        let _turn = first(&turns);
        let waiting: Vec<_> = (0..250).map(|net| place(&turns, stranger(&format!("10.0.{net}.1")))).collect();
        assert_eq!(waiting.iter().filter(|place| place.is_ok()).count(), 192);
        assert!(place(&turns, ADMIN).is_ok() && place(&turns, Party::User(UserId::new(1))).is_ok());
    }

    #[test]
    fn who_went_away_is_passed_over_and_no_turn_is_lost() {
        let turns = Turns::new(1);
        let turn = first(&turns);
        let (gone, mut stays) =
            (place(&turns, stranger("192.0.2.1")).unwrap(), place(&turns, stranger("192.0.2.2")).unwrap());
        drop(gone);
        drop(turn);
        let unread = stays.try_recv().unwrap();
        let late = place(&turns, ADMIN).unwrap();
        drop(unread);
        drop(late);
        assert!(turns.stand(ADMIN).unwrap().is_ok(), "a turn that was called and not taken is free again");
    }

    #[test]
    fn a_network_is_one_party() {
        assert_eq!(stranger("192.0.2.1"), stranger("::ffff:192.0.2.250"));
        assert_ne!(stranger("192.0.2.1"), stranger("192.0.3.1"));
        assert_eq!(stranger("2001:db8:1:2::1"), stranger("2001:db8:1:ffff::9"));
        assert_ne!(stranger("2001:db8:1::1"), stranger("2001:db8:2::1"));
    }
}
