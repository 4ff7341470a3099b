package main

import (
	"runtime"
	"sync"
)

// Goroutines that contend.

const each = operations / contenders

// contend runs task in so many goroutines and waits for them.
func contend(task func()) {
	var tasks sync.WaitGroup
	tasks.Add(contenders)
	for i := 0; i < contenders; i++ {
		go func() {
			task()
			tasks.Done()
		}()
	}
	tasks.Wait()
}

func mutex() {
	var mutex sync.Mutex
	counter := 0
	contend(func() {
		for i := 0; i < each; i++ {
			mutex.Lock()
			counter++
			mutex.Unlock()
		}
	})
	expect(counter == operations)
}

func mutexYield() {
	var mutex sync.Mutex
	counter := 0
	contend(func() {
		for i := 0; i < each; i++ {
			mutex.Lock()
			counter++
			runtime.Gosched()
			mutex.Unlock()
		}
	})
	expect(counter == operations)
}

// A channel is a semaphore: what is in it are the permits taken.
func semaphore() {
	taken := make(chan struct{}, permits)
	contend(func() {
		for i := 0; i < each; i++ {
			taken <- struct{}{}
			runtime.Gosched()
			<-taken
		}
	})
	expect(len(taken) == 0)
}

func rwLock() {
	var lock sync.RWMutex
	value := 0
	contend(func() {
		for i := 0; i < each; i++ {
			if i%contenders == 0 {
				lock.Lock()
				value++
				runtime.Gosched()
				lock.Unlock()
			} else {
				lock.RLock()
				blackBox(value)
				runtime.Gosched()
				lock.RUnlock()
			}
		}
	})
	expect(value == contenders*((each+contenders-1)/contenders))
}

// A channel of one keeps one permit and drops the next, as notify_one does.
func notifyOne(waiter chan<- struct{}) {
	select {
	case waiter <- struct{}{}:
	default:
	}
}

func bounce(mine <-chan struct{}, other chan<- struct{}) {
	for i := 0; i < operations/2; i++ {
		<-mine
		notifyOne(other)
	}
}
func notify() {
	first := make(chan struct{}, 1)
	second := make(chan struct{}, 1)
	var tasks sync.WaitGroup
	tasks.Add(2)
	go func() {
		bounce(first, second)
		tasks.Done()
	}()
	go func() {
		bounce(second, first)
		tasks.Done()
	}()
	notifyOne(first)
	tasks.Wait()
}

func lockWorkloads() []workload {
	return []workload{
		plain("mutex", operations, mutex),
		plain("mutex_yield", operations, mutexYield),
		plain("semaphore", operations, semaphore),
		plain("rw_lock", operations, rwLock),
		plain("notify", operations, notify),
	}
}
