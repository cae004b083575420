#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "marks/lines.h"

/* What was found, a line each; problems in angle brackets. */
static char found[256];

static enum tm_rc take(void *context, const char *line, const char *problem,
		       struct tm_err *err)
{
	size_t used = strlen(found);

	(void)context;
	(void)err;
	snprintf(found + used, sizeof(found) - used, problem ? "<%s>|" : "%s|",
		 problem ? problem : line);
	return TM_OK;
}

static enum tm_rc refuse(void *context, const char *line, const char *problem,
			 struct tm_err *err)
{
	(void)context;
	(void)line;
	(void)problem;
	return tm_fail(err, TM_EUSAGE, "no");
}

static struct tm_lines lines;

static void start(void)
{
	tm_lines_init(&lines, take, NULL);
}

static void end(void)
{
	tm_lines_release(&lines);
}

TestSuite(lines, .init = start, .fini = end);

static void feed(const char *bytes, size_t length)
{
	cr_assert_eq(tm_lines_feed(&lines, bytes, length, NULL), TM_OK);
}

Test(lines, are_the_same_wherever_the_bytes_are_cut)
{
	static const char text[] = "mark 1\n\nmark 2\nrest";
	size_t length = strlen(text), cut;

	for (cut = 0; cut <= length; cut++) {
		start();
		*found = '\0';
		feed(text, cut);
		feed(text + cut, length - cut);
		cr_assert_str_eq(found, "mark 1||mark 2|", "cut at %zu", cut);
		cr_assert_eq(lines.count, 3);
		cr_assert(tm_lines_is_cut(&lines));
		end();
	}
	start();
}

Test(lines, end_with_a_newline)
{
	feed("a\n", 2);
	cr_assert_not(tm_lines_is_cut(&lines));
}

Test(lines, with_a_nul_byte_are_not_text)
{
	feed("a\0b\nc\n", 6);
	cr_assert_str_eq(found, "<it holds a NUL byte>|c|");
}

Test(lines, longer_than_the_limit_are_skipped_to_their_end)
{
	enum { MIB = 1048576 };
	char *bytes = malloc(MIB);
	int i;

	cr_assert_not_null(bytes);
	memset(bytes, 'x', MIB);
	for (i = 0; i < 5; i++)
		feed(bytes, MIB);
	cr_assert(tm_lines_is_cut(&lines));
	feed("\nnext\n", 6);
	free(bytes);
	cr_assert_str_eq(found, "<longer than 4 MiB>|next|");
}

Test(lines, stop_when_one_is_refused)
{
	tm_lines_release(&lines);
	tm_lines_init(&lines, refuse, NULL);
	cr_assert_eq(tm_lines_feed(&lines, "a\nb\n", 4, NULL), TM_EUSAGE);
	cr_assert_eq(lines.count, 1);
}
