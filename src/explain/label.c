#include "explain/label.h"

#include <stdio.h>
#include <string.h>

#include "explain/row.h"
#include "util/text.h"

void tm_label_make(char label[TM_LABEL_MAX], const struct tm_run *run)
{
	const char *rules = tm_row_rules(run);

	if (rules && !strstr(run->name, rules))
		snprintf(label, TM_LABEL_MAX, "%.70s/%s", run->name, rules);
	else
		snprintf(label, TM_LABEL_MAX, "%s", run->name);
	tm_text_clean(label);
}
