package main

import "runtime"

// The first of two. Only channels can be selected: what is ready has been sent, and who yields asks beforehand.
// So there is no timeout of a yield.

func selectReady() {
	ready := make(chan int, 1)
	never := make(chan struct{})
	sum := 0
	for i := 0; i < operations; i++ {
		ready <- 1
		select {
		case value := <-ready:
			sum += value
		case <-never:
			panic("nobody sends")
		}
	}
	expect(sum == operations)
}

func selectYield() {
	never := make(chan struct{})
	for i := 0; i < operations; i++ {
		select {
		case <-never:
			panic("nobody sends")
		default:
			runtime.Gosched()
		}
	}
}

func selectWorkloads() []workload {
	return []workload{
		plain("select_ready", operations, selectReady),
		plain("select_yield", operations, selectYield),
	}
}
