#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "gate/budget.h"

static struct tm_budget budget;
static struct tm_err err;

static void start(void)
{
	tm_budget_init(&budget);
}

TestSuite(budget, .init = start);

Test(budget, has_a_default_of_its_own_for_exact_and_resident_metrics)
{
	cr_assert_not(tm_budget_is_given(&budget));
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_allocated_bytes), 16);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 64);
	cr_assert(tm_budget_judges(&budget, TM_METRIC_rss_bytes));
	cr_assert_not(tm_budget_judges(&budget, TM_METRIC_published));
}

Test(budget, in_bytes_leaves_room_for_so_many_small_objects)
{
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_garbage), 1);
	cr_assert_eq(tm_budget_read(&budget, "1KiB", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 1024);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_live_objects), 64);
}

Test(budget, in_bytes_buys_no_handles)
{
	static const enum tm_metric handles[] = {
		TM_METRIC_processes,
		TM_METRIC_threads,
		TM_METRIC_descriptors,
		TM_METRIC_mappings,
	};
	size_t i;

	for (i = 0; i < sizeof(handles) / sizeof(*handles); i++) {
		tm_budget_init(&budget);
		cr_assert(tm_budget_judges(&budget, handles[i]));
		cr_assert_eq(tm_budget_of(&budget, handles[i]), .005);
		cr_assert_eq(tm_budget_read(&budget, "1MiB", &err), TM_OK);
		cr_assert_eq(tm_budget_of(&budget, handles[i]), .005);
	}
	cr_assert_eq(tm_budget_read(&budget, "descriptors=2", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_descriptors), 2);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_net_blocks), 65536);
}

Test(budget, by_name_wins_for_a_count_and_judges_what_is_not)
{
	cr_assert_eq(tm_budget_read(&budget, "garbage=0.5", &err), TM_OK);
	cr_assert(tm_budget_is_given(&budget));
	cr_assert(tm_budget_judges(&budget, TM_METRIC_garbage));
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_garbage), .5);
	cr_assert_eq(tm_budget_read(&budget, "published=2", &err), TM_OK);
	cr_assert(tm_budget_judges(&budget, TM_METRIC_published));
}

Test(budget, ignores_a_list_of_metrics)
{
	cr_assert_eq(
		tm_budget_ignore(&budget, " maxrss_bytes,hwm_bytes ", &err),
		TM_OK);
	cr_assert_not(tm_budget_judges(&budget, TM_METRIC_maxrss_bytes));
	cr_assert_not(tm_budget_judges(&budget, TM_METRIC_hwm_bytes));
	cr_assert(tm_budget_judges(&budget, TM_METRIC_rss_bytes));
}

Test(budget, suggests_the_metric_that_was_meant)
{
	cr_assert_eq(tm_budget_read(&budget, "rss_byte=3", &err), TM_EUSAGE);
	cr_assert_str_eq(err.text, "unknown metric 'rss_byte' "
				   "(did you mean 'rss_bytes'?)");
}

Test(budget, takes_a_metric_in_bytes_by_its_short_name)
{
	cr_assert_eq(tm_budget_read(&budget, "rss=5", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 5);
	cr_assert_eq(tm_budget_ignore(&budget, "hwm,maxrss", &err), TM_OK);
	cr_assert_not(tm_budget_judges(&budget, TM_METRIC_hwm_bytes));
	cr_assert_eq(tm_budget_read(&budget, "net_=5", &err), TM_EUSAGE);
}

Test(budget, lists_the_metrics_without_a_near_match)
{
	cr_assert_eq(tm_budget_read(&budget, "memory=5", &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "; known are maxrss, hwm, rss, "),
			   "%s", err.text);
	cr_assert_not_null(strstr(err.text, ", published"), "%s", err.text);
}

static const char *const bad[] = {
	"",	    "-1",	  "nan",  "inf", "0x10", "1e400",
	"12 bytes", "rss_bytes=", "1e16", "=5",	 "1e-",	 "--3"};

ParameterizedTestParameters(budget, refuses_what_is_no_amount)
{
	static char words[sizeof(bad) / sizeof(*bad)][16];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		strcpy(words[i], bad[i]);
	return cr_make_param_array(char[16], words, i);
}

ParameterizedTest(char (*text)[16], budget, refuses_what_is_no_amount)
{
	cr_assert_eq(tm_budget_read(&budget, *text, &err), TM_EUSAGE, "%s",
		     *text);
	cr_assert_not(tm_budget_is_given(&budget));
}

Test(budget, of_a_job_wins_over_the_suites_and_a_flag_over_both)
{
	struct tm_budget suite, flag;

	tm_budget_init(&suite);
	tm_budget_init(&flag);
	cr_assert_eq(tm_budget_read(&suite, "10", &err), TM_OK);
	cr_assert_eq(tm_budget_read(&suite, "rss_bytes=100", &err), TM_OK);
	cr_assert_eq(tm_budget_read(&budget, "rss_bytes=300", &err), TM_OK);
	tm_budget_inherit(&budget, &suite);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_allocated_bytes), 10);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 300);
	cr_assert_eq(tm_budget_read(&flag, "5", &err), TM_OK);
	tm_budget_override(&budget, &flag);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_allocated_bytes), 5);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 5);
}

Test(budget, of_nothing_at_all_is_given)
{
	cr_assert_eq(tm_budget_read(&budget, "0", &err), TM_OK);
	cr_assert(tm_budget_is_given(&budget));
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 0);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_live_objects), 0);
}

/* Whichever metric it names, and be it 0. */
Test(budget, of_any_one_metric_is_given)
{
	size_t metric, other;
	char text[80];

	for (metric = 0; metric < TM_METRIC_COUNT; metric++) {
		tm_budget_init(&budget);
		snprintf(text, sizeof(text), "%s=0",
			 tm_metric_name((enum tm_metric)metric));
		cr_assert_eq(tm_budget_read(&budget, text, &err), TM_OK);
		cr_expect(tm_budget_is_given(&budget), "%s", text);
		for (other = 0; other < TM_METRIC_COUNT; other++)
			cr_expect_eq(budget.each[other] == 0, other == metric,
				     "%s", text);
		cr_expect(tm_budget_judges(&budget, (enum tm_metric)metric));
		cr_expect_eq(tm_budget_of(&budget, (enum tm_metric)metric), 0);
	}
}

Test(budget, is_read_up_to_ten_to_the_fifteenth)
{
	cr_assert_eq(tm_budget_read(&budget, "1e15", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 1e15);
	cr_assert_eq(tm_budget_read(&budget, "1.001e15", &err), TM_EUSAGE);
	cr_assert_eq(tm_budget_read(&budget, "900TiB", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes),
		     900 * 1099511627776.0);
	cr_assert_eq(tm_budget_read(&budget, "910TiB", &err), TM_EUSAGE);
	cr_assert_eq(tm_budget_read(&budget, "1000000000000KiB", &err),
		     TM_EUSAGE);
}

Test(budget, may_be_a_fraction_or_have_an_exponent)
{
	cr_assert_eq(tm_budget_read(&budget, "0.25", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), .25);
	cr_assert_eq(tm_budget_read(&budget, "25e-2", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), .25);
	cr_assert_eq(tm_budget_read(&budget, "0KiB", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 0);
}

Test(budget, suggests_the_first_metric_as_well)
{
	char name[64], text[80];

	snprintf(name, sizeof(name), "%s", tm_metric_name(0));
	name[strlen(name) - 1] = '\0';
	snprintf(text, sizeof(text), "(did you mean '%s'?)", tm_metric_name(0));
	cr_assert_eq(tm_budget_ignore(&budget, name, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, text), "%s", err.text);
}

Test(budget, ignores_metrics_up_to_an_unknown_one)
{
	cr_assert_eq(tm_budget_ignore(&budget, "rss_bytes, nothing", &err),
		     TM_EUSAGE);
	cr_assert_eq(tm_budget_ignore(&budget, "", &err), TM_OK);
	cr_assert_eq(tm_budget_ignore(&budget, "\tuss_bytes,,pss_bytes", &err),
		     TM_OK);
	cr_assert_not(tm_budget_judges(&budget, TM_METRIC_uss_bytes));
	cr_assert_not(tm_budget_judges(&budget, TM_METRIC_pss_bytes));
}

/* --- one over the other --------------------------------------------------- */

static struct tm_budget read_all(const char *const *texts)
{
	struct tm_budget read;

	tm_budget_init(&read);
	for (; *texts; texts++)
		cr_assert_eq(tm_budget_read(&read, *texts, &err), TM_OK);
	return read;
}

#define READ(...) read_all((const char *const[]){__VA_ARGS__, NULL})

Test(budget, inherits_what_it_leaves_open)
{
	struct tm_budget suite = READ("10", "maxrss_bytes=20", "garbage=30");

	cr_assert_eq(tm_budget_ignore(&suite, "uss_bytes", &err), TM_OK);
	budget = READ("0", "garbage=0.5");
	cr_assert_eq(tm_budget_ignore(&budget, "pss_bytes", &err), TM_OK);
	tm_budget_inherit(&budget, &suite);
	cr_expect_eq(budget.all, 0);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_maxrss_bytes), 20);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_garbage), .5);
	cr_expect_not(tm_budget_judges(&budget, TM_METRIC_uss_bytes));
	cr_expect_not(tm_budget_judges(&budget, TM_METRIC_pss_bytes));
	cr_expect(tm_budget_judges(&budget, TM_METRIC_rss_bytes));
}

Test(budget, inherits_nothing_where_nothing_is_said)
{
	struct tm_budget suite;

	tm_budget_init(&suite);
	budget = READ("garbage=0");
	tm_budget_inherit(&budget, &suite);
	cr_expect_eq(budget.all, TM_BUDGET_OPEN);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_garbage), 0);
}

/* A flag in bytes is for every metric in bytes, whatever was said before; of
 * counts it says nothing. */
Test(budget, of_a_flag_in_bytes_takes_the_place_of_all_in_bytes)
{
	struct tm_budget flag = READ("0");

	budget = READ("10", "maxrss_bytes=20", "garbage=30");
	tm_budget_override(&budget, &flag);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_maxrss_bytes), 0);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 0);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_garbage), 30);
}

Test(budget, of_a_flag_by_name_leaves_the_others)
{
	struct tm_budget flag = READ("maxrss_bytes=0");

	budget = READ("10", "rss_bytes=20", "maxrss_bytes=5");
	tm_budget_override(&budget, &flag);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_maxrss_bytes), 0);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 20);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_uss_bytes), 10);
}

Test(budget, of_a_flag_judges_what_was_ignored)
{
	struct tm_budget flag = READ("maxrss_bytes=0");

	cr_assert_eq(tm_budget_ignore(&budget, "maxrss_bytes,hwm_bytes", &err),
		     TM_OK);
	cr_assert_eq(tm_budget_ignore(&flag, "rss_bytes", &err), TM_OK);
	tm_budget_override(&budget, &flag);
	cr_expect(tm_budget_judges(&budget, TM_METRIC_maxrss_bytes));
	cr_expect_not(tm_budget_judges(&budget, TM_METRIC_hwm_bytes));
	cr_expect_not(tm_budget_judges(&budget, TM_METRIC_rss_bytes));
	cr_expect(tm_budget_judges(&budget, TM_METRIC_uss_bytes));
}
