#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "../../support/wire.h"

static struct tm_id_source source;

static struct tm_id new_id(void)
{
	return tm_id_new(&source);
}

static void draw_ids(void)
{
	cr_assert_eq(tm_id_source_init(&source, NULL), TM_OK);
}

static const struct tm_message_template chord_of_one = {
	.wire = TM_WIRE_5_2_6,
	.task = "task.dummy",
	.chord_task = "task.result",
	.chord_size = 1,
	.origin = "gen1@host",
};

static struct tm_message_encoder *encoder_of(
	struct tm_alloc *alloc, const struct tm_message_template *t)
{
	struct tm_message_encoder *encoder;
	struct tm_err err;

	tm_alloc_init(alloc);
	cr_assert_eq(tm_message_encoder_new(&encoder, alloc, t, &err), TM_OK,
		     "%s", err.text);
	return encoder;
}

/* --- beside real Celery's ------------------------------------------------- */

struct capture_row {
	enum tm_wire wire;
	char path[80];
};

ParameterizedTestParameters(message, has_every_field_of_the_capture)
{
	static struct capture_row rows[] = {
		{TM_WIRE_4_2_2, WIRE_4_2_2},
		{TM_WIRE_5_2_6, WIRE_5_2_6},
	};

	return cr_make_param_array(struct capture_row, rows, 2);
}

ParameterizedTest(struct capture_row *row, message,
		  has_every_field_of_the_capture)
{
	json_t *capture = wire_capture(row->path);
	json_t *wanted = wire_from_capture(capture);
	const struct tm_message *message;
	struct tm_message_template fixed;
	struct tm_message_ids ids;
	struct tm_message_encoder *encoder;
	struct tm_alloc alloc;
	json_t *got;

	wire_template_of(capture, row->wire, &fixed, &ids);
	encoder = encoder_of(&alloc, &fixed);
	message = tm_message_encode(encoder, &ids);
	got = wire_from_message(message);
	cr_assert(json_equal(got, wanted), "wrote %s\nwanted %s",
		  json_dumps(got, 0), json_dumps(wanted, 0));
	cr_assert_eq(
		(json_int_t)message->body_length,
		json_integer_value(json_object_get(capture, "body_bytes")));
	json_decref(got);
	json_decref(wanted);
	json_decref(capture);
	tm_message_encoder_free(encoder);
	cr_assert_eq(alloc.live_bytes, 0);
}

/* --- what varies ---------------------------------------------------------- */

static json_t *header_of(const struct tm_message *message, const char *name)
{
	json_t *all = wire_from_message(message);
	json_t *header = json_incref(
		json_object_get(json_object_get(all, "headers"), name));

	json_decref(all);
	return header;
}

Test(message, of_a_lone_task_has_no_group_and_no_chord, .init = draw_ids)
{
	struct tm_message_template fixed = chord_of_one;
	struct tm_message_ids ids = {.task_id = new_id()};
	const struct tm_message *message;
	struct tm_message_encoder *encoder;
	struct tm_alloc alloc;
	json_t *all;

	fixed.chord_task = NULL;
	encoder = encoder_of(&alloc, &fixed);
	message = tm_message_encode(encoder, &ids);
	all = wire_from_message(message);
	cr_assert(json_is_null(header_of(message, "group")));
	cr_assert(json_is_null(header_of(message, "group_index")));
	cr_assert(json_is_null(json_object_get(
		json_array_get(json_object_get(all, "body"), 2), "chord")));
	json_decref(all);
	tm_message_encoder_free(encoder);
}

Test(message, shows_new_identifiers_each_time, .init = draw_ids)
{
	struct tm_message_encoder *encoder;
	struct tm_alloc alloc;
	uint32_t index;

	encoder = encoder_of(&alloc, &chord_of_one);
	for (index = 0; index < 3; index++) {
		struct tm_message_ids ids = {.task_id = new_id(),
					     .has_group = 1,
					     .group_id = new_id(),
					     .group_index = index,
					     .chord_id = new_id()};
		const struct tm_message *message =
			tm_message_encode(encoder, &ids);
		char text[TM_ID_TEXT + 1] = "";
		json_t *header = header_of(message, "group_index");

		cr_assert_eq(json_integer_value(header), index);
		json_decref(header);
		tm_id_write(&ids.chord_id, text);
		cr_assert_not_null(memmem(message->body, message->body_length,
					  text, TM_ID_TEXT));
		tm_id_write(&ids.task_id, text);
		cr_assert_eq(memcmp(message->correlation_id, text, TM_ID_TEXT),
			     0);
		header = header_of(message, "root_id");
		cr_assert_str_eq(json_string_value(header), text);
		json_decref(header);
		tm_id_write(&ids.group_id, text);
		header = header_of(message, "group");
		cr_assert_str_eq(json_string_value(header), text);
		json_decref(header);
	}
	tm_message_encoder_free(encoder);
}

/* A name may hold anything, also what looks like the place of an identifier. */
Test(message, is_not_confused_by_a_task_name, .init = draw_ids)
{
	struct tm_message_template fixed = chord_of_one;
	struct tm_message_ids ids = {.task_id = new_id(), .chord_id = new_id()};
	const char *odd = "\"task_id\": \"\"}";
	struct tm_message_encoder *encoder;
	const json_t *chord;
	struct tm_alloc alloc;
	json_t *all;

	fixed.chord_task = odd;
	encoder = encoder_of(&alloc, &fixed);
	all = wire_from_message(tm_message_encode(encoder, &ids));
	chord = json_object_get(json_array_get(json_object_get(all, "body"), 2),
				"chord");
	cr_assert_str_eq(json_string_value(json_object_get(chord, "task")),
			 odd);
	json_decref(all);
	tm_message_encoder_free(encoder);
}

Test(message, allocates_nothing_when_encoding, .init = draw_ids)
{
	struct tm_message_ids ids = {.task_id = new_id()};
	struct tm_message_encoder *encoder;
	struct tm_alloc alloc;
	uint64_t before;

	encoder = encoder_of(&alloc, &chord_of_one);
	before = alloc.live_bytes;
	alloc.fail_after = 0;
	tm_message_encode(encoder, &ids);
	cr_assert_eq(alloc.live_bytes, before);
	tm_message_encoder_free(encoder);
}

/* --- failing -------------------------------------------------------------- */

Test(message, refuses_a_task_name_that_is_not_utf_8)
{
	struct tm_message_template fixed = chord_of_one;
	struct tm_message_encoder *encoder;
	struct tm_alloc alloc;
	struct tm_err err;

	tm_alloc_init(&alloc);
	fixed.chord_task = "task.\xff";
	cr_assert_eq(tm_message_encoder_new(&encoder, &alloc, &fixed, &err),
		     TM_EUSAGE);
	cr_assert_null(encoder);
	cr_assert_eq(alloc.live_blocks, 0);
}

Test(message, survives_every_failing_allocation)
{
	struct tm_message_encoder *encoder = NULL;
	struct tm_alloc alloc;
	struct tm_err err;
	uint64_t allowed;

	for (allowed = 0; !encoder; allowed++) {
		cr_assert_lt(allowed, 100);
		tm_alloc_init(&alloc);
		alloc.fail_after = allowed;
		if (tm_message_encoder_new(&encoder, &alloc, &chord_of_one,
					   &err) == TM_OK)
			break;
		cr_assert_eq(err.rc, TM_ENOMEM);
		cr_assert_null(encoder);
		cr_assert_eq(alloc.live_blocks, 0);
	}
	cr_assert_gt(allowed, 0);
	tm_message_encoder_free(encoder);
	cr_assert_eq(alloc.live_blocks, 0);
}
