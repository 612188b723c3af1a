//! The edge to other machines: threads that send orders, ask what became of them, and tell the operator.
//!
//! A job is three steps: claim rows (a transaction), call (none), record (a transaction). Every job can be
//! killed between any two of them, survives a panic in one item, and has a `tick` that does what is due now
//! and returns, so that tests need neither threads nor time. Waiting is by a monotonic clock.
//!
//! What does not live here: what an answer means (`provider`) and what it does to an order (`orders`).

pub mod deliver;
pub mod doctor;
pub mod providers;
pub mod runtime;
pub mod scheduled;

use crate::kernel::error::Fault;
use crate::state::App;
use providers::{Troubles, after_sale, dispatch, import, poll_orders, try_provider};
use runtime::{Shutdown, thread};
use scheduled::{key_use, last_seen, referral_clicks};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a stop waits for questions: nothing is lost with their answers.
const LAST_QUESTIONS: Duration = Duration::from_millis(500);

/// The running threads.
pub struct Jobs {
    stopper: Stopper,
    dispatch: JoinHandle<()>,
    after_sale: JoinHandle<()>,
    poll: JoinHandle<()>,
    deliver: JoinHandle<()>,
    imports: JoinHandle<()>,
    trials: JoinHandle<()>,
    doctor: JoinHandle<()>,
    scheduled: Vec<JoinHandle<()>>,
}

/// Tells the threads to end, and returns at once.
#[derive(Clone)]
pub struct Stopper {
    app: App,
    shutdown: Arc<Shutdown>,
}

impl Stopper {
    /// From now on nothing new is begun.
    pub fn begin_stop(&self) {
        self.shutdown.request();
        self.app.dispatch_wakeup.notify();
        self.app.imports.channel.close();
        self.app.trials.close();
        self.app.examinations.close();
        if let Some(demo) = &self.app.demo {
            demo.transfers.close();
        }
    }
}

/// Starts everything that runs in the background.
pub fn start(app: &App) -> Result<Jobs, Fault> {
    let shutdown = Arc::new(Shutdown::default());
    let troubles = Arc::new(Troubles::default());
    let dispatcher = dispatch::Dispatcher::new(app, &troubles, &shutdown);
    let poller = poll_orders::Poller::new(app, &troubles, &shutdown);
    let asker = after_sale::AfterSale::new(app, &shutdown);
    let sender = deliver::TelegramSender::new(app);
    app.job_registry.register("dispatch", dispatch::TICK);
    app.job_registry.register("after-sale", after_sale::TICK);
    app.job_registry.register("poll-orders", app.config.provider.sync);
    app.job_registry.register("deliver", deliver::TICK);
    let shutdown_deliver = Arc::clone(&shutdown);
    let dispatch = thread("dispatch", move || dispatcher.run())?;
    let after_sale = thread("after-sale", move || asker.run())?;
    let poll = thread("poll-orders", move || poller.run())?;
    let deliver = thread("deliver", move || sender.run(&shutdown_deliver))?;
    let imports = thread("imports", {
        let (app, shutdown) = (app.clone(), Arc::clone(&shutdown));
        move || import::run(&app, &shutdown)
    })?;
    let trials = thread("trials", {
        let (app, shutdown) = (app.clone(), Arc::clone(&shutdown));
        move || try_provider::run(&app, &shutdown)
    })?;
    let doctor = thread("doctor", {
        let (app, shutdown) = (app.clone(), Arc::clone(&shutdown));
        move || doctor::run(&app, &shutdown)
    })?;
    let mut scheduled = Vec::new();
    for runner in scheduled::runners(app) {
        let shutdown = Arc::clone(&shutdown);
        scheduled.push(thread(runner.name(), move || runner.run(&shutdown))?);
    }
    Ok(Jobs {
        stopper: Stopper { app: app.clone(), shutdown },
        dispatch,
        after_sale,
        poll,
        deliver,
        imports,
        trials,
        doctor,
        scheduled,
    })
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
        if self.after_sale.join().is_err() {
            tracing::error!("the job that asks providers after the sale had panicked");
        }
        let asked = Instant::now();
        // A message that is on its way may arrive; at worst it is sent again. So is a job done again.
        let others = [&self.poll, &self.deliver, &self.imports, &self.trials, &self.doctor];
        let others = others.into_iter().chain(&self.scheduled);
        while !others.clone().all(JoinHandle::is_finished) && asked.elapsed() < LAST_QUESTIONS {
            std::thread::sleep(Duration::from_millis(5));
        }
        if last_seen::tick(&self.stopper.app).is_err() {
            tracing::error!("who was there last is not written down");
        }
        if key_use::tick(&self.stopper.app).is_err() {
            tracing::error!("how keys were used is not written down");
        }
        if referral_clicks::tick(&self.stopper.app).is_err() {
            tracing::error!("how referral links were clicked is not written down");
        }
    }
}
