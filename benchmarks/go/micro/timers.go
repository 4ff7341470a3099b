package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// Timers.

func startAndStop(times int) {
	for i := 0; i < times; i++ {
		expect(time.NewTimer(time.Hour).Stop())
	}
}
func timerCancel() {
	// Another one ends sooner, as it does in a program that has timers, and the runtime knows: so none of these
	// is the next to end, for which it would have to be woken.
	sooner := time.NewTimer(time.Minute)
	time.Sleep(time.Millisecond)
	contend(func() { startAndStop(operations / contenders) })
	expect(sooner.Stop())
}

// The only timer there is: always the next to end.
func timerCancelAlone() { startAndStop(operations) }

func timerFire() figures {
	late := make([]time.Duration, operations)
	var tasks sync.WaitGroup
	tasks.Add(operations)
	first := time.Now().Add(200 * time.Millisecond) // until then they are started
	for i := range late {
		go func(i int) {
			deadline := first.Add(timerOffset(i))
			time.Sleep(time.Until(deadline))
			late[i] = time.Since(deadline)
			tasks.Done()
		}(i)
	}
	tasks.Wait()
	return lateness(late)
}

func sleepIdle() figures {
	before := residentBytes()
	var sleeping atomic.Int64
	for i := 0; i < million; i++ {
		go func() {
			sleeping.Add(1)
			time.Sleep(time.Hour)
		}()
	}
	for sleeping.Load() < million {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	return figures{"rss_bytes": float64(residentBytes()-before) / million}
}

func timerWorkloads() []workload {
	return []workload{
		plain("timer_cancel", operations, timerCancel),
		plain("timer_cancel_alone", operations, timerCancelAlone),
		fresh("timer_fire", operations, timerFire),
		fresh("sleep_idle", million, sleepIdle),
	}
}
