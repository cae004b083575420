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

/* --- WeakMethod ----------------------------------------------------------- */

const struct tm_type tm_weak_method_type = {
	.name = "WeakMethod",
	.size = sizeof(struct tm_weak_method),
	.optional = offsetof(struct tm_weakref, referent),
	.release = tm_weakref_release,
};

struct tm_weak_method *tm_weak_method_new(struct tm_runtime *runtime,
					  const struct tm_bound_method *method)
{
	struct tm_weak_method *self = tm_weakref_new_of_type(
		runtime, &tm_weak_method_type, method->self, NULL, NULL);

	if (self)
		self->function = method->function;
	return self;
}

enum tm_rc tm_weakref_get(struct tm_runtime *runtime, struct tm_object *object,
			  struct tm_object **out)
{
	struct tm_object *referent =
		tm_weakref_referent((struct tm_weakref *)object);
	struct tm_bound_method *method;

	*out = NULL;
	if (!referent)
		return TM_OK;
	if (object->type != &tm_weak_method_type) {
		*out = tm_ref(referent);
		return TM_OK;
	}
	method = tm_bound_method_new(
		runtime, referent, ((struct tm_weak_method *)object)->function);
	if (!method)
		return TM_ENOMEM;
	*out = &method->object;
	return TM_OK;
}
