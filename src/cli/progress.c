#include "cli/progress.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "gate/verdict.h"
#include "util/amount.h"
#include "util/clock.h"
#include "util/text.h"

#define NS_PER_S 1000000000u

/* More frequent changes would flicker. */
#define REDRAW_NS 100000000u

/* When a log has its first line; each interval is twice the one before, up to
 * LOG_STEP_MAX_NS. */
#define LOG_FIRST_NS	(10ull * NS_PER_S)
#define LOG_STEP_MAX_NS (600ull * NS_PER_S)

/* A verdict is made once a second at most, and takes 1 % of the time at most.
 */
#define VERDICT_STEP_NS NS_PER_S
#define VERDICT_SHARE	100

#define LINE_MAX_LENGTH 400

/* A longer name would leave no room for what is said of it. */
#define NAME_MAX_LENGTH 40

/* Fewer show no rise since the warm-up. */
#define SAMPLES_RISE 10

void tm_cli_progress_open(struct tm_cli_progress *progress,
			  const struct tm_run *run,
			  const struct tm_cli_progress_opts *opts)
{
	memset(progress, 0, sizeof(*progress));
	progress->run = run;
	progress->opts = *opts;
	progress->started_ns = tm_clock_ns();
	progress->next_log_ns = LOG_FIRST_NS;
	tm_cli_screen_open(&progress->screen, opts->form);
	/* Plain lines work on any terminal. */
	if (progress->screen.form != TM_CLI_SCREEN_NONE)
		progress->opts.logs_progress = 0;
}

/* --- what is said --------------------------------------------------------- */

struct line {
	char text[LINE_MAX_LENGTH];
	size_t columns; /* that there are; 0: any number */
	int is_full;	/* a field did not fit, so that none behind it is shown
			 */
};

static void add(struct line *line, const char *format, ...) TM_PRINTF(2, 3);

/* A whole field, or nothing. */
static void add(struct line *line, const char *format, ...)
{
	size_t length = strlen(line->text);
	va_list args;

	if (line->is_full)
		return;
	va_start(args, format);
	vsnprintf(line->text + length, sizeof(line->text) - length, format,
		  args);
	va_end(args);
	if (!line->columns || tm_text_width(line->text) <= line->columns)
		return;
	line->text[length] = '\0';
	line->is_full = 1;
}

static void add_iteration(struct line *line, const struct tm_run *run,
			  const struct tm_sample *sample)
{
	char number[TM_NUMBER_MAX];
	double rate;

	if (!sample || run->unit != TM_UNIT_ITERATION)
		return;
	tm_number_format(number, (double)sample->iteration);
	add(line, "  iteration %s", number);
	if (!tm_run_rate(run, &rate))
		return;
	tm_number_format(number, rate);
	add(line, "  %s/s", number);
}

/* Where the warm-up of what was measured so far ends. */
static double warm_up_end(const struct tm_run *run)
{
	double first = (double)run->samples[0].iteration;
	double last = (double)run->samples[run->sample_count - 1].iteration;

	return first + TM_WARM_UP * (last - first);
}

/* Growth of resident memory since the warm-up. */
static void add_rise(struct line *line, const struct tm_run *run,
		     uint64_t rss_bytes)
{
	char amount[TM_AMOUNT_MAX];
	double from, rise;
	size_t i;

	if (run->sample_count < SAMPLES_RISE)
		return;
	from = warm_up_end(run);
	for (i = 0; i < run->sample_count; i++) {
		if ((double)run->samples[i].iteration >= from &&
		    tm_sample_has(&run->samples[i], TM_METRIC_rss_bytes))
			break;
	}
	if (i == run->sample_count)
		return;
	rise = (double)rss_bytes -
	       (double)run->samples[i].value[TM_METRIC_rss_bytes];
	tm_amount_format(amount, rise, "bytes");
	add(line, "  %s%s", rise < 0 ? "" : "+", amount);
}

/* The name and what is found first: what does not fit is left out. */
static void make_line(const struct tm_cli_progress *progress,
		      const struct tm_sample *sample, uint64_t rss_bytes,
		      struct line *line)
{
	double seconds =
		(double)(tm_clock_ns() - progress->started_ns) / NS_PER_S;
	char amount[TM_AMOUNT_MAX];

	snprintf(line->text, sizeof(line->text), "%.*s", NAME_MAX_LENGTH,
		 progress->run->name);
	tm_text_clean(line->text);
	if (*progress->so_far)
		add(line, "  so far: %s", progress->so_far);
	if (progress->opts.shows_verdict)
		add(line, "  %.0f s", seconds);
	add_iteration(line, progress->run, sample);
	if (!rss_bytes)
		return;
	tm_amount_format(amount, (double)rss_bytes, "bytes");
	add(line, "  %s", amount);
	add_rise(line, progress->run, rss_bytes);
}

/* --- the verdict so far --------------------------------------------------- */

static void word_verdict(struct tm_cli_progress *progress,
			 const struct tm_verdict *verdict)
{
	const struct tm_judged *judged = tm_verdict_leading(verdict);
	char slope[TM_AMOUNT_MAX];

	if (verdict->judgement == TM_JUDGEMENT_INCONCLUSIVE || !judged ||
	    judged->decision.growth != TM_GROWTH_GROWS) {
		snprintf(progress->so_far, sizeof(progress->so_far), "%s",
			 tm_verdict_word(verdict));
		return;
	}
	tm_amount_format(slope, judged->decision.slope,
			 tm_trait_of(judged->metric)->unit);
	snprintf(progress->so_far, sizeof(progress->so_far), "%s, %s %s %s",
		 tm_verdict_word(verdict), tm_metric_name(judged->metric),
		 slope, tm_run_per(progress->run));
}

static void judge(struct tm_cli_progress *progress, uint64_t now_ns)
{
	struct tm_verdict verdict;
	struct tm_err unused;

	if (!progress->opts.shows_verdict || now_ns < progress->next_verdict_ns)
		return;
	if (progress->run->sample_count &&
	    tm_verdict_make_kept(&verdict, progress->run, &unused) == TM_OK)
		word_verdict(progress, &verdict);
	progress->next_verdict_ns =
		now_ns + VERDICT_STEP_NS +
		(tm_clock_ns() - now_ns) * (uint64_t)VERDICT_SHARE;
}

/* --- when ----------------------------------------------------------------- */

static void draw(struct tm_cli_progress *progress,
		 const struct tm_sample *sample, uint64_t rss_bytes)
{
	struct line line = {.columns = tm_cli_screen_columns()};
	uint64_t now_ns = tm_clock_ns();

	if (now_ns < progress->next_draw_ns)
		return;
	progress->next_draw_ns = now_ns + REDRAW_NS;
	judge(progress, now_ns);
	make_line(progress, sample, rss_bytes, &line);
	tm_cli_screen_show(&progress->screen, line.text);
}

static void log_now_and_then(struct tm_cli_progress *progress,
			     const struct tm_sample *sample, uint64_t rss_bytes)
{
	uint64_t now_ns = tm_clock_ns();
	uint64_t elapsed_ns = now_ns - progress->started_ns;
	uint64_t step_ns = progress->next_log_ns;
	struct line line = {.columns = 0};

	if (elapsed_ns < progress->next_log_ns)
		return;
	if (step_ns > LOG_STEP_MAX_NS)
		step_ns = LOG_STEP_MAX_NS;
	progress->next_log_ns += step_ns;
	judge(progress, now_ns);
	make_line(progress, sample, rss_bytes, &line);
	tm_cli_warn("%s", line.text);
}

void tm_cli_progress_show(void *context, const struct tm_sample *sample,
			  uint64_t rss_bytes)
{
	struct tm_cli_progress *progress = context;

	if (progress->screen.form != TM_CLI_SCREEN_NONE)
		draw(progress, sample, rss_bytes);
	else if (progress->opts.logs_progress)
		log_now_and_then(progress, sample, rss_bytes);
}

void tm_cli_progress_hide(void *context)
{
	struct tm_cli_progress *progress = context;

	tm_cli_screen_hide(&progress->screen);
}

void tm_cli_progress_close(struct tm_cli_progress *progress)
{
	tm_cli_screen_hide(&progress->screen);
	if (progress->opts.repairs_terminal)
		tm_cli_screen_repair();
}
