#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "run/trim.h"

#define MIB 1048576u

static struct tm_run *run;

static void add(enum tm_metric metric, uint64_t value)
{
	struct tm_sample sample = {.iteration = run->sample_count + 1};

	tm_sample_set(&sample, metric, value);
	cr_assert_eq(tm_run_add_sample(run, &sample, NULL), TM_OK);
}

/* `count` samples of memory that grows by a MiB from each to the next. */
static void grow(enum tm_metric metric, size_t count)
{
	cr_assert_eq(tm_run_new(&run, "fake", NULL), TM_OK);
	while (run->sample_count < count)
		add(metric, (100 + run->sample_count) * MIB);
}

static void add_mib(enum tm_metric metric, const unsigned int *mib,
		    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		add(metric, (uint64_t)mib[i] * MIB);
}

/* How many samples are of the program's end; frees the run. */
static size_t count_trimmed(enum tm_sampled sampled)
{
	size_t trimmed = run->sample_count - tm_trim_find(run, sampled);

	cr_assert_eq(run->notes.count, trimmed > 0);
	tm_run_free(run);
	return trimmed;
}

struct ending {
	enum tm_metric metric;
	unsigned int mib[8]; /* what comes after 40 samples from 100 to 139 */
	size_t count;
	size_t trimmed;
	char why[48];
};

ParameterizedTestParameters(trim, finds_the_end_of_a_program)
{
	static struct ending rows[] = {
		{TM_METRIC_rss_bytes, {60}, 1, 1, "it cleared up"},
		{TM_METRIC_rss_bytes, {120, 60, 60}, 3, 3, "it took a while"},
		{TM_METRIC_net_bytes, {120, 60}, 2, 2, "in malloc"},
		{TM_METRIC_rss_bytes, {140, 140}, 2, 0, "nothing fell"},
		{TM_METRIC_rss_bytes, {60, 61}, 2, 0, "it rose again"},
		{TM_METRIC_rss_bytes, {138}, 1, 0, "too little to matter"},
		{TM_METRIC_rss_bytes,
		 {130, 120, 110, 100, 90, 80, 70},
		 7,
		 0,
		 "it fell for longer than a tenth"},
		{TM_METRIC_rss_bytes,
		 {90, 140, 95},
		 3,
		 0,
		 "it gave back as much before"},
		{TM_METRIC_rss_bytes,
		 {110, 140, 60},
		 3,
		 1,
		 "it gave back less before"},
		{TM_METRIC_threads, {1}, 1, 0, "no memory"},
	};

	return cr_make_param_array(struct ending, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct ending *row, trim, finds_the_end_of_a_program)
{
	grow(row->metric, 40);
	add_mib(row->metric, row->mib, row->count);
	cr_assert_eq(count_trimmed(TM_SAMPLED_BY_TIME), row->trimmed, "%s",
		     row->why);
}

/* A mark is written before the program ends, but may be read after it began to. */
ParameterizedTestParameters(trim, finds_a_last_mark_that_was_read_late)
{
	static struct ending rows[] = {
		{TM_METRIC_net_bytes, {60}, 1, 1, "it cleared up"},
		{TM_METRIC_net_bytes, {138}, 1, 1, "any fall is the first"},
		{TM_METRIC_net_bytes, {120, 60}, 2, 1, "one mark is late"},
		{TM_METRIC_net_bytes, {100, 130, 110}, 3, 0, "it fell before"},
		{TM_METRIC_net_bytes, {140}, 1, 0, "nothing fell"},
		{TM_METRIC_rss_bytes, {60}, 1, 1, "resident memory"},
		{TM_METRIC_threads, {1}, 1, 0, "no memory"},
	};

	return cr_make_param_array(struct ending, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct ending *row, trim,
		  finds_a_last_mark_that_was_read_late)
{
	grow(row->metric, 40);
	add_mib(row->metric, row->mib, row->count);
	cr_assert_eq(count_trimmed(TM_SAMPLED_MARKS), row->trimmed, "%s",
		     row->why);
}

static size_t count_trimmed_after_fall(enum tm_metric metric, uint64_t fall)
{
	grow(metric, 40);
	add(metric, 139 * MIB - fall);
	return count_trimmed(TM_SAMPLED_MARKS);
}

Test(trim, takes_a_page_for_an_end_where_each_byte_is_counted)
{
	cr_assert_eq(count_trimmed_after_fall(TM_METRIC_net_bytes, 4096), 1);
	cr_assert_eq(count_trimmed_after_fall(TM_METRIC_net_bytes, 4095), 0);
	cr_assert_eq(count_trimmed_after_fall(TM_METRIC_rss_bytes, 65536), 1);
	cr_assert_eq(count_trimmed_after_fall(TM_METRIC_rss_bytes, 65535), 0);
}

Test(trim, keeps_what_a_program_waited_for)
{
	static const unsigned int fall[] = {60};

	grow(TM_METRIC_net_bytes, 40);
	add_mib(TM_METRIC_net_bytes, fall, 1);
	cr_assert_eq(count_trimmed(TM_SAMPLED_WAITING), 0);
}

/* What malloc counts last is what was not freed before the end. */
Test(trim, clears_what_was_left_of_a_program)
{
	struct tm_sample last = {.iteration = 100};

	grow(TM_METRIC_rss_bytes, 40);
	tm_sample_set(&last, TM_METRIC_net_bytes, 9616);
	cr_assert_eq(tm_run_add_sample(run, &last, NULL), TM_OK);
	cr_assert_eq(count_trimmed(TM_SAMPLED_MARKS), 1);
}

Test(trim, keeps_figures_of_a_program_without_rss)
{
	grow(TM_METRIC_live_bytes, 40);
	cr_assert_eq(count_trimmed(TM_SAMPLED_MARKS), 0);
}

Test(trim, says_how_much_was_freed)
{
	static const unsigned int fall[] = {110, 60};
	const char *note;

	grow(TM_METRIC_rss_bytes, 40);
	add_mib(TM_METRIC_rss_bytes, fall, 2);
	cr_assert_eq(tm_trim_find(run, TM_SAMPLED_BY_TIME), 40);
	note = run->notes.text[0];
	cr_assert(strstr(note, "cleared the last 2 samples: 79 MiB"), "%s",
		  note);
	tm_run_free(run);
}

Test(trim, keeps_a_run_of_few_samples)
{
	static const unsigned int fall[] = {50};

	cr_assert_eq(tm_run_new(&run, "fake", NULL), TM_OK);
	cr_assert_eq(count_trimmed(TM_SAMPLED_BY_TIME), 0);
	grow(TM_METRIC_rss_bytes, 1);
	cr_assert_eq(count_trimmed(TM_SAMPLED_BY_TIME), 0);
	grow(TM_METRIC_rss_bytes, 8);
	add_mib(TM_METRIC_rss_bytes, fall, 1);
	cr_assert_eq(count_trimmed(TM_SAMPLED_BY_TIME), 0);
}
