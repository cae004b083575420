/* The form for tables: a row for each layer and process, and for each type and
 * site that grows. */
#include <math.h>

#include "report/format/csv.h"
#include "report/why/forms.h"

static void put_field(struct tm_writer *writer, const char *text)
{
	tm_put_escaped(writer, TM_ESCAPE_CSV, text);
	tm_writer_put(writer, ",");
}

static void put_number(struct tm_writer *writer, double value)
{
	tm_writer_put(writer, ",");
	tm_put_csv_number(writer, value);
}

/* What all rows begin with. */
static void put_start(struct tm_why_form *form, const char *kind,
		      const char *name, const char *unit, const char *growth)
{
	put_field(form->writer, form->facts->run->name);
	put_field(form->writer, kind);
	put_field(form->writer, name);
	put_field(form->writer, unit);
	tm_put_escaped(form->writer, TM_ESCAPE_CSV, growth);
}

static void put_interval(struct tm_why_form *form, double slope, double low,
			 double high, double share)
{
	put_number(form->writer, slope);
	put_number(form->writer, low);
	put_number(form->writer, high);
	put_number(form->writer, share);
	tm_writer_put(form->writer, "\n");
}

static void put_layers(struct tm_why_form *form)
{
	const struct tm_analysis *facts = form->facts;
	size_t i;

	for (i = 0; i < facts->order_count; i++) {
		const struct tm_why_layer *layer =
			&facts->layer[facts->order[i]];
		const struct tm_decision *decision = &layer->decision;

		if (!layer->is_measured)
			continue;
		put_start(form, "layer", layer->key, layer->unit,
			  tm_growth_name(tm_decision_growth(decision)));
		if (decision->has_slope)
			put_interval(form, decision->slope, decision->low,
				     decision->high, NAN);
		else
			put_interval(form, NAN, NAN, NAN, NAN);
	}
}

/* Counts of objects; bytes and uncollectable objects are in the other forms. */
static void put_types(struct tm_why_form *form)
{
	const struct tm_why_types *types = &form->facts->types;
	size_t i;

	for (i = 0; i < types->count; i++) {
		const struct tm_why_type *type = &types->type[i];

		put_start(form, "type", type->name, "objects", "grows");
		if (type->has_interval)
			put_interval(form, type->rate, type->low, type->high,
				     NAN);
		else
			put_interval(form, type->rate, NAN, NAN, NAN);
	}
}

static void put_processes(struct tm_why_form *form)
{
	const struct tm_run *run = form->facts->run;
	struct tm_why_process process;
	struct tm_why_process_row row;
	size_t i;

	/* As with layers: a program gets all and filters itself. */
	if (!tm_why_shows_processes(form->facts, 1))
		return;
	for (i = 0; tm_why_process_get(&process, run, i); i++) {
		double share = NAN;

		if (process.grew_bytes > 0.0 && process.all_bytes > 0.0)
			share = process.grew_bytes / process.all_bytes;
		tm_why_process_row_make(&row, run, &process);
		put_start(form, "process", row.holder, "bytes", "");
		put_interval(form, process.rate, NAN, NAN, share);
	}
}

static void put_site(struct tm_why_form *form, const struct tm_run_sites *sites,
		     const struct tm_run_site *site)
{
	const struct tm_run *run = form->facts->run;
	double scale = tm_unit_scale(run->unit);
	double rate = NAN, error = NAN;
	struct tm_why_site_row row;
	int grows = tm_why_site_is(site, TM_WHY_SITES_GROW);

	tm_why_site_row_make(&row, sites, site, TM_WHY_SITES_GROW, run->unit);
	if (!tm_site_rate(sites, site, &rate, &error))
		rate = error = NAN;
	put_start(form, "site", row.holder, "bytes", grows ? "grows" : "flat");
	/* Of 95 %, as everywhere. */
	put_interval(form, rate * scale, (rate - 1.96 * error) * scale,
		     (rate + 1.96 * error) * scale,
		     tm_why_site_share(sites, site));
}

static void put_sites(struct tm_why_form *form,
		      const struct tm_run_sites *sites)
{
	size_t i;

	for (i = 0; i < sites->count; i++) {
		const struct tm_run_site *site = &sites->sites[i];

		/* There are many that only hold what they allocated. */
		if (form->style->is_full ||
		    tm_why_site_is(site, TM_WHY_SITES_GROW))
			put_site(form, sites, site);
	}
}

void tm_why_write_csv(struct tm_writer *writer,
		      const struct tm_content *content,
		      const struct tm_style *style)
{
	struct tm_why_form form = {
		.writer = writer, .facts = content->analysis, .style = style};
	const struct tm_run *run = form.facts->run;
	const char *per = tm_unit_name(run->unit);

	tm_writer_printf(writer,
			 "run,row,name,unit,growth,slope_per_%s,low_per_%s,"
			 "high_per_%s,share\n",
			 per, per, per);
	put_layers(&form);
	put_types(&form);
	put_processes(&form);
	put_sites(&form, &run->heap_sites);
	put_sites(&form, &run->sites);
}
