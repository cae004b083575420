#include "report/why/rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "runtimes/runtimes.h"
#include "util/text.h"

/* Types and tables that are named; the rest is left out. */
#define NAMED_MAX 6

/* A larger share says only that the whole hardly grew. */
#define SHARE_SHOWN_MAX 10.0

/* --- layers --------------------------------------------------------------- */

int tm_why_shows(const struct tm_why_layer *layer, int everything)
{
	return layer->is_measured &&
	       (layer->is_main || layer->grows || everything);
}

/* Whether the verdict says that something grows. */
static int tells_growth(const struct tm_verdict *verdict)
{
	return verdict->standing == TM_JUDGEMENT_FAIL ||
	       tm_verdict_count_growing(verdict) > 0;
}

void tm_why_layer_row_make(struct tm_why_layer_row *out,
			   const struct tm_why_layer *layer,
			   const struct tm_verdict *verdict)
{
	const struct tm_decision *decision = &layer->decision;

	snprintf(out->rate, sizeof(out->rate), "-");
	snprintf(out->interval, sizeof(out->interval), "-");
	out->growth = tm_decision_word(decision);
	if (layer->grows && !layer->is_judged && !tells_growth(verdict))
		out->growth = "grows, not judged";
	if (layer->cause &&
	    (tm_decision_growth(decision) == TM_GROWTH_INCONCLUSIVE ||
	     tm_decision_is_of_few(decision)))
		out->growth = layer->cause;
	if (!decision->has_slope)
		return;
	tm_amount_format(out->rate, decision->slope, layer->unit);
	if (!isfinite(decision->low) || !isfinite(decision->high))
		return;
	tm_decision_interval(out->interval, decision, layer->unit);
}

/* --- the census ----------------------------------------------------------- */

static void add_number(char out[TM_TEXT_MAX], double number, const char *name)
{
	size_t used = strlen(out);
	char digits[TM_NUMBER_MAX];

	tm_number_format(digits, number);
	snprintf(out + used, TM_TEXT_MAX - used, "%s%s %.60s", used ? ", " : "",
		 digits, name);
}

/* The largest number below `limit`, or 0. */
static double largest_below(const struct tm_facts *numbers, double limit)
{
	double largest = 0.0, value;
	size_t i;

	for (i = 0; i < numbers->count; i++) {
		if (tm_fact_number(&numbers->facts[i], &value) &&
		    value < limit && value > largest)
			largest = value;
	}
	return largest;
}

int tm_why_census(char out[TM_TEXT_MAX], const struct tm_facts *numbers)
{
	double limit = INFINITY, value;
	int named = 0;
	size_t i;

	*out = '\0';
	/* By size, the next smaller one each time: there are few. */
	while (named < NAMED_MAX) {
		double largest = largest_below(numbers, limit);

		if (largest < .005)
			break;
		for (i = 0; i < numbers->count; i++) {
			const struct tm_fact *fact = &numbers->facts[i];

			if (tm_fact_number(fact, &value) && value == largest &&
			    named++ < NAMED_MAX)
				add_number(out, largest, fact->key);
		}
		limit = largest;
	}
	tm_text_clean(out);
	return *out != '\0';
}

/* --- types ---------------------------------------------------------------- */

/* With the digits of what grows slowly, and without a unit. */
static void format_count(char out[TM_AMOUNT_MAX], double count)
{
	tm_amount_format(out, count, "objects");
	out[strcspn(out, " ")] = '\0';
}

void tm_why_type_row_make(struct tm_why_type_row *out,
			  const struct tm_why_type *type)
{
	char low[TM_AMOUNT_MAX], high[TM_AMOUNT_MAX];

	memset(out, 0, sizeof(*out));
	tm_text_clean_copy(out->name, type->name);
	format_count(out->rate, type->rate);
	if (type->has_interval) {
		format_count(low, type->low);
		format_count(high, type->high);
		snprintf(out->interval, sizeof(out->interval), "%s to %s", low,
			 high);
	}
	if (type->has_bytes)
		tm_amount_format(out->bytes, type->bytes, "bytes");
	if (type->uncollectable > 0) {
		format_count(low, type->uncollectable);
		snprintf(out->uncollectable, sizeof(out->uncollectable),
			 "%.40s uncollectable", low);
	}
}

/* A share above 1 is shown as it is: something else shrank meanwhile. */
static void format_share(char out[TM_WHY_SHARE_MAX], double share)
{
	if (share < SHARE_SHOWN_MAX)
		snprintf(out, TM_WHY_SHARE_MAX, "%.0f %%", 100.0 * share);
	else
		snprintf(out, TM_WHY_SHARE_MAX, "> %.0f %%",
			 100.0 * SHARE_SHOWN_MAX);
}

/* --- processes ------------------------------------------------------------ */

int tm_why_shows_processes(const struct tm_analysis *facts, int everything)
{
	struct tm_why_processes processes;

	tm_why_processes_count(&processes, facts->run);
	return processes.seen > 1 && processes.known > 0 &&
	       (everything || tm_why_memory_grows(facts));
}

static void format_end(struct tm_why_process_row *out, const struct tm_run *run,
		       const struct tm_why_process *process)
{
	char until[TM_NUMBER_MAX];

	if (!process->ended_early) {
		snprintf(out->end, sizeof(out->end), "%s",
			 process->ended ? "to the end" : "still running");
		return;
	}
	tm_number_format(until, process->until);
	snprintf(out->end, sizeof(out->end),
		 run->unit == TM_UNIT_ITERATION ? "ended after %s iterations"
						: "ended after %s s",
		 until);
}

void tm_why_process_row_make(struct tm_why_process_row *out,
			     const struct tm_run *run,
			     const struct tm_why_process *process)
{
	snprintf(out->holder, sizeof(out->holder), "%s, pid %lld",
		 process->name, process->pid);
	tm_amount_format(out->growth, process->grew_bytes, "bytes");
	tm_amount_format(out->rate, process->rate, "bytes");
	snprintf(out->share, sizeof(out->share), "-");
	if (process->grew_bytes > 0.0 && process->all_bytes > 0.0)
		format_share(out->share,
			     process->grew_bytes / process->all_bytes);
	format_end(out, run, process);
}

/* --- sites ---------------------------------------------------------------- */

int tm_why_site_is(const struct tm_run_site *site, enum tm_why_sites kind)
{
	int grows = tm_is_true(site->grows) && !tm_is_true(site->has_stopped);

	if (kind == TM_WHY_SITES_GROW)
		return grows;
	return kind == TM_WHY_SITES_HOLD && !grows &&
	       tm_is_positive(site->last_bytes);
}

size_t tm_why_sites_count(const struct tm_run_sites *sites,
			  enum tm_why_sites kind)
{
	size_t count = 0, i;

	for (i = 0; i < sites->count; i++)
		count += (size_t)tm_why_site_is(&sites->sites[i], kind);
	return count;
}

enum tm_why_sites tm_why_sites_kind(const struct tm_run_sites *sites)
{
	if (tm_why_sites_count(sites, TM_WHY_SITES_GROW))
		return TM_WHY_SITES_GROW;
	return tm_why_sites_count(sites, TM_WHY_SITES_HOLD) ? TM_WHY_SITES_HOLD
							    : TM_WHY_SITES_NONE;
}

double tm_why_growing_bytes(const struct tm_run_sites *sites)
{
	double sum = 0.0;
	size_t i;

	for (i = 0; i < sites->count; i++) {
		if (tm_why_site_is(&sites->sites[i], TM_WHY_SITES_GROW))
			sum += tm_site_growth(&sites->sites[i]);
	}
	return sum;
}

/* Growth of the exact bytes of their memory between the compared thirds. */
static int counted_growth(const struct tm_run_sites *sites, double *out)
{
	struct tm_known_int first = sites->counted_first_bytes;
	struct tm_known_int last = sites->counted_last_bytes;

	if (!first.is_known || !last.is_known)
		return 0;
	*out = (double)last.value - (double)first.value;
	return *out > 0.0;
}

double tm_why_site_share(const struct tm_run_sites *sites,
			 const struct tm_run_site *site)
{
	double counted;

	return counted_growth(sites, &counted) ? tm_site_growth(site) / counted
					       : NAN;
}

static void name_place(char out[TM_FRAME_TEXT_MAX],
		       const struct tm_run_site *site)
{
	if (!tm_why_site_frame(out, site, 0))
		snprintf(out, TM_FRAME_TEXT_MAX, "(no stack trace)");
}

void tm_why_site_row_make(struct tm_why_site_row *out,
			  const struct tm_run_sites *sites,
			  const struct tm_run_site *site,
			  enum tm_why_sites kind, enum tm_unit unit)
{
	double rate, error, part = tm_why_site_share(sites, site);
	double per_unit = tm_unit_scale(unit);

	memset(out, 0, sizeof(*out));
	name_place(out->holder, site);
	if (kind == TM_WHY_SITES_GROW &&
	    tm_site_rate(sites, site, &rate, &error)) {
		tm_amount_format(out->growth, rate * per_unit, "bytes");
		/* Of 95 %, as everywhere. */
		tm_amount_format(out->error, 1.96 * error * per_unit, "bytes");
		if (isfinite(part))
			format_share(out->share, part);
		return;
	}
	tm_amount_format(out->growth, (double)site->last_bytes.value, "bytes");
}

/* The memory that the sites are of: "Node's heap". */
static void name_memory(char out[TM_AMOUNT_MAX], const struct tm_run *run,
			const struct tm_run_sites *sites)
{
	if (sites != &run->heap_sites)
		snprintf(out, TM_AMOUNT_MAX, "malloc's bytes");
	else if (run->heaps.count == 1)
		snprintf(out, TM_AMOUNT_MAX, "%.20s's heap",
			 run->heaps.text[0]);
	else
		snprintf(out, TM_AMOUNT_MAX, "the runtimes' heaps");
	tm_text_clean(out);
}

/* Why sites grow by more than was counted.  That others freed memory does not
 * explain one that holds more than all there was.  A runtime's heap is counted at
 * other moments than it is sampled. */
static const char *more_than_all(const struct tm_run *run,
				 const struct tm_run_sites *sites)
{
	size_t i;

	if (sites == &run->heap_sites)
		return "; more than was counted: the estimate is coarse";
	for (i = 0; i < sites->count; i++) {
		if (tm_why_site_is(&sites->sites[i], TM_WHY_SITES_GROW) &&
		    (double)sites->sites[i].last_bytes.value >
			    TM_WHY_MORE_THAN_ALL *
				    (double)sites->counted_last_bytes.value)
			return "; more than there was: the samples overstate "
			       "it";
	}
	return "; more than all: others freed memory, or the samples "
	       "overstate it";
}

void tm_why_sites_title(char out[TM_TEXT_MAX], const struct tm_run *run,
			const struct tm_run_sites *sites,
			enum tm_why_sites kind)
{
	char memory[TM_AMOUNT_MAX];
	char distance[TM_AMOUNT_MAX], found[TM_AMOUNT_MAX];
	char part[TM_WHY_SHARE_MAX], share[64] = "";
	double counted, grew = tm_why_growing_bytes(sites);
	int is_more = 0;
	size_t count = tm_why_sites_count(sites, kind);

	tm_amount_format(distance, (double)sites->sampling_bytes.value,
			 "bytes");
	name_memory(memory, run, sites);
	if (kind == TM_WHY_SITES_HOLD) {
		snprintf(out, TM_TEXT_MAX,
			 "Allocated and not freed%s%s (sampled every %s); %s",
			 sites == &run->heap_sites ? " in " : "",
			 sites == &run->heap_sites ? memory : "", distance,
			 sites->first_x.is_known
				 ? "no site grows significantly"
				 : "too few readings to say which of them "
				   "grow");
		return;
	}
	if (counted_growth(sites, &counted)) {
		format_share(part, grew / counted);
		snprintf(share, sizeof(share), " with %s of the growth", part);
		is_more = grew / counted > TM_WHY_MORE_THAN_ALL;
	}
	tm_amount_format(found, (double)count, "sites");
	snprintf(out, TM_TEXT_MAX,
		 "Allocated at: %s%s in %s (sampled every %s)%s", found, share,
		 memory, distance, is_more ? more_than_all(run, sites) : "");
}

/* --- frames --------------------------------------------------------------- */

/* The script's first line that is not the runtime's own library; 0 when all
 * are. */
static size_t first_script(const struct tm_run_site *site)
{
	struct tm_script_frame frame;
	size_t i;

	for (i = 0; i < site->script.count; i++) {
		if (tm_script_frame_read(&frame, site->script.text[i]) &&
		    !frame.is_library)
			return i;
	}
	return 0;
}

/* The line `at` of those of the script's stack that are frames. */
static const char *script_line(const struct tm_run_site *site, size_t at)
{
	struct tm_script_frame unused;
	size_t i;

	for (i = first_script(site); i < site->script.count; i++) {
		const char *text = site->script.text[i];

		if (tm_script_frame_read(&unused, text) && at-- == 0)
			return text;
	}
	return NULL;
}

static size_t count_script(const struct tm_run_site *site)
{
	size_t count = 0;

	while (script_line(site, count))
		count++;
	return count;
}

int tm_why_site_frame(char out[TM_FRAME_TEXT_MAX],
		      const struct tm_run_site *site, size_t at)
{
	const char *line = script_line(site, at);

	if (line) {
		tm_script_frame_text(out, line);
		return 1;
	}
	at += tm_site_first_frame(site) - count_script(site);
	if (at >= site->depth)
		return 0;
	tm_frame_text(out, &site->stack[at]);
	return 1;
}
