#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "marks/protocol.h"

static struct tm_line line;
static struct tm_err err;

Test(protocol, reads_a_mark)
{
	cr_assert_eq(tm_protocol_parse(&line, "mark 1000", &err), TM_OK);
	cr_assert_eq(line.type, TM_LINE_MARK);
	cr_assert_eq(line.iteration, 1000);
	cr_assert_not(line.is_next);
}

Test(protocol, reads_a_mark_without_a_number)
{
	cr_assert_eq(tm_protocol_parse(&line, "mark", &err), TM_OK);
	cr_assert_eq(line.type, TM_LINE_MARK);
	cr_assert(line.is_next);
	cr_assert_eq(tm_protocol_parse(&line, "mark  ", &err), TM_OK);
	cr_assert(line.is_next);
}

Test(protocol, reads_back_the_sample_it_writes)
{
	struct tm_sample sample = {.iteration = 18446744073709551615u,
				   .elapsed_ns = 5};
	char text[TM_SAMPLE_LINE_MAX];
	size_t length;
	unsigned int i;

	/* The longest line there can be. */
	for (i = 0; i < TM_METRIC_COUNT; i++)
		tm_sample_set(&sample, i, 18446744073709551615u - i);
	length = tm_protocol_format_sample(text, &sample);
	cr_assert_leq(length, TM_SAMPLE_LINE_MAX);
	cr_assert_eq(text[length - 1], '\n');
	text[length - 1] = '\0';
	cr_assert_eq(tm_protocol_parse(&line, text, &err), TM_OK);
	cr_assert_eq(line.type, TM_LINE_SAMPLE);
	cr_assert_eq(memcmp(&line.sample, &sample, sizeof(sample)), 0);
}

Test(protocol, leaves_an_absent_metric_absent)
{
	cr_assert_eq(tm_protocol_parse(&line, "sample 2 30 rss_bytes=0", &err),
		     TM_OK);
	cr_assert(tm_sample_has(&line.sample, TM_METRIC_rss_bytes));
	cr_assert_not(tm_sample_has(&line.sample, TM_METRIC_maxrss_bytes));
}

Test(protocol, reads_why_a_metric_is_absent)
{
	cr_assert_eq(
		tm_protocol_parse(&line, "absent pss_bytes no such file", &err),
		TM_OK);
	cr_assert_eq(line.type, TM_LINE_ABSENT);
	cr_assert_eq(line.metric, TM_METRIC_pss_bytes);
	cr_assert_str_eq(line.text, "no such file");
}

Test(protocol, reads_a_report_and_an_error)
{
	cr_assert_eq(tm_protocol_parse(&line, "report {\"a\": 1}", &err),
		     TM_OK);
	cr_assert_eq(line.type, TM_LINE_REPORT);
	cr_assert_str_eq(line.text, "{\"a\": 1}");
	cr_assert_eq(tm_protocol_parse(&line, "error no broker", &err), TM_OK);
	cr_assert_eq(line.type, TM_LINE_ERROR);
	cr_assert_str_eq(line.text, "no broker");
}

struct bad_line {
	char text[80];
	char says[40];
};

ParameterizedTestParameters(protocol, refuses_what_it_cannot_read)
{
	static struct bad_line rows[] = {
		{"", "unknown line"},
		{"marks 3", "unknown line"},
		{"mark -1", "whole number"},
		{"mark 1.5", "whole number"},
		{"mark 12 13", "whole number"},
		{"mark 18446744073709551616", "whole number"},
		{"sample 1", "iteration and nanoseconds"},
		{"sample x 1", "iteration and nanoseconds"},
		{"sample 1 2 rss=5", "unknown metric"},
		{"sample 1 2 =5", "unknown metric"},
		{"sample 1 2 rss_bytes", "needs '='"},
		{"sample 1 2 rss_bytes 7", "needs '='"},
		{"sample 1 2 rss_bytes=", "needs '='"},
		{"sample 1 2 rss_bytes=-4", "needs '='"},
		{"sample 1 2 rss_bytes=4k", "needs '='"},
		{"sample 1 2 rss_bytes=4 rss_bytes=4", "twice"},
		{"absent", "unknown metric"},
		{"absent rss_bytes", "without a reason"},
		{"report", "JSON object"},
		{"report [1]", "JSON object"},
		{"error", "needs a text"},
	};

	return cr_make_param_array(struct bad_line, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct bad_line *row, protocol, refuses_what_it_cannot_read)
{
	cr_assert_eq(tm_protocol_parse(&line, row->text, &err), TM_EUSAGE,
		     "'%s'", row->text);
	cr_assert_not_null(strstr(err.text, row->says), "'%s': %s", row->text,
			   err.text);
}
