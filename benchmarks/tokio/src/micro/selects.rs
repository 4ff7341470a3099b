//! The first of two, and deadlines that are not reached.

use crate::harness::*;
use std::time::Duration;
use tokio::sync::Notify;

async fn ready() -> usize {
    black_box(1)
}

async fn select_ready() {
    let never = Notify::new();
    let stopped = never.notified();
    tokio::pin!(stopped);
    let mut sum = 0;
    for _ in 0..OPERATIONS {
        tokio::select! {
            value = ready() => sum += value,
            _ = &mut stopped => unreachable!(),
        }
    }
    assert_eq!(sum, OPERATIONS);
}

async fn select_yield() {
    let never = Notify::new();
    let stopped = never.notified();
    tokio::pin!(stopped);
    for _ in 0..OPERATIONS {
        tokio::select! {
            _ = tokio::task::yield_now() => {}
            _ = &mut stopped => unreachable!(),
        }
    }
}

async fn timeout_yield() {
    for _ in 0..OPERATIONS {
        tokio::time::timeout(Duration::from_secs(3600), tokio::task::yield_now()).await.unwrap();
    }
}

pub fn workloads() -> Vec<Workload> {
    vec![
        workload("select_ready", OPERATIONS, select_ready),
        workload("select_yield", OPERATIONS, select_yield),
        workload("timeout_yield", OPERATIONS, timeout_yield),
    ]
}
