package main

import "sync"

// Channels, and goroutines that wake each other through them. Go's channels are mpsc and oneshot alike; it has
// nothing like broadcast and watch.

func pingPongOneshot() {
	for i := 0; i < operations; i++ {
		ping := make(chan int, 1)
		pong := make(chan int, 1)
		go func() { pong <- <-ping }()
		ping <- i
		expect(<-pong == i)
	}
}

func forward(from <-chan int, to chan<- int, times int) {
	for i := 0; i < times; i++ {
		to <- <-from + 1
	}
}
func pingPong() {
	ping := make(chan int, 1)
	pong := make(chan int, 1)
	var other sync.WaitGroup
	other.Add(1)
	go func() {
		forward(ping, pong, operations)
		other.Done()
	}()
	for i := 0; i < operations; i++ {
		ping <- i
		expect(<-pong == i+1)
	}
	other.Wait()
}

func chain() {
	first := make(chan int, 1)
	last := first
	var tasks sync.WaitGroup
	tasks.Add(many)
	for i := 0; i < many; i++ {
		next := make(chan int, 1)
		go func(from <-chan int) {
			forward(from, next, operations/many)
			tasks.Done()
		}(last)
		last = next
	}
	for i := 0; i < operations/many; i++ {
		first <- 0
		expect(<-last == many)
	}
	tasks.Wait()
}

func consume(producers int) func() {
	return func() {
		values := make(chan int, channelCapacity)
		each := operations / producers
		var tasks sync.WaitGroup
		tasks.Add(producers)
		for i := 0; i < producers; i++ {
			go func() {
				for i := 0; i < each; i++ {
					values <- i
				}
				tasks.Done()
			}()
		}
		// A channel does not know its senders: somebody has to close it when all are done.
		go func() {
			tasks.Wait()
			close(values)
		}()
		sum := 0
		for value := range values {
			sum += value
		}
		expect(sum == producers*(each*(each-1)/2))
	}
}

func channelWorkloads() []workload {
	return []workload{
		plain("ping_pong", operations, pingPong),
		plain("ping_pong_oneshot", operations, pingPongOneshot),
		plain("chain", operations, chain),
		plain("mpsc_1p", operations, consume(1)),
		plain("mpsc_4p", operations, consume(4)),
	}
}
