#include "util/id.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <uuid/uuid.h>

static int refill(struct tm_id_source *source)
{
	size_t have = 0;

	while (have < sizeof(source->pool)) {
		ssize_t got = getrandom(source->pool + have,
					sizeof(source->pool) - have, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		have += (size_t)got;
	}
	source->used = 0;
	return 0;
}

enum tm_rc tm_id_source_init(struct tm_id_source *source, struct tm_err *err)
{
	if (refill(source) != 0)
		return tm_fail_errno(err, errno,
				     "the kernel returned no random bytes");
	return TM_OK;
}

struct tm_id tm_id_new(struct tm_id_source *source)
{
	struct tm_id id;

	if (source->used == sizeof(source->pool) && refill(source) != 0)
		abort();
	memcpy(id.bytes, source->pool + source->used, sizeof(id.bytes));
	source->used += sizeof(id.bytes);
	id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x40); /* version 4 */
	id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80); /* RFC variant */
	return id;
}

void tm_id_write(const struct tm_id *id, char *text)
{
	char whole[TM_ID_TEXT + 1];

	uuid_unparse_lower(id->bytes, whole);
	memcpy(text, whole, TM_ID_TEXT);
}

enum tm_rc tm_id_parse(struct tm_id *out, const char *text, size_t length)
{
	char whole[TM_ID_TEXT + 1];

	if (length != TM_ID_TEXT)
		return TM_EUSAGE;
	memcpy(whole, text, TM_ID_TEXT);
	whole[TM_ID_TEXT] = '\0';
	return uuid_parse(whole, out->bytes) == 0 ? TM_OK : TM_EUSAGE;
}
