#include "report/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/curves.h"
#include "report/gnuplot.h"
#include "report/row.h"
#include "report/share.h"

#define MIB 1048576.0

/* One picture on its way: which runs it shows, and gnuplot's settings. */
struct picture {
	const char *name; /* "growth" */
	const struct tm_plot_opts *opts;
	const struct tm_share *share;
	struct tm_curve *curves;
	size_t curve_count;
	const struct tm_run **shown; /* room for every run */
	size_t shown_count;
	struct tm_buf settings;
};

/* --- choosing --------------------------------------------------------------
 */

static int has_text(const struct tm_run *run, const char *key, const char *text)
{
	const char *actual = tm_row_text(run, key);

	return actual && strcmp(actual, text) == 0;
}

/* The article's loop, under rules that a CPython has. */
static int is_articles_loop(const struct tm_run *run)
{
	json_t *header = json_object_get(run->report, "header");
	json_t *read = json_object_get(run->report, "read_results");

	return tm_row_text(run, "strategy") &&
	       has_text(run, "shape", "chord") &&
	       json_integer_value(header) == 1 && json_is_false(read) &&
	       (has_text(run, "rules", "legacy") ||
		has_text(run, "rules", "pep442"));
}

static void show_where(struct picture *picture,
		       const struct tm_run *const *runs, size_t count,
		       int (*wanted)(const struct tm_run *run))
{
	size_t i;

	picture->shown_count = 0;
	for (i = 0; i < count; i++) {
		if (!wanted || wanted(runs[i]))
			picture->shown[picture->shown_count++] = runs[i];
	}
}

/* Keep the runs that have a curve of `metric`, and name those that do not. */
static enum tm_rc keep_possible(struct picture *picture, enum tm_metric metric)
{
	char label[TM_LABEL_MAX];
	enum tm_rc rc = TM_OK;
	size_t kept = 0;
	size_t i;

	for (i = 0; rc == TM_OK && i < picture->shown_count; i++) {
		const struct tm_run *run = picture->shown[i];

		if (tm_curve_possible(run, metric)) {
			picture->shown[kept++] = run;
			continue;
		}
		tm_label_make(label, run);
		rc = tm_buf_printf(picture->opts->out,
				   "%s: without %s, which has fewer than two "
				   "samples of %s\n",
				   picture->name, label,
				   tm_metric_name(metric));
	}
	picture->shown_count = kept;
	return rc;
}

/* Why there is no such picture; not an error, the others may be drawn. */
static enum tm_rc skip(struct picture *picture, const char *why)
{
	picture->curve_count = 0;
	return tm_buf_printf(picture->opts->out, "%s: not drawn, %s\n",
			     picture->name, why);
}

/* --- the three pictures ----------------------------------------------------
 */

static enum tm_rc write_curves(struct picture *picture, enum tm_metric metric)
{
	tm_curves_make(picture->curves, picture->shown, picture->shown_count);
	tm_curves_sort(picture->curves, picture->shown_count, metric);
	picture->curve_count = picture->shown_count;
	return tm_curves_write_looks(&picture->settings, picture->curves,
				     picture->curve_count, metric);
}

static enum tm_rc write_memory(struct picture *picture, enum tm_metric metric)
{
	enum tm_rc rc = keep_possible(picture, metric);

	if (rc == TM_OK)
		rc = tm_curves_write_text(&picture->settings, "tm_metric",
					  tm_metric_text(metric));
	if (rc == TM_OK)
		rc = write_curves(picture, metric);
	if (rc == TM_OK)
		rc = tm_curves_write_data(&picture->settings, "memory",
					  picture->curves, picture->curve_count,
					  metric, MIB);
	return rc;
}

static enum tm_rc prepare_growth(struct picture *picture,
				 const struct tm_run *const *runs, size_t count)
{
	static const enum tm_metric metrics[] = {TM_METRIC_rss_bytes,
						 TM_METRIC_maxrss_bytes,
						 TM_METRIC_hwm_bytes};
	enum tm_metric metric;

	show_where(picture, runs, count, NULL);
	metric = tm_curves_metric(picture->shown, picture->shown_count, metrics,
				  3);
	if (metric == TM_METRIC_COUNT)
		return skip(picture, "no run has two samples of its memory");
	return write_memory(picture, metric);
}

/* The published and the measured curves are of ru_maxrss, and of the article's
 * loop: only runs of the same loop stand beside them. */
static enum tm_rc prepare_celery(struct picture *picture,
				 const struct tm_run *const *runs, size_t count)
{
	static const enum tm_metric metrics[] = {TM_METRIC_maxrss_bytes,
						 TM_METRIC_hwm_bytes,
						 TM_METRIC_rss_bytes};
	enum tm_metric metric;
	enum tm_rc rc;

	show_where(picture, runs, count, is_articles_loop);
	metric = tm_curves_metric(picture->shown, picture->shown_count, metrics,
				  3);
	if (metric == TM_METRIC_COUNT)
		return skip(picture, "no run is of the article's loop (a chord "
				     "of one task, results not read)");
	rc = tm_curves_write_text(&picture->settings, "tm_reference",
				  picture->share->reference);
	return rc == TM_OK ? write_memory(picture, metric) : rc;
}

static int has_objects(const struct tm_run *run)
{
	return tm_curve_possible(run, TM_METRIC_live_objects);
}

static enum tm_rc prepare_objects(struct picture *picture,
				  const struct tm_run *const *runs,
				  size_t count)
{
	static const enum tm_metric metrics[] = {TM_METRIC_allocated_bytes,
						 TM_METRIC_live_bytes,
						 TM_METRIC_rss_bytes};
	enum tm_metric metric;
	enum tm_rc rc;

	show_where(picture, runs, count, has_objects);
	metric = tm_curves_metric(picture->shown, picture->shown_count, metrics,
				  3);
	if (metric == TM_METRIC_COUNT)
		return skip(picture, "no run counts its objects");
	rc = write_memory(picture, metric);
	if (rc == TM_OK)
		rc = tm_curves_write_data(&picture->settings, "objects",
					  picture->curves, picture->curve_count,
					  TM_METRIC_live_objects, 1000);
	return rc;
}

/* --- drawing ---------------------------------------------------------------
 */

static const char *const format_names[] = {
	[TM_PLOT_PNG] = "png", [TM_PLOT_SVG] = "svg", [TM_PLOT_TERM] = "term"};

static enum tm_rc write_format(struct picture *picture)
{
	const struct tm_plot_opts *opts = picture->opts;

	return tm_buf_printf(&picture->settings,
			     "tm_format = '%s'\ntm_columns = %u\n"
			     "tm_rows = %u\ntm_colour = %d\n",
			     format_names[opts->format],
			     opts->columns ? opts->columns : 100,
			     opts->rows ? opts->rows : 30, !!opts->colour);
}

/* Every script begins with what common.gp sets up. */
static enum tm_rc draw_to(struct picture *picture, int descriptor,
			  struct tm_err *err)
{
	char common[PATH_MAX + 32], script[PATH_MAX + 32];
	const char *scripts[] = {common, script, NULL};

	snprintf(common, sizeof(common), "%s/common.gp", picture->share->plot);
	snprintf(script, sizeof(script), "%s/%s.gp", picture->share->plot,
		 picture->name);
	return tm_gnuplot_run(picture->settings.bytes, picture->settings.length,
			      scripts, descriptor, err);
}

static enum tm_rc no_memory(enum tm_rc rc, struct tm_err *err)
{
	return tm_fail(err, rc, "no memory for a picture");
}

static enum tm_rc draw_terminal(struct picture *picture, struct tm_err *err)
{
	FILE *text = tmpfile();
	char piece[4096];
	enum tm_rc added = TM_OK;
	enum tm_rc rc;
	size_t got;

	if (!text)
		return tm_fail_errno(err, errno, "temporary file for gnuplot");
	rc = draw_to(picture, fileno(text), err);
	rewind(text);
	while (rc == TM_OK && added == TM_OK &&
	       (got = fread(piece, 1, sizeof(piece), text)) > 0)
		added = tm_buf_add(picture->opts->out, piece, got);
	fclose(text);
	return added == TM_OK ? rc : no_memory(added, err);
}

/* A picture appears under its name when it is whole, and not before. */
static enum tm_rc draw_file(struct picture *picture, struct tm_err *err)
{
	const char *folder = picture->opts->output_directory;
	const char *format = format_names[picture->opts->format];
	char path[PATH_MAX], hidden[PATH_MAX];
	enum tm_rc rc;
	int file;

	if (snprintf(hidden, sizeof(hidden), "%s/.%s.%s.%ld", folder,
		     picture->name, format, (long)getpid()) >= PATH_MAX)
		return tm_fail(err, TM_EUSAGE, "'%.60s...': path too long",
			       folder);
	snprintf(path, sizeof(path), "%s/%s.%s", folder, picture->name, format);
	file = open(hidden, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (file < 0)
		return tm_fail_errno(err, errno, "cannot write '%s'", path);
	rc = draw_to(picture, file, err);
	close(file);
	if (rc == TM_OK && rename(hidden, path) != 0)
		rc = tm_fail_errno(err, errno, "cannot write '%s'", path);
	if (rc != TM_OK) {
		unlink(hidden);
		return rc;
	}
	rc = tm_buf_printf(picture->opts->out, "%s\n", path);
	return rc == TM_OK ? rc : no_memory(rc, err);
}

/* --- all of them -----------------------------------------------------------
 */

static const struct {
	const char *name;
	enum tm_rc (*prepare)(struct picture *picture,
			      const struct tm_run *const *runs, size_t count);
} pictures[] = {
	{"growth", prepare_growth},
	{"celery", prepare_celery},
	{"objects", prepare_objects},
};

#define PICTURE_COUNT (sizeof(pictures) / sizeof(pictures[0]))

static enum tm_rc draw_all(struct picture *picture,
			   const struct tm_run *const *runs, size_t count,
			   struct tm_err *err)
{
	size_t drawn = 0;
	size_t i;

	for (i = 0; i < PICTURE_COUNT; i++) {
		enum tm_rc rc;

		picture->name = pictures[i].name;
		tm_buf_clear(&picture->settings);
		rc = write_format(picture);
		if (rc == TM_OK)
			rc = pictures[i].prepare(picture, runs, count);
		if (rc != TM_OK)
			return no_memory(rc, err);
		if (picture->curve_count == 0)
			continue;
		rc = picture->opts->format == TM_PLOT_TERM
			     ? draw_terminal(picture, err)
			     : draw_file(picture, err);
		if (rc != TM_OK)
			return rc;
		drawn++;
	}
	if (drawn == 0)
		return tm_fail(err, TM_EUSAGE,
			       "nothing to draw: no run has two samples");
	return TM_OK;
}

enum tm_rc tm_plot_draw(const struct tm_run *const *runs, size_t count,
			const struct tm_plot_opts *opts, struct tm_err *err)
{
	struct tm_alloc *alloc = opts->out->alloc;
	struct picture picture = {.opts = opts};
	struct tm_share share;
	enum tm_rc rc;

	if (count == 0)
		return tm_fail(err, TM_EUSAGE, "no runs to draw");
	rc = tm_share_find(&share, opts->share_directory, err);
	if (rc != TM_OK)
		return rc;
	picture.share = &share;
	tm_buf_init(&picture.settings, alloc);
	picture.curves = tm_calloc(alloc, count, sizeof(*picture.curves));
	picture.shown = tm_calloc(alloc, count, sizeof(*picture.shown));
	if (picture.curves && picture.shown)
		rc = draw_all(&picture, runs, count, err);
	else
		rc = no_memory(TM_ENOMEM, err);
	tm_free(alloc, picture.curves, count * sizeof(*picture.curves));
	tm_free(alloc, picture.shown, count * sizeof(*picture.shown));
	tm_buf_release(&picture.settings);
	return rc;
}
