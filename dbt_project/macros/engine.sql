{# Every difference between the engines. A model calls these and is plain SQL otherwise. #}


{# Text at a path of a JSON text; null when the path is missing or holds null. #}
{% macro json_str(column, path) -%}
    {{ adapter.dispatch('json_str', 'siyu')(column, path) }}
{%- endmacro %}

{% macro default__json_str(column, path) -%}
    json_extract_string({{ column }}, '{{ path }}')
{%- endmacro %}

{% macro spark__json_str(column, path) -%}
    get_json_object({{ column }}, '{{ path }}')
{%- endmacro %}


{# A number at a path of a JSON text; null when it is missing or no number: landing checks no nested values. #}
{% macro json_decimal(column, path, scale=2) -%}
    try_cast({{ json_str(column, path) }} as decimal(18, {{ scale }}))
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
                when {{ column }} like '[%' then from_json({{ column }}, '["VARCHAR"]')
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


{# The captured group of the first match; null or '' when there is none. #}
{% macro regexp_group(column, pattern, group_index) -%}
    {{ adapter.dispatch('regexp_group', 'siyu')(column, pattern, group_index) }}
{%- endmacro %}

{% macro default__regexp_group(column, pattern, group_index) -%}
    regexp_extract({{ column }}, '{{ pattern }}', {{ group_index }})
{%- endmacro %}

{% macro spark__regexp_group(column, pattern, group_index) -%}
    regexp_extract({{ column }}, '{{ pattern }}', {{ group_index }})
{%- endmacro %}


{# The n-th part (from 1) of a text cut at a delimiter; null or '' when there is none. #}
{% macro text_part(column, delimiter, part) -%}
    split_part({{ column }}, '{{ delimiter }}', {{ part }})
{%- endmacro %}


{# The whole row that holds the smallest time, file and line; read its fields with a dot. #}
{% macro first_sight(seen_at) -%}
    {{ adapter.dispatch('first_sight', 'siyu')(seen_at) }}
{%- endmacro %}

{% macro default__first_sight(seen_at) -%}
    min(struct_pack(seen_at := {{ seen_at }}, source_file := _source_file, line_number := _line_number))
{%- endmacro %}

{% macro spark__first_sight(seen_at) -%}
    min(named_struct('seen_at', {{ seen_at }}, 'source_file', _source_file, 'line_number', _line_number))
{%- endmacro %}

{% macro last_sight(seen_at) -%}
    {{ adapter.dispatch('last_sight', 'siyu')(seen_at) }}
{%- endmacro %}

{% macro default__last_sight(seen_at) -%}
    max(struct_pack(seen_at := {{ seen_at }}, source_file := _source_file, line_number := _line_number))
{%- endmacro %}

{% macro spark__last_sight(seen_at) -%}
    max(named_struct('seen_at', {{ seen_at }}, 'source_file', _source_file, 'line_number', _line_number))
{%- endmacro %}


{# A 64-bit number of several columns, nulls included; differs between engines, so never stored. #}
{% macro row_hash(columns) -%}
    {{ adapter.dispatch('row_hash', 'siyu')(columns) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}
