// The micro benchmarks on Go's runtime: the same programs as in micro/ferry, with goroutines for tasks.
package main

func main() {
	var workloads []workload
	workloads = append(workloads, taskWorkloads()...)
	workloads = append(workloads, callWorkloads()...)
	workloads = append(workloads, channelWorkloads()...)
	workloads = append(workloads, lockWorkloads()...)
	workloads = append(workloads, selectWorkloads()...)
	workloads = append(workloads, timerWorkloads()...)
	runWorkloads(workloads)
}
