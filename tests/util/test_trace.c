#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/trace.h"

static char path[] = "/tmp/tidemark-trace-XXXXXX";
static char text[200000];

static void start(void)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
}

static void end(void)
{
	unlink(path);
}

TestSuite(trace, .init = start, .fini = end);

static void open_trace(void)
{
	cr_assert_eq(tm_trace_open(path, NULL), TM_OK);
}

static void read_text(void)
{
	FILE *file = fopen(path, "r");
	size_t length;

	cr_assert_not_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
}

/* Close, and read what was written. */
static void close_trace(void)
{
	cr_assert_eq(tm_trace_close(NULL), TM_OK);
	read_text();
}

static int calls;

static int count_call(void)
{
	return ++calls;
}

Test(trace, evaluates_nothing_when_it_is_off)
{
	cr_assert_null(tm_trace_file);
	tm_trace("event", "n=%d", count_call());
	tm_trace_flush();
	tm_trace_set_start(0);
	cr_assert_eq(calls, 0);
	cr_assert_eq(tm_trace_close(NULL), TM_OK);
}

Test(trace, writes_a_line_an_event)
{
	double seconds = -1;
	int number = 0;

	open_trace();
	tm_trace("event", "n=%d", count_call());
	tm_trace("bare", "%s", "");
	close_trace();
	cr_assert_eq(sscanf(text, "%lf event n=%d\n", &seconds, &number), 2,
		     "%s", text);
	cr_assert_geq(seconds, 0);
	cr_assert_eq(number, 1);
	cr_assert_not_null(strstr(text, " bare"), "%s", text);
	cr_assert_eq(text[strlen(text) - 1], '\n');
}

Test(trace, counts_time_from_a_start)
{
	double seconds = 0;

	open_trace();
	tm_trace_set_start(tm_clock_ns() - 7000000000u);
	tm_trace("event", "n=%d", 1);
	close_trace();
	cr_assert_eq(sscanf(text, "%lf", &seconds), 1);
	cr_assert(seconds >= 7 && seconds < 60, "%g", seconds);
}

Test(trace, appends_to_what_is_there)
{
	open_trace();
	tm_trace("first", "n=%d", 1);
	close_trace();
	open_trace();
	tm_trace("second", "n=%d", 2);
	close_trace();
	cr_assert_not_null(strstr(text, "first n=1"));
	cr_assert_not_null(strstr(text, "second n=2"));
}

Test(trace, loses_no_line_when_the_buffer_is_full)
{
	size_t lines = 0, i;

	open_trace();
	for (i = 0; i < 5000; i++)
		tm_trace("event", "n=%zu", i);
	close_trace();
	for (i = 0; text[i]; i++)
		lines += text[i] == '\n';
	cr_assert_eq(lines, 5000);
	cr_assert_not_null(strstr(text, " event n=4999\n"));
}

Test(trace, cuts_a_line_that_is_too_long)
{
	static char many[3000];

	memset(many, 'x', sizeof(many) - 1);
	open_trace();
	tm_trace("event", "%s", many);
	tm_trace("next", "n=%d", 1);
	close_trace();
	cr_assert_lt(strchr(text, '\n') - text, 1100);
	cr_assert_not_null(strstr(text, " next n=1\n"));
}

/* A name comes from the program and must not look like keys or lines. */
Test(trace, makes_text_safe_between_quotes)
{
	char out[TM_TRACE_TEXT_MAX];
	char many[500];

	cr_assert_str_eq(tm_trace_text(out, "a\" b=1\nc"), "a? b=1?c");
	memset(many, 'x', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	cr_assert_eq(strlen(tm_trace_text(out, many)), TM_TRACE_TEXT_MAX - 1);
}

Test(trace, shows_what_was_flushed)
{
	open_trace();
	tm_trace("event", "n=%d", 1);
	tm_trace_flush();
	read_text();
	cr_assert_not_null(strstr(text, "event n=1"));
	close_trace();
}

Test(trace, refuses_a_file_that_cannot_be_opened)
{
	struct tm_err err = {0};

	cr_assert_eq(tm_trace_open("/no/such/folder/trace", &err), TM_EUSAGE);
	cr_assert_null(tm_trace_file);
	cr_assert_not_null(strstr(err.text, "TIDEMARK_TRACE"), "%s", err.text);
	cr_assert_not_null(strstr(err.text, "/no/such/folder"), "%s", err.text);
}

Test(trace, says_at_the_end_that_it_could_not_be_written)
{
	struct tm_err err = {0};

	if (access("/dev/full", W_OK) != 0)
		cr_skip_test("there is no /dev/full");
	cr_assert_eq(tm_trace_open("/dev/full", &err), TM_OK);
	tm_trace("event", "n=%d", 1);
	tm_trace_flush();
	tm_trace("event", "n=%d", 2);
	cr_assert_eq(tm_trace_close(&err), TM_ESYSTEM);
	cr_assert_not_null(strstr(err.text, "TIDEMARK_TRACE"), "%s", err.text);
}

/* As a value is in a sample: absent, and never 0 instead. */
Test(trace, leaves_out_what_was_not_measured)
{
	char out[TM_TRACE_COUNT_MAX] = "x";

	cr_assert_str_eq(tm_trace_count(out, "rss_bytes", 0, 7), "");
	cr_assert_str_eq(tm_trace_count(out, "rss_bytes", 1, 0),
			 " rss_bytes=0");
	cr_assert_str_eq(tm_trace_count(out, "rss_bytes", 1, UINT64_MAX),
			 " rss_bytes=18446744073709551615");
}
