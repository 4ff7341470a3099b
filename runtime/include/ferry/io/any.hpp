// AnyRead, AnyWrite, ...: readers and writers whose type is not known.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/future.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/result.hpp>

namespace ferry::io {
namespace detail {

// What an erased type can do is a list of abilities. Each says which functions an object has (Interface), how
// one that is known calls them (Model, around `target()`), and how the erased type does (Members, through
// `erased()`).

struct CanRead {
  template <class T>
  static constexpr bool kHas = AsyncRead<T>;

  class Interface {
   public:
    virtual Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) = 0;

   protected:
    ~Interface() = default;
  };
  template <class Base>
  class Model : public Base {
   public:
    using Base::Base;
    Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) final {
      return this->target().poll_read(cx, buf);
    }
  };
  template <class Self>
  class Members : public ReadMembersMut<Self> {
   public:
    Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) {
      return static_cast<Self&>(*this).erased().poll_read(cx, buf);
    }
  };
};

struct CanBufRead {
  template <class T>
  static constexpr bool kHas = AsyncBufRead<T>;

  class Interface {
   public:
    virtual Poll<Result<std::span<const std::byte>>> poll_fill_buf(Context& cx) = 0;
    virtual void consume(std::size_t size) = 0;

   protected:
    ~Interface() = default;
  };
  template <class Base>
  class Model : public Base {
   public:
    using Base::Base;
    Poll<Result<std::span<const std::byte>>> poll_fill_buf(Context& cx) final {
      return this->target().poll_fill_buf(cx);
    }
    void consume(std::size_t size) final { this->target().consume(size); }
  };
  template <class Self>
  class Members : public BufReadMembers<Self> {
   public:
    Poll<Result<std::span<const std::byte>>> poll_fill_buf(Context& cx) {
      return static_cast<Self&>(*this).erased().poll_fill_buf(cx);
    }
    void consume(std::size_t size) { static_cast<Self&>(*this).erased().consume(size); }
  };
};

struct CanWrite {
  template <class T>
  static constexpr bool kHas = AsyncWrite<T>;

  class Interface {
   public:
    virtual Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) = 0;
    virtual Poll<Result<std::size_t>> poll_write_vectored(
        Context& cx, std::span<const std::span<const std::byte>> pieces) = 0;
    virtual bool is_write_vectored() const noexcept = 0;
    virtual Poll<Result<void>> poll_flush(Context& cx) = 0;
    virtual Poll<Result<void>> poll_shutdown(Context& cx) = 0;

   protected:
    ~Interface() = default;
  };
  template <class Base>
  class Model : public Base {
   public:
    using Base::Base;
    Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) final {
      return this->target().poll_write(cx, data);
    }
    Poll<Result<std::size_t>> poll_write_vectored(Context& cx,
                                                  std::span<const std::span<const std::byte>> pieces) final {
      return io::poll_write_vectored(this->target(), cx, pieces);
    }
    bool is_write_vectored() const noexcept final { return io::is_write_vectored(this->target()); }
    Poll<Result<void>> poll_flush(Context& cx) final { return this->target().poll_flush(cx); }
    Poll<Result<void>> poll_shutdown(Context& cx) final { return this->target().poll_shutdown(cx); }
  };
  template <class Self>
  class Members : public WriteMembersMut<Self> {
   public:
    Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
      return static_cast<Self&>(*this).erased().poll_write(cx, data);
    }
    Poll<Result<std::size_t>> poll_write_vectored(Context& cx,
                                                  std::span<const std::span<const std::byte>> pieces) {
      return static_cast<Self&>(*this).erased().poll_write_vectored(cx, pieces);
    }
    bool is_write_vectored() const noexcept {
      return static_cast<const Self&>(*this).erased().is_write_vectored();
    }
    Poll<Result<void>> poll_flush(Context& cx) { return static_cast<Self&>(*this).erased().poll_flush(cx); }
    Poll<Result<void>> poll_shutdown(Context& cx) {
      return static_cast<Self&>(*this).erased().poll_shutdown(cx);
    }
  };
};

/// All functions of an erased type.
template <class... Abilities>
class Erased : public Abilities::Interface... {
 public:
  virtual ~Erased() = default;
};

/// The object behind it.
template <class T, class Interface>
class Target : public Interface {
 public:
  explicit Target(T&& target) : target_(std::move(target)) {}

 protected:
  T& target() noexcept { return target_; }
  const T& target() const noexcept { return target_; }

 private:
  T target_;
};

/// `Base` with the models of all abilities laid upon each other.
template <class Base, class... Abilities>
struct Models {
  using Type = Base;
};
template <class Base, class First, class... Rest>
struct Models<Base, First, Rest...> {
  using Type = typename Models<typename First::template Model<Base>, Rest...>::Type;
};

}  // namespace detail

/// Any object with these abilities, whatever its type; see AnyRead and the others. It owns the object.
///
/// Thread safety: as the object.
/// Cost: one allocation; a virtual call for each poll.
template <class... Abilities>
class Any : public Abilities::template Members<Any<Abilities...>>... {
 public:
  template <class T>
    requires(!std::is_lvalue_reference_v<T> && !std::same_as<T, Any> && (Abilities::template kHas<T> && ...))
  Any(T&& object) : erased_(std::make_unique<Object<T>>(std::move(object))) {}

  /// For other parts of ferry.
  detail::Erased<Abilities...>& erased() const noexcept {
    FERRY_ASSERT(erased_ != nullptr, "a type-erased reader or writer that was moved from is not used");
    return *erased_;
  }

 private:
  template <class T>
  using Object = typename detail::Models<detail::Target<T, detail::Erased<Abilities...>>, Abilities...>::Type;

  std::unique_ptr<detail::Erased<Abilities...>> erased_;
};

/// Any reader. Tokio: `Box<dyn AsyncRead>`.
using AnyRead = Any<detail::CanRead>;
/// Any writer. Tokio: `Box<dyn AsyncWrite>`.
using AnyWrite = Any<detail::CanWrite>;
/// Any stream, such as a connection that may or may not be encrypted. Tokio: a `Box<dyn ...>` of both.
using AnyReadWrite = Any<detail::CanRead, detail::CanWrite>;
/// Any reader with a buffer. Tokio: `Box<dyn AsyncBufRead>`.
using AnyBufRead = Any<detail::CanRead, detail::CanBufRead>;

}  // namespace ferry::io
