{# Make a table from nothing. Its comment keeps what it was made by; see `relation_comment`. #}
{% macro make_anew(target_relation, existing_relation, code, made_by) -%}
    {% if existing_relation is not none %}
        {{ drop_relation_if_exists(existing_relation) }}
    {% endif %}
    {% call statement('main') -%}
        {{ create_table_as(False, target_relation, code) }}
    {%- endcall %}
    {% call statement('comment') -%}
        comment on table {{ target_relation }} is '{{ made_by }}'
    {%- endcall %}
{%- endmacro %}
