package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strings"
	"syscall"
	"time"
)

// The same as in micro/support.hpp, which explains them.
const (
	operations      = 100_000
	few             = 100
	many            = 1000
	million         = 1_000_000
	channelCapacity = 64
	depth           = 100
	children        = 10
	levels          = 5
	treeTasks       = 111_110
	fibArgument     = 24
	fibResult       = 46_368
	fibTasks        = 75_024
	contenders      = 8
	permits         = 4
)

func timerOffset(index int) time.Duration {
	return time.Duration(1_000_000/operations*(index*7919%operations)) * time.Microsecond
}

func expect(holds bool) {
	if !holds {
		panic("a benchmark computed something wrong")
	}
}

// blackBox keeps the optimiser from knowing value.
//
//go:noinline
func blackBox(value int) int { return value }

// figures is what a workload found out besides its CPU time, by name.
type figures map[string]float64

func lateness(late []time.Duration) figures {
	sort.Slice(late, func(a, b int) bool { return late[a] < late[b] })
	microseconds := func(index int) float64 { return float64(late[index]) / float64(time.Microsecond) }
	return figures{
		"late_p50_us": microseconds(len(late) / 2),
		"late_p99_us": microseconds(len(late) * 99 / 100),
		"late_max_us": microseconds(len(late) - 1),
	}
}

// residentBytes is the memory of this process that is in RAM.
func residentBytes() int {
	statm, err := os.ReadFile("/proc/self/statm")
	expect(err == nil)
	var totalPages, residentPages int
	_, err = fmt.Sscan(string(statm), &totalPages, &residentPages)
	expect(err == nil)
	return residentPages * os.Getpagesize()
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	expect(syscall.Getrusage(syscall.RUSAGE_SELF, &usage) == nil)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

type workload struct {
	name       string
	operations int
	isFresh    bool
	once       func() figures
}

// plain is a workload of so many operations.
func plain(name string, operations int, body func()) workload {
	return workload{name, operations, false, func() figures {
		body()
		return nil
	}}
}

// fresh is a workload that runs once, in a process that has done nothing else.
func fresh(name string, operations int, body func() figures) workload {
	return workload{name, operations, true, body}
}

func (w workload) run(name string, minTime time.Duration) map[string]any {
	if !w.isFresh {
		w.once()
	}
	start := cpuTime()
	for iterations := 1; ; iterations++ {
		found := w.once()
		elapsed := cpuTime() - start
		if !w.isFresh && elapsed < minTime {
			continue
		}
		result := map[string]any{
			"name":             name,
			"iterations":       iterations,
			"items_per_second": float64(iterations*w.operations) / elapsed.Seconds(),
		}
		for figure, value := range found {
			result[figure] = value
		}
		return result
	}
}

// runWorkloads understands those of Google Benchmark's options that ferry-bench passes, and answers in its JSON.
func runWorkloads(workloads []workload) {
	filter := flag.String("benchmark_filter", "", "only names that begin with this, after a ^")
	minSeconds := flag.Float64("benchmark_min_time", 0.1, "seconds of CPU time")
	isListing := flag.Bool("benchmark_list_tests", false, "only print the names")
	flag.String("benchmark_format", "json", "there is no other")
	flag.Parse()
	prefix := strings.TrimPrefix(*filter, "^")
	minTime := time.Duration(*minSeconds * float64(time.Second))
	results := []map[string]any{}
	for _, each := range workloads {
		for _, threads := range []int{1, 2} {
			name := fmt.Sprintf("%s/%d/go", each.name, threads)
			if !strings.HasPrefix(name+"/", prefix) {
				continue
			}
			if *isListing {
				fmt.Println(name)
				continue
			}
			runtime.GOMAXPROCS(threads)
			results = append(results, each.run(name, minTime))
		}
	}
	if *isListing {
		return
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	expect(encoder.Encode(map[string]any{"benchmarks": results}) == nil)
}
