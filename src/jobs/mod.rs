//! The edge to other machines: threads that send orders, ask what became of them, and tell the operator.
//!
//! A job is three steps: claim rows (a transaction), call (none), record (a transaction). Every job can be
//! killed between any two of them, survives a panic in one item, and has a `tick` that does what is due now
//! and returns, so that tests need neither threads nor time. Waiting is by a monotonic clock.
//!
//! What does not live here: what an answer means (`provider`) and what it does to an order (`orders`).

mod attempt;
pub mod audit;
pub mod chores;
pub mod deliver;
mod demo_bank;
pub mod dispatch;
pub mod file_check;
pub mod funds;
pub mod housekeeping;
pub mod import;
pub mod last_seen;
mod line;
pub mod open_files;
mod pages;
pub mod poll_orders;
mod quit;
pub mod reconcile;
pub mod search_index;
pub mod stranded;
pub mod summary;
pub mod sync_catalog;
mod trouble;
pub mod try_provider;

use crate::kernel::error::Fault;
use crate::state::App;
use crate::state::board::Run;
use quit::Quit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use trouble::Troubles;

/// How long a stop waits for questions: nothing is lost with their answers.
const LAST_QUESTIONS: Duration = Duration::from_millis(500);

/// The running threads.
pub struct Jobs {
    stopper: Stopper,
    dispatch: JoinHandle<()>,
    poll: JoinHandle<()>,
    deliver: JoinHandle<()>,
    imports: JoinHandle<()>,
    trials: JoinHandle<()>,
    chores: Vec<JoinHandle<()>>,
}

/// Tells the threads to end, and returns at once.
#[derive(Clone)]
pub struct Stopper {
    app: App,
    quit: Arc<Quit>,
}

impl Stopper {
    /// From now on nothing new is begun.
    pub fn begin_stop(&self) {
        self.quit.set();
        self.app.dispatch_bell.ring();
        self.app.imports.desk.close();
        self.app.trials.close();
        self.app.transfers.close();
    }
}

/// Starts everything that runs in the background.
pub fn start(app: &App) -> Result<Jobs, Fault> {
    let quit = Arc::new(Quit::default());
    let troubles = Arc::new(Troubles::default());
    let dispatcher = dispatch::Dispatcher::new(app, &troubles, &quit);
    let poller = poll_orders::Poller::new(app, &troubles, &quit);
    let courier = deliver::Courier::new(app);
    app.board.register("dispatch", dispatch::TICK);
    app.board.register("poll-orders", app.config.provider.sync);
    app.board.register("deliver", deliver::TICK);
    let quit_deliver = Arc::clone(&quit);
    let dispatch = thread("dispatch", move || dispatcher.run())?;
    let poll = thread("poll-orders", move || poller.run())?;
    let deliver = thread("deliver", move || courier.run(&quit_deliver))?;
    let imports = thread("imports", {
        let (app, quit) = (app.clone(), Arc::clone(&quit));
        move || import::run(&app, &quit)
    })?;
    let trials = thread("trials", {
        let (app, quit) = (app.clone(), Arc::clone(&quit));
        move || try_provider::run(&app, &quit)
    })?;
    let mut chores = Vec::new();
    if app.is_demo {
        let (app, quit) = (app.clone(), Arc::clone(&quit));
        chores.push(thread("demo-bank", move || demo_bank::run(&app, &quit))?);
    }
    for runner in chores::Runner::all(app) {
        let quit = Arc::clone(&quit);
        chores.push(thread(runner.name(), move || runner.run(&quit))?);
    }
    Ok(Jobs { stopper: Stopper { app: app.clone(), quit }, dispatch, poll, deliver, imports, trials, chores })
}

impl Jobs {
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Returns when the orders that are being sent have their outcomes on disk, i.e. at the latest a moment
    /// after the time-out of an `add`. Blocks.
    pub fn stop(self) {
        self.stopper.begin_stop();
        if self.dispatch.join().is_err() {
            tracing::error!("the dispatcher had panicked");
        }
        let asked = Instant::now();
        // A message that is on its way may arrive; at worst it is sent again. So is a chore done again.
        let others = [&self.poll, &self.deliver, &self.imports, &self.trials].into_iter().chain(&self.chores);
        while !others.clone().all(JoinHandle::is_finished) && asked.elapsed() < LAST_QUESTIONS {
            std::thread::sleep(Duration::from_millis(5));
        }
        if last_seen::tick(&self.stopper.app).is_err() {
            tracing::error!("who was there last is not written down");
        }
    }
}

/// Does a round of a job that never pauses for long, and shows on the board how it went; whether it went well.
fn on_board(app: &App, job: &'static str, round: impl FnOnce() -> Result<(), Fault>) -> bool {
    let (began_at, began) = (app.db.clock().now(), Instant::now());
    app.board.began(job, began_at);
    let done = catch_unwind(AssertUnwindSafe(round));
    let done = done.unwrap_or_else(|_| Err(Fault::Internal("a round of a job panicked".to_owned())));
    let outcome = done.map(|()| String::new()).map_err(|fault| chores::Trouble::from(fault).note);
    let went_well = outcome.is_ok();
    chores::ended(app, job, Some(Run { began_at, took: began.elapsed(), outcome }));
    went_well
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Fault> {
    let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    spawned.map_err(|cause| Fault::Internal(format!("no thread {name}: {cause}")))
}
