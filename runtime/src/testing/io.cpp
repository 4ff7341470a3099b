#include <algorithm>
#include <exception>
#include <mutex>
#include <stdexcept>

#include <ferry/testing/io.hpp>
#include <ferry/waker.hpp>

namespace ferry::testing::io {

using ferry::io::ConstBytes;
using ferry::io::Error;
using ferry::io::ReadBuf;
using ferry::io::Result;

namespace {

std::vector<std::byte> copy_of(ConstBytes data) { return {data.span().begin(), data.span().end()}; }

void drop_front(std::vector<std::byte>& data, std::size_t size) {
  data.erase(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(size));
}

std::string quoted(std::span<const std::byte> data) {
  return '"' + std::string(reinterpret_cast<const char*>(data.data()), data.size()) + '"';
}

}  // namespace

// The steps that are left, and who waits for one of them.
class detail::Script {
 public:
  Script(std::deque<Step> steps, std::string name, bool has_handle)
      : steps_(std::move(steps)), name_(std::move(name)), has_handle_(has_handle) {}

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) {
    const Turn turn(*this);
    reader_ = cx.waker();
    if (poll_waits(cx).is_pending()) return pending;
    if (steps_.empty()) return has_handle_ ? Poll<Result<void>>(pending) : Result<void>();
    if (auto* read = std::get_if<Read>(&steps_.front())) {
      const std::size_t size = std::min(read->data.size(), buf.remaining());
      buf.put_slice(std::span(read->data).first(size));
      drop_front(read->data, size);
      if (read->data.empty()) next();
      reader_ = Waker::noop();
      return Result<void>();
    }
    if (const auto* failure = std::get_if<ReadError>(&steps_.front())) {
      const Error error = failure->error;
      next();
      reader_ = Waker::noop();
      return Result<void>(error);
    }
    return pending;
  }

  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    if (data.empty()) return Result<std::size_t>(std::size_t{0});
    const Turn turn(*this);
    writer_ = cx.waker();
    if (poll_waits(cx).is_pending()) return pending;
    if (steps_.empty()) {
      if (has_handle_) return pending;
      throw std::logic_error(name_ + ": unexpected write of " + quoted(data));
    }
    if (const auto* failure = std::get_if<WriteError>(&steps_.front())) {
      const Error error = failure->error;
      next();
      writer_ = Waker::noop();
      return Result<std::size_t>(error);
    }
    const std::size_t size = match(data);
    if (size == 0) return pending;
    writer_ = Waker::noop();
    return Result<std::size_t>(size);
  }

  void append(Step step) {
    const Turn turn(*this);
    steps_.push_back(std::move(step));
    is_changed_ = true;
  }
  void drop_handle() {
    const Turn turn(*this);
    has_handle_ = false;
    is_changed_ = true;
  }

  // Throws when there is data that was neither read nor written.
  void expect_done() {
    std::lock_guard lock(mutex_);
    for (const Step& step : steps_) {
      if (const auto* read = std::get_if<Read>(&step))
        throw std::logic_error(name_ + ": not read: " + quoted(read->data));
      if (const auto* write = std::get_if<Write>(&step))
        throw std::logic_error(name_ + ": not written: " + quoted(write->data));
    }
  }

 private:
  // Holds the lock. If the script is changed meanwhile, who waits for it is woken when the lock is released.
  class Turn {
   public:
    explicit Turn(Script& script) : script_(script), lock_(script.mutex_) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (!std::exchange(script_.is_changed_, false)) return;
      Waker reader = std::exchange(script_.reader_, Waker::noop());
      Waker writer = std::exchange(script_.writer_, Waker::noop());
      lock_.unlock();
      std::move(reader).wake();
      std::move(writer).wake();
    }

   private:
    Script& script_;
    std::unique_lock<std::mutex> lock_;
  };

  // Ready when the next step is no wait.
  Poll<void> poll_waits(Context& cx) {
    while (!steps_.empty()) {
      const auto* wait = std::get_if<Wait>(&steps_.front());
      if (wait == nullptr) break;
      if (!sleep_) sleep_.emplace(pin(time::sleep, wait->duration));
      if (sleep_->poll(cx).is_pending()) return pending;
      sleep_.reset();
      next();
    }
    return Poll<void>::ready();
  }

  // How much of `data` is what the script wants to be written. Reads may come later than it says.
  std::size_t match(std::span<const std::byte> data) {
    std::size_t matched = 0;
    for (auto step = steps_.begin(); step != steps_.end() && matched < data.size();) {
      if (std::holds_alternative<Wait>(*step) || std::holds_alternative<WriteError>(*step)) break;
      auto* write = std::get_if<Write>(&*step);
      if (write == nullptr) {
        ++step;
        continue;
      }
      const std::size_t size = std::min(write->data.size(), data.size() - matched);
      const auto piece = data.subspan(matched, size);
      if (!std::ranges::equal(piece, std::span(write->data).first(size)))
        throw std::logic_error(name_ + ": write of " + quoted(piece) + " where the script has " +
                               quoted(write->data));
      drop_front(write->data, size);
      matched += size;
      if (write->data.empty()) step = steps_.erase(step);
      is_changed_ = true;
    }
    return matched;
  }

  void next() {
    steps_.pop_front();
    is_changed_ = true;
  }

  std::mutex mutex_;
  std::deque<Step> steps_;
  const std::string name_;
  bool has_handle_;
  bool is_changed_ = false;
  std::optional<Pin<time::Sleep>> sleep_;
  Waker reader_ = Waker::noop();
  Waker writer_ = Waker::noop();
};

Mock::~Mock() noexcept(false) {
  if (script_ != nullptr && std::uncaught_exceptions() == 0) script_->expect_done();
}

Poll<Result<void>> Mock::poll_read(Context& cx, ReadBuf& buf) { return script_->poll_read(cx, buf); }
Poll<Result<std::size_t>> Mock::poll_write(Context& cx, std::span<const std::byte> data) {
  return script_->poll_write(cx, data);
}
Poll<Result<void>> Mock::poll_flush(Context&) { return Result<void>(); }
Poll<Result<void>> Mock::poll_shutdown(Context&) { return Result<void>(); }

Handle::~Handle() {
  if (script_ != nullptr) script_->drop_handle();
}

Handle& Handle::read(ConstBytes data) {
  script_->append(detail::Read{copy_of(data)});
  return *this;
}
Handle& Handle::read_error(Error error) {
  script_->append(detail::ReadError{error});
  return *this;
}
Handle& Handle::write(ConstBytes data) {
  script_->append(detail::Write{copy_of(data)});
  return *this;
}
Handle& Handle::write_error(Error error) {
  script_->append(detail::WriteError{error});
  return *this;
}

Builder& Builder::read(ConstBytes data) {
  steps_.push_back(detail::Read{copy_of(data)});
  return *this;
}
Builder& Builder::read_error(Error error) {
  steps_.push_back(detail::ReadError{error});
  return *this;
}
Builder& Builder::write(ConstBytes data) {
  steps_.push_back(detail::Write{copy_of(data)});
  return *this;
}
Builder& Builder::write_error(Error error) {
  steps_.push_back(detail::WriteError{error});
  return *this;
}
Builder& Builder::wait(time::Duration duration) {
  steps_.push_back(detail::Wait{duration});
  return *this;
}
Builder& Builder::name(std::string_view name) {
  name_ = name;
  return *this;
}

Mock Builder::build() const { return Mock(std::make_shared<detail::Script>(steps_, name_, false)); }

std::pair<Mock, Handle> Builder::build_with_handle() const {
  auto script = std::make_shared<detail::Script>(steps_, name_, true);
  return {Mock(script), Handle(script)};
}

}  // namespace ferry::testing::io
