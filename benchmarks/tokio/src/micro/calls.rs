//! Yielding, and futures that await futures.

use crate::harness::*;
use std::future::Future;
use std::pin::Pin;

type Boxed = Pin<Box<dyn Future<Output = usize> + Send>>;

async fn yield_times(times: usize) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}
async fn yield_one() {
    yield_times(OPERATIONS).await
}
async fn yield_1000() {
    let tasks: Vec<_> = (0..MANY).map(|_| tokio::spawn(yield_times(OPERATIONS / MANY))).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

// What Rust makes of nested async functions: one state machine for all of them.
async fn level0() -> usize {
    black_box(0)
}
async fn level1() -> usize {
    1 + level0().await
}
macro_rules! ten_levels {
    ($outer:ident, $inner:path) => {
        async fn $outer() -> usize {
            async fn a() -> usize { 1 + $inner().await }
            async fn b() -> usize { 1 + a().await }
            async fn c() -> usize { 1 + b().await }
            async fn d() -> usize { 1 + c().await }
            async fn e() -> usize { 1 + d().await }
            async fn f() -> usize { 1 + e().await }
            async fn g() -> usize { 1 + f().await }
            async fn h() -> usize { 1 + g().await }
            async fn i() -> usize { 1 + h().await }
            1 + i().await
        }
    };
}
macro_rules! hundred_levels {
    ($outer:ident, $inner:path) => {
        async fn $outer() -> usize {
            ten_levels!(level10, $inner);
            ten_levels!(level20, level10);
            ten_levels!(level30, level20);
            ten_levels!(level40, level30);
            ten_levels!(level50, level40);
            ten_levels!(level60, level50);
            ten_levels!(level70, level60);
            ten_levels!(level80, level70);
            ten_levels!(level90, level80);
            ten_levels!(level100, level90);
            level100().await
        }
    };
}
ten_levels!(level10, level0);
hundred_levels!(level100, level0);

macro_rules! nested {
    ($name:ident, $level:ident, $depth:expr) => {
        async fn $name() {
            for _ in 0..OPERATIONS / $depth {
                assert_eq!($level().await, $depth);
            }
        }
    };
}
nested!(nested_1, level1, 1);
nested!(nested_10, level10, 10);
nested!(nested_100, level100, 100);

// Every call level its own boxed future: what a coroutine with a frame of its own compares with.
fn boxed(depth: usize) -> Boxed {
    Box::pin(async move {
        if depth == 0 {
            black_box(0)
        } else {
            1 + boxed(depth - 1).await
        }
    })
}
async fn nested_boxed<const DEPTH: usize>() {
    for _ in 0..OPERATIONS / DEPTH {
        assert_eq!(boxed(black_box(DEPTH)).await, DEPTH);
    }
}

async fn deep_leaf() -> usize {
    yield_one().await;
    0
}
hundred_levels!(deep100, deep_leaf);
async fn deep_yield_100() {
    assert_eq!(deep100().await, 100);
}

fn deep_boxed(depth: usize) -> Boxed {
    Box::pin(async move {
        if depth == 0 {
            deep_leaf().await
        } else {
            1 + deep_boxed(depth - 1).await
        }
    })
}
async fn deep_yield_boxed_100() {
    assert_eq!(deep_boxed(100).await, 100);
}

pub fn workloads() -> Vec<Workload> {
    vec![
        workload("yield_one", OPERATIONS, yield_one),
        workload("yield_1000", OPERATIONS, yield_1000),
        workload("deep_yield_100", OPERATIONS, deep_yield_100),
        workload("deep_yield_boxed_100", OPERATIONS, deep_yield_boxed_100),
        workload("nested_1", OPERATIONS, nested_1),
        workload("nested_10", OPERATIONS, nested_10),
        workload("nested_100", OPERATIONS, nested_100),
        workload("nested_boxed_1", OPERATIONS, nested_boxed::<1>),
        workload("nested_boxed_10", OPERATIONS, nested_boxed::<10>),
        workload("nested_boxed_100", OPERATIONS, nested_boxed::<100>),
    ]
}
