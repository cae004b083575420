#include "cli/screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/err.h"
#include "util/text.h"

/* A smaller terminal has no row to spare. */
#define ROWS_MIN    5
#define COLUMNS_MIN 20

/* Shown of a line where the width of the terminal is not known. */
#define COLUMNS_UNKNOWN 200

/* A larger one is not repaired. */
#define COLUMNS_MAX 960

#define SAVE	"\0337" /* cursor and colours */
#define RESTORE "\0338"

/* A line down, which scrolls at the bottom, and up again; in its column. */
#define MAKE_ROOM "\033D\033[A"

#define WHOLE_SCREEN	SAVE "\033[r" RESTORE
#define ERASE_ALL_BELOW SAVE "\033[B\r\033[J" RESTORE

/* What one change of the screen writes. */
struct change {
	char text[1024];
	size_t length;
};

static void add(struct change *change, const char *format, ...) TM_PRINTF(2, 3);

static void add(struct change *change, const char *format, ...)
{
	size_t room = sizeof(change->text) - change->length;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(change->text + change->length, room, format, args);
	va_end(args);
	if (length > 0)
		change->length +=
			(size_t)length < room ? (size_t)length : room - 1;
}

static void flush(const struct change *change)
{
	if (write(STDERR_FILENO, change->text, change->length) < 0)
		return; /* the terminal was closed */
}

static int has_size(struct winsize *size)
{
	return ioctl(STDERR_FILENO, TIOCGWINSZ, size) == 0 && size->ws_row &&
	       size->ws_col >= COLUMNS_MIN;
}

static int is_large_enough(const struct winsize *size)
{
	return size->ws_row >= ROWS_MIN;
}

/* A background job does not write to the terminal. Where the terminal is not
 * our controlling one, there are no jobs. */
static int is_in_front(void)
{
	pid_t group = tcgetpgrp(STDERR_FILENO);

	return group <= 0 || group == getpgrp();
}

static int has_escapes(void)
{
	const char *terminal = getenv("TERM");

	return isatty(STDERR_FILENO) &&
	       !(terminal && strcmp(terminal, "dumb") == 0);
}

void tm_cli_screen_open(struct tm_cli_screen *screen,
			enum tm_cli_screen_form form)
{
	struct winsize size;

	memset(screen, 0, sizeof(*screen));
	if (!has_escapes())
		return;
	if (form == TM_CLI_SCREEN_ROW &&
	    (!getenv("TERM") || !has_size(&size) || !is_large_enough(&size)))
		return;
	screen->form = form;
}

static int is_resized(const struct tm_cli_screen *screen,
		      const struct winsize *size)
{
	return screen->rows != size->ws_row || screen->columns != size->ws_col;
}

/* Where a resize moves the row depends on the terminal, but it is below the
 * program's output; and the cursor may stand in the last row, where lines would
 * overwrite each other. */
static void add_lost_row(struct change *change)
{
	add(change, WHOLE_SCREEN MAKE_ROOM ERASE_ALL_BELOW);
}

/* Reserve the last row, with the cursor above it. */
static void take_row(struct tm_cli_screen *screen, struct change *change,
		     const struct winsize *size)
{
	if (screen->rows)
		add_lost_row(change);
	else
		add(change, MAKE_ROOM);
	add(change, SAVE "\033[1;%dr" RESTORE, size->ws_row - 1);
	screen->rows = size->ws_row;
	screen->columns = size->ws_col;
}

static void add_row_back(const struct tm_cli_screen *screen,
			 struct change *change)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 &&
	    is_resized(screen, &size))
		add_lost_row(change);
	else
		add(change, SAVE "\033[r\033[%u;1H\033[2K" RESTORE,
		    screen->rows);
}

/* The last column stays free: a terminal may begin a new line after it. */
unsigned int tm_cli_screen_columns(void)
{
	struct winsize size;

	return has_size(&size) ? size.ws_col - 1u : COLUMNS_UNKNOWN;
}

static void show_row(struct tm_cli_screen *screen, const char *text)
{
	struct change change = {.length = 0};
	struct winsize size;

	if (!has_size(&size) || !is_large_enough(&size)) {
		tm_cli_screen_hide(screen);
		return;
	}
	if (is_resized(screen, &size))
		take_row(screen, &change, &size);
	add(&change, SAVE "\033[%u;1H\033[0m%.*s\033[K" RESTORE, screen->rows,
	    (int)tm_text_fit(text, size.ws_col - 1u), text);
	flush(&change);
	screen->shown = 1;
}

static void show_line(struct tm_cli_screen *screen, const char *text)
{
	struct change change = {.length = 0};

	add(&change, "\r\033[K%.*s",
	    (int)tm_text_fit(text, tm_cli_screen_columns()), text);
	flush(&change);
	screen->shown = 1;
}

void tm_cli_screen_show(struct tm_cli_screen *screen, const char *text)
{
	char line[512];

	if (screen->form == TM_CLI_SCREEN_NONE || !is_in_front())
		return;
	snprintf(line, sizeof(line), "%s", text);
	tm_text_clean(line);
	if (screen->form == TM_CLI_SCREEN_ROW)
		show_row(screen, line);
	else
		show_line(screen, line);
}

void tm_cli_screen_hide(struct tm_cli_screen *screen)
{
	struct change change = {.length = 0};

	if (!screen->shown)
		return;
	if (screen->form == TM_CLI_SCREEN_ROW)
		add_row_back(screen, &change);
	else
		add(&change, "\r\033[K");
	flush(&change);
	screen->shown = 0;
	screen->rows = 0;
}

void tm_cli_screen_repair(void)
{
	struct change change = {.length = 0};
	struct winsize size;

	if (!getenv("TERM") || !has_escapes() || !is_in_front() ||
	    !has_size(&size) || size.ws_col > COLUMNS_MAX)
		return;
	/* Blanks for all columns but one end in the same line only when they
	 * began at its start. */
	add(&change, "\033[0m\033[?25h%*s\r\033[K", size.ws_col - 1, "");
	flush(&change);
}
