#include "preload/python_api.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct tm_python_api tm_python;

void tm_python_find(void *into, const char *name)
{
	void *found = dlsym(RTLD_DEFAULT, name);

	memcpy(into, &found, sizeof(found));
}

static int has_all(void)
{
#define X(result, name, parameters)                                            \
	if (!tm_python.name)                                                   \
		return 0;
	TM_PYTHON_NEEDED(X)
#undef X
	return tm_python.type && tm_python.import_error &&
	       (tm_python.PyString_AsString ||
		(tm_python.PyBytes_AsString &&
		 tm_python.PyUnicode_AsUTF8String));
}

int tm_python_api_find(void)
{
	tm_python_find(&tm_python.Py_IsInitialized, "Py_IsInitialized");
	if (!tm_python.Py_IsInitialized)
		return 0;
#define X(result, name, parameters) tm_python_find(&tm_python.name, #name);
	TM_PYTHON_NEEDED(X)
	TM_PYTHON_OPTIONAL(X)
#undef X
	tm_python_find(&tm_python.type, "PyType_Type");
	tm_python_find(&tm_python.instance, "PyInstance_Type");
	tm_python_find(&tm_python.import_error, "PyExc_ImportError");
	return has_all();
}

unsigned int tm_python_api_version(void)
{
	char *end;
	unsigned long major = strtoul(tm_python.Py_GetVersion(), &end, 10);
	unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	return (unsigned int)(major << 8 | (minor & 0xff));
}

int tm_python_api_is_alive(void)
{
	if (!tm_python.Py_IsInitialized())
		return 0;
	if (tm_python.Py_IsFinalizing)
		return !tm_python.Py_IsFinalizing();
	return !tm_python._Py_IsFinalizing || !tm_python._Py_IsFinalizing();
}
