#include "preload/python_types.h"

#include <string.h>
#include <sys/mman.h>

#define ROWS	    TM_PYTHON_TYPES_ROWS
#define TABLE_BYTES (ROWS * sizeof(struct tm_python_type))

/* Py_TPFLAGS_*: the same in all versions but for the last two. */
#define FLAG_HEAP_TYPE	    (1L << 9) /* made by a class statement, mostly */
#define FLAG_HAS_GC	    (1L << 14)
#define FLAG_MANAGED_MEMBER (3L << 3) /* since 3.11: a dict, weak references */

/* Descriptors of `type`: they read a type past its metaclass, whose methods
 * may be the program's. */
static struct {
	struct tm_python_object *flags, *item_size, *base;
	struct tm_python_object *name, *qualified_name, *module;
} ask;

static struct tm_python_object *size_of_object; /* object.__sizeof__ */
static uint32_t gc_head;			/* before each tracked object */
static int has_managed_members;
static int tells_slots;

/* --- what is asked of types ----------------------------------------------- */

static struct tm_python_object *get(struct tm_python_object *descriptor,
				    struct tm_python_object *type)
{
	struct tm_python_object *value = NULL;

	if (descriptor)
		value = tm_python.PyObject_CallMethod(descriptor, "__get__",
						      "(O)", type);
	if (!value)
		tm_python.PyErr_Clear();
	return value;
}

static long to_number(struct tm_python_object *value)
{
	ssize_t number = -1;

	if (value) {
		number = tm_python.PyNumber_AsSsize_t(value, NULL);
		tm_python.Py_DecRef(value);
	}
	if (number == -1)
		tm_python.PyErr_Clear();
	return (long)number;
}

/* -1: not known. */
static long call_sizer(struct tm_python_object *sizer,
		       struct tm_python_object *object)
{
	return to_number(tm_python.PyObject_CallFunctionObjArgs(sizer, object,
								(void *)NULL));
}

/* What sys.getsizeof() says more than list.__sizeof__() of the same list. */
static int measure_head(void)
{
	struct tm_python_object *sys = tm_python.PyImport_ImportModule("sys");
	struct tm_python_object *list = tm_python.Py_BuildValue("[]");
	struct tm_python_object *get_size = NULL, *size = NULL;
	long with_head = -1, without = -1;

	if (sys && list)
		get_size = tm_python.PyObject_GetAttrString(sys, "getsizeof");
	if (get_size)
		size = tm_python.PyObject_GetAttrString(list, "__sizeof__");
	if (size) {
		with_head = call_sizer(get_size, list);
		without = to_number(tm_python.PyObject_CallObject(size, NULL));
	}
	tm_python.Py_DecRef(size);
	tm_python.Py_DecRef(get_size);
	tm_python.Py_DecRef(list);
	tm_python.Py_DecRef(sys);
	if (without < 0 || with_head < without)
		return 0;
	gc_head = (uint32_t)(with_head - without);
	return 1;
}

int tm_python_types_start(void)
{
	struct tm_python_object *members =
		tm_python.PyObject_GetAttrString(tm_python.type, "__dict__");
	struct tm_python_object *object;

	if (!members)
		return 0;
	ask.flags = tm_python.PyMapping_GetItemString(members, "__flags__");
	ask.item_size =
		tm_python.PyMapping_GetItemString(members, "__itemsize__");
	ask.base = tm_python.PyMapping_GetItemString(members, "__base__");
	ask.name = tm_python.PyMapping_GetItemString(members, "__name__");
	ask.module = tm_python.PyMapping_GetItemString(members, "__module__");
	/* 2.7 has none. */
	ask.qualified_name =
		tm_python.PyMapping_GetItemString(members, "__qualname__");
	tm_python.PyErr_Clear();
	tm_python.Py_DecRef(members);
	if (!ask.flags || !ask.item_size || !ask.base || !ask.name ||
	    !ask.module)
		return 0;
	object = get(ask.base, tm_python.type);
	if (object)
		size_of_object =
			tm_python.PyObject_GetAttrString(object, "__sizeof__");
	tm_python.Py_DecRef(object);
	has_managed_members = tm_python_api_version() >= 0x030b;
	tells_slots =
		tm_python.PyType_GetSlot && tm_python_api_version() >= 0x030a;
	return size_of_object && measure_head();
}

/* --- rows ----------------------------------------------------------------- */

int tm_python_types_open(struct tm_python_types *types)
{
	memset(types, 0, sizeof(*types));
	types->row = mmap(NULL, TABLE_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return types->row != MAP_FAILED;
}

void tm_python_types_close(struct tm_python_types *types)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (types->row[i].sizer)
			tm_python.Py_DecRef(types->row[i].sizer);
	munmap(types->row, TABLE_BYTES);
}

/* The first of its bases that was written in C: a new reference. */
static struct tm_python_object *written_in_c(struct tm_python_object *type)
{
	struct tm_python_object *base;

	tm_python.Py_IncRef(type);
	while (type && to_number(get(ask.flags, type)) & FLAG_HEAP_TYPE) {
		base = get(ask.base, type);
		tm_python.Py_DecRef(type);
		type = base;
	}
	return type;
}

static void find_slot(void *function, struct tm_python_object *type, int slot)
{
	void *found = tm_python.PyType_GetSlot(type, slot);

	memcpy(function, &found, sizeof(found));
}

static void learn_referents(struct tm_python_type *row,
			    struct tm_python_object *type)
{
	if (!row->has_referents || !tells_slots)
		return;
	find_slot(&row->traverse, type, TM_PYTHON_TP_TRAVERSE);
	find_slot(&row->is_gc, type, TM_PYTHON_TP_IS_GC);
	tm_python.PyErr_Clear();
}

/* How the size of the type's objects is asked, of which `object` is one. */
static void learn_size(struct tm_python_type *row,
		       struct tm_python_object *type,
		       struct tm_python_object *object)
{
	long flags = to_number(get(ask.flags, type)), size;
	struct tm_python_object *base = written_in_c(type);

	row->has_referents = (flags & FLAG_HAS_GC) != 0;
	row->head = row->has_referents ? gc_head : 0;
	if (has_managed_members && flags & FLAG_MANAGED_MEMBER)
		row->head += 2 * (uint32_t)sizeof(void *);
	if (base)
		row->sizer =
			tm_python.PyObject_GetAttrString(base, "__sizeof__");
	tm_python.PyErr_Clear();
	tm_python.Py_DecRef(base);
	if (!row->sizer) {
		row->has_no_size = 1;
		return;
	}
	if (row->sizer != size_of_object ||
	    to_number(get(ask.item_size, type)) != 0)
		return;
	size = call_sizer(row->sizer, object);
	tm_python.Py_DecRef(row->sizer);
	row->sizer = NULL;
	row->has_no_size = size < 0;
	row->size = size < 0 ? 0 : (uint32_t)size + row->head;
}

static struct tm_python_type *find(const struct tm_python_types *types,
				   const struct tm_python_object *type)
{
	size_t i = ((uintptr_t)type >> 4) * 0x9e3779b1u % ROWS;

	while (types->row[i].type && types->row[i].type != type)
		i = (i + 1) % ROWS;
	return &types->row[i];
}

/* The row of `type`; of the class when it is 2.7's type of all instances of
 * classes of the old style. */
static struct tm_python_type *row_of(struct tm_python_types *types,
				     struct tm_python_object *object)
{
	struct tm_python_object *type = tm_python.PyObject_Type(object);
	struct tm_python_object *class = type;
	struct tm_python_type *row;

	if (type == tm_python.instance)
		class = tm_python.PyObject_GetAttrString(object, "__class__");
	row = types->last;
	if (!row || row->type != class)
		row = class ? find(types, class) : NULL;
	if (row && !row->type && types->used == TM_PYTHON_TYPES_MAX) {
		types->is_full = 1;
		row = NULL;
	} else if (row && !row->type) {
		types->used++;
		row->type = class;
		row->is_instance = class != type;
		learn_size(row, type, object);
		learn_referents(row, type);
	}
	if (class != type)
		tm_python.Py_DecRef(class);
	/* An object that lives keeps it. */
	tm_python.Py_DecRef(type);
	types->last = row;
	return row;
}

struct tm_python_type *tm_python_types_add(struct tm_python_types *types,
					   struct tm_python_object *object)
{
	struct tm_python_type *row = row_of(types, object);
	long size;

	if (!row)
		return NULL;
	size = row->size;
	if (row->sizer)
		size = call_sizer(row->sizer, object) + (long)row->head;
	if (size < (long)row->head)
		row->has_no_size = 1;
	else
		row->bytes += (uint64_t)size;
	row->objects++;
	types->objects++;
	types->bytes += size < (long)row->head ? 0 : (uint64_t)size;
	return row;
}

void tm_python_types_add_garbage(struct tm_python_types *types,
				 struct tm_python_object *object)
{
	struct tm_python_type *row = row_of(types, object);

	if (row)
		row->uncollectable++;
}

/* --- names ---------------------------------------------------------------- */

static size_t copy_clean(char *out, size_t size, const char *text)
{
	size_t length = 0;

	for (; text && *text && length + 1 < size; text++) {
		char c = *text;

		if ((unsigned char)c < ' ' || c == 127)
			c = '?';
		out[length++] = c;
	}
	out[length] = '\0';
	return length;
}

/* Takes over `value`, which may be NULL, and need not be a text. */
static size_t copy_text(char *out, size_t size, struct tm_python_object *value)
{
	struct tm_python_object *bytes = NULL;
	const char *text = NULL;
	size_t length;

	if (value && tm_python.PyString_AsString) {
		text = tm_python.PyString_AsString(value);
	} else if (value) {
		bytes = tm_python.PyUnicode_AsUTF8String(value);
		text = bytes ? tm_python.PyBytes_AsString(bytes) : NULL;
	}
	if (!text)
		tm_python.PyErr_Clear();
	length = copy_clean(out, size, text);
	tm_python.Py_DecRef(bytes);
	tm_python.Py_DecRef(value);
	return length;
}

static struct tm_python_object *own_name(const struct tm_python_type *row)
{
	if (row->is_instance)
		return tm_python.PyObject_GetAttrString(row->type, "__name__");
	return get(ask.qualified_name ? ask.qualified_name : ask.name,
		   row->type);
}

static struct tm_python_object *own_module(const struct tm_python_type *row)
{
	if (row->is_instance)
		return tm_python.PyObject_GetAttrString(row->type,
							"__module__");
	return get(ask.module, row->type);
}

size_t tm_python_types_name(const struct tm_python_type *row, char *name,
			    size_t size)
{
	size_t length = copy_text(name, size / 2, own_module(row));

	if (strcmp(name, "builtins") == 0 || strcmp(name, "__builtin__") == 0)
		length = 0;
	if (length)
		name[length++] = '.';
	length += copy_text(name + length, size - length, own_name(row));
	return length;
}
