#include <string.h>

#include "report/verdict/writer.h"

/* GitHub's workflow commands: `::error title=...::message`, one line each. */

static void put_escaped(struct tm_writer *writer, const char *text,
			int is_property)
{
	char words[TM_WORDS_MAX], one[2] = {0};
	const char *c;

	for (c = tm_writer_clean(words, text); *c; c++) {
		one[0] = *c;
		if (*c == '%')
			tm_writer_put(writer, "%25");
		else if (is_property && *c == ':')
			tm_writer_put(writer, "%3A");
		else if (is_property && *c == ',')
			tm_writer_put(writer, "%2C");
		else
			tm_writer_put(writer, one);
	}
}

static void put_command(struct tm_writer *writer, const char *level,
			const char *name, const char *message)
{
	tm_writer_printf(writer, "::%s title=", level);
	put_escaped(writer, "memory growth: ", 1);
	put_escaped(writer, name, 1);
	tm_writer_put(writer, "::");
	put_escaped(writer, message, 0);
	tm_writer_put(writer, "\n");
}

void tm_verdict_write_github(struct tm_writer *writer,
			     const struct tm_gate *gate)
{
	size_t i;

	for (i = 0; i < gate->count; i++) {
		const struct tm_verdict *verdict = &gate->verdicts[i];

		if (verdict->standing == TM_JUDGEMENT_FAIL)
			put_command(writer, "error", verdict->run->name,
				    verdict->reason);
		else if (verdict->standing == TM_JUDGEMENT_INCONCLUSIVE)
			put_command(writer, "warning", verdict->run->name,
				    verdict->reason);
	}
	for (i = 0; i < gate->missing_count; i++)
		put_command(writer, "warning", "missing", gate->missing[i]);
	if (gate->count + gate->missing_count == 0)
		put_command(writer, "warning", "gate", "nothing was measured");
}
