{# Every difference between the engines. A model calls these and is plain SQL otherwise. #}


{# Text at a path of a JSON text; null when the text is no JSON, or the path is missing or null. #}
{% macro json_str(column, path) -%}
    {{ adapter.dispatch('json_str', 'siyu')(column, path) }}
{%- endmacro %}

{% macro default__json_str(column, path) -%}
    case when json_valid({{ column }}) then json_extract_string({{ column }}, '{{ path }}') end
{%- endmacro %}

{% macro spark__json_str(column, path) -%}
    get_json_object({{ column }}, '{{ path }}')
{%- endmacro %}


{#
    The rows of a relation once for each item of a JSON array, with `item` (its text) and
    `item_position` from 1. A text that is no array counts as its only item.
#}
{% macro unnest_json(relation, column) -%}
    {{ adapter.dispatch('unnest_json', 'siyu')(relation, column) }}
{%- endmacro %}

{% macro default__unnest_json(relation, column) -%}
    select
        listed.*,
        unnest(listed.json_items) as item,
        cast(generate_subscripts(listed.json_items, 1) as bigint) as item_position
    from (
        select
            {{ relation }}.*,
            case
                when json_valid({{ column }}) and {{ column }} like '[%'
                    then from_json({{ column }}, '["VARCHAR"]')
                else [{{ column }}]
            end as json_items
        from {{ relation }}
        where {{ column }} is not null
    ) as listed
{%- endmacro %}

{% macro spark__unnest_json(relation, column) -%}
    select
        {{ relation }}.*,
        listed.item,
        cast(listed.item_index + 1 as bigint) as item_position
    from {{ relation }}
    lateral view posexplode(
        case
            when {{ column }} like '[%' then from_json({{ column }}, 'array<string>')
            else array({{ column }})
        end
    ) listed as item_index, item
    where {{ column }} is not null
{%- endmacro %}


{# True when a regular expression (RE2 and Java alike, no back-slashes) matches anywhere. #}
{% macro regexp_like(column, pattern) -%}
    {{ adapter.dispatch('regexp_like', 'siyu')(column, pattern) }}
{%- endmacro %}

{% macro default__regexp_like(column, pattern) -%}
    regexp_matches({{ column }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__regexp_like(column, pattern) -%}
    {{ column }} rlike '{{ pattern }}'
{%- endmacro %}


{# Replace every match. #}
{% macro regexp_replace_all(column, pattern, replacement) -%}
    {{ adapter.dispatch('regexp_replace_all', 'siyu')(column, pattern, replacement) }}
{%- endmacro %}

{% macro default__regexp_replace_all(column, pattern, replacement) -%}
    regexp_replace({{ column }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__regexp_replace_all(column, pattern, replacement) -%}
    regexp_replace({{ column }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}


{#
    Of all rows the first (aggregate `min`) or last (`max`) by the columns of `fields` (name →
    column), in their order; read its fields with a dot.
#}
{% macro sight(aggregate, fields) -%}
    {{ adapter.dispatch('sight', 'siyu')(aggregate, fields) }}
{%- endmacro %}

{% macro default__sight(aggregate, fields) -%}
    {{ aggregate }}(struct_pack(
        {%- for name, column in fields.items() %}{{ name }} := {{ column }}{{ ', ' if not loop.last }}{% endfor -%}
    ))
{%- endmacro %}

{% macro spark__sight(aggregate, fields) -%}
    {{ aggregate }}(named_struct(
        {%- for name, column in fields.items() %}'{{ name }}', {{ column }}{{ ', ' if not loop.last }}{% endfor -%}
    ))
{%- endmacro %}


{# A 64-bit number of several columns, nulls included; differs between engines, so it never leaves the build. #}
{% macro row_hash(columns) -%}
    {{ adapter.dispatch('row_hash', 'siyu')(columns) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}


{# For `fail_calc` of a test: none is 0, some stop the build and the message names the first. #}
{% macro failures_named(column) -%}
    {{ adapter.dispatch('failures_named', 'siyu')(column) }}
{%- endmacro %}

{% macro default__failures_named(column) -%}
    case
        when count(*) > 0
            then error(
                count(*) || ' rows, first ' || array_to_string(
                    list({{ column }} order by {{ column }})[1:5], ', '
                )
            )
        else 0
    end
{%- endmacro %}

{% macro spark__failures_named(column) -%}
    case
        when count(*) > 0
            then raise_error(
                concat(
                    count(*), ' rows, first ',
                    concat_ws(', ', slice(sort_array(collect_list({{ column }})), 1, 5))
                )
            )
        else 0
    end
{%- endmacro %}
