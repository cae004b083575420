#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "util/quantity.h"

struct quantity {
	char kind; /* b, m or c: a function's address differs in each test */
	char text[32];
	int good;
	uint64_t value;
};

ParameterizedTestParameters(quantity, is_read_as_people_write_it)
{
	static struct quantity rows[] = {
		{'b', "4096", 1, 4096},
		{'b', "512M", 1, 512u << 20},
		{'b', "512MiB", 1, 512u << 20},
		{'b', "1.5k", 1, 1536},
		{'b', "2gb", 1, 2ull << 30},
		{'b', "0", 1, 0},
		{'b', "", 0, 0},
		{'b', "-1", 0, 0},
		{'b', "1X", 0, 0},
		{'b', " 1", 0, 0},
		{'b', "0x10", 0, 0},
		{'b', "inf", 0, 0},
		{'b', "9999999999T", 0, 0},
		{'b', "1 M", 0, 0},
		{'m', "90", 1, 90000},
		{'m', "1.5s", 1, 1500},
		{'m', "250ms", 1, 250},
		{'m', "2m", 1, 120000},
		{'m', "1h", 1, 3600000},
		{'m', "soon", 0, 0},
		{'c', "10000", 1, 10000},
		{'c', "18446744073709551615", 1, UINT64_MAX},
		{'c', "18446744073709551616", 0, 0},
		{'c', "1e3", 0, 0},
		{'c', "+1", 0, 0},
		{'c', "", 0, 0},
	};

	return cr_make_param_array(struct quantity, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct quantity *row, quantity, is_read_as_people_write_it)
{
	uint64_t value = 0;
	int good = row->kind == 'b'   ? tm_quantity_bytes(row->text, &value)
		   : row->kind == 'm' ? tm_quantity_ms(row->text, &value)
				      : tm_quantity_count(row->text, &value);

	cr_assert_eq(good, row->good, "'%s'", row->text);
	if (row->good)
		cr_assert_eq(value, row->value, "'%s' is %lu", row->text,
			     (unsigned long)value);
}
