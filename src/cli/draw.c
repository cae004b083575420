#include "cli/draw.h"

#include <stdio.h>
#include <sys/ioctl.h>

#include "cli/cli.h"
#include "results/write.h"

/* Leave rows free: a picture as high as the terminal would scroll off its top.
 */
#define ROWS_MAX 30

/* A smaller picture shows nothing. */
#define ROWS_MIN    12
#define COLUMNS_MIN 40

static void fit_terminal(struct tm_plot_opts *opts, FILE *out)
{
	struct winsize size;

	opts->colour = tm_cli_has_colour(out);
	if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0)
		return;
	if (size.ws_col >= COLUMNS_MIN)
		opts->columns = size.ws_col;
	if (size.ws_row < ROWS_MIN)
		return;
	opts->rows = size.ws_row - 2u;
	if (opts->rows > ROWS_MAX)
		opts->rows = ROWS_MAX;
}

enum tm_rc tm_cli_draw(const struct tm_cli_runs *runs,
		       enum tm_plot_format format, const char *folder,
		       FILE *out, struct tm_err *err)
{
	struct tm_plot_opts opts = {.format = format,
				    .output_directory = folder,
				    .growth_only = runs->is_external};
	struct tm_alloc alloc;
	struct tm_buf text;
	enum tm_rc rc = TM_OK;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	opts.out = &text;
	if (format == TM_PLOT_TERM)
		fit_terminal(&opts, out);
	else
		rc = tm_make_folders(folder, err);
	if (rc == TM_OK)
		rc = tm_plot_draw((const struct tm_run *const *)runs->runs,
				  runs->count, &opts, err);
	tm_cli_write(out, &text);
	tm_buf_release(&text);
	return rc;
}
