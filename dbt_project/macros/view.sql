{#
    A view, created only when its text changed: an unchanged night then opens none of the files
    below it. The text's hash is kept as the view's comment.
#}
{% materialization view, adapter='duckdb' %}

    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set text_hash = local_md5(compiled_code) -%}

    {%- set is_unchanged = (
        existing_relation is not none and existing_relation.is_view
        and relation_comment(existing_relation) == text_hash
    ) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if is_unchanged %}
        {% call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 0) -%}
            select 1
        {%- endcall %}
    {% else %}
        {% if existing_relation is not none and not existing_relation.is_view %}
            {{ drop_relation_if_exists(existing_relation) }}
        {% endif %}
        {% call statement('main') -%}
            create or replace view {{ target_relation }} as ({{ compiled_code }});
            comment on view {{ target_relation }} is '{{ text_hash }}'
        {%- endcall %}
    {% endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}
