package main

import (
	"runtime"
	"sync"
)

// Yielding, and functions that call functions: any of them may wait, so these are plain calls, and none is boxed.

func yield(times int) {
	for i := 0; i < times; i++ {
		runtime.Gosched()
	}
}
func yieldOne() { yield(operations) }
func yield1000() {
	var tasks sync.WaitGroup
	tasks.Add(many)
	for i := 0; i < many; i++ {
		go func() {
			yield(operations / many)
			tasks.Done()
		}()
	}
	tasks.Wait()
}

//go:noinline
func yieldBelow(depth int) int {
	if depth == 0 {
		yield(operations)
		return 0
	}
	return 1 + yieldBelow(depth-1)
}
func deepYield() { expect(yieldBelow(depth) == depth) }

//go:noinline
func nest(depth int) int {
	if depth == 0 {
		return 0
	}
	return 1 + nest(depth-1)
}
func nested(levels int) func() {
	return func() {
		for i := 0; i < operations/levels; i++ {
			expect(nest(blackBox(levels)) == levels)
		}
	}
}

func callWorkloads() []workload {
	return []workload{
		plain("yield_one", operations, yieldOne),
		plain("yield_1000", operations, yield1000),
		plain("deep_yield_100", operations, deepYield),
		plain("nested_1", operations, nested(1)),
		plain("nested_10", operations, nested(10)),
		plain("nested_100", operations, nested(100)),
	}
}
