/*
 * escape.h - text that comes from outside, in each language that is written.
 *
 * Purpose:   names of runs, programs, files, functions and types can hold
 *            anything.  Whatever the form, they are first made one line of
 *            UTF-8 without hidden characters (util/text.h), then escaped so
 *            that nothing in them is taken for markup, a formula or a command.
 * Ownership: everything is borrowed for the call.
 * Errors:    as util/writer.h.
 * Source:    RFC 4180; OWASP's CSV injection; CommonMark, backslash escapes
 *            and code spans; GitHub's and GitLab's references, which they
 *            find in any text but code; XML 1.0, 2.4; GitHub's workflow commands, and
 *            ActionCommand.cs of its runner; gnuplot, single quotes.
 */
#ifndef TM_UTIL_ESCAPE_H
#define TM_UTIL_ESCAPE_H

#include "util/writer.h"

enum tm_escape {
	TM_ESCAPE_TERMINAL,	   /* one clean line, nothing else */
	TM_ESCAPE_CSV,		   /* a whole field, quoted where needed */
	TM_ESCAPE_MARKDOWN,	   /* a cell, or a part of a sentence */
	TM_ESCAPE_MARKDOWN_CODE,   /* a whole `code span`, not in a table */
	TM_ESCAPE_XML,		   /* the inside of an element or attribute */
	TM_ESCAPE_GITHUB_MESSAGE,  /* behind the `::` of a command */
	TM_ESCAPE_GITHUB_PROPERTY, /* a value before it */
	TM_ESCAPE_GNUPLOT	   /* a whole string, with its quotes */
};

void tm_put_escaped(struct tm_writer *writer, enum tm_escape escape,
		    const char *text);

/*
 * Change, in place, what GitHub's runner takes for a command in a program's
 * output: `::` behind nothing but blanks in a line, and `##[` anywhere.  One
 * character of each becomes a '?', so that columns stay as they are.
 */
void tm_github_disarm(char *text);

/* JSON, with hidden characters above ASCII as \u escapes: programs read the
 * same text, and people see what is in it. */
void tm_put_json_text(struct tm_writer *writer, const char *json);

#endif
