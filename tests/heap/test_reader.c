#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "heap/reader.h"

/* What was taken, each line in brackets. */
static char taken[4096];
static int most;

static int take(void *context, char *line)
{
	(void)context;
	strncat(taken, "[", sizeof(taken) - strlen(taken) - 1);
	strncat(taken, line, sizeof(taken) - strlen(taken) - 1);
	strncat(taken, "]", sizeof(taken) - strlen(taken) - 1);
	return --most != 0;
}

static struct tm_reader reader = {.take = take};

static void feed(const char *text)
{
	tm_reader_feed(&reader, text, strlen(text));
}

Test(reader, hands_on_whole_lines)
{
	feed("one\nt");
	cr_assert_str_eq(taken, "[one]");
	feed("wo\n\nthree");
	cr_assert_str_eq(taken, "[one][two][]");
	tm_reader_end(&reader);
	cr_assert_str_eq(taken, "[one][two][][three]");
	tm_reader_end(&reader);
	cr_assert_str_eq(taken, "[one][two][][three]");
}

Test(reader, stops_when_the_taker_has_enough)
{
	most = 1;
	feed("one\ntwo\nthree");
	tm_reader_end(&reader);
	cr_assert_str_eq(taken, "[one]");
}

Test(reader, cuts_a_line_that_is_too_long)
{
	char longest[TM_READER_LINE_MAX + 10];

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	feed(longest);
	feed("\nnext\n");
	cr_assert_eq(strlen(taken), TM_READER_LINE_MAX + strlen("[][next]"));
	cr_assert_str_eq(taken + TM_READER_LINE_MAX + 2, "[next]");
}

Test(reader, reads_a_file_of_a_process)
{
	most = 1;
	cr_assert(tm_reader_process(getpid(), "status", take, NULL));
	cr_assert_eq(strncmp(taken, "[Name:", 6), 0, "%s", taken);
	cr_assert_not(tm_reader_process(getpid(), "no-such", take, NULL));
}
