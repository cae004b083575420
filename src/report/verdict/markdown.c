#include <string.h>

#include "report/verdict/writer.h"

/* A cell of a table: a bar would end it, and what looks like markup would be
 * taken for it. */
static void put_escaped(struct tm_writer *writer, const char *text)
{
	char words[TM_WORDS_MAX], pair[3] = {'\\', 0, 0};
	const char *c;

	for (c = tm_writer_clean(words, text); *c; c++) {
		pair[1] = *c;
		tm_writer_put(writer,
			      strchr("|\\`*<>[]", *c) ? pair : pair + 1);
	}
}

static void put_run(struct tm_writer *writer, const struct tm_verdict *verdict)
{
	static const char *const words[] = {"inconclusive", "pass", "**FAIL**"};

	tm_writer_put(writer, "| ");
	put_escaped(writer, verdict->run->name);
	tm_writer_printf(writer, " | %s | ", words[verdict->standing]);
	put_escaped(writer, verdict->reason);
	tm_writer_put(writer, " |\n");
}

static void put_metrics(struct tm_writer *writer,
			const struct tm_verdict *verdict)
{
	struct tm_verdict_cells cells;
	size_t i;

	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];

		tm_verdict_cells_make(&cells, judged);
		tm_writer_put(writer, "| ");
		put_escaped(writer, verdict->run->name);
		tm_writer_printf(writer,
				 " | `%s` | %s | %s | %s | %s | %s | %s | %s "
				 "|\n",
				 tm_metric_name(judged->metric), cells.growth,
				 cells.slope, tm_unit_name(verdict->run->unit),
				 cells.interval, cells.budget, cells.curve,
				 cells.verdict);
	}
}

void tm_verdict_write_markdown(struct tm_writer *writer,
			       const struct tm_gate *gate)
{
	size_t i;

	tm_writer_put(writer, "### Memory growth: ");
	tm_writer_put_totals(writer, gate);
	if (gate->count)
		tm_writer_put(writer, "\n| run | verdict | why |\n"
				      "|---|---|---|\n");
	for (i = 0; i < gate->count; i++)
		put_run(writer, &gate->verdicts[i]);
	if (gate->missing_count)
		tm_writer_put(writer, "\n");
	for (i = 0; i < gate->missing_count; i++) {
		tm_writer_put(writer, "- missing: ");
		put_escaped(writer, gate->missing[i]);
		tm_writer_put(writer, "\n");
	}
	if (!gate->count)
		return;
	tm_writer_put(writer,
		      "\n<details><summary>Every metric</summary>\n\n"
		      "| run | metric | growth | slope | per | 95 % interval | "
		      "budget | shape | verdict |\n"
		      "|---|---|---|---:|---|---|---:|---|---|\n");
	for (i = 0; i < gate->count; i++)
		put_metrics(writer, &gate->verdicts[i]);
	tm_writer_put(writer, "\n</details>\n");
}
