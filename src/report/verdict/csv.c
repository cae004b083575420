#include <math.h>

#include "report/verdict/forms.h"

static void put_quoted(struct tm_writer *writer, const char *text)
{
	tm_put_escaped(writer, TM_ESCAPE_CSV, text);
}

/* An empty field is an absent value. */
static void put_number(struct tm_writer *writer, double value, int is_present)
{
	tm_writer_put(writer, ",");
	if (is_present && isfinite(value))
		tm_writer_printf(writer, "%.9g", value);
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

/* The columns name what their rates are for; where runs differ in it there is
 * no one name. */
static void put_header(struct tm_writer *writer, const struct tm_gate *gate)
{
	enum tm_unit unit =
		gate->count ? gate->verdicts[0].run->unit : TM_UNIT_ITERATION;
	const char *per = tm_unit_name(unit);
	size_t i;

	for (i = 1; i < gate->count; i++) {
		if (gate->verdicts[i].run->unit != unit)
			per = "unit";
	}
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
