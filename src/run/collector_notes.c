#include "run/collector_notes.h"
#include "util/amount.h"

#include <inttypes.h>
#include <stdio.h>

#include "util/trace.h"

/* Fewer ignored marks or samples than this are not worth a note, and skipped
 * marks only when they are more than one in SKIPPED_SHARE. */
#define FEW	      10
#define SKIPPED_SHARE 20

/* Why no sample has a metric. */
static void trace_absent(const struct tm_run *run)
{
	char why[TM_TRACE_TEXT_MAX];
	unsigned int m;

	for (m = 0; m < TM_METRIC_COUNT; m++) {
		if (run->absent[m])
			tm_trace("absent", "metric=%s why=\"%s\"",
				 tm_metric_name(m),
				 tm_trace_text(why, run->absent[m]));
	}
}

/* A program that only marks was measured from outside: a metric that cannot be
 * measured there is absent for the probe's reasons. */
static void explain_absent(const struct tm_collector *collector)
{
	struct tm_run *run = collector->run;
	const char *reason;
	unsigned int m;

	if (!collector->marks && !collector->taken)
		return;
	for (m = 0; m < TM_METRIC_COUNT; m++) {
		if (run->absent[m] || tm_run_has_metric(run, m))
			continue;
		reason = collector->probe ? tm_probe_absent(collector->probe, m)
					  : NULL;
		tm_run_set_absent(run, m,
				  reason ? reason
					 : "the program ended before it could "
					   "be sampled");
	}
}

static void note_backwards(const struct tm_collector *collector)
{
	char where[48] = "";

	if (!collector->backwards)
		return;
	if (collector->backwards_line)
		snprintf(where, sizeof(where), " (the first in line %zu)",
			 collector->backwards_line);
	tm_run_note(collector->run,
		    "ignored %" PRIu64 " marks whose iteration number went "
		    "backwards%s: if several processes mark, let them write "
		    "`mark` without a number",
		    collector->backwards, where);
}

static void note_ignored(const struct tm_collector *collector)
{
	struct tm_run *run = collector->run;
	char lines[TM_AMOUNT_MAX];

	tm_amount_format(lines,
			 (double)collector->bad_lines - TM_BAD_LINES_SHOWN,
			 "more lines");
	if (collector->bad_lines > TM_BAD_LINES_SHOWN)
		tm_run_note(run, "%s of its marks cannot be read", lines);
	note_backwards(collector);
	if (tm_lines_is_cut(&collector->lines))
		tm_run_note(run, "its last line of marks is cut off");
	if (collector->filing.stride > 1)
		tm_run_note(run, "one in %zu of %zu samples was kept",
			    collector->filing.stride, collector->filing.count);
	if (collector->dropped >= FEW)
		tm_run_note(run,
			    "dropped %zu samples by time from before the first "
			    "mark",
			    collector->dropped);
	if (collector->skipped >= FEW &&
	    collector->skipped * SKIPPED_SHARE > collector->marks)
		tm_run_note(run,
			    "%" PRIu64 " of %" PRIu64 " marks were not "
			    "sampled: they came while a sample was taken, or "
			    "too soon after one",
			    collector->skipped, collector->marks);
}

static void note_inherited_peak(struct tm_run *run)
{
	char peak[TM_AMOUNT_MAX];

	if (!run->sample_count || !tm_probe_peak_inherited(&run->samples[0]))
		return;
	tm_amount_format(peak,
			 (double)run->samples[0].value[TM_METRIC_maxrss_bytes],
			 "bytes");
	tm_run_note(run,
		    "maxrss_bytes starts at %s, the peak of the process that "
		    "started it; its own is hwm_bytes",
		    peak);
}

void tm_collector_describe(const struct tm_collector *collector)
{
	explain_absent(collector);
	if (tm_trace_file)
		trace_absent(collector->run);
	note_ignored(collector);
	note_inherited_peak(collector->run);
}
