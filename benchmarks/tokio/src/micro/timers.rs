//! Timers.

use crate::harness::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{sleep, sleep_until, Instant};

const HOUR: Duration = Duration::from_secs(3600);

async fn start_and_drop(times: usize) {
    for _ in 0..times {
        let sleep = sleep(HOUR);
        tokio::pin!(sleep);
        assert!(!PollOnce(sleep).await);
    }
}
async fn timer_cancel() {
    // Another one ends sooner, as it does in a program that has timers, and the driver knows: so none of these is
    // the next to end, for which it would have to be woken.
    let sooner = sleep(HOUR / 60);
    tokio::pin!(sooner);
    assert!(!PollOnce(sooner.as_mut()).await);
    sleep(Duration::from_millis(1)).await;
    let tasks: Vec<_> = (0..CONTENDERS).map(|_| tokio::spawn(start_and_drop(OPERATIONS / CONTENDERS))).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

// The only timer there is: always the next to end.
async fn timer_cancel_alone() {
    start_and_drop(OPERATIONS).await
}

async fn timer_fire() -> Figures {
    let first = Instant::now() + Duration::from_millis(200); // until then they are spawned
    let tasks: Vec<_> = (0..OPERATIONS)
        .map(|i| {
            let deadline = first + timer_offset(i);
            tokio::spawn(async move {
                sleep_until(deadline).await;
                deadline.elapsed()
            })
        })
        .collect();
    let mut late = Vec::with_capacity(OPERATIONS);
    for task in tasks {
        late.push(task.await.unwrap());
    }
    lateness(late)
}

static SLEEPING: AtomicUsize = AtomicUsize::new(0);

async fn sleep_idle() -> Figures {
    let before = resident_bytes();
    for _ in 0..MILLION {
        tokio::spawn(async {
            let sleep = sleep(HOUR);
            SLEEPING.fetch_add(1, Ordering::Relaxed);
            sleep.await;
        });
    }
    while SLEEPING.load(Ordering::Relaxed) < MILLION {
        sleep(Duration::from_millis(1)).await;
    }
    sleep(Duration::from_millis(100)).await;
    vec![("rss_bytes", (resident_bytes() - before) as f64 / MILLION as f64)]
}

pub fn workloads() -> Vec<Workload> {
    vec![
        workload("timer_cancel", OPERATIONS, timer_cancel),
        workload("timer_cancel_alone", OPERATIONS, timer_cancel_alone),
        fresh("timer_fire", OPERATIONS, timer_fire),
        fresh("sleep_idle", MILLION, sleep_idle),
    ]
}
