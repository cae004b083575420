#include "report/plot/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/plot/curves.h"
#include "report/plot/gnuplot.h"
#include "metric/traits.h"
#include "report/plot/datadir.h"
#include "util/amount.h"

#define NO_MEMORY "no memory for a picture"

#define PROGRAM_PICTURE_MAX 32 /* characters of a name */
#define SCRIPT_MAX	    (PATH_MAX + PROGRAM_PICTURE_MAX + 16)

struct picture;

/* What a picture shows: one metric, the first that most runs have. */
struct chart {
	const char *name; /* "growth"; NULL: as programs call it */
	int (*wanted)(const struct picture *picture, const struct tm_run *run);
	struct tm_roles roles;
	const char *otherwise; /* why there is no such picture */
};

/* One picture on its way: which runs it shows, and gnuplot's settings. */
struct picture {
	const struct chart *chart;
	const char *name; /* of its file and its script */
	const struct tm_plot_opts *opts;
	const struct tm_datadir *data;
	struct tm_plot_curve *curves; /* room for every run */
	const struct tm_run **shown;  /* room for every run */
	size_t shown_count;
	enum tm_unit unit; /* of all that are shown: they share an axis */
	struct tm_buf settings;
	struct tm_writer out; /* to the person: opts->out */
	size_t drawn;	      /* pictures */
};

struct set {
	const struct tm_run *const *runs;
	size_t count;
};

/* --- choosing ------------------------------------------------------------- */

static int is_any(const struct picture *picture, const struct tm_run *run)
{
	(void)picture;
	(void)run;
	return 1;
}

static int has_objects(const struct picture *picture, const struct tm_run *run)
{
	(void)picture;
	return tm_curve_possible(run, TM_METRIC_live_objects);
}

static int asks_for_it(const struct picture *picture, const struct tm_run *run)
{
	return tm_texts_has(&run->report.curve.pictures, picture->name);
}

static const struct chart charts[] = {
	{"growth",
	 is_any,
	 {2, {TM_ROLE_RESIDENT, TM_ROLE_PEAK}},
	 "no run has two samples of its memory"},
	{"objects",
	 has_objects,
	 {3, {TM_ROLE_HEAP, TM_ROLE_OBJECTS, TM_ROLE_RESIDENT}},
	 "no run counts its objects"},
};

#define CHART_COUNT (sizeof(charts) / sizeof(charts[0]))

/* A picture that a program asks for in its report. Its script draws the runs
 * with reference curves, which are of ru_maxrss. */
static const struct chart program_chart = {
	NULL,
	asks_for_it,
	{2, {TM_ROLE_PEAK, TM_ROLE_RESIDENT}},
	"no run that asks for it has two samples of its memory"};

static enum tm_metric choose(struct picture *picture, const struct set *set)
{
	enum tm_metric metrics[TM_METRIC_COUNT];
	size_t metric_count =
		tm_trait_pictures(metrics, &picture->chart->roles);
	size_t i;

	picture->shown_count = 0;
	for (i = 0; i < set->count; i++) {
		if (picture->chart->wanted(picture, set->runs[i]))
			picture->shown[picture->shown_count++] = set->runs[i];
	}
	return tm_curves_metric(picture->shown, picture->shown_count, metrics,
				metric_count);
}

/* The unit of the first run that has a curve. */
static enum tm_unit unit_of(const struct picture *picture,
			    enum tm_metric metric)
{
	size_t i;

	for (i = 0; i < picture->shown_count; i++) {
		if (tm_curve_possible(picture->shown[i], metric))
			return picture->shown[i]->unit;
	}
	return TM_UNIT_ITERATION;
}

/* Keep the runs that have a curve of `metric`, and name those that do not. */
static void keep_possible(struct picture *picture, enum tm_metric metric)
{
	char label[TM_LABEL_MAX];
	size_t kept = 0;
	size_t i;

	for (i = 0; i < picture->shown_count; i++) {
		const struct tm_run *run = picture->shown[i];

		tm_label_make(label, run);
		if (!tm_curve_possible(run, metric))
			tm_writer_printf(&picture->out,
					 "%s: without %s, which has fewer than "
					 "two samples of %s\n",
					 picture->name, label,
					 tm_metric_name(metric));
		else if (run->unit != picture->unit)
			tm_writer_printf(
				&picture->out,
				"%s: without %s, which has rates per %s\n",
				picture->name, label, tm_unit_name(run->unit));
		else
			picture->shown[kept++] = run;
	}
	picture->shown_count = kept;
}

/* --- what gnuplot reads --------------------------------------------------- */

const char *const tm_plot_format_names[] = {[TM_PLOT_PNG] = "png",
					    [TM_PLOT_SVG] = "svg",
					    [TM_PLOT_TERM] = "term",
					    NULL};

static void put_options(struct tm_writer *writer, const struct picture *picture,
			enum tm_metric metric)
{
	const struct tm_plot_opts *opts = picture->opts;

	tm_writer_printf(writer,
			 "tm_format = '%s'\ntm_columns = %u\n"
			 "tm_rows = %u\ntm_colour = %d\n",
			 tm_plot_format_names[opts->format],
			 opts->columns ? opts->columns : 100,
			 opts->rows ? opts->rows : 30, !!opts->colour);
	tm_curves_put_text(writer, "tm_reference", picture->data->reference);
	tm_curves_put_text(writer, "tm_metric", tm_metric_text(metric));
}

static enum tm_rc write_settings(struct picture *picture, enum tm_metric metric)
{
	const struct tm_plot_data memory = {"memory", metric, TM_MIB};
	const struct tm_plot_data objects = {"objects", TM_METRIC_live_objects,
					     1000};
	struct tm_writer writer = {.out = &picture->settings};
	size_t count = picture->shown_count;

	tm_buf_clear(&picture->settings);
	tm_curves_make(picture->curves, picture->shown, count);
	tm_curves_sort(picture->curves, count, metric);
	put_options(&writer, picture, metric);
	tm_curves_put_styles(&writer, picture->curves, count, metric);
	tm_curves_put_data(&writer, &memory, picture->curves, count);
	if (picture->chart->wanted == has_objects)
		tm_curves_put_data(&writer, &objects, picture->curves, count);
	return writer.rc;
}

/* --- drawing -------------------------------------------------------------- */

static void script_path(char out[SCRIPT_MAX], const struct picture *picture)
{
	snprintf(out, SCRIPT_MAX, "%s/%s%s.gp", picture->data->plot,
		 picture->chart->name ? "" : "programs/", picture->name);
}

/* Every script begins with what common.gp sets up. */
static enum tm_rc draw_to(struct picture *picture, int descriptor,
			  struct tm_err *err)
{
	char common[SCRIPT_MAX], script[SCRIPT_MAX];
	const char *scripts[] = {common, script, NULL};

	snprintf(common, sizeof(common), "%s/common.gp", picture->data->plot);
	script_path(script, picture);
	return tm_gnuplot_run(picture->settings.bytes, picture->settings.length,
			      scripts, descriptor, err);
}

static void put_trimmed(struct tm_writer *writer, const char *text,
			size_t length)
{
	while (length && strchr(" \n\f", text[length - 1]))
		length--;
	tm_writer_put_bytes(writer, text, length);
}

/* gnuplot fills each line with blanks, and puts a form feed before a picture. */
static void put_line(struct tm_writer *writer, const char *line, size_t length)
{
	size_t before = strcspn(line, "\f");

	put_trimmed(writer, line, before);
	if (before < length)
		put_trimmed(writer, line + before + 1, length - before - 1);
	tm_writer_put(writer, "\n");
}

static enum tm_rc draw_terminal(struct picture *picture, struct tm_err *err)
{
	FILE *text = tmpfile();
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	enum tm_rc rc;

	if (!text)
		return tm_fail_errno(err, errno, "temporary file for gnuplot");
	rc = draw_to(picture, fileno(text), err);
	if (rc == TM_OK && lseek(fileno(text), 0, SEEK_END) <= 0)
		rc = tm_fail(err, TM_ESYSTEM,
			     "gnuplot wrote nothing for '%s': is the disk for "
			     "temporary files full?",
			     picture->name);
	rewind(text);
	while (rc == TM_OK && (length = getline(&line, &capacity, text)) > 0)
		put_line(&picture->out, line, (size_t)length);
	free(line);
	fclose(text);
	return rc;
}

/* Among the last bytes of a picture. */
#define ENDING_MAX 16
static const char *const endings[] = {
	[TM_PLOT_PNG] = "IEND", [TM_PLOT_SVG] = "</svg>"};

/* gnuplot exits with 0 even where the disk was full: its exit status does not
 * tell whether a picture is whole. */
static int is_whole(int file, enum tm_plot_format format)
{
	const char *ending = endings[format];
	off_t end = lseek(file, 0, SEEK_END);
	char last[ENDING_MAX];
	ssize_t length;

	length = pread(file, last, sizeof(last),
		       end > ENDING_MAX ? end - ENDING_MAX : 0);
	return length > 0 &&
	       memmem(last, (size_t)length, ending, strlen(ending));
}

/* A full disk shows when more is written: at once, or after the last bytes that
 * it has room for. */
static enum tm_rc check_whole(int file, enum tm_plot_format format,
			      const char *path, struct tm_err *err)
{
	static const char more[4096];
	int i;

	if (is_whole(file, format))
		return TM_OK;
	for (i = 0; i < 2; i++) {
		if (write(file, more, sizeof(more)) < 0)
			return tm_fail_errno(err, errno, "cannot write '%s'",
					     path);
	}
	return tm_fail(err, TM_ESYSTEM,
		       "cannot write '%s': gnuplot's picture is incomplete",
		       path);
}

/* A picture appears under its name when it is whole, and not before. */
static enum tm_rc draw_file(struct picture *picture, struct tm_err *err)
{
	const char *folder = picture->opts->output_directory;
	const char *format = tm_plot_format_names[picture->opts->format];
	char path[PATH_MAX], hidden[PATH_MAX];
	enum tm_rc rc;
	int file;

	if (snprintf(hidden, sizeof(hidden), "%s/.%s.%s.%ld", folder,
		     picture->name, format, (long)getpid()) >= PATH_MAX)
		return tm_fail(err, TM_EUSAGE, "'%.60s...': path too long",
			       folder);
	snprintf(path, sizeof(path), "%s/%s.%s", folder, picture->name, format);
	unlink(hidden); /* of a process that had this number and was killed */
	file = open(hidden, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (file < 0)
		return tm_fail_errno(err, errno, "cannot write '%s'", path);
	rc = draw_to(picture, file, err);
	if (rc == TM_OK)
		rc = check_whole(file, picture->opts->format, path, err);
	if (close(file) != 0 && rc == TM_OK)
		rc = tm_fail_errno(err, errno, "cannot write '%s'", path);
	if (rc == TM_OK && rename(hidden, path) != 0)
		rc = tm_fail_errno(err, errno, "cannot write '%s'", path);
	if (rc != TM_OK) {
		unlink(hidden);
		return rc;
	}
	tm_writer_printf(&picture->out, "%s\n", path);
	return TM_OK;
}

/* --- all of them ---------------------------------------------------------- */

/* A picture without data is not an error: the others may have some. */
static enum tm_rc draw_chart(struct picture *picture, const struct set *set,
			     struct tm_err *err)
{
	enum tm_metric metric = choose(picture, set);
	enum tm_rc rc;

	if (metric == TM_METRIC_COUNT) {
		tm_writer_printf(&picture->out, "%s: not drawn, %s\n",
				 picture->name, picture->chart->otherwise);
		return TM_OK;
	}
	picture->unit = unit_of(picture, metric);
	keep_possible(picture, metric);
	rc = write_settings(picture, metric);
	if (rc != TM_OK)
		return tm_fail(err, rc, NO_MEMORY);
	picture->drawn++;
	return picture->opts->format == TM_PLOT_TERM
		       ? draw_terminal(picture, err)
		       : draw_file(picture, err);
}

/* A name that a program reports becomes part of paths, and is not to replace a
 * picture of any run. */
static int is_program_picture(const char *name)
{
	size_t length = strlen(name);
	size_t i;

	for (i = 0; i < CHART_COUNT; i++) {
		if (strcmp(charts[i].name, name) == 0)
			return 0;
	}
	return length > 0 && length <= PROGRAM_PICTURE_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/* Whether one of the first `count` runs asks for it. */
static int is_asked(const struct picture *picture, const struct set *set,
		    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (asks_for_it(picture, set->runs[i]))
			return 1;
	}
	return 0;
}

static enum tm_rc draw_for_program(struct picture *picture,
				   const struct set *set, struct tm_err *err)
{
	char script[SCRIPT_MAX];

	script_path(script, picture);
	if (access(script, R_OK) == 0)
		return draw_chart(picture, set, err);
	tm_writer_printf(&picture->out, "%s: not drawn, there is no %s\n",
			 picture->name, script);
	return TM_OK;
}

/* The pictures that programs ask for, each once. */
static enum tm_rc draw_for_programs(struct picture *picture,
				    const struct set *set, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i, j;

	picture->chart = &program_chart;
	for (i = 0; i < set->count; i++) {
		const struct tm_texts *pictures =
			&set->runs[i]->report.curve.pictures;

		for (j = 0; j < pictures->count && rc == TM_OK; j++) {
			picture->name = pictures->text[j];
			if (is_program_picture(picture->name) &&
			    !is_asked(picture, set, i))
				rc = draw_for_program(picture, set, err);
		}
	}
	return rc;
}

static enum tm_rc draw_all(struct picture *picture, const struct set *set,
			   struct tm_err *err)
{
	int growth_only = picture->opts->growth_only;
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; rc == TM_OK && i < (growth_only ? 1 : CHART_COUNT); i++) {
		picture->chart = &charts[i];
		picture->name = charts[i].name;
		rc = draw_chart(picture, set, err);
	}
	if (rc == TM_OK && !growth_only)
		rc = draw_for_programs(picture, set, err);
	if (rc == TM_OK && picture->drawn == 0)
		return tm_fail(err, TM_EUSAGE,
			       "nothing to draw: no run has two samples");
	return rc;
}

enum tm_rc tm_plot_draw(const struct tm_run *const *runs, size_t count,
			const struct tm_plot_opts *opts, struct tm_err *err)
{
	struct tm_alloc *alloc = opts->out->alloc;
	struct picture picture = {.opts = opts, .out = {.out = opts->out}};
	const struct set set = {runs, count};
	struct tm_datadir data;
	enum tm_rc rc;

	if (count == 0)
		return tm_fail(err, TM_EUSAGE, "no runs to draw");
	rc = tm_datadir_find(&data, opts->data_directory, err);
	if (rc != TM_OK)
		return rc;
	picture.data = &data;
	tm_buf_init(&picture.settings, alloc);
	picture.curves = tm_calloc(alloc, count, sizeof(*picture.curves));
	picture.shown = tm_calloc(alloc, count, sizeof(*picture.shown));
	if (picture.curves && picture.shown)
		rc = draw_all(&picture, &set, err);
	else
		rc = tm_fail(err, TM_ENOMEM, NO_MEMORY);
	tm_free(alloc, picture.curves, count * sizeof(*picture.curves));
	tm_free(alloc, picture.shown, count * sizeof(*picture.shown));
	tm_buf_release(&picture.settings);
	return rc == TM_OK ? tm_writer_close(&picture.out, "a picture", err)
			   : rc;
}
