package main

import (
	"sync"
	"sync/atomic"
)

// Spawning and joining. A goroutine has no handle: what it computes goes where its starter says.

func spawnAndJoin(tasksAtOnce, operations int) {
	for batch := 0; batch < operations/tasksAtOnce; batch++ {
		results := make([]int, tasksAtOnce)
		var tasks sync.WaitGroup
		tasks.Add(tasksAtOnce)
		for i := range results {
			go func(i int) {
				results[i] = i
				tasks.Done()
			}(i)
		}
		tasks.Wait()
		sum := 0
		for _, result := range results {
			sum += result
		}
		expect(sum == tasksAtOnce*(tasksAtOnce-1)/2)
	}
}
func spawnJoin()  { spawnAndJoin(few, operations) }
func spawnBatch() { spawnAndJoin(many, operations) }
func spawnFresh() figures {
	spawnAndJoin(million, million)
	return nil
}

func spawnOne() {
	for i := 0; i < operations; i++ {
		result := make(chan int, 1)
		go func(i int) { result <- i }(i)
		expect(<-result == i)
	}
}

// In the order in which they end.
func joinSet() {
	for batch := 0; batch < operations/many; batch++ {
		results := make(chan int, many)
		for i := 0; i < many; i++ {
			go func(i int) { results <- i }(i)
		}
		sum := 0
		for i := 0; i < many; i++ {
			sum += <-results
		}
		expect(sum == many*(many-1)/2)
	}
}

func tree(levels int) int {
	if levels == 0 {
		return 0
	}
	var results [children]int
	var tasks sync.WaitGroup
	tasks.Add(children)
	for i := range results {
		go func(i int) {
			results[i] = tree(levels - 1)
			tasks.Done()
		}(i)
	}
	tasks.Wait()
	sum := children
	for _, result := range results {
		sum += result
	}
	return sum
}
func fanOut() { expect(tree(levels) == treeTasks) }

func fibOf(n int) int {
	if n < 2 {
		return n
	}
	first := make(chan int, 1)
	go func() { first <- fibOf(n - 1) }()
	second := fibOf(n - 2)
	return <-first + second
}
func fib() { expect(fibOf(fibArgument) == fibResult) }

func scopeBatch() {
	var counter atomic.Int64
	for batch := 0; batch < operations/many; batch++ {
		var tasks sync.WaitGroup
		tasks.Add(many)
		for i := 0; i < many; i++ {
			go func() {
				counter.Add(1)
				tasks.Done()
			}()
		}
		tasks.Wait()
	}
	expect(counter.Load() == operations)
}

// Every goroutine is outside and may block, so Go has nothing like spawn_remote and spawn_blocking.
func taskWorkloads() []workload {
	return []workload{
		plain("spawn_one", operations, spawnOne),
		plain("spawn_join", operations, spawnJoin),
		plain("spawn_batch", operations, spawnBatch),
		fresh("spawn_fresh", million, spawnFresh),
		plain("join_set", operations, joinSet),
		plain("fan_out", treeTasks, fanOut),
		plain("fib", fibTasks, fib),
		plain("fork_join", fibTasks, fib),
		plain("scope_batch", operations, scopeBatch),
	}
}
