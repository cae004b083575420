#include "results/json_text.h"

#include "util/escape.h"

static int collect(const char *bytes, size_t length, void *context)
{
	struct tm_writer *plain = context;

	tm_writer_put_bytes(plain, bytes, length);
	return plain->rc == TM_OK ? 0 : -1;
}

void tm_put_json_value(struct tm_writer *writer, const json_t *json,
		       size_t flags)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	struct tm_writer plain = {.out = &text};
	int failed;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	failed = json_dump_callback(json, collect, &plain, flags) != 0 ||
		 plain.rc != TM_OK;
	if (!failed)
		tm_put_json_text(writer, text.bytes);
	else if (writer->rc == TM_OK)
		writer->rc = TM_ENOMEM;
	tm_buf_release(&text);
}
