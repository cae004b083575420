/*
 * python_api.h - the functions of CPython that this library calls.
 *
 * Purpose:   find them in whatever CPython runs here, 2.7 to 3.14: all are
 *            functions that each of these versions exports.  No structure of
 *            the interpreter is read, as those differ between versions.
 * Ownership: as CPython's manual says for each function.
 * Errors:    a process without them has no interpreter that can be entered.
 * Threads:   tm_python_api_find() once, before any other; afterwards constant.
 */
#ifndef TM_PRELOAD_PYTHON_API_H
#define TM_PRELOAD_PYTHON_API_H

#include <stddef.h>
#include <sys/types.h>

struct tm_python_object;

/* PyMethodDef, the same in all versions. */
struct tm_python_method {
	const char *name;
	struct tm_python_object *(*call)(struct tm_python_object *self,
					 struct tm_python_object *arguments);
	int flags;
	const char *text;
};

#define TM_PYTHON_METH_VARARGS 1

/* clang-format off */

/* result, name, parameters: all of these there must be */
#define TM_PYTHON_NEEDED(X)                                                    \
	X(int, Py_IsInitialized, (void))                                       \
	X(const char *, Py_GetVersion, (void))                                 \
	X(int, Py_AddPendingCall, (int (*call)(void *), void *argument))       \
	X(int, PyGILState_Ensure, (void))                                      \
	X(void, PyGILState_Release, (int before))                              \
	X(void *, PyEval_SaveThread, (void))                                   \
	X(void, PyEval_RestoreThread, (void *state))                           \
	X(ssize_t, PyGC_Collect, (void))                                       \
	X(void, Py_IncRef, (struct tm_python_object *object))                  \
	X(void, Py_DecRef, (struct tm_python_object *object))                  \
	X(struct tm_python_object *, PyImport_ImportModule, (const char *name))\
	X(struct tm_python_object *, PyImport_GetModuleDict, (void))           \
	X(struct tm_python_object *, PyObject_GetAttrString,                   \
	  (struct tm_python_object *object, const char *name))                 \
	X(struct tm_python_object *, PyObject_CallObject,                      \
	  (struct tm_python_object *function, struct tm_python_object *tuple)) \
	X(struct tm_python_object *, PyObject_CallFunctionObjArgs,             \
	  (struct tm_python_object *function, ...))                            \
	X(struct tm_python_object *, PyObject_CallMethod,                      \
	  (struct tm_python_object *object, const char *name,                  \
	   const char *format, ...))                                           \
	X(struct tm_python_object *, PyObject_Type,                            \
	  (struct tm_python_object *object))                                   \
	X(struct tm_python_object *, PyMapping_GetItemString,                  \
	  (struct tm_python_object *object, const char *key))                  \
	X(struct tm_python_object *, PyDict_GetItemString,                     \
	  (struct tm_python_object *dict, const char *key))                    \
	X(int, PyDict_DelItem,                                                 \
	  (struct tm_python_object *dict, struct tm_python_object *key))       \
	X(ssize_t, PyList_Size, (struct tm_python_object *list))               \
	X(struct tm_python_object *, PyList_GetItem,                           \
	  (struct tm_python_object *list, ssize_t index))                      \
	X(struct tm_python_object *, PyTuple_New, (ssize_t size))              \
	X(int, PyTuple_SetItem,                                                \
	  (struct tm_python_object *tuple, ssize_t index,                      \
	   struct tm_python_object *object))                                   \
	X(ssize_t, PyNumber_AsSsize_t,                                         \
	  (struct tm_python_object *object, struct tm_python_object *error))   \
	X(struct tm_python_object *, PyLong_FromUnsignedLong,                  \
	  (unsigned long value))                                               \
	X(struct tm_python_object *, PyCFunction_NewEx,                        \
	  (struct tm_python_method *method, struct tm_python_object *self,     \
	   struct tm_python_object *module))                                   \
	X(struct tm_python_object *, Py_BuildValue, (const char *format, ...)) \
	X(struct tm_python_object *, PyErr_Occurred, (void))                   \
	X(int, PyErr_ExceptionMatches, (struct tm_python_object *exception))   \
	X(void, PyErr_Clear, (void))

/* NULL where a version does not have it */
#define TM_PYTHON_OPTIONAL(X)                                                  \
	X(void, PyEval_InitThreads, (void))                                    \
	X(int, Py_IsFinalizing, (void))       /* from 3.13 */                  \
	X(int, _Py_IsFinalizing, (void))      /* 3.7 to 3.12 */                \
	/* of all types from 3.10 */                                           \
	X(void *, PyType_GetSlot, (struct tm_python_object *type, int slot))   \
	X(char *, PyString_AsString, (struct tm_python_object *text)) /* 2.7 */\
	X(char *, PyBytes_AsString, (struct tm_python_object *bytes))          \
	X(struct tm_python_object *, PyUnicode_AsUTF8String,                   \
	  (struct tm_python_object *text))

/* clang-format on */

/* Slots of a type, numbered as in typeslots.h, which never change. */
#define TM_PYTHON_TP_IS_GC    61
#define TM_PYTHON_TP_TRAVERSE 71

typedef int (*tm_python_visit)(struct tm_python_object *object, void *argument);
typedef int (*tm_python_traverse)(struct tm_python_object *object,
				  tm_python_visit visit, void *argument);
typedef int (*tm_python_is_gc)(struct tm_python_object *object);

struct tm_python_api {
#define X(result, name, parameters) result(*name) parameters;
	TM_PYTHON_NEEDED(X)
	TM_PYTHON_OPTIONAL(X)
#undef X
	struct tm_python_object *type;		/* PyType_Type */
	struct tm_python_object *instance;	/* PyInstance_Type of 2.7 */
	struct tm_python_object **import_error; /* PyExc_ImportError */
};

extern struct tm_python_api tm_python;

/* Set the function or object pointer at `into`; NULL: the process has none of that
 * name. */
void tm_python_find(void *into, const char *name);

/* Returns whether the process has an interpreter that can be entered. */
int tm_python_api_find(void);

/* 0x030b of 3.11. */
unsigned int tm_python_api_version(void);

/* Whether the interpreter is there, and does not come to its end. */
int tm_python_api_is_alive(void);

#endif
