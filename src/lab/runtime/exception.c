#include "lab/runtime/exception.h"

#include <stdio.h>

const struct tm_type tm_exception_type = {
	.name = "exception",
	.size = sizeof(struct tm_exception),
};

struct tm_exception *tm_exception_new(struct tm_runtime *runtime,
				      const char *text)
{
	struct tm_exception *self = tm_object_new(runtime, &tm_exception_type);

	if (self)
		snprintf(self->text, sizeof(self->text), "%s", text);
	return self;
}
