#include "util/amount.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define UNIT_MAX 21

/* Less than one in a million iterations is shown as 0. */
#define SLOW_LEAST 1e-6

/* Commas between thousands, from behind. */
static void group_digits(char out[TM_NUMBER_MAX], const char *digits)
{
	size_t sign = *digits == '-';
	size_t length = strlen(digits);
	size_t used = 0, i;

	for (i = 0; i < length && used < TM_NUMBER_MAX - 2; i++) {
		if (i > sign && (length - i) % 3 == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	out[used] = '\0';
}

void tm_number_format(char out[TM_NUMBER_MAX], double number)
{
	double size = fabs(number);
	char digits[TM_NUMBER_MAX];
	int decimals = size >= 99.95   ? 0
		       : size >= 9.995 ? 1
		       : size >= .0995 ? 2
				       : 3;
	char *end;

	if (!isfinite(number)) {
		snprintf(out, TM_NUMBER_MAX, "%s",
			 number > 0 ? "any amount" : "unknown");
		return;
	}
	if (size >= 1e15) {
		snprintf(out, TM_NUMBER_MAX, "%.3g", number);
		return;
	}
	if (size < .005)
		number = 0;
	snprintf(digits, sizeof(digits), "%.*f", decimals, number);
	if (decimals == 0) {
		group_digits(out, digits);
		return;
	}
	end = digits + strlen(digits);
	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		end[-1] = '\0';
	snprintf(out, TM_NUMBER_MAX, "%s", digits);
}

/* One of what `plural` names: "entry", "process", "match", "block". */
static void name_one(char out[UNIT_MAX], const char *plural)
{
	size_t length;

	snprintf(out, UNIT_MAX, "%s", plural);
	length = strlen(out);
	if (length > 3 && strcmp(out + length - 3, "ies") == 0)
		snprintf(out + length - 3, 2, "y");
	else if (length > 4 && (strcmp(out + length - 4, "sses") == 0 ||
				strcmp(out + length - 4, "ches") == 0))
		out[length - 2] = '\0';
	else if (length > 1 && out[length - 1] == 's')
		out[length - 1] = '\0';
}

/* A count that grows slowly adds up over a run: two digits of it. */
static void format_slow(char out[TM_NUMBER_MAX], double number)
{
	int decimals = 1 - (int)floor(log10(fabs(number)));
	char *end;

	snprintf(out, TM_NUMBER_MAX, "%.*f", decimals, number);
	end = out + strlen(out);
	while (end[-1] == '0')
		*--end = '\0';
}

static void format_count(char out[TM_AMOUNT_MAX], double amount,
			 const char *unit)
{
	char number[TM_NUMBER_MAX], name[UNIT_MAX];

	if (fabs(amount) >= SLOW_LEAST && fabs(amount) < .005)
		format_slow(number, amount);
	else
		tm_number_format(number, amount);
	if (strcmp(number, "1") == 0 || strcmp(number, "-1") == 0)
		name_one(name, unit);
	else
		snprintf(name, sizeof(name), "%s", unit);
	if (isfinite(amount) && *name)
		snprintf(out, TM_AMOUNT_MAX, "%s %s", number, name);
	else
		snprintf(out, TM_AMOUNT_MAX, "%s", number);
}

void tm_amount_format(char out[TM_AMOUNT_MAX], double amount, const char *unit)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	char number[TM_NUMBER_MAX];
	size_t i = 0;

	if (strcmp(unit, "bytes") != 0) {
		format_count(out, amount, unit);
		return;
	}
	while (isfinite(amount) && fabs(amount) >= 999.5 &&
	       i + 1 < sizeof(units) / sizeof(*units)) {
		amount /= 1024.0;
		i++;
	}
	tm_number_format(number, amount);
	if (isfinite(amount))
		snprintf(out, TM_AMOUNT_MAX, "%s %s", number, units[i]);
	else
		snprintf(out, TM_AMOUNT_MAX, "%s", number);
}

void tm_interval_format(char out[TM_INTERVAL_MAX], double low, double high,
			const char *unit)
{
	char from[TM_AMOUNT_MAX], to[TM_AMOUNT_MAX];
	const char *to_unit;
	char *from_unit;

	tm_amount_format(from, low, unit);
	tm_amount_format(to, high, unit);
	from_unit = strchr(from, ' ');
	to_unit = strchr(to, ' ');
	/* One unit for both; only bytes may differ in it. */
	if (isfinite(low) && isfinite(high) && from_unit && to_unit &&
	    (strcmp(unit, "bytes") != 0 || strcmp(from_unit, to_unit) == 0))
		*from_unit = '\0';
	snprintf(out, TM_INTERVAL_MAX, "%s to %s", from, to);
}
