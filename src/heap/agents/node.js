// node.js - reports V8's heap to tidemark from inside a Node program.
//
// Purpose:   a full collection with its figures, the live objects by type, and
//            where they were allocated, when tidemark asks (the protocol is in
//            agents.h).
// Ownership: one thread, and one property of globalThis in each thread of the
//            program: its key is a symbol, and it cannot be enumerated.
// Units:     bytes, objects, nanoseconds.
// Errors:    whatever fails, the program runs as without this file.
//
// NODE_OPTIONS=--require loads this file before the program.  It starts a thread
// (Worker) that holds the connection.  The program's own thread may be in a loop
// that never returns to its events, so the questions go through the inspector,
// which interrupts running JavaScript.  One session is open from the first
// question to the program's end: each time that the program's threads are reached
// through a new one takes 9 KB that Node never gives back.  It is closed when the
// program ends, as Node waits for open ones then.  Node before 18 aborts when a
// session is closed: there it goes with its thread.
//
// The program's other threads load this file too, so that they can be asked in
// the same way, through the first.  When one of them cannot, nor can the heap as
// a whole.
//
// live_bytes is what V8 uses, and what it holds outside of its heap, such as the
// contents of Buffers.  A heap snapshot would also tell the sizes of types, but
// at 115 MB it stops the program for many seconds and takes 1.3 GB; the list of
// objects that is used here does not hold strings, nor objects without a
// prototype.
//
// Where objects were allocated comes from V8's sampling heap profiler, which runs
// from the first time that it is asked for to the program's end.  It names the
// functions of a stack, and the lines where those begin.  A program started with
// --heap-prof has that profiler for itself, and is not asked.  To read what was
// sampled takes longer the more samples are alive: above SAMPLES_MAX it is ended.
"use strict";

const KEY = "tidemark.heap";
const CANNOT_CLOSE = Number(process.versions.node.split(".")[0]) < 18;
const TYPES_MAX = 2000;
const NAME_MAX = 200;
const OTHERS_WAIT_MS = 3000;
const SAMPLING_BYTES = 128 * 1024; // mean distance
const SAMPLES_MAX = 8000; // alive in one thread: 1 GB of its heap
const SITES_MAX = 1000;
const STACK_MAX_BYTES = 900; // of a line of the protocol

// What both threads see.
const SERVING = 0; // the connection stands
const OPEN = 1; // a session is open
const ENDING = 2; // the program ends: no more questions
const WAKE = 3; // changes when the program's thread should run
const BLOCKED = 4; // it reads by itself, and cannot be woken
const ANSWER = 5; // to a mark: a byte, END_OF_FILE, or one of the next
const SLOTS = 6;

const END_OF_FILE = 256;
const NONE = -1;
const ASKED = -2;
const READING = -3;
const FAILED = -4;

// --- what each thread of the program can tell --------------------------------

// All that is called later is taken now: the program may change it.

// A new context has gc() while the flag is set.  It is the process's: another
// thread that starts may take it back in between.
function findCollect() {
  const { setFlagsFromString } = require("v8");
  const { runInNewContext } = require("vm");
  let collect;

  for (let i = 0; i < 100 && !collect; i++) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("globalThis.gc");
    setFlagsFromString("--no-expose-gc");
  }
  return collect;
}

// A full collection; what the heap holds after and before it, as one text.
function makeFigures() {
  const statistics = require("v8").getHeapStatistics;
  const clock = process.hrtime.bigint;
  const collect = findCollect();

  return function figures() {
    const start = clock();
    const before = statistics();
    collect();
    const after = statistics();
    return (
      `${after.used_heap_size + after.external_memory} ` +
      `${before.used_heap_size + before.external_memory} ` +
      `${after.total_heap_size} ${after.total_physical_size} ${clock() - start}`
    );
  };
}

// The name of the class whose instances have this prototype.
function makeNamer() {
  const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
  const { isProxy } = require("util").types;
  const closures = Function.prototype;
  const valueOf = (object, key) => {
    const found = getOwnPropertyDescriptor(object, key);
    return found && found.value;
  };

  return function name(prototype) {
    for (let at = prototype; at && !isProxy(at); at = getPrototypeOf(at)) {
      if (at === closures) return "(closure)";
      const made = valueOf(at, "constructor");
      if (typeof made !== "function" || isProxy(made)) continue;
      const found = valueOf(made, "name");
      if (typeof found === "string" && found) return found;
    }
    return "(no name)";
  };
}

// Strings are no objects: they are counted where they are elements.
function makeStringCounter() {
  const { isArray } = Array;
  const { isMap, isSet } = require("util").types;
  const ofMap = Function.prototype.call.bind(Map.prototype.forEach);
  const ofSet = Function.prototype.call.bind(Set.prototype.forEach);

  return function count(object, sums) {
    if (isArray(object)) {
      for (let i = 0; i < object.length; i++)
        sums.Array += typeof object[i] === "string";
    } else if (isMap(object)) {
      ofMap(object, (value, key) => {
        sums.Map += (typeof value === "string") + (typeof key === "string");
      });
    } else if (isSet(object)) {
      ofSet(object, (value) => {
        sums.Set += typeof value === "string";
      });
    }
  };
}

// Lines of "OBJECTS NAME" for a list of objects.
function makeCensus() {
  const { getPrototypeOf } = Object;
  const nameOf = makeNamer();
  const countStrings = makeStringCounter();
  const get = Function.prototype.call.bind(Map.prototype.get);
  const set = Function.prototype.call.bind(Map.prototype.set);
  const forEach = Function.prototype.call.bind(Map.prototype.forEach);
  const sort = Function.prototype.call.bind(Array.prototype.sort);
  const NewMap = Map;

  return function census(objects) {
    const counts = new NewMap();
    const strings = { Array: 0, Map: 0, Set: 0 };
    const types = [];
    let text = "";

    for (let i = 0; i < objects.length; i++) {
      const prototype = getPrototypeOf(objects[i]);
      set(counts, prototype, (get(counts, prototype) || 0) + 1);
      countStrings(objects[i], strings);
    }
    forEach(counts, (count, prototype) => {
      types[types.length] = { count, name: nameOf(prototype) };
    });
    for (const holder in strings)
      if (strings[holder])
        types[types.length] = {
          count: strings[holder],
          name: `(string in ${holder})`,
        };
    sort(types, (a, b) => b.count - a.count);
    for (let i = 0; i < types.length && i < TYPES_MAX; i++)
      text += `${types[i].count} ${types[i].name}\n`;
    return text;
  };
}

function offerHeap() {
  const value = {
    root: Object.prototype,
    figures: makeFigures(),
    census: makeCensus(),
  };
  Object.defineProperty(globalThis, Symbol.for(KEY), { value });
}

// --- the program's first thread ----------------------------------------------

// Let an interrupt of the inspector be taken.
function runBriefly() {
  let sum = 0;
  for (let i = 0; i < 1000; i++) sum += i;
  return sum;
}

// A program that runs with --mark-ack waits for tidemark in a system call, which
// the inspector cannot interrupt.  So the other thread reads, and this one waits
// where it can be woken.
function makeReader(worker, shared) {
  const now = Date.now;

  return function read() {
    const end = now() + 1000;

    Atomics.store(shared, ANSWER, ASKED);
    worker.postMessage("read");
    for (;;) {
      const wake = Atomics.load(shared, WAKE);
      const answer = Atomics.load(shared, ANSWER);
      if (answer >= 0 || answer === FAILED) return answer;
      if (
        now() > end &&
        Atomics.compareExchange(shared, ANSWER, ASKED, NONE) === ASKED
      )
        return FAILED;
      Atomics.wait(shared, WAKE, wake, 100);
      runBriefly();
    }
  };
}

function waitWhereWoken(worker, shared, fd) {
  const fs = require("fs");
  const readSync = fs.readSync;
  const read = makeReader(worker, shared);
  const Bytes = Uint8Array;

  function readItself(self, values) {
    Atomics.store(shared, BLOCKED, 1);
    try {
      return Reflect.apply(readSync, self, values);
    } finally {
      Atomics.store(shared, BLOCKED, 0);
    }
  }

  fs.readSync = function (...values) {
    const [from, buffer, offset] = values;
    const at = typeof offset === "number" ? offset : 0;
    if (from !== fd) return Reflect.apply(readSync, this, values);
    if (!ArrayBuffer.isView(buffer) || at >= buffer.byteLength)
      return readItself(this, values);
    const answer = Atomics.load(shared, SERVING) ? read() : FAILED;
    if (answer === FAILED) return readItself(this, values);
    if (answer === END_OF_FILE) return 0;
    new Bytes(buffer.buffer, buffer.byteOffset)[at] = answer;
    return 1;
  };
}

// Node waits for an open session when it ends, and says so on stderr.  One that
// cannot be closed is gone a moment after its thread has said that it ends.
function closeSessionAtEnd(worker, shared) {
  const now = Date.now;

  process.once("exit", () => {
    const end = now() + 2000;

    Atomics.store(shared, ENDING, 1);
    if (Atomics.load(shared, OPEN)) worker.postMessage("end");
    while (Atomics.load(shared, OPEN) && now() < end) {
      Atomics.wait(shared, OPEN, 1, 5);
      runBriefly();
    }
    for (let i = 0; CANNOT_CLOSE && i < 50; i++) {
      Atomics.wait(shared, OPEN, 0, 1);
      runBriefly();
    }
  });
}

// The descriptor that answers marks; NaN where there is none.  A program that this
// one's parent started has the variable, too, and a file of its own under the number.
function findAnswers() {
  const { TIDEMARK_ACK_FD: fd, TIDEMARK_ACK_PIPE: pipe } = process.env;

  try {
    const found = require("fs").readlinkSync(`/proc/self/fd/${fd}`);
    return found === pipe ? Number(fd) : NaN;
  } catch {
    return NaN;
  }
}

function startThread(path) {
  const { Worker } = require("worker_threads");
  const shared = new Int32Array(new SharedArrayBuffer(4 * SLOTS));
  const answerFd = findAnswers();
  const options = `${process.execArgv.join(" ")} ${process.env.NODE_OPTIONS}`;
  const maySample = !options.includes("--heap-prof");
  // With the program's options it would load what the user requires, too.
  const worker = new Worker(__filename, {
    argv: [],
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 4 },
    workerData: { tidemark: path, shared, answerFd, maySample },
  });

  shared[ANSWER] = NONE;
  worker.on("error", () => {});
  worker.unref();
  closeSessionAtEnd(worker, shared);
  if (answerFd >= 0) waitWhereWoken(worker, shared, answerFd);
}

// --- the thread that holds the connection ------------------------------------

// A thread of the program, as the inspector reaches it.
const EVALUATE = "Runtime.evaluate";
const HEAP = `globalThis[Symbol.for("${KEY}")]`;

async function valueFrom(thread, method, params) {
  const answer = await thread.post(method, { ...params, returnByValue: true });
  if (answer.exceptionDetails || typeof answer.result.value !== "string")
    throw new Error("a thread does not report its heap");
  return answer.result.value;
}

async function objectFrom(thread, expression) {
  const answer = await thread.post(EVALUATE, { expression, objectGroup: KEY });
  if (!answer.result.objectId)
    throw new Error("a thread does not report its heap");
  return answer.result.objectId;
}

const figuresOf = (thread) =>
  valueFrom(thread, EVALUATE, { expression: `${HEAP}.figures()` });

async function censusOf(thread) {
  const root = await objectFrom(thread, `${HEAP}.root`);
  const { objects } = await thread.post("Runtime.queryObjects", {
    prototypeObjectId: root,
    objectGroup: KEY,
  });
  const lines = await valueFrom(thread, "Runtime.callFunctionOn", {
    objectId: objects.objectId,
    functionDeclaration: `function () { return ${HEAP}.census(this); }`,
  });
  await thread.post("Runtime.releaseObjectGroup", { objectGroup: KEY });
  return lines;
}

// What was sampled in a thread and is alive, as V8 keeps it; undefined when it is
// asked for the first time, as there is nothing yet.
async function profileOf(thread) {
  if (!thread.isSampled) {
    thread.isSampled = true;
    await thread.post("HeapProfiler.startSampling", {
      samplingInterval: SAMPLING_BYTES,
    });
    return undefined;
  }
  const { profile } = await thread.post("HeapProfiler.getSamplingProfile");
  return { thread, profile };
}

// --- where objects were allocated --------------------------------------------

function fileOf(url) {
  try {
    return url.startsWith("file:") ? require("url").fileURLToPath(url) : url;
  } catch {
    return url;
  }
}

// A frame as V8 writes it in the stack of an error, without the column.
function frameOf({ functionName, url, lineNumber, columnNumber }) {
  const isWhole = lineNumber === 0 && columnNumber === 0;
  const name = functionName || (isWhole ? "(top level)" : "(anonymous)");
  const place = url ? ` (${fileOf(url)}:${lineNumber + 1})` : "";
  // eslint-disable-next-line no-control-regex
  return `at ${name}${place}`.replace(/[\u0000-\u001f]/g, "?");
}

const isOfNode = ({ url }) => url.startsWith("node:");

// The stack whose innermost frame is the first: as many as a line has room for,
// without Node's own that called the program.  An empty text is one of this file.
function stackText(frames, own) {
  let last = frames.length;
  while (last > 1 && isOfNode(frames[last - 1])) last--;
  const first = frames.find((frame) => !isOfNode(frame));
  if (first && fileOf(first.url) === own) return "";
  let text = "";
  for (const frame of frames.slice(0, last)) {
    const more = (text ? "\t" : "") + frameOf(frame);
    if (Buffer.byteLength(text + more) > STACK_MAX_BYTES) break;
    text += more;
  }
  return text;
}

// The stacks of a profile's nodes by their numbers.
function stacksOf(profile, own) {
  const stacks = new Map();
  const wait = [{ node: profile.head, callers: [] }];
  while (wait.length) {
    const { node, callers } = wait.pop();
    const frames =
      node === profile.head ? [] : [node.callFrame, ...callers];
    stacks.set(node.id, () => stackText(frames, own));
    for (const child of node.children)
      wait.push({ node: child, callers: frames });
  }
  return stacks;
}

// What each place has allocated, and of that was freed, of what was sampled.
class Sites {
  constructor(own) {
    this.own = own;
    this.sites = new Map();
  }

  find(stack) {
    let site = this.sites.get(stack);
    if (!site && stack && this.sites.size < SITES_MAX) {
      site = { samples: 0, allocated: 0, freed: 0 };
      this.sites.set(stack, site);
    }
    return site;
  }

  // A thread's samples, of which those that it had before and has no more are
  // freed.
  take(thread, { samples, head }) {
    const before = thread.live || new Map();
    const stacks = stacksOf({ head }, this.own);
    thread.live = new Map();
    for (const { ordinal, size, nodeId } of samples) {
      let known = before.get(ordinal);
      before.delete(ordinal);
      if (!known) {
        const stack = stacks.get(nodeId);
        const site = stack && this.find(stack());
        if (!site) continue;
        known = { site, size };
        site.samples++;
        site.allocated += size;
      }
      thread.live.set(ordinal, known);
    }
    for (const { site, size } of before.values()) site.freed += size;
  }

  leave(thread) {
    for (const { site, size } of (thread.live || new Map()).values())
      site.freed += size;
    thread.live = new Map();
  }

  *lines() {
    for (const [stack, { samples, allocated, freed }] of this.sites)
      yield `${samples} ${Math.round(allocated)} ${Math.round(freed)} ${stack}`;
    // Those that hold nothing make room for others.
    for (const [stack, { allocated, freed }] of this.sites)
      if (this.sites.size > SITES_MAX / 2 && freed >= allocated)
        this.sites.delete(stack);
  }
}

// --- all of the program's threads --------------------------------------------

// A thread behind the first: messages to it go through that one's session.
class OtherThread {
  constructor(first, sessionId) {
    this.first = first;
    this.sessionId = sessionId;
    this.waiting = new Map();
    this.last = 0;
    this.hasEnded = false;
    this.isLate = false;
  }

  post(method, params) {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.first
        .post("NodeWorker.sendMessageToWorker", {
          sessionId: this.sessionId,
          message: JSON.stringify({ id, method, params }),
        })
        .catch(reject);
    });
  }

  take(message) {
    const { id, result, error } = JSON.parse(message);
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    if (error) waiting.reject(new Error(error.message));
    else waiting.resolve(result);
  }

  leave() {
    this.hasEnded = true;
    for (const { reject } of this.waiting.values())
      reject(new Error("a thread has ended"));
  }
}

// The program's threads, from the first question on.
class Program {
  constructor(wake) {
    const { Session } = require("inspector");
    this.wake = wake;
    this.session = new Session();
    this.others = new Map();
    this.sites = new Sites(__filename);
    this.whyNoSites = null;
    this.isEnabled = false;
    this.own = require("url").pathToFileURL(__filename).href;
    this.session.connectToMainThread();
    this.listen();
  }

  post(method, params) {
    return new Promise((resolve, reject) => {
      this.session.post(method, params, (error, result) => {
        if (error) reject(new Error(error.message));
        else resolve(result);
      });
      this.wake();
    });
  }

  listen() {
    const on = (event, take) =>
      this.session.on(`NodeWorker.${event}`, ({ params }) => take(params));

    on("attachedToWorker", ({ sessionId, workerInfo }) => {
      if (workerInfo.url !== this.own)
        this.others.set(sessionId, new OtherThread(this, sessionId));
    });
    on("receivedMessageFromWorker", ({ sessionId, message }) => {
      const other = this.others.get(sessionId);
      if (other) other.take(message);
    });
    on("detachedFromWorker", ({ sessionId }) => {
      const other = this.others.get(sessionId);
      this.others.delete(sessionId);
      if (!other) return;
      this.sites.leave(other);
      other.leave();
    });
  }

  async waitForOffer(other) {
    const expression = `typeof ${HEAP}`;
    while (!other.isLate && (await valueFrom(other, EVALUATE, { expression })) !== "object")
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  // The heap of a thread that ends before it answers has ended, too.  One that
  // starts has not loaded this file yet, or never does; one that is in a system
  // call is silent.
  async askOther(other, question) {
    let timer;
    const late = new Promise((_, reject) => {
      const why = new Error("a thread does not report its heap");
      timer = setTimeout(() => {
        other.isLate = true;
        reject(why);
      }, OTHERS_WAIT_MS);
    });
    other.isLate = false;
    late.catch(() => {});
    try {
      await Promise.race([this.waitForOffer(other), late]);
      return await Promise.race([question(other), late]);
    } catch (error) {
      if (other.hasEnded) return "";
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async ask(question) {
    // What was printed while the session is open is kept for it.
    await this.post("Runtime.discardConsoleEntries");
    // Once: it reaches this thread, too, which takes 9 KB each time.
    if (!this.isEnabled)
      await this.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
    this.isEnabled = true;
    return Promise.all([
      question(this),
      ...[...this.others.values()].map((other) => this.askOther(other, question)),
    ]);
  }

  async takeSites() {
    if (this.whyNoSites) throw new Error(this.whyNoSites);
    const taken = await this.ask(profileOf);
    for (const answer of taken) {
      if (!answer || answer.thread.hasEnded) continue;
      if (answer.profile.samples.length > SAMPLES_MAX) {
        this.whyNoSites = `sampling was ended: over ${SAMPLES_MAX} samples are alive`;
        await this.stopSampling();
        throw new Error(this.whyNoSites);
      }
      this.sites.take(answer.thread, answer.profile);
    }
    return this.sites.lines();
  }

  async stopSampling() {
    const sampled = [this, ...this.others.values()].filter((it) => it.isSampled);
    await Promise.all(
      sampled.map((thread) => thread.post("HeapProfiler.stopSampling").catch(() => {})),
    );
  }

  close() {
    this.session.disconnect();
  }
}

// The figures of all threads as one line's keys and values.
function addUp(texts) {
  const sums = [0, 0, 0, 0];
  let pause = 0;

  for (const text of texts) {
    if (!text) continue;
    const figures = text.split(" ").map(Number);
    sums.forEach((_, i) => (sums[i] += figures[i]));
    pause = Math.max(pause, figures[4]);
  }
  return (
    `live_bytes=${sums[0]} used_bytes=${sums[1]} committed_bytes=${sums[2]} ` +
    `resident_bytes=${sums[3]} pause_ns=${pause}`
  );
}

function* typesOf(texts) {
  for (const text of texts) {
    for (const line of text.split("\n")) {
      const blank = line.indexOf(" ");
      if (blank < 0) continue;
      // eslint-disable-next-line no-control-regex
      const name = line.slice(blank + 1).replace(/[\u0000-\u001f]/g, "?");
      yield `${line.slice(0, blank)} - - ${name.slice(0, NAME_MAX)}`;
    }
  }
}

class Server {
  constructor({ tidemark, shared, answerFd, maySample }) {
    this.shared = shared;
    this.answerFd = answerFd;
    this.abilities = maySample ? " sites" : "";
    this.program = null;
    this.socket = require("net").connect(tidemark);
    this.queue = Promise.resolve();
  }

  wake() {
    Atomics.add(this.shared, WAKE, 1);
    Atomics.notify(this.shared, WAKE);
  }

  // For the thread that waits in makeReader().
  readAnswer() {
    const byte = Buffer.alloc(1);
    const taken = Atomics.compareExchange(this.shared, ANSWER, ASKED, READING);
    if (taken !== ASKED) return;
    require("fs").read(this.answerFd, byte, 0, 1, null, (error, got) => {
      const answer = error ? FAILED : got ? byte[0] : END_OF_FILE;
      Atomics.store(this.shared, ANSWER, answer);
      this.wake();
    });
  }

  // What `question` finds of the program.
  async ask(question) {
    Atomics.store(this.shared, OPEN, 1);
    try {
      if (Atomics.load(this.shared, ENDING)) throw new Error("the program ends");
      if (!this.program) this.program = new Program(() => this.wake());
      return await question(this.program);
    } finally {
      if (!this.program) this.sayClosed();
    }
  }

  close() {
    if (this.program) this.program.close();
    this.program = null;
    this.sayClosed();
  }

  // tidemark is gone, and the program goes on.
  leave() {
    if (!CANNOT_CLOSE) return this.close();
    return this.program ? this.program.stopSampling() : undefined;
  }

  sayClosed() {
    Atomics.store(this.shared, OPEN, 0);
    Atomics.notify(this.shared, OPEN);
  }

  async answer(line) {
    const [word, number] = line.split(" ");
    try {
      if (word === "collect") {
        const figures = addUp(await this.ask((program) => program.ask(figuresOf)));
        this.socket.write(`heap ${number} ${figures}\n`);
      } else if (word === "census") {
        for (const type of typesOf(await this.ask((program) => program.ask(censusOf))))
          this.socket.write(`type ${number} ${type}\n`);
        this.socket.write(`end ${number}\n`);
      } else if (word === "sites") {
        const sites = await this.ask((program) => program.takeSites());
        this.socket.write(`sampled ${number} ${SAMPLING_BYTES}\n`);
        for (const site of sites) this.socket.write(`site ${number} ${site}\n`);
        this.socket.write(`end ${number}\n`);
      }
    } catch (error) {
      this.socket.write(`no ${number} ${error.message.slice(0, NAME_MAX)}\n`);
    }
  }

  // tidemark asks from the greeting on, and a thread that is blocked by then
  // could not be asked.
  greet() {
    if (Atomics.load(this.shared, BLOCKED)) setTimeout(() => this.greet(), 1);
    else
      this.socket.write(`hello 1 ${process.pid} Node ${process.versions.node}${this.abilities}\n`,
      );
  }

  run() {
    const { parentPort } = require("worker_threads");
    let text = "";

    parentPort.on("message", (what) => {
      if (what === "read") this.readAnswer();
      else if (CANNOT_CLOSE) process.exit();
      else this.queue = this.queue.then(() => this.close());
    });
    if (CANNOT_CLOSE) process.once("exit", () => this.sayClosed());
    this.socket.setEncoding("utf8");
    this.socket.on("connect", () => {
      Atomics.store(this.shared, SERVING, 1);
      this.greet();
    });
    this.socket.on("data", (data) => {
      const lines = (text + data).split("\n");
      text = lines.pop();
      for (const line of lines)
        this.queue = this.queue.then(() => this.answer(line));
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      Atomics.store(this.shared, SERVING, 0);
      this.queue = this.queue.then(() => this.leave());
      parentPort.unref();
    });
  }
}

// -----------------------------------------------------------------------------

function main() {
  const path = process.env.TIDEMARK_INSIDE;
  const { isMainThread, workerData } = require("worker_threads");

  if (!isMainThread && workerData && workerData.tidemark) {
    new Server(workerData).run();
  } else if (path && require("fs").existsSync(path)) {
    offerHeap();
    if (isMainThread) startThread(path);
  }
}

try {
  main();
} catch {
  // The program runs as without this file.
}
