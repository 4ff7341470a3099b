"""ferry in gdb: prints tasks, handles and channels readably, and lists what every task awaits.

    (gdb) source ferry.py
    (gdb) ferry tasks

Both need a program with debug information (-g); the library need not have any. They read memory and call no
function, so they work on core files, too.
"""

import re

import gdb
import gdb.printing

# Bits of detail::TaskState.
RUNNING, COMPLETE, NOTIFIED, CANCELLED, INSPECTED, REFERENCE = 1, 2, 4, 8, 64, 128
PLAIN = 0  # of detail::TaskHeader::Entry


# --- values ------------------------------------------------------------------------------------------------------


def find(value, name):
    """The member `name` of a value, or of one of its bases."""
    for field in value.type.strip_typedefs().fields():
        if field.is_base_class:
            found = find(value[field], name)
            if found is not None:
                return found
        elif field.name == name:
            return value[field]
        elif not field.name and field.type.code == gdb.TYPE_CODE_UNION:
            found = find(value[field], name)
            if found is not None:
                return found
    return None


def atomic(value):
    """What a std::atomic of a number holds."""
    for name in ("_M_i", "_M_base"):
        inner = find(value, name)
        if inner is not None:
            return int(inner) if inner.type.strip_typedefs().code != gdb.TYPE_CODE_STRUCT else atomic(inner)
    return int(value)


def word(address):
    """The 8 bytes at an address."""
    return int(gdb.Value(address).cast(gdb.lookup_type("unsigned long").pointer()).dereference())


def typed(name, address):
    """The object of a type at an address."""
    try:
        of_type = gdb.lookup_type(name)
    except gdb.error:
        raise gdb.GdbError("no debug information of " + name + ": build the program with -g")
    return gdb.Value(address).cast(of_type.pointer()).dereference()


def plural(count, what):
    return "%d %s%s" % (count, what, "" if count == 1 else "s")


# --- names: as runtime/src/runtime/function_name.cpp makes them ---------------------------------------------------


def opening_of_last(text):
    depth = 0
    for i in range(len(text) - 1, -1, -1):
        if text[i] in ")>]}":
            depth += 1
        elif text[i] in "(<[{":
            depth -= 1
            if depth == 0:
                return i
    return -1


def function_name(signature):
    name = signature
    if name.endswith("]"):
        opening = opening_of_last(name)
        if opening > 0:
            name = name[: opening - 1]
    if not name.endswith(">"):
        end = name.rfind(")")
        parameters = opening_of_last(name[: end + 1]) if end >= 0 else -1
        if parameters <= 0:
            return signature
        name = name[:parameters]
    depth = 0
    for i in range(len(name) - 1, -1, -1):
        if name[i] in ")>]}":
            depth += 1
        elif name[i] in "(<[{" and depth > 0:
            depth -= 1
        elif name[i] == " " and depth == 0:
            return name[i + 1 :]
    return name


def type_name(source):
    found = re.search(r"T = (.*)\]$", source)
    return (found.group(1) if found else source).replace("ferry::", "")


def location(where):
    """A std::source_location: the name of the function, and file:line; None when it says nothing."""
    data = find(where, "_M_impl")
    if data is None or int(data) == 0:
        return None
    data = data.dereference()
    return (
        function_name(data["_M_function_name"].string()),
        "%s:%d" % (data["_M_file_name"].string(), int(data["_M_line"])),
    )


# --- coroutines and tasks -----------------------------------------------------------------------------------------


def promise_at(frame):
    """The PromiseBase of a coroutine: behind the two pointers that its frame begins with."""
    return typed("ferry::detail::PromiseBase", frame + 16)


def frame_of(handle):
    """The address in a std::coroutine_handle."""
    return int(find(handle, "_M_fr_ptr"))


def frames_of(frame):
    """Where the coroutines from this one out to the outermost one await, the outermost one first."""
    frames = []
    while frame != 0:
        promise = promise_at(frame)
        frames.insert(0, location(find(promise, "where_")))
        frame = frame_of(promise["continuation_"])
    return [at for at in frames if at is not None]


def trace_of(chain):
    """The frames of a Chain, and what the innermost one waits for."""
    leaf = int(chain["leaf_"])
    if leaf == 0:
        return [], "its first poll"
    frames = frames_of(frame_of(chain["resume_"]))
    kind = chain["leaf_ops_"].dereference()["type"]
    if int(kind) == 0:  # another chain
        inner, waits_for = trace_of(typed("ferry::detail::Chain", leaf))
        return frames + inner, waits_for
    return frames, type_name(kind.string())


def state_of(task):
    bits = atomic(task["state"]["bits_"])
    if bits & COMPLETE:
        return "finished"
    if atomic(task["entry"]) != PLAIN:  # its run queue entry keeps it from whoever does not take that up
        return "ready"
    if bits & RUNNING and not bits & INSPECTED:
        return "running"
    return "ready" if bits & NOTIFIED else "waiting"


def live_tasks():
    """Every TaskHeader of the process that is in a list of tasks."""
    try:
        entry = word(int(gdb.parse_and_eval("(unsigned long)&'ferry::detail::debugger_lists'")))
    except gdb.error:
        raise gdb.GdbError("this program has no ferry runtime, or no symbols")
    while entry != 0:
        entry_next, first, count, stride = (word(entry + 8 * i) for i in range(4))
        for head in range(first, first + count * stride, stride):
            node = word(head)
            while node != head:
                yield typed("ferry::detail::TaskHeader", node)
                node = word(node)
        entry = entry_next


class Ferry(gdb.Command):
    """What ferry's runtimes are doing: see `help ferry tasks`."""

    def __init__(self):
        super().__init__("ferry", gdb.COMMAND_STATUS, prefix=True)


class FerryTasks(gdb.Command):
    """Lists the live tasks of all runtimes, and what each awaits: `ferry tasks`."""

    def __init__(self):
        super().__init__("ferry tasks", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        tasks = sorted(live_tasks(), key=lambda task: int(task["id"]))
        for task in tasks:
            self.show(task)
        gdb.write(plural(len(tasks), "task") + "\n")

    def show(self, task):
        state = state_of(task)
        at = location(task["spawned_at"])
        spawned = ", spawned by %s at %s" % at if at else ""
        gdb.write("task %d: %s%s\n" % (int(task["id"]), state, spawned))
        offset = int(task["vtable"].dereference()["chain_offset"])
        if offset == 0 or state in ("running", "finished"):
            return
        frames, waits_for = trace_of(typed("ferry::detail::Chain", int(task.address) + offset))
        for frame in frames:
            gdb.write("  %s at %s\n" % frame)
        gdb.write("  waits for %s\n" % waits_for)


# --- printers -----------------------------------------------------------------------------------------------------


class Printer:
    def __init__(self, value):
        is_reference = value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF)
        self.value = value.referenced_value() if is_reference else value


class Task(Printer):
    def to_string(self):
        frame = frame_of(self.value["handle_"])
        if frame == 0:
            return "moved-from task"
        if word(frame) == 0:  # no function to resume
            return "finished task"
        promise = promise_at(frame)
        chain = promise["chain_"]
        if int(chain) == 0 or int(chain["leaf_"]) == 0:
            return "task that has not begun"
        return "suspended task %s at %s" % location(find(promise, "where_"))


class JoinHandle(Printer):
    def to_string(self):
        if int(self.value["task_"]) == 0:
            return "moved-from handle"
        task = self.value["task_"].dereference()
        return "handle of task %d, %s" % (int(task["id"]), state_of(task))


class Instant(Printer):
    def to_string(self):
        nanoseconds = int(find(self.value["point_"], "__r") if find(self.value["point_"], "__r") is not None
                          else find(self.value["point_"], "__d")["__r"])
        return "%d.%09d s" % divmod(nanoseconds, 1000000000)


class Poll(Printer):
    def to_string(self):
        if find(self.value, "is_ready_") is not None:
            return "ready" if self.value["is_ready_"] else "pending"
        payload = find(self.value["value_"], "_M_payload")
        if not find(payload, "_M_engaged"):
            return "pending"
        stored = find(payload, "_M_payload")
        return "ready with " + find(stored, "_M_value").format_string()


class Mutex(Printer):
    def to_string(self):
        semaphore = self.value["semaphore_"]
        is_free = atomic(semaphore["state_"]) // 4 > 0
        head = semaphore["waiters_"]["head_"]
        node, waiters = head["list_next_"], 0
        while int(node) != int(head.address):
            waiters += 1
            node = node.dereference()["list_next_"]
        waiting = ", " + plural(waiters, "waiter") if waiters else ""
        state = "free" if is_free else "locked"
        return "%s mutex of %s%s" % (state, self.value["value_"].format_string(), waiting)


class Handle(Printer):
    def to_string(self):
        scheduler = find(self.value["scheduler_"], "scheduler_")
        if int(scheduler) == 0:
            return "handle of no runtime"
        # The description of its type is where its code is: in the library, if that was built with one.
        number = find(scheduler.dereference(), "id_")
        return "handle of runtime " + ("at 0x%x" % int(scheduler) if number is None else str(int(number)))


class Mpsc(Printer):
    def to_string(self):
        channel = find(self.value, "channel_")
        if channel.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT:  # a reference that counts
            channel = find(channel, "channel_")
        if int(channel) == 0:
            return "moved-from end of an mpsc channel"
        core = channel.dereference()
        state = atomic(find(core, "semaphore_")["state_"])
        free, limit = state // 4, int(find(core, "max_capacity_"))
        room = "" if limit >= 2**60 else ", %d of %d places free" % (free, limit)
        closed = ", closed" if state & 1 else ""
        return "mpsc channel with %s%s%s" % (plural(atomic(find(core, "strong_")), "sender"), room, closed)


class Oneshot(Printer):
    def to_string(self):
        if int(self.value["cell_"]) == 0:
            return "used-up end of a oneshot channel"
        bits = atomic(find(self.value["cell_"].dereference(), "bits_"))
        if bits & 4:
            state = "a value was sent"
        elif bits & 2:
            state = "its sender has gone"
        elif bits & 8:
            state = "closed by its receiver"
        else:
            state = "nothing was sent"
        return "oneshot channel: " + state


class Broadcast(Printer):
    def to_string(self):
        if int(self.value["channel_"]) == 0:
            return "moved-from end of a broadcast channel"
        core = self.value["channel_"].dereference()
        sent = int(find(core, "tail_"))
        text = "broadcast channel with %s, %s, %s sent" % (
            plural(atomic(find(core, "senders_")), "sender"),
            plural(atomic(find(core, "receivers_")), "receiver"),
            plural(sent, "value"),
        )
        next_value = find(self.value, "next_")
        return text if next_value is None else text + ", %d not received" % (sent - int(next_value))


class Watch(Printer):
    def to_string(self):
        if int(self.value["cell_"]) == 0:
            return "moved-from end of a watch channel"
        core = self.value["cell_"].dereference()
        return "watch channel with %s, %s" % (
            plural(atomic(find(core, "senders_")), "sender"),
            plural(atomic(find(core, "receivers_")), "receiver"),
        )


def printers():
    collection = gdb.printing.RegexpCollectionPrettyPrinter("ferry")
    for name, pattern, printer in (
        ("Task", r"^ferry::Task<.*>$", Task),
        ("JoinHandle", r"^ferry::task::JoinHandle<.*>$", JoinHandle),
        ("Instant", r"^ferry::time::Instant$", Instant),
        ("Poll", r"^ferry::Poll<.*>$", Poll),
        ("Mutex", r"^ferry::sync::Mutex<.*>$", Mutex),
        ("Handle", r"^ferry::runtime::Handle$", Handle),
        ("mpsc", r"^ferry::sync::mpsc::(Unbounded)?(Sender|Receiver)<.*>$", Mpsc),
        ("oneshot", r"^ferry::sync::oneshot::(Sender|Receiver)<.*>$", Oneshot),
        ("broadcast", r"^ferry::sync::broadcast::(Sender|Receiver)<.*>$", Broadcast),
        ("watch", r"^ferry::sync::watch::(Sender|Receiver)<.*>$", Watch),
    ):
        collection.add_printer(name, pattern, printer)
    return collection


gdb.printing.register_pretty_printer(gdb.current_objfile(), printers(), replace=True)
Ferry()
FerryTasks()
