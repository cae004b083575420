#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/jemalloc_version.h"

#define COMMIT "54eaed1d8b56b1aa528be3bdd1877e59c56fa90c"

static char file_name[] = "/tmp/tidemark-test-XXXXXX";
static char version[TM_JEMALLOC_VERSION_SIZE];

static void start(void)
{
	int fd = mkstemp(file_name);

	cr_assert_geq(fd, 0);
	close(fd);
}

static void stop(void)
{
	unlink(file_name);
}

TestSuite(jemalloc_version, .init = start, .fini = stop);

/* Whether it is found in a file with `text`, and its end if `is_ended`, after
 * `before` bytes of other texts, the last of which ends with a zero. */
static int is_found(size_t before, const char *text, int is_ended)
{
	FILE *file = fopen(file_name, "w");
	size_t i;

	cr_assert_not_null(file);
	for (i = 0; i < before; i++)
		fputc(i + 1 == before || i % 7 == 0 ? '\0' : '1', file);
	fputs(text, file);
	if (is_ended)
		fputc('\0', file);
	fputs(is_ended ? "more" : "", file);
	fclose(file);
	return tm_jemalloc_version(file_name, version);
}

Test(jemalloc_version, is_the_text_that_git_describe_gave)
{
	cr_assert(is_found(0, "5.3.0-0-g" COMMIT, 1));
	cr_expect_str_eq(version, "5.3.0-0-g" COMMIT);
	cr_assert(is_found(100, "4.12.1-1234-g" COMMIT, 1));
	cr_expect_str_eq(version, "4.12.1-1234-g" COMMIT);
}

/* The file is read in parts of some 64 KiB. */
Test(jemalloc_version, is_found_wherever_it_stands)
{
	size_t before;

	for (before = (64 << 10) - 100; before < (64 << 10) + 200; before++)
		cr_expect(is_found(before, "5.3.0-0-g" COMMIT, 1), "after %zu",
			  before);
	cr_expect(is_found(300000, "5.3.0-0-g" COMMIT, 1));
}

Test(jemalloc_version, is_nothing_else)
{
	static const char *const others[] = {
		"",
		"5.3.0",
		"5.3.0-0-g" COMMIT "0",
		"5.3.0-0-g54eaed1d",
		"5.3.0-0-" COMMIT,
		"5.3-0-g" COMMIT,
		"v5.3.0-0-g" COMMIT,
		"5..0-0-g" COMMIT,
		"12345.3.0-0-g" COMMIT,
	};
	size_t i, before;

	for (i = 0; i < sizeof(others) / sizeof(*others); i++)
		cr_expect_not(is_found(0, others[i], 1), "%s", others[i]);
	cr_expect_not(is_found(0, "5.3.0-0-g" COMMIT, 0), "without its end");
	for (before = (64 << 10) - 100; before < (64 << 10) + 200; before++)
		cr_expect_not(is_found(before, "v5.3.0-0-g" COMMIT, 1));
}

Test(jemalloc_version, is_absent_without_a_file)
{
	cr_expect_not(tm_jemalloc_version("/nonexistent", version));
	cr_expect_not(tm_jemalloc_version("/tmp", version));
}
