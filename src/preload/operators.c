/*
 * C++'s operator new and delete.  libstdc++'s call malloc and free, which are
 * counted already; they are called without counting.  An allocator with its own
 * operators (jemalloc, tcmalloc) allocates internally, so those are counted here.
 *
 * The mangled names follow the Itanium ABI.  If the next operator new throws,
 * there is nothing to clean up here.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "preload/count.h"
#include "preload/interposed.h"

/* One operator: the next definition, and whether it is the allocator's own. */
struct operator
{
	_Atomic(void *) next;
	int is_counted;
};

/* The operator that the caller would have got without this library: the next in
 * the program's scope, else in the caller's own library and its dependencies (a
 * library loaded with dlopen() is not in the program's scope). */
static void *find(const char *name, const void *caller)
{
	void *found = dlsym(RTLD_NEXT, name), *library;
	Dl_info info;

	if (!found && dladdr(caller, &info)) {
		library = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
		found = library ? dlsym(library, name) : NULL;
	}
	return found;
}

static void *next_of(struct operator* operator, const char * name,
		     const void *caller)
{
	void *next =
		atomic_load_explicit(&operator->next, memory_order_acquire);

	if (tm_likely(next))
		return next;
	next = find(name, caller);
	operator->is_counted = next && tm_allocator_has(next);
	atomic_store_explicit(&operator->next, next, memory_order_release);
	return next;
}

/* jemalloc's operators may call malloc and free by name.  A block that was
 * counted there is not counted again. */
static void *counted(struct tm_thread *self, uint64_t calls, void *block)
{
	if (block && tm_count_allocations(self) == calls)
		tm_count_allocated(block);
	return block;
}

/* The size of a block that is about to be deleted. */
static size_t sized(void *block)
{
	if (!block)
		return 0;
	if (tm_unlikely(tm_sampled_blocks_may_have(block)))
		tm_sample_drop(block);
	return tm_allocator_size(block);
}

static void uncount(struct tm_thread *self, uint64_t calls, size_t size)
{
	if (size && tm_count_frees(self) == calls)
		tm_count_freed(self, size);
}

/* The two fallbacks are for a program without any definition of the operator,
 * which therefore cannot call it. */
#define NEW(symbol, parameters, types, arguments)                              \
	TM_INTERPOSED void *symbol parameters;                                 \
	TM_INTERPOSED void *symbol parameters                                  \
	{                                                                      \
		static struct operator operator;                               \
		void *(*call)types;                                            \
		void *next = next_of(&operator, #symbol,                       \
				     __builtin_return_address(0));             \
		if (tm_unlikely(!next))                                        \
			return malloc(size);                                   \
		memcpy(&call, &next, sizeof(call));                            \
		if (tm_likely(!operator.is_counted))                           \
			return call arguments;                                 \
		struct tm_thread *self = &tm_thread;                           \
		uint64_t calls = tm_count_allocations(self);                   \
		return counted(self, calls, call arguments);                   \
	}

#define DELETE(symbol, parameters, types, arguments)                           \
	TM_INTERPOSED void symbol parameters;                                  \
	TM_INTERPOSED void symbol parameters                                   \
	{                                                                      \
		static struct operator operator;                               \
		void(*call) types;                                             \
		void *next = next_of(&operator, #symbol,                       \
				     __builtin_return_address(0));             \
		if (tm_unlikely(!next)) {                                      \
			free(block);                                           \
			return;                                                \
		}                                                              \
		memcpy(&call, &next, sizeof(call));                            \
		if (tm_likely(!operator.is_counted)) {                         \
			call arguments;                                        \
			return;                                                \
		}                                                              \
		struct tm_thread *self = &tm_thread;                           \
		uint64_t calls = tm_count_frees(self);                         \
		size_t its_size = sized(block);                                \
		call arguments;                                                \
		uncount(self, calls, its_size);                                \
	}

typedef const void *tag; /* const std::nothrow_t & */

/* clang-format off */
NEW(_Znwm, (size_t size), (size_t), (size))
NEW(_Znam, (size_t size), (size_t), (size))
NEW(_ZnwmRKSt9nothrow_t, (size_t size, tag t), (size_t, tag), (size, t))
NEW(_ZnamRKSt9nothrow_t, (size_t size, tag t), (size_t, tag), (size, t))
NEW(_ZnwmSt11align_val_t, (size_t size, size_t a), (size_t, size_t), (size, a))
NEW(_ZnamSt11align_val_t, (size_t size, size_t a), (size_t, size_t), (size, a))
NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, (size_t size, size_t a, tag t),
    (size_t, size_t, tag), (size, a, t))
NEW(_ZnamSt11align_val_tRKSt9nothrow_t, (size_t size, size_t a, tag t),
    (size_t, size_t, tag), (size, a, t))

DELETE(_ZdlPv, (void *block), (void *), (block))
DELETE(_ZdaPv, (void *block), (void *), (block))
DELETE(_ZdlPvm, (void *block, size_t s), (void *, size_t), (block, s))
DELETE(_ZdaPvm, (void *block, size_t s), (void *, size_t), (block, s))
DELETE(_ZdlPvRKSt9nothrow_t, (void *block, tag t), (void *, tag), (block, t))
DELETE(_ZdaPvRKSt9nothrow_t, (void *block, tag t), (void *, tag), (block, t))
DELETE(_ZdlPvSt11align_val_t, (void *block, size_t a), (void *, size_t), (block, a))
DELETE(_ZdaPvSt11align_val_t, (void *block, size_t a), (void *, size_t), (block, a))
DELETE(_ZdlPvmSt11align_val_t, (void *block, size_t s, size_t a),
       (void *, size_t, size_t), (block, s, a))
DELETE(_ZdaPvmSt11align_val_t, (void *block, size_t s, size_t a),
       (void *, size_t, size_t), (block, s, a))
DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t, (void *block, size_t a, tag t),
       (void *, size_t, tag), (block, a, t))
DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t, (void *block, size_t a, tag t),
       (void *, size_t, tag), (block, a, t))
/* clang-format on */
