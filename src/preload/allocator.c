#include "preload/allocator.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "preload/sampled_blocks.h"

static void *first_malloc(size_t size);
static void *first_calloc(size_t count, size_t size);
static void *first_realloc(void *block, size_t size);
static void first_free(void *block);
static void *first_memalign(size_t alignment, size_t size);
static int first_posix_memalign(void **out, size_t alignment, size_t size);
static void *first_aligned_alloc(size_t alignment, size_t size);
static void *first_valloc(size_t size);
static void *first_pvalloc(size_t size);
static size_t first_usable_size(void *block);

/* The first call of any finds them all, so that later ones need no test. */
struct tm_allocator tm_allocator = {
	.malloc = first_malloc,
	.calloc = first_calloc,
	.realloc = first_realloc,
	.free = first_free,
	.memalign = first_memalign,
	.posix_memalign = first_posix_memalign,
	.aligned_alloc = first_aligned_alloc,
	.valloc = first_valloc,
	.pvalloc = first_pvalloc,
	.usable_size = first_usable_size,
};

_Alignas(16) char tm_allocator_store[TM_ALLOCATOR_STORE_BYTES];
static _Atomic size_t store_used;

static __thread int finding;

/* --- the static store ----------------------------------------------------- */

/* The size of a block stands in the 16 bytes before it. */
static void *store_take(size_t size)
{
	size_t whole, at;

	if (size > TM_ALLOCATOR_STORE_BYTES) {
		errno = ENOMEM;
		return NULL;
	}
	whole = (size + 31) & ~(size_t)15;
	at = atomic_fetch_add(&store_used, whole);
	if (at + whole > TM_ALLOCATOR_STORE_BYTES) {
		errno = ENOMEM;
		return NULL;
	}
	memcpy(tm_allocator_store + at, &size, sizeof(size));
	/* free() looks closer at what the filter suspects. */
	tm_sampled_blocks_suspect(tm_allocator_store + at + 16);
	return tm_allocator_store + at + 16;
}

static size_t store_size(const void *block)
{
	size_t size;

	memcpy(&size, (const char *)block - 16, sizeof(size));
	return size;
}

void *tm_allocator_move(void *block, size_t size)
{
	void *moved = tm_allocator.malloc(size);
	size_t kept = store_size(block);

	if (moved)
		memcpy(moved, block, kept < size ? kept : size);
	return moved;
}

/* --- the first call ------------------------------------------------------- */

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* ISO C has no conversion between the two kinds of pointer; POSIX has. */
#define FIND(member, name)                                                     \
	do {                                                                   \
		void *found = next(name);                                      \
		if (found)                                                     \
			memcpy(&all.member, &found, sizeof(found));            \
	} while (0)

void tm_allocator_find(void)
{
	struct tm_allocator all = tm_allocator;

	if (finding || tm_allocator.malloc != first_malloc)
		return;
	finding = 1;
	FIND(malloc, "malloc");
	FIND(calloc, "calloc");
	FIND(realloc, "realloc");
	FIND(free, "free");
	FIND(memalign, "memalign");
	FIND(posix_memalign, "posix_memalign");
	FIND(aligned_alloc, "aligned_alloc");
	FIND(valloc, "valloc");
	FIND(pvalloc, "pvalloc");
	FIND(usable_size, "malloc_usable_size");
	tm_allocator = all;
	finding = 0;
}

/* The stubs.  While they are looked for, only the store is there; an entry
 * point that nothing else defines is one that no program can have called. */
#define UNLESS_FOUND(member, otherwise)                                        \
	do {                                                                   \
		tm_allocator_find();                                           \
		if (tm_allocator.member == first_##member)                     \
			return otherwise;                                      \
	} while (0)

static void *first_malloc(size_t size)
{
	UNLESS_FOUND(malloc, store_take(size));
	return tm_allocator.malloc(size);
}

static void *first_calloc(size_t count, size_t size)
{
	size_t whole;

	if (__builtin_mul_overflow(count, size, &whole)) {
		errno = ENOMEM;
		return NULL;
	}
	/* The store is all zeros, and no part of it is handed out twice. */
	UNLESS_FOUND(calloc, store_take(whole));
	return tm_allocator.calloc(count, size);
}

static void *first_realloc(void *block, size_t size)
{
	UNLESS_FOUND(realloc, store_take(size));
	return tm_allocator.realloc(block, size);
}

static void first_free(void *block)
{
	tm_allocator_find();
	if (tm_allocator.free != first_free)
		tm_allocator.free(block);
}

static void *first_memalign(size_t alignment, size_t size)
{
	UNLESS_FOUND(memalign, NULL);
	return tm_allocator.memalign(alignment, size);
}

static int first_posix_memalign(void **out, size_t alignment, size_t size)
{
	UNLESS_FOUND(posix_memalign, ENOMEM);
	return tm_allocator.posix_memalign(out, alignment, size);
}

static void *first_aligned_alloc(size_t alignment, size_t size)
{
	UNLESS_FOUND(aligned_alloc, NULL);
	return tm_allocator.aligned_alloc(alignment, size);
}

static void *first_valloc(size_t size)
{
	UNLESS_FOUND(valloc, NULL);
	return tm_allocator.valloc(size);
}

static void *first_pvalloc(size_t size)
{
	UNLESS_FOUND(pvalloc, NULL);
	return tm_allocator.pvalloc(size);
}

static size_t first_usable_size(void *block)
{
	UNLESS_FOUND(usable_size, 0);
	return tm_allocator.usable_size(block);
}

/* --- whose it is ---------------------------------------------------------- */

static const void *library_of(const void *function)
{
	Dl_info info;

	return function && dladdr(function, &info) ? info.dli_fbase : NULL;
}

int tm_allocator_has(const void *function)
{
	const void *library = library_of(function);
	void *known;

	memcpy(&known, &tm_allocator.malloc, sizeof(known));
	return library && library == library_of(known);
}

int tm_allocator_is_sized(void)
{
	void *usable_size;

	memcpy(&usable_size, &tm_allocator.usable_size, sizeof(usable_size));
	return tm_allocator_has(usable_size);
}

enum tm_allocator_id tm_allocator_recognise(void)
{
	unsigned int id;

	for (id = 1; id < TM_ALLOCATOR_COUNT; id++) {
		if (tm_allocator_has(next(tm_allocator_row(id)->symbol)))
			return (enum tm_allocator_id)id;
	}
	return TM_ALLOCATOR_UNKNOWN;
}

/* jemalloc has no pvalloc(), and glibc's would be called beside it, for blocks
 * that jemalloc cannot free.  In its own memory they can be had as well. */
static void *pages(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), whole;

	if (__builtin_add_overflow(size, page - 1, &whole)) {
		errno = ENOMEM;
		return NULL;
	}
	return tm_allocator.memalign(page, whole / page * page);
}

static void *from_a_page_on(size_t size)
{
	return tm_allocator.memalign((size_t)sysconf(_SC_PAGESIZE), size);
}

void tm_allocator_replace_foreign(void)
{
	void *its_valloc, *its_pvalloc;

	memcpy(&its_valloc, &tm_allocator.valloc, sizeof(its_valloc));
	memcpy(&its_pvalloc, &tm_allocator.pvalloc, sizeof(its_pvalloc));
	if (!tm_allocator_has(its_valloc))
		tm_allocator.valloc = from_a_page_on;
	if (!tm_allocator_has(its_pvalloc))
		tm_allocator.pvalloc = pages;
}

/* 0 when a block is not as it should be.  No large ones: freeing a block that
 * was mapped raises the size from which blocks are, and the program's memory
 * would no longer be what it is without us. */
static int has_header(void)
{
	static const size_t sizes[] = {1, 24, 25, 100, 1000};
	int same = 1;
	size_t i;
	void *block;

	for (i = 0; same && i < sizeof(sizes) / sizeof(*sizes); i++) {
		block = tm_allocator.malloc(sizes[i]);
		same = block &&
		       tm_allocator_header_size(tm_allocator_header(block)) ==
			       tm_allocator.usable_size(block);
		tm_allocator.free(block);
	}
	return same;
}

void tm_allocator_try_header(void)
{
#ifdef __x86_64__
	const struct tm_allocator_row *row =
		tm_allocator_row(tm_allocator_recognise());

	tm_allocator.has_glibc_header =
		row->size == TM_SIZE_HEADER && has_header();
#endif
}
