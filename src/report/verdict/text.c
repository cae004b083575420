#include <stdio.h>
#include <string.h>

#include "report/format/grid.h"
#include "report/verdict/forms.h"

static const char *word_of(const struct tm_style *style,
			   const struct tm_verdict *verdict)
{
	static const char *const names[] = {"inconclusive", "pass", "FAIL"};

	if (!style->advises)
		return names[verdict->standing];
	return tm_verdict_word(verdict);
}

static const char *colour_of(enum tm_judgement judgement)
{
	static const char *const colours[] = {
		[TM_JUDGEMENT_INCONCLUSIVE] = "\033[33m",
		[TM_JUDGEMENT_PASS] = "\033[32m",
		[TM_JUDGEMENT_FAIL] = "\033[31m",
	};

	return colours[judgement];
}

/* --- one line a run ------------------------------------------------------- */

static void put_runs(struct tm_writer *writer, const struct tm_gate *gate,
		     const struct tm_style *style)
{
	struct tm_grid grid;
	size_t i;

	tm_grid_open(&grid, writer, "lll");
	tm_grid_put(&grid, "run");
	tm_grid_put(&grid, "verdict");
	tm_grid_put(&grid, "why");
	for (i = 0; i < gate->count; i++) {
		const struct tm_verdict *verdict = &gate->verdicts[i];

		tm_grid_put(&grid, verdict->run->name);
		tm_grid_put_coloured(&grid, colour_of(verdict->standing),
				     word_of(style, verdict));
		tm_grid_put(&grid, verdict->reason);
	}
	tm_grid_close(&grid);
	for (i = 0; i < gate->missing_count; i++) {
		char line[TM_TEXT_MAX];

		snprintf(line, sizeof(line), "missing: %.480s",
			 gate->missing[i]);
		tm_text_clean(line);
		tm_put_paragraph(writer, 0, line);
	}
}

/* --- one line a metric ---------------------------------------------------- */

/* Where no budget was set there is none to meet; where one was, the verdict
 * stands for the growth, and the shape says how. */
static void put_metric(struct tm_grid *grid, const struct tm_judged *judged,
		       int has_budget)
{
	struct tm_verdict_cells cells;

	tm_verdict_cells_make(&cells, judged);
	tm_grid_put(grid, tm_metric_name(judged->metric));
	if (!has_budget)
		tm_grid_put(grid, cells.growth);
	tm_grid_put(grid, cells.slope);
	tm_grid_put(grid, cells.interval);
	if (has_budget)
		tm_grid_put(grid, cells.budget);
	tm_grid_put(grid, cells.curve);
	if (has_budget)
		tm_grid_put(grid, cells.verdict);
}

static void put_metrics(struct tm_writer *writer,
			const struct tm_verdict *verdict, int has_budget)
{
	struct tm_grid grid;
	char line[TM_TEXT_MAX], kind[TM_VERDICT_KIND_MAX];
	size_t i;

	tm_verdict_kind_text(kind, verdict);
	snprintf(line, sizeof(line), "%.90s: %.380s", verdict->run->name, kind);
	tm_text_clean(line);
	tm_writer_put(writer, "\n");
	tm_put_paragraph(writer, 0, line);
	tm_grid_open(&grid, writer, has_budget ? "lrlrll" : "llrll");
	tm_grid_put(&grid, "metric");
	if (!has_budget)
		tm_grid_put(&grid, "growth");
	tm_grid_put(&grid, tm_run_per(verdict->run));
	tm_grid_put(&grid, "95 % interval");
	if (has_budget)
		tm_grid_put(&grid, "budget");
	tm_grid_put(&grid, "shape");
	if (has_budget)
		tm_grid_put(&grid, "verdict");
	for (i = 0; i < verdict->count; i++)
		put_metric(&grid, &verdict->judged[i], has_budget);
	tm_grid_close(&grid);
}

void tm_verdict_write_text(struct tm_writer *writer,
			   const struct tm_content *content,
			   const struct tm_style *style)
{
	const struct tm_gate *gate = content->gate;
	size_t i;

	if (gate->count + gate->missing_count)
		put_runs(writer, gate, style);
	for (i = 0; i < gate->count && style->is_full; i++) {
		if (gate->verdicts[i].count)
			put_metrics(writer, &gate->verdicts[i],
				    !style->advises);
	}
	if (style->advises)
		return;
	tm_writer_put(writer, "\ngate: ");
	tm_verdict_put_totals(writer, gate);
}
