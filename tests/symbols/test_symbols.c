#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbols/symbols.h"

static struct tm_symbols *symbols;
static struct tm_symbol found[TM_SYMBOL_INLINE];

static void open_symbols(void)
{
	cr_assert(tm_symbols_new(&symbols, NULL) == TM_OK);
}

static void close_symbols(void)
{
	tm_symbols_free(symbols);
}

TestSuite(symbols, .init = open_symbols, .fini = close_symbols);

/* Where the code at `address` of this program is in its file. */
static uint64_t offset_of(uint64_t address, char path[256])
{
	unsigned long long start, end, offset;
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];

	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%llx-%llx %*s %llx %*s %*s %255s", &start,
			   &end, &offset, path) == 4 &&
		    address >= start && address < end) {
			fclose(maps);
			return address - start + offset;
		}
	}
	fclose(maps);
	cr_assert_fail("no mapping");
	return 0;
}

/* Where the call of where() returns to; one less is in the call. */
static __attribute__((noinline)) uint64_t where(void)
{
	return (uint64_t)(uintptr_t)__builtin_return_address(0) - 1;
}

static int line_of_inner;

/* What is done to the address afterwards keeps the call a call: the compiler
 * would jump to where() instead. */
static inline __attribute__((always_inline)) uint64_t inlined_here(void)
{
	uint64_t address;

	line_of_inner = __LINE__ + 1;
	address = where();
	__asm__ volatile("" : "+r"(address));
	return address;
}

static __attribute__((noinline)) uint64_t outer(int *line)
{
	uint64_t address;

	*line = __LINE__ + 1;
	address = inlined_here();
	return address;
}

Test(symbols, names_a_function_with_its_line_and_what_was_inlined)
{
	char path[256];
	int line;
	uint64_t offset = offset_of(outer(&line), path);

	cr_assert_eq(tm_symbols_find(symbols, path, offset, found), 2);
	cr_assert_str_eq(found[0].function, "inlined_here");
	cr_assert_eq(found[0].line, line_of_inner);
	cr_assert(strstr(found[0].file, "test_symbols.c"));
	cr_assert_str_eq(found[1].function, "outer");
	cr_assert_eq(found[1].line, line);
	cr_assert(strstr(found[1].file, "test_symbols.c"));
}

Test(symbols, names_a_function_of_a_stripped_library)
{
	char path[256];
	uint64_t offset = offset_of((uint64_t)(uintptr_t)strtod + 1, path);

	cr_assert_eq(tm_symbols_find(symbols, path, offset, found), 1);
	/* With the C library's own symbols it is an alias of that. */
	cr_assert(strstr(found[0].function, "strtod"));
}

Test(symbols, does_not_guess)
{
	char path[256];

	offset_of((uint64_t)(uintptr_t)where, path);
	cr_assert_eq(tm_symbols_find(symbols, path, UINT64_MAX, found), 1);
	cr_assert_str_eq(found[0].function, "");
	cr_assert_eq(tm_symbols_find(symbols, "/nowhere", 16, found), 1);
	cr_assert_str_eq(found[0].function, "");
	cr_assert_eq(found[0].line, 0);
	/* A text file is no program. */
	cr_assert_eq(tm_symbols_find(symbols, "/etc/passwd", 16, found), 1);
	cr_assert_str_eq(found[0].function, "");
}

Test(symbols, names_of_c_plus_plus_are_readable)
{
	char name[TM_SYMBOL_MAX];

	tm_symbols_demangle(symbols, "_ZN5cache3addEPKc", name);
	/* Without libstdc++ they stay as they are. */
	if (strcmp(name, "_ZN5cache3addEPKc") == 0)
		cr_skip_test("no libstdc++ here");
	cr_assert_str_eq(name, "cache::add(char const*)");
	tm_symbols_demangle(symbols, "_Zgarbage", name);
	cr_assert_str_eq(name, "_Zgarbage");
	tm_symbols_demangle(symbols, "malloc", name);
	cr_assert_str_eq(name, "malloc");
}
