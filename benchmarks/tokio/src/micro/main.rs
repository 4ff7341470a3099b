//! The micro benchmarks on Tokio: the same programs as in micro/ferry.
#![recursion_limit = "1024"] // nested_100 is a type a hundred levels deep

mod calls;
mod channels;
mod harness;
mod locks;
mod selects;
mod tasks;
mod timers;

fn main() {
    let mut workloads = tasks::workloads();
    workloads.extend(calls::workloads());
    workloads.extend(channels::workloads());
    workloads.extend(locks::workloads());
    workloads.extend(selects::workloads());
    workloads.extend(timers::workloads());
    harness::main(workloads);
}
