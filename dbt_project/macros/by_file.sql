{#
    A table whose rows each come of one export file: only the rows of files that are new, changed or
    gone are replaced, so that a night costs what its exports cost, however many were landed before.
    The model gives every row its `source`, `_source_file` and `file_state`, which it joins from the
    model named in the config `files`; that one says for each file, in one word, what its rows
    depend on. Rows that bear another state than their file does today are made anew. Another text of
    a view that the model reads needs a full refresh, which the night asks for (assets/dbt_build.py).

    Each night the rows of one file that stood, another one every day, are made once more and
    compared; a difference fails the build, and after a failure everything is made anew.

    refresh: name of a macro that looks up again what depends on more than a file: of the table it
    selects `row_number` (the rowid) and new values of columns, for the rows in which they differ.
#}
{% materialization by_file, adapter='duckdb' %}

    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {#- the same code in another place is the same code -#}
    {%- set made_by = local_md5(compiled_code | replace(adapter.external_root(), '')) -%}
    {%- set files = ref(config.require('files')) -%}
    {%- set refresh = config.get('refresh') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if should_full_refresh() or relation_comment(existing_relation) != made_by %}
        {{ make_anew(target_relation, existing_relation, compiled_code, made_by) }}
    {% else %}
        {%- set fresh = files_without_rows(target_relation, files) -%}
        {% call statement('stale') -%}
            delete from {{ target_relation }}
            where (source, _source_file, file_state) in ({{ states_of(target_relation) }} except {{ states_of(files) }})
        {%- endcall %}
        {% if refresh %}
            {% call statement('refresh') -%}
                {{ update_rows(target_relation, context[refresh](target_relation), config.require('refreshed')) }}
            {%- endcall %}
        {% endif %}
        {% call statement('main') -%}
            insert into {{ target_relation }} by name (
                select * from ({{ compiled_code }}) as made
                where {{ is_of_files(fresh) }}
            )
        {%- endcall %}
        {{ check_one_file(target_relation, compiled_code, fresh) }}
    {% endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}


{% macro update_rows(relation, changed, columns) -%}
    update {{ relation }} set
        {%- for column in columns %}
        {{ column }} = changed.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from ({{ changed }}) as changed
    where {{ relation.identifier }}.rowid = changed.row_number
{%- endmacro %}
