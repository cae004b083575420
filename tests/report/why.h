/*
 * why.h - a run and what is explained of it, for tests of why.
 *
 * Ownership: each file that includes this has a run and an output of its own,
 *            which open_all() and close_all() of its suite make and free.
 */
#ifndef TM_TESTS_REPORT_WHY_H
#define TM_TESTS_REPORT_WHY_H

#include "../support/runs.h"
#include "explain/analysis.h"
#include "report/render/render.h"
#include "text.h"

#define SAMPLES 200

static struct tm_alloc alloc;
static struct tm_buf out;
static struct tm_run *run;

static inline void open_all(void)
{
	tm_alloc_init(&alloc);
	tm_buf_init(&out, &alloc);
	run = run_new("server");
	run->request.program = strdup("/usr/bin/server");
	tm_texts_add(&run->request.argv, "./server");
	tm_texts_add(&run->request.argv, "it's 5");
}

static inline void close_all(void)
{
	run_free(run);
	tm_buf_release(&out);
	cr_assert_eq(alloc.live_bytes, 0);
}

static struct tm_analysis analysis;

static inline const struct tm_analysis *analyse(void)
{
	cr_assert_eq(tm_analysis_make(&analysis, run, NULL, NULL), TM_OK);
	return &analysis;
}

static inline const char *show(enum tm_subject subject, struct tm_style style)
{
	const struct tm_content content = {.subject = subject,
					   .analysis = analyse()};

	tm_buf_clear(&out);
	cr_assert_eq(tm_render(&out, &content, &style, NULL), TM_OK);
	return out.bytes;
}

static inline const char *explain(struct tm_style style)
{
	return show(TM_SUBJECT_WHY, style);
}

static inline const char *text(void)
{
	return explain((struct tm_style){0});
}

static inline void curve(enum tm_metric metric, double start, double growth)
{
	if (!run->samples)
		run_spread(run, SAMPLES, 10);
	run_curve(run, metric, start, growth);
}

#endif
