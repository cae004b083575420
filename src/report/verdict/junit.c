#include "report/verdict/forms.h"

/*
 * A run is a test suite, a metric is a test case.  Over budget is a
 * failure; inconclusive is an error, as a skipped test would count as passed.
 */

struct tally {
	size_t tests;
	size_t failures;
	size_t errors;
	size_t skipped;
};

static void put_escaped(struct tm_writer *writer, const char *text)
{
	tm_put_escaped(writer, TM_ESCAPE_XML, text);
}

enum result { PASSED, FAILURE, ERROR, SKIPPED };

static enum result result_of(const struct tm_verdict *verdict,
			     const struct tm_judged *judged)
{
	int overruled = verdict->standing != verdict->judgement;

	if (judged->deferred)
		return SKIPPED;
	if (judged->decision.judgement == TM_JUDGEMENT_PASS)
		return PASSED;
	if (overruled && verdict->standing == TM_JUDGEMENT_PASS)
		return SKIPPED;
	if (judged->decision.judgement == TM_JUDGEMENT_FAIL)
		return verdict->standing == TM_JUDGEMENT_FAIL ? FAILURE : ERROR;
	return ERROR;
}

/* Whether none of the metrics shows the run's verdict. */
static int needs_own_case(const struct tm_verdict *verdict)
{
	size_t i;

	if (verdict->standing == TM_JUDGEMENT_PASS)
		return 0;
	for (i = 0; i < verdict->count; i++) {
		enum result result = result_of(verdict, &verdict->judged[i]);

		if (result == FAILURE || result == ERROR)
			return 0;
	}
	return 1;
}

static struct tally tally_of(const struct tm_verdict *verdict)
{
	struct tally tally = {0};
	size_t i;

	for (i = 0; i < verdict->count; i++) {
		enum result result = result_of(verdict, &verdict->judged[i]);

		tally.tests++;
		tally.failures += result == FAILURE;
		tally.errors += result == ERROR;
		tally.skipped += result == SKIPPED;
	}
	if (needs_own_case(verdict)) {
		int failed = verdict->standing == TM_JUDGEMENT_FAIL;

		tally.tests++;
		tally.failures += failed != 0;
		tally.errors += !failed;
	}
	return tally;
}

static void put_tally(struct tm_writer *writer, const struct tally *tally)
{
	tm_writer_printf(writer,
			 " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
			 "skipped=\"%zu\">\n",
			 tally->tests, tally->failures, tally->errors,
			 tally->skipped);
}

static void put_case(struct tm_writer *writer, const char *suite,
		     const char *name, enum result result, const char *reason)
{
	static const char *const elements[] = {"", "failure", "error",
					       "skipped"};
	static const char *const types[] = {"", " type=\"growth\"",
					    " type=\"inconclusive\"", ""};

	tm_writer_put(writer, "    <testcase classname=\"");
	put_escaped(writer, suite);
	tm_writer_printf(writer, "\" name=\"%s\"", name);
	if (result == PASSED) {
		tm_writer_put(writer, "/>\n");
		return;
	}
	tm_writer_printf(writer, ">\n      <%s%s message=\"", elements[result],
			 types[result]);
	put_escaped(writer, reason);
	tm_writer_put(writer, "\"/>\n    </testcase>\n");
}

static void put_suite(struct tm_writer *writer,
		      const struct tm_verdict *verdict)
{
	struct tally tally = tally_of(verdict);
	size_t i;

	tm_writer_put(writer, "  <testsuite name=\"");
	put_escaped(writer, verdict->run->name);
	tm_writer_put(writer, "\"");
	put_tally(writer, &tally);
	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];
		int decisive = judged->metric == verdict->decisive;

		put_case(writer, verdict->run->name,
			 tm_metric_name(judged->metric),
			 result_of(verdict, judged),
			 decisive ? verdict->reason : judged->decision.reason);
	}
	if (needs_own_case(verdict))
		put_case(writer, verdict->run->name, "run",
			 verdict->standing == TM_JUDGEMENT_FAIL ? FAILURE
								: ERROR,
			 verdict->reason);
	tm_writer_put(writer, "  </testsuite>\n");
}

static void put_missing(struct tm_writer *writer, const struct tm_gate *gate)
{
	size_t count = gate->missing_count + (gate->count == 0);
	struct tally tally = {.tests = count, .errors = count};
	size_t i;

	if (count == 0)
		return;
	tm_writer_put(writer, "  <testsuite name=\"missing\"");
	put_tally(writer, &tally);
	for (i = 0; i < gate->missing_count; i++)
		put_case(writer, "missing", "run", ERROR, gate->missing[i]);
	if (gate->count == 0)
		put_case(writer, "missing", "gate", ERROR,
			 "nothing was measured");
	tm_writer_put(writer, "  </testsuite>\n");
}

void tm_verdict_write_junit(struct tm_writer *writer,
			    const struct tm_content *content,
			    const struct tm_style *style)
{
	const struct tm_gate *gate = content->gate;
	struct tally all = {0};
	size_t i;

	(void)style;
	for (i = 0; i < gate->count; i++) {
		struct tally one = tally_of(&gate->verdicts[i]);

		all.tests += one.tests;
		all.failures += one.failures;
		all.errors += one.errors;
		all.skipped += one.skipped;
	}
	i = gate->missing_count + (gate->count == 0);
	all.tests += i;
	all.errors += i;
	tm_writer_put(writer, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			      "<testsuites name=\"tidemark\"");
	put_tally(writer, &all);
	for (i = 0; i < gate->count; i++)
		put_suite(writer, &gate->verdicts[i]);
	put_missing(writer, gate);
	tm_writer_put(writer, "</testsuites>\n");
}
