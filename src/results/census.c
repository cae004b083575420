#include "results/census.h"

#include <stdlib.h>
#include <string.h>

#include "util/escape.h"

static const struct tm_field fields[] = {
	TM_FIELD(tm_run_census_row, TEXT, type),
	TM_FIELD(tm_run_census_row, INT, live),
	TM_FIELD(tm_run_census_row, INT, live_bytes),
	TM_FIELD(tm_run_census_row, INT, garbage),
	TM_FIELD_END,
};

json_t *tm_run_census_to_json(const struct tm_run_census *census)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; list && i < census->count; i++) {
		if (json_array_append_new(list, tm_fields_json(&census->rows[i],
							       fields)) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

void tm_run_census_from_json(struct tm_run_census *out, const json_t *json)
{
	size_t i;

	out->is_known = json_is_array(json);
	out->rows = tm_records_new(&out->count, json, sizeof(*out->rows));
	for (i = 0; i < out->count; i++)
		tm_fields_read(&out->rows[i], fields, json_array_get(json, i));
}

void tm_run_census_release(struct tm_run_census *census)
{
	size_t i;

	for (i = 0; i < census->count; i++)
		tm_fields_release(&census->rows[i], fields);
	free(census->rows);
	memset(census, 0, sizeof(*census));
}

/* --- CSV ------------------------------------------------------------------ */

static void put_count(struct tm_writer *writer, struct tm_known_int count)
{
	tm_writer_put(writer, ",");
	if (count.is_known)
		tm_writer_printf(writer, "%lld", (long long)count.value);
}

static void put_row(struct tm_writer *writer,
		    const struct tm_run_census_row *row)
{
	tm_put_escaped(writer, TM_ESCAPE_CSV, row->type ? row->type : "");
	put_count(writer, row->live);
	put_count(writer, row->live_bytes);
	put_count(writer, row->garbage);
	tm_writer_put(writer, "\n");
}

enum tm_rc tm_run_census_write_csv(const struct tm_run_census *census,
				   FILE *file)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	struct tm_writer writer = {.out = &text};
	size_t i;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	tm_writer_put(&writer, "type,live,live_bytes,garbage\n");
	for (i = 0; i < census->count; i++)
		put_row(&writer, &census->rows[i]);
	if (writer.rc == TM_OK)
		fputs(text.bytes, file);
	tm_buf_release(&text);
	return writer.rc;
}
