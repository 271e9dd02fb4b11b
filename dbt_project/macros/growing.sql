{#
    A table to which a new export file only adds rows: while no file is gone or another one, rows
    are looked for among what the new files touch, and those that stand stay. Else everything is
    made anew, and so it is after a failure.

    files: model that says for each file, in one word, what it holds (see `by_file`), and how many
    rows (`row_count`).
    added: name of a macro that selects, of source → names of files, all rows that these files
    can have added; the model selects the same of all files.

    Each night the rows of one file that stood, another one every day, are looked for once more
    and compared; a difference fails the build.
#}
{% materialization growing, adapter='duckdb' %}

    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set made_by = local_md5(compiled_code | replace(adapter.external_root(), '')) -%}
    {%- set files = ref(config.require('files')) -%}
    {%- set seen = this.incorporate(path={'identifier': this.identifier ~ '__files'}, type='table') -%}
    {%- set added = context[config.require('added')] -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if
        should_full_refresh()
        or relation_comment(existing_relation) != made_by
        or files_without_rows(files, seen)
    %}
        {{ make_anew(target_relation, existing_relation, compiled_code, made_by) }}
    {% else %}
        {%- set fresh = files_without_rows(seen, files) -%}
        {% call statement('main') -%}
            {%- if fresh -%}
                insert into {{ target_relation }} by name (
                    {{ added(fresh) }}
                    except
                    select * from {{ target_relation }}
                )
            {%- else -%}
                select 1
            {%- endif -%}
        {%- endcall %}
        {{ check_added_rows(target_relation, added, files, fresh) }}
    {% endif %}

    {% call statement('seen') -%}
        create or replace table {{ seen }} as {{ states_of(files) }}
    {%- endcall %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}
