#include <math.h>

#include "report/format/csv.h"
#include "report/verdict/forms.h"

static void put_quoted(struct tm_writer *writer, const char *text)
{
	tm_put_escaped(writer, TM_ESCAPE_CSV, text);
}

static void put_number(struct tm_writer *writer, double value, int is_present)
{
	tm_writer_put(writer, ",");
	tm_put_csv_number(writer, is_present ? value : NAN);
}

static void put_row(struct tm_writer *writer, const struct tm_verdict *verdict,
		    const struct tm_judged *judged)
{
	const struct tm_decision *decision = &judged->decision;

	put_quoted(writer, verdict->run->name);
	tm_writer_printf(writer, ",%s,%s,%s,%s,%s",
			 tm_judgement_name(verdict->standing),
			 tm_kind_name(tm_verdict_kind(verdict)),
			 tm_metric_name(judged->metric),
			 tm_trait_of(judged->metric)->unit,
			 tm_growth_name(tm_decision_growth(decision)));
	put_number(writer, decision->slope, decision->has_slope);
	put_number(writer, decision->low, decision->has_slope);
	put_number(writer, decision->high, decision->has_slope);
	put_number(writer, judged->budget, 1);
	tm_writer_printf(writer, ",%s,%s,%zu,",
			 tm_curve_name(tm_decision_curve(decision)),
			 tm_judgement_name(decision->judgement),
			 decision->note.used);
	put_quoted(writer, decision->reason);
	tm_writer_put(writer, "\n");
}

static void put_header(struct tm_writer *writer, const struct tm_gate *gate)
{
	const char *per = NULL;
	size_t i;

	for (i = 0; i < gate->count; i++)
		per = tm_csv_rate_unit(
			per, tm_unit_name(gate->verdicts[i].run->unit));
	if (!per)
		per = tm_unit_name(TM_UNIT_ITERATION);
	tm_writer_printf(writer,
			 "run,run_verdict,kind,metric,unit,growth,"
			 "slope_per_%s,low_per_%s,high_per_%s,budget_per_%s,"
			 "shape,verdict,samples,reason\n",
			 per, per, per, per);
}

void tm_verdict_write_csv(struct tm_writer *writer,
			  const struct tm_content *content,
			  const struct tm_style *style)
{
	const struct tm_gate *gate = content->gate;
	size_t i, m;

	(void)style;
	put_header(writer, gate);
	for (i = 0; i < gate->count; i++) {
		const struct tm_verdict *verdict = &gate->verdicts[i];

		for (m = 0; m < verdict->count; m++)
			put_row(writer, verdict, &verdict->judged[m]);
		if (verdict->count)
			continue;
		/* A run that measured nothing is not left out. */
		put_quoted(writer, verdict->run->name);
		tm_writer_printf(writer, ",%s,%s,,,,,,,,,,0,",
				 tm_judgement_name(verdict->standing),
				 tm_kind_name(tm_verdict_kind(verdict)));
		put_quoted(writer, verdict->reason);
		tm_writer_put(writer, "\n");
	}
	for (i = 0; i < gate->missing_count; i++) {
		tm_writer_put(writer, ",inconclusive,,,,,,,,,,,0,");
		put_quoted(writer, gate->missing[i]);
		tm_writer_put(writer, "\n");
	}
}
