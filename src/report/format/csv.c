#include "report/format/csv.h"

#include <math.h>
#include <string.h>

void tm_put_csv_number(struct tm_writer *writer, double value)
{
	/* Bytes of some gigabytes keep all their digits. */
	if (isfinite(value))
		tm_writer_printf(writer, "%.10g", value);
}

const char *tm_csv_rate_unit(const char *so_far, const char *unit)
{
	return !so_far || strcmp(so_far, unit) == 0 ? unit : "unit";
}
