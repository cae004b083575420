#include <criterion/criterion.h>

#include "util/id.h"

static struct tm_id_source source;

Test(id, is_a_random_version_4_uuid)
{
	struct tm_id id;

	cr_assert_eq(tm_id_source_init(&source, NULL), TM_OK);
	id = tm_id_new(&source);
	cr_assert_eq(id.bytes[6] >> 4, 4);
	cr_assert_eq(id.bytes[8] >> 6, 2);
}

Test(id, differs_each_time_also_across_refills)
{
	struct tm_id last, next;
	int i;

	cr_assert_eq(tm_id_source_init(&source, NULL), TM_OK);
	last = tm_id_new(&source);
	for (i = 0; i < 1000; i++) {
		next = tm_id_new(&source);
		cr_assert_not(tm_id_equal(&last, &next));
		last = next;
	}
}

Test(id, reads_back_what_it_writes)
{
	struct tm_id id, back;
	char text[TM_ID_TEXT];

	cr_assert_eq(tm_id_source_init(&source, NULL), TM_OK);
	id = tm_id_new(&source);
	tm_id_write(&id, text);
	cr_assert_eq(tm_id_parse(&back, text, TM_ID_TEXT), TM_OK);
	cr_assert(tm_id_equal(&id, &back));
}

Test(id, refuses_text_that_is_no_uuid)
{
	struct tm_id id;

	cr_assert_eq(tm_id_parse(&id, "short", 5), TM_EUSAGE);
	cr_assert_eq(tm_id_parse(&id, "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
				 TM_ID_TEXT),
		     TM_EUSAGE);
}
