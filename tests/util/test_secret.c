#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>

#include "util/secret.h"

struct url_row {
	char text[80];
	char shown[80];
};

ParameterizedTestParameters(secret, in_a_url_is_masked)
{
	static struct url_row rows[] = {
		{"memory://", "memory://"},
		{"amqp://host:5672//", "amqp://host:5672//"},
		{"amqp://u:secret@h:1//?heartbeat=30",
		 "amqp://u:**@h:1//?heartbeat=30"},
		{"redis://:secret@h/0", "redis://:**@h/0"},
		{"redis://u@h/0", "redis://u@h/0"},
		{"amqp://u:sec@ret@h", "amqp://u:**@h"},
		{"amqp://u:sec/ret@h", "amqp://u:**@h"},
		{"amqp://u:sec?ret@h", "amqp://u:**@h"},
		{"redis://h/0?password=secret", "redis://h/0?**"},
		{"amqp://h?heartbeat=1&heartbeat=2",
		 "amqp://h?heartbeat=1&heartbeat=2"},
		{"amqp://h?heartbeat=1&key=secret", "amqp://h?**"},
		{"amqp://h?heartbeat=1secret", "amqp://h?**"},
		{"u:secret@h", "u:**@h"},
		{"", ""},
	};

	return cr_make_param_array(struct url_row, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct url_row *row, secret, in_a_url_is_masked)
{
	char shown[80];

	tm_secret_mask_url(row->text, shown, sizeof(shown));
	cr_assert_str_eq(shown, row->shown);
}

Test(secret, in_a_url_stays_masked_when_the_text_is_cut)
{
	char shown[12];

	tm_secret_mask_url("amqp://u:secret@host", shown, sizeof(shown));
	cr_assert_str_eq(shown, "amqp://u:**");
}

Test(secret, in_a_url_is_masked_within_a_text)
{
	char *shown = tm_secret_mask_text(
		"push amqp://u:secret@h/v and 'redis://:word@h/0'");

	cr_assert_str_eq(shown, "push amqp://u:**@h/v and 'redis://:**@h/0'");
	free(shown);
}
