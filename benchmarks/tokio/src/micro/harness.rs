//! Runs the workloads. Understands those of Google Benchmark's options that ferry-bench passes, and answers in
//! its JSON: --benchmark_filter=^PREFIX --benchmark_min_time=SECONDS --benchmark_list_tests.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

// The same as in micro/support.hpp, which explains them.
pub const OPERATIONS: usize = 100_000;
pub const FEW: usize = 100;
pub const MANY: usize = 1000;
pub const MILLION: usize = 1_000_000;
pub const CHANNEL_CAPACITY: usize = 64;
pub const RECEIVERS: usize = 8;
pub const CHILDREN: usize = 10;
pub const LEVELS: usize = 5;
pub const TREE_TASKS: usize = 111_110;
pub const FIB: usize = 24;
pub const FIB_RESULT: usize = 46_368;
pub const FIB_TASKS: usize = 75_024;
pub const CONTENDERS: usize = 8;
pub const PERMITS: usize = 4;
pub const BLOCKING_JOBS: usize = 10_000;

pub fn timer_offset(index: usize) -> Duration {
    Duration::from_micros((1_000_000 / OPERATIONS * (index * 7919 % OPERATIONS)) as u64)
}

/// Keeps the optimiser from knowing `value`; std's own is newer than the compiler of Debian 12.
pub fn black_box(mut value: usize) -> usize {
    // SAFETY: the assembly is empty.
    unsafe { std::arch::asm!("/* {0} */", inout(reg) value, options(nomem, nostack, preserves_flags)) };
    value
}

/// Polls a future once, to start it.
pub struct PollOnce<'a, F>(pub Pin<&'a mut F>);

impl<F: Future> Future for PollOnce<'_, F> {
    type Output = bool;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        Poll::Ready(self.0.as_mut().poll(cx).is_ready())
    }
}

/// What a workload found out besides its CPU time, by name.
pub type Figures = Vec<(&'static str, f64)>;

pub fn lateness(mut late: Vec<Duration>) -> Figures {
    late.sort();
    let microseconds = |index: usize| late[index].as_nanos() as f64 / 1e3;
    vec![
        ("late_p50_us", microseconds(late.len() / 2)),
        ("late_p99_us", microseconds(late.len() * 99 / 100)),
        ("late_max_us", microseconds(late.len() - 1)),
    ]
}

/// Memory of this process that is in RAM.
pub fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
    // SAFETY: only asks.
    pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize
}

fn cpu_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for writes and outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

pub struct Workload {
    name: &'static str,
    operations: usize,
    is_fresh: bool,
    once: Box<dyn Fn(&Runtime) -> Figures>,
}

/// A workload of so many operations. `body` is a task of its own: only tasks run on the workers, the root future
/// does not.
pub fn workload<F>(name: &'static str, operations: usize, body: fn() -> F) -> Workload
where
    F: Future<Output = ()> + Send + 'static,
{
    let once = move |runtime: &Runtime| {
        runtime.block_on(async { tokio::spawn(body()).await.unwrap() });
        Figures::new()
    };
    Workload { name, operations, is_fresh: false, once: Box::new(once) }
}

/// A workload that runs once, in a process that has done nothing else.
pub fn fresh<F>(name: &'static str, operations: usize, body: fn() -> F) -> Workload
where
    F: Future<Output = Figures> + Send + 'static,
{
    let once = move |runtime: &Runtime| runtime.block_on(async { tokio::spawn(body()).await.unwrap() });
    Workload { name, operations, is_fresh: true, once: Box::new(once) }
}

impl Workload {
    fn run(&self, threads: usize, min_seconds: f64) -> String {
        let runtime = runtime(threads);
        if !self.is_fresh {
            (self.once)(&runtime);
        }
        let start = cpu_seconds();
        let mut iterations = 0u64;
        let (figures, elapsed) = loop {
            let figures = (self.once)(&runtime);
            iterations += 1;
            let elapsed = cpu_seconds() - start;
            if self.is_fresh || elapsed >= min_seconds {
                break (figures, elapsed);
            }
        };
        let per_second = (iterations * self.operations as u64) as f64 / elapsed;
        let mut result = format!(
            "    {{\"name\": \"{}/{threads}/tokio\", \"iterations\": {iterations}, \"items_per_second\": {per_second:.3}",
            self.name
        );
        for (figure, value) in figures {
            result += &format!(", \"{figure}\": {value:.3}");
        }
        result + "}"
    }
}

fn runtime(threads: usize) -> Runtime {
    if threads == 1 {
        Builder::new_current_thread().enable_all().build().unwrap()
    } else {
        Builder::new_multi_thread().worker_threads(threads).enable_all().build().unwrap()
    }
}

struct Options {
    prefix: String,
    min_seconds: f64,
    list: bool,
}

fn options() -> Options {
    let mut options = Options { prefix: String::new(), min_seconds: 0.1, list: false };
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

pub fn main(workloads: Vec<Workload>) {
    let options = options();
    let mut results = Vec::new();
    for workload in &workloads {
        for threads in [1, 2] {
            let name = format!("{}/{threads}/tokio", workload.name);
            if !format!("{name}/").starts_with(&options.prefix) {
                continue;
            }
            if options.list {
                println!("{name}");
            } else {
                results.push(workload.run(threads, options.min_seconds));
            }
        }
    }
    if !options.list {
        println!("{{\n  \"benchmarks\": [\n{}\n  ]\n}}", results.join(",\n"));
    }
}
