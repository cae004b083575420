#include "lab/program/leak.h"

#include <stdlib.h>
#include <string.h>

struct tm_leak_block {
	struct tm_leak_block *older;
};

enum tm_rc tm_leak_grow(struct tm_leak *leak, uint64_t bytes,
			struct tm_err *err)
{
	struct tm_leak_block *block;

	leak->owed += bytes;
	if (leak->owed < sizeof(*block))
		return TM_OK;
	block = malloc(leak->owed);
	if (!block)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the injected leak");
	/* Written to, so that resident memory grows too. */
	memset(block, 0x5a, leak->owed);
	block->older = leak->newest;
	leak->newest = block;
	leak->owed = 0;
	return TM_OK;
}

void tm_leak_release(struct tm_leak *leak)
{
	while (leak->newest) {
		struct tm_leak_block *older = leak->newest->older;

		free(leak->newest);
		leak->newest = older;
	}
}
