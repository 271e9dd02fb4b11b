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

    {% if should_full_refresh() or by_file_comment(existing_relation) != made_by %}
        {% if existing_relation is not none %}
            {{ drop_relation_if_exists(existing_relation) }}
        {% endif %}
        {% call statement('main') -%}
            {{ create_table_as(False, target_relation, compiled_code) }}
        {%- endcall %}
        {% call statement('comment') -%}
            comment on table {{ target_relation }} is '{{ made_by }}'
        {%- endcall %}
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


{# Which files a relation has, in which state. #}
{% macro states_of(relation) -%}
    select distinct source, _source_file, file_state from {{ relation }}
{%- endmacro %}


{# Source → names of the files whose state no row of a table bears. #}
{% macro files_without_rows(relation, files) -%}
    {#- as JSON, in which a name of digits stays a name -#}
    {%- set found = run_query(
        'select source, to_json(list(_source_file order by _source_file)) from ('
        ~ states_of(files) ~ ' except ' ~ states_of(relation) ~ ') group by source order by source'
    ) -%}
    {%- set names = {} -%}
    {%- for row in found.rows -%}
        {%- do names.update({row[0]: fromjson(row[1])}) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{# Fail unless a file's rows stand as they are made from its export today. #}
{% macro check_one_file(relation, code, fresh) -%}
    {%- set stood = 'not (' ~ is_of_files(fresh) ~ ')' -%}
    {%- set found = run_query(
        'select source, to_json([_source_file]) from ' ~ relation ~ ' where ' ~ stood
        ~ ' group by source, _source_file having count(*) <= 1000000 '
        ~ 'order by hash(source, _source_file, current_date) limit 1'
    ) -%}
    {%- for row in found.rows -%}
        {%- set file = {row[0]: fromjson(row[1])} -%}
        {%- set prints = [] -%}
        {%- for rows in (relation, '(' ~ code ~ ')') -%}
            {%- do prints.append(
                '(select ' ~ rows_print(['made']) ~ ' from ' ~ rows ~ ' as made where ' ~ is_of_files(file) ~ ')'
            ) -%}
        {%- endfor -%}
        {%- set compared = run_query('select ' ~ prints | join(' = ')) -%}
        {%- if not compared.rows[0][0] -%}
            {{ exceptions.raise_compiler_error(
                relation.identifier ~ ': the rows of ' ~ row[0] ~ '/' ~ fromjson(row[1])[0]
                ~ ' are others than its export makes today. Run the night again: it makes all rows anew.'
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{# True for rows of some files; their names stand alone, too: by them DuckDB leaves Parquets unread. #}
{% macro is_of_files(files) -%}
    {%- if not files -%} {{ return('false') }} {%- endif -%}
    {%- set by_source, all_names = [], [] -%}
    {%- for source, names in files.items() -%}
        {%- do all_names.extend(names) -%}
        {%- do by_source.append(
            'source = ' ~ text_literal(source) ~ ' and _source_file in (' ~ text_literals(names) ~ ')'
        ) -%}
    {%- endfor -%}
    _source_file in ({{ text_literals(all_names) }}) and ({{ by_source | join(' or ') }})
{%- endmacro %}


{% macro text_literals(texts) -%}
    {%- for text in texts -%} {{ text_literal(text) }}{{ ', ' if not loop.last }} {%- endfor -%}
{%- endmacro %}


{% macro text_literal(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro %}


{% macro update_rows(relation, changed, columns) -%}
    update {{ relation }} set
        {%- for column in columns %}
        {{ column }} = changed.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from ({{ changed }}) as changed
    where {{ relation.identifier }}.rowid = changed.row_number
{%- endmacro %}


{# What a table was made by; none when there is no table. #}
{% macro by_file_comment(relation) -%}
    {%- if relation is none or not relation.is_table -%} {{ return(none) }} {%- endif -%}
    {%- set found = run_query(
        "select comment from duckdb_tables() where schema_name = '" ~ relation.schema
        ~ "' and table_name = '" ~ relation.identifier ~ "'"
    ) -%}
    {{ return(found.rows[0][0] if found.rows | length == 1 else none) }}
{%- endmacro %}
