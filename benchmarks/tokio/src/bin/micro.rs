//! The micro benchmarks on Tokio. Understands those of Google Benchmark's options that ferry-bench passes, and
//! answers in its JSON: --benchmark_filter=^PREFIX --benchmark_min_time=SECONDS --benchmark_list_tests.
#![recursion_limit = "1024"] // nested_100 is a type a hundred levels deep

use std::future::Future;
use std::pin::Pin;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};

// The same as in micro/support.hpp.
const OPERATIONS: usize = 100_000;
const BATCH: usize = 100;
const CAPACITY: usize = 64;

/// Keeps the optimiser from knowing `value`; std's own is newer than the compiler of Debian 12.
fn black_box(mut value: usize) -> usize {
    // SAFETY: the assembly is empty.
    unsafe { std::arch::asm!("/* {0} */", inout(reg) value, options(nomem, nostack, preserves_flags)) };
    value
}

async fn spawn_join() {
    for _ in 0..OPERATIONS / BATCH {
        let tasks: Vec<_> = (0..BATCH).map(|i| tokio::spawn(async move { i })).collect();
        for task in tasks {
            black_box(task.await.unwrap());
        }
    }
}

async fn spawn_one() {
    for i in 0..OPERATIONS {
        black_box(tokio::spawn(async move { i }).await.unwrap());
    }
}

async fn yield_one() {
    for _ in 0..OPERATIONS {
        tokio::task::yield_now().await;
    }
}

async fn yield_many() {
    let tasks: Vec<_> = (0..BATCH)
        .map(|_| {
            tokio::spawn(async {
                for _ in 0..OPERATIONS / BATCH {
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn ping_pong() {
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

async fn mpsc_channel() {
    let (sender, mut receiver) = mpsc::channel(CAPACITY);
    let producer = tokio::spawn(async move {
        for i in 0..OPERATIONS {
            sender.send(i).await.unwrap();
        }
    });
    let mut sum = 0;
    while let Some(value) = receiver.recv().await {
        sum += value;
    }
    assert_eq!(sum, OPERATIONS * (OPERATIONS - 1) / 2);
    producer.await.unwrap();
}

// Every call level its own boxed future: what a coroutine with a frame of its own compares with.
fn boxed(depth: usize) -> Pin<Box<dyn Future<Output = usize> + Send>> {
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

// What Rust makes of nested async functions: one state machine for all of them.
async fn level0() -> usize {
    black_box(0)
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
async fn level1() -> usize {
    1 + level0().await
}
ten_levels!(level10, level0);
ten_levels!(level20, level10);
ten_levels!(level30, level20);
ten_levels!(level40, level30);
ten_levels!(level50, level40);
ten_levels!(level60, level50);
ten_levels!(level70, level60);
ten_levels!(level80, level70);
ten_levels!(level90, level80);
ten_levels!(level100, level90);

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

fn cpu_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for writes and outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

struct Options {
    prefix: String,
    min_seconds: f64,
    list: bool,
}

struct Harness {
    options: Options,
    results: Vec<String>,
}

impl Harness {
    fn run<F>(&mut self, workload: &str, body: fn() -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        for threads in [1, 2] {
            let name = format!("{workload}/{threads}/tokio");
            if !name.starts_with(&self.options.prefix) {
                continue;
            }
            if self.options.list {
                println!("{name}");
                continue;
            }
            let runtime = runtime(threads);
            // A task of its own: only tasks run on the workers, the root future does not.
            let once = || runtime.block_on(async { tokio::spawn(body()).await.unwrap() });
            once();
            let start = cpu_seconds();
            let mut iterations = 0u64;
            let elapsed = loop {
                once();
                iterations += 1;
                let elapsed = cpu_seconds() - start;
                if elapsed >= self.options.min_seconds {
                    break elapsed;
                }
            };
            let per_second = (iterations * OPERATIONS as u64) as f64 / elapsed;
            self.results.push(format!(
                "    {{\"name\": \"{name}\", \"iterations\": {iterations}, \"items_per_second\": {per_second:.3}}}"
            ));
        }
    }
}

fn runtime(threads: usize) -> Runtime {
    if threads == 1 {
        Builder::new_current_thread().enable_all().build().unwrap()
    } else {
        Builder::new_multi_thread().worker_threads(threads).enable_all().build().unwrap()
    }
}

fn options() -> Options {
    let mut options = Options { prefix: String::new(), min_seconds: 0.2, list: false };
    for argument in std::env::args().skip(1) {
        if let Some(filter) = argument.strip_prefix("--benchmark_filter=") {
            options.prefix = filter.trim_start_matches('^').to_owned();
        } else if let Some(seconds) = argument.strip_prefix("--benchmark_min_time=") {
            options.min_seconds = seconds.trim_end_matches('s').parse().expect("a number of seconds");
        } else if argument == "--benchmark_list_tests" {
            options.list = true;
        } else if argument != "--benchmark_format=json" {
            eprintln!("unknown option {argument}");
            std::process::exit(2);
        }
    }
    options
}

fn main() {
    let mut harness = Harness { options: options(), results: Vec::new() };
    harness.run("spawn_join", spawn_join);
    harness.run("spawn_one", spawn_one);
    harness.run("yield_one", yield_one);
    harness.run("yield_many", yield_many);
    harness.run("ping_pong", ping_pong);
    harness.run("mpsc", mpsc_channel);
    harness.run("nested_1", nested_1);
    harness.run("nested_10", nested_10);
    harness.run("nested_100", nested_100);
    harness.run("nested_boxed_1", nested_boxed::<1>);
    harness.run("nested_boxed_10", nested_boxed::<10>);
    harness.run("nested_boxed_100", nested_boxed::<100>);
    if !harness.options.list {
        println!("{{\n  \"benchmarks\": [\n{}\n  ]\n}}", harness.results.join(",\n"));
    }
}
