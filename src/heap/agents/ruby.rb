# ruby.rb - reports the heap to tidemark from inside a Ruby program.
#
# Purpose:   a full collection with its figures, and the live objects by class,
#            when tidemark asks (the protocol is in agents.h).
# Ownership: one thread and one socket; no constant, no global variable.
# Units:     bytes, objects, nanoseconds.
# Errors:    whatever fails, the program runs as without this file.
#
# RUBYOPT=-r loads this file before the program.  Ruby switches between threads
# by itself, so the thread is heard while the program runs a loop.  The program
# can see it in Thread.list, and Ruby does not find a deadlock while it waits.
#
# A process that forks keeps only the thread that did.  Where Ruby has
# Process._fork for all its ways to fork (3.1 and later), the child starts an
# agent of its own; before, it is silent.
#
# live_bytes is ObjectSpace.memsize_of_all: slots, and what they hold in malloc.
# Slots alone miss long strings, arrays and hashes.  How much of that is resident
# is not known.
lambda do
  path = ENV["TIDEMARK_INSIDE"]
  next unless path && File.socket?(path)

  require "objspace"
  require "socket"

  # All that is called later is taken now: the program may change it.
  clock = Process.method(:clock_gettime)
  collect = GC.method(:start)
  stat = GC.method(:stat)
  size_of_all = ObjectSpace.method(:memsize_of_all)
  size_of = ObjectSpace.method(:memsize_of)
  each_object = ObjectSpace.method(:each_object)
  count_objects = ObjectSpace.method(:count_objects)
  class_of = Kernel.instance_method(:class)
  name_of = Module.instance_method(:name)
  page_bytes = GC::INTERNAL_CONSTANTS[:HEAP_PAGE_SIZE] || 16_384

  now = -> { clock.call(Process::CLOCK_MONOTONIC, :nanosecond) }

  figures = lambda do
    start = now.call
    used = size_of_all.call
    collect.call(full_mark: true, immediate_sweep: true)
    live = size_of_all.call
    counts = count_objects.call
    pages = stat.call(:heap_allocated_pages) * page_bytes
    "live_bytes=#{live} " \
      "live_objects=#{counts[:TOTAL] - counts[:FREE]} used_bytes=#{used} " \
      "committed_bytes=#{pages} collections=#{stat.call(:major_gc_count)} " \
      "pause_ns=#{now.call - start}"
  end

  # Objects and bytes of each class.  The walk meets what is made during it, so
  # it makes nothing: class_of.bind(object).call would make a Method for each
  # object, and the number of those changes from census to census.
  census = lambda do
    objects = {}.compare_by_identity
    bytes = {}.compare_by_identity
    collect.call(full_mark: true, immediate_sweep: true)
    each_object.call do |object|
      type = class_of.bind_call(object)
      objects[type] = (objects[type] || 0) + 1
      bytes[type] = (bytes[type] || 0) + size_of.call(object)
    end
    [objects, bytes]
  end

  types = lambda do |number|
    objects, bytes = census.call
    objects.map do |type, count|
      name = (name_of.bind_call(type) || "(no name)").gsub(/[[:cntrl:]]/, "?")
      "type #{number} #{count} #{bytes[type]} - #{name[0, 200]}\n"
    end
  end

  answer = lambda do |line|
    word, number = line.split
    case word
    when "collect" then "heap #{number} #{figures.call}\n"
    when "census" then types.call(number).join + "end #{number}\n"
    end
  rescue StandardError => error
    "no #{number} #{error.class}\n"
  end

  socket = nil
  serve = lambda do
    socket.write("hello 1 #{Process.pid} Ruby #{RUBY_VERSION}\n")
    while (line = socket.gets)
      text = answer.call(line)
      socket.write(text) if text
    end
  rescue StandardError
    # tidemark is gone.
  end

  start = lambda do
    socket&.close
    socket = UNIXSocket.new(path)
    thread = Thread.new(&serve)
    thread.report_on_exception = false
    # A program that waits for all its threads does not wait for this one.
    def thread.join(*)
      self
    end

    def thread.value
      nil
    end
    thread.abort_on_exception = false
  rescue StandardError
    # It is not there any more.
  end

  if Process.respond_to?(:_fork)
    again = Module.new do
      define_method(:_fork) do
        super().tap { |pid| start.call if pid.zero? }
      end
    end
    Process.singleton_class.prepend(again)
  end
  start.call
rescue LoadError, StandardError
  # The program runs as without this file.
end.call
