#include "report/verdict/forms.h"

static void put_escaped(struct tm_writer *writer, const char *text)
{
	tm_put_escaped(writer, TM_ESCAPE_MARKDOWN, text);
}

static void put_run(struct tm_writer *writer, const struct tm_verdict *verdict)
{
	static const char *const names[] = {"inconclusive", "pass", "**FAIL**"};

	tm_writer_put(writer, "| ");
	put_escaped(writer, verdict->run->name);
	tm_writer_printf(writer, " | %s | ", names[verdict->standing]);
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

static int has_metrics(const struct tm_gate *gate)
{
	size_t i;

	for (i = 0; i < gate->count; i++) {
		if (gate->verdicts[i].count)
			return 1;
	}
	return 0;
}

void tm_verdict_write_markdown(struct tm_writer *writer,
			       const struct tm_content *content,
			       const struct tm_style *style)
{
	const struct tm_gate *gate = content->gate;
	size_t i;

	(void)style;
	tm_writer_put(writer, "### Memory growth: ");
	tm_verdict_put_totals(writer, gate);
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
	if (!has_metrics(gate))
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
