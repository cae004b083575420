#include <criterion/criterion.h>
#include <string.h>

#include "marks/pattern.h"

static struct tm_pattern pattern;
static struct tm_pattern_line line;
static uint64_t found[32];
static size_t found_count;

static enum tm_rc keep(void *context, uint64_t iteration, struct tm_err *err)
{
	(void)context;
	(void)err;
	cr_assert_lt(found_count, 32);
	found[found_count++] = iteration;
	return TM_OK;
}

static void start(const char *expression)
{
	struct tm_err err = {0};

	found_count = 0;
	memset(&line, 0, sizeof(line));
	cr_assert_eq(tm_pattern_open(&pattern, expression, keep, NULL, &err),
		     TM_OK, "%s", err.text);
}

static void feed(const char *bytes, size_t length)
{
	cr_assert_eq(tm_pattern_feed(&pattern, &line, bytes, length, NULL),
		     TM_OK);
}

static void feed_text(const char *text)
{
	feed(text, strlen(text));
}

static void finish(void)
{
	cr_assert_eq(tm_pattern_end(&pattern, &line, NULL), TM_OK);
	tm_pattern_close(&pattern);
}

Test(pattern, counts_the_lines_that_match)
{
	start("^Memory usage:");
	feed_text("Memory usage: 12 (kb)\nnothing\nMemory usage: 13 (kb)\n");
	finish();
	cr_assert_eq(found_count, 2);
	cr_assert_eq(found[0], 1);
	cr_assert_eq(found[1], 2);
}

Test(pattern, takes_the_iteration_from_the_first_group)
{
	start("iteration ([0-9]+) of ([0-9]+)");
	feed_text("iteration 10 of 99\niteration 20 of 99\n");
	finish();
	cr_assert_eq(found_count, 2);
	cr_assert_eq(found[0], 10);
	cr_assert_eq(found[1], 20);
}

Test(pattern, finds_the_same_wherever_the_bytes_are_cut)
{
	static const char text[] = "n=1\r\nn=2\rn=3\n\nn=4";
	size_t cut;

	for (cut = 0; cut <= strlen(text); cut++) {
		start("^n=([0-9])$");
		feed(text, cut);
		feed_text(text + cut);
		finish();
		cr_assert_eq(found_count, 4, "cut at %zu", cut);
		cr_assert_eq(found[3], 4);
	}
}

/* \r\n ends one line, not one and an empty one. */
Test(pattern, sees_no_line_between_return_and_newline)
{
	start("^$");
	feed_text("a\r\nb\r\n\n\r\r\n");
	finish();
	cr_assert_eq(found_count, 3);
}

/* As Node's console.log() writes a number to a terminal. */
Test(pattern, does_not_see_colours)
{
	start("^done ([0-9]+)$");
	feed_text("done \033[33m100\033[39m\n\033[1;31mdone 7\033[0m\n"
		  "done \033[33\ndone \033[K8\ndone 9\033[\n");
	finish();
	cr_assert_eq(found_count, 2);
	cr_assert_eq(found[0], 100);
	cr_assert_eq(found[1], 7);
}

Test(pattern, counts_groups_that_are_no_number)
{
	start("at ([^ ]*)(x)?");
	feed_text("at 12.5\nat -1\nat \nat 99999999999999999999\nat 7\n");
	finish();
	cr_assert_eq(found_count, 1);
	cr_assert_eq(found[0], 7);
	cr_assert_eq(pattern.not_numbers, 4);
	cr_assert_str_eq(pattern.not_number, "12.5");
}

Test(pattern, takes_a_group_that_did_not_match_for_no_number)
{
	start("^a(1)?b");
	feed_text("ab\na1b\n");
	finish();
	cr_assert_eq(found_count, 1);
	cr_assert_eq(pattern.not_numbers, 1);
}

Test(pattern, looks_beyond_a_nul)
{
	static const char bytes[] = "a\0b mark 5\n\0\0\n\xff\xfe mark 6\n";

	start("mark ([0-9])");
	feed(bytes, sizeof(bytes) - 1);
	finish();
	cr_assert_eq(found_count, 2);
	cr_assert_eq(found[1], 6);
}

Test(pattern, searches_the_beginning_of_a_line_without_end)
{
	size_t i;

	start("mark ([0-9])");
	feed_text("mark 1");
	for (i = 0; i < 100000; i++)
		feed_text("0123456789");
	feed_text("mark 2\nmark 3\n");
	finish();
	cr_assert_eq(found_count, 2);
	cr_assert_eq(found[0], 1);
	cr_assert_eq(found[1], 3);
	cr_assert_eq(pattern.overlong_lines, 1);
}

Test(pattern, survives_any_bytes)
{
	unsigned int seed = 1;
	char bytes[4096];
	size_t i, round;

	start("xyzzy (.)");
	for (round = 0; round < 200; round++) {
		for (i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1103515245u + 12345u;
			bytes[i] = (char)(seed >> 16);
		}
		feed(bytes, sizeof(bytes));
	}
	feed_text("\nxyzzy 1\n");
	finish();
	cr_assert_eq(found_count, 1);
}

static void refuses(const char *expression, const char *says)
{
	struct tm_err err = {0};

	cr_assert_eq(tm_pattern_open(&pattern, expression, keep, NULL, &err),
		     TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, says), "%s", err.text);
}

Test(pattern, says_what_cannot_be_read)
{
	refuses("a(b", "'a(b'");
	refuses("[", "'['");
	refuses("", "empty");
}
