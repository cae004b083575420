/*
 * writer.h - text that is appended until memory runs out.
 *
 * Purpose:   what the forms of a verdict have in common: a first failure that
 *            sticks, escapes, columns.
 * Ownership: a writer borrows its buffer.
 */
#ifndef TM_REPORT_VERDICT_WRITER_H
#define TM_REPORT_VERDICT_WRITER_H

#include "report/verdict/verdict.h"

#define TM_WORDS_MAX 512

struct tm_writer {
	struct tm_buf *out;
	enum tm_rc rc;
	int colour;
	int every_line;
	int advises;
};

void tm_writer_put(struct tm_writer *writer, const char *text);
void tm_writer_printf(struct tm_writer *writer, const char *format, ...)
	TM_PRINTF(2, 3);

/* One line of valid UTF-8 without control characters. */
const char *tm_writer_clean(char words[TM_WORDS_MAX], const char *text);

/* What a metric's line shows. */
struct tm_verdict_cells {
	char slope[TM_AMOUNT_MAX];
	char interval[TM_INTERVAL_MAX];
	char budget[TM_AMOUNT_MAX];
	const char *growth;
	const char *curve;
	const char *verdict; /* "pass", "FAIL", "inconclusive", or why none */
};

void tm_verdict_cells_make(struct tm_verdict_cells *out,
			   const struct tm_judged *judged);

/* "1 run failed, 2 passed": the last line of every form that has one. */
void tm_writer_put_totals(struct tm_writer *writer, const struct tm_gate *gate);

void tm_verdict_write_text(struct tm_writer *writer,
			   const struct tm_gate *gate);
void tm_verdict_write_markdown(struct tm_writer *writer,
			       const struct tm_gate *gate);
void tm_verdict_write_json(struct tm_writer *writer,
			   const struct tm_gate *gate);
void tm_verdict_write_csv(struct tm_writer *writer, const struct tm_gate *gate);
void tm_verdict_write_junit(struct tm_writer *writer,
			    const struct tm_gate *gate);
void tm_verdict_write_github(struct tm_writer *writer,
			     const struct tm_gate *gate);

#endif
