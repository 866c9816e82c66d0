/* swept.c - backend blocks of a sweep's points, made into instances where they are not those of the file. */
#include "config.h"

#include "backends/swept.h"

#include "base/text.h"

#include <string.h>

/* A setting that is the backend's one and only: no run can have another. */
static bool is_fixed(const struct ir_backend *block, const char *setting)
{
    const struct kind *k = kind_named(block->kind) ? kind_named(block->kind) : kind_find(block->kind, NULL);
    int at = k ? setting_place(k->backend, setting) : -1;
    return at < 0 ? !strcmp(setting, "engine") : k->backend->settings[at].scope == SETTING_OF_SERVICE;
}

/* Blocks and their settings are the same declarations in every point: only values differ. */
static bool blocks_differ(const struct ir *file, const struct ir *point, struct diags *diags)
{
    bool differ = false;
    for (uint32_t b = 0; b < file->nbackends; b++)
        for (uint32_t i = 0; i < file->backends[b].nsettings; i++) {
            const struct ir_setting *s = &point->backends[b].settings[i];
            if (text_is_same(file->backends[b].settings[i].text, s->text))
                continue;
            differ = true;
            if (is_fixed(&file->backends[b], s->name))
                diag_add(diags, SEVERITY_ERROR, "E0717", s->span, "two backend blocks, named with `as`",
                         "'%s' of backend '%s' cannot be swept", s->name, file->backends[b].name);
        }
    return differ;
}

int swept_make(struct swept *out, struct arena *arena, const struct ir *ir, const struct data *data,
               const struct instances_options *options, struct diags *diags, struct error *err)
{
    *out = (struct swept){0};
    for (uint32_t r = 0; r < ir->nruns; r++)
        for (uint32_t p = 0; p < ir->runs[r].npoints; p++) {
            struct swept_point s = {.point = &ir->runs[r].points[p]};
            if (!blocks_differ(ir, s.point->ir, diags))
                continue;
            if (diags->errors ||
                instances_make(&s.instances, arena, s.point->ir, data, options, diags, err) < 0)
                return ERR_USAGE;
            vec_push(arena, &out->points, s);
        }
    return 0;
}

const struct instances *swept_find(const struct swept *s, const struct ir_point *point,
                                   const struct instances *of_file)
{
    for (size_t i = 0; i < s->points.count; i++)
        if (s->points.items[i].point == point)
            return &s->points.items[i].instances;
    return of_file;
}

bool swept_differs(const struct instance *a, const struct instance *b, enum setting_scope scope)
{
    for (int i = 0; a->backend->settings[i].name; i++)
        if (a->backend->settings[i].scope == scope && !text_is_same(a->values[i], b->values[i]))
            return true;
    return false;
}
