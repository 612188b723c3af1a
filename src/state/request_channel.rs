//! Questions of handlers that a job answers. A handler never calls another machine: it asks over a channel and waits,
//! without holding a worker, until a job has called.

use super::Wakeup;
use crate::kernel::error::{Answer, Code, Fault, Refusal};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::oneshot;

/// Questions that may wait for a job at once.
const MAX_WAITING: usize = 32;

/// Where questions `Q` wait for answers `A`.
pub struct RequestChannel<Q, A> {
    queue: Mutex<Queue<Q, A>>,
    wakeup: Wakeup,
}

struct Queue<Q, A> {
    waiting: VecDeque<Asked<Q, A>>,
    is_closed: bool,
}

/// A question and whoever waits for its answer. Dropped without an answer, the asker hears of a defect.
pub struct Asked<Q, A> {
    pub question: Q,
    asker: oneshot::Sender<A>,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    #[error("too many such requests are being worked on")]
    Full,
    /// The job may still be at it.
    #[error("it takes too long to wait for")]
    Late,
    #[error("the panel is stopping")]
    Stopping,
    /// The job gave up in the middle.
    #[error(transparent)]
    Fault(Fault),
}

impl<Q, A> Default for RequestChannel<Q, A> {
    fn default() -> Self {
        let queue = Queue { waiting: VecDeque::new(), is_closed: false };
        RequestChannel { queue: Mutex::new(queue), wakeup: Wakeup::default() }
    }
}

impl<Q, A> RequestChannel<Q, A> {
    /// For handlers: leaves a question and waits for its answer, at most `limit`. An asker who goes away early takes
    /// nothing back.
    pub async fn ask(&self, question: Q, limit: Duration) -> Result<A, Unanswered> {
        let answer = self.leave(question)?;
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) if self.queue.lock().is_closed => Err(Unanswered::Stopping),
            Ok(Err(_)) => Err(Unanswered::Fault(Fault::Internal("a job gave no answer".to_owned()))),
            Err(_) => Err(Unanswered::Late),
        }
    }

    fn leave(&self, question: Q) -> Result<oneshot::Receiver<A>, Unanswered> {
        let (asker, answer) = oneshot::channel();
        let mut queue = self.queue.lock();
        if queue.is_closed {
            return Err(Unanswered::Stopping);
        }
        if queue.waiting.len() >= MAX_WAITING {
            return Err(Unanswered::Full);
        }
        queue.waiting.push_back(Asked { question, asker });
        drop(queue);
        self.wakeup.notify();
        Ok(answer)
    }

    /// For the job: the oldest question.
    pub fn take(&self) -> Option<Asked<Q, A>> {
        self.queue.lock().waiting.pop_front()
    }

    /// For the job: until there may be a question or the channel is closed, at most `limit`.
    pub fn wait(&self, limit: Duration) {
        self.wakeup.wait(limit);
    }

    /// From now on no question is taken, and those that wait are told so. Wakes the job.
    pub fn close(&self) {
        let waiting = {
            let mut queue = self.queue.lock();
            queue.is_closed = true;
            std::mem::take(&mut queue.waiting)
        };
        drop(waiting);
        self.wakeup.notify();
    }

    /// For the job: whether no question will come any more.
    pub fn is_closed(&self) -> bool {
        self.queue.lock().is_closed
    }
}

impl<Q, A> Asked<Q, A> {
    /// Gives the answer, after the question and what it holds are gone.
    pub fn answer(self, answer: A) {
        drop(self.question);
        // Whoever asked may have gone; what was done is done.
        let _ = self.asker.send(answer);
    }
}

impl Refusal for Unanswered {
    fn answer(&self) -> Answer {
        match self {
            Unanswered::Full | Unanswered::Late | Unanswered::Stopping => Code::Overloaded.into(),
            Unanswered::Fault(fault) => fault.answer(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(1);

    /// What becomes of one question while `job` works beside.
    fn ask(
        channel: &RequestChannel<i32, i32>,
        limit: Duration,
        job: impl FnOnce() + Send,
    ) -> Result<i32, Unanswered> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(job);
            runtime.block_on(channel.ask(20, limit))
        })
    }

    fn taken(channel: &RequestChannel<i32, i32>) -> Asked<i32, i32> {
        loop {
            match channel.take() {
                Some(asked) => return asked,
                None => channel.wait(LONG),
            }
        }
    }

    #[test]
    fn a_question_left_on_a_closed_desk_is_refused() {
        let channel = RequestChannel::default();
        channel.close();
        assert!(matches!(ask(&channel, LONG, || ()), Err(Unanswered::Stopping)));
        assert!(channel.take().is_none());
    }

    #[test]
    fn whoever_waits_when_the_desk_closes_is_told() {
        let channel = RequestChannel::default();
        let close = || {
            while channel.queue.lock().waiting.is_empty() {
                channel.wait(LONG);
            }
            channel.close();
        };
        assert!(matches!(ask(&channel, LONG, close), Err(Unanswered::Stopping)));
    }

    #[test]
    fn a_question_beyond_the_room_is_refused_at_once() {
        let channel = RequestChannel::<i32, i32>::default();
        let waiting: Vec<_> = (0..MAX_WAITING).map(|_| channel.leave(1).unwrap()).collect();
        assert!(matches!(ask(&channel, LONG, || ()), Err(Unanswered::Full)));
        assert_eq!(waiting.len(), MAX_WAITING);
    }

    #[test]
    fn nobody_waits_longer_than_the_limit() {
        let channel = RequestChannel::default();
        assert!(matches!(ask(&channel, SHORT, || ()), Err(Unanswered::Late)));
        assert!(taken(&channel).asker.is_closed());
    }

    #[test]
    fn a_job_that_gives_up_is_a_defect_and_not_a_wait() {
        let channel = RequestChannel::default();
        assert!(matches!(ask(&channel, LONG, || drop(taken(&channel))), Err(Unanswered::Fault(_))));
    }

    #[test]
    fn the_answer_comes_from_the_job_and_a_late_one_harms_nobody() {
        let channel = RequestChannel::default();
        let job = || {
            let asked = taken(&channel);
            assert!(!asked.asker.is_closed());
            let doubled = asked.question * 2;
            asked.answer(doubled);
        };
        assert_eq!(ask(&channel, LONG, job).unwrap(), 40);
        assert!(matches!(ask(&channel, SHORT, || ()), Err(Unanswered::Late)));
        taken(&channel).answer(1);
    }
}
