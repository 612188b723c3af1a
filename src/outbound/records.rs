//! The outer form of TLS: a stream of records, each with a five-byte head that says its type and length in the
//! clear. Pure; `relay` uses it to tell a handshake from a request.

/// Record type of application data. From TLS 1.3 on the end of the handshake is dressed as it too, which errs on
/// the safe side: the request counts as sent a moment early.
const APPLICATION_DATA: u8 = 23;

/// Walks the records of one direction, in reads of any size.
#[derive(Default)]
pub(super) struct Records {
    /// Bytes seen of the current record's head, 0 to 4; after the fifth its body is skipped.
    head: usize,
    length: usize,
    body_left: usize,
}

impl Records {
    /// Whether a record of application data begins in `bytes`, the next part of the stream.
    pub fn carry_data(&mut self, mut bytes: &[u8]) -> bool {
        let mut found = false;
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.body_left > 0 {
                let skipped = self.body_left.min(bytes.len());
                self.body_left = self.body_left.saturating_sub(skipped);
                bytes = bytes.get(skipped..).unwrap_or_default();
                continue;
            }
            bytes = rest;
            match self.head {
                0 => found |= byte == APPLICATION_DATA,
                3 => self.length = usize::from(byte) << 8,
                4 => self.length |= usize::from(byte),
                _ => {}
            }
            self.head = self.head.saturating_add(1) % 5;
            if self.head == 0 {
                self.body_left = self.length;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind, 3, 3];
        bytes.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        bytes.extend(body);
        bytes
    }

    #[test]
    fn a_handshake_alone_is_no_data_whatever_its_bytes_are() {
        let hello = [record(22, &[23; 700]), record(20, &[1]), record(21, &[23, 23])].concat();
        assert!(!Records::default().carry_data(&hello));
    }

    #[test]
    fn data_behind_a_handshake_in_the_same_read_is_seen() {
        let bytes = [record(22, &[0; 300]), record(22, &[]), record(23, b"x")].concat();
        assert!(Records::default().carry_data(&bytes));
    }

    proptest! {
        #[test]
        fn data_is_seen_at_its_first_byte_however_the_stream_is_cut(
            bodies in prop::collection::vec((20u8..=22, prop::collection::vec(any::<u8>(), 0..400)), 0..6),
            cuts in prop::collection::vec(1usize..300, 1..40),
        ) {
            let before: Vec<u8> = bodies.iter().flat_map(|(kind, body)| record(*kind, body)).collect();
            let mut walker = Records::default();
            let mut rest = &before[..];
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (part, after) = rest.split_at((*cut).min(rest.len()));
                prop_assert!(!walker.carry_data(part));
                rest = after;
            }
            prop_assert!(walker.carry_data(&[23]));
        }
    }
}
