#include "lab/transport/decorator.h"

static enum tm_rc fault_before(void *context, const struct tm_call *call,
			       struct tm_err *err)
{
	struct tm_fault *plan = context;

	(void)call;
	if (plan->calls++ != plan->calls_before)
		return TM_OK;
	return tm_fail(err, plan->rc, "failed on purpose, call %llu",
		       (unsigned long long)plan->calls);
}

static struct tm_decorator fault_decorator(struct tm_fault *plan)
{
	return (struct tm_decorator){
		.name = "fault", .context = plan, .before = fault_before};
}

enum tm_rc tm_broker_fault(struct tm_broker **out, struct tm_alloc *alloc,
			   struct tm_broker *inner, struct tm_fault *plan,
			   struct tm_err *err)
{
	const struct tm_decorator decorator = fault_decorator(plan);

	return tm_broker_decorate(out, alloc, inner, &decorator, err);
}

enum tm_rc tm_backend_fault(struct tm_backend **out, struct tm_alloc *alloc,
			    struct tm_backend *inner, struct tm_fault *plan,
			    struct tm_err *err)
{
	const struct tm_decorator decorator = fault_decorator(plan);

	return tm_backend_decorate(out, alloc, inner, &decorator, err);
}
