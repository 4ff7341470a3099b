#include "driver/ring.hpp"

#ifdef FERRY_IO_URING

#include <algorithm>
#include <array>
#include <cerrno>
#include <liburing.h>
#include <mutex>
#include <poll.h>
#include <span>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <ferry/detail/io_source.hpp>

namespace ferry::detail {

class KernelRing;

namespace {

using Clock = std::chrono::steady_clock;

void prepare(io_uring_sqe& entry, const SystemCall& call) noexcept {
  using Kind = SystemCall::Kind;
  const auto size = static_cast<unsigned>(call.size);
  constexpr auto kAtPosition = static_cast<std::uint64_t>(-1);
  switch (call.kind) {
    case Kind::Open:
      io_uring_prep_openat(&entry, call.fd, call.path, call.flags, static_cast<mode_t>(call.mode));
      // Else the kernel first tries what O_NONBLOCK does, and a FIFO is opened without its other end.
      entry.flags |= IOSQE_ASYNC;
      return;
    case Kind::Close:
      return io_uring_prep_close(&entry, call.fd);
    case Kind::Read:
      return io_uring_prep_read(&entry, call.fd, call.memory, size, kAtPosition);
    case Kind::Write:
      return io_uring_prep_write(&entry, call.fd, call.data, size, kAtPosition);
    case Kind::SyncAll:
      return io_uring_prep_fsync(&entry, call.fd, 0);
    case Kind::SyncData:
      return io_uring_prep_fsync(&entry, call.fd, IORING_FSYNC_DATASYNC);
    case Kind::Status:
      return io_uring_prep_statx(&entry, call.fd, call.path, call.flags, STATX_BASIC_STATS | STATX_BTIME,
                                 call.into);
    case Kind::Rename:
      return io_uring_prep_renameat(&entry, call.fd, call.path, call.fd, call.other_path, 0);
    case Kind::RemoveFile:
      return io_uring_prep_unlinkat(&entry, call.fd, call.path, 0);
    case Kind::RemoveDir:
      return io_uring_prep_unlinkat(&entry, call.fd, call.path, AT_REMOVEDIR);
    case Kind::CreateDir:
      return io_uring_prep_mkdirat(&entry, call.fd, call.path, static_cast<mode_t>(call.mode));
    case Kind::HardLink:
      return io_uring_prep_linkat(&entry, call.fd, call.path, call.fd, call.other_path, 0);
    case Kind::Symlink:
      return io_uring_prep_symlinkat(&entry, call.path, call.fd, call.other_path);
  }
}

// What `prepare` uses.
constexpr std::array kOpcodes{
    IORING_OP_OPENAT,  IORING_OP_CLOSE,  IORING_OP_READ,      IORING_OP_WRITE,
    IORING_OP_FSYNC,   IORING_OP_STATX,  IORING_OP_RENAMEAT,  IORING_OP_UNLINKAT,
    IORING_OP_MKDIRAT, IORING_OP_LINKAT, IORING_OP_SYMLINKAT, IORING_OP_ASYNC_CANCEL,
};
// Reading at a file's position; completions that find no room in the queue are kept.
constexpr unsigned kFeatures = IORING_FEAT_RW_CUR_POS | IORING_FEAT_NODROP;

bool has_all(io_uring& ring) noexcept {
  if ((ring.features & kFeatures) != kFeatures) return false;
  const std::unique_ptr<io_uring_probe, void (*)(io_uring_probe*)> probe(io_uring_get_probe_ring(&ring),
                                                                         &io_uring_free_probe);
  return probe != nullptr && std::ranges::all_of(kOpcodes, [&](int opcode) {
           return io_uring_opcode_supported(probe.get(), opcode) != 0;
         });
}

// The ring's own answer, not the call's: the thread that had submitted it has ended, or the ring cannot do it
// with this file. Made in the plain way, a call that really fails so fails again.
bool is_declined(const SystemCall& call, int result) noexcept {
  constexpr int kRestart = 512;  // ERESTARTSYS, which the kernel gives where only itself should see it
  // A descriptor is closed also when something goes wrong with that.
  if (call.kind == SystemCall::Kind::Close) return result == -ECANCELED;
  return result == -kRestart || result == -ECANCELED || result == -EINTR || result == -EAGAIN ||
         result == -EINVAL || result == -EOPNOTSUPP;
}

// A thread that has handed calls to the kernel. It cannot end before they have, and some wait for somebody
// else: they are asked to be given up before, and made elsewhere.
class Submitter {
 public:
  static Submitter& current() {
    thread_local Submitter submitter;
    return submitter;
  }

  Submitter() = default;
  Submitter(const Submitter&) = delete;
  Submitter& operator=(const Submitter&) = delete;
  ~Submitter();

  void has_submitted_to(const std::weak_ptr<KernelRing>& ring);

 private:
  std::vector<std::weak_ptr<KernelRing>> rings_;
};

}  // namespace

// Owned by its runtime's driver, and by the operations that it owns while they are in flight.
class KernelRing final : public Ring, public std::enable_shared_from_this<KernelRing> {
 public:
  ~KernelRing() override {
    if (has_ring_) io_uring_queue_exit(&ring_);
  }

  bool start() {
    if (io_uring_queue_init(kEntries, &ring_, 0) != 0) return false;
    has_ring_ = true;
    if (!has_all(ring_)) return false;
    // Calls that wait for somebody, such as to open a FIFO, must not keep the others from being made. Older
    // kernels cannot be told.
    std::array<unsigned, 2> workers{kMaxWorkers, 0};
    io_uring_register_iowq_max_workers(&ring_, workers.data());
    const int fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) return false;
    io::Result<IoSource> events = IoSource::adopt(fd);
    if (!events || io_uring_register_eventfd(&ring_, fd) != 0) return false;
    events_.emplace(*std::move(events));
    on_event();  // waits for the first one
    return true;
  }

  bool submit(std::shared_ptr<RingOperation> operation, const SystemCall& call) override {
    Submitter::current().has_submitted_to(weak_from_this());
    std::lock_guard lock(mutex_);
    if (!queue(operation, call)) return false;
    flush();
    return true;
  }

  void cancel(RingOperation& operation) noexcept override {
    std::lock_guard lock(mutex_);
    operation.is_cancelled_ = true;
    if (!operation.is_linked()) return;  // done, or between two calls
    queue_cancel(operation);
    flush();
  }

  void submitter_ends(const Submitter& submitter) noexcept {
    std::lock_guard lock(mutex_);
    in_flight_.for_each([&](RingOperation& operation) {
      if (operation.submitter_ == &submitter) queue_cancel(operation);
    });
    flush();
  }

  Counts counts() const noexcept override {
    std::lock_guard lock(mutex_);
    return counts_;
  }

  void shut_down() noexcept override {
    std::vector<std::shared_ptr<RingOperation>> left;
    std::optional<IoSource> events;
    {
      std::lock_guard lock(mutex_);
      if (is_shut_down_) return;
      is_shut_down_ = true;
      in_flight_.for_each([&](const RingOperation& operation) { left.push_back(operation.keep_); });
      io_uring_unregister_eventfd(&ring_);
      events.swap(events_);
      cancel_all();
    }
    for (const auto& operation : left) operation->runtime_ended();
  }

  void drain(std::optional<Clock::time_point> deadline) noexcept override {
    for (;;) {
      while (finish_completed()) {
      }
      Clock::duration wait = kCancelInterval;
      {
        std::lock_guard lock(mutex_);
        if (in_flight_.is_empty()) return;
        // Again: a call that was on its way to where it waits may have been missed.
        cancel_all();
      }
      if (deadline) wait = std::min(wait, *deadline - Clock::now());
      if (wait <= Clock::duration::zero()) return drain_elsewhere();
      pollfd completions{.fd = ring_.ring_fd, .events = POLLIN, .revents = 0};
      ::poll(&completions, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count()));
    }
  }

 private:
  static constexpr unsigned kEntries = 256;
  static constexpr unsigned kMaxWorkers = 512;
  static constexpr std::size_t kBatch = 32;
  static constexpr std::chrono::milliseconds kCancelInterval{100};
  static const WakerVTable kWakerVTable;

  class Completion {
   public:
    std::shared_ptr<RingOperation> operation;
    int result = 0;
    const SystemCall* next = nullptr;
  };
  class Batch {
   public:
    std::span<Completion> used() noexcept { return std::span(completions).first(size); }
    bool is_full() const noexcept { return size == kBatch; }

    std::array<Completion, kBatch> completions;
    std::size_t size = 0;
  };

  // Under the lock: a place in the queue to the kernel, or null.
  io_uring_sqe* take_entry() noexcept {
    if (io_uring_sqe* const entry = io_uring_get_sqe(&ring_)) return entry;
    flush();
    return io_uring_get_sqe(&ring_);
  }

  // Under the lock. The kernel sees it at the next flush. Takes the operation over when it can.
  bool queue(std::shared_ptr<RingOperation>& operation, const SystemCall& call) noexcept {
    if (is_shut_down_ || operation->is_cancelled_) return false;
    io_uring_sqe* const entry = take_entry();
    if (entry == nullptr) return false;
    prepare(*entry, call);
    io_uring_sqe_set_data(entry, operation.get());
    operation->call_ = &call;
    operation->submitter_ = &Submitter::current();
    in_flight_.push_back(*operation);
    ++counts_.in_flight;
    ++counts_.submitted;
    RingOperation& kept = *operation;
    kept.keep_ = std::move(operation);
    return true;
  }
  void queue_cancel(RingOperation& operation) noexcept {
    io_uring_sqe* const entry = take_entry();
    if (entry == nullptr) return;
    io_uring_prep_cancel(entry, &operation, 0);
    io_uring_sqe_set_data(entry, nullptr);
  }
  void cancel_all() noexcept {
    in_flight_.for_each([&](RingOperation& operation) {
      if (!operation.is_mandatory()) queue_cancel(operation);
    });
    flush();
  }

  // Under the lock. What the kernel has no memory or room for now stays in the queue; an event of our own
  // says when to try again.
  void flush() noexcept {
    if (io_uring_submit(&ring_) < 0 && events_) ::eventfd_write(events_->fd(), 1);
  }

  // Under the lock.
  void take_completed(Batch& batch) noexcept {
    io_uring_cqe* entry = nullptr;
    while (!batch.is_full() && io_uring_peek_cqe(&ring_, &entry) == 0) {
      if (auto* const operation = static_cast<RingOperation*>(io_uring_cqe_get_data(entry))) {
        in_flight_.remove(*operation);
        --counts_.in_flight;
        Completion& completion = batch.completions[batch.size++];
        completion.operation = std::move(operation->keep_);
        completion.result = entry->res;
      }
      io_uring_cqe_seen(&ring_, entry);
    }
  }

  // Called by whoever turns the reactor.
  void on_event() noexcept {
    {
      std::lock_guard lock(mutex_);
      if (!events_) return;
      const Waker waker(&kWakerVTable, this);
      Context cx(waker, Context::kUnlimited);
      for (;;) {
        const Poll<io::Result<ReadyEvent>> ready = events_->poll_ready(Direction::Read, cx);
        if (ready.is_pending() || !*ready) break;
        eventfd_t count = 0;
        ::eventfd_read(events_->fd(), &count);
        events_->clear_ready(Direction::Read, **ready);
      }
    }
    // What completes after these have looked gives another event.
    while (reap()) {
    }
  }

  // Goes on with what has completed. Whether there may be more.
  bool reap() noexcept {
    Batch batch;
    {
      std::lock_guard lock(mutex_);
      if (is_shut_down_) return false;
      take_completed(batch);
    }
    for (Completion& completion : batch.used()) {
      if (is_declined(*completion.operation->call_, completion.result))
        completion.operation->fall_back();
      else
        completion.next = completion.operation->advance(completion.result);
    }
    Submitter::current().has_submitted_to(weak_from_this());
    {
      std::lock_guard lock(mutex_);
      for (Completion& completion : batch.used())
        if (completion.next != nullptr && queue(completion.operation, *completion.next))
          completion.next = nullptr;
      flush();
    }
    for (Completion& completion : batch.used())
      if (completion.next != nullptr) completion.operation->fall_back();
    return batch.is_full();
  }

  // The same once the runtime has ended: what has to be done is done here.
  bool finish_completed() noexcept {
    Batch batch;
    {
      std::lock_guard lock(mutex_);
      take_completed(batch);
    }
    for (Completion& completion : batch.used()) {
      RingOperation& operation = *completion.operation;
      const bool is_mandatory = operation.is_mandatory();
      std::int64_t result = completion.result;
      if (is_mandatory && is_declined(*operation.call_, completion.result)) result = operation.call_->run();
      operation.runtime_ended();  // the thread that shuts down may not have come to it
      // One that nobody waits for gets its result all the same: it may be a descriptor, to be closed.
      const SystemCall* next = operation.advance(result);
      while (is_mandatory && next != nullptr) next = operation.advance(next->run());
    }
    return batch.is_full();
  }

  void drain_elsewhere() noexcept {
    try {
      std::thread([self = shared_from_this()] { self->drain(std::nullopt); }).detach();
    } catch (const std::system_error&) {
      // Without a thread, operations and ring keep each other for ever: the kernel may still write into them.
    }
  }

  mutable std::mutex mutex_;
  io_uring ring_{};
  bool has_ring_ = false;
  bool is_shut_down_ = false;
  Counts counts_;
  IntrusiveList<RingOperation> in_flight_;
  std::optional<IoSource>
      events_;  // an eventfd that the kernel writes to; none before the start and at the end
};

Submitter::~Submitter() {
  for (const auto& weak : rings_)
    if (const std::shared_ptr<KernelRing> ring = weak.lock()) ring->submitter_ends(*this);
}

void Submitter::has_submitted_to(const std::weak_ptr<KernelRing>& ring) {
  const auto is_known = [&](const auto& known) {
    return !known.owner_before(ring) && !ring.owner_before(known);
  };
  if (std::ranges::any_of(rings_, is_known)) return;
  std::erase_if(rings_, [](const auto& known) { return known.expired(); });
  rings_.push_back(ring);
}

constexpr WakerVTable KernelRing::kWakerVTable = {
    .clone = [](void* ring) { return ring; },
    .wake = [](void* ring) { static_cast<KernelRing*>(ring)->on_event(); },
    .wake_by_ref = [](void* ring) { static_cast<KernelRing*>(ring)->on_event(); },
    .drop = [](void*) noexcept {},
};

std::shared_ptr<Ring> Ring::open() {
  auto ring = std::make_shared<KernelRing>();
  return ring->start() ? ring : nullptr;
}

}  // namespace ferry::detail

#else

std::shared_ptr<ferry::detail::Ring> ferry::detail::Ring::open() { return nullptr; }

#endif
