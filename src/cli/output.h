/*
 * output.h - reports, printed and written to files.
 *
 * Purpose:   the one way from a report to a terminal, a pipe or a file.
 * Ownership: paths are argv's; the content is borrowed for the call.
 * Errors:    as err.h; nothing here prints an error.
 */
#ifndef TM_CLI_OUTPUT_H
#define TM_CLI_OUTPUT_H

#include <stdio.h>

#include "options/options.h"
#include "report/render/render.h"

/* Colours and width as `out` has them. */
struct tm_style tm_cli_style(FILE *out);

TM_CHECK enum tm_rc tm_cli_print(FILE *out, const struct tm_content *content,
				 const struct tm_style *style,
				 struct tm_err *err);

/* Where to write a report, by form; NULL: nowhere. */
struct tm_cli_exports {
	const char *path[TM_FORM_COUNT];
};

/* --export-json, --export-markdown and --export-csv of a table of runs. */
extern const struct tm_option tm_cli_export_options[];

/* Whether they can be written, before anything is measured. */
TM_CHECK enum tm_rc tm_cli_exports_check(const struct tm_cli_exports *exports,
					 struct tm_err *err);

/* Every file is tried; the first failure is returned. */
TM_CHECK enum tm_rc tm_cli_export(const struct tm_cli_exports *exports,
				  const struct tm_content *content,
				  struct tm_err *err);

#endif
