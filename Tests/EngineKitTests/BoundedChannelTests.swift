// SPDX-License-Identifier: Apache-2.0
// The channel between an engine and its store: nothing lost, order kept, memory bounded, flush means safe.
import EngineKit
import Synchronization
import Testing

@Suite struct BoundedChannelTests {
    @Test func eightProducersLoseNothingAndKeepTheirOrder() {
        let channel = BoundedChannel<(producer: Int, number: Int)>(capacity: 64)
        let count = 20_000
        let producers = (0..<8).map { producer in
            TestThread { for number in 0..<count { channel.push((producer, number)) } }
        }
        var next = [Int](repeating: 0, count: 8)
        var largest = 0
        while next != [Int](repeating: count, count: 8) {
            let batch = channel.drain(waitingAtMost: 60)
            largest = max(largest, batch.elements.count)
            for element in batch.elements {
                #expect(element.number == next[element.producer])
                next[element.producer] = element.number + 1
            }
            channel.acknowledge(batch.token)
        }
        for producer in producers { producer.join() }
        #expect(largest <= 64)
    }

    @Test func fullChannelMakesTheProducerWaitAndCountsTheTime() {
        let channel = BoundedChannel<Int>(capacity: 2)
        channel.push(1)
        channel.push(2)
        #expect(channel.waitedSeconds == 0)
        let producer = TestThread { channel.push(3) }
        var elements: [Int] = []
        while elements.count < 3 { elements += channel.drain(waitingAtMost: 60).elements }
        producer.join()
        #expect(elements == [1, 2, 3])
    }

    @Test func flushReturnsWhenEverythingBeforeItIsAcknowledged() {
        let channel = BoundedChannel<Int>(capacity: 8)
        let isSafe = Atomic<Bool>(false)
        for number in 0..<5 { channel.push(number) }
        let consumer = TestThread {
            let batch = channel.drain(waitingAtMost: 60)
            #expect(batch.elements == [0, 1, 2, 3, 4])
            isSafe.store(true, ordering: .releasing)
            channel.acknowledge(batch.token)
        }
        #expect(channel.flush())
        let wasSafe = isSafe.load(ordering: .acquiring)
        #expect(wasSafe)
        consumer.join()
    }

    @Test func flushWakesAConsumerThatHoldsElementsBack() {
        let channel = BoundedChannel<Int>(capacity: 8)
        channel.push(1)
        let held = channel.drain(waitingAtMost: 60)
        #expect(!held.isFlushRequested)
        let flusher = TestThread { #expect(channel.flush()) }
        // The consumer sleeps without elements; only the flush can wake it before the minute is over.
        let batch = channel.drain(waitingAtMost: 60)
        #expect(batch.isFlushRequested)
        #expect(batch.elements.isEmpty)
        channel.acknowledge(batch.token)
        flusher.join()
    }

    @Test func flushOfAnEmptyChannelReturnsAtOnce() {
        #expect(BoundedChannel<Int>(capacity: 1).flush())
    }

    @Test func closedChannelStillDeliversWhatItAccepted() {
        let channel = BoundedChannel<Int>(capacity: 4)
        channel.push(1)
        channel.close()
        #expect(!channel.push(2))
        let batch = channel.drain(waitingAtMost: 60)
        #expect(batch.elements == [1])
        #expect(batch.isLast)
    }

    @Test func abandonedChannelFreesWaitingProducersAndFlushes() {
        let channel = BoundedChannel<Int>(capacity: 1)
        channel.push(1)
        let producer = TestThread { #expect(!channel.push(2)) }
        let flusher = TestThread { #expect(!channel.flush()) }
        channel.abandon()
        producer.join()
        flusher.join()
        #expect(!channel.push(3))
    }

    @Test func consumerCanWaitForSeveralElements() {
        let channel = BoundedChannel<Int>(capacity: 8)
        let producer = TestThread { for number in 0..<5 { channel.push(number) } }
        let batch = channel.drain(waitingAtMost: 60, for: 5)
        #expect(batch.elements == [0, 1, 2, 3, 4])
        producer.join()
    }

    @Test func consumerThatWaitsForMoreThanFitsWakesWhenTheChannelIsFull() {
        let channel = BoundedChannel<Int>(capacity: 2)
        let producer = TestThread { for number in 0..<3 { channel.push(number) } }
        #expect(channel.drain(waitingAtMost: 60, for: 100).elements == [0, 1])
        producer.join()
        #expect(channel.drain(waitingAtMost: 60).elements == [2])
    }

    @Test func drainWithoutElementsReturnsAnEmptyBatch() {
        let batch = BoundedChannel<Int>(capacity: 1).drain(waitingAtMost: 0)
        #expect(batch.elements.isEmpty)
        #expect(!batch.isLast)
    }
}
