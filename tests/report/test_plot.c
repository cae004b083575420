#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/plot/curves.h"
#include "report/plot/plot.h"
#include "../support/runs.h"
#include "text.h"

#define PICTURE_MAX (4u << 20)
#define RUNS_MAX    12

static struct tm_alloc alloc;
static struct tm_buf out;
static char folder[64];

static void start(void)
{
	tm_alloc_init(&alloc);
	tm_buf_init(&out, &alloc);
	strcpy(folder, "/tmp/tidemark-plot-XXXXXX");
	cr_assert(mkdtemp(folder));
}

/* Remove `folder` and the files in it; returns how many there were. */
static int remove_folder(void)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	char path[400];
	int files = 0;

	if (!directory)
		return 0;
	while ((entry = readdir(directory))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (unlink(path) == 0)
			files++;
	}
	closedir(directory);
	rmdir(folder);
	return files;
}

static void stop(void)
{
	remove_folder();
	tm_buf_release(&out);
	cr_assert_eq(alloc.live_blocks, 0);
}

TestSuite(plot, .init = start, .fini = stop);

static void need_gnuplot(void)
{
	if (system("gnuplot --version >/dev/null 2>&1") != 0)
		cr_skip_test("gnuplot is not installed");
}

static enum tm_rc draw(struct tm_run *const *runs, size_t count,
		       enum tm_plot_format format, struct tm_err *err)
{
	const struct tm_plot_opts opts = {
		.format = format, .output_directory = folder, .out = &out};
	const struct tm_run *borrowed[RUNS_MAX];
	size_t i;

	for (i = 0; i < count; i++)
		borrowed[i] = runs[i];
	tm_buf_clear(&out);
	return tm_plot_draw(borrowed, count, &opts, err);
}

static void assert_drawn(struct tm_run *const *runs, size_t count,
			 enum tm_plot_format format)
{
	struct tm_err err = {.text = ""};

	cr_assert_eq(draw(runs, count, format, &err), TM_OK, "%s", err.text);
}

/* The bytes of a picture, NUL after them; free() them. */
static char *picture_bytes(const char *name, size_t *length)
{
	char *bytes = malloc(PICTURE_MAX);
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	cr_assert(file && bytes, "no %s", path);
	*length = fread(bytes, 1, PICTURE_MAX - 1, file);
	bytes[*length] = '\0';
	fclose(file);
	return bytes;
}

static void assert_png(const char *name)
{
	static const char signature[] = "\x89PNG\r\n\x1a\n";
	size_t length;
	char *bytes = picture_bytes(name, &length);

	cr_assert_gt(length, 5000);
	cr_assert_eq(memcmp(bytes, signature, 8), 0);
	/* The last chunk of a whole PNG is IEND and its checksum. */
	cr_assert_eq(memcmp(bytes + length - 8, "IEND", 4), 0);
	free(bytes);
}

static void many_runs(struct tm_run *runs[RUNS_MAX])
{
	static const char *const strategies[] = {
		"strong-ref",	"weak-ref",   "weak-ref-naive",
		"no-finalizer", "no-promise", "discard"};
	size_t i;

	for (i = 0; i < RUNS_MAX; i++)
		runs[i] = run_chord(strategies[i % 6],
				    i < 6 ? "legacy" : "pep442",
				    i % 6 == 0 ? 5 : 0.1);
}

static void free_runs(struct tm_run *const *runs, size_t count)
{
	while (count-- > 0)
		run_free(runs[count]);
}

Test(plot, draws_three_whole_png_pictures)
{
	struct tm_run *runs[RUNS_MAX];

	need_gnuplot();
	many_runs(runs);
	assert_drawn(runs, RUNS_MAX, TM_PLOT_PNG);
	assert_png("growth.png");
	assert_png("celery.png");
	assert_png("objects.png");
	assert_has(out.bytes, "/growth.png\n");
	cr_assert_eq(remove_folder(), 3, "temporary files are left");
	free_runs(runs, RUNS_MAX);
}

Test(plot, names_every_run_in_the_legend_of_each_svg)
{
	static const char *const names[] = {"growth.svg", "celery.svg",
					    "objects.svg"};
	struct tm_run *runs[RUNS_MAX];
	size_t length, i, j;

	need_gnuplot();
	many_runs(runs);
	assert_drawn(runs, RUNS_MAX, TM_PLOT_SVG);
	for (i = 0; i < 3; i++) {
		char *svg = picture_bytes(names[i], &length);

		cr_assert_eq(strncmp(svg, "<?xml", 5), 0);
		assert_has(svg, "</svg>");
		assert_has(svg, ">iterations<");
		for (j = 0; j < RUNS_MAX; j++)
			assert_has(svg, runs[j]->name);
		free(svg);
	}
	free_runs(runs, RUNS_MAX);
}

Test(plot, draws_celery_and_the_article_with_the_runs)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);
	size_t length;
	char *svg;

	need_gnuplot();
	assert_drawn(&run, 1, TM_PLOT_SVG);
	svg = picture_bytes("celery.svg", &length);
	assert_has(svg, "Celery, measured");
	assert_has(svg, "article, published (bytes)");
	assert_has(svg, "article 26.7, in bytes");
	free(svg);
	run_free(run);
}

Test(plot, draws_text_for_a_terminal)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);

	need_gnuplot();
	assert_drawn(&run, 1, TM_PLOT_TERM);
	assert_has(out.bytes, "strong-ref-legacy");
	assert_has(out.bytes, "iterations");
	assert_has_not(out.bytes, "\033");
	cr_assert_eq(remove_folder(), 0, "a terminal picture wrote a file");
	run_free(run);
}

static enum tm_rc draw_columns(struct tm_run *run, unsigned int columns,
			       int colour)
{
	const struct tm_plot_opts opts = {.format = TM_PLOT_TERM,
					  .columns = columns,
					  .rows = 22,
					  .colour = colour,
					  .out = &out};
	const struct tm_run *borrowed = run;
	struct tm_err err;

	tm_buf_clear(&out);
	return tm_plot_draw(&borrowed, 1, &opts, &err);
}

/* gnuplot would cut a longer title, or leave it out. */
Test(plot, breaks_a_title_that_the_terminal_is_too_narrow_for)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);

	need_gnuplot();
	cr_assert_eq(draw_columns(run, 80, 0), TM_OK);
	assert_has(out.bytes, "resident memory; shared pages once for each "
			      "process (MiB); legend: growth\n");
	assert_has(out.bytes, " per iteration\n");
	assert_has(out.bytes, "(CPython 2.7)\n");
	cr_assert_eq(draw_columns(run, 40, 0), TM_OK);
	assert_has(out.bytes, " resident memory; shared pages once\n");
	assert_has(out.bytes, " each process (MiB); legend:\n");
	run_free(run);
}

Test(plot, puts_no_form_feeds_or_blanks_behind_lines_on_a_terminal)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);
	int colour;

	need_gnuplot();
	for (colour = 0; colour < 2; colour++) {
		cr_assert_eq(draw_columns(run, 80, colour), TM_OK);
		assert_has_not(out.bytes, "\f");
		assert_has_not(out.bytes, " \n");
	}
	run_free(run);
}

Test(plot, names_seconds_on_its_axis)
{
	struct tm_run *run = run_new("timed");
	size_t length;
	char *svg;

	need_gnuplot();
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, 16384);
	run_by_time(run);
	assert_drawn(&run, 1, TM_PLOT_TERM);
	assert_has(out.bytes, "seconds");
	assert_has(out.bytes, "per second");
	assert_has_not(out.bytes, "iteration");
	assert_drawn(&run, 1, TM_PLOT_SVG);
	svg = picture_bytes("growth.svg", &length);
	assert_has(svg, "Memory against seconds");
	assert_has(svg, ">10<"); /* 10,000 milliseconds */
	free(svg);
	run_free(run);
}

Test(plot, draws_no_seconds_with_iterations)
{
	struct tm_run *runs[2];

	need_gnuplot();
	runs[0] = run_new("loop");
	runs[1] = run_new("timed");
	run_curve(runs[0], TM_METRIC_rss_bytes, 1 << 22, 16384);
	run_curve(runs[1], TM_METRIC_rss_bytes, 1 << 22, 16384);
	run_by_time(runs[1]);
	assert_drawn(runs, 2, TM_PLOT_TERM);
	assert_has(out.bytes, "without timed, which has rates per second");
	run_free(runs[0]);
	run_free(runs[1]);
}

Test(plot, takes_a_name_literally_whatever_is_in_it)
{
	struct tm_run *run = run_new("it's \"a_b^c\" {/Bold x} `touch pwned` "
				     "%s @x\n");
	size_t length;
	char *svg;

	need_gnuplot();
	cr_assert_eq(chdir(folder), 0);
	run_spread(run, 11, 1000);
	run_curve(run, TM_METRIC_rss_bytes, 1 << 20, 500);
	assert_drawn(&run, 1, TM_PLOT_SVG);
	cr_assert_neq(access("pwned", F_OK), 0, "a name ran a command");
	svg = picture_bytes("growth.svg", &length);
	assert_has(svg, "a_b^c");
	assert_has(svg, "{/Bold x} `tou");
	free(svg);
	run_free(run);
}

Test(plot, leaves_out_pictures_without_data_and_says_so)
{
	struct tm_run *runs[] = {run_new("other"), run_new("empty")};

	need_gnuplot();
	run_spread(runs[0], 2, 1000);
	run_curve(runs[0], TM_METRIC_rss_bytes, 1 << 20, 0);
	run_spread(runs[1], 1, 1000);
	run_curve(runs[1], TM_METRIC_rss_bytes, 1 << 20, 0);
	assert_drawn(runs, 2, TM_PLOT_PNG);
	assert_png("growth.png");
	assert_has(out.bytes, "growth: without empty, which has fewer than two "
			      "samples of rss_bytes\n");
	assert_has(out.bytes, "objects: not drawn, ");
	assert_has_not(out.bytes, "celery");
	cr_assert_eq(remove_folder(), 1);
	free_runs(runs, 2);
}

/* Runs that were stored before programs reported how they are drawn. */
Test(plot, draws_any_run_whatever_its_strategy_is_called)
{
	struct tm_run *runs[] = {run_chord("strong-ref", "legacy", 5),
				 run_chord("weak-ref", "legacy", 1)};
	size_t i;

	need_gnuplot();
	for (i = 0; i < 2; i++)
		run_report(runs[i], "{\"strategy\": \"strong-ref\", "
				    "\"rules\": \"legacy\", \"shape\": "
				    "\"chord\", \"header\": 1, "
				    "\"read_results\": false}");
	assert_drawn(runs, 2, TM_PLOT_PNG);
	assert_png("growth.png");
	assert_png("objects.png");
	assert_has_not(out.bytes, "not drawn");
	cr_assert_eq(remove_folder(), 2);
	free_runs(runs, 2);
}

/* A name in a report is the program's: it is not taken for a path, and does not
 * replace a picture that is always drawn. */
Test(plot, draws_for_a_program_only_by_the_plain_name_of_a_script)
{
	struct tm_run *run = run_new("mine");

	need_gnuplot();
	run_spread(run, 11, 1000);
	run_curve(run, TM_METRIC_rss_bytes, 1 << 20, 500);
	run_report(run, "{\"curve\": {\"pictures\": [\"../../x\", \"a b\", "
			"3, null, \"\", \"growth\", \"Celery\", "
			"\"a-name-of-more-than-thirty-two-letters\"]}}");
	assert_drawn(&run, 1, TM_PLOT_PNG);
	cr_assert_eq(remove_folder(), 1);
	run_free(run);
}

Test(plot, says_that_a_picture_has_no_script)
{
	struct tm_run *run = run_new("mine");

	need_gnuplot();
	run_spread(run, 11, 1000);
	run_curve(run, TM_METRIC_rss_bytes, 1 << 20, 500);
	run_report(run, "{\"curve\": {\"pictures\": [\"mine\", \"mine\"]}}");
	assert_drawn(&run, 1, TM_PLOT_PNG);
	assert_has(out.bytes, "mine: not drawn, there is no ");
	assert_has(out.bytes, "/plot/programs/mine.gp\n");
	run_free(run);
}

static void make_curves(struct tm_plot_curve *curves,
			struct tm_run *const *runs, size_t count)
{
	const struct tm_run *borrowed[RUNS_MAX];
	size_t i;

	for (i = 0; i < count; i++)
		borrowed[i] = runs[i];
	tm_curves_make(curves, borrowed, count);
}

Test(plot, gives_a_family_its_colour_and_each_of_its_runs_a_dash)
{
	struct tm_run *runs[] = {run_new("other"),
				 run_chord("weak-ref", "legacy", 1),
				 run_chord("discard", "legacy", 1),
				 run_new("another"),
				 run_chord("weak-ref", "pep442", 1),
				 run_chord("strong-ref", "pep442", 1)};
	static const unsigned int hues[] = {2, 1, 5, 3, 1, 0};
	static const unsigned int variants[] = {0, 0, 0, 0, 1, 0};
	struct tm_plot_curve curves[6];
	size_t i;

	make_curves(curves, runs, 6);
	for (i = 0; i < 6; i++) {
		cr_expect_eq(curves[i].hue, hues[i], "%zu: %u", i,
			     curves[i].hue);
		cr_expect_eq(curves[i].variant, variants[i], "%zu", i);
	}
	cr_expect_str_eq(curves[4].family, "weak-ref");
	cr_expect_str_eq(curves[4].panel, "pep442");
	cr_expect_str_eq(curves[0].family, "other");
	cr_expect_str_eq(curves[0].panel, "");
	free_runs(runs, 6);
}

/* Two programs may ask for the same one, and a report may say anything. */
Test(plot, gives_two_families_two_colours)
{
	static const char *const reports[] = {
		"{\"curve\": {\"family\": \"a\", \"colour\": 0}}",
		"{\"curve\": {\"family\": \"b\", \"colour\": 0}}",
		"{\"curve\": {\"family\": \"c\", \"colour\": -1}}",
		"{\"curve\": {\"family\": \"d\", \"colour\": 49}}",
		"{\"curve\": {\"family\": \"e\", \"colour\": 48}}",
		"{\"curve\": {\"family\": \"a\", \"colour\": 7}}"};
	static const unsigned int hues[] = {0, 1, 2, 3, 48, 0};
	struct tm_plot_curve curves[6];
	struct tm_run *runs[6];
	size_t i;

	for (i = 0; i < 6; i++) {
		runs[i] = run_new("same name");
		run_report(runs[i], reports[i]);
	}
	make_curves(curves, runs, 6);
	for (i = 0; i < 6; i++)
		cr_expect_eq(curves[i].hue, hues[i], "%zu: %u", i,
			     curves[i].hue);
	cr_expect_eq(curves[5].variant, 1);
	free_runs(runs, 6);
}

Test(plot, refuses_runs_with_nothing_to_draw)
{
	struct tm_run *run = run_new("empty");
	struct tm_err err;

	cr_assert_eq(draw(&run, 1, TM_PLOT_PNG, &err), TM_EUSAGE);
	cr_assert_str_eq(err.text, "nothing to draw: no run has two samples");
	cr_assert_eq(draw(&run, 0, TM_PLOT_PNG, &err), TM_EUSAGE);
	cr_assert_str_eq(err.text, "no runs to draw");
	run_free(run);
}

Test(plot, says_what_to_install_when_gnuplot_is_missing)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);
	struct tm_err err;

	cr_assert_eq(setenv("PATH", folder, 1), 0);
	cr_assert_eq(draw(&run, 1, TM_PLOT_PNG, &err), TM_EUNAVAILABLE);
	assert_has(err.text, "gnuplot is not installed");
	assert_has(err.text, "gnuplot-nox");
	cr_assert_eq(tm_rc_exit(err.rc), TM_EXIT_UNMEASURED);
	cr_assert_eq(remove_folder(), 0, "a broken picture is left");
	run_free(run);
}

static void write_script(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/plot/%s", folder, name);
	file = fopen(path, "w");
	cr_assert(file);
	fputs(text, file);
	fclose(file);
}

Test(plot, shows_what_gnuplot_complained_of)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);
	char path[128];
	struct tm_err err;

	need_gnuplot();
	snprintf(path, sizeof(path), "%s/plot", folder);
	cr_assert_eq(mkdir(path, 0777), 0);
	write_script("common.gp", "");
	write_script("growth.gp", "set nonsense\n");
	cr_assert_eq(setenv("TIDEMARK_SHARE", folder, 1), 0);
	cr_assert_eq(draw(&run, 1, TM_PLOT_PNG, &err), TM_ESYSTEM);
	assert_has(err.text, "gnuplot failed: ");
	assert_has(err.text, "nrecognized option");
	cr_assert_eq(strchr(err.text, '\n'), NULL);
	snprintf(path, sizeof(path), "rm -r %s/plot", folder);
	cr_assert_eq(system(path), 0);
	cr_assert_eq(remove_folder(), 0, "a broken picture is left");
	run_free(run);
}

/* gnuplot exits with 0 after a write that failed. */
Test(plot, fails_when_gnuplot_wrote_no_whole_picture)
{
	static const char *const drawn[] = {"", "printf '<?xml'\n",
					    "printf '\\211PNG IDAT'\n"};
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);
	char path[128], text[64];
	struct tm_err err;
	size_t i, format;

	snprintf(path, sizeof(path), "%s/gnuplot", folder);
	cr_assert_eq(setenv("PATH", folder, 1), 0);
	for (i = 0; i < sizeof(drawn) / sizeof(*drawn); i++) {
		FILE *file = fopen(path, "w");

		cr_assert(file);
		snprintf(text, sizeof(text), "#!/bin/sh\n%s", drawn[i]);
		fputs(text, file);
		fclose(file);
		cr_assert_eq(chmod(path, 0755), 0);
		for (format = TM_PLOT_PNG; format <= TM_PLOT_SVG; format++) {
			cr_assert_eq(draw(&run, 1, (enum tm_plot_format)format,
					  &err),
				     TM_ESYSTEM, "%s", err.text);
			assert_has(err.text, "cannot write '");
			assert_has(err.text, "gnuplot's picture is incomplete");
			cr_assert_eq(tm_rc_exit(err.rc), TM_EXIT_UNMEASURED);
		}
	}
	cr_assert_eq(remove_folder(), 1, "a broken picture is left");
	run_free(run);
}

Test(plot, says_when_nothing_was_drawn_on_a_terminal)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);
	char path[128];
	struct tm_err err;
	FILE *file;

	snprintf(path, sizeof(path), "%s/gnuplot", folder);
	file = fopen(path, "w");
	cr_assert(file);
	fputs("#!/bin/sh\n", file);
	fclose(file);
	cr_assert_eq(chmod(path, 0755), 0);
	cr_assert_eq(setenv("PATH", folder, 1), 0);
	cr_assert_eq(draw(&run, 1, TM_PLOT_TERM, &err), TM_ESYSTEM);
	assert_has(err.text, "gnuplot wrote nothing for 'growth'");
	run_free(run);
}

Test(plot, says_where_it_looked_for_its_scripts)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);
	struct tm_err err;

	cr_assert_eq(setenv("TIDEMARK_SHARE", folder, 1), 0);
	cr_assert_eq(draw(&run, 1, TM_PLOT_PNG, &err), TM_EUNAVAILABLE);
	assert_has(err.text, "has no plot/growth.gp: set TIDEMARK_SHARE to");
	assert_has(err.text, folder);
	run_free(run);
}

Test(plot, says_which_file_it_cannot_write)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);
	struct tm_err err;

	cr_assert_eq(rmdir(folder), 0);
	cr_assert_eq(draw(&run, 1, TM_PLOT_PNG, &err), TM_ESYSTEM);
	assert_has(err.text, "/growth.png': No such file or directory");
	run_free(run);
}

Test(plot, gives_everything_back_when_memory_runs_out)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 5);
	enum tm_rc rc = TM_ENOMEM;
	struct tm_err err;
	uint64_t after;

	need_gnuplot();
	for (after = 0; rc != TM_OK; after++) {
		tm_buf_release(&out);
		alloc.fail_after = after;
		rc = draw(&run, 1, TM_PLOT_TERM, &err);
		alloc.fail_after = UINT64_MAX;
		cr_assert(rc == TM_OK || rc == TM_ENOMEM);
	}
	cr_assert_gt(after, 3);
	run_free(run);
}
