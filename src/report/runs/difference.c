#include "report/runs/forms.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/difference.h"
#include "gate/verdict.h"
#include "explain/label.h"
#include "explain/row.h"
#include "report/format/grid.h"
#include "util/escape.h"
#include "util/text.h"

/* Differences are listed for at most this many jobs. */
#define JOBS_MAX 4

/* The runs of one job, in the caller's order. */
struct job {
	const char *name;
	const struct tm_run **runs;
	size_t count;
};

static struct job *group(const struct tm_run *const *runs, size_t count,
			 size_t *job_count, const struct tm_run **sorted)
{
	struct job *jobs = calloc(count + 1, sizeof(*jobs));
	size_t used = 0, i, j;

	*job_count = 0;
	for (i = 0; jobs && i < count; i++) {
		const char *name = tm_run_job(runs[i]);

		for (j = 0; j < *job_count; j++) {
			if (strcmp(jobs[j].name, name) == 0)
				break;
		}
		if (j < *job_count)
			continue;
		jobs[j].name = name;
		jobs[j].runs = sorted + used;
		*job_count += 1;
		for (j = i; j < count; j++) {
			if (strcmp(tm_run_job(runs[j]), name) == 0)
				sorted[used++] = runs[j];
		}
		jobs[*job_count - 1].count =
			used - (size_t)(jobs[*job_count - 1].runs - sorted);
	}
	return jobs;
}

/* Runs that repeat to the byte have intervals of width 0: a difference that is
 * shown as 0 counts as none. */
#define SHOWN_AS_ZERO .005

static const char *describe(const struct tm_difference *growth)
{
	if (fabs(growth->difference) < SHOWN_AS_ZERO)
		return "no difference shown";
	if (growth->low > 0)
		return "grows more";
	if (growth->high < 0)
		return "grows less";
	return "no difference shown";
}

static void put_side(struct tm_grid *grid, int has_slope, double slope,
		     const char *unit)
{
	char amount[TM_AMOUNT_MAX];

	tm_amount_format(amount, slope, unit);
	tm_grid_put(grid, has_slope ? amount : "-");
}

static void put_line(struct tm_grid *grid, const struct tm_contrast *contrast,
		     int is_marked)
{
	const struct tm_difference *growth = &contrast->growth;
	const char *unit = tm_trait_of(contrast->metric)->unit;
	char amount[TM_AMOUNT_MAX], interval[TM_INTERVAL_MAX];
	char found[TM_INTERVAL_MAX + 64];

	tm_grid_put(grid, tm_metric_name(contrast->metric));
	put_side(grid, contrast->has_first, growth->first, unit);
	tm_grid_put(grid, " ->");
	put_side(grid, contrast->has_second, growth->second, unit);
	if (!contrast->has_first || !contrast->has_second) {
		tm_grid_put(grid, "-");
		tm_grid_put(grid, "not measured in both");
		return;
	}
	tm_amount_format(amount, growth->difference, unit);
	tm_grid_put(grid, amount);
	tm_interval_format(interval, growth->low, growth->high, unit);
	snprintf(found, sizeof(found), "(%s) %s%s", interval, describe(growth),
		 is_marked && !contrast->replicated ? "; single runs" : "");
	tm_grid_put(grid, found);
}

/* The runs that say nothing about the difference, and why. */
static enum tm_rc put_left_out(struct tm_writer *writer,
			       const struct tm_contrast_side *side)
{
	char name[TM_TEXT_MAX];
	struct tm_row row;
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < side->count && rc == TM_OK; i++) {
		rc = tm_row_make(&row, side->runs[i], NULL, NULL);
		if (rc == TM_OK && !row.figure[TM_ROW_GROWTH].present)
			tm_writer_printf(
				writer, "  left out: %.90s: %s\n",
				tm_text_clean_copy(name, side->runs[i]->name),
				row.figure[TM_ROW_GROWTH].note);
	}
	return rc;
}

static void put_job(struct tm_writer *writer, const struct job *first,
		    const struct job *second)
{
	struct tm_contrast contrasts[TM_METRIC_COUNT];
	struct tm_grid grid;
	const struct tm_contrast_side a = {first->runs, first->count};
	const struct tm_contrast_side b = {second->runs, second->count};
	char name[TM_TEXT_MAX], other[TM_TEXT_MAX];
	char runs[TM_AMOUNT_MAX], others[TM_AMOUNT_MAX], line[TM_TEXT_MAX];
	size_t count = 0, replicated = 0, i;
	int is_mixed; /* some rows are of single runs: those say so */
	enum tm_rc rc = tm_contrast_make(contrasts, &count, &a, &b, NULL);

	for (i = 0; rc == TM_OK && i < count; i++)
		replicated += contrasts[i].replicated != 0;
	is_mixed = replicated && replicated < count;
	tm_amount_format(runs, (double)second->count, "runs");
	tm_amount_format(others, (double)first->count, "runs");
	snprintf(line, sizeof(line),
		 "%.90s (%s) against %.90s (%s), "
		 "%s%s; difference with its 95 %% interval:",
		 tm_text_clean_copy(name, second->name), runs,
		 tm_text_clean_copy(other, first->name), others,
		 tm_run_per(first->runs[0]),
		 replicated || !count ? "" : "; single runs");
	tm_writer_put(writer, "\n");
	tm_put_paragraph(writer, 0, line);
	if (rc == TM_OK && count == 0)
		tm_writer_put(writer,
			      "  no metric has a slope on both sides\n");
	tm_grid_open(&grid, writer, "lrmrrl");
	grid.indent = 2;
	for (i = 0; rc == TM_OK && i < count; i++)
		put_line(&grid, &contrasts[i], is_mixed);
	tm_grid_close(&grid);
	if (rc == TM_OK)
		rc = put_left_out(writer, &a);
	if (rc == TM_OK)
		rc = put_left_out(writer, &b);
	if (rc != TM_OK && writer->rc == TM_OK)
		writer->rc = rc;
}

void tm_difference_write_text(struct tm_writer *writer,
			      const struct tm_content *content,
			      const struct tm_style *style)
{
	size_t count = content->run_count;
	const struct tm_run **sorted = calloc(count + 1, sizeof(*sorted));
	struct job *jobs = NULL;
	size_t job_count = 0, i;

	(void)style;
	if (sorted)
		jobs = group(content->runs, count, &job_count, sorted);
	if (!jobs)
		writer->rc = TM_ENOMEM;
	else if (job_count > JOBS_MAX)
		tm_writer_printf(writer,
				 "\ndifferences: compare %d jobs at most to "
				 "see them, with intervals\n",
				 JOBS_MAX);
	for (i = 1; jobs && job_count <= JOBS_MAX && i < job_count; i++)
		put_job(writer, &jobs[0], &jobs[i]);
	free(jobs);
	free(sorted);
}
