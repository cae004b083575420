/*
 * screen.h - one line on the terminal that is updated in place.
 *
 * Purpose:   show progress without damage to what the program prints.
 * Ownership: plain memory of the caller.
 * Errors:    nothing is shown where it cannot be shown without harm.
 *
 * A program that prints on the same terminal would run into the line.  Then the
 * line stands in the last row, and the rows above become the region in which
 * the terminal scrolls, as apt does it: the program prints there as before, and
 * its output does not pass through tidemark. Each change is one write(), which
 * no other write() can split.
 */
#ifndef TM_CLI_SCREEN_H
#define TM_CLI_SCREEN_H

enum tm_cli_screen_form {
	TM_CLI_SCREEN_NONE,
	TM_CLI_SCREEN_LINE, /* where the cursor is: only tidemark prints */
	TM_CLI_SCREEN_ROW   /* in the last row: a program prints above */
};

struct tm_cli_screen {
	enum tm_cli_screen_form form;
	int shown;
	unsigned int rows; /* as they were at the last change; 0: not shown */
	unsigned int columns;
};

/* On stderr; the form becomes NONE when the terminal cannot show it. */
void tm_cli_screen_open(struct tm_cli_screen *screen,
			enum tm_cli_screen_form form);

/* How many characters of a line are shown. */
unsigned int tm_cli_screen_columns(void);

/* One line of text, cut to the terminal's width; nothing from a job in the
 * background. */
void tm_cli_screen_show(struct tm_cli_screen *screen, const char *text);

/* Leave the terminal as if nothing had been there, until the next line. */
void tm_cli_screen_hide(struct tm_cli_screen *screen);

/* After a program that was killed or did not end its last line: reset the
 * colours, show the cursor, begin a new line. */
void tm_cli_screen_repair(void);

#endif
