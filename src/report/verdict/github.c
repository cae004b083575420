#include "report/verdict/forms.h"

/* GitHub's workflow commands: `::error title=...::message`, one line each. */

static void put_command(struct tm_writer *writer, const char *level,
			const char *name, const char *message)
{
	tm_writer_printf(writer, "::%s title=", level);
	tm_put_escaped(writer, TM_ESCAPE_GITHUB_PROPERTY, "memory growth: ");
	tm_put_escaped(writer, TM_ESCAPE_GITHUB_PROPERTY, name);
	tm_writer_put(writer, "::");
	tm_put_escaped(writer, TM_ESCAPE_GITHUB_MESSAGE, message);
	tm_writer_put(writer, "\n");
}

void tm_verdict_write_github(struct tm_writer *writer,
			     const struct tm_content *content,
			     const struct tm_style *style)
{
	const struct tm_gate *gate = content->gate;
	size_t i;

	(void)style;
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
