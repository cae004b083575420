/*
 * Numbers in CSV, and what the columns of rates are called.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>

#include "report/format/csv.h"

struct number_case {
	double value;
	char field[24];
};

ParameterizedTestParameters(csv, writes_numbers_as_programs_read_them)
{
	static struct number_case cases[] = {
		{0, "0"},
		{-1.5, "-1.5"},
		{9193120.576, "9193120.576"},
		{4294967296.0, "4294967296"},
		{.1 + .2, "0.3"},
		{NAN, ""},
		{INFINITY, ""},
	};

	return cr_make_param_array(struct number_case, cases,
				   sizeof(cases) / sizeof(*cases));
}

ParameterizedTest(struct number_case *row, csv,
		  writes_numbers_as_programs_read_them)
{
	struct tm_alloc alloc;
	struct tm_buf out;
	struct tm_writer writer = {.out = &out};

	tm_alloc_init(&alloc);
	tm_buf_init(&out, &alloc);
	tm_writer_put(&writer, ",");
	tm_put_csv_number(&writer, row->value);
	cr_expect_str_eq(out.bytes + 1, row->field);
	tm_buf_release(&out);
}

Test(csv, names_the_unit_if_there_is_one)
{
	const char *per = tm_csv_rate_unit(NULL, "second");

	cr_expect_str_eq(per, "second");
	per = tm_csv_rate_unit(per, "second");
	cr_expect_str_eq(per, "second");
	per = tm_csv_rate_unit(per, "iteration");
	cr_expect_str_eq(per, "unit");
	cr_expect_str_eq(tm_csv_rate_unit(per, "second"), "unit");
}
