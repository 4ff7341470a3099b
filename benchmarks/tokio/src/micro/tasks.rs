//! Spawning and joining.

use crate::harness::*;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

async fn spawn_and_join(tasks_at_once: usize, operations: usize) {
    for _ in 0..operations / tasks_at_once {
        let tasks: Vec<_> = (0..tasks_at_once).map(|i| tokio::spawn(async move { i })).collect();
        for task in tasks {
            black_box(task.await.unwrap());
        }
    }
}
async fn spawn_join() {
    spawn_and_join(FEW, OPERATIONS).await
}
async fn spawn_batch() {
    spawn_and_join(MANY, OPERATIONS).await
}
async fn spawn_fresh() -> Figures {
    spawn_and_join(MILLION, MILLION).await;
    Figures::new()
}

async fn spawn_one() {
    for i in 0..OPERATIONS {
        black_box(tokio::spawn(async move { i }).await.unwrap());
    }
}

async fn join_set() {
    for _ in 0..OPERATIONS / MANY {
        let mut tasks = JoinSet::new();
        for i in 0..MANY {
            tasks.spawn(async move { i });
        }
        while let Some(joined) = tasks.join_next().await {
            black_box(joined.unwrap());
        }
    }
}

async fn spawn_remote() {
    // Never full, so the thread never waits.
    let (sender, mut receiver) = mpsc::channel(OPERATIONS / MANY);
    let runtime = Handle::current();
    let thread = std::thread::spawn(move || {
        for _ in 0..OPERATIONS / MANY {
            let tasks: Vec<_> = (0..MANY).map(|i| runtime.spawn(async move { i })).collect();
            sender.try_send(tasks).unwrap();
        }
    });
    for _ in 0..OPERATIONS / MANY {
        for task in receiver.recv().await.unwrap() {
            black_box(task.await.unwrap());
        }
    }
    thread.join().unwrap();
}

// What calls itself has to be boxed.
fn tree(levels: usize) -> Pin<Box<dyn Future<Output = usize> + Send>> {
    Box::pin(async move {
        if levels == 0 {
            return 0;
        }
        let children: Vec<_> = (0..CHILDREN).map(|_| tokio::spawn(tree(levels - 1))).collect();
        let mut tasks = CHILDREN;
        for child in children {
            tasks += child.await.unwrap();
        }
        tasks
    })
}
async fn fan_out() {
    assert_eq!(tree(LEVELS).await, TREE_TASKS);
}

fn fib_of(n: usize) -> Pin<Box<dyn Future<Output = usize> + Send>> {
    Box::pin(async move {
        if n < 2 {
            return n;
        }
        let first = tokio::spawn(fib_of(n - 1));
        let second = fib_of(n - 2).await;
        first.await.unwrap() + second
    })
}
async fn fib() {
    assert_eq!(fib_of(FIB).await, FIB_RESULT);
}

// Tokio has no scope; a task cannot borrow, so it shares, and a JoinSet joins.
async fn scope_batch() {
    let counter = Arc::new(AtomicUsize::new(0));
    for _ in 0..OPERATIONS / MANY {
        let mut tasks = JoinSet::new();
        for _ in 0..MANY {
            let counter = counter.clone();
            tasks.spawn(async move {
                counter.fetch_add(1, Ordering::Relaxed);
            });
        }
        while let Some(joined) = tasks.join_next().await {
            joined.unwrap();
        }
    }
    assert_eq!(counter.load(Ordering::Relaxed), OPERATIONS);
}

async fn spawn_blocking() {
    for _ in 0..BLOCKING_JOBS / FEW {
        let jobs: Vec<_> = (0..FEW).map(|i| tokio::task::spawn_blocking(move || i)).collect();
        for job in jobs {
            black_box(job.await.unwrap());
        }
    }
}

pub fn workloads() -> Vec<Workload> {
    vec![
        workload("spawn_one", OPERATIONS, spawn_one),
        workload("spawn_join", OPERATIONS, spawn_join),
        workload("spawn_batch", OPERATIONS, spawn_batch),
        fresh("spawn_fresh", MILLION, spawn_fresh),
        workload("spawn_remote", OPERATIONS, spawn_remote),
        workload("join_set", OPERATIONS, join_set),
        workload("fan_out", TREE_TASKS, fan_out),
        workload("fib", FIB_TASKS, fib),
        workload("fork_join", FIB_TASKS, fib),
        workload("scope_batch", OPERATIONS, scope_batch),
        workload("spawn_blocking", BLOCKING_JOBS, spawn_blocking),
    ]
}
