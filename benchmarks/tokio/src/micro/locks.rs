//! Tasks that contend.

use crate::harness::*;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::{Mutex, Notify, RwLock, Semaphore};

const EACH: usize = OPERATIONS / CONTENDERS;

/// Spawns `task()` CONTENDERS times and joins.
async fn contend<F>(task: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let tasks: Vec<_> = (0..CONTENDERS).map(|_| tokio::spawn(task())).collect();
    for each in tasks {
        each.await.unwrap();
    }
}

async fn count(mutex: Arc<Mutex<usize>>) {
    for _ in 0..EACH {
        *mutex.lock().await += 1;
    }
}
async fn mutex() {
    let counter = Arc::new(Mutex::new(0));
    contend(|| count(counter.clone())).await;
    assert_eq!(*counter.lock().await, OPERATIONS);
}

async fn count_and_yield(mutex: Arc<Mutex<usize>>) {
    for _ in 0..EACH {
        let mut guard = mutex.lock().await;
        *guard += 1;
        tokio::task::yield_now().await;
    }
}
async fn mutex_yield() {
    let counter = Arc::new(Mutex::new(0));
    contend(|| count_and_yield(counter.clone())).await;
    assert_eq!(*counter.lock().await, OPERATIONS);
}

async fn take_permits(semaphore: Arc<Semaphore>) {
    for _ in 0..EACH {
        let _permit = semaphore.acquire().await.unwrap();
        tokio::task::yield_now().await;
    }
}
async fn semaphore() {
    let permits = Arc::new(Semaphore::new(PERMITS));
    contend(|| take_permits(permits.clone())).await;
}

async fn read_and_write(lock: Arc<RwLock<usize>>) {
    for i in 0..EACH {
        if i % CONTENDERS == 0 {
            let mut guard = lock.write().await;
            *guard += 1;
            tokio::task::yield_now().await;
        } else {
            let guard = lock.read().await;
            black_box(*guard);
            tokio::task::yield_now().await;
        }
    }
}
async fn rw_lock() {
    let value = Arc::new(RwLock::new(0));
    contend(|| read_and_write(value.clone())).await;
}

async fn bounce(mine: Arc<Notify>, other: Arc<Notify>) {
    for _ in 0..OPERATIONS / 2 {
        mine.notified().await;
        other.notify_one();
    }
}
async fn notify() {
    let first = Arc::new(Notify::new());
    let second = Arc::new(Notify::new());
    let one = tokio::spawn(bounce(first.clone(), second.clone()));
    let two = tokio::spawn(bounce(second, first.clone()));
    first.notify_one();
    one.await.unwrap();
    two.await.unwrap();
}

pub fn workloads() -> Vec<Workload> {
    vec![
        workload("mutex", OPERATIONS, mutex),
        workload("mutex_yield", OPERATIONS, mutex_yield),
        workload("semaphore", OPERATIONS, semaphore),
        workload("rw_lock", OPERATIONS, rw_lock),
        workload("notify", OPERATIONS, notify),
    ]
}
