#include "lab/runtime/method.h"

static enum tm_rc call_method(struct tm_runtime *runtime,
			      struct tm_object *object,
			      const struct tm_args *args,
			      struct tm_return *outcome)
{
	struct tm_bound_method *method = (struct tm_bound_method *)object;

	return method->function->call(runtime, method->self, args, outcome);
}

static const size_t references[] = {offsetof(struct tm_bound_method, self)};

const struct tm_type tm_bound_method_type = {
	.name = "bound method",
	.size = sizeof(struct tm_bound_method),
	.reference_count = 1,
	.references = references,
	.weakrefs = offsetof(struct tm_bound_method, weakrefs),
	.call = call_method,
};

struct tm_bound_method *tm_bound_method_new(struct tm_runtime *runtime,
					    struct tm_object *self,
					    const struct tm_function *function)
{
	struct tm_bound_method *method =
		tm_object_new(runtime, &tm_bound_method_type);

	if (!method)
		return NULL;
	method->self = tm_ref(self);
	method->function = function;
	return method;
}
