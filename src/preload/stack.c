#include "preload/stack.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "preload/allocator.h"
#include "preload/populate.h"
#include "preload/unwind.h"

#define CACHE_SIZE 8192

/* A rule in 64 bits, and the address mixed with it: when two threads write one
 * entry at the same time, what is read does not fit together and is nothing. */
struct cached {
	_Atomic uint64_t check;
	_Atomic uint64_t rule;
};

static struct cached cache[CACHE_SIZE];

/* Where this library's own code is. */
static uintptr_t own_begin, own_end;

/* The main thread's stack ends at `main_end`, another's at its thread pointer,
 * because glibc puts a thread's own data on top of its stack. */
static uintptr_t main_thread, main_end;

extern void *__libc_stack_end __attribute__((weak));

#ifdef __x86_64__
extern __typeof__(_dl_find_object) _dl_find_object __attribute__((weak));
#endif

static uintptr_t thread_pointer(void)
{
	return (uintptr_t)__builtin_thread_pointer();
}

/* --- rules ---------------------------------------------------------------- */

#ifdef __x86_64__

static uint64_t pack(struct tm_unwind_rule rule)
{
	return (uint64_t)rule.cfa | (uint64_t)rule.rbp << 4 |
	       ((uint64_t)rule.cfa_offset & 0xfffffff) << 8 |
	       ((uint64_t)rule.rbp_offset & 0xfffffff) << 36;
}

static int32_t signed_28(uint64_t bits)
{
	return (int32_t)((uint32_t)bits << 4) >> 4;
}

static struct tm_unwind_rule unpack(uint64_t packed)
{
	struct tm_unwind_rule rule = {
		.cfa = (enum tm_unwind_cfa)(packed & 15),
		.rbp = (enum tm_unwind_rbp)(packed >> 4 & 15),
		.cfa_offset = signed_28(packed >> 8),
		.rbp_offset = signed_28(packed >> 36),
	};

	return rule;
}

static struct tm_unwind_rule look_up(uintptr_t address)
{
	struct tm_unwind_rule unknown = {.cfa = TM_UNWIND_UNKNOWN};
	struct dl_find_object object;

	if (!_dl_find_object || _dl_find_object((void *)address, &object) ||
	    !object.dlfo_eh_frame)
		return unknown;
	return tm_unwind_find(object.dlfo_eh_frame, address);
}

static struct tm_unwind_rule rule_at(uintptr_t address)
{
	struct cached *entry =
		&cache[address * 0x9e3779b97f4a7c15u >> 51 & (CACHE_SIZE - 1)];
	uint64_t packed =
		atomic_load_explicit(&entry->rule, memory_order_relaxed);
	uint64_t check =
		atomic_load_explicit(&entry->check, memory_order_relaxed);
	struct tm_unwind_rule rule;

	if (tm_likely((check ^ packed) == address))
		return unpack(packed);
	rule = look_up(address);
	packed = pack(rule);
	atomic_store_explicit(&entry->rule, packed, memory_order_relaxed);
	atomic_store_explicit(&entry->check, packed ^ address,
			      memory_order_relaxed);
	return rule;
}

#else

static struct tm_unwind_rule rule_at(uintptr_t address)
{
	struct tm_unwind_rule unknown = {.cfa = TM_UNWIND_UNKNOWN};

	(void)address;
	return unknown;
}

#endif

size_t tm_stack_populate(void)
{
	return tm_populate(cache, sizeof(cache));
}

void tm_stack_forget(void)
{
	size_t i;

	/* Without samples nothing is known. */
	for (i = 0; own_end && i < CACHE_SIZE; i++)
		atomic_store_explicit(&cache[i].check, 0, memory_order_relaxed);
}

/* --- steps ---------------------------------------------------------------- */

/* A frame: where the program stands in it, and two registers. */
struct frame {
	uintptr_t address;
	uintptr_t rsp;
	uintptr_t rbp;
	uintptr_t end; /* of the stack, as far as is known */
};

/* Whether a word of the stack can be read at `at`: nothing below the frame, and
 * nothing beyond the end. */
static int is_readable(const struct frame *frame, uintptr_t at)
{
	return at >= frame->rsp && at <= frame->end - sizeof(uintptr_t) &&
	       at % sizeof(uintptr_t) == 0;
}

static uintptr_t read_word(uintptr_t at)
{
	return *(const uintptr_t *)at;
}

/* Where the caller's frame is, or 0. */
static uintptr_t find_cfa(const struct frame *frame, struct tm_unwind_rule rule)
{
	uintptr_t at;

	switch (rule.cfa) {
	case TM_UNWIND_FROM_RSP:
		return frame->rsp + (uintptr_t)rule.cfa_offset;
	case TM_UNWIND_FROM_RBP:
		return frame->rbp + (uintptr_t)rule.cfa_offset;
	case TM_UNWIND_AT_RBP:
		at = frame->rbp + (uintptr_t)rule.cfa_offset;
		return is_readable(frame, at) ? read_word(at) : 0;
	case TM_UNWIND_UNKNOWN:
		return frame->rbp + 2 * sizeof(uintptr_t);
	default:
		return 0;
	}
}

static int find_rbp(struct frame *frame, struct tm_unwind_rule rule,
		    uintptr_t cfa)
{
	uintptr_t at = frame->rbp;

	/* A frame pointer points at the caller's. */
	if (rule.cfa != TM_UNWIND_UNKNOWN) {
		if (rule.rbp == TM_UNWIND_RBP_SAME)
			return 1;
		if (rule.rbp == TM_UNWIND_RBP_AT_CFA)
			at = cfa;
		at += (uintptr_t)rule.rbp_offset;
	}
	if (!is_readable(frame, at))
		return 0;
	frame->rbp = read_word(at);
	return 1;
}

/* To the caller.  Its rule is that of the call, one byte before the return. */
static int step(struct frame *frame)
{
	struct tm_unwind_rule rule = rule_at(frame->address - 1);
	uintptr_t cfa = find_cfa(frame, rule);

	if (cfa <= frame->rsp || !is_readable(frame, cfa - sizeof(uintptr_t)) ||
	    !find_rbp(frame, rule, cfa))
		return 0;
	frame->address = read_word(cfa - sizeof(uintptr_t));
	frame->rsp = cfa;
	return frame->address != 0;
}

/* 0 on a stack that we do not know: a coroutine's, or a signal's. */
static uintptr_t known_end(uintptr_t rsp)
{
	uintptr_t end = thread_pointer();

	if (end == main_thread)
		end = main_end;
	return rsp < end && end - rsp < (uintptr_t)1 << 30 ? end : 0;
}

/* Of an unknown stack, only the page that is in use is known to be there. */
static uintptr_t stack_end(uintptr_t rsp)
{
	uintptr_t end = known_end(rsp);

	return end ? end : (rsp | 4095) + 1;
}

uint32_t tm_stack_take(uint64_t *frames, uint32_t max)
{
	const uintptr_t *own = __builtin_frame_address(0);
	struct frame frame = {
		.rbp = own[0],
		.address = own[1],
		.rsp = (uintptr_t)(own + 2),
	};
	uint32_t depth = 0;

	frame.end = stack_end(frame.rsp);
	do {
		if (depth == 0 &&
		    frame.address - own_begin < own_end - own_begin)
			continue;
		frames[depth++] = frame.address;
	} while (depth < max && step(&frame));
	return depth;
}

/* A handler's own functions have tables, as the frame has that it returns to; a
 * walk that ends at code without them has come past all that. */
int tm_stack_may_be_handler(void)
{
	const uintptr_t *own = __builtin_frame_address(0);
	struct frame frame = {
		.rbp = own[0],
		.address = own[1],
		.rsp = (uintptr_t)(own + 2),
	};
	enum tm_unwind_cfa last;

	frame.end = known_end(frame.rsp);
	if (!frame.end)
		return 1;
	do
		last = rule_at(frame.address - 1).cfa;
	while (last != TM_UNWIND_UNKNOWN && step(&frame));
	return last == TM_UNWIND_SIGNAL ||
	       frame.address - own_begin < own_end - own_begin;
}

/* --- the beginning -------------------------------------------------------- */

void tm_stack_start(void)
{
	extern const char __ehdr_start[] __attribute__((visibility("hidden")));
	extern const char __etext[] __attribute__((visibility("hidden")));

	main_thread = thread_pointer();
	main_end = &__libc_stack_end ? (uintptr_t)__libc_stack_end : 0;
	own_begin = (uintptr_t)__ehdr_start;
	own_end = (uintptr_t)__etext;
}
