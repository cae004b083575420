#include <criterion/criterion.h>
#include <math.h>

#include "util/amount.h"

Test(number, is_short_and_without_an_exponent)
{
	static const struct {
		double number;
		const char *text;
	} rows[] = {
		{2135.2, "2,135"}, {-1234567, "-1,234,567"},
		{16, "16"},	   {15.94, "15.9"},
		{0.0204, "0.02"},  {-0.001, "0"},
		{99.96, "100"},	   {9.999, "10"},
		{999.9, "1,000"},  {0, "0"},
		{-0.5, "-0.5"},	   {0.005, "0.005"},
		{0.0123, "0.012"}, {0.123, "0.12"},
	};
	char text[TM_NUMBER_MAX];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		tm_number_format(text, rows[i].number);
		cr_assert_str_eq(text, rows[i].text);
	}
	tm_number_format(text, NAN);
	cr_assert_str_eq(text, "unknown");
}

Test(amount, of_bytes_has_the_unit_that_reads_best)
{
	static const struct {
		double amount;
		const char *text;
	} rows[] = {
		{0, "0 B"},
		{20, "20 B"},
		{-20, "-20 B"},
		{999.4, "999 B"},
		{999.9, "0.98 KiB"},
		{1024, "1 KiB"},
		{1536, "1.5 KiB"},
		{204000, "199 KiB"},
		{1611703.6, "1.54 MiB"},
		{-3.0 * 1024 * 1048576, "-3 GiB"},
		{2e18, "1,818,989 TiB"},
	};
	char text[TM_AMOUNT_MAX];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		tm_amount_format(text, rows[i].amount, "bytes");
		cr_assert_str_eq(text, rows[i].text);
	}
	tm_amount_format(text, INFINITY, "bytes");
	cr_assert_str_eq(text, "any amount");
}

Test(amount, of_anything_else_is_a_number_and_its_unit)
{
	char text[TM_AMOUNT_MAX];

	tm_amount_format(text, 3, "descriptors");
	cr_assert_str_eq(text, "3 descriptors");
	tm_amount_format(text, 0.5, "objects");
	cr_assert_str_eq(text, "0.5 objects");
	tm_amount_format(text, INFINITY, "objects");
	cr_assert_str_eq(text, "any amount");
}

Test(amount, of_one_names_its_unit_in_the_singular)
{
	static const struct {
		double amount;
		const char *unit, *text;
	} rows[] = {
		{1, "blocks", "1 block"},
		{-1, "blocks", "-1 block"},
		{0.9996, "blocks", "1 block"},
		{.004, "threads", "0.004 threads"},
		{-.00416, "threads", "-0.0042 threads"},
		{.000996, "threads", "0.001 threads"},
		{1.5e-6, "threads", "0.0000015 threads"},
		{9e-7, "threads", "0 threads"},
		{1, "entries", "1 entry"},
		{1, "processes", "1 process"},
		{1, "samples", "1 sample"},
		{1, "matches", "1 match"},
		{1, "more lines", "1 more line"},
		{0, "processes", "0 processes"},
		{1.5, "entries", "1.5 entries"},
		{1, "", "1"},
		{1, "bytes", "1 B"},
	};
	char text[TM_AMOUNT_MAX];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		tm_amount_format(text, rows[i].amount, rows[i].unit);
		cr_assert_str_eq(text, rows[i].text);
	}
}

Test(interval, names_a_common_unit_once)
{
	char text[TM_INTERVAL_MAX];

	tm_interval_format(text, 1990, 2188, "bytes");
	cr_assert_str_eq(text, "1.94 to 2.14 KiB");
	tm_interval_format(text, -3, 1536, "bytes");
	cr_assert_str_eq(text, "-3 B to 1.5 KiB");
	tm_interval_format(text, 0.1, 0.2, "descriptors");
	cr_assert_str_eq(text, "0.1 to 0.2 descriptors");
	tm_interval_format(text, 1, 2, "blocks");
	cr_assert_str_eq(text, "1 to 2 blocks");
	tm_interval_format(text, -1, INFINITY, "blocks");
	cr_assert_str_eq(text, "-1 block to any amount");
	tm_interval_format(text, 1, 2, "");
	cr_assert_str_eq(text, "1 to 2");
	tm_interval_format(text, 1, INFINITY, "bytes");
	cr_assert_str_eq(text, "1 B to any amount");
}
