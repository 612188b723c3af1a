//! Bytes one after another, with the line they stand on.

use super::{DumpError, Flaw};
use std::io::{self, BufRead};

pub(in crate::move_in) struct Bytes<R> {
    reader: R,
    line: u64,
}

impl<R: BufRead> Bytes<R> {
    pub fn new(reader: R) -> Self {
        Bytes { reader, line: 1 }
    }

    /// The line of the next byte, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    pub fn fault(&self, flaw: Flaw) -> DumpError {
        DumpError::At { line: self.line, flaw }
    }

    /// The next byte, which stays. `None`: there is none.
    pub fn peek(&mut self) -> Result<Option<u8>, DumpError> {
        loop {
            match self.reader.fill_buf() {
                Ok(waiting) => return Ok(waiting.first().copied()),
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(DumpError::Unreadable { line: self.line, cause }),
            }
        }
    }

    pub fn take(&mut self) -> Result<Option<u8>, DumpError> {
        let byte = self.peek()?;
        if let Some(byte) = byte {
            self.reader.consume(1);
            self.line = self.line.saturating_add(u64::from(byte == b'\n'));
        }
        Ok(byte)
    }

    /// The next byte where there has to be one.
    pub fn need(&mut self) -> Result<u8, DumpError> {
        match self.take()? {
            Some(byte) => Ok(byte),
            None => Err(self.fault(Flaw::CutOff)),
        }
    }

    /// Takes this byte if it is the next one.
    pub fn takes(&mut self, wanted: u8) -> Result<bool, DumpError> {
        let is_next = self.peek()? == Some(wanted);
        if is_next {
            self.take()?;
        }
        Ok(is_next)
    }

    /// The rest of the line, of which `most` bytes are kept.
    pub fn rest_of_line(&mut self, most: usize) -> Result<Vec<u8>, DumpError> {
        let mut rest = Vec::new();
        while let Some(byte) = self.take()? {
            if byte == b'\n' {
                break;
            }
            if rest.len() < most {
                rest.push(byte);
            }
        }
        Ok(rest)
    }

    /// Everything up to one of these bytes, which stays, or the end.
    pub fn skip_until(&mut self, is_wanted: impl Fn(u8) -> bool) -> Result<(), DumpError> {
        loop {
            if self.peek()?.is_none() {
                return Ok(());
            }
            // Asked for once more: a borrow of the buffer must not live on.
            let Ok(waiting) = self.reader.fill_buf() else { return Ok(()) };
            let at = waiting.iter().position(|byte| is_wanted(*byte));
            let passed = at.unwrap_or(waiting.len());
            let lines = waiting.iter().take(passed).filter(|byte| **byte == b'\n').count();
            self.line = self.line.saturating_add(u64::try_from(lines).unwrap_or(0));
            self.reader.consume(passed);
            if at.is_some() {
                return Ok(());
            }
        }
    }
}
