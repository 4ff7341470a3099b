//! Channels, and tasks that wake each other through them.

use crate::harness::*;
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot, watch, Semaphore};

async fn ping_pong_oneshot() {
    for i in 0..OPERATIONS {
        let (ping_sender, ping_receiver) = oneshot::channel();
        let (pong_sender, pong_receiver) = oneshot::channel();
        tokio::spawn(async move {
            let value: usize = ping_receiver.await.unwrap();
            pong_sender.send(value).unwrap();
        });
        ping_sender.send(i).unwrap();
        assert_eq!(pong_receiver.await.unwrap(), i);
    }
}

async fn forward(mut from: mpsc::Receiver<usize>, to: mpsc::Sender<usize>, times: usize) {
    for _ in 0..times {
        let value = from.recv().await.unwrap();
        to.send(value + 1).await.unwrap();
    }
}
async fn ping_pong() {
    let (ping_sender, ping_receiver) = mpsc::channel(1);
    let (pong_sender, mut pong_receiver) = mpsc::channel(1);
    let other = tokio::spawn(forward(ping_receiver, pong_sender, OPERATIONS));
    for i in 0..OPERATIONS {
        ping_sender.send(i).await.unwrap();
        assert_eq!(pong_receiver.recv().await.unwrap(), i + 1);
    }
    other.await.unwrap();
}

async fn chain() {
    let (first, mut receiver) = mpsc::channel(1);
    let mut tasks = Vec::with_capacity(MANY);
    for _ in 0..MANY {
        let (next_sender, next_receiver) = mpsc::channel(1);
        tasks.push(tokio::spawn(forward(receiver, next_sender, OPERATIONS / MANY)));
        receiver = next_receiver;
    }
    for _ in 0..OPERATIONS / MANY {
        first.send(0).await.unwrap();
        assert_eq!(receiver.recv().await.unwrap(), MANY);
    }
    for task in tasks {
        task.await.unwrap();
    }
}

async fn consume<const PRODUCERS: usize>() {
    let (sender, mut receiver) = mpsc::channel(CHANNEL_CAPACITY);
    let each = OPERATIONS / PRODUCERS;
    let producers: Vec<_> = (0..PRODUCERS)
        .map(|_| {
            let sender = sender.clone();
            tokio::spawn(async move {
                for i in 0..each {
                    sender.send(i).await.unwrap();
                }
            })
        })
        .collect();
    drop(sender);
    let mut sum = 0;
    while let Some(value) = receiver.recv().await {
        sum += value;
    }
    assert_eq!(sum, PRODUCERS * (each * (each - 1) / 2));
    for producer in producers {
        producer.await.unwrap();
    }
}

async fn broadcast_8() {
    let (sender, _) = broadcast::channel(CHANNEL_CAPACITY);
    let heard = Arc::new(Semaphore::new(0));
    let tasks: Vec<_> = (0..RECEIVERS)
        .map(|_| {
            let mut receiver = sender.subscribe();
            let heard = heard.clone();
            tokio::spawn(async move {
                for i in 0..OPERATIONS / RECEIVERS {
                    black_box(receiver.recv().await.unwrap());
                    if (i + 1) % CHANNEL_CAPACITY == 0 {
                        heard.add_permits(1);
                    }
                }
                heard.add_permits(1);
            })
        })
        .collect();
    for i in 0..OPERATIONS / RECEIVERS {
        sender.send(i).unwrap();
        if (i + 1) % CHANNEL_CAPACITY == 0 {
            // nobody may lag behind
            heard.acquire_many(RECEIVERS as u32).await.unwrap().forget();
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
}

async fn watch_8() {
    let (sender, receiver) = watch::channel(0);
    let seen = Arc::new(Semaphore::new(0));
    let tasks: Vec<_> = (0..RECEIVERS)
        .map(|_| {
            let mut receiver = receiver.clone();
            let seen = seen.clone();
            tokio::spawn(async move {
                for _ in 0..OPERATIONS / RECEIVERS {
                    receiver.changed().await.unwrap();
                    black_box(*receiver.borrow_and_update());
                    seen.add_permits(1);
                }
            })
        })
        .collect();
    for i in 0..OPERATIONS / RECEIVERS {
        sender.send(i).unwrap();
        seen.acquire_many(RECEIVERS as u32).await.unwrap().forget();
    }
    for task in tasks {
        task.await.unwrap();
    }
}

pub fn workloads() -> Vec<Workload> {
    vec![
        workload("ping_pong", OPERATIONS, ping_pong),
        workload("ping_pong_oneshot", OPERATIONS, ping_pong_oneshot),
        workload("chain", OPERATIONS, chain),
        workload("mpsc_1p", OPERATIONS, consume::<1>),
        workload("mpsc_4p", OPERATIONS, consume::<4>),
        workload("broadcast_8", OPERATIONS, broadcast_8),
        workload("watch_8", OPERATIONS, watch_8),
    ]
}
