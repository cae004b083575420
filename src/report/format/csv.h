/*
 * csv.h - numbers, and the names of their columns, in CSV.
 *
 * Purpose:   all CSV has one form of number and names its units alike, so that
 *            a script reads runs, verdicts and explanations in one way.  Text
 *            is written by util/escape.h.
 * Ownership: everything is borrowed for the call.
 * Units:     named in the columns.
 * Errors:    as util/writer.h.
 */
#ifndef TM_REPORT_FORMAT_CSV_H
#define TM_REPORT_FORMAT_CSV_H

#include "util/writer.h"

/* A field with the number; an empty one when it is not finite, as an absent
 * value is. */
void tm_put_csv_number(struct tm_writer *writer, double value);

/* What the name of a column of rates ends in: "iteration" or "second", and
 * "unit" where rows differ.  Begin with NULL, then add the unit of each row. */
const char *tm_csv_rate_unit(const char *so_far, const char *unit);

#endif
